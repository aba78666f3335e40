"""`python -m hooks.commands.publish.drift LAST NOW`: how outputs changed since the last ones.

Words and whole numbers must be equal. Numbers with a decimal point are scores: they may differ by
0.02, or by 1 % of the larger one. Cells whose code changed and cells tagged `timing` are left out.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from hooks.commands.publish import summary
from hooks.core import files
from hooks.executor.compare import first_difference, texts

ABSOLUTE, RELATIVE = 0.02, 0.01

# Demo, cell, the first line in which the cell's output differs, and the same line now.
Drift = tuple[str, str, str, str]


def compare(demo: str, before: nbformat.NotebookNode, now: nbformat.NotebookNode) -> list[Drift]:
    """Where the outputs of two runs of a demo differ, a line a cell.

    Args:
        demo: Name of the demo.
        before: Its notebook, executed.
        now: The newer one.
    """
    sources = {cell.id: cell.source for cell in before.cells}
    kept = {cell.id for cell in now.cells if sources.get(cell.id) == cell.source}
    old, new = texts(before), texts(now)
    found = []
    for cell in old:
        if cell not in kept or cell not in new:
            continue
        if pair := first_difference(old[cell], new[cell], ABSOLUTE, RELATIVE):
            found.append((demo, cell, *pair))
    return found


def moved(before: nbformat.NotebookNode, now: nbformat.NotebookNode) -> list[str]:
    """Revisions and versions that differ, as `name before -> now`.

    Args:
        before: An executed notebook.
        now: The newer one.
    """
    old, new = _made_with(before), _made_with(now)
    return [
        f"{name} {old.get(name, 'not used')} -> {new.get(name, 'not used')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _made_with(notebook: nbformat.NotebookNode) -> dict[str, str]:
    made = notebook.metadata["course"]["provenance"]
    pins = {one["id"]: str(one["revision"])[:7] for one in made["checkpoints"]}
    return {**pins, **made["versions"], "device": made["device"]}


def report(last: Path, now: Path) -> str:
    """The drift of all demos as Markdown.

    Args:
        last: Folder with the notebooks that are published, `<section>/<demo>.ipynb`.
        now: Folder with those that will be.
    """
    drifts, versions, compared = [], [], 0
    for path in sorted(last.glob("*/*.ipynb")):
        old, new = files.read(path), files.read(now / path.parent.name / path.name)
        if old is None or new is None or not (_real(old) and _real(new)):
            continue
        compared += 1
        if found := compare(path.stem, old, new):
            drifts += found
            versions += [(path.stem, change) for change in moved(old, new) or ["nothing"]]
    text = (
        f"### Drift: {len(drifts)} cells differ, {compared} demos compared\n\n"
        f"Words equal, scores within {ABSOLUTE} or {RELATIVE:.0%}."
    )
    if drifts:
        text += f"\n\n{summary.table(['demo', 'cell', 'before', 'now'], drifts)}"
        text += f"\n\n{summary.table(['demo', 'changed underneath'], versions)}"
    return text


def _real(notebook: nbformat.NotebookNode) -> bool:
    return notebook.metadata["course"]["provenance"]["hub"] == "huggingface"


def main(arguments: list[str] | None = None) -> int:
    """Reports; a difference is news, not a fault, so the status is 0."""
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("last", type=Path, help="folder of the published notebooks")
    parser.add_argument("now", type=Path, help="folder of the new ones, such as docs")
    options = parser.parse_args(arguments)
    summary.tell(report(options.last, options.now))
    return 0


if __name__ == "__main__":
    sys.exit(main())
