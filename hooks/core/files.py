"""Reads and writes executed notebooks; a write is whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import nbformat


class NotebookError(ValueError):
    """A notebook file cannot be read. The message says which, why, and how to mend it."""


def read(path: Path) -> nbformat.NotebookNode | None:
    """The notebook at `path`, or None when there is none yet.

    Raises:
        NotebookError: The file is not a valid notebook.
    """
    if not path.exists():
        return None
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
    return notebook


def text(notebook: nbformat.NotebookNode) -> str:
    """The notebook as it stands on disk: sorted keys, so that equal notebooks are equal bytes."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(path: Path, notebook: nbformat.NotebookNode) -> bool:
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
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
