"""The drawn lines: what they say, how they look, and that nothing held out is trained on."""

import csv

import numpy as np
import pytest
from PIL import Image

from hooks.commands.inputs import lines as samples
from hooks.worlds.text_lines import draw, strings

FONT = "dejavu/DejaVuSans.ttf"


def test_lines_stay_within_their_length_and_use_the_whole_alphabet():
    rng = np.random.default_rng(0)
    lines = [strings.line(rng) for _ in range(3000)]
    assert all(1 <= len(text) <= strings.LONGEST and text == text.strip() for text in lines)
    assert set().union(*lines) == set(strings.ALPHABET)


def test_held_out_words_and_the_held_out_font_are_in_no_training_line():
    held_out, trained = set(strings.words(True)), set(strings.words(False))
    assert not held_out & trained
    assert draw.HELD_OUT_FONT not in draw.FONTS
    assert 0.08 < len(held_out) / len(held_out | trained) < 0.12


def test_the_same_seed_gives_the_same_line():
    one, two = np.random.default_rng(3), np.random.default_rng(3)
    text = strings.line(one)
    assert strings.line(two) == text
    assert draw.scan(one, text, FONT).tobytes() == draw.scan(two, text, FONT).tobytes()


def test_a_plain_line_is_ink_on_paper():
    image = draw.plain("Hi", FONT, 24, ink=10, paper=240, margin=(5, 4, 5, 4))
    gray = np.asarray(image)
    assert (gray.min(), gray.max()) == (10, 240)
    assert (gray[:, [*range(5), *range(-5, 0)]] == 240).all()
    assert draw.plain("Hi there", FONT, 24).width > image.width


def test_a_missing_font_names_the_packages():
    with pytest.raises(FileNotFoundError, match=r"none\.ttf is missing.* fonts-dejavu"):
        draw.font("none.ttf", 20)


def test_the_shipped_lines_are_those_of_the_generator():
    rows = list(csv.DictReader((samples.FOLDER / "lines.csv").read_text("utf-8").splitlines()))
    sheet = Image.open(samples.FOLDER / "lines.webp")
    assert (samples.FOLDER / "lines.webp").stat().st_size <= 25_000
    assert len(rows) == samples.COUNT
    for row in rows:
        left, top, right, bottom = (int(row[c]) for c in ("left", "top", "right", "bottom"))
        assert 0 <= left < right <= sheet.width and 0 <= top < bottom <= sheet.height
        assert set(row["text"]) <= set(strings.ALPHABET)
