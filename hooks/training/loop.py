"""The loop that all recipes train with. It draws no random numbers: batches and losses do."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import TypeAlias, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from hooks.training.distributed import average_gradients

Batch = TypeVar("Batch")
Weights = tuple[Tensor, ...] | list[Tensor]
Losses: TypeAlias = Tensor | Mapping[str, Tensor]  # by name: their sum is minimized


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        folder: Where its files go.
        device: Where the model learns: "cpu" or "cuda".
        limit: Every loop stops after so many steps; None: when its batches end.
        rank: Of the process, from 0: the first one reports and saves.
        workers: How many processes there are.
    """

    folder: Path
    device: str = "cpu"
    limit: int | None = None
    rank: int = 0
    workers: int = 1

    def fit(
        self,
        model: nn.Module,
        batches: Iterable[Batch],
        losses: Callable[[Batch], Losses | Iterator[Losses]],
        optimizers: Sequence[torch.optim.Optimizer],
        schedules: Sequence[torch.optim.lr_scheduler.LRScheduler],
        *,
        clip: float | None = None,
        after: Callable[[], None] = lambda: None,
        every: int = 100,
    ) -> None:
        """Take one step for each batch.

        Args:
            model: Holds the weights whose gradients are clipped, all together.
            batches: Drawn one at a time: the next one when the step before is done.
            losses: Takes a batch. An iterator of losses is followed backward one by one, before
                the step; so a step can be larger than memory.
            optimizers: Each takes a step, then forgets its gradients.
            schedules: Each takes a step after all optimizers.
            clip: Largest norm of the gradients; None leaves them as they are.
            after: Called after each step, for an average or a bound.
            every: A line of progress follows so many steps.
        """
        weights = [p for one in optimizers for group in one.param_groups for p in group["params"]]
        start, total = time.perf_counter(), Counter()
        if self.rank == 0:
            print(f"{sum(p.numel() for p in weights):,} parameters learn", flush=True)
        for step, batch in enumerate(islice(batches, self.limit), 1):
            found = losses(batch)
            for part in found if isinstance(found, Iterator) else (found,):
                named = part if isinstance(part, Mapping) else {"loss": part}
                reduce(torch.add, named.values()).backward()
                total.update({name: loss.item() for name, loss in named.items()})
            average_gradients(weights)
            if clip is not None:
                clip_grad_norm_(model.parameters(), clip)
            for one in (*optimizers, *schedules):
                one.step()
            for one in optimizers:
                one.zero_grad()
            after()
            if step % every == 0 and self.rank == 0:
                means = ", ".join(f"{name} {value / every:.4f}" for name, value in total.items())
                print(f"step {step}: {means}, {time.perf_counter() - start:.0f} s", flush=True)
                total.clear()


def running_average(model: nn.Module, keep: float, rise: int = 0) -> AveragedModel:
    """Return a running average of the weights and buffers, which starts from what they are now.

    Args:
        model: Call `update_parameters(model)` of the average after each step.
        keep: Share of the average that a step leaves.
        rise: The n-th step leaves n / (n + rise) where that is less: the first weights go fast.
    """

    def average(means: Weights, weights: Weights, count: Tensor | int) -> None:
        share = min(keep, int(count) / (int(count) + rise))
        get_ema_multi_avg_fn(share)(means, weights, count)

    found = AveragedModel(model, multi_avg_fn=average, use_buffers=True)
    found.n_averaged.fill_(1)  # at 0 it would take the weights of the first step as they are
    return found
