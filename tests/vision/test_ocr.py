"""The snippet, with the real libraries, on the checkpoint that the offline Hub serves."""

import pytesseract
import pytest
from PIL import Image, ImageDraw

from hooks.core.paths import DOCS
from snippets.vision.ocr import character_error_rate, load_reader, read_lines, read_page
from tests.conftest import rows

FOLDER = DOCS / "vision"
reader = pytest.fixture(load_reader, scope="module")


@pytest.fixture(scope="module")
def lines() -> dict[str, Image.Image]:
    """The pictures of the course's drawn lines, by what they say."""
    sheet = Image.open(FOLDER / "lines.webp").convert("RGB")
    corners = ("left", "top", "right", "bottom")
    found = rows(FOLDER / "lines.csv")
    return {row["text"]: sheet.crop([int(row[c]) for c in corners]) for row in found}


def written(text: str, mode: str = "RGB", color="black", paper="white") -> Image.Image:
    """A line in Pillow's own font, as a stranger would draw it."""
    image = Image.new(mode, (16 * len(text), 34), paper)
    ImageDraw.Draw(image).text((8, 3), text, color, font_size=24)
    return image


def words(found: list[dict]) -> str:
    return " ".join(word["text"] for word in found)


def test_the_drawn_lines_are_read(reader, lines):
    texts = read_lines(list(lines.values()), *reader)
    # The stand-in's world: more than one character in ten wrong would be a broken model.
    assert character_error_rate(list(lines), texts) < 0.1


def test_batches_and_order_do_not_matter(reader, lines):
    pictures = list(lines.values())[:5]
    texts = read_lines(pictures, *reader)
    assert read_lines(pictures, *reader, batch_size=2) == texts
    assert read_lines(pictures[::-1], *reader) == texts[::-1]


def test_no_pictures_give_no_texts(reader):
    assert read_lines([], *reader) == []


def test_the_text_ends_at_the_limit(reader, lines):
    (text,) = read_lines([lines["AMOUNT 147.49"]], *reader, max_tokens=3)
    assert text == read_lines([lines["AMOUNT 147.49"]], *reader)[0][: len(text)]
    assert len(text) <= 3


def test_every_kind_of_picture_is_read_as_the_plain_one(reader, lying):
    plain = written("TOTAL 12.50")
    clear = written("TOTAL 12.50", "RGBA", (0, 0, 0, 255), (0, 0, 0, 0))
    kinds = [plain, plain.convert("L"), clear, lying(plain), plain.convert("1")]
    assert [words(read_page(kind, layout=7)) for kind in kinds] == ["TOTAL 12.50"] * 5
    assert len(set(read_lines(kinds[:4], *reader))) == 1


def test_a_large_picture_is_read(reader):
    page = Image.new("L", (8000, 8000), 255)
    page.paste(written("TOTAL 12.50").resize((3520, 680)), (2000, 3000))
    assert words(read_page(page)) == "TOTAL 12.50"
    assert isinstance(read_lines([page], *reader)[0], str)


def test_words_have_places_lines_and_confidence():
    page = Image.new("RGB", (400, 160), "white")
    page.paste(written("Ship this today."), (40, 20))
    page.paste(written("Order 4711"), (40, 90))
    found = read_page(page, layout=6)
    assert [(word["text"], word["line"]) for word in found] == [
        ("Ship", 0), ("this", 0), ("today.", 0), ("Order", 1), ("4711", 1)
    ]  # fmt: skip
    for word in found:
        left, top, right, bottom = word["box"]
        assert 40 <= left < right <= 400
        assert (20 if word["line"] == 0 else 90) <= top < bottom <= 124
        assert 0 <= word["confidence"] <= 100
    assert read_page(Image.new("RGB", (200, 100), "white")) == []


def test_settings_reach_tesseract():
    found = read_page(written("4711"), 7, "-c tessedit_char_whitelist=0123456789")
    assert words(found) == "4711"
    with pytest.raises(pytesseract.TesseractError, match="not_there"):
        read_page(written("4711"), 7, "-l not_there")


RATES = [
    (["TOTAL 9.50"], ["TOTAL 9.50"], 0.0),
    (["TOTAL 9.50"], ["T0TAL 950"], 0.2),  # one replaced, one left out, of ten
    (["abc", "d"], ["abc", ""], 0.25),  # over all characters, not the mean of the lines
    (["ab"], ["abcdef"], 2.0),
    (["Ab"], ["aB"], 1.0),
]


@pytest.mark.parametrize(("truths", "texts", "rate"), RATES)
def test_the_error_rate_by_hand(truths, texts, rate):
    assert character_error_rate(truths, texts) == rate


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="0 x 5 pixels is empty"):
        read_page(Image.new("RGB", (0, 5)))
    with pytest.raises(ValueError, match="2 truths for 1 texts"):
        character_error_rate(["a", "b"], ["a"])
    with pytest.raises(ValueError, match="at least one character"):
        character_error_rate([""], ["a"])


def test_a_missing_tesseract_says_how_to_install_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RuntimeError, match="not installed: apt-get install tesseract-ocr"):
        read_page(written("4711"))
