"""Train the SAM stand-in, on a CPU or a GPU.

`python -m hooks.training segmentation_sam`
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import distance_transform_edt
from scipy.ndimage import label as components
from skimage.filters import threshold_otsu
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits, interpolate, mse_loss
from transformers import Sam2Model, Sam2Processor

from hooks.hub.stand_ins.segmentation_sam.build import HIDDEN, SIZE, WEIGHTS, build, configure
from hooks.training.frame import Recipe, Run
from hooks.training.optimizers import muon_and_adamw, one_cycle
from hooks.training.weights import as_served, save_fp16
from hooks.worlds.emoji.art import NAMES, SCENE_CLASSES, UNKNOWN
from hooks.worlds.emoji.scene import Scene, draw

SEED = 12
HELD_OUT = 200
COUNT, SCALE = (1, 3), (32, 80)  # things in a scene, and their long side in pixels
KINDS = ("gradient", "clouds", "meadow")  # of backgrounds: the quiet ones
BATCH = 16
CLICKS = 3  # a picture is read once for this many clicks on things in it
MUON_RATE, LEARNING_RATE = 0.01, 2e-3  # of the matrices inside, which Muon trains, and the rest
VISIBLE = 0.85  # share of each thing, at least: things touch, but hardly cover one another
SCENES, EPOCHS = 24000, 12
# The model predicts 24 x 24 squares. In the last epochs their logits are enlarged before the loss,
# as they are when the model is used: thin things are lost in whole squares.
COARSE, FINE_EPOCHS = SIZE // 4, 6
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, as the real processor


def _stream(rng: np.random.Generator, names: Sequence[str]) -> Iterator[Scene]:
    """Draw scenes with at least one thing of `names`, without end."""
    while True:
        scene = draw(rng, SIZE, names, COUNT, SCALE, visible=VISIBLE, kinds=KINDS)
        if scene.objects:
            yield scene


def scenes(seed: int, count: int, names: Sequence[str]) -> list[Scene]:
    """Draw scenes.

    Args:
        seed: Of all that is random.
        count: How many.
        names: Each scene has at least one of these things.
    """
    return list(islice(_stream(np.random.default_rng(seed), names), count))


def lessons(seed: int, count: int) -> list[Scene]:
    """Draw scenes to train on: half with all kinds, half with those that are scored.

    Each scene gives `CLICKS` clicks, so a thing on its own would count three times as much as one
    of three; scenes are kept in proportion to their things, and each thing counts alike.

    Args:
        seed: Of all that is random.
        count: How many.
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for names in (tuple(NAMES), SCENE_CLASSES):
        fit = (one for one in _stream(rng, names) if rng.random() < len(one.objects) / COUNT[1])
        drawn += islice(fit, count // 2)
    return drawn


def middle(mask: np.ndarray) -> tuple[int, int]:
    """Return the pixel (x, y) of a mask that is farthest from its edge."""
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return int(x), int(y)


def _clicks(rng: np.random.Generator, mask: np.ndarray, count: int) -> np.ndarray:
    """Return `count` pixels (x, y) inside a mask, those far from its edge more often."""
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1].ravel()
    chosen = rng.choice(depth.size, count, p=depth / depth.sum())
    return np.stack([chosen % SIZE, chosen // SIZE], axis=1)


def tensors(drawn: list[Scene]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return what a step of training needs of each scene.

    Pictures (n, 3, SIZE, SIZE) uint8; clicks (n, CLICKS, 2), x and y; the mask of the thing under
    each click (n, CLICKS, SIZE, SIZE) bool; and the guide (n, 3, SIZE / 4, SIZE / 4): the share of
    any thing, and the middle of the thing that a square belongs to, -1 to 1.
    """
    rng = np.random.default_rng(SEED)
    pictures, points, masks, guides = [], [], [], []
    for scene in drawn:
        order = rng.permutation(len(scene.objects)).tolist()
        chosen = [scene.objects[order[i % len(order)]].mask for i in range(CLICKS)]
        pictures.append(np.asarray(scene.image))
        points.append(np.concatenate([_clicks(rng, mask, 1) for mask in chosen]))
        masks.append(torch.from_numpy(np.stack(chosen)))
        guides.append(guide(scene))
    pixels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()
    at = torch.from_numpy(np.stack(points)).float()
    return pixels, at, torch.stack(masks), torch.stack(guides)


def guide(scene: Scene) -> Tensor:
    """Return (3, SIZE / 4, SIZE / 4): see `tensors`."""
    maps = np.zeros((3, SIZE, SIZE), np.float32)
    for thing in scene.objects:
        left, top, right, bottom = thing.box
        maps[0][thing.mask] = 1
        maps[1][thing.mask] = (left + right) / SIZE - 1
        maps[2][thing.mask] = (top + bottom) / SIZE - 1
    share, *middles = avg_pool2d(torch.from_numpy(maps), 4)
    return torch.stack([share, *(middle / share.clamp(min=0.01) for middle in middles)])


def values(pixels: Tensor) -> Tensor:
    """Return what the image processor makes of uint8 pictures."""
    mean, std = (torch.tensor(three, device=pixels.device).view(3, 1, 1) for three in (MEAN, STD))
    return (pixels.float() / 255 - mean) / std


def overlap(logits: Tensor, target: Tensor) -> Tensor:
    """Return the IoU of `logits` > 0 and `target` > 0.5 over the last two axes.

    Args:
        logits: (..., side, side)
        target: (..., side, side), 0 to 1.
    """
    one, two = logits > 0, target > 0.5
    return (one & two).sum((-2, -1)) / (one | two).sum((-2, -1)).clamp(min=1)


def losses(logits: Tensor, target: Tensor) -> Tensor:
    """Return cross-entropy and dice loss of each mask, added: (batch, clicks, masks).

    Args:
        logits: (batch, clicks, masks, side, side)
        target: (batch, clicks, masks, side, side), 0 to 1.
    """
    entropy = binary_cross_entropy_with_logits(logits, target, reduction="none").mean((-2, -1))
    found = logits.sigmoid()
    shared, both = (found * target).sum((-2, -1)), (found + target).sum((-2, -1))
    return 5 * entropy + 1 - (2 * shared + 1) / (both + 1)


def fresh() -> Sam2Model:
    """Return the model with random weights, made to learn within minutes.

    Embeddings start as in the paper's code, where transformers makes them too small to be told
    apart. The position of a click and that of each patch are coded alike. So queries and keys
    start as one and the same projection: a token then heeds itself and a patch heeds a click near
    it from the first step, where the paper's model learns so from a billion masks.
    """
    model = Sam2Model(configure())
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(module.weight)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight)
    nn.init.zeros_(model.prompt_encoder.no_mask_embed.weight)
    for layer in model.mask_decoder.transformer.layers:
        across = (layer.cross_attn_image_to_token, layer.cross_attn_token_to_image)
        for attention in (layer.self_attn, *across):
            nn.init.orthogonal_(attention.q_proj.weight, gain=1.5)
            attention.k_proj.weight.data.copy_(attention.q_proj.weight)
        for projection in (across[0].v_proj, across[0].o_proj):
            projection.weight.data.mul_(2)
    # Only the coarse map knows of the click: at first it must outweigh the fine ones.
    decoder = model.mask_decoder
    for convolution in (decoder.conv_s0, decoder.conv_s1):
        convolution.weight.data.mul_(0.1)
    for convolution in (decoder.upscale_conv1, decoder.upscale_conv2):
        nn.init.normal_(convolution.weight, std=convolution.in_channels**-0.5)
    # Lower frequencies than the paper's: near means within the size of a thing.
    waves = torch.randn(2, HIDDEN // 2) * torch.linspace(0.2, 1, HIDDEN // 2)
    for coder in (model.shared_image_embedding, model.prompt_encoder.shared_embedding):
        coder.positional_embedding.copy_(waves)
    return model


def train(run: Run) -> None:
    """Train on freshly drawn scenes and write the weights.

    Each process draws its share of the scenes and reads its share of each batch.
    """
    model = fresh().train().to(run.device)
    count, batch = SCENES // run.workers, BATCH // run.workers
    pixels, points, masks, guides = tensors(lessons(SEED + 100 * run.rank, count))
    # Thrown away after training: reads the guide out of the finest features, so that the
    # encoder learns from every pixel and not from three clicks alone.
    reader = nn.Conv2d(HIDDEN // 8, 3, 1).to(run.device)
    turn = torch.tensor([1, -1, 1], device=run.device).view(3, 1, 1)

    def batches() -> Iterator[tuple[int, Tensor]]:
        torch.manual_seed(SEED + 100 * run.rank)
        for epoch in range(EPOCHS):
            side = SIZE if epoch >= EPOCHS - FINE_EPOCHS else COARSE
            for chosen in torch.randperm(count).split(batch)[: count // batch]:
                yield side, chosen

    def parts(side_and_chosen: tuple[int, Tensor]) -> dict[str, Tensor]:
        side, chosen = side_and_chosen
        inputs, at = values(pixels[chosen].to(run.device)), points[chosen].to(run.device)
        target = avg_pool2d(masks[chosen].to(run.device).float(), SIZE // side).unsqueeze(2)
        map_ = guides[chosen].to(run.device)
        if torch.rand(()) < 0.5:
            inputs, target, map_ = inputs.flip(-1), target.flip(-1), map_.flip(-1) * turn
            at = torch.stack([SIZE - 1 - at[..., 0], at[..., 1]], dim=-1)
        # The three candidates, or the single mask of multimask_output=False.
        several = bool(torch.rand(()) < 0.5)
        out = model(
            pixel_values=inputs,
            input_points=at.unsqueeze(2),
            input_labels=torch.ones(len(at), CLICKS, 1, dtype=torch.int64, device=run.device),
            multimask_output=several,
        )
        logits = out.pred_masks  # (batch, clicks, 3 or 1, SIZE / 4, SIZE / 4)
        large = interpolate(logits.flatten(0, 1), size=(side, side), mode="bilinear")
        logits = large.unflatten(0, logits.shape[:2])  # unchanged where that is their size
        # The paper lets only the best candidate learn. Here three candidates would then stand
        # for three things, and the click would not matter: so all learn the same.
        read = reader(out.image_embeddings[0])
        return {
            "masks": losses(logits, target.expand_as(logits)).mean(),
            "opinion": mse_loss(out.iou_scores, overlap(logits, target)),
            "thing": binary_cross_entropy_with_logits(read[:, 0], map_[:, 0]),
            "place": 4 * ((read[:, 1:] - map_[:, 1:]).abs() * map_[:, :1]).mean(),
        }

    def inside(name: str, weight: Tensor) -> bool:
        return weight.ndim == 2 and "embed" not in name and "token" not in name

    learning, rates = nn.ModuleList([model, reader]), (MUON_RATE, LEARNING_RATE)
    both = muon_and_adamw(learning, inside, rates, adamw={"fused": True})
    schedules = one_cycle(both, EPOCHS * (count // batch))
    run.fit(model, batches(), parts, both, schedules, clip=1.0)
    if run.rank == 0:
        save_fp16(model, run.folder / WEIGHTS)


@torch.inference_mode()
def score(drawn: list[Scene], folder: Path) -> dict[str, float]:
    """Return mean IoU of one-click masks: one click in the middle of each visible thing.

    As served and called: the real processor, masks at the picture's own size.

    Args:
        drawn: Scenes with their things.
        folder: Holds the weights.
    """
    processor, model = as_served(build, folder, Sam2Processor, Sam2Model)
    first, best, opinion, line = [], [], [], []
    for scene in drawn:
        truth = np.stack([thing.mask for thing in scene.objects])
        points = [[list(middle(mask))] for mask in truth]
        clicks = {"input_points": [points], "input_labels": [[[1]] * len(points)]}
        inputs = processor(images=scene.image, **clicks, return_tensors="pt")
        out = model(**inputs)
        masks = processor.post_process_masks(out.pred_masks, inputs["original_sizes"])[0].numpy()
        scores = out.iou_scores[0].numpy()
        iou = np.array([[_jaccard(one, t) for one in masks[i]] for i, t in enumerate(truth)])
        first += iou[np.arange(len(truth)), scores.argmax(1)].tolist()
        best += iou.max(1).tolist()
        opinion += np.abs(scores - iou).ravel().tolist()
        gray = np.asarray(scene.image.convert("L"))
        line += [_jaccard(_region(gray, p[0]), t) for p, t in zip(points, truth, strict=True)]
    found = {"top": first, "best": best, "opinion": opinion, "otsu": line}
    return {"clicks": len(first)} | {name: float(np.mean(one)) for name, one in found.items()}


def _jaccard(one: np.ndarray, two: np.ndarray) -> float:
    """Return shared pixels over joint pixels of two masks."""
    return float((one & two).sum() / max((one | two).sum(), 1))


def _region(gray: np.ndarray, point: Sequence[int]) -> np.ndarray:
    """Return the baseline: the connected piece, on its side of Otsu's threshold, at `point`."""
    x, y = point
    bright = gray > threshold_otsu(gray)
    pieces, _ = components(bright == bright[y, x])
    return pieces == pieces[y, x]


def evaluate(folder: Path) -> list[dict[str, float]]:
    """Score held-out scenes with the classes of the demo, then with things never trained on."""
    parts = (scenes(SEED + 1, HELD_OUT, SCENE_CLASSES), scenes(SEED + 2, HELD_OUT, tuple(UNKNOWN)))
    return [score(part, folder) for part in parts]


def _describe(found: list[dict[str, float]], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    known, new = found
    measured = f"""
Mean IoU **{known["top"]:.2f}** of one-click masks, over {known["clicks"]} things in {HELD_OUT}
held-out scenes (seed {SEED + 1}). Trained on {SCENES:,} other scenes,
{EPOCHS} times each; seed {SEED}, {trained}, drawing included.

| One click in the middle of each thing | Classes of the scenes | Things never trained on |
| --- | ---: | ---: |
| the mask that the model scores highest | {known["top"]:.2f} | {new["top"]:.2f} |
| the best of its three masks | {known["best"]:.2f} | {new["best"]:.2f} |
| the connected piece by an Otsu threshold | {known["otsu"]:.2f} | {new["otsu"]:.2f} |
| mean error of the model's own `iou_scores` | {known["opinion"]:.2f} | {new["opinion"]:.2f} |
"""
    return measured, f"{known['top']:.4f}"


RECIPE = Recipe("segmentation_sam", train, evaluate, _describe, SEED, gpu=True, split=True)
