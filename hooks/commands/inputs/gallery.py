"""Draw the pictures that `image_search` searches: `python -m hooks.commands.inputs.gallery`.

`docs/multimodal/gallery/` gets two sheets of 64 px tiles. `pictures.csv` says what each tile
shows. The second vendor's and the unknown things' tiles are copied from `classification`'s sheets.
"""

import numpy as np
from PIL import Image

from hooks.commands.inputs import write
from hooks.commands.inputs.sheets import COLUMNS, KINDS, TILE, tiled
from hooks.core.paths import DOCS
from hooks.worlds.emoji.art import NAMES, SCENE_CLASSES, UNKNOWN
from hooks.worlds.emoji.scene import crop

FOLDER = DOCS / "multimodal" / "gallery"
SEED = 15
EACH = 6  # tiles of each thing in the gallery
ACROSS = 12  # tiles in a row
UNLIKE = ("zebra", "mushroom", "key", "crown", "octopus", "tractor", "drum", "camera")


def gallery() -> list[tuple[str, Image.Image]]:
    """Six tiles of each thing, on the kinds of background that no recipe trains on."""
    rng = np.random.default_rng(SEED)
    names = [name for name in SCENE_CLASSES for _ in range(EACH)]
    return [(name, crop(rng, name, TILE, fill=(0.6, 1.0), kinds=KINDS)) for name in names]


def others() -> list[tuple[str, Image.Image]]:
    """One tile of each thing as the second vendor draws it, then things not in the gallery."""
    sheets = {
        name: Image.open(DOCS / "vision" / "emoji" / f"{name}.webp").convert("RGB")
        for name in ("fluent", "unknown")
    }
    fluent, unknown = list(NAMES), list(UNKNOWN)
    return [
        *((name, _tile(sheets["fluent"], 4 * fluent.index(name))) for name in SCENE_CLASSES),
        *((name, _tile(sheets["unknown"], 2 * unknown.index(name))) for name in UNLIKE),
    ]


def _tile(sheet: Image.Image, number: int) -> Image.Image:
    down, right = divmod(number, COLUMNS)
    return sheet.crop((right * TILE, down * TILE, (right + 1) * TILE, (down + 1) * TILE))


def main() -> None:
    """Write both sheets and the list."""
    rows: list[tuple] = [("sheet", "tile", "name", "art")]
    for sheet, tiles in (("gallery", gallery()), ("others", others())):
        for number, (name, _) in enumerate(tiles):
            art = "fluent" if sheet == "others" and name in SCENE_CLASSES else "noto"
            rows.append((sheet, number, name, art))
        write.picture(FOLDER / f"{sheet}.webp", tiled([tile for _, tile in tiles], ACROSS), 50)
    write.table(FOLDER / "pictures.csv", rows)


if __name__ == "__main__":
    main()
