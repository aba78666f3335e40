"""Cleans a notebook's outputs of what varies between runs, and compares two notebooks."""

from __future__ import annotations

import re

import nbformat

from hooks.core.terminal import newlines, shown

ADDRESS = re.compile(r"\b(at|object) 0x[0-9a-fA-F]{6,}")
# The ink of matplotlibrc, and what it becomes where the page around the picture is dark.
INK, INK_ON_DARK = "#757575", "#c9d1d9"
ON_DARK = (
    "<style>@media (prefers-color-scheme: dark) {"
    f'[style*="fill: {INK}"] {{ fill: {INK_ON_DARK} !important }} '
    f'[style*="stroke: {INK}"] {{ stroke: {INK_ON_DARK} !important }}'
    "}</style>"
)
# It says the same as the text beside it: a progress bar, mostly.
DROPPED = {"application/vnd.jupyter.widget-view+json"}


def clean(notebook: nbformat.NotebookNode) -> None:
    """Removes, in place, what differs from run to run and what readers should not see.

    Standard error (warnings, progress bars) is left out, streams of one cell are merged, color
    codes and memory addresses go.
    """
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        kept: list[nbformat.NotebookNode] = []
        for output in cell.outputs:
            if output.output_type == "stream":
                if output.name == "stderr":
                    continue
                if kept and kept[-1].output_type == "stream":
                    kept[-1].text += output.text
                    continue
            elif "data" in output:
                for kind in DROPPED & output.data.keys():
                    del output.data[kind]
                for kind, value in output.data.items():
                    if kind.startswith("text/"):
                        lines = shown if kind == "text/plain" else newlines
                        output.data[kind] = ADDRESS.sub(r"\1 0x…", lines(value))
                    elif kind == "image/svg+xml":
                        output.data[kind] = _slim_svg(value)
                output.metadata = nbformat.NotebookNode()
            kept.append(output)
        for output in kept:
            if output.output_type == "stream":  # now that it is whole: a piece may end in a CR
                output.text = ADDRESS.sub(r"\1 0x…", shown(output.text))
        cell.outputs = kept


def _slim_svg(svg: str) -> str:
    """The picture for a page: no XML prolog, DOCTYPE and metadata; its ink fits a dark page too."""
    dropped = r"<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|\s*<metadata>.*?</metadata>"
    svg = re.sub(dropped, "", svg, flags=re.S)
    return re.sub(r"(<svg\b[^>]*>)", rf"\1{ON_DARK}", svg, count=1).strip() + "\n"


def texts(notebook: nbformat.NotebookNode, *, timing: bool = False) -> dict[str, list[str]]:
    """Text outputs by cell id: streams and plain text.

    Args:
        notebook: Executed.
        timing: Whether cells tagged `timing` count.
    """
    found = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or (not timing and _timing(cell)):
            continue
        found[cell.id] = [
            output.text if output.output_type == "stream" else output.data.get("text/plain", "")
            for output in cell.outputs
            if output.output_type != "error"
        ]
    return found


def _timing(cell: nbformat.NotebookNode) -> bool:
    return "timing" in cell.metadata.get("tags", [])


def differences(old: nbformat.NotebookNode, new: nbformat.NotebookNode) -> list[str]:
    """Cells whose text outputs differ, one line each with the first line that differs.

    Args:
        old: One run.
        new: A later one.
    """
    before, after = texts(old), texts(new)
    found = []
    for cell in dict.fromkeys([*before, *after]):
        one = "\n".join(before.get(cell, [])).splitlines()
        two = "\n".join(after.get(cell, [])).splitlines()
        if one != two:
            pairs = zip(one + [""] * len(two), two + [""] * len(one), strict=True)
            a, b = next(pair for pair in pairs if pair[0] != pair[1])
            found.append(f"{cell}: {a!r} is now {b!r}")
    return found


def same(old: nbformat.NotebookNode, new: nbformat.NotebookNode) -> bool:
    """Whether two runs of the same cells gave the same outputs, figures included.

    Args:
        old: One run.
        new: A later one.
    """

    def comparable(cell: nbformat.NotebookNode) -> tuple:
        return cell.cell_type, cell.source, cell.metadata, _timing(cell) or cell.get("outputs")

    return list(map(comparable, old.cells)) == list(map(comparable, new.cells))
