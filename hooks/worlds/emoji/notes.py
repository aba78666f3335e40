"""Sticks a paper note with a written word on a picture."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

# Fonts that come with matplotlib and Pillow: no other is needed to draw or to run.
_FOLDER = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
FONTS = (
    "", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSerif.ttf",
)  # fmt: skip


def stick(
    rng: np.random.Generator,
    image: Image.Image,
    word: str,
    width: tuple[float, float] = (0.5, 0.9),
    tilt: float = 6,
) -> np.ndarray:
    """Stick a note with `word` on `image`, somewhere inside; changes `image`.

    Args:
        rng: All that is random comes from it: same state, same note.
        image: RGB picture.
        word: What is written, one line.
        width: Least and greatest width of the note, as a share of the picture's width. A short
            word on a wide note gets no taller than a third of the picture.
        tilt: Largest turn to either side in degrees.

    Returns:
        (height, width) bool: the note's pixels.

    Raises:
        ValueError: An empty word.
    """
    if not word.strip():
        raise ValueError("the note has no word: pass one")
    note = _note(word, FONTS[rng.integers(len(FONTS))], rng.uniform(0.85, 1))
    wanted = image.width * rng.uniform(*width)
    scale = min(wanted / note.width, image.height / 3 / note.height)
    note = note.resize([max(1, round(side * scale)) for side in note.size])
    note = note.rotate(rng.uniform(-tilt, tilt), Image.Resampling.BICUBIC, expand=True)
    left, top = (
        int(rng.integers(0, max(1, whole - side + 1)))
        for whole, side in zip(image.size, note.size, strict=True)
    )
    layer = Image.new("RGBA", image.size)
    layer.paste(note, (left, top))
    image.paste(layer, (0, 0), layer)
    return np.asarray(layer.getchannel("A")) >= 128


def _note(word: str, font: str, paper: float, size: int = 36) -> Image.Image:
    face = ImageFont.truetype(_FOLDER / font, size) if font else ImageFont.load_default(size)
    left, top, right, bottom = face.getbbox(word)
    edge = size // 4
    shade = round(255 * paper)
    note = Image.new("RGBA", (int(right - left) + 2 * edge, int(bottom - top) + 2 * edge))
    draw = ImageDraw.Draw(note)
    draw.rectangle((0, 0, note.width, note.height), fill=(shade, shade, shade, 255))
    draw.text((edge - left, edge - top), word, fill=(20, 20, 20, 255), font=face)
    return note
