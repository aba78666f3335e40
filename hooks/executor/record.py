"""Writes down how a notebook was made: its key, and the provenance that pages show."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.core.files import Node
from hooks.core.registry import UNPINNED
from hooks.executor import dependencies, machine
from hooks.executor.plan import Plan, Settings
from hooks.hub.store import NO_COMMIT

if TYPE_CHECKING:  # it brings Jupyter's clients, which a run with nothing to do can spare
    from hooks.executor.kernel import CellError, Usage

WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.pth", "*.ckpt")


def today() -> str:
    """Today's date in UTC, as 2026-11-23."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def downloaded(checkpoint: str, revision: str, cache: Path) -> tuple[str, str] | None:
    """Commit, and SHA-256 of its weights, in the Hub client's cache; None if it is not there.

    The client stores a large file under its ETag, which on both Hubs is the SHA-256.

    Args:
        checkpoint: Id on the Hub.
        revision: As registered; "unpinned" means what the branch main was when it was asked for.
        cache: The client's folder.
    """
    folder = cache / f"models--{checkpoint.replace('/', '--')}"
    main = folder / "refs" / "main"
    if revision == UNPINNED:
        if not main.is_file():
            return None
        revision = main.read_text("utf-8").strip()
    # In this order: where a repository has both, safetensors were loaded.
    for pattern in WEIGHTS:
        for path in sorted((folder / "snapshots" / revision).rglob(pattern)):
            return revision, path.resolve().name
    return None


def answering(notebook: Node, ids: list[str]) -> list[str]:
    """The checkpoints that the outputs come from, of those that the code can load.

    Code that takes one or the other, as the machine allows, prints in a cell tagged `which` the
    id that it took. Only what such cells print then counts; without one, all of `ids` do. What
    lies in the client's cache says nothing here: another program may have fetched it.

    Args:
        notebook: Executed.
        ids: The checkpoints that its code can load.
    """
    cells = [cell for cell in notebook.cells if "which" in cell.metadata.get("tags", [])]
    if not cells:
        return ids
    said = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    return [id_ for id_ in ids if id_ in said.split()]


def seconds(notebook: Node | None) -> float | None:
    """Seconds that the notebook's last good run took; None where it does not say."""
    course = notebook.metadata.get("course", {}) if notebook is not None else {}
    return course.get("provenance", {}).get("seconds")


def recorded(plans: Iterable[Plan]) -> dict[str, float | None]:
    """Seconds that each demo took when its notebook was made."""
    return {one.story.demo: seconds(one.old) for one in plans}


def success(notebook: Node, plan: Plan, settings: Settings, usage: Usage) -> None:
    """Adds the metadata of a run that worked to the executed notebook.

    Args:
        notebook: Executed; changed in place.
        plan: What was to be done.
        settings: Of the run.
        usage: What it took.
    """
    home = os.environ.get("HF_HOME", "~/.cache/huggingface")
    cache = Path(os.environ.get("HF_HUB_CACHE") or f"{home}/hub").expanduser()
    used = []
    for name in answering(notebook, dependencies.loaded(plan.story, settings.registry)):
        entry = settings.registry[name]
        one = {"id": name, "revision": entry.revision, "stand_in": entry.stand_in, "sha256": None}
        if entry.kind == "dataset" and settings.hub == "offline" and entry.stand_in:
            used.append({**one, "kind": entry.kind})
        elif found := downloaded(name, entry.revision, cache):
            commit, sha256 = found
            # What a package carries is the real thing, though the offline Hub serves it.
            tiny = settings.hub == "offline" and not entry.package
            stand_in = (entry.stand_in if tiny else "") or None
            revision = UNPINNED if commit == NO_COMMIT else commit
            used.append({**one, "revision": revision, "stand_in": stand_in, "sha256": sha256})
    parts = [(*part.split(":", 1), value) for part, value in plan.key.items() if ":" in part]
    device = machine.gpu_name() if settings.device == "cuda" else machine.cpu_name()
    notebook.metadata["course"] = {
        "demo": plan.story.demo,
        "section": plan.story.section,
        "title": plan.story.title,
        "key": plan.key,
        "provenance": {
            "hub": settings.hub,
            "checkpoints": used,
            "versions": {part: v for kind, part, v in parts if kind in ("distribution", "program")},
            "python": platform.python_version(),
            "device": f"{device} ({'GPU' if settings.device == 'cuda' else 'CPU'})",
            "processor": machine.processor(),
            "seconds": usage.seconds,
            "peak_memory_mb": usage.peak_memory_mb,
            "date": today(),
        },
        "stale": None,
    }


def failure(notebook: Node, error: CellError) -> None:
    """Marks the last good notebook as stale, keeping the day on which that began.

    Args:
        notebook: The last good one; changed in place.
        error: What stopped the run.
    """
    course = notebook.metadata["course"]
    since = (course.get("stale") or {}).get("since") or today()
    course["stale"] = {"since": since, "cell": error.cell, "error": error.error}
