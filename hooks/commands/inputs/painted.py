"""Draw the pictures of `captioning`: `python -m hooks.commands.inputs.painted`.

In docs/multimodal/scenes: a sheet of scenes with its captions, and a strip of scenes that no
sentence of this small world fits.
"""

import csv
import io

import numpy as np
from PIL import Image

from hooks.core.paths import DOCS
from hooks.worlds.emoji.art import glyph
from hooks.worlds.emoji.background import background
from hooks.worlds.emoji.painted import KINDS, PAINTS, SIZE, choose, describe, paint, scene, tint
from hooks.worlds.emoji.scene import INK

FOLDER = DOCS / "multimodal" / "scenes"
SEED = 140
COLUMNS, ROWS = 8, 3  # of the sheet
STRIP = (  # (color, class, how many) of each scene: nothing, one to four, unknown things
    ("", "", 0),
    *(("blue", "car", number) for number in (1, 2, 3, 4)),
    ("red", "crown", 1),
    ("green", "octopus", 1),
    ("yellow", "key", 1),
)


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
