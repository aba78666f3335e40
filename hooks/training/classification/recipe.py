"""Train the classification stand-in: `python -m hooks.training.classification.recipe`."""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.neighbors import KNeighborsClassifier
from torch import nn
from torch.nn.functional import cross_entropy

from hooks.hub.stand_ins.classification.build import CONFIG, HERE, WEIGHTS, create
from hooks.training.card import fill
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

STEPS = 2500
BATCH = 64
LEARNING_RATE = 4e-3
WEIGHT_DECAY = 0.05
SMOOTHING = 0.05
AVERAGING = 0.998
THREADS = 1

CLASSES = tuple(NAMES)


def pictures(
    seed: int, labels: np.ndarray, kinds: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one crop per label.

    Returns:
        (n, 64, 64, 3) uint8, and the labels.
    """
    rng = np.random.default_rng(seed)
    drawn = [crop(rng, CLASSES[label], SIZE, fill=FILL, kinds=kinds) for label in labels]
    return np.stack([np.asarray(picture) for picture in drawn]), labels


def held_out() -> tuple[np.ndarray, np.ndarray]:
    """Draw the held-out crops: on backgrounds of kinds that training never shows."""
    return pictures(
        10_000_000 + SEED, np.repeat(np.arange(len(CLASSES)), PER_CLASS), HELD_OUT_KINDS
    )


def tensor(images: np.ndarray) -> torch.Tensor:
    """Pictures as the model wants them: (n, 3, 64, 64), normalized as the configuration says."""
    mean, std = (torch.tensor(CONFIG["pretrained_cfg"][name]) for name in ("mean", "std"))
    values = torch.from_numpy(images).float() / 255
    return ((values - mean) / std).permute(0, 3, 1, 2).contiguous()


def train(steps: int, device: torch.device) -> nn.Module:
    """Train from nothing on crops drawn as it goes; return the averaged weights."""
    torch.manual_seed(SEED)
    model = create().to(device)
    average = torch.optim.swa_utils.AveragedModel(
        model,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGING),
        use_buffers=True,
    )
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.15
    )
    labels_of = np.random.default_rng(SEED)
    start = time.perf_counter()
    for step in range(steps):
        labels = labels_of.integers(0, len(CLASSES), BATCH)
        images, _ = pictures(SEED + 1 + step, labels, KINDS_SEEN)
        inputs, targets = tensor(images).to(device), torch.from_numpy(labels).to(device)
        loss = cross_entropy(model(inputs), targets, label_smoothing=SMOOTHING)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        average.update_parameters(model)
        if step % 250 == 249:
            print(f"{step + 1} {loss.item():.3f} {time.perf_counter() - start:.0f} s", flush=True)
    return average.module.cpu().eval()


@torch.inference_mode()
def score(model: nn.Module, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Return top-1 and top-5 accuracy in percent."""
    logits = torch.cat([model(tensor(images[i : i + 256])) for i in range(0, len(images), 256)])
    hits = logits.topk(5).indices == torch.from_numpy(labels)[:, None]
    return 100 * hits[:, 0].float().mean().item(), 100 * hits.any(1).float().mean().item()


def histogram(image: np.ndarray) -> np.ndarray:
    """Color histogram of one picture: 4 x 4 x 4 bins, as shares of its pixels."""
    bins = (image.reshape(-1, 3) // 64).astype(int) @ [16, 4, 1]
    return np.bincount(bins, minlength=64) / len(bins)


def baseline(images: np.ndarray, labels: np.ndarray) -> float:
    """Top-1 accuracy in percent of the nearest color histogram among labeled crops."""
    known = pictures(20_000_000, np.repeat(np.arange(len(CLASSES)), NEIGHBORS), KINDS_SEEN)
    nearest = KNeighborsClassifier(1, metric="manhattan")
    nearest.fit([histogram(image) for image in known[0]], known[1])
    return 100 * nearest.score([histogram(image) for image in images], labels)


def load() -> nn.Module:
    """Return the model with the committed weights, as the offline Hub serves it."""
    model = create()
    stored = load_file(HERE / WEIGHTS)
    wanted = model.state_dict()
    model.load_state_dict({key: stored[key].to(wanted[key].dtype) for key in wanted})
    return model.eval()


def fill_card(
    path: Path, top1: float, top5: float, base: float, steps: int, seconds: float
) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    count, kinds = f"{PER_CLASS * len(CLASSES):,}", " and ".join(HELD_OUT_KINDS)
    measured = f"""
Top-1 accuracy **{top1:.1f} %** on {count} held-out crops, {PER_CLASS} of each class, on
backgrounds of kinds that training never showed ({kinds}). Trained on {steps * BATCH:,} crops,
seed {SEED}, in {seconds / 60:.0f} minutes on one CPU core that other work shared.

| System | top-1 | top-5 |
| --- | ---: | ---: |
| chance | {100 / len(CLASSES):.1f} | {500 / len(CLASSES):.1f} |
| color histogram, nearest of {NEIGHBORS * len(CLASSES):,} crops | {base:.1f} | |
| this model | {top1:.1f} | {top5:.1f} |
"""
    fill(path, measured, f"{top1:.2f}")


def main() -> None:
    """Train, save, evaluate; with --evaluate only the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help="fewer for a quick look")
    parser.add_argument("--evaluate", action="store_true", help="score the committed weights")
    parser.add_argument("--look", action="store_true", help="train and score, write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    images, labels = held_out()
    if arguments.evaluate:
        print("top-1 {:.2f} top-5 {:.2f}".format(*score(load(), images, labels)))
        print(f"baseline {baseline(images, labels):.2f}")
        return
    start = time.perf_counter()
    model = train(arguments.steps, device)
    seconds = time.perf_counter() - start
    if arguments.look:
        print("top-1 {:.2f} top-5 {:.2f}".format(*score(model, images, labels)))
        return
    tensors = {
        key: value.half() if value.is_floating_point() else value.clone()
        for key, value in model.state_dict().items()
    }
    save_file(tensors, HERE / WEIGHTS, metadata={"format": "pt"})
    top1, top5 = score(load(), images, labels)  # of what was saved, in half precision
    base = baseline(images, labels)
    print(f"top-1 {top1:.2f} top-5 {top5:.2f} baseline {base:.2f}")
    fill_card(HERE / "README.md", top1, top5, base, arguments.steps, seconds)


if __name__ == "__main__":
    main()
