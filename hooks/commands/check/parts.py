"""The parts of a demo, each with what is missing or wrong in it: file, line, how to mend."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from hooks.commands.check import lint
from hooks.core import course, mirror, numbers, pins
from hooks.core.files import NotebookError
from hooks.core.includes import IncludeError
from hooks.core.registry import Checkpoint, for_demo
from hooks.executor import dependencies, faults
from hooks.executor.command import read_settings
from hooks.executor.plan import plan
from hooks.executor.story import Story, StoryError
from hooks.hub.contents import HubError
from hooks.site import cells, typed
from hooks.site.expand import expand

REGISTRY = "snippets/checkpoints.toml"


@dataclass(frozen=True)
class Demo:
    """The demo that is looked at.

    Attributes:
        name: As in the course.
        root: The repository's root.
        registry: All checkpoints by id.
    """

    name: str
    root: Path
    registry: dict[str, Checkpoint]

    @property
    def folder(self) -> str:
        return course.section_of(self.name).folder

    @cached_property
    def story(self) -> Story:
        return Story(self.root / "docs" / self.folder / f"{self.name}.py", self.root)

    @property
    def snippet(self) -> Path:
        return self.root / "snippets" / self.folder / f"{self.name}.py"


def files(demo: Demo) -> Iterator[str]:
    """Files of the demo that are missing, and a page whose head says otherwise than the course."""
    for room, pattern in mirror.ROOMS.items():
        parts = course.DEMOS[demo.name].parts if room in ("snippet", "test") else ()
        for name in (demo.name, *parts):
            path = pattern.format(demo.folder).replace("*", name)
            if not (demo.root / path).is_file():
                how = f"run python -m hooks.execute {name}" if room == "notebook" else "write it"
                yield f"{path}: no {room} yet, {how}"
    yield from mirror.page(demo.root, course.section_of(demo.name))


def entries(demo: Demo) -> Iterator[str]:
    """What the registry lacks: an entry of the demo, or the stand-in that one names."""
    mine = for_demo(demo.registry, demo.name)
    source = demo.snippet.read_text("utf-8") if demo.snippet.is_file() else ""
    named = pins.named(source, demo.registry) if source else []
    for id_ in named:
        if demo.name not in demo.registry[id_].demos:
            yield f"{_line(demo, id_)}: the snippet loads it, add {demo.name!r} to its demos"
    if not mine and not named:
        yield f"{REGISTRY}: no entry has {demo.name!r} in its demos, add what the demo loads"
    for entry in mine:
        where = f"hooks/hub/stand_ins/{entry.stand_in}/build.py"
        if entry.stand_in and not (demo.root / where).is_file():
            yield f'{_line(demo, entry.id)}: no {where}, write it or set stand_in to ""'


def snippet(demo: Demo) -> Iterator[str]:
    """Pins, style and tests of the snippet."""
    if not demo.snippet.is_file():
        return
    yield from _pinned(demo, demo.snippet)
    yield from lint.of_file(demo.snippet, demo.root)
    text = demo.snippet.read_text("utf-8")
    models = [one for one in for_demo(demo.registry, demo.name) if one.kind == "model"]
    if models and not pins.named(text, demo.registry):
        name = demo.snippet.relative_to(demo.root).as_posix()
        yield f"{name}: names no checkpoint, hold CHECKPOINT and REVISION as {REGISTRY} has them"
    test = demo.root / "tests" / demo.folder / f"test_{demo.name}.py"
    if test.is_file():
        yield from lint.of_file(test, demo.root)
        if "def test_" not in test.read_text("utf-8"):
            where = test.relative_to(demo.root).as_posix()
            yield f"{where}: tests nothing, write one exact value, one property, one stated error"


def story(demo: Demo) -> Iterator[str]:
    """Form, tags, pins, style and files of the story."""
    one = demo.story
    if not one.path.is_file():
        return
    try:
        dependencies.data_files(one)  # reads all of it
    except StoryError as error:
        yield str(error)
        return
    yield from faults.of_tags(one, demo.registry)
    yield from faults.of_length(one)
    yield from faults.of_files(one)
    yield from _pinned(demo, one.path)
    yield from lint.of_story(one)
    if demo.snippet not in one.includes:
        path = demo.snippet.relative_to(demo.root).as_posix()
        yield f'{one.name}: does not show the snippet, add a cell with --8<-- "{path}"'
    heads = [cell.source.splitlines()[0] for cell in one.cells if cell.cell_type == "markdown"]
    if not any(head.startswith("## ") and "Limit" in head for head in heads):
        yield f"{one.name}: no heading with Limits, add `## Limits` and let the snippet fail there"


def notebook(demo: Demo) -> Iterator[str]:
    """Whether the notebook is fresh, and its figures have text."""
    one = demo.story
    if not (one.path.is_file() and one.notebook_path.is_file()):
        return
    name = one.notebook_path.relative_to(demo.root).as_posix()
    again = f"run python -m hooks.execute {demo.name}"
    try:
        key = cells.read(one.notebook_path)["metadata"]["course"].get("key", {})
        hub, device = key.get("hub", "offline"), key.get("device", "cpu")
        settings = read_settings(demo.root, hub)
        state = plan(one, replace(settings, device=device))
    except HubError:
        return  # a stand-in is not there, which `entries` says
    except (cells.CellError, NotebookError, StoryError) as error:
        yield f"{name}: {error}"
        return
    if why := "; ".join(state.reasons) or ("its prose is older" if state.prose else ""):
        yield f"{name}: out of date ({why}), {again}"
    if fault := faults.of_run(one, state.old):
        yield from fault.traceback.splitlines()


def page(demo: Demo) -> Iterator[str]:
    """What the section's page must include, and whether it can."""
    path = demo.root / "docs" / demo.folder / "index.md"
    if not path.is_file():
        return
    where, text = f"docs/{demo.folder}/index.md", path.read_text("utf-8")
    one = f"{demo.folder}/{demo.name}"
    marks = {
        "the snippet": (f'--8<-- "snippets/{one}.py"', f"snippets/{one}.py", f"reference/{one}.md"),
        "executed cells": (f'--8<-- "{one}.ipynb:tag"', f"{demo.name}.ipynb:"),
    }
    if not (demo.story.path.is_file() and dependencies.only_asks(demo.story)):
        card = f'--8<-- "{REGISTRY}:{demo.name}"'
        marks["the license card"] = (card, card)
    for what, (mend, *any_of) in marks.items():
        if not any(mark in text for mark in any_of):
            yield f"{where}: does not show {what}, add {mend}"
    for index, what in typed.typed(text):
        yield f"{where}:{index + 1}: {what}; {typed.MEND}"
    try:
        expand(numbers.filled(text, where), f"{demo.folder}/index.md", demo.root)
    except (IncludeError, numbers.NumberError) as error:
        yield str(error)


def _pinned(demo: Demo, path: Path) -> list[str]:
    name = path.relative_to(demo.root).as_posix()
    return pins.problems(path.read_text("utf-8"), name, demo.registry, demo.root)


def _line(demo: Demo, id_: str) -> str:
    """Where the registry has an entry."""
    lines = (demo.root / REGISTRY).read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if id_ in line and line[0] == "[")
    return f"{REGISTRY}:{number}"


PARTS = (files, entries, snippet, story, notebook, page)
