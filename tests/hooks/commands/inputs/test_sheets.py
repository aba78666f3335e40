"""The shipped sheets are what the code draws."""

import numpy as np
import pytest
from PIL import Image

from hooks.commands.inputs.sheets import COLUMNS, TILE, VISION, sheet
from hooks.worlds.emoji.art import NAMES, UNKNOWN
from hooks.worlds.emoji.scene import crop

SHEETS = [("noto", NAMES, 4, 81), ("unknown", UNKNOWN, 2, 82)]


@pytest.mark.parametrize(("name", "names", "each", "seed"), SHEETS)
def test_shipped_sheet_is_the_drawn_one(name, names, each, seed):
    drawn = sheet(names, each, seed)
    shipped = Image.open(VISION / "emoji" / f"{name}.webp").convert("RGB")
    assert shipped.size == drawn.size == (COLUMNS * TILE, -(-each * len(names) // COLUMNS) * TILE)
    difference = np.abs(np.asarray(shipped, float) - np.asarray(drawn, float))
    # WebP at quality 60 loses the grain (standard deviation up to 10), not the picture.
    assert difference.mean() < 12


def test_the_files_are_small():
    for name in ("noto", "fluent", "unknown"):
        assert (VISION / "emoji" / f"{name}.webp").stat().st_size < 200_000
    assert (VISION / "scenes" / "cat.webp").stat().st_size < 25_000


def test_classes_are_listed_in_the_order_of_the_tiles():
    lines = (VISION / "emoji" / "classes.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "name,sheet,imagenet"
    wanted = [(name, "noto") for name in NAMES] + [(name, "unknown") for name in UNKNOWN]
    assert [tuple(line.split(",")[:2]) for line in lines[1:]] == wanted


def test_another_vendor_changes_the_thing_and_nothing_else(tmp_path):
    Image.new("RGBA", (40, 40), "red").save(tmp_path / "tv.png")
    one, two = np.random.default_rng(5), np.random.default_rng(5)
    assert crop(one, "tv").tobytes() != crop(two, "tv", vendor=tmp_path).tobytes()
    # Both have used up the same random numbers: walls, turns and light agree on a whole sheet.
    assert one.bit_generator.state == two.bit_generator.state
