"""Stops the build at a tag in prose that would swallow text: `<folder>`, or `<b>` without its end.

Markdown hands every tag to the browser. One that is no element of HTML vanishes, and what is not
closed where it was opened goes on over all that follows.
"""

import re
from collections.abc import Iterator

from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from hooks.site.cache import kept
from hooks.site.marks import COMMENT, without_code
from hooks.site.source import place


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Elements that may span paragraphs, elements of one paragraph, and those without an end tag.
BLOCKS = _names("""
    address article aside audio blockquote body button canvas caption center colgroup datalist
    dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head
    header hgroup html iframe li main map math menu nav noscript object ol optgroup option
    picture pre script search section select slot style summary svg table tbody td template
    textarea tfoot th thead tr ul video
""")
INLINE = _names("""
    a abbr b bdi bdo cite code data del dfn em i ins kbd label legend mark meter output p
    progress q rp rt ruby s samp small span strong sub sup time title u var
""")
VOID = _names("""
    area base br col embed hr img input link meta param source track wbr
""")
# As Python-Markdown finds them; an address between angle brackets is a link.
TAG = re.compile(r"<(/?)([a-zA-Z][^<>@\s]*)(?:\s[^<>]*)?>")
ADDRESS = re.compile(r"(?:https?|ftp)://|mailto:", re.I)
RAW = re.compile(r"<(svg|math|script|style|pre|textarea)\b.*?</\1\s*>", re.I | re.S)
# Where a block of Markdown begins without an empty line before it, or ends with its line.
BEGINS = re.compile(r"[ \t>]*(?:[-*+] |\d+[.)] |#{1,6} |\||: {3}|!!! |\?\?\?|=== |\[\^)|[ \t>]*$")
ONE_LINE = re.compile(r"[ \t>]*(?:#{1,6} |\|)")

MEND = "put it between backticks, or mend the tag"


def stray(markdown: str) -> Iterator[tuple[int, str]]:
    r"""Yield position of each stray tag, and what is wrong with it.

    >>> list(stray("Set it to <folder>.\n\nA <b>bold word.\n\nNext."))
    [(10, '<folder> is no element of HTML'), (23, '<b> is not closed in its paragraph')]

    Args:
        markdown: A page, or another text in Markdown.
    """
    if "<" not in markdown:
        return
    blank = lambda found: re.sub(r"[^\n]", " ", found[0])  # noqa: E731
    plain = RAW.sub(blank, COMMENT.sub(blank, without_code(markdown)))
    opened: list[tuple[str, int, str]] = []
    start = 0
    for line in plain.split("\n"):
        if BEGINS.match(line):
            yield from _left(opened)
        for tag in TAG.finditer(plain, start):
            if tag.start() > start + len(line):
                break
            yield from _seen(tag, opened)
        if ONE_LINE.match(line):
            yield from _left(opened)
        start += len(line) + 1
    yield from _left(opened)
    yield from ((at, f"{text} is not closed on the page") for _, at, text in opened)


def _seen(tag: re.Match[str], opened: list[tuple[str, int, str]]) -> Iterator[tuple[int, str]]:
    """Put a tag on the stack of those that are open, or take the one that it closes."""
    end, name = tag[1], tag[2].rstrip("/").lower()
    if ADDRESS.match(name):
        return
    if name not in BLOCKS | INLINE | VOID:
        yield tag.start(), f"{tag[0]} is no element of HTML"
    elif end and name not in [one for one, _, _ in opened]:
        yield tag.start(), f"{tag[0]} closes nothing"
    elif end:
        while (last := opened.pop())[0] != name:
            yield last[1], f"{last[2]} is not closed before {tag[0]}"
    elif name not in VOID:
        opened.append((name, tag.start(), tag[0]))


def _left(opened: list[tuple[str, int, str]]) -> Iterator[tuple[int, str]]:
    """Take the elements of one paragraph off the stack when it ends."""
    while opened and opened[-1][0] in INLINE:
        _, at, text = opened.pop()
        yield at, f"{text} is not closed in its paragraph"


def refuse_stray_tags(markdown: str, page: Page, **_: object) -> str:
    """Look at what somebody wrote: a page, or the text of a story.

    Args:
        markdown: The page without front matter, before any step added to it.
        page: The page.

    Raises:
        PluginError: A tag that no browser would show as it stands there.
    """
    for at, what in kept("stray", markdown, lambda: list(stray(markdown))):
        if where := place(markdown, at, page):
            raise PluginError(f"{where}: {what}; {MEND}")
    return markdown
