"""Shorten a long item of a list to its first sentences: a slide is read from the last row."""

import re

from bs4 import BeautifulSoup, NavigableString, Tag

from hooks.slides.words import DOUBT, NOT_AN_END

LIMIT = 170  # characters that a shortened item may have; one sentence is kept in any case
LONG = 220  # what is not longer than this stays as it is
SHORT = 80  # a first sentence below this says too little alone
BLOCKS = ["ul", "ol", "dl", "pre", "table", "div", "blockquote"]
END = re.compile(r"[.!?][\"”)]*\s+(?=[A-Z0-9“\"(`])")


def shorten(item: Tag, limit: int = LIMIT, long: int = LONG) -> bool:
    """Cut an item's own text to its first sentences, in place; items of lists inside it too.

    Sentences that state a doubt are kept.

    Args:
        item: An item of a list, or a paragraph.
        limit: Characters that it may have.
        long: Characters up to which it stays as it is.

    Returns:
        Whether anything was left out.
    """
    cut = False
    for inner in item.find_all(["li", "dd"]):
        if inner.find_parent(["li", "dd"]) in (item, None):
            cut |= shorten(inner, limit, long)
    paragraphs = item.find_all("p", recursive=False)
    for extra in paragraphs[1:]:
        if not DOUBT.search(extra.get_text()):
            extra.decompose()
            cut = True
    strings = _own(paragraphs[0] if paragraphs else item)
    text = "".join("x" * len(s) if s.find_parent("code") else str(s) for s in strings)
    return _drop(strings, _left_out(text, limit, long)) or cut


def first_words(html: str) -> str:
    """Return the beginning of a prose paragraph, for a slide that would show its title alone."""
    soup = BeautifulSoup(html, "html.parser")
    paragraph = soup.find("p") or soup
    shorten(paragraph, limit=170, long=190)
    return f'<p class="lead">{paragraph.decode_contents()}</p>'


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends.

    >>> [("One. Two, e.g. Three."[a:b]) for a, b in sentences("One. Two, e.g. Three.")]
    ['One. ', 'Two, e.g. Three.']
    """
    ends = [0]
    for found in END.finditer(text):
        upto = text[ends[-1] : found.start() + 1]
        if not NOT_AN_END.search(upto) and upto.count("(") <= upto.count(")"):
            ends.append(found.end())
    return list(zip(ends, [*ends[1:], len(text)], strict=True))


def _left_out(text: str, limit: int, long: int) -> list[tuple[int, int]]:
    if len(" ".join(text.split())) <= long:
        return []
    return [
        (start, end)
        for start, end in sentences(text)
        if start > SHORT and end > limit and not DOUBT.search(text[start:end])
    ]


def _own(tag: Tag) -> list[NavigableString]:
    """Return the strings of an item without those of the blocks inside it."""
    inside = [id(s) for block in tag.find_all(BLOCKS) for s in block.find_all(string=True)]
    return [s for s in tag.find_all(string=True) if id(s) not in inside]


def _drop(strings: list[NavigableString], ranges: list[tuple[int, int]]) -> bool:
    """Remove ranges of characters, counted over all strings, and elements left empty by it."""
    position = 0
    for string in strings:
        letters = enumerate(str(string), position)
        kept = "".join(x for at, x in letters if not any(a <= at < b for a, b in ranges))
        position += len(string)
        if kept == str(string):
            continue
        parent = string.parent
        string.replace_with(kept)
        if not kept and not parent.get_text(strip=True) and parent.name not in BLOCKS:
            parent.decompose()
    return bool(ranges)
