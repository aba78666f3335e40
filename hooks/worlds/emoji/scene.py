"""Draws scenes and single-object crops of the emoji world, with boxes and masks for free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from hooks.worlds.emoji.art import SCENE_CLASSES, glyph
from hooks.worlds.emoji.background import background, shape

INK = 128  # a pixel belongs to a thing where its alpha is at least this


@dataclass
class Object:
    """One thing in a scene: what one sees of it."""

    name: str
    box: tuple[int, int, int, int]
    """Visible ink in pixels: left, top, right, bottom; right and bottom are exclusive."""
    mask: np.ndarray = field(repr=False)
    """(height, width) bool: its visible pixels."""


@dataclass
class Scene:
    """A picture and all that is in it, from back to front."""

    image: Image.Image
    objects: list[Object]


def draw(
    rng: np.random.Generator,
    size: int = 192,
    classes: Sequence[str] = SCENE_CLASSES,
    count: tuple[int, int] = (1, 6),
    scale: tuple[int, int] = (16, 96),
    tilt: float = 30,
    visible: float = 0.3,
    kinds: Sequence[str] | None = None,
    vendor: str | Path = "noto",
) -> Scene:
    """Draw one scene: things over one another, and meaningless shapes, on a background.

    Later things cover earlier ones. None is placed where too little of it or of an earlier one
    would stay visible, so nothing in the picture is left without its box; a crowded scene may
    then hold fewer things than drawn for.

    Args:
        rng: All that is random comes from it: same state, same scene.
        size: Side of the square picture in pixels.
        classes: Names to draw from, each equally likely.
        count: Fewest and most things, both inclusive.
        scale: Shortest and longest long side of a thing in pixels; small ones are as likely
            as large ones (uniform in the logarithm).
        tilt: Largest turn to either side in degrees.
        visible: Share of its ink that must stay visible, 0 to 1.
        kinds: Kinds of background, see `hooks.worlds.emoji.background.KINDS`; None means all.
        vendor: Whose art, see `hooks.worlds.emoji.art.glyph`.

    Returns:
        The picture (RGB) with its objects.

    Raises:
        ValueError: An unknown class or kind, or an empty range.
        FileNotFoundError: The font is missing.
    """
    if not classes or not 0 <= count[0] <= count[1] or not 1 <= scale[0] <= scale[1]:
        raise ValueError(f"classes {classes}, count {count}, scale {scale}: an empty range")
    image = background(rng, size, kinds)
    _distract(rng, image, int(rng.integers(0, 7)), size // 8)
    things: list[tuple[str, int, np.ndarray]] = []  # name, full ink in pixels, visible mask
    for _ in range(int(rng.integers(count[0], count[1] + 1))):
        name = classes[int(rng.integers(len(classes)))]
        for _attempt in range(10):
            long = round(np.exp(rng.uniform(*np.log(scale))))
            thing = _pose(rng, glyph(name, long, vendor), tilt)
            # Up to a fifth of it may lie outside.
            x, y = (
                int(rng.integers(-side // 5, max(size - side * 4 // 5, 1 - side // 5)))
                for side in thing.size
            )
            ink, mask = _ink(thing, x, y, size)
            left = [(one & ~mask).sum() >= visible * full for _, full, one in things]
            if ink and mask.sum() >= visible * ink and all(left):
                image.paste(thing, (x, y), thing)
                things = [(word, full, one & ~mask) for word, full, one in things]
                things.append((name, ink, mask))
                break
    image = _light(rng, image)
    return Scene(image, [Object(name, _box(mask), mask) for name, _, mask in things])


def crop(
    rng: np.random.Generator,
    name: str,
    size: int = 64,
    vendor: str | Path = "noto",
    fill: tuple[float, float] = (0.5, 1.0),
    tilt: float = 30,
    kinds: Sequence[str] | None = None,
) -> Image.Image:
    """Draw one thing on a background, for classification.

    Args:
        rng: All that is random comes from it: same state, same picture.
        name: A class in `hooks.worlds.emoji.art.NAMES` or `UNKNOWN`.
        size: Side of the square picture in pixels.
        vendor: Whose art, see `hooks.worlds.emoji.art.glyph`.
        fill: Shortest and longest long side of the thing, as a share of `size`.
        tilt: Largest turn to either side in degrees.
        kinds: Kinds of background, see `hooks.worlds.emoji.background.KINDS`; None means all.

    Returns:
        RGB picture, `size` x `size`. The thing may touch the edge, and a small shape may cover
        a part of it.

    Raises:
        ValueError: An unknown class or kind.
        FileNotFoundError: The font, or the vendor's picture, is missing.
    """
    image = background(rng, size, kinds)
    _distract(rng, image, int(rng.integers(0, 5)), size // 3)
    thing = _pose(rng, glyph(name, max(1, round(size * rng.uniform(*fill))), vendor), tilt)
    # In the middle, give or take a tenth of the picture.
    x, y = (round((size - side) / 2 + size * rng.uniform(-0.1, 0.1)) for side in thing.size)
    image.paste(thing, (x, y), thing)
    _distract(rng, image, int(rng.integers(0, 3)), size // 6)
    return _light(rng, image)


def _pose(rng: np.random.Generator, thing: Image.Image, tilt: float) -> Image.Image:
    """Mirror, turn and shade one thing."""
    if rng.random() < 0.5:
        thing = thing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    angle = rng.uniform(-tilt, tilt)
    thing = thing.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    thing = ImageEnhance.Brightness(thing).enhance(rng.uniform(0.75, 1.2))
    return ImageEnhance.Color(thing).enhance(rng.uniform(0.6, 1.2))


def _distract(rng: np.random.Generator, image: Image.Image, count: int, largest: int) -> None:
    """Scatter `count` meaningless shapes over `image`."""
    for _ in range(count):
        thing = shape(rng, int(rng.integers(4, max(largest, 4) + 1)))
        image.paste(thing, tuple(rng.integers(0, image.width, 2).tolist()), thing)


def _light(rng: np.random.Generator, image: Image.Image) -> Image.Image:
    """Brightness and contrast of the whole picture."""
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.6, 1.25))
    return ImageEnhance.Contrast(image).enhance(rng.uniform(0.75, 1.15))


def _ink(thing: Image.Image, x: int, y: int, size: int) -> tuple[int, np.ndarray]:
    """How many pixels the whole thing has, and where they lie in the picture."""
    alpha = np.asarray(thing.getchannel("A")) >= INK
    mask = np.zeros((size, size), bool)
    inside = alpha[max(-y, 0) : size - y, max(-x, 0) : size - x]
    top, left = max(y, 0), max(x, 0)
    mask[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return int(alpha.sum()), mask


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
