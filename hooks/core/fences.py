"""Where code blocks of a Markdown page begin and end: what stands in them is text."""

import re

FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)")


def fence_after(line: str, fence: str) -> str:
    """Return the marks of the code block that is open after a line, or an empty string."""
    if not (found := FENCE.match(line)):
        return fence
    marks, rest = found.groups()
    if not fence:
        return marks
    return "" if marks.startswith(fence) and not rest.strip() else fence
