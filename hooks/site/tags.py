"""Where the tags of an HTML text stand: one can be changed, and every other byte stays."""

from collections.abc import Callable, Collection, Mapping
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple


class StartTag(NamedTuple):
    """A start tag, and where it stands in the text."""

    name: str
    attributes: dict[str, str]  # unescaped; "" for one without a value
    start: int
    end: int


class _Reader(HTMLParser):
    def __init__(self, html: str, names: Collection[str]) -> None:
        super().__init__()
        self.names, self.found = names, list[StartTag]()
        self.lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.names:
            line, column = self.getpos()
            start = self.lines[line - 1] + column
            given: dict[str, str] = {}
            for name, value in attrs:
                given.setdefault(name, value or "")  # of two with one name the first counts
            end = start + len(self.get_starttag_text() or "")
            self.found.append(StartTag(tag, given, start, end))


def start_tags(html: str, names: Collection[str]) -> list[StartTag]:
    """Return the start tags of these names in order; text, scripts and comments hold none.

    Args:
        html: Any piece of HTML.
        names: Names of tags, in lower case.

    >>> [tag.attributes for tag in start_tags('<!-- <img> --> <img alt="a &gt; b">', ["img"])]
    [{'alt': 'a > b'}]
    """
    return _Reader(html, names).found if any(f"<{name}" in html for name in names) else []


def replace_tags(html: str, names: Collection[str], change: Callable[[StartTag], str]) -> str:
    r"""Return HTML in which start tags are replaced.

    >>> html = '<!-- <a> --><p\ntitle="<a>">&lt;a> <a\nhref=b&amp;c hidden href=no /></p>'
    >>> replace_tags(html, ["a"], lambda tag: written("b", tag.attributes))
    '<!-- <a> --><p\ntitle="<a>">&lt;a> <b href="b&amp;c" hidden=""></p>'

    Args:
        html: Any piece of HTML.
        names: Names of the tags in question, in lower case.
        change: Gives the new text of a tag; "" leaves the tag as it is.
    """
    parts, at = [], 0
    for tag in start_tags(html, names):
        if new := change(tag):
            parts += [html[at : tag.start], new]
            at = tag.end
    return "".join([*parts, html[at:]])


def written(name: str, attributes: Mapping[str, str]) -> str:
    """Return a start tag.

    Args:
        name: Of the tag.
        attributes: Unescaped values by name.

    >>> written("a", {"title": '"a" & b'})
    '<a title="&quot;a&quot; &amp; b">'
    """
    given = ((key, escape(value, quote=False)) for key, value in attributes.items())
    quoted = (f' {key}="{value.replace(chr(34), "&quot;")}"' for key, value in given)
    return f"<{name}{''.join(quoted)}>"
