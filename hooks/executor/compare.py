"""Compares what two runs of a notebook say: words and whole numbers exactly, scores roughly."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a run with nothing to do can spare it
    import nbformat

# A float32 has seven digits. The probabilities of audio_classification were up to 1e-6 of their
# value apart between two sets of kernels on one processor (28 November 2026): a hundred times that.
FLOAT32 = 1e-4
# A number with a decimal point is a score.
SCORE = re.compile(r"(?<![\w.])[-+]?\d+\.\d+(?:e[-+]?\d+)?(?![\w.]*\w)", re.I)


def close(before: str, now: str, absolute: float = 0.0, relative: float = 0.0) -> bool:
    """Whether two lines say the same.

    A score may always differ by one unit of its last digit: a sum that differs in its last bit
    can be rounded to either side.

    Args:
        before: A line of an output.
        now: The same line of another run.
        absolute: How far apart two scores may be.
        relative: The same, as a share of the larger one.

    >>> close("POSITIVE 0.981", "POSITIVE 0.982"), close("POSITIVE 0.981", "POSITIVE 0.983")
    (True, False)
    """
    # Columns are as wide as their widest number: spaces do not count.
    if SCORE.sub("#", before).split() != SCORE.sub("#", now).split():
        return False
    for one, two in zip(SCORE.findall(before), SCORE.findall(now), strict=True):
        a, b = float(one), float(two)
        allowed = max(absolute, relative * max(abs(a), abs(b)), _unit(one), _unit(two))
        if abs(a - b) > allowed * (1 + 1e-9) + 1e-12:
            return False
    return True


def _unit(number: str) -> float:
    """What one more in the last printed digit is worth."""
    digits, _, power = number.lower().partition("e")
    return 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))


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


def first_difference(
    one: list[str], two: list[str], absolute: float = 0.0, relative: float = 0.0
) -> tuple[str, str] | None:
    """The first lines that say different things, or None.

    Args:
        one: Text outputs of a cell.
        two: Those of another run.
        absolute: As for `close`.
        relative: As for `close`.
    """
    lines = zip_longest("\n".join(one).splitlines(), "\n".join(two).splitlines())
    for a, b in lines:
        if a is None or b is None or not close(a, b, absolute, relative):
            return a or "", b or ""
    return None


def differences(
    old: nbformat.NotebookNode, new: nbformat.NotebookNode, tolerance: float = 0.0
) -> list[str]:
    """Cells whose text outputs differ, one line each with the first line that differs.

    Args:
        old: One run.
        new: Another one.
        tolerance: How far apart two scores may be, where that is more than float32 explains.
    """
    before, after = texts(old), texts(new)
    found = []
    for cell in dict.fromkeys([*before, *after]):
        texts_of = before.get(cell, []), after.get(cell, [])
        pair = first_difference(*texts_of, absolute=tolerance, relative=FLOAT32)
        if pair:
            found.append(f"{cell}: {pair[0]!r} is now {pair[1]!r}")
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
