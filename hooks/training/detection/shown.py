"""Draw what the detection demo shows: `python -m hooks.training.detection.shown`."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from hooks.core.paths import DOCS
from hooks.worlds.emoji.art import SCENE_CLASSES, glyph
from hooks.worlds.emoji.scene import draw

SEED = (9, 3)  # the recipe's, and a number that none of its parts has
SIZE = 192  # of a scene, in pixels
SCENES = 12
STRANGE = ("rocket", "crown", "octopus", "mushroom")
SIDE = 48  # of a template, in pixels


def draw_shown(folder: Path) -> None:
    """Draw scenes, what is in them, and one template of each class.

    `detection.webp` holds four scenes in a row: three rows of known things, then one of things that
    no class of COCO covers. `detection.json` names the things, row by row. `templates.webp` holds
    the classes side by side, upright, with alpha.
    """
    rng = np.random.default_rng(SEED)
    scenes = [draw(rng, SIZE, count=(4, 6)) for _ in range(SCENES)]
    scenes += [draw(rng, SIZE, [name], count=(1, 1), scale=(80, 96)) for name in STRANGE]
    sheet = Image.new("RGB", (4 * SIZE, 4 * SIZE))
    for number, scene in enumerate(scenes):
        sheet.paste(scene.image, (number % 4 * SIZE, number // 4 * SIZE))
    sheet.save(folder / "detection.webp", quality=80, method=6)
    truth = [[{"name": o.name, "box": o.box} for o in scene.objects] for scene in scenes]
    lines = ",\n".join(json.dumps(objects) for objects in truth)
    (folder / "detection.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    templates = Image.new("RGBA", (SIDE * len(SCENE_CLASSES), SIDE))
    for number, name in enumerate(SCENE_CLASSES):
        thing = glyph(name, SIDE)
        left, top = (SIDE - thing.width) // 2, (SIDE - thing.height) // 2
        templates.paste(thing, (SIDE * number + left, top))
    templates.save(folder / "templates.webp", quality=90, method=6)


if __name__ == "__main__":
    draw_shown(DOCS / "vision" / "scenes")
