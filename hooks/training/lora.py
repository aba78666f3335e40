"""Small adapters on MiniLM: what the recipes of the text stand-ins share."""

from collections.abc import Callable, Iterable

import torch
from peft import PeftModel, TaskType
from torch import Tensor, nn
from transformers import get_linear_schedule_with_warmup

from hooks.hub.stand_ins import minilm
from hooks.training.loop import Batch, Run

FILES = (minilm.WEIGHTS, minilm.CONFIG)


def create(
    auto_class: type,
    task: TaskType,
    labels: dict[int, str],
    rank: int,
    targets: tuple[str, ...] = ("query", "value"),
) -> PeftModel:
    """Return MiniLM with an untrained adapter and head, ready to learn.

    Args:
        auto_class: Of transformers, for the task.
        task: PEFT's word for it.
        labels: Name of each class.
        rank: Of the adapter's matrices.
        targets: Layers that get one.
    """
    base = minilm.load_base(auto_class, labels)
    return minilm.add_lora(base, task, rank, ["classifier"], targets).train()


def fit(
    run: Run,
    model: PeftModel,
    batches: Iterable[Batch],
    losses: Callable[[Batch], Tensor],
    steps: int,
    rates: tuple[float, float],
    after: Callable[[], None] = lambda: None,
) -> None:
    """Train adapter and head with AdamW: rates rise for a tenth of the steps, then fall to zero.

    Args:
        run: Of which this is the loop.
        model: From `create`.
        batches: As many as `steps`.
        losses: Takes a batch.
        steps: Of the whole training.
        rates: Learning rates of adapter and head.
        after: Called after each step.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    head = [p for name, p in named if "classifier" in name]
    adapter = [p for name, p in named if "classifier" not in name]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    learning = nn.ParameterList([*adapter, *head])
    run.fit(learning, batches, losses, [optimizer], [schedule], clip=1.0, after=after)
