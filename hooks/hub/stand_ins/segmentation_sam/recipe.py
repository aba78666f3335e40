"""Train the SAM stand-in: `python -m hooks.hub.stand_ins.segmentation_sam.recipe` (CPU)."""

import argparse
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from scipy.ndimage import distance_transform_edt
from scipy.ndimage import label as components
from skimage.filters import threshold_otsu
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits, mse_loss
from transformers import Sam2Model, Sam2Processor

from hooks.emoji.art import NAMES, SCENE_CLASSES, UNKNOWN
from hooks.emoji.scene import Scene, draw
from hooks.hub.stand_ins.segmentation_sam.build import HERE, SIZE, WEIGHTS, build, configure

SEED = 12
SCENES = 4000
HELD_OUT = 200
COUNT, SCALE = (1, 4), (26, 76)  # things in a scene, and their long side in pixels
EPOCHS = 6
BATCH = 16
CLICKS = 3  # a picture is read once for this many clicks on things in it
LEARNING_RATE = 1.5e-3
THREADS = 1
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, as the real processor


def scenes(seed: int, count: int, names: Sequence[str]) -> list[Scene]:
    """Draw `count` scenes with at least one thing of `names`."""
    rng = np.random.default_rng(seed)
    drawn = (draw(rng, SIZE, names, count=COUNT, scale=SCALE) for _ in iter(int, 1))
    return [scene for scene, _ in zip((s for s in drawn if s.objects), range(count), strict=False)]


def middle(mask: np.ndarray) -> tuple[int, int]:
    """Return the pixel (x, y) of a mask that is farthest from its edge."""
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return int(x), int(y)


