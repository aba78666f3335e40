"""Says what a step found: on the terminal, and in GitHub's summary of the job if there is one."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path


def tell(markdown: str) -> None:
    """Prints Markdown and adds it to the job summary (the file named by GITHUB_STEP_SUMMARY)."""
    print(markdown, flush=True)
    if name := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(f"{markdown}\n\n")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""A Markdown table; what would end a cell or a line early is replaced.

    Args:
        head: Names of the columns.
        rows: A value for each column.

    >>> print(table(["a", "b"], [[1, "x|y"]]))
    | a | b |
    | --- | --- |
    | 1 | x\|y |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").replace("<", "&lt;").split())
