"""The emoji world: same seed, same picture; boxes and masks say what one sees."""

import numpy as np
import pytest
from PIL import Image, ImageChops

from hooks.worlds.emoji import art
from hooks.worlds.emoji.art import NAMES, SCENE_CLASSES, UNKNOWN, glyph
from hooks.worlds.emoji.background import KINDS, background
from hooks.worlds.emoji.scene import crop, draw


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_classes():
    assert len(NAMES) >= 44
    assert 12 <= len(SCENE_CLASSES) <= 16
    assert set(SCENE_CLASSES) < set(NAMES)
    assert not set(UNKNOWN) & set(NAMES)


def test_every_glyph_is_a_picture_of_its_own():
    # The font draws one and the same box for a character that it lacks.
    pictures = {name: glyph(name, 40) for name in NAMES | UNKNOWN}
    assert len({picture.tobytes() for picture in pictures.values()}) == len(pictures)
    for picture in pictures.values():
        assert picture.mode == "RGBA"
        assert max(picture.size) == 40
        assert picture.getchannel("A").getbbox() == (0, 0, *picture.size)


def test_a_cat_is_not_grey():
    # Without embedded_color Pillow would draw a grey silhouette.
    assert len(glyph("cat", 64).convert("RGB").getcolors(10_000)) > 100


def test_another_vendor_is_a_folder(tmp_path):
    Image.new("RGBA", (30, 10), "red").save(tmp_path / "cat.png")
    picture = glyph("cat", 60, tmp_path)
    assert picture.size == (60, 20)
    assert picture.getpixel((30, 10)) == (255, 0, 0, 255)
    with pytest.raises(FileNotFoundError, match=r"no dog\.png or dog\.webp"):
        glyph("dog", 60, tmp_path)


def test_bad_glyphs(monkeypatch):
    for name, size, message in (("unicorn", 40, "'unicorn' is not in"), ("cat", 0, "at least 1 p")):
        with pytest.raises(ValueError, match=message):
            glyph(name, size)
    art._font.cache_clear()
    monkeypatch.setattr(art, "FONT", art.FONT.with_name("missing.ttf"))
    with pytest.raises(FileNotFoundError, match="apt-get install fonts-noto-color-emoji"):
        art._font()


@pytest.mark.parametrize("kind", KINDS)
def test_background(kind):
    picture = background(rng(), 65, [kind])
    assert (picture.mode, picture.size) == ("RGB", (65, 65))
    assert picture.tobytes() == background(rng(), 65, [kind]).tobytes()
    assert picture.tobytes() != background(rng(1), 65, [kind]).tobytes()
    assert np.asarray(picture).std() > 1


def test_unknown_kind_of_background():
    with pytest.raises(ValueError, match="want one or more of gradient"):
        background(rng(), 64, ["wallpaper"])


def test_same_seed_same_scene():
    one, two = draw(rng(5)), draw(rng(5))
    assert one.image.tobytes() == two.image.tobytes()
    assert [(o.name, o.box) for o in one.objects] == [(o.name, o.box) for o in two.objects]
    assert one.image.tobytes() != draw(rng(6)).image.tobytes()


def test_boxes_enclose_masks_that_do_not_overlap():
    for seed in range(40):
        scene = draw(rng(seed), count=(1, 8))
        assert scene.image.size == (192, 192)
        assert 1 <= len(scene.objects) <= 8
        for thing in scene.objects:
            assert thing.mask.shape == (192, 192)
            assert Image.fromarray(thing.mask).getbbox() == thing.box
            assert thing.name in SCENE_CLASSES
        assert np.sum([thing.mask for thing in scene.objects], 0).max() <= 1


def test_mask_is_where_the_thing_was_painted():
    # One thing, drawn twice on the same background: what differs is the thing.
    scene = draw(rng(3), count=(1, 1), scale=(80, 80), classes=["pizza"], kinds=["gradient"])
    empty = draw(rng(3), count=(0, 0), classes=["pizza"], kinds=["gradient"])
    assert empty.objects == []
    (thing,) = scene.objects
    difference = np.asarray(ImageChops.difference(scene.image, empty.image)).sum(-1)
    inside, outside = difference[thing.mask].mean(), difference[~thing.mask].mean()
    assert inside > 2 * outside


def test_scale_bounds_the_boxes():
    for seed in range(30):
        # A turn of a 16 x 16 square makes its box at most sqrt(2) wider; 2 pixels for soft edges.
        for thing in draw(rng(seed), scale=(16, 16)).objects:
            left, top, right, bottom = thing.box
            assert max(right - left, bottom - top) <= 16 * 2**0.5 + 2


def test_crowded_scene_keeps_every_thing_visible():
    scene = draw(rng(1), size=96, count=(30, 30), scale=(40, 60), visible=0.3)
    assert 2 <= len(scene.objects) < 30
    assert all(thing.mask.sum() > 50 for thing in scene.objects)


def test_crop():
    picture = crop(rng(2), "bus")
    assert (picture.mode, picture.size) == ("RGB", (64, 64))
    assert picture.tobytes() == crop(rng(2), "bus").tobytes()
    assert picture.tobytes() != crop(rng(2), "car").tobytes()


@pytest.mark.parametrize("empty", [{"count": (3, 2)}, {"classes": []}])
def test_empty_ranges(empty):
    with pytest.raises(ValueError, match="an empty range"):
        draw(rng(), **empty)
