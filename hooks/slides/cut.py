"""Cut what is too long for a slide: code at a blank line, outputs and tables of data at a line."""

import re

from bs4 import BeautifulSoup, Tag

CODE_LINES = 16  # at 20 px they leave room for the title, a file's name and the link
SLACK = 1  # one more fits where no link is needed
OUTPUT_LINES = 12
DATA_ROWS = 8
BALANCED = re.compile(r"<(/?)\w+[^>]*>")


def cut_code(block: Tag, page: str, most: int = CODE_LINES) -> bool:
    """Shorten a code block to `most` lines, and link to the whole; says whether it did."""
    kept, left = _shorten(block, most, at_blank=True)
    if left:
        name = "snippet" if block.find(class_="filename") else "code"
        _link(block, page, f"Show the whole {name}: {_count(left, 'more line')}")
    return kept


def cut_output(block: Tag, page: str, lines: int = OUTPUT_LINES, rows: int = DATA_ROWS) -> bool:
    """Shorten an output's text and tables, and link to the whole; says whether it did."""
    left = _shorten(block, lines, at_blank=False)[1]
    if left:
        _link(block, page, f"Show the whole output: {_count(left, 'more line')}")
    for table in block.find_all("table"):
        found = table.select("tbody > tr")
        for row in found[rows:]:
            row.decompose()
        if found[rows:]:
            _link(block, page, f"Show the whole table: {_count(len(found) - rows, 'more row')}")
            left += 1
    return bool(left)


def break_before(lines: list[str], most: int) -> int:
    """Return how many lines to keep: up to a blank line in the last third, else `most`.

    >>> break_before(["a", "b", "c", "", "d", "e"], 4)
    3
    >>> break_before(["a"] * 9, 4)
    4
    """
    if len(lines) <= most:
        return len(lines)
    for at in range(most, 2 * most // 3, -1):
        if not re.sub(r"<[^>]*>", "", lines[at]).strip():
            return at
    return most


def _shorten(block: Tag, most: int, at_blank: bool) -> tuple[bool, int]:
    code = block.select_one("pre code") or block.find("pre")
    if not code:
        return False, 0
    lines = code.decode_contents(formatter="minimal").rstrip("\n").split("\n")
    if len(lines) <= most + SLACK:
        return False, 0
    count = break_before(lines, most) if at_blank else most
    while count > 1 and not _text(lines[count - 1]):
        count -= 1
    kept = "\n".join(lines[:count])
    # Pygments closes its spans at each line's end; where another highlighter does not, keep text.
    if kept.count("<span") != kept.count("</span>"):
        kept = "\n".join(code.get_text().split("\n")[:count])
        code.string = kept
    else:
        code.clear()  # inside a <pre>, because blanks between tags are kept only there
        code.extend(list(BeautifulSoup(f"<pre>{kept}</pre>", "html.parser").pre.contents))
    return True, sum(1 for line in lines[count:] if _text(line)) or 1


def _text(line: str) -> str:
    return re.sub(r"<[^>]*>", "", line).strip()


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _link(block: Tag, page: str, words: str) -> None:
    soup = BeautifulSoup("", "html.parser")
    paragraph = soup.new_tag("p", attrs={"class": "whole"})
    link = soup.new_tag("a", href=page)
    link.string = words
    paragraph.append(link)
    block.append(paragraph)
