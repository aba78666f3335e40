"""What a story depends on: local files, distributions and checkpoints, by what its code names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import wraps
from pathlib import Path

from hooks.core import installed, pins
from hooks.core.registry import Checkpoint
from hooks.executor import parse
from hooks.executor.story import Story

# Programs of the system that a library calls, by the library's name.
PROGRAMS = {"pytesseract": "tesseract"}
# A string that may name a file: no slash first, and somewhere one or a dot. To ask the disk about
# every string takes longer than all else.
FILE_NAME = re.compile(r"(?!/)(?=.*[./])[^\0\n]{1,200}")


def _once(function):
    """Remembers the answer for a story in the story, as a cached property does."""

    @wraps(function)
    def answer(story: Story):
        name = f"_{function.__name__}"
        if name not in story.__dict__:
            story.__dict__[name] = function(story)
        return story.__dict__[name]

    return answer


@_once
def _texts(story: Story) -> set[str]:
    """Every string in the code."""
    return {text for names in _names(story) for text in names["texts"]}


def _local(module: str, folders: Iterable[Path]) -> Path | None:
    name = module.replace(".", "/")
    paths = (folder / file for folder in folders for file in (f"{name}.py", f"{name}/__init__.py"))
    return next((path.resolve() for path in paths if path.is_file()), None)


@_once
def _modules(story: Story) -> dict[Path, dict]:
    """The course's own modules that the story imports, directly or through one another."""
    folders = (story.path.parent, story.root)
    found: dict[Path, dict] = {}
    todo = list(story.names)
    while todo:
        for module in _imported(todo.pop()):
            path = _local(module, folders)
            if path and path not in found and path != story.path.resolve():
                found[path] = _names_of(path)
                todo.append(found[path])
    return dict(sorted(found.items()))


def local_modules(story: Story) -> list[Path]:
    """The files of the course's own modules that the story imports, in the order of their paths."""
    return list(_modules(story))


def _names_of(path: Path) -> dict:
    try:
        return parse.names(path.read_text("utf-8"))
    except SyntaxError as error:
        error.filename = str(path)
        raise


@_once
def _names(story: Story) -> list[dict]:
    """What each code cell names, and each module of the course that they import."""
    return [*story.names, *_modules(story).values()]


def _imported(names: dict) -> Iterator[str]:
    """Full names of the imported modules."""
    for _, modules in names["imports"]:
        yield from modules


@_once
def data_files(story: Story) -> list[Path]:
    """Files of the course that a string in the code names, relative to story or repository.

    A folder counts, with all files below it, when it is named by a path (`data/tickets`).
    """
    found: set[Path] = set()
    root = story.root.resolve()
    for text in filter(FILE_NAME.fullmatch, _texts(story)):
        here = (folder / text for folder in (story.path.parent, story.root))
        for path in (path.resolve() for path in here if path.exists()):
            if root in path.parents and path.is_file():
                found.add(path)
            elif root in path.parents and path.is_dir() and "/" in text:
                below = (p for p in path.rglob("*") if "__pycache__" not in p.parts)
                found.update(filter(Path.is_file, below))
    return sorted(found)


def checkpoints(story: Story, known: Iterable[str]) -> list[str]:
    """Registered ids that strings of the code name, also as `hf-hub:id@revision`.

    Args:
        story: The demo.
        known: Registered ids.
    """
    names = {re.sub(r"^hf[-_]hub:", "", text) for text in _texts(story)}
    return sorted((names | {name.split("@")[0] for name in names}).intersection(known))


@_once
def only_asks(story: Story) -> bool:
    """Whether the code asks the Hub about checkpoints and loads none: their cards are its input."""
    called = {name for names in _names(story) for name in names["calls"]}
    return bool(called & pins.ASKS) and not called & (pins.FETCHES - pins.ASKS)


def loaded(story: Story, known: Iterable[str]) -> list[str]:
    """The checkpoints whose weights the code fetches; none where it only asks about them.

    Args:
        story: The demo.
        known: Registered ids.
    """
    return [] if only_asks(story) else checkpoints(story, known)


def cards(story: Story, registry: dict[str, Checkpoint]) -> list[str]:
    """Registered ids whose cards such a story can read: those it names, their bases and data.

    Args:
        story: A demo that only asks the Hub.
        registry: Registered checkpoints by id.
    """
    found, todo = set(), checkpoints(story, registry)
    while todo:
        if (name := todo.pop()) not in found:
            found.add(name)
            todo += [*registry[name].base_model, *registry[name].datasets]
    return sorted(found)


@_once
def third_party(story: Story) -> set[str]:
    """Top-level names of the modules imported from installed distributions."""
    folders = (story.path.parent, story.root)
    tops = {name.split(".")[0] for names in _names(story) for name in _imported(names)}
    modules = {top for top in tops if not _local(top, folders) and not (story.root / top).is_dir()}
    return installed.with_backends(modules)


@_once
def versions(story: Story) -> dict[str, str]:
    """Installed version of each distribution that the story imports; "missing" if there is none."""
    return installed.versions(third_party(story))


def programs(story: Story) -> dict[str, str]:
    """Major and minor version of each program that the story's libraries call, or "missing".

    The last part of a version is left out: machines get a program's bug fixes from their system,
    each in its own time, and that alone makes no output stale.
    """
    called = (PROGRAMS[module] for module in third_party(story) & PROGRAMS.keys())
    return {name: installed.program_version(name) for name in sorted(called)}


def import_lines(story: Story) -> list[str]:
    """Every third-party import statement of a story, to run before its worker is forked."""
    lines: dict[str, None] = {}
    wanted = third_party(story)
    for names in _names(story):
        for statement, modules in names["imports"]:
            if modules and modules[0].split(".")[0] in wanted:
                lines[statement] = None
    return list(lines)
