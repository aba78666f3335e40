"""Draw the scenes with their true masks: `python -m hooks.commands.inputs.segmentation`.

Beside each picture `docs/vision/scenes/<name>.webp` lies `<name>.png`: the number of the thing
that each pixel belongs to, in the order of `SCENES`; 0 is background.
"""

import numpy as np
from PIL import Image

from hooks.commands.inputs import write
from hooks.core.paths import DOCS
from hooks.worlds.emoji.art import glyph
from hooks.worlds.emoji.background import background
from hooks.worlds.emoji.scene import INK

FOLDER = DOCS / "vision" / "scenes"
SEED = 10
SIZE = 192

# Scene -> kind of background ("belt": plain and bright) and things: name, long side, left, top.
# Later ones cover earlier ones.
SCENES = {
    "segmentation": (
        "meadow",
        [
            ("bus", 84, 4, 4),
            ("airplane", 76, 112, 2),
            ("cat", 96, 4, 96),
            ("cat", 96, 84, 92),
            ("crown", 52, 72, 52),
        ],
    ),
    "segmentation-sizes": (
        "belt",
        [
            (name, size, left, bottom - size)
            for name, bottom in (("car", 90), ("bicycle", 176))
            for size, left in ((10, 6), (16, 22), (26, 44), (42, 76), (64, 124))
        ],
    ),
}


def scene(name: str) -> tuple[Image.Image, Image.Image]:
    """Return the picture (RGB) and the numbers of its things (8 bit), both `SIZE` square."""
    kind, things = SCENES[name]
    rng = np.random.default_rng(SEED)
    if kind == "belt":
        grain = 235 + rng.normal(0, 4, (SIZE, SIZE, 3))
        image = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
    else:
        image = background(rng, SIZE, [kind])
    truth = np.zeros((SIZE, SIZE), np.uint8)
    for number, (word, size, left, top) in enumerate(things, 1):
        layer = Image.new("RGBA", image.size)
        layer.paste(glyph(word, size), (left, top))
        image.paste(layer, (0, 0), layer)
        truth[np.asarray(layer.getchannel("A")) >= INK] = number
    return image, Image.fromarray(truth)


def main() -> None:
    """Write all scenes."""
    for name in SCENES:
        image, truth = scene(name)
        write.picture(FOLDER / f"{name}.webp", image, 90)
        truth.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
