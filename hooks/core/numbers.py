"""Puts demo numbers and counts into prose: `{{ demo.ner }}`, `{{ demos }}`, `{{ self_study }}`.

All of them follow from `hooks/core/course.py`, so a new demo changes no page but its own.
"""

import re
from difflib import get_close_matches

from hooks.core.course import DEMOS, SECTIONS, self_study

NAME = re.compile(r"\{\{ ([\w.]+) \}\}")
TYPED = re.compile(r"\b[Dd]emos? (\d+)")


class NumberError(ValueError):
    """A number that cannot be given, or that was typed. One line: where, what, how to mend."""


def filled(text: str, where: str, first_line: int = 1) -> str:
    """Return a text with the names in double braces replaced by what they stand for.

    Args:
        text: Markdown of a page, or a story.
        where: Its file, for the message.
        first_line: Number of the text's first line in that file.

    Raises:
        NumberError: The course knows no such name, or a demo's number is typed.
    """
    known = {f"demo.{demo.name}": str(demo.number) for demo in DEMOS.values()}
    known["demos"] = str(len(DEMOS))
    known["self_study"] = self_study(SECTIONS, "demo {} is", "demos {} are")
    lines = text.split("\n")
    for index, line in enumerate(lines):
        fault = ""
        if unknown := next((name for name in NAME.findall(line) if name not in known), None):
            near = get_close_matches(unknown, known, 1)
            demos = "; hooks/core/course.py lists the demos"
            hint = f", did you mean {near[0]}?" if near else demos
            fault = f"{{{{ {unknown} }}}} is no name of the course{hint}"
        elif typed := TYPED.search(line):
            demo = next((d.name for d in DEMOS.values() if str(d.number) == typed[1]), "name")
            fault = f"{typed[0]!r} is typed, write {{{{ demo.{demo} }}}} for the number"
        if fault:
            raise NumberError(f"{where}:{first_line + index}: {fault}")
        lines[index] = NAME.sub(lambda found: known[found[1]], line)
    return "\n".join(lines)
