"""Captions of the emoji world: true, repeatable, and readable again."""

import numpy as np
import pytest
from matplotlib.colors import rgb_to_hsv

from hooks.worlds.emoji.art import NAMES, glyph
from hooks.worlds.emoji.captions import COLORS, caption, claims, counts, phrase
from hooks.worlds.emoji.scene import draw

# Hues in degrees. A brown is a dark orange, and many yellows of the art lean to orange.
HUES = {
    "red": [(0, 24), (330, 360)], "orange": [(5, 45)], "brown": [(0, 45)], "yellow": [(30, 68)],
    "green": [(68, 165)], "blue": [(165, 270)],
}  # fmt: skip


def scene(seed: int, size: int = 96, most: int = 4):
    return draw(np.random.default_rng(seed), size, tuple(NAMES), (0, most), (24, 60))


def test_phrases() -> None:
    assert phrase("car") == "a car"
    assert phrase("orange", color=True) == "an orange orange"
    assert phrase("bus", 2, color=True) == "two blue buses"
    assert phrase("person", 3, color=True) == "three people"  # without a main color


def test_a_caption_can_be_read_back() -> None:
    # Whatever the template and the order: the counts are those of the scene.
    for seed in range(200):
        one = scene(seed)
        text = caption(np.random.default_rng(seed), one)
        assert {name: count for count, _, name in claims(text)} == counts(one), text
        assert all(color in (None, COLORS.get(name)) for _, color, name in claims(text)), text


SIDES = {" left of ": (0, 1), " right of ": (0, -1), " above ": (1, 1), " below ": (1, -1)}


def test_places_are_true() -> None:
    said = 0
    for seed in range(200):
        one = draw(np.random.default_rng(seed), 96, tuple(NAMES), (2, 2), (24, 40))
        text = caption(np.random.default_rng(seed), one, place=1, frames=("{}",))
        middle = {o.name: (o.box[0] + o.box[2], o.box[1] + o.box[3]) for o in one.objects}
        for words, (axis, sign) in SIDES.items():
            if words in text:
                a, b = (middle[claims(part)[0][2]] for part in text.split(words))
                assert sign * (b[axis] - a[axis]) > 0, text
                said += 1
    assert said > 50


def test_the_same_seed_gives_the_same_words() -> None:
    one = scene(5)
    texts = [caption(np.random.default_rng(7), one) for _ in range(2)]
    assert texts[0] == texts[1]
    assert len({caption(np.random.default_rng(seed), one) for seed in range(30)}) > 5


def test_nothing_is_said_of_an_empty_scene() -> None:
    empty = draw(np.random.default_rng(0), 64, count=(0, 0))
    said = caption(np.random.default_rng(0), empty, frames=("a photo of {}",))
    assert (said, claims(said)) == ("a photo of nothing", [])


@pytest.mark.parametrize("name", sorted(COLORS))
def test_the_color_named_is_in_the_art(name: str) -> None:
    # At least three tenths of the ink: a main color, though parts may have others.
    art = np.asarray(glyph(name, 80)) / 255
    hue, saturation, value = rgb_to_hsv(art[art[..., 3] > 0.5][:, :3]).T
    color = COLORS[name]
    if color in HUES:
        ink = np.zeros(len(hue), bool)
        for low, high in HUES[color]:
            ink |= (hue * 360 >= low) & (hue * 360 <= high) & (saturation > 0.1)
    else:
        dull = saturation < 0.35
        ink = dull & {"white": value > 0.8, "gray": value < 0.85, "black": value < 0.4}[color]
    assert ink.mean() >= 0.3, f"{name}: {color} {ink.mean():.2f}"


def test_too_many_to_count() -> None:
    with pytest.raises(ValueError, match="9 x cat: only 1 to 8"):
        phrase("cat", 9)
