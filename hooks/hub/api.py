"""What the offline Hub answers: request paths to JSON and files, in the words of the Hub's API.

No socket and no HTTP here: `Hub.answer` takes a path and gives back a value, or raises `Refusal`
with the error code that huggingface_hub turns into its own exception.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from hooks.core import licenses
from hooks.hub.repository import File, Served
from hooks.hub.store import commit, servable

if TYPE_CHECKING:
    from hooks.core.registry import Checkpoint

# Kinds of repositories that huggingface.co has and this Hub has not.
OTHER_KINDS = ("datasets", "spaces", "kernels", "buckets")
CALLS = ("revision", "tree", "refs", "paths-info")
PREFIX = re.compile(r"[0-9a-f]{7,40}")


class Refusal(Exception):
    """An answer that says no: HTTP status, the client's error code, and why in one line."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Blob:
    """A file to send, and the repository it is from."""

    served: Served
    file: File


@dataclass(frozen=True)
class Hub:
    """All that one offline Hub knows: what it serves, and what else is registered."""

    registry: Mapping[str, Checkpoint]
    served: Mapping[str, Served] = field(default_factory=dict)
    mirror: bool = False  # whether it serves a cache of real checkpoints

    def answer(self, target: str, form: str | None = None) -> Blob | dict | list | str:
        """Answers one request.

        Args:
            target: Path and query as they came, still percent-encoded.
            form: Body of a POST request, as a form; None for GET and HEAD.

        Returns:
            A file to send, or something to send as JSON, or plain text for the front page.

        Raises:
            Refusal: The request is malformed or what it asks for is not here.
        """
        path, _, query = target.partition("?")
        parts = _decode(path)
        if parts == [""] and form is None:
            return self._front_page()
        if parts[0] == "api" and len(parts) > 2:
            return self._api(parts[1], parts[2:], parse_qs(query), form)
        if parts[0] in OTHER_KINDS:
            raise _not_found(f"{'/'.join(parts[:3])}: the offline Hub serves models only")
        for size in (1, 2):  # an id is a name, or organization/name
            if parts[size : size + 1] == ["resolve"] and len(parts) > size + 2 and form is None:
                served = self._repository("/".join(parts[:size]), parts[size + 1])
                return Blob(served, _entry(served, "/".join(parts[size + 2 :])))
        raise Refusal(404, "", f"{path}: the offline Hub has no such page")

    def _api(
        self, kind: str, parts: list[str], query: dict[str, list[str]], form: str | None
    ) -> dict | list:
        if kind == "datasets" and form is None and (known := self._registered(parts, "dataset")):
            return known
        if kind in OTHER_KINDS:
            raise _not_found(f"{kind}/{'/'.join(parts[:2])}: the offline Hub serves models only")
        # An id is a name, or organization/name; what follows it tells which.
        size = 1 if parts[1:2] == [] or parts[1] in CALLS else 2
        id_, call, rest = "/".join(parts[:size]), parts[size : size + 1], parts[size + 1 :]
        if kind == "models" and form is None:
            if not call or (call == ["revision"] and len(rest) == 1):
                if id_ not in self.served and (known := self._registered(parts, "model")):
                    return known
                return self._info(self._repository(id_, *rest), "blobs" in query)
            if call == ["tree"] and rest:
                recursive = query.get("recursive", ["false"])[-1].lower() in ("true", "1")
                return _tree(self._repository(id_, rest[0]), "/".join(rest[1:]), recursive)
            if call == ["refs"] and not rest:
                return _refs(self._repository(id_))
        elif kind == "models" and call == ["paths-info"] and len(rest) == 1:
            return _paths_info(self._repository(id_, rest[0]), parse_qs(form).get("paths", []))
        raise Refusal(404, "", f"/api/{kind}/{'/'.join(parts)}: not a call the offline Hub answers")

    def _registered(self, parts: list[str], kind: str) -> dict[str, Any] | None:
        """What the registry says about a repository of which no file is served; None if nothing.

        Its card answers, as on huggingface.co, but every call for files is refused.
        """
        size = 1 if parts[1:2] == [] or parts[1] in CALLS else 2
        entry = self.registry.get("/".join(parts[:size]))
        if entry is None or (entry.kind, entry.host) != (kind, "huggingface"):
            return None
        if parts[size:] and (parts[size] != "revision" or len(parts) != size + 2):
            return None
        _check_revision(entry.id, (parts[size + 1 :] or ["main"])[0], commit(entry))
        return _metadata(entry)

    def _info(self, served: Served, blobs: bool) -> dict[str, Any]:
        """What the API says about a served repository, under the terms of the real checkpoint.

        A tiny stand-in has terms of its own, in its README.md; the answer here is for the id.
        """
        terms = ("license", "license_name", "license_link", "base_model", "datasets")
        own = {name: value for name, value in served.card.items() if name not in terms}
        entry = self.registry.get(served.id)
        known = licenses.card(entry) if entry else served.card
        given = {name: known[name] for name in terms if name in known}
        return _info(served, {**own, **given}, blobs)

    def _repository(self, id_: str, revision: str = "main") -> Served:
        served = self.served.get(id_)
        if served is None:
            checkpoint = self.registry.get(id_)
            if checkpoint is None:
                raise _not_found(f"{id_}: not registered in snippets/checkpoints.toml")
            if self.mirror:
                raise _not_found(f"{id_}: registered, but this mirror does not have it")
            if servable(checkpoint):
                raise _not_found(f"{id_}: registered, but this offline Hub was started without it")
            raise _not_found(f"{id_}: registered, no stand-in yet")
        _check_revision(id_, revision, served.revision)
        return served

    def _front_page(self) -> str:
        lines = [f"{one.id}@{one.revision}  {one.what}" for one in self.served.values()]
        return "\n".join(["The offline Hub serves:", *lines, ""])


