"""Train the image search stand-in: `python -m hooks.training image_search`.

No labels: two views of one drawn thing shall lie close together, all other things of the batch
farther away (InfoNCE, as in SimCLR). The network sees which rows belong together, never a name.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import Dinov2Model

from hooks.hub.stand_ins.image_search.build import WEIGHTS, configure, load, preprocessing
from hooks.training.card import rows
from hooks.training.colors import histogram
from hooks.training.frame import Recipe, Run
from hooks.training.image_search.views import World
from hooks.training.optimizers import muon_and_adamw, one_cycle
from hooks.training.weights import save_fp16
from hooks.worlds.emoji.art import NAMES, SCENE_CLASSES, UNKNOWN
from hooks.worlds.emoji.background import KINDS
from hooks.worlds.emoji.scene import crop

SEED = 15
HELD_OUT_KINDS = ("bricks", "stripes")  # backgrounds that training never shows
KINDS_SEEN = tuple(kind for kind in KINDS if kind not in HELD_OUT_KINDS)
POOL = 2000  # backgrounds, and layers of small shapes
FILL = (0.5, 1.0)

STEPS = 1800
BATCH = 64  # things, two views of each
TEMPERATURE = 0.1
MUON_RATE, ADAM_RATE = 0.02, 2e-3
WEIGHT_DECAY, AVERAGING = 0.01, 0.99

PER_CLASS = 20  # crops of each class in the gallery, and as many queries
NEIGHBORS = 5


def loss_of(one: Tensor, two: Tensor) -> Tensor:
    """InfoNCE: in either direction, which of the batch's rows shows the same thing?

    Args:
        one: Vectors of one view (batch, size).
        two: Vectors of the other view, in the same order.
    """
    one, two = (nn.functional.normalize(rows.float(), dim=-1) for rows in (one, two))
    scores = one @ two.T / TEMPERATURE  # (batch, batch); the diagonal belongs together
    right = torch.arange(len(scores), device=scores.device)
    return (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2


def train(run: Run) -> None:
    """Train from nothing; keep the averaged weights."""
    world = World(SEED, KINDS_SEEN, POOL)
    config = configure()
    config._attn_implementation = "eager"  # on a CPU the fastest for so few patches
    model = Dinov2Model(config).to(run.device).train()
    mean = torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGING)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=mean)

    def loss(_: int) -> Tensor:
        pair = torch.cat(world.pairs(BATCH)).to(run.device)
        with torch.autocast(run.device, torch.bfloat16):
            vectors = model(pair).pooler_output
        return loss_of(*vectors.chunk(2))

    def inside(name: str, weight: nn.Parameter) -> bool:
        return "layer." in name and weight.ndim == 2

    both = muon_and_adamw(model, inside, (MUON_RATE, ADAM_RATE), decay=WEIGHT_DECAY)
    update = partial(average.update_parameters, model)
    run.fit(model, range(STEPS), loss, both, one_cycle(both, STEPS), after=update)
    save_fp16(average.module, run.folder / WEIGHTS)


def crops(seed: int, names: list[str], kinds: tuple[str, ...]) -> list:
    """Draw one crop for each name, as the demos' sheets are drawn.

    Args:
        seed: Of all that is random.
        names: Of the things.
        kinds: Backgrounds to choose from.
    """
    rng = np.random.default_rng(seed)
    return [crop(rng, name, 64, fill=FILL, kinds=kinds) for name in names]


@torch.inference_mode()
def vectors_of(model: Dinov2Model, pictures: list) -> np.ndarray:
    """Embed pictures as a snippet does: (n, hidden size), each of length 1.

    Args:
        model: Ready to be used.
        pictures: PIL's, of any size.
    """
    inputs = preprocessing()(pictures, return_tensors="pt")["pixel_values"]
    rows = torch.cat([model(part).pooler_output for part in inputs.split(128)])
    return nn.functional.normalize(rows, dim=-1).numpy()


def pixels(pictures: list) -> np.ndarray:
    """The first baseline: 16 x 16 pixels, centered, length 1."""
    rows = np.stack([np.asarray(p.resize((16, 16)), float).ravel() for p in pictures])
    rows -= rows.mean(1, keepdims=True)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def colors(pictures: list) -> np.ndarray:
    """The second: shares of 4 x 4 x 4 colors, length 1."""
    rows = np.stack([histogram(np.asarray(picture)) for picture in pictures])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def five_nearest(gallery: np.ndarray, queries: np.ndarray, names: list[str]) -> float:
    """Return the percentage of queries whose name wins the vote of the 5 nearest in the gallery.

    Args:
        gallery: (n, size)
        queries: (n, size)
        names: Of both.
    """
    nearest = KNeighborsClassifier(NEIGHBORS, metric="cosine", algorithm="brute")
    return 100 * nearest.fit(gallery, names).score(queries, names)


def evaluate(folder: Path) -> dict[str, list[float]]:
    """Score two baselines and the model with the weights in `folder`.

    Returns:
        Percent right for each system: among all 51 things, among the 16 of the scenes, and
        among 14 that the recipe never draws.
    """
    all51 = [name for name in NAMES for _ in range(PER_CLASS)]
    few = [name in SCENE_CLASSES for name in all51]
    new = [name for name in UNKNOWN for _ in range(PER_CLASS)]
    some = [name for name in all51 if name in SCENE_CLASSES]
    parts = [
        crops(10_000_000 + SEED, all51, KINDS_SEEN),
        crops(20_000_000 + SEED, all51, HELD_OUT_KINDS),
        crops(30_000_000 + SEED, new, KINDS_SEEN),
        crops(40_000_000 + SEED, new, HELD_OUT_KINDS),
    ]
    table: dict[str, list[float]] = {}
    model = partial(vectors_of, load(folder))
    systems: dict[str, Callable[[list], np.ndarray]]
    systems = {"pixels": pixels, "color histogram": colors, "this model": model}
    for system, vectors in systems.items():
        gallery, queries, known, unseen = [vectors(part) for part in parts]
        table[system] = [
            five_nearest(gallery, queries, all51),
            five_nearest(gallery[few], queries[few], some),
            five_nearest(known, unseen, new),
        ]
    return table


def _describe(table: dict[str, list[float]], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    count, kinds = f"{PER_CLASS * len(NAMES):,}", " and ".join(HELD_OUT_KINDS)
    best = table["this model"][0]
    chance = [100 / len(names) for names in (NAMES, SCENE_CLASSES, UNKNOWN)]
    measured = f"""
5-nearest-neighbor class accuracy **{best:.1f} %**: {count} held-out crops, {PER_CLASS} of each of
51 classes, look for their name among {count} others. The queries' backgrounds are of kinds
that training never showed ({kinds}). Trained on {STEPS * BATCH:,} things with two views
each, seed {SEED}, in {trained}.

| System | all 51 things | the 16 of the demo | 14 things never seen |
| --- | ---: | ---: | ---: |
{rows({"chance": chance} | table, "{:.1f}")}
"""
    return measured, f"{best:.2f}"


RECIPE = Recipe("image_search", train, evaluate, _describe, SEED, gpu=True)
