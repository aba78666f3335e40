"""Reads a demo's story (jupytext percent form) and makes the notebook that will be executed."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

from hooks.core import numbers
from hooks.core.addresses import raw_address
from hooks.executor import parse

INCLUDE = re.compile(r'^(?P<indent>[ \t]*)--8<--[ \t]+"(?P<path>[^"]+)"[ \t]*$', re.M)

# Colab brings these, torch built for its GPU and the others already loaded by its kernel: to
# replace them takes minutes or a restart.
COLAB_BRINGS = {
    *("torch", "torchvision", "torchaudio"),
    *("numpy", "scipy", "pandas", "pillow", "matplotlib", "ipython", "tokenizers"),
}


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
    def _cells(self) -> list[nbformat.NotebookNode]:
        try:
            text = numbers.filled(self.path.read_text("utf-8"), self.name)
            cells = [nbformat.from_dict(c) for c in parse.cells(text)]
        except numbers.NumberError as error:
            raise StoryError(str(error)) from None
        except (ValueError, SyntaxError) as error:
            raise StoryError(f"{self.name}: not a jupytext percent file: {error}") from None
        if not cells or cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
            raise StoryError(
                f"{self.name}: start with a Markdown cell whose first line is '# Title'"
            )
        return cells

    @property
    def title(self) -> str:
        return self._cells[0].source.splitlines()[0].removeprefix("# ").strip()

    @cached_property
    def includes(self) -> list[Path]:
        """The files that code cells include, in order, each once."""
        found: dict[Path, None] = {}
        for cell in self._cells:
            if cell.cell_type == "code":
                for match in INCLUDE.finditer(cell.source):
                    found[self._included(match["path"])] = None
        return list(found)

    def _included(self, name: str) -> Path:
        path = (self.root / name).resolve()
        if not path.is_file() or self.root.resolve() not in path.parents:
            number = next(
                (
                    i
                    for i, line in enumerate(self.path.read_text("utf-8").splitlines(), 1)
                    if f'"{name}"' in line
                ),
                0,
            )
            raise StoryError(
                f"{self.name}:{number}: no file {name} to include; "
                "write its path from the top of the repository"
            )
        return path

    @cached_property
    def code(self) -> list[str]:
        """Source of each code cell as it will run: includes replaced by the files' text."""

        def text(match: re.Match[str]) -> str:
            lines = self._included(match["path"]).read_text("utf-8").rstrip("\n").split("\n")
            return "\n".join(match["indent"] + line if line else line for line in lines)

        return [INCLUDE.sub(text, c.source) for c in self._cells if c.cell_type == "code"]

    @property
    def own_code(self) -> str:
        """The story's code without what it includes: a change in prose leaves it as it was."""
        return "\n# %%\n".join(c.source for c in self._cells if c.cell_type == "code")

    @cached_property
    def names(self) -> list[dict]:
        """What each code cell names; lines of IPython (`%pip`, `!ls`) are left out."""
        found = []
        for source in self.code:
            plain = re.sub(r"^([ \t]*)[%!?].*$", r"\1pass", source, flags=re.M)
            try:
                found.append(parse.names(plain))
            except SyntaxError as error:
                raise StoryError(
                    f"{self.name}: not Python: {error.msg}: {(error.text or '').strip()!r}"
                ) from None
        return found

    def notebook(
        self, pins: dict[str, str], data: Sequence[Path] = (), repository: str = ""
    ) -> nbformat.NotebookNode:
        """The notebook, not yet executed.

        Args:
            pins: Distributions that the demo needs, with versions, for the cell that installs
                them in Colab.
            data: Files that the demo reads, which the same cell brings to Colab.
            repository: Where the course is published, as owner/name, or an empty string.
        """
        notebook = nbformat.v4.new_notebook()
        notebook.metadata["kernelspec"] = {
            "display_name": "Python 3", "language": "python", "name": "python3",
        }  # fmt: skip
        sources = iter(self.code)
        for cell in self._cells:
            metadata = {k: v for k, v in cell.metadata.items() if k in ("tags", "alt")}
            if cell.cell_type == "code":
                new = _code_cell(next(sources), metadata)
            else:
                new = {"cell_type": "markdown", "source": cell.source, "metadata": metadata}
            notebook.cells.append(nbformat.from_dict(new))
        notebook.cells.insert(1, _setup_cell(pins, self._by_folder(data), repository))
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


def _setup_cell(
    pins: dict[str, str], files: dict[str, list[str]], repository: str
) -> nbformat.NotebookNode:
    """The first code cell; `files` are `Story._by_folder`'s."""
    needs = " ".join(f"{n}=={v}" for n, v in sorted(pins.items()) if n not in COLAB_BRINGS)
    # IPython, too, continues a line that ends in a backslash.
    lines = [" \\\n        ".join(textwrap.wrap(f"%pip install -q {needs}", 80))] if needs else []
    # Colab opens the notebook alone; elsewhere a reader has its data beside it.
    if files and not repository:
        lines += ["from google.colab import files", ""]
    for folder, paths in files.items():
        into = "" if folder == "." else f" -P {folder}"
        if repository:
            lines += [f"!wget -q{into} {raw_address(repository, path)}" for path in paths]
            continue
        names = [path.rpartition("/")[2] for path in paths]
        if not into:
            lines.append(f"files.upload()  # choose {' and '.join(names)}")
            continue
        lines.append(f"files.upload()  # choose all files of the folder {folder}")
        move = f"!mkdir -p {folder} && mv {' '.join(names)} {folder}"
        lines.append(" \\\n        ".join(textwrap.wrap(move, 80)))
    source = "\n".join(
        [
            "# In Colab this installs what the notebook needs; elsewhere it does nothing.",
            "import sys",
            "",
            'if "google.colab" in sys.modules:',
            *(f"    {line}" if line else "" for line in lines or ["pass"]),
        ]
    )
    return nbformat.from_dict(_code_cell(source, {"tags": ["setup"]}))


def _code_cell(source: str, metadata: dict) -> dict:
    """A cell that has not run. nbformat's own function checks each against the schema, slowly."""
    blank = {"execution_count": None, "outputs": []}
    return {"cell_type": "code", "source": source, "metadata": metadata, **blank}
