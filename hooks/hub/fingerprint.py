"""The fingerprint of a stand-in: a digest of all that its build depends on.

That is its folder, the modules of this repository that `build.py` imports, directly or through one
another, and the versions of the libraries that they import.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hooks.core import installed, memo
from hooks.core.paths import ROOT, STAND_INS
from hooks.hub.contents import FRONT_MATTER, HubError
from hooks.hub.repository import walk

NAME = re.compile(r"[a-z][a-z0-9_]*")


def fingerprint(name: str, stand_ins: Path = STAND_INS, *, prose: bool = True) -> str:
    """Digest of what a stand-in's build depends on, in this repository and of what is installed.

    Args:
        name: Folder under `stand_ins`.
        stand_ins: Where stand-ins are looked up.
        prose: Whether the words of the model card count. The Hub serves them, so a repository is
            built anew when they change; what a demo computes depends on the front matter at most.

    Returns:
        64 hexadecimal digits (SHA-256).

    Raises:
        HubError: There is no such stand-in, it has no `build.py`, or a file is not Python.
    """
    top, parts = root_of(stand_ins), []
    files, libraries = _reached(name, stand_ins)
    for path in files:
        content = path.read_bytes()
        if path == stand_ins / name / "README.md" and not prose:
            front = FRONT_MATTER.match(content.decode("utf-8", "replace"))
            content = front[0].encode() if front else b""
        parts.append(f"{path.relative_to(top).as_posix()} {hashlib.sha256(content).hexdigest()}")
    parts += map(" ".join, installed.versions(libraries).items())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def sources(name: str, stand_ins: Path = STAND_INS) -> list[Path]:
    """Files of this repository that a stand-in's build depends on, in the order of their paths.

    Args:
        name: Folder under `stand_ins`.
        stand_ins: Where stand-ins are looked up.

    Raises:
        HubError: There is no such stand-in, it has no `build.py`, or a file is not Python.
    """
    return _reached(name, stand_ins)[0]


def root_of(stand_ins: Path) -> Path:
    """The folder from which builds import: the repository, or the one above other stand-ins."""
    return ROOT if stand_ins.is_relative_to(ROOT) else stand_ins.parent


def _reached(name: str, stand_ins: Path) -> tuple[list[Path], set[str]]:
    """Files and top-level modules of libraries that a build reaches."""
    if not NAME.fullmatch(name):
        raise HubError(f"stand-in {name!r}: a name holds a-z, 0-9 and _ only")
    build = stand_ins / name / "build.py"
    if not build.is_file():
        raise HubError(f"stand-in {name!r}: {build} is missing; write its build()")
    top = root_of(stand_ins)
    modules, libraries, todo = {build}, set(), [build]
    while todo:
        for module, member in _imports(todo.pop()):
            # `from package import module` imports a module, anything else what a module holds.
            path = (member and _file(f"{module}.{member}", top)) or _file(module, top)
            if path is None:
                libraries.add(module.split(".")[0])
            elif path not in modules:
                modules.add(path)
                todo.append(path)
    local = {one for one in libraries if (top / one).is_dir()}
    return sorted({*walk(build.parent), *modules}), installed.with_backends(libraries - local)


def _imports(path: Path) -> list[tuple[str, str]]:
    try:
        return _imported(path.read_text("utf-8"))
    except SyntaxError as error:
        raise HubError(f"{path}:{error.lineno}: not Python: {error.msg}") from error


@cache
@memo.of_text(sys.version)
def _imported(code: str) -> list[tuple[str, str]]:
    """Modules that the code imports, and the name that it takes from each, if any."""
    found = []
    for node in _statements(ast.parse(code).body):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
    return found


def _statements(nodes: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements, however deep. To go through the expressions, too, takes ten times as long."""
    for node in nodes:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _statements(getattr(node, part, []))


def _file(module: str, top: Path) -> Path | None:
    path = top.joinpath(*module.split("."))
    return next(filter(Path.is_file, (path.with_suffix(".py"), path / "__init__.py")), None)
