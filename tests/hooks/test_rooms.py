"""The rooms of `hooks`: each says what it is for, and imports run one way."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from hooks import ORDER
from hooks.core.paths import ROOT

HOOKS = ROOT / "hooks"
FILES = sorted(HOOKS.rglob("*.py"))


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and module of everything that a source imports, also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def upward(source: str, room: str) -> list[str]:
    """Imports of a file that run against the order, as "line: module"."""
    allowed = {room, *ORDER[room]}
    return [
        f"{line}: {module}"
        for line, module in imported(source)
        if (module.split(".")[0] == "hooks" and module.split(".")[1] not in allowed)
        or module.split(".")[0] == "tests"
    ]


def test_every_folder_of_hooks_is_a_room_in_the_order():
    folders = {path.name for path in HOOKS.iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert folders == set(ORDER)
    assert {path.name for path in HOOKS.glob("*.py")} == {"__init__.py", "mkdocs.py", "execute.py"}


def test_the_order_has_no_circle():
    assert set(TopologicalSorter(ORDER).static_order()) == set(ORDER)  # a circle raises


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOOKS).as_posix())
def test_imports_follow_the_order(path: Path):
    room = path.relative_to(HOOKS).parts[0]
    if room in ORDER:
        assert upward(path.read_text("utf-8"), room) == []


@pytest.mark.parametrize("room", ORDER)
def test_a_room_says_what_it_is_for_what_it_imports_and_where_to_start(room: str):
    text = ast.get_docstring(ast.parse((HOOKS / room / "__init__.py").read_text("utf-8"))) or ""
    assert "Start at `" in text
    words = " ".join(text.split())
    sentence = words[words.index("Imports ") :].split(". ")[0]
    if room == "commands":
        assert sentence == "Imports every other room; nothing imports it"
    else:
        assert [name for name in ORDER if f"`{name}`" in sentence] == list(ORDER[room])
    start = words.split("Start at `")[1].split("`")[0]
    assert (HOOKS / room / start).resolve().is_file()


def test_an_import_against_the_order_is_found():
    source = "def f():\n    from hooks.executor import plan\nimport hooks.core.course\n"
    assert upward(source, "hub") == ["2: hooks.executor.plan"]
    assert upward("from hooks.hub import store\n", "core") == ["1: hooks.hub.store"]
