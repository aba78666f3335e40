"""What the Hub's API says about a repository, as values for JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hooks.core import licenses
from hooks.hub.repository import File, Served
from hooks.hub.store import commit

if TYPE_CHECKING:
    from hooks.core.registry import Checkpoint


class Refusal(Exception):
    """An answer that says no.

    Attributes:
        status: Of HTTP.
        code: What huggingface_hub turns into its own exception; "" for none.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def metadata(entry: Checkpoint) -> dict[str, Any]:
    """Answer of the API for an entry of the registry; its tags say that it is no more."""
    card = licenses.card(entry)
    about = _about(entry.id, commit(entry), entry.gated)
    about |= {"tags": ["offline-hub:no-files", *_terms(card)], "cardData": card}
    return about | (
        {"pipeline_tag": entry.task, "modelId": entry.id} if entry.kind == "model" else {}
    )


def _about(id_: str, revision: str, gated: bool) -> dict[str, Any]:
    """What every answer about a repository begins with."""
    return {
        "_id": revision[:24],
        "id": id_,
        "author": id_.rpartition("/")[0] or None,
        "sha": revision,
        "private": False,
        "gated": gated,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
    }


def _terms(card: Mapping[str, Any]) -> list[str]:
    """The tags that the Hub makes from a card's terms."""
    names = {"license": "license", "base_model": "base_model", "datasets": "dataset"}
    return [f"{names[name]}:{one}" for name in names for one in _list(card.get(name))]


def info(served: Served, card: Mapping[str, Any], blobs: bool) -> dict[str, Any]:
    """Answer to the question for a repository of which files are served.

    Args:
        served: The repository.
        card: What its model card says, as the front matter has it.
        blobs: Whether to tell size and hashes of each file.
    """
    library = card.get("library_name") or ("transformers" if served.config else None)
    pipeline_tag = card.get("pipeline_tag") or served.task or None
    tags = [library, "safetensors" if served.parameters else None, pipeline_tag]
    tags += [served.config.get("model_type"), *_list(card.get("tags"))]
    tags += _terms(card)
    info = _about(served.id, served.revision, served.gated) | {
        "modelId": served.id,
        "library_name": library,
        "pipeline_tag": pipeline_tag,
        "tags": list(dict.fromkeys(tag for tag in tags if tag)),
        "cardData": dict(card),
        "config": dict(served.config),
        "siblings": [
            {"rfilename": file.path, **(_blob(file, "blobId", "sha256") if blobs else {})}
            for file in served.files.values()
        ],
        "usedStorage": served.bytes,
    }
    if served.parameters:
        total = sum(served.parameters.values())
        info["safetensors"] = {"parameters": dict(served.parameters), "total": total}
    return info


def refs(served: Served) -> dict[str, list]:
    """Answer to the call `refs`: one branch, whose commit is the registered one."""
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": served.revision}
    return {"branches": [main], "converts": [], "tags": [], "pullRequests": []}


def tree(served: Served, folder: str, recursive: bool) -> list[dict[str, Any]]:
    """Answer to the call `tree`: what lies in a folder.

    Args:
        served: The repository.
        folder: Path inside it; "" for all of it.
        recursive: Whether to go into folders, too.

    Raises:
        Refusal: There is no such folder.
    """
    entries = _entries(served)
    if folder and entries.get(folder, {}).get("type") != "directory":
        raise Refusal(404, "EntryNotFound", f"{served.id}: no folder {folder!r}")
    start = f"{folder}/" if folder else ""
    below = {path: entry for path, entry in entries.items() if path.startswith(start)}
    return [entry for path, entry in below.items() if recursive or "/" not in path[len(start) :]]


def paths_info(served: Served, paths: Iterable[str]) -> list[dict[str, Any]]:
    """Answer to the call `paths-info`.

    Args:
        served: The repository.
        paths: Files and folders inside it. What is not there is left out.
    """
    entries = _entries(served)
    wanted = dict.fromkeys(path.rstrip("/") for path in paths)
    return [entries[path] for path in wanted if path in entries]


def _entries(served: Served) -> dict[str, dict[str, Any]]:
    """Files and folders by path, as the calls tree and paths-info describe them."""
    entries = {
        file.path: {"type": "file", "path": file.path, **_blob(file, "oid", "oid")}
        for file in served.files.values()
    }
    folders = {path[:at] for path in served.files for at, sign in enumerate(path) if sign == "/"}
    for folder in folders:
        start = f"{folder}/"
        inside = sorted(file.oid for file in served.files.values() if file.path.startswith(start))
        oid = hashlib.sha1("".join([folder, *inside]).encode(), usedforsecurity=False).hexdigest()
        entries[folder] = {"type": "directory", "path": folder, "oid": oid, "size": 0}
    return dict(sorted(entries.items()))


def _blob(file: File, oid: str, sha256: str) -> dict[str, Any]:
    """Size and hashes; the two calls that tell them name the fields differently."""
    entry: dict[str, Any] = {"size": file.size, oid: file.oid}
    if file.lfs:
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{file.sha256}\n"
        size = len(f"{pointer}size {file.size}\n")
        entry["lfs"] = {sha256: file.sha256, "size": file.size, "pointerSize": size}
    return entry


def _list(value: Any) -> list:
    return value if isinstance(value, list) else [value] if value else []
