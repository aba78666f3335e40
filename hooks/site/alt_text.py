"""Stops the build at a picture without alternative text, and says where it is."""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from hooks.site.tags import start_tags

SPOKEN = re.compile(r'<img\b[^<>]*\salt="[^"<>]*[^"<>\s][^"<>]*"')


def silent_pictures(html: str) -> list[str]:
    """Return the addresses of pictures without alternative text.

    >>> silent_pictures('<img src="a.png" alt="A cat"><img src="b.png" alt=""><img src="c.png">')
    ['b.png', 'c.png']
    """
    if html.count("<img") == len(SPOKEN.findall(html)):  # parsing every page would take seconds
        return []
    found = (image.attributes for image in start_tags(html, ["img"]))
    return [image.get("src", "") for image in found if not image.get("alt", "").strip()]


def place(source: str, address: str) -> str:
    r"""Return ":line" of a picture's first mention by file name in a page's source, or "".

    Args:
        source: The page's Markdown.
        address: Address of the picture, as the page's HTML gives it.

    >>> place("# Cats\n\n![](../assets/cat.png)", "../../assets/cat.png")
    ':3'
    """
    name = address.rpartition("/")[2]
    lines = enumerate(source.splitlines(), 1)
    return next((f":{number}" for number, line in lines if name and name in line), "")


def refuse_silent_pictures(html: str, page: Any, **_: Any) -> str:
    """Look at a page's own content; the theme's pictures are drawn, not loaded."""
    for address in silent_pictures(html):
        source = Path(page.file.abs_src_path).read_text("utf-8") if page.file.abs_src_path else ""
        raise PluginError(
            f"docs/{page.file.src_uri}{place(source, address)}: the picture {address} has no "
            "alternative text: say what it shows, ![like this](picture.png)"
        )
    return html
