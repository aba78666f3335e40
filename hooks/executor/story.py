"""Reads a demo's story (jupytext percent form) and makes the notebook that will be executed."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hooks.core import includes as grammar
from hooks.core import numbers
from hooks.core.files import Node, node
from hooks.executor import parse, setup_cell


class StoryError(ValueError):
    """A story cannot be made into a notebook. The message says where, what, and how to mend it."""


@dataclass(frozen=True)
class Story:
    """A demo before it runs.

    Attributes:
        path: `docs/<section>/<demo>.py`.
        root: Folder of the course, to which includes are relative.
    """

    path: Path
    root: Path

    @property
    def demo(self) -> str:
        return self.path.stem

    @property
    def section(self) -> str:
        return self.path.parent.name

    @property
    def notebook_path(self) -> Path:
        return self.path.with_suffix(".ipynb")

    @property
    def name(self) -> str:
        """Path relative to the course, for messages."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def cells(self) -> list[Node]:
        """Its cells, with the numbers of demos filled in, before files are included.

        Raises:
            StoryError: It is no percent file with a title, or names a demo that is not there.
        """
        try:
            text = numbers.filled(self.path.read_text("utf-8"), self.name)
            cells = [node(c) for c in parse.cells(text)]
        except numbers.NumberError as error:
            raise StoryError(str(error)) from None
        except (ValueError, SyntaxError) as error:
            raise StoryError(f"{self.name}: not a jupytext percent file: {error}") from None
        if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
            mend = "start with a Markdown cell whose first line is '# Title'"
            raise StoryError(f"{self.name}: {mend}")
        return cells

    def line(self, cell: int) -> int:
        """Line of a cell's `# %%` mark."""
        return self._lines[cell]

    @cached_property
    def _lines(self) -> list[int]:
        lines = enumerate(self.path.read_text("utf-8").splitlines(), 1)
        marks = [number for number, line in lines if re.match("# *%%", line)]
        # Text before the first mark is a cell too.
        return [1] * (len(self.cells) - len(marks)) + marks

    def place(self, cell: int, row: int = 0) -> str:
        """File and line of what stands in a cell, such as `docs/nlp/ner.py:12`.

        Args:
            cell: Index of the cell.
            row: Row of its code once files are included, from 1; 0 is the line of its mark.
        """
        lines = self._filled[cell][2] if row > 0 else [self.line(cell)]
        return f"{self.name}:{lines[min(row, len(lines)) - 1]}"

    def place_of(self, number: int, row: int = 0) -> str:
        """The same for a cell of the notebook, by its number from 1; 0 stands for all of it.

        Args:
            number: Number of the cell.
            row: Row of its code, from 1.
        """
        if not number:
            return self.name
        # The second is the one that the executor adds.
        return f"{self.place(max(0, number - 2), row)}, cell {number}"

    @property
    def title(self) -> str:
        return self.cells[0].source.splitlines()[0].removeprefix("# ").strip()

    @property
    def tolerance(self) -> float:
        """How far apart its scores may be on two processors.

        The mark of the title's cell states it with the reason: `tolerance=0.02 because="…"`.
        Zero where it states none.

        Raises:
            StoryError: It is no number, or the reason is missing.
        """
        head = self.cells[0].metadata
        if "tolerance" not in head:
            return 0.0
        if not isinstance(value := head["tolerance"], int | float) or not head.get("because"):
            mend = 'write tolerance=0.02 because="…", a number and its reason'
            raise StoryError(f"{self.place(0)}: {mend}")
        return float(value)

    @cached_property
    def _filled(self) -> dict[int, tuple[list[str], list[Path], list[int]]]:
        """Of each code cell: rows as they will run, files included, the story's line of each row.

        By the cell's index.
        """
        code = (index for index, cell in enumerate(self.cells) if cell.cell_type == "code")
        return {index: self._fill(index) for index in code}

    def _fill(self, cell: int) -> tuple[list[str], list[Path], list[int]]:
        rows: list[str] = []
        files: list[Path] = []
        numbers: list[int] = []
        for number, line in enumerate(self.cells[cell].source.split("\n"), self.line(cell) + 1):
            try:
                include = grammar.parse(line)
            except grammar.IncludeError as error:
                raise StoryError(f"{self.name}:{number}: {error}") from None
            if include:
                files.append(self._included(include, number))
                line = textwrap.indent(files[-1].read_text("utf-8").rstrip("\n"), include.indent)
            rows += (new := line.split("\n"))
            numbers += [number] * len(new)
        return rows, files, numbers

    @property
    def includes(self) -> list[Path]:
        """The files that code cells include, in order, each once."""
        return list(dict.fromkeys(path for _, files, _ in self._filled.values() for path in files))

    @property
    def code(self) -> list[str]:
        """Source of each code cell as it will run: includes replaced by the files' text."""
        return ["\n".join(rows) for rows, _, _ in self._filled.values()]

    def _included(self, include: grammar.Include, number: int) -> Path:
        path = (self.root / include.path).resolve()
        if not path.is_file() or self.root.resolve() not in path.parents:
            raise StoryError(
                f"{self.name}:{number}: no file {include.path} to include; "
                "write its path from the top of the repository"
            )
        if include.part:
            what = f"a story includes whole files; remove :{include.part}"
            raise StoryError(f"{self.name}:{number}: {what}")
        return path

    @property
    def own_code(self) -> str:
        """The story's code without what it includes: a change in prose leaves it as it was."""
        return "\n# %%\n".join(c.source for c in self.cells if c.cell_type == "code")

    @cached_property
    def names(self) -> list[dict]:
        """What each code cell names, lines of IPython (`%pip`, `x = !ls`) included.

        Raises:
            StoryError: A cell is not what IPython runs.
        """
        found = []
        for cell, source in zip(self._filled, self.code, strict=True):
            try:
                found.append(parse.names(source))
            except SyntaxError as error:
                raise StoryError(
                    f"{self.place(cell, error.lineno or 0)}: not Python: {error.msg}: "
                    f"{(error.text or '').strip()!r}"
                ) from None
        return found

    def notebook(
        self, pins: dict[str, str], data: Sequence[Path] = (), repository: str = ""
    ) -> Node:
        """The notebook, not yet executed.

        Args:
            pins: Distributions that the demo needs, with versions, for the cell that installs
                them in Colab.
            data: Files that the demo reads, which the same cell brings to Colab.
            repository: Where the course is published, as owner/name, or an empty string.
        """
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        empty = {"cells": [], "metadata": {"kernelspec": kernel}}
        notebook = node({**empty, "nbformat": 4, "nbformat_minor": 5})
        sources = iter(self.code)
        for cell in self.cells:
            metadata = {k: v for k, v in cell.metadata.items() if k in ("tags", "alt")}
            if cell.cell_type == "code":
                new = setup_cell.code_cell(next(sources), metadata)
            else:
                new = {"cell_type": "markdown", "source": cell.source, "metadata": metadata}
            notebook.cells.append(node(new))
        notebook.cells.insert(1, setup_cell.made(pins, self._by_folder(data), repository))
        for number, cell in enumerate(notebook.cells):
            # nbformat draws ids at random; these stay the same from run to run.
            cell.id = f"cell-{number:02d}"
        return notebook

    def _by_folder(self, data: Sequence[Path]) -> dict[str, list[str]]:
        """Paths from the top of the repository, by the folder in which the code looks for them."""
        found: dict[str, list[str]] = {}
        for path in data:
            folder = Path(os.path.relpath(path.parent, self.path.parent.resolve())).as_posix()
            found.setdefault(folder, []).append(path.relative_to(self.root.resolve()).as_posix())
        return found
