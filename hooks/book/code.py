"""Set code so that it fits, breaks between its parts, and can be copied out of the PDF."""

from bs4 import NavigableString, Tag

from hooks.book.clean import new

FITS = 88  # characters that fit the page at the book's size of code; ruff's limit for snippets
DENSE = 100  # characters that fit at 7.5 pt; longer lines wrap
PAGE = 63  # lines of a page; a file that fits stays whole, so that it can be copied in one go
SHORT = 32  # lines; a shorter block, or part of one, stays on one page


def set_code(article: Tag) -> None:
    """Rewrite every code block of a page in place."""
    for table in article.select("table.highlighttable"):  # line numbers are no table
        table.replace_with(table.select_one("td.code pre") or table)
    for name in article.select(".highlight span.filename"):
        name.name = "p"
    for box in article.select(".highlight"):
        follows = box.find_next_sibling()
        if follows is not None and "cell-output" in follows.get("class", []):
            box["class"] = [*box["class"], "has-output"]
    for code in article.select("pre > code"):
        lines = split(code)
        code.clear()
        pre = code.parent
        for empty in [tag for tag in pre.find_all("span", recursive=False) if not tag.contents]:
            empty.decompose()
        name = pre.find_previous_sibling()
        titled = name is not None and "filename" in name.get("class", [])
        if titled and len(lines) > PAGE:
            # Alone on its pages: a figure or the numbers of a list beside it would be copied too.
            name["class"] = ["filename", "starts-page"]
        kinds = ["short"] if len(lines) <= (PAGE if titled else SHORT) else []
        if (longest := max(map(length, lines), default=0)) > FITS:
            kinds.append("dense" if longest <= DENSE else "wraps")
        pre["class"] = kinds
        for part in parts(lines):
            code.append(block(part, hanging="wraps" in kinds))


Line = list[tuple[str, str]]  # pieces of text, each with its class


def split(code: Tag) -> list[Line]:
    """Return a code block as lines of colored pieces, without blank lines at its end."""
    lines: list[Line] = [[]]
    for text in code.find_all(string=True):
        kind = text.parent.get("class", [""])[0] if text.parent is not code else ""
        for number, piece in enumerate(str(text).split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append((piece, kind))
    while lines and not length(lines[-1]):
        lines.pop()
    return [attach_blanks(line) for line in lines]


def attach_blanks(line: Line) -> Line:
    """Give blanks to the piece beside them: WeasyPrint draws no text that is all blanks."""
    found: Line = []
    for text, kind in line:
        if found and (not text.strip() or not found[-1][0].strip()):
            before, old = found.pop()
            found.append((before + text, kind if text.strip() else old))
        else:
            found.append((text, kind))
    return found


def length(line: Line) -> int:
    """Return the number of characters in a line."""
    return sum(len(text) for text, _ in line)


def parts(lines: list[Line]) -> list[list[Line]]:
    """Return the lines in parts that end with a blank line and go on with an unindented one."""
    found: list[list[Line]] = [[]]
    for number, line in enumerate(lines):
        starts = number and not length(lines[number - 1]) and length(line)
        if starts and not line[0][0].startswith(" "):
            found.append([])
        found[-1].append(line)
    return found


def block(lines: list[Line], hanging: bool) -> Tag:
    """Return a part of a code block.

    Args:
        lines: Of the part.
        hanging: Whether a line too long for the page hangs under its start.
    """
    part = new("span", kind="part")
    if len(lines) <= SHORT:
        part["class"] = ["part", "whole"]
    for number, line in enumerate(lines):
        into = part
        if hanging:
            into = new("span", kind="line")
            part.append(into)
        for text, kind in line:
            into.append(new("span", text, kind) if colored(kind) else NavigableString(text))
        if not line or (number + 1 < len(lines) and not hanging):
            into.append(NavigableString("\n"))
    return part


def colored(kind: str) -> bool:
    """Say whether a Pygments class has a color in the book; others need no tag of their own."""
    return bool(kind) and (kind[0] in "kscm" or kind in ("nf", "nb", "nc", "nd", "ow", "fm"))
