"""Detect in overlapping tiles, so that small objects reach the model with more pixels."""

from PIL import Image
from ultralytics import YOLO

from snippets.vision.detection import detect


def iou(a: list[float], b: list[float]) -> float:
    """Return the area that two boxes share, divided by their joint area."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return shared / (sum(areas) - shared)


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Return where tiles begin so that they cover `length`, the last one flush with the end."""
    places = range(0, max(length - tile, 0), tile - overlap)
    return [*places, max(length - tile, 0)]


def detect_in_tiles(
    image: Image.Image, model: YOLO, tile: int = 96, overlap: int = 32, threshold: float = 0.25
) -> list[dict]:
    """Return what the tiles hold, in pixels of the whole picture, best score first.

    Where boxes of one name overlap by half, the best is kept: both tiles saw the same object.
    """
    found = []
    for top in starts(image.height, tile, overlap):
        for left in starts(image.width, tile, overlap):
            part = image.crop((left, top, left + tile, top + tile))
            for one in detect(part, model, threshold):
                shift = (left, top, left, top)
                box = [edge + by for edge, by in zip(one["box"], shift, strict=True)]
                found.append(one | {"box": box})
    kept: list[dict] = []
    for one in sorted(found, key=lambda one: -one["score"]):
        same = [other for other in kept if other["name"] == one["name"]]
        if all(iou(one["box"], other["box"]) < 0.5 for other in same):
            kept.append(one)
    return kept
