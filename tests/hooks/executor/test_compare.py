"""Two runs are compared by what they say."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from hooks.executor import compare

ONE_UNIT = [
    ("POSITIVE 0.98", "POSITIVE 0.98", True),
    ("POSITIVE 0.98", "NEGATIVE 0.98", False),
    ("POSITIVE 0.98", "POSITIVE 0.99", True),  # rounded to the other side
    ("POSITIVE 0.98", "POSITIVE 1.00", False),
    ("loss 1.00e-3", "loss 1.01e-3", True),
    ("loss 1.00e-3", "loss 1.02e-3", False),
    ("42 names", "43 names", False),  # whole numbers are counts or labels
    ("torch 2.11.0", "torch 2.11.1", False),  # a version is no score
    ("  0.90  x", "0.91 x", True),  # columns may move
]
WITHIN = [  # 0.02, or 1 % of the larger one
    ("POSITIVE 0.98", "POSITIVE 0.96", True),
    ("POSITIVE 0.98", "POSITIVE 0.959", False),
    ("chrF 83.10", "chrF 83.93", True),
    ("chrF 83.10", "chrF 83.95", False),
    ("loss 1.00e-3", "loss 1.90e-2", True),
    ("loss -0.01", "loss 0.01", True),
    ("  0.9  1.00", "0.9 10.00", False),
    ("the score is 0.5.", "the score is 0.51.", True),
]


@pytest.mark.parametrize(("before", "now", "same"), ONE_UNIT)
def test_a_score_may_differ_by_one_in_its_last_digit(before, now, same):
    assert compare.close(before, now) == same


@pytest.mark.parametrize(("before", "now", "same"), WITHIN)
def test_words_are_equal_and_scores_within_the_bounds(before, now, same):
    assert compare.close(before, now, absolute=0.02, relative=0.01) == same


def notebook(*out, tags=()) -> nbformat.NotebookNode:
    cell = new_code_cell("x", outputs=list(out), metadata={"tags": list(tags)})
    cell.id = "cell-02"
    return new_notebook(cells=[cell])


def stream(text: str) -> nbformat.NotebookNode:
    return new_output("stream", name="stdout", text=text)


def drawing(svg: str) -> nbformat.NotebookNode:
    return new_output("display_data", data={"image/svg+xml": svg})


PAIRS = [
    (stream("a\nb\n"), stream("a\nb\n"), [], []),
    (stream("a\nb\n"), stream("a\nc\n"), [], ["cell-02: 'b' is now 'c'"]),
    (stream("a\nb\n"), stream("a\n"), [], ["cell-02: 'b' is now ''"]),
    (stream("1 s"), stream("2 s"), ["timing"], []),  # such cells are left out
]


@pytest.mark.parametrize(("old", "new", "tags", "found"), PAIRS)
def test_differences_name_the_cell_and_the_first_line(old, new, tags, found):
    old, new = notebook(old, tags=tags), notebook(new, tags=tags)
    assert compare.differences(old, new) == found
    assert compare.same(old, new) == (found == [])


def test_a_tolerance_holds_for_scores_only():
    old, new = notebook(stream("F1 0.80 of 5")), notebook(stream("F1 0.84 of 5"))
    assert compare.differences(old, new, 0.05) == []
    assert compare.differences(old, new, 0.03) == ["cell-02: 'F1 0.80 of 5' is now 'F1 0.84 of 5'"]
    old.cells[0].outputs[0].text = "F1 0.80 of 6"
    assert compare.differences(old, new, 0.05)


def test_digits_that_a_float32_does_not_have_say_nothing():
    old, now = notebook(stream("0.012552322819828987")), notebook(stream("0.012552316300570965"))
    assert compare.differences(old, now) == []
    now.cells[0].outputs[0].text = "0.012562322819828987"
    assert compare.differences(old, now)


def test_another_figure_is_not_the_same():
    old, new = notebook(drawing("<svg/>")), notebook(drawing("<svg><g/></svg>"))
    assert not compare.same(old, new)
