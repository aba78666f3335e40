"""Scenes of `captioning`, whose things are painted in a color of their own, and what they show.

In the other scenes a car is always red: a caption could know the color without looking. Here it
has to look.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from PIL import Image

from hooks.worlds.emoji.captions import NUMBERS, plural
from hooks.worlds.emoji.scene import Scene, draw

SIZE = 96  # pixels, side of a scene

CLASSES: tuple[str, ...] = (
    "airplane", "banana", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "dog",
)  # fmt: skip
# Color word -> red, green, blue of a thing's middle tones, 0 to 1.
PAINTS = {
    "red": (0.85, 0.10, 0.10),
    "yellow": (0.95, 0.80, 0.10),
    "green": (0.10, 0.60, 0.20),
    "blue": (0.15, 0.30, 0.90),
}
KINDS = ("gradient", "clouds", "meadow")  # of backgrounds: the quiet ones
SCALE = (42, 64)  # shortest and longest long side of a thing in pixels
TILT = 15  # degrees
VISIBLE = 0.7  # share of each thing that nothing covers
PAIRS = 0.3  # of the scenes with two things, those in which they have one class and one color


def scene(rng: np.random.Generator, count: tuple[int, int] = (1, 2)) -> Scene:
    """Draw an unpainted scene.

    Args:
        rng: All that is random comes from it: same state, same scene.
        count: Fewest and most things, both inclusive.
    """
    classes = CLASSES
    if rng.random() < PAIRS:
        classes = (CLASSES[rng.integers(len(CLASSES))],)
    while True:
        drawn = draw(rng, SIZE, classes, count, SCALE, TILT, VISIBLE, KINDS)
        if len(drawn.objects) >= count[0]:
            return drawn


def choose(rng: np.random.Generator, drawn: Scene) -> list[str]:
    """Choose a color for each thing: one for all where all are of one class.

    Args:
        rng: All that is random comes from it.
        drawn: What `scene` returned.

    Returns:
        Words of `PAINTS`, in the order of the things.
    """
    words = list(PAINTS)
    if len({thing.name for thing in drawn.objects}) == 1:
        return [words[rng.integers(len(words))]] * len(drawn.objects)
    return [words[rng.integers(len(words))] for _ in drawn.objects]


def paint(drawn: Scene, colors: list[str]) -> Image.Image:
    """Return the picture with each thing in its color; light and shade stay.

    Args:
        drawn: What `scene` returned.
        colors: A word of `PAINTS` for each thing.
    """
    pixels = np.asarray(drawn.image, float) / 255
    for thing, word in zip(drawn.objects, colors, strict=True):
        pixels[thing.mask] = tint(pixels[thing.mask], PAINTS[word])
    return Image.fromarray((255 * pixels).round().astype(np.uint8))


def tint(pixels, color):
    """Return pixels (..., 3), 0 to 1, with their brightness and the hue of `color`.

    Dark stays dark and light stays light: middle tones become `color` itself.

    Args:
        pixels: (..., 3) of NumPy or PyTorch.
        color: (..., 3) that fits to `pixels`, or a value of `PAINTS`.
    """
    light = (0.3 * pixels[..., 0] + 0.6 * pixels[..., 1] + 0.1 * pixels[..., 2])[..., None]
    dark, bright = (light / 0.5).clip(0, 1), ((light - 0.5) / 0.5).clip(0, 1)
    color = color if hasattr(color, "shape") else np.asarray(color)
    return dark * (color + (1 - color) * 0.6 * bright)


def describe(drawn: Scene, colors: list[str]) -> str:
    """Say what a scene shows, from left to right: "a red car and two blue cats".

    Args:
        drawn: What `scene` returned.
        colors: A word of `PAINTS` for each thing.
    """
    found: Counter[tuple[str, str]] = Counter()
    pairs = zip(drawn.objects, colors, strict=True)
    for thing, word in sorted(pairs, key=lambda pair: pair[0].box[0] + pair[0].box[2]):
        found[thing.name, word] += 1
    return sentence([(count, word, name) for (name, word), count in found.items()])


def sentence(groups: list[tuple[int, str, str]]) -> str:
    """Return the sentence for (count, color, class) each."""
    parts = [
        f"a {word} {name}" if count == 1 else f"{NUMBERS[count]} {word} {plural(name)}"
        for count, word, name in groups
    ]
    return " and ".join(parts)
