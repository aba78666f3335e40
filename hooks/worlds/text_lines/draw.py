"""Draws a line of text as a scanner would have seen it: font, margins, noise, blur, tilt, light."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = Path("/usr/share/fonts/truetype")
FONTS = (
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSans-Bold.ttf",
    "dejavu/DejaVuSansMono.ttf",
    "dejavu/DejaVuSerif.ttf",
    "liberation2/LiberationSans-Regular.ttf",
    "liberation2/LiberationSerif-Regular.ttf",
    "liberation2/LiberationMono-Regular.ttf",
    "freefont/FreeSerif.ttf",
)
HELD_OUT_FONT = "freefont/FreeSans.ttf"
PACKAGES = "fonts-dejavu fonts-liberation2 fonts-freefont-ttf"


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font of Debian.

    Args:
        name: Its path under `FOLDER`.
        size: In pixels.

    Raises:
        FileNotFoundError: The font is not installed; names the packages.
    """
    if not (FOLDER / name).is_file():
        raise FileNotFoundError(f"{FOLDER / name} is missing; as root: apt-get install {PACKAGES}")
    return ImageFont.truetype(FOLDER / name, size, layout_engine=ImageFont.Layout.BASIC)


def plain(
    text: str,
    name: str,
    size: int,
    ink: int = 0,
    paper: int = 255,
    margin: tuple[int, int, int, int] = (3, 3, 3, 3),
) -> Image.Image:
    """Return `text` in one line as a gray picture, as tall as the font's lines plus `margin`.

    Args:
        text: One line.
        name: Path of the font under `FOLDER`.
        size: Of the font in pixels.
        ink: Its gray value, 0 black to 255 white.
        paper: The gray value around it.
        margin: Pixels left, above, right, below; below 0 cuts into the line's box.
    """
    face = font(name, size)
    ascent, descent = face.getmetrics()
    left, _, right, _ = face.getbbox(text)
    width = int(right - left) + margin[0] + margin[2]
    height = ascent + descent + margin[1] + margin[3]
    image = Image.new("L", (max(width, 4), max(height, 4)), paper)
    ImageDraw.Draw(image).text((margin[0] - left, margin[1]), text, ink, face)
    return image


def scan(rng: np.random.Generator, text: str, name: str) -> Image.Image:
    """Return a line as from a scanner, gray: each time another size and light.

    Args:
        rng: All that is random comes from it: same state, same picture.
        text: One line.
        name: Path of the font under `FOLDER`.
    """
    size = int(rng.integers(18, 41))
    paper = int(rng.integers(165, 256))
    ink = int(rng.integers(0, max(1, paper - 100)) * rng.random())
    up = int(size * rng.uniform(-0.12, 0.1))
    left, right = (int(size * rng.uniform(0.05, 0.6)) for _ in range(2))
    down = int(size * rng.uniform(-0.04, 0.12))
    image = plain(text, name, size, ink, paper, (left, up, right, down))
    if rng.random() < 0.5:
        angle = rng.uniform(-1, 1) * min(2.0, 60 * size / image.width / 4)
        image = image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=paper)
    if rng.random() < 0.5:
        width = max(4, int(image.width * rng.uniform(0.85, 1.15)))
        image = image.resize((width, image.height), Image.Resampling.BILINEAR)
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.03 * size)))
    gray = np.asarray(image, np.float32)
    if rng.random() < 0.4:
        left, right = rng.uniform(-30, 30, 2)
        gray = gray + np.linspace(left, right, gray.shape[1], dtype=np.float32)
    if rng.random() < 0.5:
        gray = gray + rng.standard_normal(gray.shape, np.float32) * rng.uniform(2, 10)
    return Image.fromarray(gray.clip(0, 255).astype(np.uint8))
