"""What an output of a notebook holds: its richest form, its picture, recording or table."""

import base64
from io import BytesIO
from typing import Any

import imagesize
from bs4 import BeautifulSoup

from hooks.site.tags import start_tags

Output = dict[str, Any]

# Richest first: a plot offers SVG, PNG and text, and the page shows one of them.
IMAGES = {
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/png": "png",
    "image/jpeg": "jpg",
}
RICHEST = [*IMAGES, "text/html", "text/markdown", "text/latex"]
PLAIN = "text/plain"  # beside a type that a page cannot show, it is a name in angle brackets
SOUNDS = ("wav", "flac", "ogg")


def text_of(value: str | list[str]) -> str:
    """Return a notebook's text, which may be stored as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def richest(output: Output) -> str | None:
    """Return `stream`, `error`, the richest MIME type that the page can show, or None."""
    if output["output_type"] in ("stream", "error"):
        return output["output_type"]
    return next((kind for kind in RICHEST if kind in output["data"]), None) or plain(output)


def plain(output: Output) -> str | None:
    """Return the type of plain text, unless it only stands for what the page cannot show."""
    return PLAIN if set(output["data"]) == {PLAIN} else None


def file_of(output: Output) -> tuple[str, bytes] | None:
    """Return ending and content of the file that a picture or recording becomes on the site."""
    kind = richest(output)
    if kind in IMAGES:
        raw = text_of(output["data"][kind])
        return IMAGES[kind], raw.encode() if kind == "image/svg+xml" else base64.b64decode(raw)
    html = text_of(output["data"][kind]) if kind == "text/html" else ""
    for tag in start_tags(html, ["audio", "source"]):  # as IPython.display.Audio leaves them
        head, _, content = tag.attributes.get("src", "").partition(";base64,")
        sound = head.removeprefix("data:audio/").removeprefix("x-")
        if content and sound in SOUNDS:
            return sound, base64.b64decode(content)
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


def size(file: bytes) -> str:
    """Say how large a picture is, in pixels: a page that knows does not jump when it arrives."""
    width, height = (round(side) for side in imagesize.get(BytesIO(file)))
    return f"{{ width={width} height={height} }}" if min(width, height) > 0 else ""
