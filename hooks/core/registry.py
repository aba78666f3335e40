"""Reads `snippets/checkpoints.toml`, the registry of every checkpoint and dataset of the course."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hooks.core.course import DEMOS
from hooks.core.paths import SNIPPETS

DEFAULT = SNIPPETS / "checkpoints.toml"
UNPINNED = "unpinned"
COMMIT = re.compile(r"[0-9a-f]{40}")
# Off the Hub: a SHA-256 or a version. A version has a digit, which "main" and "latest" have not.
VERSION = re.compile(r"(?=.*\d)[\w.:+~-]+")


class RegistryError(ValueError):
    """An entry that cannot be trusted. One line per fault: file, entry, what, how to mend."""


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint or dataset; the head of the file says what each field means."""

    id: str
    kind: str
    host: str
    revision: str
    task: str
    demos: tuple[str, ...]
    parameters: int
    bytes: int
    license: str
    license_url: str
    commercial: str
    conditions: str
    gated: bool
    stand_in: str
    package: str
    memory: int
    unverified: tuple[str, ...]
    license_name: str = ""
    base_model: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()

    @property
    def pinned(self) -> bool:
        """Whether the revision names fixed bytes."""
        return self.revision != UNPINNED

    @property
    def url(self) -> str:
        """Page of the model or dataset."""
        if self.host == "huggingface":
            return f"https://huggingface.co/{'datasets/' * (self.kind == 'dataset')}{self.id}"
        if self.host == "github":
            return f"https://github.com/{self.id}"
        return self.license_url


TYPES: dict[str, type] = {
    name: {int: int, bool: bool, str: str}.get(kind, list)
    for name, kind in Checkpoint.__annotations__.items()
    if name != "id"
}
OPTIONAL: dict[str, Any] = {"conditions": "", "package": "", "memory": 0, "unverified": []}
OPTIONAL |= {"license_name": "", "base_model": [], "datasets": []}


def load(path: Path | str = DEFAULT) -> dict[str, Checkpoint]:
    """Read and check the registry.

    Args:
        path: The TOML file.

    Returns:
        Checkpoints by id, in the order of the file.

    Raises:
        RegistryError: If the file is missing, is no TOML or has faulty entries; a line per fault.
    """
    try:
        return dict(_parsed(Path(path).read_bytes(), str(path)))
    except FileNotFoundError:
        raise RegistryError(f"{path}: no registry here, restore it or pass its path") from None


@lru_cache(4)  # a build asks some hundred times, for every page and cell
def _parsed(content: bytes, path: str) -> dict[str, Checkpoint]:
    try:
        tables = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path}: not valid TOML, mend the line named: {error}") from None
    faults = [f"{path}: {id_}: {fault}" for id_ in tables for fault in _faults(tables[id_])]
    faults += [f"{path}: {fault}" for fault in ([] if faults else _strangers(tables))]
    if faults:
        raise RegistryError("\n".join(faults))
    known = {}
    for id_, table in tables.items():
        entry = (OPTIONAL | table).items()
        frozen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry}
        known[id_] = Checkpoint(id_, **frozen)
    return known


def for_demo(registry: dict[str, Checkpoint], demo: str) -> list[Checkpoint]:
    """Checkpoints and datasets of one demo, in the order of the file.

    Args:
        registry: As `load` returns it.
        demo: Name of the demo.

    Raises:
        RegistryError: If the course has no demo of that name.
    """
    if demo not in DEMOS:
        raise RegistryError(f"no demo {demo!r} in the course, use one of: {', '.join(DEMOS)}")
    return [checkpoint for checkpoint in registry.values() if demo in checkpoint.demos]


def unlisted(registry: dict[str, Checkpoint]) -> list[str]:
    """Demos of the course that no entry names: one line each, with how to mend it."""
    listed = {demo for entry in registry.values() for demo in entry.demos}
    return [
        f"snippets/checkpoints.toml: no entry has {demo!r} in its demos, "
        "add it to the checkpoint or dataset that its snippet names"
        for demo in DEMOS
        if demo not in listed
    ]


def _faults(table: Any) -> list[str]:
    """What is wrong with one entry, each with how to mend it."""
    if not isinstance(table, dict):
        return ['not a table, write its fields under ["its/id"]']
    faults = [f"unknown field {name!r}, remove it" for name in table if name not in TYPES]
    entry = OPTIONAL | table
    for name, wanted in TYPES.items():
        if name not in entry:
            faults.append(f"no {name}, add it ({wanted.__name__})")
        elif type(entry[name]) is not wanted:  # not isinstance: True would pass as an int
            faults.append(f"{name} = {entry[name]!r}, write it as {wanted.__name__}")
    if faults:
        return faults
    return [f"{name} = {entry[name]!r}, {mend}" for name, sound, mend in _rules(entry) if not sound]


def _strangers(tables: dict[str, dict[str, Any]]) -> list[str]:
    """Names in base_model and datasets that are no entry of their own."""
    wanted = {"base_model": "model", "datasets": "dataset"}
    return [
        f"{id_}: {name} = {other!r}, which is no {kind} of this file, add it"
        for id_, table in tables.items()
        for name, kind in wanted.items()
        for other in table.get(name, [])
        if tables.get(other, {}).get("kind") != kind
    ]


def _rules(entry: dict[str, Any]) -> Iterator[tuple[str, bool, str]]:
    """Field, whether its value is sound, how to mend it; of an entry with the right types."""
    for name in ("host", "task", "license"):
        yield name, bool(entry[name].strip()), "fill it in"
    on_hub = entry["host"] == "huggingface"
    pin = COMMIT if on_hub else VERSION
    wanted = "the full commit (40 hex digits)" if on_hub else "a SHA-256 or a version"
    sound = entry["revision"] == UNPINNED or pin.fullmatch(entry["revision"])
    yield "revision", bool(sound), f'write {wanted}, or "{UNPINNED}"'
    yield "kind", entry["kind"] in ("model", "dataset"), "write model or dataset"
    yield "license_url", entry["license_url"].startswith("https://"), "write an https:// address"
    uses = ("yes", "no", "conditions")
    yield "commercial", entry["commercial"] in uses, "write yes, no or conditions"
    stated = entry["commercial"] != "conditions" or entry["conditions"].strip()
    one_line = stated and "\n" not in entry["conditions"]
    yield "conditions", bool(one_line), "say in one line under which commercial use is allowed"
    copied = bool(entry["stand_in"] or not entry["package"])
    yield "package", copied, "name a stand_in that copies it"
    yield "memory", entry["memory"] >= 0, "write bytes, or leave it out to have them computed"
    known = all(str(demo) in DEMOS for demo in entry["demos"])
    # A dataset may belong to a stand-in only; a model that no demo uses has no place here.
    placed = entry["demos"] or entry["kind"] == "dataset"
    yield "demos", bool(known and placed), "use names of demos from hooks/core/course.py"
    fields_only = all(str(name) in TYPES for name in entry["unverified"])
    yield "unverified", fields_only, "use names of this entry's fields"
    for name in ("parameters", "bytes"):
        excused = name in entry["unverified"] or (entry["kind"], name) == ("dataset", "parameters")
        sound = entry[name] > 0 or (entry[name] == 0 and excused)
        yield name, sound, "look it up, or write 0 and list it in unverified"
