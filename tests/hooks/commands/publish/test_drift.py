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
