"""The things of the emoji world: class names and their pictures, cut to the ink."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

# Noto Color Emoji (Google, Apache-2.0 art, OFL-1.1 font) holds bitmaps of one size only.
FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
FONT_SIZE = 109
PACKAGE = "fonts-noto-color-emoji"

# Class name -> emoji. Names are COCO's where COCO has the class.
NAMES = {
    # animals
    "bird": "🐦", "butterfly": "🦋", "cat": "🐈", "cow": "🐄", "dog": "🐕",
    "elephant": "🐘", "fish": "🐟", "horse": "🐎", "penguin": "🐧", "rabbit": "🐇",
    "sheep": "🐑", "turtle": "🐢",
    # traffic
    "airplane": "✈", "bicycle": "🚲", "boat": "⛵", "bus": "🚌", "car": "🚗",
    "motorcycle": "🏍", "train": "🚆", "truck": "🚚", "traffic light": "🚦",
    # food
    "apple": "🍎", "banana": "🍌", "broccoli": "🥦", "cake": "🎂", "carrot": "🥕",
    "donut": "🍩", "hot dog": "🌭", "orange": "🍊", "pizza": "🍕", "sandwich": "🥪",
    # indoors
    "backpack": "🎒", "bed": "🛏", "book": "📕", "bottle": "🍾", "cell phone": "📱",
    "chair": "🪑", "clock": "⏰", "couch": "🛋", "cup": "☕", "guitar": "🎸",
    "laptop": "💻", "scissors": "✂", "teddy bear": "🧸", "tv": "📺", "umbrella": "☔",
    # outdoors
    "house": "🏠", "kite": "🪁", "person": "🧍", "sports ball": "⚽", "tree": "🌳",
}  # fmt: skip

# What detection, segmentation and captions draw.
SCENE_CLASSES = (
    "airplane", "banana", "bicycle", "bird", "boat", "bottle", "bus", "car",
    "cat", "chair", "cow", "dog", "horse", "person", "pizza", "train",
)  # fmt: skip

# Things that no model of the emoji world was trained on.
UNKNOWN = {
    "camera": "📷", "crocodile": "🐊", "crown": "👑", "drum": "🥁", "glasses": "👓",
    "key": "🔑", "lobster": "🦞", "mushroom": "🍄", "octopus": "🐙", "rocket": "🚀",
    "tractor": "🚜", "tooth": "🦷", "watch": "⌚", "zebra": "🦓",
}  # fmt: skip


def glyph(name: str, size: int, vendor: str | Path = "noto") -> Image.Image:
    """The picture of one thing, cropped to its ink.

    Args:
        name: A class in `NAMES` or `UNKNOWN`.
        size: Long side in pixels, at least 1.
        vendor: "noto", or a folder with one picture `<name>.png` or `<name>.webp` per class.

    Returns:
        RGBA picture; its longer side has `size` pixels.

    Raises:
        ValueError: Unknown name, size below 1, or a picture without ink.
        FileNotFoundError: The font is not installed, or the folder lacks the picture.
    """
    if size < 1:
        raise ValueError(f"size is {size}: pass at least 1 pixel")
    art = _art(name, str(vendor))
    factor = size / max(art.size)
    width, height = (max(1, round(side * factor)) for side in art.size)
    return art.resize((width, height), Image.Resampling.LANCZOS)


@cache
def _art(name: str, vendor: str) -> Image.Image:
    """The picture in the vendor's own size. Shared: callers must not draw on it."""
    art = _noto(name) if vendor == "noto" else _picture(name, Path(vendor))
    box = art.getchannel("A").getbbox()
    if box is None:
        raise ValueError(f"{name!r} of {vendor}: the picture is empty; choose another emoji")
    return art.crop(box)


def _noto(name: str) -> Image.Image:
    character = NAMES.get(name) or UNKNOWN.get(name)
    if character is None:
        raise ValueError(f"{name!r} is not in the emoji world; see NAMES in worlds/emoji/art.py")
    art = Image.new("RGBA", (2 * FONT_SIZE, 2 * FONT_SIZE))
    ImageDraw.Draw(art).text((20, 20), character, font=_font(), embedded_color=True)
    return art


@cache
def _font() -> ImageFont.FreeTypeFont:
    if not FONT.is_file():
        raise FileNotFoundError(f"{FONT} is missing: apt-get install {PACKAGE}")
    return ImageFont.truetype(str(FONT), FONT_SIZE)


def _picture(name: str, folder: Path) -> Image.Image:
    for ending in ("png", "webp"):
        file = folder / f"{name}.{ending}"
        if file.is_file():
            with Image.open(file) as picture:
                return picture.convert("RGBA")
    raise FileNotFoundError(f"{folder} has no {name}.png or {name}.webp")
