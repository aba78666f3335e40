"""Turn the cells of an executed notebook into plain Markdown: code, outputs and figures."""

import base64
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import imagesize

from hooks.core.includes import inert, section

Cell = dict[str, Any]
Notebook = dict[str, Any]

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# Richest first: a plot offers SVG, PNG and text, and the page shows one of them.
IMAGES = {"image/svg+xml": "svg", "image/webp": "webp", "image/png": "png", "image/jpeg": "jpg"}
RICHEST = [*IMAGES, "text/html", "text/markdown", "text/plain"]
# What IPython.display.Audio leaves in a notebook, and the file that it becomes on the site.
PLAYER = re.compile(r"<audio\b.*?\bsrc=\"data:audio/(?:x-)?(wav|flac|ogg);base64,([^\"]+)\"", re.S)


class CellError(ValueError):
    """A notebook that cannot be shown; the message says what is wrong and how to mend it."""


def read(path: Path) -> Notebook:
    """Read an executed notebook of this course.

    Raises:
        CellError: The file is no notebook, was not executed, or does not say how it was run.
    """
    again = f"run `python -m hooks.execute {path.stem}`"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells, course = notebook["cells"], notebook["metadata"].get("course")
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        executed = any(cell["outputs"] for cell in code) and all(cell["id"] for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CellError(f"{path.name} is not a valid notebook ({error!r}); {again}") from error
    if not isinstance(course, dict) or "provenance" not in course:
        raise CellError(f"{path.name} has no `course` metadata, so nobody knows what ran; {again}")
    if not executed:
        raise CellError(f"{path.name} holds no outputs; {again}")
    return notebook


def tagged(notebook: Notebook, tag: str) -> list[Cell]:
    """Return the code cells that carry a tag, in order.

    Raises:
        CellError: No code cell carries it; the message lists the tags there are.
    """
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    chosen = [cell for cell in code if tag in tags(cell)]
    if not chosen:
        known = ", ".join(sorted({name for cell in code for name in tags(cell)})) or "none"
        raise CellError(f"no cell is tagged `{tag}` (tags there: {known}); correct the tag")
    return chosen


def tags(cell: Cell) -> list[str]:
    """Return the tags of a cell."""
    return cell.get("metadata", {}).get("tags", [])


def figures(notebook: Notebook, name: str) -> dict[str, bytes]:
    """Return the figures and recordings of a notebook by the address of their file in the site.

    Args:
        notebook: An executed notebook.
        name: `<section>/<demo>`.
    """
    found = {}
    for cell in notebook["cells"]:
        for number, output in enumerate(cell.get("outputs", [])):
            kind = _richest(output)
            if kind in IMAGES:
                found[figure_uri(name, cell, number, IMAGES[kind])] = _picture(output, kind)
            elif player := _player(output, kind):
                found[figure_uri(name, cell, number, player[1])] = base64.b64decode(player[2])
    return found


def figure_uri(name: str, cell: Cell, number: int, ending: str) -> str:
    """Return the address of a figure in the site: one file for page, deck and PDF."""
    return f"assets/figures/{name}/{cell['id']}-{number}.{ending}"


def code_block(cell: Cell) -> str:
    """Return the source of a code cell as a fence, without section marks of the files in it."""
    lines = text_of(cell["source"]).split("\n")
    return fence("\n".join(line for line in lines if not section(line)), "python")


def output_blocks(cell: Cell, name: str, up: str = "") -> list[str]:
    """Return each output of a code cell as Markdown wrapped in `.cell-output`.

    Args:
        cell: A code cell.
        name: `<section>/<demo>`, names the figures.
        up: Path from the page to the site's root, such as `../`.

    Raises:
        CellError: An output is an error, or a figure has no alt text.
    """
    blocks = []
    for number, output in _merged(cell.get("outputs", [])):
        kind = _richest(output)
        if kind == "error":
            what = f"{output.get('ename')}: {output.get('evalue')}".splitlines()[0]
            raise CellError(f"cell `{cell['id']}` ends in {what}; mend docs/{name}.py and run it")
        if kind == "stream":
            blocks.append(wrap(_plain(text_of(output["text"]))))
        elif kind in IMAGES:
            uri = up + figure_uri(name, cell, number, IMAGES[kind])
            blocks.append(wrap(f"![{_alt(cell, name)}]({uri}){_size(_picture(output, kind))}"))
        elif player := _player(output, kind):
            # Written like a picture: MkDocs checks the link, and audio.py makes the player.
            uri = up + figure_uri(name, cell, number, player[1])
            blocks.append(wrap(f"![{_alt(cell, name)}]({uri})"))
        elif kind == "text/html":
            blocks.append(wrap(_html(text_of(output["data"][kind])), raw=True))
        elif kind == "text/markdown":
            blocks.append(wrap(inert(text_of(output["data"][kind]))))
        elif kind == "text/plain":
            blocks.append(wrap(_plain(text_of(output["data"][kind]))))
    return [block for block in blocks if block]


def fence(text: str, language: str, classes: str = "") -> str:
    """Return a fenced block that is longer than any run of backticks inside it."""
    text = inert(text.rstrip("\n"))
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks} {{ .{language}{classes} }}\n{text}\n{ticks}"


