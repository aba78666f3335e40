"""Notes with a written word, and the pictures of `image_text_matching`."""

import csv

import numpy as np
import pytest
from PIL import Image

from hooks.commands.inputs import matching
from hooks.worlds.emoji.captions import claims, counts
from hooks.worlds.emoji.notes import FONTS, stick

TABLE = (matching.FOLDER / "captions.csv").read_text("utf-8").splitlines()
CAPTIONS = [row["caption"] for row in csv.DictReader(TABLE)]


@pytest.mark.parametrize("word", ["cup", "umbrella"])
def test_a_note_is_bright_paper_with_dark_letters_inside_the_picture(word):
    for seed in range(2 * len(FONTS)):
        image = Image.new("RGB", (64, 64), (200, 30, 30))
        note = stick(np.random.default_rng(seed), image, word)
        values = np.asarray(image).astype(int)
        assert not np.array_equal(values[note], [200, 30, 30])
        assert (values[~note] == [200, 30, 30]).mean() > 0.97  # but for soft edges
        rows, columns = np.flatnonzero(note.any(1)), np.flatnonzero(note.any(0))
        assert columns[-1] - columns[0] < 64
        assert rows[-1] - rows[0] + 1 <= 64 / 3 + 8  # turned by up to 6 degrees
        assert values[note].mean(-1).max() > 200 > 130 > values[note].mean(-1).min()


def test_the_same_seed_gives_the_same_note_and_an_empty_word_none():
    pictures = [Image.new("RGB", (64, 64)) for _ in range(2)]
    for picture in pictures:
        stick(np.random.default_rng(3), picture, "cat")
    assert pictures[0].tobytes() == pictures[1].tobytes()
    with pytest.raises(ValueError, match="no word"):
        stick(np.random.default_rng(3), pictures[0], " ")


def test_no_two_scenes_of_the_sheet_hold_the_same_things():
    assert len(CAPTIONS) == 32
    facts = [tuple(sorted((name, n) for n, _, name in claims(text))) for text in CAPTIONS]
    assert len(set(facts)) == 32
    assert {name for fact in facts for name, _ in fact} <= set(matching.CLASSES)


def test_the_sheets_are_what_the_script_draws():
    pictures, texts = matching.scenes(4)
    assert texts == CAPTIONS[:4]
    sheet = Image.open(matching.FOLDER / "scenes.webp").convert("RGB")
    assert sheet.size == (512, 256)
    drawn = np.asarray(matching.tiled(pictures, 4), float)
    # WebP loses a little: grain most of all.
    assert np.abs(np.asarray(sheet, float)[:64, :256] - drawn).mean() < 12
    assert Image.open(matching.FOLDER / "things.webp").size == (768, 384)
    assert Image.open(matching.FOLDER / "counts.webp").size == (320, 64)


def test_single_things_are_single():
    rng = np.random.default_rng(0)
    one = matching.draw(rng, 64, ("cat",), (1, 1), (30, 46), 15, 0.9, matching.KINDS)
    assert counts(one) == {"cat": 1}
