"""The one grammar of includes, for pages, stories and checks: `--8<-- "path:part"` on its own line.

`[start:name]` and `[end:name]` behind the same dashes mark a section of a file, on any line. With
`;` before the dashes both are text. It is the grammar of pymdownx.snippets, which puts plain files
into pages; only its form of several lines is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DASHES = r"-+8<-+"
LINE = re.compile(
    rf"""(?P<indent>[ \t]*)(?P<escape>;*){DASHES}"""
    r"""(?:[ \t]+(?P<quoted>"(?:\\"|[^"\n])+"|'(?:\\'|[^'\n])+'))?(?P<blank>[ \t]*)\r?"""
)
LOOKS_LIKE = re.compile(rf"[ \t]*{DASHES}")
SECTION = re.compile(
    rf"(?P<before>.*?)(?<!;)(?P<escape>;*){DASHES}[ \t]+"
    r"\[[ \t]*(?P<kind>start|end)[ \t]*:[ \t]*(?P<name>[a-z][-\w]*)[ \t]*\]",
    re.I | re.A,
)


class IncludeError(ValueError):
    """An include that cannot be followed: one line that says what is wrong and how to mend it."""

    def __init__(self, what: str, number: int = 0) -> None:
        super().__init__(what)
        self.number = number  # of the line, where it is known


@dataclass(frozen=True)
class Include:
    """One include.

    Attributes:
        number: Of its line, 0 where nobody counts.
        indent: The blanks before it, which each line of what is included gets too.
        path: The file.
        part: A section, lines, or the tag of cells; "" for the whole file.
    """

    number: int
    indent: str
    path: str
    part: str


def parse(line: str, number: int = 0) -> Include | None:
    """Return the include on a line, None where the line is something else.

    >>> parse('  --8<-- "snippets/nlp/ner.py:entities"', 7)
    Include(number=7, indent='  ', path='snippets/nlp/ner.py', part='entities')
    >>> parse(';--8<-- "snippets/nlp/ner.py"'), parse("# --8<-- [start:entities]")
    (None, None)

    Args:
        line: A line of a page, a story or a snippet.
        number: Its number.

    Raises:
        IncludeError: The line begins like an include and is none.
    """
    if not LOOKS_LIKE.match(line) or section(line):
        return None
    if not (found := LINE.fullmatch(line)) or not found["quoted"]:
        raise IncludeError(
            f'{line.strip()!r} is no include; write --8<-- "path" on a line of its own, '
            'or ;--8<-- "path" to show it as text',
            number,
        )
    path, _, part = found["quoted"][1:-1].strip().partition(":")
    return Include(number, found["indent"], path, part)


def includes(source: str) -> Iterator[Include]:
    """Yield the includes of a source, in order.

    Raises:
        IncludeError: A line begins like an include and is none.
    """
    for number, line in enumerate(source.split("\n"), 1):
        if include := parse(line, number):
            yield include


def section(line: str) -> tuple[str, str] | None:
    """Return kind and name of the section mark on a line, None without one.

    >>> section("<!-- --8<-- [end:measured] -->"), section("# ;--8<-- [end:measured]")
    (('end', 'measured'), None)
    """
    found = SECTION.match(line)
    return (found["kind"], found["name"]) if found and not found["escape"] else None


def inert(text: str) -> str:
    """Return a text in which what pymdownx.snippets would act on is escaped."""
    if "8<" not in text:
        return text
    return "\n".join(map(_inert, text.split("\n")))


def _inert(line: str) -> str:
    found = LINE.fullmatch(line)
    if found and not found["blank"]:  # with blanks behind it, it is text
        at = found.end("indent")
    elif found := SECTION.match(line):
        at = found.end("before")
    else:
        return line
    return f"{line[:at]};{line[at:]}"
