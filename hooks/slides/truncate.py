"""Truncate what is too long for a slide: code at a blank line, outputs and data at a line."""

from html import escape

from bs4 import BeautifulSoup, Tag

CODE_LINES = 16  # at 20 px they leave room for the title, a file's name and the link
SLACK = 1  # one more fits where no link is needed
OUTPUT_LINES = 12
DATA_ROWS = 8


def truncate_code(block: Tag, page: str, most: int = CODE_LINES) -> None:
    """Keep the first lines of a code block, and link to the whole.

    Args:
        block: The block; it is changed.
        page: Address of the whole.
        most: How many lines a slide has room for.
    """
    if left := _truncate(block, most, at_blank=True):
        name = "snippet" if block.find(class_="filename") else "code"
        _link(block, page, name, left, "line")


def truncate_output(
    block: Tag, page: str, lines: int = OUTPUT_LINES, rows: int = DATA_ROWS
) -> None:
    """Keep the first lines of an output and the first rows of its tables, and link to the whole.

    Args:
        block: The output; it is changed.
        page: Address of the whole.
        lines: How many lines of text a slide has room for.
        rows: How many rows of a table.
    """
    if left := _truncate(block, lines, at_blank=False):
        _link(block, page, "output", left, "line")
    for table in block.find_all("table"):
        found = table.select("tbody > tr")
        for row in found[rows:]:
            row.decompose()
        if found[rows:]:
            _link(block, page, "table", len(found) - rows, "row")


def break_before(lines: list[str], most: int) -> int:
    """Return how many lines to keep: up to a blank line in the last third, else `most`.

    Args:
        lines: Text of the lines.
        most: How many fit.

    >>> break_before(["a", "b", "c", "", "d", "e"], 4)
    3
    >>> break_before(["a"] * 9, 4)
    4
    """
    if len(lines) <= most:
        return len(lines)
    blanks = (at for at in range(most, 2 * most // 3, -1) if not lines[at].strip())
    return next(blanks, most)


def _truncate(block: Tag, most: int, at_blank: bool) -> int:
    """Keep the first lines of a block; return how many lines with text were left out."""
    code = block.select_one("pre code") or block.find("pre")
    lines = code.get_text().rstrip("\n").split("\n") if code else []
    if len(lines) <= most + SLACK:
        return 0
    count = break_before(lines, most) if at_blank else most
    while count > 1 and not lines[count - 1].strip():
        count -= 1
    room = len("\n".join(lines[:count]))
    for text in list(code.find_all(string=True)):
        parent, kept = text.parent, str(text)[: max(room, 0)]
        room -= len(text)
        text.replace_with(kept)
        if not kept and parent is not code and not parent.get_text():
            parent.decompose()
    return sum(bool(line.strip()) for line in lines[count:]) or 1


def _link(block: Tag, page: str, what: str, left: int, unit: str) -> None:
    words = f"Show the whole {what}: {left} more {unit}{'' if left == 1 else 's'}"
    html = f'<p class="whole"><a href="{escape(page)}">{words}</a></p>'
    block.append(BeautifulSoup(html, "html.parser").p)
