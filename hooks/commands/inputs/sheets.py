"""Draws the emoji pictures that the course ships: `python -m hooks.commands.inputs.sheets`.

Each sheet is one WebP of 64 px tiles, row by row, in the order of the class names. With them a
notebook measures accuracy without the font.
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from hooks.commands.inputs import write
from hooks.core.paths import DOCS
from hooks.worlds.emoji.art import NAMES, UNKNOWN
from hooks.worlds.emoji.scene import crop

VISION = DOCS / "vision"
TILE = 64  # pixels
COLUMNS = 17  # 51 classes fill rows of 17
# The kinds of background that the classification recipe holds out, so no tile resembles training.
KINDS = ("bricks", "stripes")


def tiled(tiles: Sequence[Image.Image], columns: int) -> Image.Image:
    """Put tiles into rows.

    Args:
        tiles: Square RGB pictures of one size, at least one.
        columns: How many in a row.
    """
    side = tiles[0].width
    picture = Image.new("RGB", (columns * side, -(-len(tiles) // columns) * side))
    for index, tile in enumerate(tiles):
        picture.paste(tile, (index % columns * side, index // columns * side))
    return picture


def sheet(names: Iterable[str], each: int, seed: int, vendor: str | Path = "noto") -> Image.Image:
    """Draw several tiles of every class, one after the other.

    Args:
        names: Classes of `hooks.worlds.emoji.art`.
        each: Tiles of each class.
        seed: Of all that is random.
        vendor: Whose art, see `hooks.worlds.emoji.art.glyph`.
    """
    rng = np.random.default_rng(seed)
    tiles = [
        crop(rng, name, TILE, vendor, fill=(0.6, 1.0), kinds=KINDS)
        for name in names
        for _ in range(each)
    ]
    return tiled(tiles, COLUMNS)


def main() -> None:
    """Write the pictures to docs/vision; Fluent's sheet only where its art is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    told = "folder with one <name>.webp per class: worlds/emoji/fluent.py"
    parser.add_argument("--fluent", type=Path, help=told)
    fluent = parser.parse_args().fluent
    cat = crop(np.random.default_rng(83), "cat", 160, fill=(0.7, 0.7), kinds=["meadow"])
    pictures = {
        "emoji/noto.webp": sheet(NAMES, 4, seed=81),
        "emoji/unknown.webp": sheet(UNKNOWN, 2, seed=82),
        "scenes/cat.webp": cat,
    }
    if fluent:
        pictures["emoji/fluent.webp"] = sheet(NAMES, 4, seed=81, vendor=fluent)
    for name, picture in pictures.items():
        write.picture(VISION / name, picture, 60)


if __name__ == "__main__":
    main()
