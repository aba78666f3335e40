"""Draw the pictures of `image_text_matching`: `python -m hooks.commands.inputs.matching`.

In docs/multimodal/matching: `scenes.webp`, 32 scenes of 64 px, row by row, with `captions.csv`;
`things.webp`, tiles of one thing each, three of every class; `apple.webp`, without a note;
`counts.webp`, one to five cats in a row of tiles.
"""

import numpy as np
from PIL import Image

from hooks.commands.inputs import write
from hooks.commands.inputs.sheets import TILE, tiled
from hooks.core.paths import DOCS
from hooks.worlds.emoji.art import glyph
from hooks.worlds.emoji.background import background
from hooks.worlds.emoji.captions import caption, counts
from hooks.worlds.emoji.matching import CLASSES, KINDS
from hooks.worlds.emoji.scene import draw

FOLDER = DOCS / "multimodal" / "matching"
SEED = 1313


def scenes(count: int = 32) -> tuple[list[Image.Image], list[str]]:
    """Draw scenes of which no two hold the same things, and one caption of each."""
    rng = np.random.default_rng(SEED)
    pictures: list[Image.Image] = []
    texts, seen = [], []
    while len(pictures) < count:
        one = draw(rng, TILE, CLASSES, (1, 3), (24, 46), 15, 0.6, KINDS)
        if (facts := counts(one)) not in seen:
            seen.append(facts)
            pictures.append(one.image)
            texts.append(caption(rng, one, place=0, frames=("a photo of {}",)))
    return pictures, texts


def things(each: int = 3) -> list[Image.Image]:
    """Draw `each` tiles of every class with one thing."""
    rng = np.random.default_rng(SEED + 1)
    return [
        draw(rng, TILE, (name,), (1, 1), (30, 46), 15, 0.9, KINDS).image
        for name in CLASSES
        for _ in range(each)
    ]


def apple(size: int = 160) -> Image.Image:
    """Draw an apple with room for a note."""
    rng = np.random.default_rng(SEED + 2)
    picture = background(rng, size, ["clouds"])
    thing = glyph("apple", size * 3 // 4)
    picture.paste(thing, ((size - thing.width) // 2, size // 12), thing)
    return picture


def cats() -> list[Image.Image]:
    """Draw one to five cats that do not overlap."""
    rng = np.random.default_rng(SEED + 3)
    places = [(2, 6), (34, 4), (18, 24), (1, 42), (36, 41)]
    pictures = []
    for number in range(1, len(places) + 1):
        picture = background(rng, TILE, ["meadow"])
        for x, y in places[:number]:
            thing = glyph("cat", 24)
            picture.paste(thing, (x, y), thing)
        pictures.append(picture)
    return pictures


def main() -> None:
    """Write all pictures, and the captions."""
    pictures, texts = scenes()
    write.picture(FOLDER / "scenes.webp", tiled(pictures, 8), 75)
    write.picture(FOLDER / "things.webp", tiled(things(), 12), 50)
    write.picture(FOLDER / "apple.webp", apple(), 80)
    write.picture(FOLDER / "counts.webp", tiled(cats(), 5), 80)
    write.table(FOLDER / "captions.csv", [("number", "caption"), *enumerate(texts)])


if __name__ == "__main__":
    main()
