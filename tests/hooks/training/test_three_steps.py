"""Every recipe takes the steps that are recorded: three, from its seed, on a made small world.

`python -m tests.hooks.training.test_three_steps NAME...` records them anew, after a change of a
recipe that was meant.
"""

import importlib
import json
import sys
import tempfile
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook as after_each_step
from torch.optim.optimizer import register_optimizer_step_pre_hook as before_each_step

from hooks.core import paths
from hooks.worlds.text_lines import draw
from tests.hooks.training import made_data

STEPS = 3
RECORDED = Path(__file__).with_name("three_steps.json")
# What makes a recipe small: constants of its modules. What is not named here stays as it is.
SMALL: dict[str, dict[str, object]] = {
    "audio_classification": {"recipe.BATCH": 8},
    "captioning": {"recipe.SCENES": 12, "recipe.BATCH": 4, "recipe.LOOK": 1},
    "classification": {"recipe.BATCH": 16, "recipe.PER_CLASS": 1},
    "code_generation": {"recipe.BATCH": {"sql": 8, "python": 4}},
    "cora": {},
    "detection": {"recipe.SCENES": {"train": 12, "trial": 2, "test": 2}, "recipe.BATCH": 4},
    "forecasting": {"recipe.SERIES": 60, "recipe.BATCH": 16},
    "image_search": {"recipe.POOL": 16, "recipe.BATCH": 16},
    # The first two steps see half of each picture, the third all of it.
    "image_text_matching": {
        "recipe.SCENES": 24, "recipe.BATCH": 8, "recipe.EPOCHS": 1, "recipe.MASKED": 0.5,
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
        "neutral.UNDECIDED": dict.fromkeys(("wikigold", "tatoeba", "banking77"), (0, 1)),
    },
    "text_generation": {
        "recipe.BATCHES": [
            (("summarize", "answer"), (0.6, 0.4), 6, 0.65),
            (("translate", "review"), (0.75, 0.25), 4, 0.35),
        ],
    },
    "translation": {"recipe.HELD_OUT": 5, "recipe.VOCABULARY": 40, "recipe.BATCH": 16},
    "zero_shot": {"recipe.BATCH": 6},
}  # fmt: skip

# Last bits differ between processors: without AVX2, directions moved by up to 0.01, the rest by up
# to 0.05 %. Another seed moves directions by 0.7 on average, a lost clip the length of gradients.
TOLERANCES = {"rates": {"rel": 1e-6}, "gradients": {"rel": 0.01}}
TOLERANCES |= {"directions": {"abs": 0.05}, "moves": {"rel": 0.01}}


class Stop(Exception):
    """Training has done its three steps."""


def three_steps(name: str, data: Path) -> dict[str, list[float]]:
    """Start a recipe as its command does, and stop it after three steps.

    Args:
        name: Of the recipe.
        data: Made data, in place of `SHARED`.

    Returns:
        Learning rate, length of the gradient, and its product with a fixed wave, by its length,
        at each step of each optimizer; and for each optimizer how far its weights moved in all.
    """
    found, starts, counts = {name: [] for name in TOLERANCES}, {}, {}

    def before(optimizer: Optimizer, *_: object) -> None:
        starts.setdefault(optimizer, [p.detach().clone() for p in _weights(optimizer)])

    def after(optimizer: Optimizer, *_: object) -> None:
        counts[optimizer] = counts.get(optimizer, 0) + 1
        rows = [torch.zeros_like(p) if p.grad is None else p.grad for p in _weights(optimizer)]
        length, direction = _length_and_direction(rows)
        found["rates"].append(optimizer.param_groups[0]["lr"])
        found["gradients"].append(length)
        found["directions"].append(direction)
        if min(counts.values()) == STEPS:
            raise Stop

    recipe = importlib.import_module(f"hooks.training.{name}.recipe")
    with pytest.MonkeyPatch.context() as patch:
        _make_small(recipe, name, data, patch)
        hooks = [before_each_step(before), after_each_step(after)]
        try:
            with pytest.raises(Stop):  # or the recipe ended too soon
                recipe.RECIPE.main()
        finally:
            for hook in hooks:
                hook.remove()
            torch.use_deterministic_algorithms(False)  # Ultralytics turns it on
    for optimizer, start in starts.items():
        moves = [p.detach() - old for p, old in zip(_weights(optimizer), start, strict=True)]
        found["moves"].append(_length_and_direction(moves)[0])
    return found


def _make_small(recipe, name: str, data: Path, patch: pytest.MonkeyPatch) -> None:
    for place, value in SMALL[name].items():
        patch.setattr(f"hooks.training.{name}.{place}", value)
    patch.setattr(sys, "argv", ["recipe"])
    patch.setattr("hooks.training.datasets.SHARED", data)
    patch.setattr("hooks.training.distributed.WORKERS", 1)
    patch.setattr(torch, "set_num_threads", lambda count: None)
    patch.setattr(torch.cuda, "is_available", lambda: False)
    # bf16 differs between processors, and is slow on many.
    patch.setattr(torch, "autocast", partial(torch.autocast, enabled=False))
    patch.setenv("PYG_HOME", "")  # Cora's recipe sets it
    patch.setattr(draw, "FONTS", draw.FONTS[:4])  # fonts that every Debian has
    patch.setattr(draw, "HELD_OUT_FONT", draw.FONTS[0])
    if name == "audio_classification":  # spoken digits alone: no espeak-ng, no silence to enlarge
        patch.setattr(recipe, "training_set", lambda rng: [])
    for module in (recipe, getattr(recipe, "neutral", recipe)):
        if hasattr(module, "embed"):
            patch.setattr(module, "embed", _embed)


def _embed(texts: list[str], longest: int) -> Tensor:
    """Return cheap vectors (n, 8) of length one, in place of MiniLM's: 13,000 texts in a second."""
    rows = [[zlib.crc32(f"{i} {text}".encode()) / 2**32 - 0.5 for i in range(8)] for text in texts]
    return torch.nn.functional.normalize(torch.tensor(rows))


def _weights(optimizer: Optimizer) -> list[Tensor]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def _length_and_direction(tensors: Sequence[Tensor]) -> tuple[float, float]:
    flat = torch.cat([t.detach().flatten().double() for t in tensors])
    length = flat.norm()
    return length.item(), (flat @ torch.arange(len(flat)).double().cos() / length).item()


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    made_data.write(folder)
    return folder


def test_every_recipe_is_tried():
    recipes = paths.ROOT.glob("hooks/training/*/recipe.py")
    assert set(SMALL) == {path.parent.name for path in recipes}


@pytest.mark.parametrize("name", SMALL)
def test_a_recipe_takes_the_steps_that_are_recorded(name, data):
    found, recorded = three_steps(name, data), json.loads(RECORDED.read_text("utf-8"))[name]
    for part, tolerance in TOLERANCES.items():
        assert found[part] == pytest.approx(recorded[part], **tolerance), part


def main() -> None:
    """Record the steps of the recipes that the command line names."""
    recorded = json.loads(RECORDED.read_text("utf-8")) if RECORDED.is_file() else {}
    with tempfile.TemporaryDirectory() as folder:
        made_data.write(Path(folder))
        for name in sys.argv[1:]:
            recorded[name] = three_steps(name, Path(folder))
    RECORDED.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
