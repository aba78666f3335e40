"""The recipe of `fine_tuning`'s pictures: same seed, same tiles; the shipped ones fit."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hooks.commands.inputs import lost_property as lost
from hooks.commands.inputs.lost_property import CLASSES, PLACES, SIZE, TARGET, picture
from hooks.worlds.emoji import fluent


def listed() -> list[dict[str, str]]:
    return list(csv.DictReader((TARGET / "pictures.csv").read_text("utf-8").splitlines()))


def test_the_same_seed_draws_the_same_picture_and_another_seed_another():
    rngs = map(np.random.default_rng, (1, 1, 2))
    one, two, other = (picture(rng, "key", "brick", "noto") for rng in rngs)
    assert one.size == (SIZE, SIZE) and one.mode == "RGB"
    assert one.tobytes() == two.tobytes() != other.tobytes()


def test_a_gray_photograph_is_tinted():
    pixels = np.asarray(picture(np.random.default_rng(3), "watch", "gravel", "noto"))
    assert (pixels.max(-1) > pixels.min(-1)).any()


def test_the_shipped_pictures_of_the_first_vendor_are_what_the_recipe_draws():
    sheets, rows = lost.draw({"noto": "noto"})
    shipped = [row for row in listed() if row["sheet"] == "noto"]
    assert shipped == [{key: str(value) for key, value in row.items()} for row in rows]
    with Image.open(TARGET / "noto.webp") as image:
        found = np.asarray(image.convert("RGB"), float)
    assert found.shape == np.asarray(sheets["noto"]).shape
    # WebP at quality 60 loses some detail; another picture would be 40 levels or more away.
    assert np.abs(found - np.asarray(sheets["noto"])).mean() < 8


def test_training_and_test_share_no_place_and_every_class_is_in_every_place():
    rows = listed()
    assert not set(PLACES["train"]) & set(PLACES["test"])
    for vendor, parts in lost.COUNTS.items():
        tiles = [int(row["tile"]) for row in rows if row["sheet"] == vendor]
        assert tiles == list(range(len(CLASSES) * sum(parts.values())))
        with Image.open(TARGET / f"{vendor}.webp") as sheet:
            assert sheet.size == (lost.COLUMNS * SIZE, -(-len(tiles) // lost.COLUMNS) * SIZE)
        for part, count in parts.items():
            chosen = [row for row in rows if (row["sheet"], row["part"]) == (vendor, part)]
            found = Counter((row["label"], row["place"]) for row in chosen)
            assert set(found.values()) == {count // len(PLACES[part])}
            assert len(found) == len(CLASSES) * len(PLACES[part])


def test_the_shipped_files_are_small_and_carry_the_notice():
    assert sum(file.stat().st_size for file in TARGET.iterdir()) <= 600_000
    notice = (TARGET / "LICENSE").read_text(encoding="utf-8")
    assert "Copyright (c) Microsoft Corporation" in notice and "Noto" in notice


def test_the_second_vendors_pictures_are_named_by_class(tmp_path: Path):
    assets, target = tmp_path / "package" / "assets", tmp_path / "target"
    assets.mkdir(parents=True)
    target.mkdir()
    for code in ("1f511", "2702-fe0f"):  # the second with its variation selector
        Image.new("RGBA", (2, 2), "red").save(assets / f"{code}.webp")
    fluent.folder(assets.parent, target, ["key", "scissors"])
    assert sorted(file.name for file in target.iterdir()) == ["key.webp", "scissors.webp"]
    with pytest.raises(FileNotFoundError, match=r"no 231a\.webp for 'watch'"):
        fluent.folder(assets.parent, target, ["watch"])


def test_a_missing_package_says_how_to_get_it(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="npm pack @lobehub/fluent-emoji-3d"):
        fluent.folder(tmp_path, tmp_path)