def wrap(block: str, raw: bool = False) -> str:
    """Wrap an output in a `.cell-output`; `raw` keeps HTML out of Markdown's hands.

    A block of `pymdownx.blocks.html`, because a `<div markdown>` is not read inside a tab.
    """
    if not block:
        return ""
    how = "    markdown: html\n" if raw else ""
    return f"/// html | div.cell-output\n{how}\n{block}\n\n///"


def text_of(value: str | list[str]) -> str:
    """Return a notebook's text, which may be stored as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def _richest(output: dict[str, Any]) -> str | None:
    if output["output_type"] in ("stream", "error"):
        return output["output_type"]
    return next((kind for kind in RICHEST if kind in output["data"]), None)


def _picture(output: dict[str, Any], kind: str) -> bytes:
    raw = text_of(output["data"][kind])
    return raw.encode() if kind == "image/svg+xml" else base64.b64decode(raw)


def _player(output: dict[str, Any], kind: str | None) -> re.Match[str] | None:
    return PLAYER.search(text_of(output["data"][kind])) if kind == "text/html" else None


def _merged(outputs: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Join neighbouring pieces of one stream: a kernel cuts a long print anywhere."""
    merged: list[tuple[int, dict[str, Any]]] = []
    for number, output in enumerate(outputs):
        last = merged[-1][1] if merged else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            joined = text_of(last["text"]) + text_of(output["text"])
            merged[-1] = (merged[-1][0], {**last, "text": joined})
        else:
            merged.append((number, output))
    return merged


def _plain(text: str) -> str:
    text = ANSI.sub("", text)
    text = re.sub(r"[^\n]*\r(?!\n)", "", text)  # a line that was written over, as a terminal shows
    return fence(text, "text", " .no-copy") if text.strip() else ""


def _html(text: str) -> str:
    """Keep a table, drop its own look: the theme styles tables in both color schemes."""
    text = re.sub(r"<style\b.*?</style>", "", text, flags=re.S | re.I)
    text = re.sub(r"<table\b[^>]*>", "<table>", text)
    text = re.sub(r"<th>\s*</th>", "<td></td>", text)  # a header cell without text misleads
    return "\n".join(line for line in text.splitlines() if line.strip())


def _size(picture: bytes) -> str:
    """Say how large a picture is, in pixels: a page that knows does not jump when it arrives."""
    width, height = (round(side) for side in imagesize.get(BytesIO(picture)))
    return f"{{ width={width} height={height} }}" if min(width, height) > 0 else ""


def _alt(cell: Cell, name: str) -> str:
    alt = " ".join(str(cell.get("metadata", {}).get("alt", "")).split())
    if not alt:
        raise CellError(
            f"cell `{cell['id']}` shows a figure or recording without alt text; "
            f'add alt="…" to its `# %%` line in docs/{name}.py and run it'
        )
    return re.sub(r"([\\`*_\[\]])", r"\\\1", alt).replace("<", "&lt;")
