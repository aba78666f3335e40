"""Decides, demo by demo, whether its notebook is fresh, and if not, what changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hooks.core import files
from hooks.core.course import same_name
from hooks.core.registry import Checkpoint
from hooks.executor import dependencies, faults, key, parse
from hooks.executor.story import Story, StoryError

RAW = re.compile(r"raw\.githubusercontent\.com/([^/\s]+/[^/\s]+)/")


class UsageError(ValueError):
    """The command line names something that is not there. The message says how to mend it."""


@dataclass(frozen=True)
class Settings:
    """What a run depends on beside the stories.

    Attributes:
        root: Folder of the course.
        hub: "offline" or "huggingface".
        device: "cpu" or "cuda".
        registry: Registered checkpoints by id.
        stand_ins: Fingerprint of each stand-in by name.
        repository: Where the course is published, as owner/name; "" leaves notebooks as they are.
    """

    root: Path
    hub: str
    device: str
    registry: dict[str, Checkpoint]
    stand_ins: dict[str, str]
    repository: str = ""


@dataclass(frozen=True)
class Plan:
    """What has to be done for one demo.

    Attributes:
        story: The demo.
        old: Its notebook as it stands, or None.
        fresh: The notebook with current prose, and with the old outputs where they still hold.
        key: The key that the notebook should have.
        reasons: Why it must run, in words; empty if its outputs hold.
        prose: Whether only prose or cell metadata changed, so that it is refreshed without a run.
    """

    story: Story
    old: files.Node | None
    fresh: files.Node
    key: dict[str, str]
    reasons: list[str]
    prose: bool


def stories(root: Path, names: list[str]) -> list[Story]:
    """The stories of the course, or those named, in the order of their paths.

    Args:
        root: Folder of the course.
        names: Demos to take; all where it is empty.

    Raises:
        UsageError: A name is not a demo's, or is that of two.
    """
    if what := same_name(root / "docs"):
        raise UsageError(what)
    found = {path.stem: Story(path, root) for path in sorted((root / "docs").glob("*/*.py"))}
    for name in names:
        if name not in found:
            near = difflib.get_close_matches(name, found, 1)
            hint = f"did you mean {near[0]}?" if near else "demos: " + ", ".join(found)
            raise UsageError(f"no demo named {name!r} under {root / 'docs'}; {hint}")
    return [found[name] for name in names] or list(found.values())


def orphans(root: Path) -> list[Path]:
    """Notebooks without a story: somebody renamed or removed it."""
    notebooks = sorted((root / "docs").glob("*/*.ipynb"))
    return [path for path in notebooks if not path.with_suffix(".py").exists()]


def plans(chosen: Iterable[Story], settings: Settings) -> tuple[list[Plan], dict[str, str]]:
    """Compares each story with its notebook; one that cannot be read does not stop the others.

    Args:
        chosen: The demos.
        settings: What else the notebooks depend on.

    Returns:
        The plans, and what is wrong with the others, by demo.
    """
    found, wrong = [], {}
    for story in chosen:
        try:
            found.append(plan(story, settings))
        except (StoryError, files.NotebookError) as error:
            wrong[story.demo] = str(error)
    return found, wrong


def plan(story: Story, settings: Settings) -> Plan:
    """Compares a story with its notebook.

    Args:
        story: The demo.
        settings: What else the notebook depends on.

    Raises:
        StoryError: The story cannot be read, or has unknown tags.
        NotebookError: The notebook cannot be read.
    """
    if found := faults.of_tags(story, settings.registry):
        raise StoryError("\n".join(found))
    try:
        given = settings.registry, settings.hub, settings.device, settings.stand_ins
        new = key.compute(story, *given)
    except SyntaxError as error:
        raise StoryError(f"{error.filename}:{error.lineno}: not Python: {error.msg}") from None
    old = files.read(story.notebook_path, parse.plain)
    fresh = blank(story, settings, old)
    reasons = _reasons(old, fresh, new)
    prose = False
    if old is not None and not reasons:
        _copy_outputs(old, fresh, story)
        prose = fresh != old
    return Plan(story, old, fresh, new, reasons, prose)


def blank(story: Story, settings: Settings, old: files.Node | None) -> files.Node:
    """The notebook before it runs; its data's address stays as it is unless one is set.

    Args:
        story: The demo.
        settings: Of this run; they may name the address.
        old: The notebook as it stands, or None.
    """
    known = RAW.search(_code(old)[0].source) if old is not None and _code(old) else None
    repository = settings.repository or (known[1] if known else "")
    return story.notebook(dependencies.versions(story), dependencies.data_files(story), repository)


def _code(notebook: files.Node) -> list[files.Node]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _reasons(old, fresh, new: dict[str, str]) -> list[str]:
    if old is None:
        return ["never run"]
    course = old.metadata.get("course")
    if not course or "key" not in course:
        return ["not made by the executor"]
    reasons = key.changes(course["key"], new)
    if course.get("stale"):
        reasons.append(f"failed since {course['stale']['since']}")
    # The first cell is the executor's own: its versions are in the key, its address may change.
    if not reasons and [c.source for c in _code(old)[1:]] != [c.source for c in _code(fresh)[1:]]:
        reasons.append("the notebook was edited by hand")
    return reasons


def _copy_outputs(old, fresh, story: Story) -> None:
    """Puts outputs and metadata of an executed notebook into one with newer prose."""
    for before, after in zip(_code(old), _code(fresh), strict=True):
        after.outputs = before.outputs
        after.execution_count = before.execution_count
    fresh.metadata = files.node(dict(old.metadata))
    fresh.metadata["course"] = {**old.metadata["course"], "title": story.title}
