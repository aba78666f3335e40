"""Reads and writes executed notebooks; a write is whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any


class NotebookError(ValueError):
    """A notebook file cannot be read. The message says which, why, and how to mend it."""


if TYPE_CHECKING:
    from nbformat import NotebookNode as Node
else:

    class Node(dict):
        """A part of a notebook, as nbformat has it: its keys are attributes too.

        To import nbformat takes longer than a run with nothing to do.
        """

        def __getattr__(self, name):
            try:
                return self[name]
            except KeyError:
                raise AttributeError(name) from None

        __setattr__ = dict.__setitem__


def node(value: Any) -> Any:
    """The same with its dictionaries as nodes."""
    if isinstance(value, dict):
        return Node((name, node(one)) for name, one in value.items())
    return [node(one) for one in value] if isinstance(value, list) else value


def plain(text: str) -> bool:
    """Whether a text is a valid notebook in which nbformat has nothing to change."""
    import nbformat

    try:
        found: dict[str, Exception] = {}
        notebook = nbformat.reads(text, as_version=4, capture_validation_error=found)
    except (ValueError, KeyError, AttributeError):
        return False
    return not found and notebook == json.loads(text)


def read(path: Path, plain: Callable[[str], bool] = plain) -> Node | None:
    """The notebook at `path`, or None when there is none yet.

    Args:
        path: Where it lies.
        plain: The function of this name, or the same with a memory.

    Raises:
        NotebookError: The file is not a valid notebook.
    """
    if not path.exists():
        return None
    try:
        if plain(text := path.read_text("utf-8")):
            return node(json.loads(text))
    except UnicodeDecodeError:
        pass
    import nbformat

    try:
        found: dict[str, Exception] = {}
        notebook = nbformat.read(path, as_version=4, capture_validation_error=found)
        for error in found.values():
            raise error
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        first = str(error).strip().splitlines()[0]
        raise NotebookError(
            f"{path}: not a valid notebook ({first}); delete it and run: "
            f"python -m hooks.execute {path.stem}"
        ) from None
    return node(notebook)


def text(notebook: Node) -> str:
    """The notebook as it stands on disk: sorted keys, so that equal notebooks are equal bytes."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(path: Path, notebook: Node) -> bool:
    """Writes the notebook whole, unless the file holds the same bytes already.

    Args:
        path: Where to.
        notebook: What `text` makes the bytes of.

    Returns:
        Whether bytes changed.
    """
    content = text(notebook).encode()
    if path.exists() and path.read_bytes() == content:
        return False
    write_whole(path, content)
    return True


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file by renaming a complete temporary one; on an error nothing is left behind.

    Args:
        path: Where to; missing folders are made.
        content: All bytes of the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a write that fails does not say where
        raise
