"""`image_search`'s pictures: same seed, same tiles; the shipped ones fit."""

import csv

import numpy as np
from PIL import Image

from hooks.commands.inputs.gallery import ACROSS, EACH, FOLDER, TILE, UNLIKE, gallery, others
from hooks.worlds.emoji.art import NAMES, SCENE_CLASSES

# WebP at quality 50 loses grain: up to 25 levels in a tile; another tile is 40 or more away.
LOSS = 30


def shipped(sheet: str) -> list[dict[str, str]]:
    rows = csv.DictReader((FOLDER / "pictures.csv").read_text("utf-8").splitlines())
    return [row for row in rows if row["sheet"] == sheet]


def test_the_shipped_tiles_are_what_the_recipe_draws_and_the_list_names_them_in_order():
    for sheet, tiles in (("gallery", gallery()), ("others", others())):
        assert [row["name"] for row in shipped(sheet)] == [name for name, _ in tiles]
        assert [int(row["tile"]) for row in shipped(sheet)] == list(range(len(tiles)))
        picture = Image.open(FOLDER / f"{sheet}.webp").convert("RGB")
        assert picture.size == (ACROSS * TILE, -(-len(tiles) // ACROSS) * TILE)
        for number, (name, tile) in enumerate(tiles):
            x, y = number % ACROSS * TILE, number // ACROSS * TILE
            stored = np.asarray(picture.crop((x, y, x + TILE, y + TILE)), float)
            difference = np.abs(stored - np.asarray(tile, float)).mean()
            assert difference < LOSS, (sheet, number, name)


def test_every_thing_has_its_tiles_and_unlike_ones_are_in_no_gallery():
    names = [row["name"] for row in shipped("gallery")]
    assert {name: names.count(name) for name in SCENE_CLASSES} == dict.fromkeys(SCENE_CLASSES, EACH)
    assert not set(UNLIKE) & set(NAMES)
    arts = {row["name"]: row["art"] for row in shipped("others")}
    assert [name for name, art in arts.items() if art == "fluent"] == list(SCENE_CLASSES)
    assert [name for name, art in arts.items() if art == "noto"] == list(UNLIKE)


def test_the_pictures_are_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.webp")) < 110_000
