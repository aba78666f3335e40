"""Check the book's pictures, and make drawings from notebooks look at home on paper."""

import re
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from bs4 import Tag

from hooks.book import fonts
from hooks.book.errors import BookError, place

GRAY = "#757575"  # of matplotlib's texts and axes, for light and dark screens alike
INK = "#33454c"
SVG = "{http://www.w3.org/2000/svg}"


def check(article: Tag, source: str, site: Path) -> None:
    """Stop at a picture that has no alt text, is missing, or holds a character without a glyph.

    Args:
        article: A page's content; its drawings become pictures.
        source: What the page was made from, such as `docs/nlp/index.md`.
        site: Folder that the pictures' addresses are relative to.

    Raises:
        BookError: Names page, heading, picture and mend.
    """
    for svg in article.select("svg"):
        _picture_of(svg, source)
    for image in article.select("img"):
        src = str(image.get("src", ""))
        name = "in the page" if src.startswith("data:") else Path(src).name
        if not str(image.get("alt", "")).strip():
            raise BookError(
                f"{place(image, source)}: figure {name} has no alt text: say what it shows, "
                "in `![…](…)` on a page, in `alt=…` of the cell in a notebook"
            )
        if src.startswith("data:"):
            continue
        if not (site / src).is_file():
            raise BookError(f"{place(image, source)}: no file {src} in the site: correct the link")
        if src.endswith(".svg"):
            text = "".join(ElementTree.parse(site / src).getroot().itertext())
            if missing := sorted(set(text) - fonts.glyphs()):
                raise BookError(
                    f"{place(image, source)}, figure {name}: {fonts.no_glyph(missing[0])}"
                )
        image["data-place"] = place(image, source)


def _picture_of(svg: Tag, source: str) -> None:
    """Turn a drawing in the page into a picture with alt text."""
    title = svg.find("title")
    alt = svg.get("aria-label") or (title.get_text() if title else "")
    if not alt:
        raise BookError(f"{place(svg, source)}: a drawing has no alt text: give it a <title>")
    svg["xmlns"] = "http://www.w3.org/2000/svg"
    address = f"data:image/svg+xml,{quote(str(svg))}"
    svg.name, svg.attrs = "img", {"src": address, "alt": alt}
    svg.clear()


def for_paper(svg: str) -> str:
    """Return a drawing in the book's typeface, its gray darkened."""
    svg = re.sub(r"font-family: ?[^;\"]+", f"font-family: {fonts.TEXT}", svg)
    svg = re.sub(r"(font: [^;\"]*?px) [^;\"]+", rf"\1 {fonts.TEXT}", svg)
    return svg.replace(GRAY, INK)
