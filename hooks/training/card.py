"""Puts measured figures into a stand-in's model card, whose words are written by hand."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

START, END = "<!-- --8<-- [start:measured] -->", "<!-- --8<-- [end:measured] -->"
VALUE = re.compile(r"(?m)^(\s+value:) .*$")


def fill(path: Path, measured: str, *values: str) -> None:
    """Replace the measured part of a card, and the metrics in its front matter.

    Args:
        path: The card, `README.md` of a stand-in.
        measured: Markdown for the part between the two marks.
        values: What the fields `value:` say from now on, in their order.

    Raises:
        ValueError: The card has no such part, or another number of fields. It stays as it was.
    """
    card = path.read_text(encoding="utf-8")
    if START not in card or END not in card:
        raise ValueError(f"{path}: no measured part: put {START} and {END} around it")
    if (fields := len(VALUE.findall(card))) != len(values):
        raise ValueError(f"{path}: {fields} fields 'value:' for {len(values)} values")
    before, after = card[: card.index(START)], card[card.index(END) :]
    card = f"{before}{START}\n{measured.strip()}\n{after}"
    rest = iter(values)
    card = VALUE.sub(lambda field: f"{field[1]} {next(rest)}", card)
    path.write_text(card, encoding="utf-8")


def rows(figures: Mapping[str, Iterable[object]], form: str) -> str:
    """Return rows of a Markdown table.

    Args:
        figures: What stands in each row, by its first cell.
        form: Of each figure, such as "{:.1f} %".
    """
    lines = ([f"| {name}", *map(form.format, row)] for name, row in figures.items())
    return "\n".join(" | ".join(line) + " |" for line in lines)
