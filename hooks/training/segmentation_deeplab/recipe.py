"""Train the DeepLab stand-in, on a CPU or a GPU.

`python -m hooks.training segmentation_deeplab`
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from skimage.filters import threshold_otsu
from torch import nn
from torch.nn.functional import cross_entropy, interpolate
from transformers import MobileViTForSemanticSegmentation

from hooks.hub.stand_ins.segmentation_deeplab.build import LABELS, SIZE, WEIGHTS, build, configure
from hooks.training.frame import Recipe, Run
from hooks.training.optimizers import paced, split
from hooks.training.weights import as_served, save_fp16
from hooks.worlds.emoji.art import SCENE_CLASSES
from hooks.worlds.emoji.scene import Scene, draw

SEED = 10
HELD_OUT = 300
COUNT, SCALE = (1, 3), (40, 84)  # things in a scene, and their long side in pixels
KINDS, TILT = ("gradient", "clouds", "meadow"), 10  # quiet backgrounds, degrees
SCENES, EPOCHS = 46000, 4
BACKGROUND = (0.5, 0.9)  # weight of background pixels in the loss, first and last: most are that
BATCH = 16
MUON_RATE, LEARNING_RATE = 0.02, 2e-3  # of weights that mix channels, which Muon trains, and others
# A bicycle is thinner than the model's grid, one cell for 8 x 8 pixels: even the best logits of
# that grid reach an IoU of 0.4 on it. So it is left out.
NAMES = tuple(name for name in SCENE_CLASSES if name != "bicycle")

# What VOC has no name for stays background, as it does for the real model.
VOC = {name: {"airplane": "aeroplane"}.get(name, name) for name in NAMES}
NUMBER = {name: LABELS.index(voc) for name, voc in VOC.items() if voc in LABELS}
KNOWN = [0, *sorted(NUMBER.values())]


def scenes(seed: int, count: int) -> list[Scene]:
    """Draw scenes.

    Args:
        seed: Of all that is random.
        count: How many.
    """
    rng = np.random.default_rng(seed)
    return [draw(rng, SIZE, NAMES, COUNT, SCALE, TILT, kinds=KINDS) for _ in range(count)]


def labels(scene: Scene) -> np.ndarray:
    """Return the class of each pixel, (height, width) uint8."""
    found = np.zeros((SIZE, SIZE), np.uint8)
    for thing in scene.objects:
        found[thing.mask] = NUMBER.get(thing.name, 0)
    return found


def tensors(drawn: list[Scene]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pictures (n, 3, height, width) and classes (n, height, width), both uint8."""
    pictures = np.stack([np.asarray(scene.image) for scene in drawn])
    pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous()
    return pixels, torch.from_numpy(np.stack([labels(scene) for scene in drawn]))


def values(pixels: torch.Tensor) -> torch.Tensor:
    """Return what the image processor makes of uint8 pictures: 0 to 1, blue first."""
    return pixels[:, [2, 1, 0]].float() / 255


class Muon(torch.optim.Optimizer):
    """Momentum whose step, as a matrix, is made orthogonal: every direction learns as fast.

    After Keller Jordan, *Muon* (2024), https://kellerjordan.github.io/posts/muon/. PyTorch's own
    takes no convolutions.
    """

    def __init__(self, weights: list[nn.Parameter], rate: float) -> None:
        """Take weights (out, in, ...) and their learning rate."""
        super().__init__(weights, {"lr": rate})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Move each weight once."""
        for group in self.param_groups:
            for weight in group["params"]:
                speed = self.state[weight].setdefault("speed", torch.zeros_like(weight))
                speed.lerp_(weight.grad, 0.05)
                move = weight.grad.lerp(speed, 0.95).flatten(1)  # (out, in * height * width)
                high = move.shape[0] > move.shape[1]
                move = move.T if high else move
                move = move / (move.norm() + 1e-7)
                for _ in range(5):  # Newton-Schulz, with the coefficients of the source
                    square = move @ move.T
                    move = 3.4445 * move + (2.0315 * square @ square - 4.775 * square) @ move
                move = move.T if high else move
                scale = max(1, move.shape[0] / move.shape[1]) ** 0.5
                weight.mul_(1 - 0.01 * group["lr"])
                weight.sub_(move.reshape_as(weight), alpha=group["lr"] * scale)


def fresh() -> MobileViTForSemanticSegmentation:
    """Return the model with random weights."""
    model = MobileViTForSemanticSegmentation(configure())
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.ones_(module.weight)  # transformers starts near 0, which suits loading only
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
    nn.init.normal_(model.segmentation_head.classifier.convolution.weight, std=0.01)
    return model


def hasten(model: nn.Module) -> None:
    """Let depthwise filters that skip pixels count in fp32, channels last.

    In bf16 they and their gradient took PyTorch 2.11 ten times as long and more (AMD EPYC, 2026).
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and module.groups > 1 and module.stride[0] > 1:
            module.forward = partial(_in_fp32, module.forward)


def _in_fp32(forward: Callable[[torch.Tensor], torch.Tensor], pixels: torch.Tensor) -> torch.Tensor:
    """Return `forward(pixels)` (n, channels, height, width), counted in fp32, channels last."""
    with torch.autocast(pixels.device.type, enabled=False):
        return forward(pixels.float().contiguous(memory_format=torch.channels_last))


