"""Painted scenes are what their sentences say, and the shipped ones are the drawn ones."""

import csv

import numpy as np
import pytest
import torch
from PIL import Image

from hooks.commands.inputs.painted import COLUMNS, FOLDER, ROWS, STRIP, sheet, strip
from hooks.worlds.emoji import painted
from hooks.worlds.emoji.captions import claims
from hooks.worlds.emoji.painted import describe, paint, scene, sentence, tint


def test_the_shipped_pictures_are_the_drawn_ones():
    picture, sentences = sheet()
    for name, drawn in (("captioning", picture), ("captioning-limits", strip())):
        file = FOLDER / f"{name}.webp"
        shipped = Image.open(file).convert("RGB")
        assert shipped.size == drawn.size
        difference = np.abs(np.asarray(shipped, float) - np.asarray(drawn, float))
        assert difference.mean() < 12  # WebP loses the grain, not the picture
        assert file.stat().st_size < 26_000
    rows = csv.DictReader((FOLDER / "captioning.csv").read_text("utf-8").splitlines())
    assert [row["caption"] for row in rows] == sentences
    assert len(sentences) == COLUMNS * ROWS
    assert strip().size == (len(STRIP) * painted.SIZE, painted.SIZE)


def test_the_sentence_claims_what_is_in_the_scene():
    rng = np.random.default_rng(3)
    for _ in range(20):
        drawn = scene(rng)
        colors = painted.choose(rng, drawn)
        assert 1 <= len(drawn.objects) <= 2
        pairs = [(word, thing.name) for word, thing in zip(colors, drawn.objects, strict=True)]
        wanted = sorted((pairs.count(pair), *pair) for pair in set(pairs))
        assert sorted(claims(describe(drawn, colors))) == wanted
        assert {thing.name for thing in drawn.objects} <= set(painted.CLASSES)


def test_things_are_named_from_left_to_right():
    rng = np.random.default_rng(5)
    drawn = next(one for one in iter(lambda: scene(rng), None) if len(one.objects) == 2)
    left, right = sorted(drawn.objects, key=lambda thing: thing.box[0] + thing.box[2])
    said = describe(drawn, ["red" if thing is left else "blue" for thing in drawn.objects])
    assert claims(said) == [(1, "red", left.name), (1, "blue", right.name)]


SENTENCES = [
    ([(1, "red", "car")], "a red car"),
    ([(2, "blue", "bus")], "two blue buses"),
    ([(1, "red", "car"), (1, "green", "cat")], "a red car and a green cat"),
]


@pytest.mark.parametrize(("groups", "words"), SENTENCES)
def test_a_sentence_by_hand(groups, words):
    assert sentence(groups) == words


def test_paint_changes_the_thing_and_nothing_else():
    rng = np.random.default_rng(1)
    drawn = scene(rng, (1, 1))
    before, after = (np.asarray(image, int) for image in (drawn.image, paint(drawn, ["blue"])))
    mask = drawn.objects[0].mask
    assert np.array_equal(before[~mask], after[~mask])
    red, green, blue = after[mask].mean(axis=0)
    assert blue > green > red


def test_tint_keeps_dark_dark_and_gives_middle_tones_the_color():
    color = np.array(painted.PAINTS["red"])
    assert np.allclose(tint(np.zeros(3), color), 0)
    assert np.allclose(tint(np.full(3, 0.5), color), color)
    assert np.allclose(tint(np.ones(3), color), color + 0.6 * (1 - color))
    # The same numbers of torch, as the recipe calls it.
    pixels = np.random.default_rng(0).random((4, 5, 3))
    ours = tint(torch.from_numpy(pixels), torch.from_numpy(color))
    assert np.allclose(ours.numpy(), tint(pixels, color))
