"""What counts as a difference between two runs on real weights."""

import pytest

from hooks.commands.publish import drift


@pytest.fixture
def report(course, tmp_path):
    """The report for one demo's output before and now."""

    def report(before, now, **changes):
        course.notebook("ner", before, folder=tmp_path / "last")
        path = course.notebook("ner", now)
        for old, new in changes.get("replaced", ()):
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        return drift.report(tmp_path / "last", course.docs)

    return report


PAIRS = [
    ("POSITIVE 0.98", "POSITIVE 0.98", True),
    ("POSITIVE 0.98", "NEGATIVE 0.98", False),
    ("POSITIVE 0.98", "POSITIVE 0.96", True),  # exactly 0.02
    ("POSITIVE 0.98", "POSITIVE 0.959", False),
    ("chrF 83.1", "chrF 83.9", True),  # 1 % of 83.9 is 0.84
    ("chrF 83.1", "chrF 84.0", False),
    ("loss 1.00e-3", "loss 1.90e-2", True),
    ("loss -0.01", "loss 0.01", True),
    ("42 names", "43 names", False),  # whole numbers are counts or labels
    ("  0.9  1.00", "0.9 10.00", False),
    ("  0.90", "0.91", True),  # columns may move
    ("torch 2.11.0", "torch 2.11.1", False),  # a version is no score
    ("the score is 0.5.", "the score is 0.51.", True),
]


@pytest.mark.parametrize(("before", "now", "same"), PAIRS)
def test_words_are_equal_and_scores_within_the_tolerance(before, now, same):
    assert drift.close(before, now) == same


def test_a_label_that_changed_is_listed_with_what_changed_underneath(report):
    moved = [("2.11.0", "2.12.0"), ("a" * 40, "b" * 40)]
    said = report("first\nPER 0.99\n", "first\nORG 0.99\n", replaced=moved)
    assert said.splitlines()[0] == "### Drift: 1 cells differ, 1 demos compared"
    assert "| ner | cell-02 | PER 0.99 | ORG 0.99 |" in said
    assert "| ner | maker/model aaaaaaa -> bbbbbbb |" in said
    assert "| ner | torch 2.11.0 -> 2.12.0 |" in said


def test_a_line_more_is_a_difference(report):
    assert "| ner | cell-02 |  | more |" in report("one\n", "one\nmore\n")


NO_NEWS = [
    ([("hello", "goodbye")], 1),  # other code: other output is no news
    ([('"metadata": {},', '"metadata": {"tags": ["timing"]},')], 1),
    ([('"hub": "huggingface"', '"hub": "offline"')], 0),  # tiny is not compared with real
]


@pytest.mark.parametrize(("replaced", "compared"), NO_NEWS)
def test_what_may_differ_is_left_out(report, replaced, compared):
    said = report("PER\n", "ORG\n", replaced=replaced)
    assert said.startswith(f"### Drift: 0 cells differ, {compared} demos compared")


def test_drift_is_news_and_no_fault(course, tmp_path, capsys):
    course.notebook("ner", "PER\n", folder=tmp_path / "last")
    assert drift.main([str(tmp_path / "last"), str(course.docs)]) == 0
    assert "1 cells differ" in capsys.readouterr().out
