"""Where code blocks of a Markdown page begin and end: what stands in them is text."""

import re
from collections.abc import Iterator

# Backticks with another backtick behind them are code in a line of text.
FENCE = re.compile(r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})(.*)")


def numbered_lines(markdown: str, first: int = 1) -> Iterator[tuple[int, str, bool]]:
    """Yield each line with its number, and whether it belongs to a code block.

    Args:
        markdown: A page, or a part of one that begins outside a code block.
        first: Number of its first line in its file.
    """
    fence = ""
    for number, line in enumerate(markdown.split("\n"), first):
        before, fence = fence, fence_after(line, fence)
        yield number, line, bool(before or fence)


def fence_after(line: str, fence: str) -> str:
    """Return the marks of the code block that is open after a line, or an empty string.

    Args:
        line: A line of Markdown.
        fence: The marks of the code block that is open before it, or an empty string.
    """
    if not (found := FENCE.match(line)):
        return fence
    marks, rest = found.groups()
    if not fence:
        return marks
    return "" if marks.startswith(fence) and not rest.strip() else fence
