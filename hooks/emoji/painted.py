"""Scenes of Demo 14, whose things are painted in a color of their own, and what they show.

`python -m hooks.emoji.painted` draws what the demo reads: a sheet of scenes with its captions, and
a strip of scenes that no sentence of this small world fits.

In the other scenes a car is always red: a caption could know the color without looking. Here it
has to look.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from hooks.emoji.art import glyph
from hooks.emoji.background import background
from hooks.emoji.captions import NUMBERS, plural
from hooks.emoji.scene import INK, Scene, draw

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "multimodal" / "scenes"
SEED = 140
SIZE = 96  # pixels, side of a scene
COLUMNS, ROWS = 8, 3  # of the sheet

CLASSES = (
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
STRIP = (  # (color, class, how many) of each scene: nothing, one to four, unknown things
    ("", "", 0),
    *(("blue", "car", number) for number in (1, 2, 3, 4)),
    ("red", "crown", 1),
    ("green", "octopus", 1),
    ("yellow", "key", 1),
)
PAIRS = 0.3  # of the scenes with two things, those in which they have one class and one color


def scene(rng: np.random.Generator, count: tuple[int, int] = (1, 2)) -> Scene:
    """Draw an unpainted scene; all that is random comes from `rng`. It holds one thing at least."""
    classes = CLASSES
    if rng.random() < PAIRS:
        classes = (CLASSES[rng.integers(len(CLASSES))],)
    while True:
        drawn = draw(rng, SIZE, classes, count, SCALE, TILT, VISIBLE, KINDS)
        if len(drawn.objects) >= count[0]:
            return drawn


def choose(rng: np.random.Generator, drawn: Scene) -> list[str]:
    """Choose a color for each thing: one for all where all are of one class."""
    words = list(PAINTS)
    if len({thing.name for thing in drawn.objects}) == 1:
        return [words[rng.integers(len(words))]] * len(drawn.objects)
    return [words[rng.integers(len(words))] for _ in drawn.objects]


def paint(drawn: Scene, colors: list[str]) -> Image.Image:
    """Return the picture with each thing in its color; light and shade stay."""
    pixels = np.asarray(drawn.image, float) / 255
    for thing, word in zip(drawn.objects, colors, strict=True):
        pixels[thing.mask] = tint(pixels[thing.mask], PAINTS[word])
    return Image.fromarray((255 * pixels).round().astype(np.uint8))


def tint(pixels, color):
    """Return pixels (..., 3), 0 to 1, with their brightness and the hue of `color`.

    Dark stays dark and light stays light: middle tones become `color` itself. Numbers may be
    those of numpy or torch; `color` must fit to `pixels`.
    """
    light = (0.3 * pixels[..., 0] + 0.6 * pixels[..., 1] + 0.1 * pixels[..., 2])[..., None]
    dark, bright = (light / 0.5).clip(0, 1), ((light - 0.5) / 0.5).clip(0, 1)
    color = color if hasattr(color, "shape") else np.asarray(color)
    return dark * (color + (1 - color) * 0.6 * bright)


def describe(drawn: Scene, colors: list[str]) -> str:
    """Say what a scene shows, from left to right: "a red car and two blue cats"."""
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


def sheet() -> tuple[Image.Image, list[str]]:
    """Return the demo's scenes, row by row, and the sentence that is true for each."""
    rng = np.random.default_rng(SEED)
    picture = Image.new("RGB", (COLUMNS * SIZE, ROWS * SIZE))
    sentences = []
    for index in range(COLUMNS * ROWS):
        drawn = scene(rng)
        colors = choose(rng, drawn)
        place = index % COLUMNS * SIZE, index // COLUMNS * SIZE
        picture.paste(paint(drawn, colors), place)
        sentences.append(describe(drawn, colors))
    return picture, sentences


def strip() -> Image.Image:
    """Return the scenes of `STRIP` side by side, on quiet backgrounds."""
    rng = np.random.default_rng(SEED + 1)
    picture = Image.new("RGB", (len(STRIP) * SIZE, SIZE))
    side = SIZE // 2
    for index, (word, name, number) in enumerate(STRIP):
        image = background(rng, SIZE, KINDS)
        for place in range(number):
            thing = glyph(name, 44 if number > 1 else 60)
            layer = Image.new("RGBA", image.size)
            corner = (place % 2 * side + 2, place // 2 * side + 6) if number > 1 else (18, 18)
            layer.paste(thing, corner)
            values = np.asarray(layer, float) / 255
            mask = values[..., 3] >= INK / 255
            pixels = np.asarray(image, float) / 255
            pixels[mask] = tint(values[..., :3][mask], PAINTS[word])
            image = Image.fromarray((255 * pixels).round().astype(np.uint8))
        picture.paste(image, (index * SIZE, 0))
    return picture


def main() -> None:
    """Write the pictures and the captions of the sheet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture, sentences = sheet()
    picture.save(FOLDER / "captioning.webp", quality=45, method=6)
    strip().save(FOLDER / "captioning-limits.webp", quality=60, method=6)
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([["caption"], *([one] for one in sentences)])
    (FOLDER / "captioning.csv").write_text(table.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
