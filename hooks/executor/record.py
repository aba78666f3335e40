"""Writes down how a notebook was made: its key, and the provenance that pages show."""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path

import nbformat

from hooks.executor import dependencies, machine
from hooks.executor.kernel import CellError, Usage
from hooks.executor.plan import Plan, Settings


def today() -> str:
    """Today's date in UTC, as 2026-11-23."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def weights_sha256(checkpoint: str, revision: str, cache: Path) -> str | None:
    """SHA-256 of the weights in the Hub client's cache, or None when it was not downloaded.

    The client stores a large file under its ETag, which on both Hubs is the SHA-256.
    """
    snapshot = cache / f"models--{checkpoint.replace('/', '--')}" / "snapshots" / revision
    if not snapshot.is_dir():
        return None
    for path in sorted(snapshot.rglob("*.safetensors")):
        return path.resolve().name
    return None


def success(notebook: nbformat.NotebookNode, plan: Plan, settings: Settings, usage: Usage) -> None:
    """Adds the metadata of a run that worked to the executed notebook."""
    cache = Path(
        os.environ.get("HF_HUB_CACHE")
        or Path(os.environ.get("HF_HOME", "~/.cache/huggingface")) / "hub"
    )
    used = []
    for name in dependencies.checkpoints(plan.story, settings.registry):
        entry = settings.registry[name]
        sha256 = weights_sha256(name, entry.revision, cache.expanduser())
        if sha256:
            stand_in = entry.stand_in if settings.hub == "offline" else ""
            used.append(
                {
                    "id": name,
                    "revision": entry.revision,
                    "sha256": sha256,
                    "stand_in": stand_in or None,
                }
            )
    name = machine.gpu_name() if settings.device == "cuda" else machine.cpu_name()
    notebook.metadata["course"] = {
        "demo": plan.story.demo,
        "section": plan.story.section,
        "title": plan.story.title,
        "key": plan.key,
        "provenance": {
            "hub": settings.hub,
            "checkpoints": used,
            "versions": {
                part.removeprefix("distribution:"): value
                for part, value in plan.key.items()
                if part.startswith("distribution:")
            },
            "python": platform.python_version(),
            "device": f"{name} ({'GPU' if settings.device == 'cuda' else 'CPU'})",
            "seconds": usage.seconds,
            "peak_memory_mb": usage.peak_memory_mb,
            "date": today(),
        },
        "stale": None,
    }


def failure(notebook: nbformat.NotebookNode, error: CellError) -> None:
    """Marks the last good notebook as stale, keeping the day on which that began."""
    course = notebook.metadata["course"]
    before = course.get("stale") or {}
    course["stale"] = {
        "since": before.get("since") or today(),
        "cell": error.cell,
        "error": error.error,
    }
