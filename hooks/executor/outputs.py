"""Cleans a notebook's outputs of what varies between runs."""

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
