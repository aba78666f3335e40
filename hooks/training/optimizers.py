"""Muon for the matrices inside a model beside AdamW for the rest, and their schedules."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import nn
from torch.optim import AdamW, Muon, Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, OneCycleLR


def split(
    model: nn.Module, inside: Callable[[str, nn.Parameter], bool]
) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Return the weights that learn and are `inside`, and those that are not, in their order.

    Args:
        model: Whose weights.
        inside: Takes name and weight.
    """
    parts: tuple[list[nn.Parameter], list[nn.Parameter]] = [], []
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            parts[not inside(name, weight)].append(weight)
    return parts


def muon_and_adamw(
    model: nn.Module,
    inside: Callable[[str, nn.Parameter], bool],
    rates: tuple[float, float],
    *,
    decay: float = 0.01,
    muon: Mapping[str, Any] = {},
    adamw: Mapping[str, Any] = {},
) -> list[Optimizer]:
    """Return both optimizers; Muon needs fewer steps, but takes matrices only.

    Args:
        model: Whose weights learn.
        inside: Takes name and weight: whether Muon trains it.
        rates: Learning rates of Muon and of AdamW.
        decay: Of the weights, in both.
        muon: What else Muon takes.
        adamw: What else AdamW takes.
    """
    matrices, rest = split(model, inside)
    return [
        Muon(matrices, rates[0], weight_decay=decay, **muon),
        AdamW(rest, rates[1], weight_decay=decay, **adamw),
    ]


def one_cycle(
    optimizers: Sequence[Optimizer], steps: int, rise: float = 0.1, cycle_momentum: bool = False
) -> list[LRScheduler]:
    """Return schedules: up to each one's learning rate, then down to nearly zero.

    Args:
        optimizers: With their highest learning rates.
        steps: Of the whole training.
        rise: Share of the steps that goes up.
        cycle_momentum: Whether the momentum goes the other way.
    """
    way = {"total_steps": steps, "pct_start": rise, "cycle_momentum": cycle_momentum}
    return [OneCycleLR(one, one.param_groups[0]["lr"], **way) for one in optimizers]


def paced(optimizers: Sequence[Optimizer], share: Callable[[int], float]) -> list[LRScheduler]:
    """Return schedules: `share` of each one's learning rate, by how many steps are done.

    Args:
        optimizers: With their full learning rates.
        share: Takes the number of steps done.
    """
    return [LambdaLR(one, share) for one in optimizers]