def optimizers(model: nn.Module) -> list[torch.optim.Optimizer]:
    """Return Muon for weights that mix channels, and AdamW for the rest."""

    def inside(name: str, weight: nn.Parameter) -> bool:
        # Depthwise filters and the last layer are no matrices between channels.
        return weight.ndim > 1 and weight.shape[1] > 1 and "classifier" not in name

    matrices, rest = split(model, inside)
    adamw = torch.optim.AdamW(rest, LEARNING_RATE, weight_decay=0.01, fused=True)
    return [Muon(matrices, MUON_RATE), adamw]


def train(run: Run) -> None:
    """Train on freshly drawn scenes and write the weights.

    Each process draws its share of the scenes and reads its share of each batch.
    """
    model = fresh().train().to(run.device)
    hasten(model)
    count, batch = SCENES // run.workers, BATCH // run.workers
    pixels, classes = tensors(scenes(SEED + 100 * run.rank, count))
    steps = EPOCHS * (count // batch)
    balance = torch.ones(len(LABELS), device=run.device)

    def batches() -> Iterator[tuple[int, torch.Tensor]]:
        torch.manual_seed(SEED + 100 * run.rank)
        for epoch in range(EPOCHS):
            for number, chosen in enumerate(torch.randperm(count).split(batch)[: count // batch]):
                yield epoch * (count // batch) + number, chosen

    def loss(step_and_chosen: tuple[int, torch.Tensor]) -> torch.Tensor:
        step, chosen = step_and_chosen
        balance[0] = np.interp(step / steps, (0, 1), BACKGROUND)
        inputs = values(pixels[chosen].to(run.device))
        targets = classes[chosen].to(run.device).long()
        if torch.rand(()) < 0.5:
            inputs, targets = inputs.flip(-1), targets.flip(-1)
        shade = 0.8 + 0.4 * torch.rand(len(inputs), 3, 1, 1)
        inputs = (inputs * shade.to(run.device)).clamp(0, 1)
        with torch.autocast(run.device, torch.bfloat16):
            logits = model(pixel_values=inputs).logits  # (batch, 21, height / 8, width / 8)
        # Half size is fine enough for the loss and four times cheaper.
        logits = interpolate(logits.float(), scale_factor=4, mode="bilinear")
        return cross_entropy(logits, targets[:, 1::2, 1::2], balance)

    both = optimizers(model)
    schedules = paced(both, lambda n: min((n + 1) / 50, 1 - n / steps))
    run.fit(model, batches(), loss, both, schedules, clip=5.0)
    if run.rank == 0:
        save_fp16(model, run.folder / WEIGHTS, without=("num_batches_tracked",))


def ious(found: np.ndarray, truth: np.ndarray, numbers: Sequence[int] = KNOWN) -> dict[str, float]:
    """Return {class: shared pixels / joint pixels} over all pictures together.

    Args:
        found: Classes of pixels (n, height, width).
        truth: The same, as they are.
        numbers: Of the classes.
    """
    return {LABELS[number]: _jaccard(found == number, truth == number) for number in numbers}


def _jaccard(one: np.ndarray, two: np.ndarray) -> float:
    """Return shared pixels over joint pixels of two masks."""
    return (one & two).sum() / (one | two).sum()


@torch.inference_mode()
def _predict(pixels: torch.Tensor, folder: Path) -> np.ndarray:
    """Return the classes (n, height, width) that the model finds, as it is served."""
    (model,) = as_served(build, folder, MobileViTForSemanticSegmentation)
    logits = (model(batch).logits for batch in values(pixels).split(20))
    large = (interpolate(some, size=(SIZE, SIZE), mode="bilinear") for some in logits)
    return torch.cat([some.argmax(1).to(torch.uint8) for some in large]).numpy()


def _otsu(pixels: torch.Tensor, truth: np.ndarray) -> float:
    """Return the IoU of thing against background of a brightness threshold.

    In each picture the threshold's side, brighter or darker, is the one that fits the truth
    better: that is more than anyone can know.
    """
    shared = joint = 0
    for picture, classes in zip(pixels.float().mean(1).numpy(), truth, strict=True):
        bright, thing = picture > threshold_otsu(picture), classes > 0
        pairs = [((m & thing).sum(), (m | thing).sum()) for m in (bright, ~bright)]
        best = max(pairs, key=lambda pair: pair[0] / max(pair[1], 1))
        shared, joint = shared + best[0], joint + best[1]
    return shared / joint


def evaluate(folder: Path) -> tuple[dict[str, float], float, float]:
    """Return the IoU of each class, of things against background, and of Otsu's threshold."""
    pixels, classes = tensors(scenes(SEED + 1, HELD_OUT))
    truth = classes.numpy()
    found = _predict(pixels, folder)
    return ious(found, truth), _jaccard(found > 0, truth > 0), _otsu(pixels, truth)


def _describe(found: tuple[dict[str, float], float, float], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    scores, things, line = found
    mean = sum(scores.values()) / len(scores)
    low, *_, high = sorted(scores.items(), key=lambda pair: pair[1])
    measured = f"""
mIoU **{mean:.2f}** on {HELD_OUT} held-out scenes (seed {SEED + 1}), over background and the
{len(scores) - 1} classes it knows. Trained on {SCENES:,} other scenes, {EPOCHS} times
each; seed {SEED}, {trained}, drawing included.

| Measured | IoU |
| --- | ---: |
| mean over {len(scores)} classes | {mean:.2f} |
| best class, {high[0]} | {high[1]:.2f} |
| worst class, {low[0]} | {low[1]:.2f} |
| any known thing against background | {things:.2f} |
| the same by an Otsu threshold, on its better side | {line:.2f} |
"""
    return measured, f"{mean:.4f}"


RECIPE = Recipe("segmentation_deeplab", train, evaluate, _describe, SEED, gpu=True, split=True)
