"""Keeps on disk what follows from known inputs, so that no build makes the same thing twice.

What is kept lies in `.cache/site/`, one file each, named by a hash of all that it follows from:
what the caller gives, and what every page follows from, which is configuration, files of the site,
sources of the hooks and the theme, versions of the packages. Whatever changes, another name is
asked for.
"""

import json
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import mkdocs
from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

from hooks.core.paths import ROOT

T = TypeVar("T")
WEEK = 7 * 24 * 3600  # seconds after which what no build asked for is removed
ROOMS = ("core", "site", "slides")
# Where the site goes, and what only the server of `mkdocs serve` reads: no page follows from these.
ELSEWHERE = {"site_dir", "dev_addr", "watch", "config_file_path", "docs_dir"}

_folder: Path | None = None  # None: nothing is kept
_common = ""
_snippets = ""


def sources(pattern: str = "*") -> str:
    """Return a hash of what the site is made by: the rooms of `hooks/` that it needs.

    Args:
        pattern: Of the names of files, such as `*.py`.
    """
    files = [path for room in ROOMS for path in (ROOT / "hooks" / room).rglob(pattern)]
    return digest([ROOT / "hooks/mkdocs.py", *files])


def digest(paths: Iterable[Path]) -> str:
    """Return a hash of files: their names and contents."""
    made = sha256()
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc":
            made.update(f"{path}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return made.hexdigest()


LOADED = sources("*.py")  # what runs in this process


def open_cache(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Begin to keep, once configuration and files of a build are complete.

    Args:
        nav: Not asked: its titles are not known yet.
        config: The site's.
        files: All files of the site.
    """
    global _folder, _common, _snippets
    root = Path(config.config_file_path).parent
    settings = {name: value for name, value in config.items() if name not in ELSEWHERE}
    there = sorted((file.src_uri, file.url, file.inclusion.name) for file in files)
    installed = sorted(path.name for path in Path(mkdocs.__file__).parents[1].glob("*.dist-info"))
    given = [sys.version, installed, sources(), digest([root / "mkdocs.yml"]), settings, there]
    _common = sha256(json.dumps(given, default=_plain).encode()).hexdigest()
    _snippets = digest((root / "snippets").rglob("*.py"))
    # Changed while it runs: then nobody knows from which sources a page would be.
    _folder = root / ".cache/site" if sources("*.py") == LOADED else None


def snippets() -> str:
    """Return a hash of all snippets, as they were when the build began."""
    return _snippets


def keep_templates(env: Environment, **_: object) -> None:
    """Have Jinja keep the templates compiled, under their contents.

    Args:
        env: The environment that loads them.
    """
    if _folder:
        _folder.mkdir(parents=True, exist_ok=True)
        pattern = f"jinja-{version('jinja2')}-%s"
        env.bytecode_cache = FileSystemBytecodeCache(str(_folder), pattern)


def close_cache(_: object = None, **__: object) -> None:
    """Stop keeping at the end of a build, and remove what has not been asked for in a week."""
    global _folder
    if _folder:
        for file in _folder.glob("*"):
            with suppress(OSError):
                if file.stat().st_mtime < time.time() - WEEK:
                    file.unlink()
    _folder = None


def kept(kind: str, given: object, make: Callable[[], T]) -> T:
    """Return what was kept for these inputs, or make it and keep it.

    Args:
        kind: What it is.
        given: All that it follows from besides `_common`, as something that `repr` shows in full.
        make: Makes it; it is pickled.
    """
    if not _folder:
        return make()
    file = _folder / sha256(repr((_common, kind, given)).encode()).hexdigest()
    with suppress(Exception):  # a file that cannot be read counts for nothing
        found = pickle.loads(file.read_bytes())
        if file.stat().st_mtime < time.time() - WEEK / 2:
            os.utime(file)
        return found
    made = make()
    with suppress(OSError):  # a disk that is full stops no build
        _folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=_folder, delete=False) as part:
            part.write(pickle.dumps(made))
        os.replace(part.name, file)
    return made


def _plain(value: Any) -> Any:
    """Return what stands for a setting: a mapping, the settings of a plugin, or a name."""
    if isinstance(value, Mapping):
        return {str(key): inner for key, inner in value.items()}
    if config := getattr(value, "config", None):
        return _plain(config)
    return getattr(value, "__name__", type(value).__name__)
