"""Draw the pictures of `captioning`: `python -m hooks.commands.inputs.painted`.

In docs/multimodal/scenes: a sheet of scenes with its captions, and a strip of scenes that no
sentence of this small world fits.
"""

import numpy as np
from PIL import Image

from hooks.commands.inputs import write
from hooks.commands.inputs.sheets import tiled
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
    tiles, sentences = [], []
    for _ in range(COLUMNS * ROWS):
        drawn = scene(rng)
        colors = choose(rng, drawn)
        tiles.append(paint(drawn, colors))
        sentences.append(describe(drawn, colors))
    return tiled(tiles, COLUMNS), sentences


def strip() -> Image.Image:
    """Return the scenes of `STRIP` side by side, on quiet backgrounds."""
    rng = np.random.default_rng(SEED + 1)
    tiles, side = [], SIZE // 2
    for word, name, number in STRIP:
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
        tiles.append(image)
    return tiled(tiles, len(STRIP))


def main() -> None:
    """Write the pictures and the captions of the sheet."""
    picture, sentences = sheet()
    write.picture(FOLDER / "captioning.webp", picture, 45)
    write.picture(FOLDER / "captioning-limits.webp", strip(), 60)
    write.table(FOLDER / "captioning.csv", [["caption"], *([one] for one in sentences)])


if __name__ == "__main__":
    main()
