"""What the offline Hub answers: request paths to JSON and files, in the words of the Hub's API.

No socket and no HTTP here: `Hub.answer` takes a path and gives back a value, or raises `Refusal`
with the error code that huggingface_hub turns into its own exception.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from hooks.core import licenses
from hooks.hub import answers
from hooks.hub.answers import Refusal
from hooks.hub.repository import File, Served
from hooks.hub.store import commit, servable

if TYPE_CHECKING:
    from hooks.core.registry import Checkpoint

# Kinds of repositories that huggingface.co has and this Hub has not.
OTHER_KINDS = ("datasets", "spaces", "kernels", "buckets")
CALLS = ("revision", "tree", "refs", "paths-info")
PREFIX = re.compile(r"[0-9a-f]{7,40}")


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
            lines = [f"{one.id}@{one.revision}  {one.what}" for one in self.served.values()]
            return "\n".join(["The offline Hub serves:", *lines, ""])
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
                return answers.tree(self._repository(id_, rest[0]), "/".join(rest[1:]), recursive)
            if call == ["refs"] and not rest:
                return answers.refs(self._repository(id_))
        elif kind == "models" and call == ["paths-info"] and len(rest) == 1:
            paths = parse_qs(form).get("paths", [])
            return answers.paths_info(self._repository(id_, rest[0]), paths)
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
        return answers.metadata(entry)

    def _info(self, served: Served, blobs: bool) -> dict[str, Any]:
        """What the API says about a served repository, under the terms of the real checkpoint.

        A tiny stand-in has terms of its own, in its README.md; the answer here is for the id.
        """
        terms = ("license", "license_name", "license_link", "base_model", "datasets")
        own = {name: value for name, value in served.card.items() if name not in terms}
        entry = self.registry.get(served.id)
        known = licenses.card(entry) if entry else served.card
        given = {name: known[name] for name in terms if name in known}
        return answers.info(served, {**own, **given}, blobs)

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
