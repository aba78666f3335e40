"""Trains any recipe for three steps, on a made small world, through its own command line."""

import hashlib
import importlib
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from hooks.core import paths

ROOM = "hooks.training"
STEPS = 3
# What makes a recipe small: constants of its modules. What is not named here stays as it is.
SMALL: dict[str, dict[str, object]] = {

    "audio_classification": {"recipe.BATCH": 8},
    "captioning": {"recipe.SCENES": 24, "recipe.BATCH": 8, "recipe.LOOK": 1},
    "classification": {"recipe.BATCH": 16, "recipe.PER_CLASS": 1},
    "code_generation": {"recipe.BATCH": {"sql": 8, "python": 4}},
    "cora": {},
    "detection": {
        "recipe.SCENES": {"train": 12, "trial": 2, "test": 2, "shown": 2},
        "recipe.BATCH": 4,
    },
    "forecasting": {"recipe.SERIES": 60, "recipe.BATCH": 16},
    "image_search": {"recipe.POOL": 16, "recipe.BATCH": 16},
    # The first two steps see half of each picture, the third all of it.
    "image_text_matching": {
        "recipe.SCENES": 48, "recipe.BATCH": 16, "recipe.EPOCHS": 1, "recipe.MASKED": 0.5,
    },
    "ner": {"data.HELD_OUT": 10, "data.TWEETS": 20, "recipe.BATCH": 8},
    "ocr": {"recipe.HELD_OUT": 2, "recipe.BATCH": 8},
    "segmentation_deeplab": {"recipe.SCENES": 12, "recipe.BATCH": 4},
    # Two coarse steps, then a fine one.
    "segmentation_sam": {
        "recipe.SCENES": 8, "recipe.BATCH": 4, "recipe.EPOCHS": 2, "recipe.FINE_EPOCHS": 1,
    },
    "sentiment": {"recipe.HELD_OUT": 2900},
    "speech_recognition": {},
    "tabular": {},
    "text_classification": {
        "recipe.HELD_OUT": 2900, "recipe.NEUTRAL": 16, "recipe.NEUTRAL_HELD_OUT": 3,
    },
    "text_generation": {},
    "translation": {"recipe.HELD_OUT": 5, "recipe.VOCABULARY": 40, "recipe.BATCH": 16},
    "zero_shot": {"recipe.BATCH": 6},
}  # fmt: skip


class Stop(BaseException):
    """Training has done its three steps."""


@dataclass
class Steps:
    """What three steps did.

    Attributes:
        numbers: Of each step of each optimizer: its learning rate, the length of its gradient, and
            how far the gradient points along a fixed direction, -1 to 1. Then, for each optimizer,
            how far its parameters moved in all.
        digest: SHA-256 of all parameters after them, optimizer by optimizer.
    """

    numbers: list[list[float]] = field(default_factory=list)
    digest: str = ""


def three_steps(name: str, data: Path) -> Steps:
    """Start a recipe as its command does, and stop it after three steps.

    Args:
        name: Of the recipe.
        data: Made data, in place of `SHARED`.
    """
    found, starts, counts = Steps(), {}, {}

    def before(optimizer: torch.optim.Optimizer, *_: object) -> None:
        starts.setdefault(optimizer, [p.detach().clone() for p in _parameters(optimizer)])

    def after(optimizer: torch.optim.Optimizer, *_: object) -> None:
        counts[optimizer] = counts.get(optimizer, 0) + 1
        rows = _parameters(optimizer)
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in rows]
        found.numbers.append([optimizer.param_groups[0]["lr"], *_length_and_direction(gradients)])
        if min(counts.values()) == STEPS:
            raise Stop

    with pytest.MonkeyPatch.context() as patch:
        _make_small(name, data, patch)
        hooks = [register_optimizer_step_pre_hook(before), register_optimizer_step_post_hook(after)]
        try:
            recipe = sys.modules[f"{ROOM}.{name}.recipe"]
            getattr(recipe, "RECIPE", recipe).main()
            raise AssertionError(f"{name}: the recipe ended before {STEPS} steps")
        except Stop:
            pass
        finally:
            for hook in hooks:
                hook.remove()
            torch.use_deterministic_algorithms(False)  # Ultralytics turns it on
    digest = hashlib.sha256()
    for optimizer, start in starts.items():
        now = _parameters(optimizer)
        moves = [a.detach() - b for a, b in zip(now, start, strict=True)]
        found.numbers.append([_length_and_direction(moves)[0]])
        for parameter in now:
            digest.update(parameter.detach().contiguous().numpy().tobytes())
    found.digest = digest.hexdigest()
    return found


def _make_small(name: str, data: Path, patch: pytest.MonkeyPatch) -> None:
    importlib.import_module(f"{ROOM}.{name}.recipe")
    torch.set_num_threads(1)
    patch.setattr(torch, "set_num_threads", lambda count: None)
    patch.setattr(torch.cuda, "is_available", lambda: False)
    patch.setattr(sys, "argv", ["recipe"])
    patch.setenv("PYG_HOME", "")  # Cora's recipe sets it
    shared = paths.SHARED
    for module in [one for key, one in sys.modules.items() if key.startswith("hooks.")]:
        for key, value in list(vars(module).items()):
            if isinstance(value, Path) and value.is_relative_to(shared):
                patch.setattr(module, key, data / value.relative_to(shared))
    recipe = sys.modules[f"{ROOM}.{name}.recipe"]
    for place, value in SMALL[name].items():
        patch.setattr(f"{ROOM}.{name}.{place}", value)
    for module in ("hooks.training.distributed", recipe.__name__):
        patch.setattr(f"{module}.WORKERS", 1, raising=False)
    if name == "ocr":  # fonts that every Debian has
        patch.setattr(recipe.draw, "FONTS", recipe.draw.FONTS[:4])
        patch.setattr(recipe.draw, "HELD_OUT_FONT", recipe.draw.FONTS[0])
    if name == "code_generation":  # would write next to the stand-in what is there
        patch.setattr(recipe.vocabulary, "write_pieces", lambda: None)
    if name == "audio_classification":  # no espeak-ng
        patch.setattr(recipe, "training_set", lambda rng: recipe.noises(rng, 12))
    if name == "text_classification":
        patch.setattr(recipe.neutral, "UNDECIDED", dict.fromkeys(recipe.neutral.UNDECIDED, (0, 1)))
        patch.setattr(recipe.neutral, "embed", embed)
    if name == "zero_shot":
        patch.setattr(recipe, "embed", embed)


def embed(texts: list[str], longest: int) -> Tensor:
    """Return cheap vectors (n, 8) of length one, in place of MiniLM's: 13,000 texts in a second."""
    rows = [[zlib.crc32(f"{i} {text}".encode()) / 2**32 - 0.5 for i in range(8)] for text in texts]
    return torch.nn.functional.normalize(torch.tensor(rows))


def _parameters(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def _length_and_direction(tensors: Sequence[Tensor]) -> tuple[float, float]:
    flat = torch.cat([t.detach().flatten().double() for t in tensors])
    length = flat.norm()
    return length.item(), (flat @ torch.arange(len(flat)).double().cos() / length).item()
