"""What ruff says about a story, at the story's own lines: ruff itself names a notebook's cell."""

import json
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

from hooks.core import files
from hooks.executor.story import Story


def of_file(path: Path, root: Path) -> list[str]:
    """A line for each fault of a Python file.

    Args:
        path: The file.
        root: The repository's root.
    """
    name = path.relative_to(root).as_posix()
    text = path.read_text("utf-8")
    found = [f"{name}:{one['location']['row']}: {_said(one)}" for one in _check(text, name, root)]
    if _formatted(text, name, root) != text:
        found.append(f"{name}: not as ruff sets it, run .venv/bin/ruff format {name}")
    return found


def of_story(story: Story) -> list[str]:
    """A line for each fault in the code of a story, included files left in place."""
    notebook = story.notebook({})
    name = story.notebook_path.relative_to(story.root).as_posix()
    text = files.text(notebook)
    found = [
        f"{story.place_of(item['cell'], item['location']['row'])}: {_said(item)}"
        for item in _check(text, name, story.root)
    ]
    cells = json.loads(_formatted(text, name, story.root))["cells"]
    for number, (old, new) in enumerate(zip(notebook.cells, cells, strict=True), 1):
        pairs = zip_longest(old.source.split("\n"), "".join(new["source"]).split("\n"))
        for row, (line, wanted) in enumerate(pairs, 1):
            if line != wanted:
                found.append(f"{story.place_of(number, row)}: ruff sets it as {wanted or ''!r}")
                break
    return found


def _check(text: str, name: str, root: Path) -> list[dict]:
    return json.loads(_ruff(["check", "--output-format", "json"], text, name, root))


def _formatted(text: str, name: str, root: Path) -> str:
    return _ruff(["format"], text, name, root) or text  # nothing where the file cannot be parsed


def _ruff(arguments: list[str], text: str, name: str, root: Path) -> str:
    command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", name, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, cwd=root).stdout


def _said(item: dict) -> str:
    return f"{item['message']} ({item['code']})"