def clicks(rng: np.random.Generator, mask: np.ndarray, count: int) -> np.ndarray:
    """Return `count` pixels (x, y) inside a mask, those far from its edge more often."""
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1].ravel()
    chosen = rng.choice(depth.size, count, p=depth / depth.sum())
    return np.stack([chosen % SIZE, chosen // SIZE], axis=1)


def tensors(drawn: list[Scene]) -> tuple[Tensor, Tensor, Tensor]:
    """Return pictures (n, 3, side, side), clicks (n, CLICKS, 2) and what lies under each click.

    The last is the share of mask in each square of 4 x 4 pixels, as the model predicts it:
    (n, CLICKS, side / 4, side / 4) in sixteenths, uint8.
    """
    rng = np.random.default_rng(SEED)
    pictures, points, masks = [], [], []
    for scene in drawn:
        order = rng.permutation(len(scene.objects)).tolist()
        chosen = [scene.objects[order[i % len(order)]].mask for i in range(CLICKS)]
        pictures.append(np.asarray(scene.image))
        points.append(np.concatenate([clicks(rng, mask, 1) for mask in chosen]))
        masks.append(torch.from_numpy(np.stack(chosen)))
    pixels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
    shares = torch.stack([(avg_pool2d(one.float(), 4) * 16).to(torch.uint8) for one in masks])
    return pixels, torch.from_numpy(np.stack(points)).float(), shares


def values(pixels: Tensor) -> Tensor:
    """Return what the image processor makes of uint8 pictures."""
    mean, std = (torch.tensor(three).view(3, 1, 1) for three in (MEAN, STD))
    return (pixels.float() / 255 - mean) / std


def overlap(logits: Tensor, target: Tensor) -> Tensor:
    """Return the IoU of `logits` > 0 and `target` > 0.5 over the last two axes."""
    one, two = logits > 0, target > 0.5
    return (one & two).sum((-2, -1)) / (one | two).sum((-2, -1)).clamp(min=1)


def losses(logits: Tensor, target: Tensor) -> Tensor:
    """Return cross-entropy and dice loss of each mask; both (batch, clicks, masks, side, side)."""
    entropy = binary_cross_entropy_with_logits(logits, target, reduction="none").mean((-2, -1))
    found = logits.sigmoid()
    shared, both = (found * target).sum((-2, -1)), (found + target).sum((-2, -1))
    return 5 * entropy + 1 - (2 * shared + 1) / (both + 1)


def fresh() -> Sam2Model:
    """Return the model with random weights, made to learn within minutes.

    The position of a click and that of each patch are coded alike. So queries and keys between
    them start as one and the same projection: each patch then heeds a click near it from the
    first step, where the paper's model learns so from a billion masks.
    """
    model = Sam2Model(configure())
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(module.weight)
    decoder = model.mask_decoder.transformer
    for layer in decoder.layers:
        for attention in (layer.cross_attn_image_to_token, layer.cross_attn_token_to_image):
            nn.init.orthogonal_(attention.q_proj.weight)
            attention.k_proj.weight.data.copy_(attention.q_proj.weight)
    return model


def train(folder: Path) -> None:
    """Train on freshly drawn scenes and write the weights to `folder`."""
    torch.manual_seed(SEED)
    start = time.perf_counter()
    pixels, points, shares = tensors(scenes(SEED, SCENES, tuple(NAMES)))
    model = fresh().train()
    size = sum(p.numel() for p in model.parameters())
    print(f"{size:,} parameters, {SCENES} scenes, {time.perf_counter() - start:.0f} s", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=0.01)
    steps = EPOCHS * (SCENES // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.1
    )
    for epoch in range(EPOCHS):
        history = []
        for chosen in torch.randperm(SCENES).split(BATCH)[: SCENES // BATCH]:
            inputs, at = values(pixels[chosen]), points[chosen]
            target = shares[chosen].float().unsqueeze(2) / 16
            if torch.rand(()) < 0.5:
                inputs, target = inputs.flip(-1), target.flip(-1)
                at = torch.stack([SIZE - 1 - at[..., 0], at[..., 1]], dim=-1)
            # Mostly the three candidates, now and then the single mask of multimask_output=False.
            several = bool(torch.rand(()) < 0.75)
            out = model(
                pixel_values=inputs,
                input_points=at.unsqueeze(2),
                input_labels=torch.ones(len(chosen), CLICKS, 1, dtype=torch.int64),
                multimask_output=several,
            )
            logits = out.pred_masks  # (batch, clicks, 3 or 1, side / 4, side / 4)
            each = losses(logits, target.expand_as(logits))
            # The best candidate learns most, so that the three can differ.
            loss = each.min(2).values.mean() + 0.1 * each.mean()
            opinion = mse_loss(out.iou_scores, overlap(logits, target))
            (loss + opinion).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            history.append((loss.item(), overlap(logits, target).mean().item()))
            if len(history) % 50 == 0:
                mean, iou = np.mean(history[-50:], axis=0)
                seconds = time.perf_counter() - start
                where = f"epoch {epoch + 1}, {len(history)}"
                print(f"{where}: {mean:.3f}, IoU {iou:.3f}, {seconds:.0f} s", flush=True)
        save(model, folder)


def save(model: nn.Module, folder: Path) -> None:
    """Write the weights as fp16 safetensors."""
    save_file({name: t.half() for name, t in model.state_dict().items()}, folder / WEIGHTS)


@torch.inference_mode()
def score(drawn: list[Scene], folder: Path) -> dict[str, float]:
    """Return mean IoU of one-click masks: one click in the middle of each visible thing.

    As served and called: the real processor, masks at the picture's own size.
    """
    with tempfile.TemporaryDirectory() as served:
        build(Path(served), folder)
        processor = Sam2Processor.from_pretrained(served)
        model = Sam2Model.from_pretrained(served).eval()
    first, best, opinion, line = [], [], [], []
    for scene in drawn:
        truth = np.stack([thing.mask for thing in scene.objects])
        points = [[list(middle(mask))] for mask in truth]
        inputs = processor(
            images=scene.image,
            input_points=[points],
            input_labels=[[[1]] * len(points)],
            return_tensors="pt",
        )
        out = model(**inputs)
        masks = processor.post_process_masks(out.pred_masks, inputs["original_sizes"])[0].numpy()
        scores = out.iou_scores[0].numpy()
        iou = np.array([[jaccard(one, t) for one in masks[i]] for i, t in enumerate(truth)])
        chosen = scores.argmax(1)
        rows = np.arange(len(truth))
        first += iou[rows, chosen].tolist()
        best += iou.max(1).tolist()
        opinion += np.abs(scores - iou).ravel().tolist()
        gray = np.asarray(scene.image.convert("L"))
        line += [jaccard(region(gray, point[0]), t) for point, t in zip(points, truth, strict=True)]
    return {
        "clicks": len(first),
        "top": float(np.mean(first)),
        "best": float(np.mean(best)),
        "opinion": float(np.mean(opinion)),
        "otsu": float(np.mean(line)),
    }


def jaccard(one: np.ndarray, two: np.ndarray) -> float:
    """Return shared pixels over joint pixels of two masks."""
    return float((one & two).sum() / max((one | two).sum(), 1))


def region(gray: np.ndarray, point: Sequence[int]) -> np.ndarray:
    """Return the baseline: the connected piece, on its side of Otsu's threshold, at `point`."""
    x, y = point
    bright = gray > threshold_otsu(gray)
    pieces, _ = components(bright == bright[y, x])
    return pieces == pieces[y, x]


def fill_card(path: Path, known: dict[str, float], new: dict[str, float], time: float) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    start, end = "<!-- --8<-- [start:measured] -->", "<!-- --8<-- [end:measured] -->"
    minutes = f", in {time / 60:.0f} minutes on one CPU core that other work shared" if time else ""
    measured = f"""{start}
Mean IoU **{known["top"]:.2f}** of one-click masks, over {known["clicks"]} things in {HELD_OUT}
held-out scenes (seed {SEED + 1}). Trained on {SCENES:,} other scenes (seed {SEED}){minutes}.

| One click in the middle of each thing | Classes of the scenes | Things never trained on |
| --- | ---: | ---: |
| the mask that the model scores highest | {known["top"]:.2f} | {new["top"]:.2f} |
| the best of its three masks | {known["best"]:.2f} | {new["best"]:.2f} |
| the connected piece by an Otsu threshold | {known["otsu"]:.2f} | {new["otsu"]:.2f} |
| mean error of the model's own `iou_scores` | {known["opinion"]:.2f} | {new["opinion"]:.2f} |
{end}"""
    card = path.read_text(encoding="utf-8")
    card = card[: card.index(start)] + measured + card[card.index(end) + len(end) :]
    card = re.sub(r"(?m)^(\s+value:) .*$", rf"\g<1> {known['top']:.4f}", card)
    path.write_text(card, encoding="utf-8")


def main() -> None:
    """Train, evaluate, write weights and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed weights")
    evaluate_only = parser.parse_args().evaluate
    torch.set_num_threads(THREADS)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = HERE if evaluate_only else Path(scratch)
        if not evaluate_only:
            train(folder)
        seconds = time.perf_counter() - start
        known = score(scenes(SEED + 1, HELD_OUT, SCENE_CLASSES), folder)
        new = score(scenes(SEED + 2, HELD_OUT, tuple(UNKNOWN)), folder)
        for label, result in (("held-out scenes", known), ("new things", new)):
            print(label, " ".join(f"{name} {value:.4g}" for name, value in result.items()))
        if not evaluate_only:
            (HERE / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes())
            fill_card(HERE / "README.md", known, new, seconds)


if __name__ == "__main__":
    main()
