"""What an output of a notebook holds: its richest form, its picture, recording or table."""

import base64
from io import BytesIO
from typing import Any

import imagesize
from bs4 import BeautifulSoup

from hooks.site.tags import start_tags

Output = dict[str, Any]

# Richest first: a plot offers SVG, PNG and text, and the page shows one of them.
IMAGES = {"image/svg+xml": "svg", "image/webp": "webp", "image/png": "png", "image/jpeg": "jpg"}
RICHEST = [*IMAGES, "text/html", "text/markdown", "text/plain"]
SOUNDS = ("wav", "flac", "ogg")


def text_of(value: str | list[str]) -> str:
    """Return a notebook's text, which may be stored as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def richest(output: Output) -> str | None:
    """Return `stream`, `error`, or the richest MIME type that the page can show."""
    if output["output_type"] in ("stream", "error"):
        return output["output_type"]
    return next((kind for kind in RICHEST if kind in output["data"]), None)


def picture(output: Output, kind: str) -> bytes:
    """Return the file of a picture.

    Args:
        output: Of a cell.
        kind: One of `IMAGES`, as `richest` gives it.
    """
    raw = text_of(output["data"][kind])
    return raw.encode() if kind == "image/svg+xml" else base64.b64decode(raw)


def recording(output: Output, kind: str | None) -> tuple[str, str] | None:
    """Return the format and the content, in base64, of what IPython.display.Audio shows.

    Args:
        output: Of a cell.
        kind: As `richest` gives it.
    """
    html = text_of(output["data"][kind]) if kind == "text/html" else ""
    for tag in start_tags(html, ["audio", "source"]):
        head, _, content = tag.attributes.get("src", "").partition(";base64,")
        sound = head.removeprefix("data:audio/").removeprefix("x-")
        if content and sound in SOUNDS:
            return sound, content
    return None


def table(text: str) -> str:
    """Keep a table, drop its own look: the theme styles tables in both color schemes."""
    soup = BeautifulSoup(text, "html.parser")
    for style in soup("style"):
        style.decompose()
    for table in soup("table"):
        table.attrs.clear()
    for cell in soup("th"):
        if not cell.get_text(strip=True):  # a header cell without text misleads
            cell.name, cell.string = "td", ""
    return "\n".join(line for line in soup.decode().splitlines() if line.strip())


def size(picture: bytes) -> str:
    """Say how large a picture is, in pixels: a page that knows does not jump when it arrives."""
    width, height = (round(side) for side in imagesize.get(BytesIO(picture)))
    return f"{{ width={width} height={height} }}" if min(width, height) > 0 else ""
