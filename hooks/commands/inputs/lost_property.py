"""Recipe of `fine_tuning`'s pictures: lost property, photographed in six places, by two vendors.

    python -m hooks.commands.inputs.lost_property PACKAGE

writes `docs/vision/custom/`: two sheets of 64-pixel tiles and `pictures.csv`, which says what each
tile shows. PACKAGE is the unpacked second vendor, see `hooks.worlds.emoji.fluent`.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image, ImageEnhance, ImageOps

from hooks.commands.inputs import write
from hooks.commands.inputs.sheets import tiled
from hooks.core.paths import DOCS
from hooks.worlds.emoji import fluent
from hooks.worlds.emoji.art import glyph

TARGET = DOCS / "vision" / "custom"
SEED = 12
SIZE = 64
COLUMNS = 25
HUE = 24  # of 256 on the color circle, to either side
CLASSES = ("camera", "glasses", "guitar", "key", "scissors", "teddy bear", "umbrella", "watch")

# A place is a photograph that backgrounds are cut from. Training and test share none.
PLACES = {"train": ("brick", "grass", "hubble_deep_field", "rocket"), "test": ("gravel", "coffee")}
# Pictures per class: vendor -> part -> number.
COUNTS = {"fluent": {"train": 32, "test": 24}, "noto": {"train": 16, "test": 12}}


def picture(rng: np.random.Generator, name: str, place: str, vendor: str | Path) -> Image.Image:
    """One thing, in one of several colors, lying in one place.

    Args:
        rng: All that is random comes from it: same state, same picture.
        name: One of `CLASSES`.
        place: Name of a photograph in `skimage.data`.
        vendor: See `hooks.worlds.emoji.art.glyph`.

    Returns:
        RGB picture, `SIZE` x `SIZE`.
    """
    image = _ground(rng, place)
    thing = glyph(name, round(SIZE * rng.uniform(0.55, 0.95)), vendor)
    alpha = thing.getchannel("A")
    # Two lost umbrellas differ in color. Without this, a color histogram would know the only one.
    hue, saturation, value = thing.convert("RGB").convert("HSV").split()
    turn = int(rng.integers(-HUE, HUE + 1))
    hue = hue.point(lambda level: (level + turn) % 256)
    thing = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
    thing = ImageEnhance.Color(thing).enhance(rng.uniform(0.4, 1.2))
    thing = ImageEnhance.Brightness(thing).enhance(rng.uniform(0.7, 1.2))
    thing.putalpha(alpha)
    if rng.random() < 0.5:
        thing = ImageOps.mirror(thing)
    thing = thing.rotate(rng.uniform(-40, 40), Image.Resampling.BICUBIC, expand=True)
    # In the middle, give or take a tenth of the picture.
    x, y = (round((SIZE - side) / 2 + SIZE * rng.uniform(-0.1, 0.1)) for side in thing.size)
    image.paste(thing, (x, y), thing)
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.65, 1.2))
    return ImageEnhance.Contrast(image).enhance(rng.uniform(0.8, 1.1))


def _ground(rng: np.random.Generator, place: str) -> Image.Image:
    """A piece of the photograph, turned and tinted."""
    photo = Image.fromarray(getattr(skimage.data, place)())
    side = int(rng.integers(SIZE, 3 * SIZE))
    left, top = (int(rng.integers(0, length - side + 1)) for length in photo.size)
    piece = photo.crop((left, top, left + side, top + side)).resize((SIZE, SIZE))
    piece = piece.rotate(90 * int(rng.integers(4)))
    tint = Image.new("RGB", piece.size, tuple(rng.integers(0, 256, 3).tolist()))
    return Image.blend(piece.convert("RGB"), tint, rng.uniform(0.1, 0.4))


def draw(vendors: dict[str, str | Path]) -> tuple[dict[str, Image.Image], list[dict[str, object]]]:
    """All sheets, and a row for each tile: sheet, tile, part, place, label."""
    rows, sheets = [], {}
    for vendor, art in vendors.items():
        rng = np.random.default_rng([SEED, *vendor.encode()])
        tiles = []
        for part, count in COUNTS[vendor].items():
            for number in range(count):
                # All classes are found in all places, or the place would give the class away.
                place = PLACES[part][number % len(PLACES[part])]
                for name in CLASSES:
                    row = {"sheet": vendor, "tile": len(tiles), "part": part}
                    rows.append(row | {"place": place.split("_")[0], "label": name})
                    tiles.append(picture(rng, name, place, art))
        sheets[vendor] = tiled(tiles, COLUMNS)
    return sheets, rows


def main(package: Path) -> None:
    """Draw everything from the unpacked second vendor and write it to `TARGET`."""
    with tempfile.TemporaryDirectory() as place:
        art = fluent.folder(package, Path(place), CLASSES)
        sheets, rows = draw({"fluent": art, "noto": "noto"})
    for name, sheet in sheets.items():
        write.picture(TARGET / f"{name}.webp", sheet, 60)
    write.table(TARGET / "pictures.csv", [rows[0], *map(dict.values, rows)])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: python -m {__spec__.name} PACKAGE\nto get it: {fluent.FETCH}")
    main(Path(sys.argv[1]))
