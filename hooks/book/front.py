"""The book's own pages: cover, what this book is, contents."""

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from hooks.book.errors import BookError, find
from hooks.book.images import SVG
from hooks.book.pages import Book
from hooks.core.course import DEMOS, SECTIONS
from hooks.site.cells import CellError, read
from hooks.site.dial import dial, in_words

DIAL = """
.clock { font-family: Inter } a { text-decoration: none } text { text-anchor: middle }
.clock__arc { fill: #0b6173 } .clock__cut { fill: #e3b25c }
.clock__tick { fill: none; stroke: #869599; stroke-width: 1.5 }
.clock__number { fill: #ffffff; font-size: 19px; font-weight: 600 }
.clock__time { fill: #4b5c63; font-size: 14px }
.clock__total { fill: #15232a; font-size: 88px; font-weight: 700; letter-spacing: -4px }
.clock__unit { fill: #4b5c63; font-size: 19px } .clock__more { fill: #7d4a00; font-size: 15px }
"""
LOWER = {"clock__number": "6.8", "clock__time": "5"}  # WeasyPrint centers no line of a drawing


def dated(site: Path) -> date:
    """Return the book's date: SOURCE_DATE_EPOCH, else that of its newest output.

    Raises:
        BookError: SOURCE_DATE_EPOCH is no number of seconds.
    """
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        if not epoch.isdecimal():
            raise BookError(f"SOURCE_DATE_EPOCH is {epoch!r}: give seconds since 1970, or unset it")
        return datetime.fromtimestamp(int(epoch), UTC).date()
    dates = []
    for path in site.rglob("*.ipynb"):
        try:
            dates.append(str(read(path)["metadata"]["course"]["provenance"]["date"]))
        except (CellError, KeyError):
            continue
    return date.fromisoformat(max(dates)) if dates else datetime.now(UTC).date()


def words(day: date) -> str:
    """Return a date in words.

    >>> words(date(2026, 11, 3))
    '3 November 2026'
    """
    return f"{day.day} {day:%B %Y}"


def clock() -> str:
    """Return the lecture clock as a picture."""
    # In a page a drawing needs no declaration of xlink; as XML it does.
    page = f'<page xmlns:xlink="http://www.w3.org/1999/xlink">{dial(SECTIONS, str)}</page>'
    (svg,) = ElementTree.fromstring(page)
    for text in svg.iter(f"{SVG}text"):
        if shift := LOWER.get(text.get("class", "")):
            text.set("dy", shift)
    ElementTree.SubElement(svg, f"{SVG}style").text = DIAL
    alt = escape("The lecture clock. " + in_words(SECTIONS), quote=True)
    source = quote(ElementTree.tostring(svg, encoding="unicode"))
    return f'<img class="clock" alt="{alt}" src="data:image/svg+xml,{source}">'


def cover(title: str, subtitle: str, day: date, license_line: str) -> str:
    """Return the cover.

    Args:
        title: Of the course.
        subtitle: Says in a sentence what it is about.
        day: Date of the book.
        license_line: The terms.
    """
    return (
        f'<section class="cover"><p class="cover__title">{escape(title)}</p>'
        f'<p class="cover__subtitle">{escape(subtitle)}</p>{clock()}'
        f'<p class="cover__facts">{len(SECTIONS)} sections, {len(DEMOS)} demos<br>'
        f"{words(day)}<br>{escape(license_line)}</p></section>"
    )


def about(book: Book, day: date) -> str:
    """Return what this book is, with the home page's words on the two kinds of weights.

    Args:
        book: Its pages and the home page.
        day: Date of the book.

    Raises:
        BookError: The home page has no part on the weights.
    """
    address = escape(book.address)
    where = f' at <a href="{address}">{address}</a>' if address else ""
    text = (
        f"<p>This book is the website of the course{where} on paper, as of {words(day)}: "
        "the sections with what their code printed, the exercises after each section, and the "
        "solutions at the end. "
        "Notebooks, slides and the reference are on the site.</p>"
    )
    weights = find(book.home, "h2#weights", "its words on the two kinds of weights")
    text += "<h2>Two kinds of weights</h2>" + "".join(map(str, weights.find_next_siblings()))
    return (
        f'<section class="front" id="about"><h1>About this book</h1>{text}'
        "<h2>Copying code</h2><p>Every block of code can be copied from this page. A block titled "
        "with a file name is a whole, tested file.</p></section>"
    )


Entry = tuple[str, str, str]  # anchor, number, title


def contents(entries: Iterable[tuple[Entry, Sequence[Entry]]]) -> str:
    """Return the contents; page numbers come from the style sheet."""
    rows = []
    for (anchor, number, title), inner in entries:
        subs = "".join(f'<li><a href="#{a}">{escape(t)}</a></li>' for a, _, t in inner)
        label = f'<span class="number">{number}</span> ' if number else ""
        subs = f"<ul>{subs}</ul>" if subs else ""
        rows.append(f'<li>{label}<a href="#{anchor}">{escape(title)}</a>{subs}</li>')
    lines = "".join(rows)
    return f'<section class="contents" id="contents"><h1>Contents</h1><ul>{lines}</ul></section>'
