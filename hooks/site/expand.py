"""Expand a page's `--8<-- "…"` lines: notebook cells and license cards; check the plain files.

A plain function from Markdown to Markdown, so it works under any site builder. Plain files are
left to pymdownx.snippets, which stops without naming page and line: so they are checked here.
"""

import re
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from hooks.core import includes, pins, registry
from hooks.core.fences import numbered_lines
from hooks.core.includes import Include, IncludeError
from hooks.site import cells, provenance
from hooks.site.license_card import license_card
from hooks.site.source import first_line

REGISTRY = "snippets/checkpoints.toml"
SECTION = re.compile(r"[A-Za-z][-\w]*", re.A)
LINES = re.compile(r"-?\d*(:-?\d*)?(,-?\d*(:-?\d*)?)*")


def expand_includes(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> str:
    """Expand the includes of a page; a wrong one stops the build."""
    if "8<" not in markdown or page.file.src_uri.endswith(".ipynb"):
        return markdown
    root = Path(config.config_file_path).parent
    try:
        return expand(markdown, page.file.src_uri, root, first_line(markdown, page))
    except IncludeError as error:
        raise PluginError(str(error)) from error


def expand(markdown: str, page: str, root: Path, first_line: int = 1) -> str:
    """Return a page's Markdown with its notebook cells and license cards in place.

    Args:
        markdown: The page without its front matter.
        page: Path of the page below `docs/`, such as `nlp/index.md`.
        root: The repository's root.
        first_line: Number of the Markdown's first line in its file.

    Raises:
        IncludeError: An include names what is not there, or stands where it cannot work.
    """
    lines: list[str] = []
    told: set[str] = set()  # whose provenance the page has given in full
    for number, line, in_code in numbered_lines(markdown, first_line):
        try:
            if include := includes.parse(line):
                # pymdownx.snippets ignores an include with blanks behind it.
                line = _included(include, page, root, told, in_code) or line.rstrip()
        except (ValueError, SyntaxError) as error:
            what = " ".join(str(error).split())
            raise IncludeError(f"docs/{page}, line {number}: {what}", number) from error
        lines.append(line)
    return "\n".join(lines)


def links(page: str, root: Path, notebook: cells.Notebook) -> dict[str, str]:
    """Return the addresses a provenance line links to, as seen from a page.

    Args:
        page: Path of the page below `docs/`.
        root: The repository's root.
        notebook: The notebook whose outputs are shown.
    """
    known = registry.load(root / REGISTRY) if (root / REGISTRY).is_file() else {}
    found = {checkpoint.id: checkpoint.url for checkpoint in known.values()}
    for item in notebook["metadata"]["course"]["provenance"]["checkpoints"]:
        card = f"hooks/hub/stand_ins/{item['stand_in']}/README.md"
        if item["stand_in"] and (root / card).is_file():
            name = f"reference/stand_ins/{item['stand_in']}.md"
            found[f"stand_in:{item['stand_in']}"] = up(page) + name
    return found


def included(markdown: str, root: Path) -> Iterator[Path]:
    """Yield the plain files that pymdownx.snippets puts into a page, also through one another.

    Args:
        markdown: The page, its cells and license cards in place.
        root: The repository's root.
    """
    waiting, seen = [markdown], set[Path]()
    while waiting:
        for line in waiting.pop().split("\n"):
            with suppress(IncludeError, UnicodeDecodeError):
                include = includes.parse(line)
                if include and (file := _find(include.path, root)) not in seen:
                    seen.add(file)
                    yield file
                    waiting.append(file.read_text(encoding="utf-8"))


def read_notebook(file: Path) -> cells.Notebook:
    """Read an executed notebook, once for all the pages that show it; do not change it."""
    stat = file.stat()
    return _read(file, (stat.st_mtime_ns, stat.st_size))


@lru_cache(64)
def _read(file: Path, stamp: tuple[int, int]) -> cells.Notebook:
    return cells.read(file)


def up(page: str) -> str:
    """Return the path from a page below `docs/` to `docs/`, such as `../`."""
    return "../" * (len(PurePosixPath(page).parts) - 1)


def _included(include: Include, page: str, root: Path, told: set[str], in_code: bool) -> str:
    """Return what an include puts into the page; nothing for a plain file, which is checked."""
    path, part = include.path, include.part
    file = _find(path, root)
    if path.endswith(".ipynb"):
        if in_code:
            mend = "cells bring their own, so remove it"
            raise IncludeError(f"{path} stands in a code block; {mend}")
        text = _cells(file, part, page, root, told)
    elif path == REGISTRY and part:
        if in_code:
            raise IncludeError("a license card stands in a code block; remove the fence around it")
        text = _card(part, root)
    else:
        _check_part(file, path, part)
        _check_inside(file, path, root, (file,))
        return ""
    return textwrap.indent(text, include.indent)


def _find(path: str, root: Path) -> Path:
    """Return the file an include names, looked up as pymdownx.snippets does: root, then docs."""
    for base in _bases(root):
        file = (base / path).resolve()
        if file.is_file() and file.is_relative_to(base):
            return file
    raise IncludeError(f"no file {path}; name one below the repository's root or docs/")


@lru_cache(4)
def _bases(root: Path) -> tuple[Path, Path]:
    return root.resolve(), (root / "docs").resolve()


def _cells(file: Path, tag: str, page: str, root: Path, told: set[str]) -> str:
    docs = _bases(root)[1]
    if not file.is_relative_to(docs):
        raise IncludeError(f"{file.name} is not below docs/; notebooks of the course are")
    if not tag:
        raise IncludeError(f'{file.name} needs a tag; write --8<-- "….ipynb:tag"')
    name = file.relative_to(docs).with_suffix("").as_posix()
    notebook = read_notebook(file)
    course, known = notebook["metadata"]["course"], links(page, root, notebook)
    blocks = []
    for cell in cells.tagged(notebook, tag):
        of = provenance.of_cell(course, cells.tags(cell))
        used = [item["id"] for item in of["provenance"]["checkpoints"]]
        # In full once a page; then in short, so that a page of many outputs stays light.
        again = (this := f"{name} {used}") in told and used
        rest = f"{up(page)}{name}.ipynb"
        made = provenance.short(of, rest) if again else provenance.line(of, known)
        outputs = cells.output_blocks(cell, name, up(page))
        told.update([this] if outputs else [])
        shown = [] if "hide-code" in cells.tags(cell) else [cells.code_block(cell)]
        blocks += [*shown, *outputs, *([made] if outputs else [])]
    return "\n" + "\n\n".join(blocks) + "\n"


def _card(demo: str, root: Path) -> str:
    """Return a demo's license card, in full for what its snippet loads."""
    known = registry.load(root / REGISTRY)
    snippet = next((root / "snippets").glob(f"*/{demo}.py"), None)
    used = pins.named(snippet.read_text(encoding="utf-8"), known) if snippet else None
    return license_card(known, demo, used)


def _check_inside(file: Path, path: str, root: Path, above: tuple[Path, ...]) -> None:
    """Stop at what a plain file includes in its turn and pymdownx.snippets could not put there."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            if not (include := includes.parse(line)):
                continue
            inner = _find(include.path, root)
            if inner.suffix == ".ipynb" or (include.path == REGISTRY and include.part):
                raise IncludeError("cells and license cards go into pages only; include them there")
            if inner in above:
                raise IncludeError(f"{include.path} includes itself; take the line out")
            _check_part(inner, include.path, include.part)
        except IncludeError as error:
            raise IncludeError(f"{path}, line {number}: {error}") from error
        _check_inside(inner, f"{path}, line {number}: {include.path}", root, (*above, inner))


def _check_part(file: Path, path: str, part: str) -> None:
    """Stop when a file has no such section or lines."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise IncludeError(f"{path} is not UTF-8 text; include text files only") from error
    if not part:
        return
    if SECTION.fullmatch(part):
        if ("start", part) not in map(includes.section, lines):
            raise IncludeError(
                f"{path} has no section {part}; mark it with `# --8<-- [start:{part}]` "
                f"and `# --8<-- [end:{part}]`"
            )
    elif not LINES.fullmatch(part):
        raise IncludeError(f"{path}:{part} is neither a section nor lines such as 3:10")
    elif max((int(n) for n in re.findall(r"\d+", part)), default=0) > len(lines):
        raise IncludeError(f"{path} has {len(lines)} lines, not {part}; correct the range")
