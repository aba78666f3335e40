"""How snippets open pictures: upright, in RGB, of every kind; what is no picture is named."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hooks.core.paths import DOCS
from snippets.multimodal import captioning, image_search, image_text_matching
from snippets.vision import classification, ocr, segmentation
from tests.conftest import tiles

SHEET = DOCS / "multimodal" / "gallery" / "gallery.webp"
NO_PICTURE = "not a picture that Pillow can read"
STRICT = [classification.open_picture, image_search._opened, image_text_matching.open_picture]
SCALING = [captioning.open_picture, segmentation.open_picture]
OPENERS = [*STRICT, *SCALING, ocr.open_picture]
PICTURE = tiles(SHEET)[0]
every = pytest.mark.parametrize("opened", OPENERS, ids=lambda one: one.__module__)


@every
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "HSV"])
def test_every_mode_becomes_what_pillow_makes_of_it(opened, mode):
    kind = PICTURE.convert("RGBA" if mode == "LA" else "RGB").convert(mode)
    assert np.array_equal(np.asarray(opened(kind)), np.asarray(kind.convert("RGB")))


@every
def test_a_file_and_one_on_its_side_is_the_same_picture(opened, lying, tmp_path):
    PICTURE.save(tmp_path / "plain.png")
    for kind in (PICTURE, tmp_path / "plain.png", f"{tmp_path}/plain.png", lying(PICTURE)):
        assert np.array_equal(np.asarray(opened(kind)), np.asarray(PICTURE))


@pytest.mark.parametrize("module", [classification, image_text_matching, captioning, ocr])
def test_transparent_becomes_white(module):
    palette = Image.new("P", (4, 4))
    palette.info["transparency"] = 0
    clear = [Image.new("RGBA", (4, 4), (255, 0, 0, 0)), Image.new("LA", (4, 4), (5, 0)), palette]
    opaque = Image.new("RGBA", (4, 4), (9, 8, 7, 255))
    colors = [module.open_picture(kind).getpixel((0, 0)) for kind in (*clear, opaque)]
    assert colors == [(255, 255, 255)] * 3 + [(9, 8, 7)]


@pytest.mark.parametrize("opened", SCALING)
def test_sixteen_bits_keep_their_gray_values(opened):
    gray = np.array([[0, 128, 255]], np.uint16)
    assert np.asarray(opened(Image.fromarray(gray * 257)))[0, :, 0].tolist() == [0, 128, 255]


@pytest.mark.parametrize("mode", ["I;16", "F"])
@pytest.mark.parametrize("opened", STRICT)
def test_more_than_8_bits_are_refused(opened, mode):
    with pytest.raises(ValueError, match=f"mode {mode}: (scale it to|want) 8 bit"):
        opened(Image.new(mode, (8, 8)))


@every
@pytest.mark.parametrize("size", [(0, 0), (5, 0), (0, 9)])
def test_no_pixels_are_refused(opened, size):
    said = rf"\({size[0]}, {size[1]}\) pixels(, mode RGB: want 8 bit| is no picture)"
    with pytest.raises(ValueError, match=rf"{said}|{size[0]} x {size[1]} pixels( is|:) empty"):
        opened(Image.new("RGB", size))


@pytest.mark.parametrize("opened", SCALING)
@pytest.mark.parametrize("thing", [None, b"GIF89a", np.zeros((4, 4, 3), np.uint8)])
def test_what_is_no_picture_is_named(opened, thing):
    with pytest.raises(TypeError, match=f"picture is {type(thing).__name__}: pass a PIL image"):
        opened(thing)


@every
def test_files_that_are_missing_or_no_picture_are_named(opened, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.png"):
        opened(tmp_path / "nothing.png")
    (tmp_path / "text.png").write_text("not a picture")
    error, message = ValueError, rf"text\.png: {NO_PICTURE}"
    if opened not in STRICT:
        error, message = OSError, r"cannot identify image file .*text\.png|^text\.png is no whole"
    with pytest.raises(error, match=message):
        opened(str(tmp_path / "text.png"))


@pytest.mark.parametrize("opened", [*STRICT, captioning.open_picture])
def test_a_file_that_is_cut_off_is_named(opened, tmp_path):
    cut = tmp_path / "cut.webp"
    cut.write_bytes(SHEET.read_bytes()[:3000])
    error = ValueError if opened in STRICT else OSError
    with pytest.raises(error, match=rf"cut\.webp(: {NO_PICTURE}| is no whole picture: )"):
        opened(cut)


@pytest.mark.parametrize("single", [Image.new("RGB", (9, 9)), "cat.png", Path("cat.png")])
@pytest.mark.parametrize("call", [image_search.embed, captioning.caption, ocr.read_lines])
def test_one_picture_is_not_a_list(call, single):
    said = r"is one picture: pass a list, such as \[\w+\]"
    with pytest.raises(TypeError, match=said):
        call(single, None, None)
    with pytest.raises(TypeError, match=said):
        classification.classify(single, None, None, None)
