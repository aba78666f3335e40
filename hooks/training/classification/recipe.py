"""Train the classification stand-in: `python -m hooks.training classification`."""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from sklearn.neighbors import KNeighborsClassifier
from torch import nn
from torch.nn.functional import cross_entropy

from hooks.hub.stand_ins.classification.build import CONFIG, HERE, WEIGHTS, create
from hooks.training.colors import histogram
from hooks.training.frame import Recipe, Run
from hooks.training.optimizers import one_cycle
from hooks.training.weights import save_fp16
from hooks.worlds.emoji.art import NAMES
from hooks.worlds.emoji.background import KINDS
from hooks.worlds.emoji.scene import crop

SEED = 8
SIZE = 64
HELD_OUT_KINDS = ("bricks", "stripes")  # backgrounds that training never shows
KINDS_SEEN = tuple(kind for kind in KINDS if kind not in HELD_OUT_KINDS)
PER_CLASS = 40  # held-out crops of each class
NEIGHBORS = 40  # labeled crops of each class for the baseline
FILL = (0.4, 1.0)

STEPS, BATCH = 2500, 64
LEARNING_RATE, WEIGHT_DECAY = 4e-3, 0.05
SMOOTHING, AVERAGING = 0.05, 0.998

CLASSES = tuple(NAMES)


def pictures(
    seed: int, labels: np.ndarray, kinds: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one crop per label.

    Args:
        seed: Of all that is random.
        labels: Numbers of the things.
        kinds: Backgrounds to choose from.

    Returns:
        (n, 64, 64, 3) uint8, and the labels.
    """
    rng = np.random.default_rng(seed)
    drawn = [crop(rng, CLASSES[label], SIZE, fill=FILL, kinds=kinds) for label in labels]
    return np.stack([np.asarray(picture) for picture in drawn]), labels


def tensor(images: np.ndarray) -> torch.Tensor:
    """Pictures as the model wants them: (n, 3, 64, 64), normalized as the configuration says."""
    mean, std = (torch.tensor(CONFIG["pretrained_cfg"][name]) for name in ("mean", "std"))
    values = torch.from_numpy(images).float() / 255
    return ((values - mean) / std).permute(0, 3, 1, 2).contiguous()


def train(run: Run) -> None:
    """Train from nothing on crops drawn as it goes; keep the averaged weights."""
    model = create().to(run.device)
    mean = torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGING)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=mean, use_buffers=True)
    adamw = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    labels_of = np.random.default_rng(SEED)

    def loss(step: int) -> torch.Tensor:
        labels = labels_of.integers(0, len(CLASSES), BATCH)
        images, _ = pictures(SEED + 1 + step, labels, KINDS_SEEN)
        inputs, targets = tensor(images).to(run.device), torch.from_numpy(labels).to(run.device)
        return cross_entropy(model(inputs), targets, label_smoothing=SMOOTHING)

    schedules = one_cycle([adamw], STEPS, 0.15, cycle_momentum=True)
    update = partial(average.update_parameters, model)
    run.fit(model, range(STEPS), loss, [adamw], schedules, after=update, every=250)
    save_fp16(average.module, run.folder / WEIGHTS)


@torch.inference_mode()
def score(model: nn.Module, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Return top-1 and top-5 accuracy in percent.

    Args:
        model: Ready to be used.
        images: (n, 64, 64, 3) uint8
        labels: (n,)
    """
    logits = torch.cat([model(tensor(images[i : i + 256])) for i in range(0, len(images), 256)])
    hits = logits.topk(5).indices == torch.from_numpy(labels)[:, None]
    return 100 * hits[:, 0].float().mean().item(), 100 * hits.any(1).float().mean().item()


def _baseline(images: np.ndarray, labels: np.ndarray) -> float:
    """Top-1 accuracy in percent of the nearest color histogram among labeled crops."""
    known = pictures(20_000_000, np.repeat(np.arange(len(CLASSES)), NEIGHBORS), KINDS_SEEN)
    nearest = KNeighborsClassifier(1, metric="manhattan")
    nearest.fit([histogram(image) for image in known[0]], known[1])
    return 100 * nearest.score([histogram(image) for image in images], labels)


def load(source: Path = HERE) -> nn.Module:
    """Return the model with the weights in `source`, as the offline Hub serves it."""
    model = create()
    stored = load_file(source / WEIGHTS)
    wanted = model.state_dict()
    model.load_state_dict({key: stored[key].to(wanted[key].dtype) for key in wanted})
    return model.eval()


def evaluate(folder: Path) -> tuple[float, float, float]:
    """Return top-1 and top-5 accuracy on the held-out crops, and top-1 of the baseline."""
    labels = np.repeat(np.arange(len(CLASSES)), PER_CLASS)
    images, _ = pictures(10_000_000 + SEED, labels, HELD_OUT_KINDS)
    return *score(load(folder), images, labels), _baseline(images, labels)


def _describe(found: tuple[float, float, float], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    top1, top5, base = found
    count, kinds = f"{PER_CLASS * len(CLASSES):,}", " and ".join(HELD_OUT_KINDS)
    measured = f"""
Top-1 accuracy **{top1:.1f} %** on {count} held-out crops, {PER_CLASS} of each class, on
backgrounds of kinds that training never showed ({kinds}). Trained on {STEPS * BATCH:,} crops,
seed {SEED}, in {trained}.

| System | top-1 | top-5 |
| --- | ---: | ---: |
| chance | {100 / len(CLASSES):.1f} | {500 / len(CLASSES):.1f} |
| color histogram, nearest of {NEIGHBORS * len(CLASSES):,} crops | {base:.1f} | |
| this model | {top1:.1f} | {top5:.1f} |
"""
    return measured, f"{top1:.2f}"


RECIPE = Recipe("classification", train, evaluate, _describe, SEED, gpu=True)
