"""Turn the cells of an executed notebook into plain Markdown: code, outputs and figures."""

import json
import re
from pathlib import Path
from typing import Any

from hooks.core.includes import inert, section
from hooks.core.terminal import shown
from hooks.site import formulas
from hooks.site.output_data import file_of, richest, size, table, text_of

Cell = dict[str, Any]
Notebook = dict[str, Any]


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

    Args:
        notebook: An executed notebook.
        tag: Of one cell or several.

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


def figure_files(notebook: Notebook, name: str) -> dict[str, bytes]:
    """Return the figures and recordings of a notebook by the address of their file in the site.

    Args:
        notebook: An executed notebook.
        name: `<section>/<demo>`.
    """
    found = {}
    for cell in notebook["cells"]:
        for number, output in enumerate(cell.get("outputs", [])):
            if file := file_of(output):
                found[figure_uri(name, cell, number, file[0])] = file[1]
    return found


def figure_uri(name: str, cell: Cell, number: int, ending: str) -> str:
    """Return the address of a figure in the site: one file for page, deck and PDF.

    Args:
        name: `<section>/<demo>`.
        cell: The cell that shows it.
        number: Of the output in the cell, from 0.
        ending: Of the file's name.
    """
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
        CellError: An output is an error or of a type that no page shows, or lacks its alt text.
    """
    blocks = []
    for number, output in _merged(cell.get("outputs", [])):
        kind = richest(output)
        if kind == "error":
            what = f"{output.get('ename')}: {output.get('evalue')}".splitlines()[0]
            raise CellError(f"cell `{cell['id']}` ends in {what}; mend docs/{name}.py and run it")
        if kind == "stream":
            blocks.append(wrap(_plain(text_of(output["text"]))))
        elif file := file_of(output):
            # A recording is written like a picture: MkDocs checks the link, audio.py plays it.
            uri = up + figure_uri(name, cell, number, file[0])
            blocks.append(wrap(f"![{_alt(cell, name)}]({uri}){size(file[1])}"))
        elif kind == "text/html":
            blocks.append(wrap(table(text_of(output["data"][kind])), raw=True))
        elif kind == "text/markdown":
            blocks.append(wrap(inert(text_of(output["data"][kind]))))
        elif kind == "text/latex":
            blocks.append(_latex(text_of(output["data"][kind]), cell, name))
        elif kind == "text/plain":
            blocks.append(wrap(_plain(text_of(output["data"][kind]))))
        elif output["data"]:
            what = next(one for one in output["data"] if one != "text/plain")
            raise CellError(
                f"cell `{cell['id']}` shows {what}, which a page cannot show; end it in text, a "
                f"table, a picture or a recording in docs/{name}.py and run it"
            )
    return [block for block in blocks if block]


def fence(text: str, language: str, classes: str = "") -> str:
    """Return a fenced block that is longer than any run of backticks inside it.

    Args:
        text: What stands in the block.
        language: By which it is colored.
        classes: Further classes, each as ` .name`.
    """
    text = inert(text.rstrip("\n"))
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks} {{ .{language}{classes} }}\n{text}\n{ticks}"


def wrap(block: str, raw: bool = False) -> str:
    """Wrap an output in a `.cell-output`.

    A block of `pymdownx.blocks.html`, because a `<div markdown>` is not read inside a tab.

    Args:
        block: Markdown of the output, or an empty string.
        raw: Whether it is HTML, to be kept out of Markdown's hands.
    """
    if not block:
        return ""
    how = "    markdown: html\n" if raw else ""
    return f"/// html | div.cell-output\n{how}\n{block}\n\n///"


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
    text = shown(text)
    return fence(text, "text", " .no-copy") if text.strip() else ""


def _latex(text: str, cell: Cell, name: str) -> str:
    try:
        made = formulas.of_output(text)
    except formulas.FormulaError as error:
        raise CellError(f"cell `{cell['id']}`: {error} in docs/{name}.py and run it") from error
    return wrap(made, raw=True) if made else wrap(inert(text))


def _alt(cell: Cell, name: str) -> str:
    alt = " ".join(str(cell.get("metadata", {}).get("alt", "")).split())
    if not alt:
        raise CellError(
            f"cell `{cell['id']}` shows a figure or recording without alt text; "
            f'add alt="…" to its `# %%` line in docs/{name}.py and run it'
        )
    return re.sub(r"([\\`*_\[\]])", r"\\\1", alt).replace("<", "&lt;")
