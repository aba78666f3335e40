"""Find the pixels of things: by name with DeepLabV3, by click with SAM 2.1."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from transformers import (
    AutoImageProcessor,
    AutoModelForSemanticSegmentation,
    BaseImageProcessor,
    PreTrainedModel,
    Sam2Model,
    Sam2Processor,
)

CHECKPOINT = "apple/deeplabv3-mobilevit-small"
REVISION = "09a4c8fd616da94b5bc900a6babfbcb40d66f2af"
SAM_CHECKPOINT = "facebook/sam2.1-hiera-tiny"
SAM_REVISION = "de431c4043854a71d8101e17995dfe596bf101a5"
LONGEST = 1024  # SAM reads 1,024 pixels a side; more cost memory and show it nothing

Picture = Image.Image | str | Path


def load_deeplab() -> tuple[BaseImageProcessor, PreTrainedModel]:
    """Load DeepLabV3, which names each pixel."""
    processor = AutoImageProcessor.from_pretrained(CHECKPOINT, revision=REVISION)
    model = AutoModelForSemanticSegmentation.from_pretrained(
        CHECKPOINT, revision=REVISION, use_safetensors=True
    )
    return processor, model.eval()


def name_pixels(
    picture: Picture, processor: BaseImageProcessor, model: PreTrainedModel
) -> np.ndarray:
    """Give every pixel the number of a class; `model.config.id2label` has the names.

    Args:
        picture: a PIL image of any mode, or a path to one. What its EXIF data say about
            turning is done first; transparency is dropped.
        processor: the first that `load_deeplab` returns.
        model: the second.

    Returns:
        (height, width) uint8, 0 for background.

    Raises:
        TypeError: if `picture` is neither an image nor a path.
        ValueError: if it has no pixels.
        OSError: if the file is missing, or is no picture.

    Model card: https://huggingface.co/apple/deeplabv3-mobilevit-small
    """
    image = open_picture(picture)
    small = _shrunk(image)
    # The whole picture, squeezed into the square that the model reads. Its own default
    # cuts the middle out of a wide picture, and the answer would not fit any more.
    square = {"size": dict(processor.crop_size), "do_center_crop": False}
    inputs = processor(images=small, **square, return_tensors="pt")
    with torch.inference_mode():
        outputs = model(**inputs.to(model.device))
    (found,) = processor.post_process_semantic_segmentation(
        outputs, target_sizes=[(small.height, small.width)]
    )
    return _enlarged(found.byte().cpu().numpy(), image)


def load_sam() -> tuple[Sam2Processor, Sam2Model]:
    """Load SAM 2.1, which cuts out what a click points at."""
    processor = Sam2Processor.from_pretrained(SAM_CHECKPOINT, revision=SAM_REVISION)
    model = Sam2Model.from_pretrained(SAM_CHECKPOINT, revision=SAM_REVISION)
    return processor, model.eval()


def cut_out(
    picture: Picture,
    points: list[tuple[int, int]],
    processor: Sam2Processor,
    model: Sam2Model,
) -> tuple[np.ndarray, np.ndarray]:
    """Cut out the thing under each point: three candidate masks, best first.

    Args:
        picture: as for `name_pixels`.
        points: n clicks (x, y), one for each thing, in pixels from the top left corner.
        processor: the first that `load_sam` returns.
        model: the second.

    Returns:
        Masks (n, 3, height, width) bool, and (n, 3) the IoU that the model expects of
        each: its opinion, no measurement. Best opinion first.

    Raises:
        TypeError, OSError: as for `name_pixels`.
        ValueError: if the picture has no pixels, or there is no point, or one outside.

    Model card: https://huggingface.co/facebook/sam2.1-hiera-tiny
    """
    image = open_picture(picture)
    if not len(points):
        raise ValueError("no point: click at least once, such as points=[(120, 80)]")
    for index, (x, y) in enumerate(points):
        if not (0 <= x < image.width and 0 <= y < image.height):
            where = f"outside the picture of {image.width} x {image.height} pixels"
            raise ValueError(f"points[{index}] is ({x}, {y}), {where}")
    small = _shrunk(image)
    across, down = small.width / image.width, small.height / image.height
    # Four brackets: pictures, things in the picture, clicks on the thing, x and y.
    clicks = [[[[x * across, y * down]] for x, y in points]]
    inputs = processor(
        images=small,
        input_points=clicks,
        input_labels=[[[1]] * len(points)],  # 1: the thing is here; 0: it is not
        return_tensors="pt",
    )
    with torch.inference_mode():
        outputs = model(**inputs.to(model.device))
    # pred_masks: (1, n, 3, a quarter of what it reads, the same); masks: as `small`
    sizes = inputs["original_sizes"]
    (masks,) = processor.post_process_masks(outputs.pred_masks, sizes)
    scores, order = outputs.iou_scores[0].sort(dim=1, descending=True)  # (n, 3)
    masks = masks[torch.arange(len(points))[:, None], order].cpu().numpy()
    full = np.stack([[_enlarged(mask, image) for mask in three] for three in masks])
    return full, scores.cpu().numpy()


def open_picture(picture: Picture) -> Image.Image:
    """Return the picture as RGB, upright; see `name_pixels` for what it raises."""
    if isinstance(picture, str | Path):
        picture = Image.open(picture)
    if not isinstance(picture, Image.Image):
        kind = type(picture).__name__
        raise TypeError(f"picture is {kind}: pass a PIL image or a path")
    if not (picture.width and picture.height):
        raise ValueError(f"picture is {picture.width} x {picture.height} pixels: empty")
    if picture.mode.startswith("I;16"):  # Pillow would cut 16 bits off, not scale them
        picture = Image.fromarray((np.asarray(picture) / 257).astype(np.uint8))
    return ImageOps.exif_transpose(picture).convert("RGB")


def _shrunk(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((LONGEST, LONGEST))
    return small


def _enlarged(mask: np.ndarray, image: Image.Image) -> np.ndarray:
    if mask.shape == (image.height, image.width):
        return mask
    large = Image.fromarray(mask).resize(image.size, Image.Resampling.NEAREST)
    return np.asarray(large)


if __name__ == "__main__":
    from skimage.data import chelsea  # a cat, part of the package

    cat = Image.fromarray(chelsea())
    processor, model = load_deeplab()
    counts = np.bincount(name_pixels(cat, processor, model).ravel())
    for number in np.flatnonzero(counts):
        share = counts[number] / counts.sum()
        print(f"{model.config.id2label[number]:<12}{share:>4.0%} of the picture")
    masks, scores = cut_out(cat, [(210, 150)], *load_sam())
    for mask, score in zip(masks[0], scores[0], strict=True):
        print(f"mask of {mask.mean():>4.0%} of the picture, expected IoU {score:.2f}")
