"""Prepares the repositories of the offline Hub: builds each stand-in once, safely.

A stand-in is a folder under `hooks/hub/stand_ins/` with a `build.py`, whose `build(folder)` writes
a complete repository folder. What was built stays until the stand-in's fingerprint changes.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hooks.core.paths import CACHE, STAND_INS
from hooks.hub import builder
from hooks.hub.builder import full, run_build
from hooks.hub.fingerprint import fingerprint
from hooks.hub.repository import HubError, Served, describe, load, save, sidecar

if TYPE_CHECKING:
    from hooks.core.registry import Checkpoint

REPOSITORIES = CACHE / "hub"

# The commit that stands for "unpinned" in the registry: 40 hexadecimal digits, as clients expect,
# and plainly not a real commit.
NO_COMMIT = "0" * 40

ID = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)?", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")


def servable(checkpoint: Checkpoint) -> bool:
    """Whether the offline Hub can answer for `checkpoint`: a model of the Hub with a stand-in."""
    kind, host = checkpoint.kind, checkpoint.host
    return (kind, host) == ("model", "huggingface") and bool(checkpoint.stand_in)


def is_dataset_stand_in(checkpoint: Checkpoint) -> bool:
    """Whether `checkpoint` is a data set with a stand-in; see `hooks.hub.data`."""
    return checkpoint.kind == "dataset" and bool(checkpoint.stand_in)


def commit(checkpoint: Checkpoint) -> str:
    """The revision as clients need it: the registered one, or `NO_COMMIT` when it is unpinned."""
    return NO_COMMIT if checkpoint.revision == "unpinned" else checkpoint.revision


def digest(registry: Mapping[str, Checkpoint], stand_ins: Path = STAND_INS) -> str:
    """Digest of everything this Hub could serve: it names the clients' cache folder.

    A client never asks again for a file of a commit that it has. So when a stand-in changes and
    the commit does not, only another cache folder makes the client fetch it.

    Args:
        registry: All registered checkpoints by id.
        stand_ins: Where stand-ins are looked up; one that is not there does not count.

    Returns:
        64 hexadecimal digits (SHA-256).

    Raises:
        HubError: A file that a build imports is not Python.
    """
    parts = [
        f"{one.id}@{commit(one)} {fingerprint(one.stand_in, stand_ins)}\n"
        for one in registry.values()
        if (servable(one) or is_dataset_stand_in(one))
        and (stand_ins / one.stand_in / "build.py").is_file()
    ]
    return hashlib.sha256("".join(sorted(parts)).encode()).hexdigest()


def prepare(
    registry: Mapping[str, Checkpoint],
    root: Path = REPOSITORIES,
    ids: Iterable[str] | None = None,
    stand_ins: Path = STAND_INS,
    report: Callable[[str], None] = lambda line: None,
) -> list[Served]:
    """Makes sure that the repositories lie under `root`, building what is missing or outdated.

    Several processes may do so at once: the first builds, the others wait for it. An interrupted
    build leaves nothing that would be served.

    Args:
        registry: All registered checkpoints by id.
        root: Folder that holds the repositories.
        ids: Which ones to prepare; None means all that have a stand-in.
        stand_ins: Where stand-ins are looked up.
        report: Called with one line before something slow happens.

    Returns:
        What can be served, in the order of `ids`.

    Raises:
        HubError: An id is unknown or has no stand-in, a build fails, the disk is full.
    """
    wanted = [one.id for one in registry.values() if servable(one)] if ids is None else ids
    found = [_find(registry, id_) for id_ in dict.fromkeys(wanted)]
    # Each is built by a process of its own, in one thread: as many at a time as there are cores.
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        try:
            return list(pool.map(lambda one: _prepare(one, root, stand_ins, report), found))
        except BaseException:  # Ctrl-C among them: what still runs would keep this process waiting
            pool.shutdown(wait=False, cancel_futures=True)
            builder.stop()
            raise


def _find(registry: Mapping[str, Checkpoint], id_: str) -> Checkpoint:
    checkpoint = registry.get(id_)
    if checkpoint is None:
        near = difflib.get_close_matches(id_, registry, n=1)
        hint = f"did you mean {near[0]}?" if near else "see snippets/checkpoints.toml"
        raise HubError(f"{id_}: not in the registry; {hint}")
    if checkpoint.kind != "model" or checkpoint.host != "huggingface":
        what = f"{checkpoint.kind} from {checkpoint.host}"
        raise HubError(f"{id_}: registered as a {what}; only models of the Hub are served")
    if not checkpoint.stand_in:
        raise HubError(f"{id_}: registered, no stand-in yet; add one under {STAND_INS.name}/")
    # Both become folders: nothing in them may climb out of the root.
    if not ID.fullmatch(id_) or not COMMIT.fullmatch(commit(checkpoint)):
        raise HubError(f"{id_}@{checkpoint.revision}: want organization/name and a full commit id")
    return checkpoint


def _prepare(
    checkpoint: Checkpoint, root: Path, stand_ins: Path, report: Callable[[str], None]
) -> Served:
    fields = ("id", "task", "gated", "package", "stand_in")
    known = {name: getattr(checkpoint, name) for name in fields}
    mark = fingerprint(checkpoint.stand_in, stand_ins)
    target = root / checkpoint.id / commit(checkpoint)
    try:
        # Without the lock first: a prepared Hub starts at once, even from a read-only disk.
        if ready := load(target, mark, **known):
            return ready
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = target.with_name(f".{target.name}.lock")
        with _locked(lock, lambda: report(f"{checkpoint.id}: another process builds it, waiting")):
            if ready := load(target, mark, **known):
                return ready
            report(f"{checkpoint.id}: building stand-in {checkpoint.stand_in}")
            return _build(checkpoint, target, mark, stand_ins, known)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise full(checkpoint, root) from error
        raise HubError(f"{checkpoint.id}: cannot prepare it under {root}: {error}") from error


def _build(checkpoint: Checkpoint, target: Path, mark: str, stand_ins: Path, known: dict) -> Served:
    """Builds into a folder beside `target`, then renames. Needs the lock."""
    # A name of its own, so that the build of a process that was killed cannot write into it.
    building = target.with_name(f".{target.name}.building-{os.getpid()}")
    old = target.with_name(f".{target.name}.old")
    new = target.with_name(f".{target.name}.json")
    try:
        for leftover in (old, *target.parent.glob(f".{target.name}.building-*")):
            shutil.rmtree(leftover, ignore_errors=True)
        building.mkdir()
        run_build(checkpoint, building, stand_ins)
        try:
            served = describe(building, revision=target.name, fingerprint=mark, **known)
        except HubError as error:
            raise HubError(f"stand-in {checkpoint.stand_in!r}, as built: {error}") from error
        # Written before anything is moved: the renames below need no more space.
        save(served, new)
        if target.exists():
            target.rename(old)
        building.rename(target)
        new.replace(sidecar(target))
        return replace(served, folder=target)
    finally:
        new.unlink(missing_ok=True)
        for leftover in (building, old):
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _locked(lock: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds `lock` against other processes. The system lets go of it when a process dies."""
    from filelock import FileLock, Timeout  # only needed before a build

    held = FileLock(lock)
    try:
        held.acquire(blocking=False)
    except Timeout:
        waiting()
        held.acquire()
    try:
        yield
    finally:
        held.release()
