"""The classroom's mirror: serves the real checkpoints that lie in the Hub client's cache.

Only what the registry names, at its pin, and only the files that were downloaded. Nothing is
copied; nothing else of the cache, such as the user's token, can be asked for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.hub.contents import HubError, config, front_matter, parameters
from hooks.hub.repository import File, Served, hashes

if TYPE_CHECKING:
    from hooks.core.registry import Checkpoint


def collect(
    registry: Mapping[str, Checkpoint],
    cache: Path,
    ids: Iterable[str] | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> list[Served]:
    """What the mirror can serve.

    Args:
        registry: All registered checkpoints by id.
        cache: The folder that HF_HOME names, such as ~/.cache/huggingface, or its `hub`.
        ids: What to serve; None means all that is in the cache.
        report: Called with one line for each checkpoint that is read or left out.

    Raises:
        HubError: The cache is not there, nothing in it can be served, one of `ids` cannot be
            served, or a file is damaged.
    """
    hub = cache / "hub" if (cache / "hub").is_dir() else cache
    if not hub.is_dir():
        raise HubError(f"{cache}: no such folder; name the one that HF_HOME means to the client")
    chosen = list(registry) if ids is None else list(ids)
    found = []
    for id_ in chosen:
        try:
            found.append(_read(_entry(registry, id_), hub, report))
        except _LeftOut as reason:
            if ids is not None:
                raise HubError(f"{id_}: {reason}") from None
            if not reason.usual:
                report(f"{id_}: {reason}; left out")
    if not found:
        raise HubError(f"{hub}: no checkpoint of the registry; run: make rehearse")
    return found


class _LeftOut(Exception):
    """Why a checkpoint is not served. `usual`: not worth a line when all are looked at."""

    def __init__(self, message: str, usual: bool = False) -> None:
        super().__init__(message)
        self.usual = usual


def _entry(registry: Mapping[str, Checkpoint], id_: str) -> Checkpoint:
    entry = registry.get(id_)
    if entry is None:
        raise _LeftOut("not in snippets/checkpoints.toml")
    if entry.kind != "model" or entry.host != "huggingface":
        raise _LeftOut("no model of the Hub", usual=True)
    if entry.gated:
        raise _LeftOut("gated: each reader must accept its terms, so it is not passed on", True)
    return entry


def _read(entry: Checkpoint, hub: Path, report: Callable[[str], None]) -> Served:
    folder = hub / f"models--{entry.id.replace('/', '--')}"
    if not folder.is_dir():
        raise _LeftOut(
            f"not in the cache; run: python -m hooks.hub.prefetch {entry.id}", usual=True
        )
    main = folder / "refs" / "main"
    pin = entry.revision if entry.pinned else main.read_text().strip() if main.is_file() else ""
    snapshot = folder / "snapshots" / pin
    if not pin or not snapshot.is_dir():
        raise _LeftOut(f"in the cache, but not the revision {pin[:7]}")
    report(f"{entry.id}: reading")
    recorded = _recorded(folder, pin)
    unchecked = []
    files: dict[str, File] = {}
    blobs: dict[str, str] = {}
    root = folder.resolve()
    for path in sorted(path for path in snapshot.rglob("*") if not path.is_dir()):
        real, name = path.resolve(), path.relative_to(snapshot).as_posix()
        if not real.is_relative_to(root) or not real.is_file():
            raise _LeftOut(f"{name} leads out of its folder in the cache, or to nothing")
        blobs[name] = real.relative_to(root).as_posix()
        files[name] = _describe(entry.id, name, real, recorded.get(name))
        if not recorded.get(name) and real.parent.name != "blobs":
            unchecked.append(name)
    if unchecked:
        what = f"these {len(unchecked)} files cannot be checked, the cache has no hash of them"
        report(f"{entry.id}: {what}: {', '.join(unchecked)}")
    paths = {name: root / blob for name, blob in blobs.items()}
    card = paths.get("README.md")
    return Served(
        id=entry.id, revision=pin, stand_in="", fingerprint="", folder=root,
        files=files, blobs=blobs, task=entry.task,
        card=front_matter(card.read_text("utf-8")) if card else {},
        config=config(paths.get("config.json", root / "none")),
        parameters=_parameters(entry.id, paths),
    )  # fmt: skip


def _recorded(folder: Path, pin: str) -> dict[str, str]:
    """Hash of each file, as the client wrote down when it asked the Hub for the whole list.

    Where a cache has no links (Windows, exFAT, `cp -rL`), a file is not named by its hash.
    """
    try:
        files = json.loads((folder / "trees" / f"{pin}.json").read_bytes())["files"]
        return {name: one.get("lfs_sha256") or one["blob_id"] for name, one in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _describe(id_: str, name: str, path: Path, recorded: str | None) -> File:
    found = path.stat()
    sha256, oid = hashes(path)
    # The client names what it downloads by its hash: git's for small files, SHA-256 for large ones.
    expected = path.name if path.parent.name == "blobs" else recorded
    if expected and expected not in (sha256, oid):
        raise HubError(f"{id_}/{name}: not the bytes that the Hub has, {_again(id_, path)}")
    return File(name, found.st_size, found.st_mtime_ns, sha256, oid)


def _again(id_: str, path: Path) -> str:
    return f"delete {path}; run: python -m hooks.hub.prefetch {id_}"


def _parameters(id_: str, paths: Mapping[str, Path]) -> dict[str, int]:
    """Counts parameters; a safetensors file that was cut off is found by its own header."""
    counts: Counter[str] = Counter()
    for name, path in paths.items():
        if name.endswith(".safetensors"):
            try:
                counts.update(parameters([path]))
            except HubError as error:
                raise HubError(f"{id_}/{name}: {error}, {_again(id_, path)}") from None
    return dict(counts)