def _decode(path: str) -> list[str]:
    """Splits a path, then decodes each part. Refuses what could lead out of a repository."""
    if not path.startswith("/"):
        raise Refusal(400, "", "the path must start with /")
    parts = [unquote(part, errors="surrogateescape") for part in path[1:].split("/")]
    for part in parts:
        # A decoded part may hold a slash: clients encode revisions such as refs%2Fheads%2Fmain.
        steps = part.replace("\\", "/").split("/")
        if "\\" in part or not part.isprintable() or "." in steps or ".." in steps:
            raise Refusal(400, "", f"{part!r} does not belong into a path")
    return parts


def _check_revision(id_: str, revision: str, main: str) -> None:
    short = PREFIX.fullmatch(revision.lower()) and main.startswith(revision.lower())
    if not short and revision not in ("main", "refs/heads/main"):
        message = f"{id_}: no revision {revision!r}; main is {main}"
        raise Refusal(404, "RevisionNotFound", message)


def _not_found(message: str) -> Refusal:
    return Refusal(404, "RepoNotFound", message)


def _entry(served: Served, path: str) -> File:
    # Only what was listed when the repository was built can be asked for: no path of a request
    # ever reaches the file system.
    if path not in served.files:
        raise Refusal(404, "EntryNotFound", f"{served.id}: no file {path!r}")
    return served.files[path]


def _metadata(entry: Checkpoint) -> dict[str, Any]:
    """Answer of the API for an entry of the registry; its tags say that it is no more."""
    card = licenses.card(entry)
    return {
        "_id": commit(entry)[:24],
        "id": entry.id,
        "author": entry.id.rpartition("/")[0] or None,
        "sha": commit(entry),
        "private": False,
        "gated": entry.gated,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": ["offline-hub:no-files", *_terms(card)],
        "cardData": card,
    } | ({"pipeline_tag": entry.task, "modelId": entry.id} if entry.kind == "model" else {})


def _terms(card: Mapping[str, Any]) -> list[str]:
    """The tags that the Hub makes from a card's terms."""
    names = {"license": "license", "base_model": "base_model", "datasets": "dataset"}
    return [f"{names[name]}:{one}" for name in names for one in _list(card.get(name))]


def _info(served: Served, card: Mapping[str, Any], blobs: bool) -> dict[str, Any]:
    library = card.get("library_name") or ("transformers" if served.config else None)
    pipeline_tag = card.get("pipeline_tag") or served.task or None
    tags = [library, "safetensors" if served.parameters else None, pipeline_tag]
    tags += [served.config.get("model_type"), *_list(card.get("tags"))]
    tags += _terms(card)
    siblings = [
        {"rfilename": file.path, **(_blob(file, "blobId", "sha256") if blobs else {})}
        for file in served.files.values()
    ]
    info = {
        "_id": served.revision[:24],
        "id": served.id,
        "modelId": served.id,
        "author": served.id.rpartition("/")[0] or None,
        "sha": served.revision,
        "private": False,
        "gated": served.gated,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "library_name": library,
        "pipeline_tag": pipeline_tag,
        "tags": list(dict.fromkeys(tag for tag in tags if tag)),
        "cardData": dict(card),
        "config": dict(served.config),
        "siblings": siblings,
        "usedStorage": served.bytes,
    }
    if served.parameters:
        total = sum(served.parameters.values())
        info["safetensors"] = {"parameters": dict(served.parameters), "total": total}
    return info


def _refs(served: Served) -> dict[str, list]:
    main = {"name": "main", "ref": "refs/heads/main", "targetCommit": served.revision}
    return {"branches": [main], "converts": [], "tags": [], "pullRequests": []}


def _tree(served: Served, folder: str, recursive: bool) -> list[dict[str, Any]]:
    entries = _entries(served)
    if folder and entries.get(folder, {}).get("type") != "directory":
        raise Refusal(404, "EntryNotFound", f"{served.id}: no folder {folder!r}")
    start = f"{folder}/" if folder else ""
    below = {path: entry for path, entry in entries.items() if path.startswith(start)}
    return [entry for path, entry in below.items() if recursive or "/" not in path[len(start) :]]


def _paths_info(served: Served, paths: Iterable[str]) -> list[dict[str, Any]]:
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
