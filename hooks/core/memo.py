"""Remembers between runs what follows from a text: parsing is most of a run that runs nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

from hooks.core import files

MOST = 5_000  # answers in the file; a file with more is begun anew

_known: dict[str, Any] = {}
_used: dict[str, Any] = {}
_on = False


def of_text(made_by: str) -> Callable:
    """Makes a function remember its answers while `kept` is on.

    The function takes a text and gives what JSON can hold: lists, dictionaries, texts.

    Args:
        made_by: What an answer depends on besides the text. Another one, and all is forgotten.
    """

    def remembering(function: Callable[[str], Any]) -> Callable[[str], Any]:
        @wraps(function)
        def answer(text: str) -> Any:
            if not _on:
                return function(text)
            parts = "\0".join((made_by, function.__name__, text))
            key = hashlib.sha256(parts.encode()).hexdigest()
            if key not in _used:
                _used[key] = _known[key] if key in _known else function(text)
            return _used[key]

        return answer

    return remembering


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """Within the block answers are remembered, and at its end they are written to `path`.

    A file that cannot be read, or written, counts for nothing: the answers are found again.
    """
    global _known, _used, _on
    _known, _used, _on = _read(path), {}, True
    try:
        yield
    finally:
        if _used.keys() - _known.keys():
            answers = _used if len(_known) > MOST else _known | _used
            with suppress(OSError):
                files.write_whole(path, json.dumps(answers).encode())
        _known, _used, _on = {}, {}, False


def _read(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        if isinstance(found := json.loads(path.read_bytes()), dict):
            return found
    return {}
