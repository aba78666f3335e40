"""What a demo needs before it can run: weights, packages, programs of the system."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hooks.executor import dependencies, record
from hooks.executor.plan import Settings
from hooks.executor.story import Story
from hooks.hub import prefetch, store

# Modules that call a program of the system: the program, and Debian's package.
PROGRAMS = {"pytesseract": ("tesseract", "tesseract-ocr")}


class Weights(NamedTuple):
    """One checkpoint of one demo.

    Attributes:
        demo: Name of the demo.
        id: The checkpoint.
        size: Bytes of all its files; 0 when nobody says.
        missing: Bytes that are not on this machine yet.
        state: In words.
        fault: Whether the demo cannot run with it as it is.
    """

    demo: str
    id: str
    size: int
    missing: int
    state: str
    fault: bool = False


def weights(stories: Iterable[Story], settings: Settings, network: bool) -> list[Weights]:
    """Every checkpoint that the demos load, and whether it is on this machine.

    Args:
        stories: The demos.
        settings: Of the executor; they name the Hub.
        network: Whether the Hub may be asked. Without, the cache alone is looked at.
    """
    pairs = [(s.demo, id_) for s in stories for id_ in dependencies.loaded(s, settings.registry)]
    if settings.hub == "offline":
        return [_stand_in(demo, id_, settings) for demo, id_ in pairs]
    asked = sorted({id_ for _, id_ in pairs if prefetch.on_hub(settings.registry[id_])})
    answers = prefetch.missing_of(asked) if network and asked else {}
    return [_real(demo, id_, answers.get(id_), settings) for demo, id_ in pairs]


def _stand_in(demo: str, id_: str, settings: Settings) -> Weights:
    entry = settings.registry[id_]
    if store.is_dataset_stand_in(entry):
        return Weights(demo, id_, 0, 0, "a drawn data set stands in for it")
    if not store.servable(entry):
        return Weights(demo, id_, entry.bytes, 0, "no stand-in: its library loads it")
    folder = store.REPOSITORIES / id_ / store.commit(entry)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Weights(demo, id_, size, 0, "stand-in built" if size else "stand-in not built yet")


def _real(demo: str, id_: str, answer: prefetch.Missing | str | None, settings) -> Weights:
    entry = settings.registry[id_]
    if not prefetch.on_hub(entry):
        return Weights(demo, id_, entry.bytes, 0, f"its library loads it, from {entry.host}")
    if isinstance(answer, prefetch.Missing):
        state = "in the cache" if not answer.files else f"{answer.files} files to download"
        return Weights(demo, id_, answer.total, answer.bytes, state)
    if record.downloaded(id_, entry.revision, cache()):
        why = "in the cache" if answer is None else "in the cache; the Hub does not answer"
        return Weights(demo, id_, entry.bytes, 0, why)
    why = answer.partition(": ")[2] if answer else "not in the cache"
    return Weights(demo, id_, entry.bytes, entry.bytes, why, fault=True)


def cache() -> Path:
    """Folder in which the Hub's client keeps what it downloads."""
    home = os.environ.get("HF_HOME", "~/.cache/huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or f"{home}/hub").expanduser()


def written(hub: str) -> Path:
    """Folder into which weights are put: stand-ins are built, real ones downloaded.

    Args:
        hub: "offline" or "huggingface".
    """
    return store.REPOSITORIES if hub == "offline" else cache()


def free_disk(folder: Path) -> int:
    """Free bytes where `folder` is, or will be."""
    while not folder.is_dir():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def lacking(story: Story) -> list[str]:
    """Packages and programs that are not installed, each with how to get it."""
    gone = [name for name, version in dependencies.versions(story).items() if version == "missing"]
    found = [f"Python package {name}: make test, or pip install {name}" for name in gone]
    for module in sorted(dependencies.third_party(story) & PROGRAMS.keys()):
        program, package = PROGRAMS[module]
        if shutil.which(program) is None:
            found.append(f"program {program}: apt-get install {package}")
    return found
