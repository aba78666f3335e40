"""Cleans a notebook's outputs of what varies between runs."""

from __future__ import annotations

import re

import nbformat

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
ADDRESS = re.compile(r"\b(at|object) 0x[0-9a-fA-F]{6,}")
# The ink of matplotlibrc, and what it becomes where the page around the picture is dark.
INK, INK_ON_DARK = "#757575", "#c9d1d9"
ON_DARK = (
    "<style>@media (prefers-color-scheme: dark) {"
    f'[style*="fill: {INK}"] {{ fill: {INK_ON_DARK} !important }} '
    f'[style*="stroke: {INK}"] {{ stroke: {INK_ON_DARK} !important }}'
    "}</style>"
)
# Types that say the same as the richer one beside them, or run scripts on the page.
DROPPED = {"application/javascript", "application/vnd.jupyter.widget-view+json"}


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
                output.text = _plain(output.text)
                if kept and kept[-1].output_type == "stream":
                    kept[-1].text += output.text
                    continue
            elif "data" in output:
                for kind in DROPPED & output.data.keys():
                    del output.data[kind]
                for kind, value in output.data.items():
                    if kind.startswith("text/"):
                        output.data[kind] = _plain(value)
                    elif kind == "image/svg+xml":
                        output.data[kind] = _slim_svg(value)
                output.metadata = nbformat.NotebookNode()
            kept.append(output)
        cell.outputs = kept


def _plain(text: str) -> str:
    # A carriage return overwrites the line, as a progress bar does.
    lines = [line.rsplit("\r", 1)[-1] for line in ANSI.sub("", text).split("\n")]
    return ADDRESS.sub(r"\1 0x…", "\n".join(lines))


def _slim_svg(svg: str) -> str:
    """The picture for a page: no XML prolog, DOCTYPE and metadata; its ink fits a dark page too."""
    dropped = r"<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|\s*<metadata>.*?</metadata>"
    svg = re.sub(dropped, "", svg, flags=re.S)
    return re.sub(r"(<svg\b[^>]*>)", rf"\1{ON_DARK}", svg, count=1).strip() + "\n"
