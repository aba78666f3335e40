"""Read printed text: single lines with TrOCR, a whole page with Tesseract."""

from os import PathLike

import pytesseract
from PIL import Image, ImageOps
from torchmetrics.functional.text import char_error_rate
from transformers import TrOCRProcessor, VisionEncoderDecoderModel

CHECKPOINT = "microsoft/trocr-small-printed"
REVISION = "e6eff164f5957036a190e94b1febb6d1d7f165e7"
INSTALL = (
    "apt-get install tesseract-ocr (Debian, Ubuntu, Colab) or brew install tesseract"
)

Picture = Image.Image | str | PathLike  # in memory, or a file


def load_reader() -> tuple[TrOCRProcessor, VisionEncoderDecoderModel]:
    """Download the checkpoint once, then load processor and model from the cache."""
    processor = TrOCRProcessor.from_pretrained(CHECKPOINT, revision=REVISION)
    model = VisionEncoderDecoderModel.from_pretrained(CHECKPOINT, revision=REVISION)
    return processor, model.eval()


def open_picture(picture: Picture) -> Image.Image:
    """Return the picture upright and in RGB, on white where it is transparent.

    Raises:
        ValueError: if it has no pixels. A file that is no picture: Pillow's own error.
    """
    image = picture if isinstance(picture, Image.Image) else Image.open(picture)
    if 0 in image.size:
        raise ValueError(f"a picture of {image.width} x {image.height} pixels is empty")
    image = ImageOps.exif_transpose(image).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")


def read_lines(
    pictures: list[Picture],
    processor: TrOCRProcessor,
    model: VisionEncoderDecoderModel,
    batch_size: int = 16,
    max_tokens: int = 60,
) -> list[str]:
    """Read one line of printed text in each picture, with TrOCR.

    Args:
        pictures: n pictures or files, each cut to one line. TrOCR does not find lines.
        processor: the first that `load_reader` returns.
        model: the second.
        batch_size: pictures per call of `generate`; more is faster, needs more memory.
        max_tokens: where the text of a line ends at the latest.

    Returns:
        n texts in the order of `pictures`.

    Raises:
        TypeError: if `pictures` is one picture instead of a list.
        ValueError: if a picture has no pixels.

    Model card: https://huggingface.co/microsoft/trocr-small-printed
    """
    if isinstance(pictures, Picture):
        raise TypeError("pictures is one picture: pass a list, such as [picture]")
    texts = []
    for start in range(0, len(pictures), batch_size):
        images = [open_picture(one) for one in pictures[start : start + batch_size]]
        pixels = processor(images, return_tensors="pt").pixel_values.to(model.device)
        # Greedy, with a limit of our own: a checkpoint's default may cut long lines.
        ids = model.generate(pixels, num_beams=1, max_new_tokens=max_tokens)
        texts += processor.batch_decode(ids, skip_special_tokens=True)
    return texts


def read_page(picture: Picture, layout: int = 3, settings: str = "") -> list[dict]:
    """Find and read all words in a picture, with Tesseract.

    Args:
        picture: a picture or a file.
        layout: what to look for: 3 a page, 6 one block of text, 7 a single line.
        settings: more of Tesseract's own, such as `-c thresholding_method=2`.

    Returns:
        Words in reading order, each with its `text`, the number of its `line`, its
        `box` (left, top, right, bottom in pixels) and `confidence` from 0 to 100.

    Raises:
        RuntimeError: if Tesseract is not installed; says how to install it.
        ValueError: if the picture has no pixels.
    """
    image = open_picture(picture)
    options = {"config": f"--psm {layout} {settings}", "output_type": "dict"}
    try:
        table = pytesseract.image_to_data(image, **options)
    except pytesseract.TesseractNotFoundError:
        raise RuntimeError(f"Tesseract is not installed: {INSTALL}") from None
    words, lines = [], {}
    for i, text in enumerate(table["text"]):
        if not text.strip():
            continue  # a row for a block, a paragraph or a line
        key = tuple(table[level][i] for level in ("block_num", "par_num", "line_num"))
        line = lines.setdefault(key, len(lines))
        left, top, width, height = (
            table[k][i] for k in ("left", "top", "width", "height")
        )
        box = (left, top, left + width, top + height)
        words.append(
            {"text": text, "line": line, "box": box, "confidence": table["conf"][i]}
        )
    return words


def character_error_rate(truths: list[str], texts: list[str]) -> float:
    """Return characters inserted, left out or replaced, divided by all true characters.

    0 is perfect. More than 1 is possible, when a text is longer than its truth.

    Raises:
        ValueError: if the lists differ in length, or the truth has no characters.

    Examples:
        >>> character_error_rate(["TOTAL 9.50"], ["T0TAL 950"])  # 2 of 10
        0.2
    """
    if len(truths) != len(texts):
        raise ValueError(
            f"{len(truths)} truths for {len(texts)} texts: pass one for each"
        )
    if not any(truths):
        raise ValueError("the truth is empty: a rate needs at least one character")
    return round(float(char_error_rate(texts, truths)), 6)


if __name__ == "__main__":
    from PIL import ImageDraw

    line = Image.new("L", (110, 22), 255)
    ImageDraw.Draw(line).text((6, 3), "TOTAL 12.50", fill=0, font_size=14)
    print("TrOCR:    ", *read_lines([line], *load_reader()))
    print("Tesseract:", *(word["text"] for word in read_page(line, layout=7)))
