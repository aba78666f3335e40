"""The check on the evening before: on a real demo, and on a course with something wrong."""

import errno
import functools
from pathlib import Path

import pytest

from hooks.commands.doctor import needs
from hooks.commands.doctor.__main__ import main
from hooks.commands.doctor.verdict import SAFE, judge, named, planned
from hooks.core.course import section_of
from hooks.core.paths import ROOT
from hooks.executor.kernel import CellError
from hooks.executor.plan import stories
from hooks.executor.story import Story
from hooks.hub import store
from tests.hooks.commands.conftest import run

doctor = functools.partial(run, "hooks.commands.doctor")
ONE = f"1 of {len(stories(ROOT, []))} demos"


@pytest.fixture
def course(tmp_path):
    """Writes a course with one demo, `ner`, of this code; gives its root."""

    def write(code):
        (tmp_path / "docs" / "nlp").mkdir(parents=True)
        (tmp_path / "snippets").mkdir()
        (tmp_path / "snippets" / "checkpoints.toml").touch()
        text = f"# %% [markdown]\n# # Demo\n\n# %%\n{code}\n"
        (tmp_path / "docs" / "nlp" / "ner.py").write_text(text)
        return tmp_path

    return write


def test_it_downloads_what_is_missing_and_then_the_lecture_needs_no_network(tmp_path):
    # The test run's Hub answers in huggingface.co's place; the cache is empty at first.
    home = {"HF_HOME": str(tmp_path), "HF_HUB_CACHE": str(tmp_path / "hub")}
    alone = doctor("sentiment", "--hub", "huggingface", "--no-network", **home)
    assert alone.returncode == 1
    assert "sst-2-english: not in the cache" in alone.stdout.splitlines()[-2]

    evening = doctor("sentiment", "--hub", "huggingface", "--no-run", **home)
    assert evening.returncode == 0, evening.stdout + evening.stderr
    assert "files to download" in evening.stdout
    assert evening.stdout.splitlines()[-1] == f"Nothing is missing, on the real weights, {ONE}."

    room = {**home, "HF_ENDPOINT": "http://127.0.0.1:9"}  # nobody is there
    lecture = doctor("sentiment", "--hub", "huggingface", "--no-network", **room)
    assert lecture.returncode == 0, lecture.stdout + lecture.stderr
    assert lecture.stdout.splitlines()[-1] == f"Safe so far, on the real weights, {ONE}."
    assert "JupyterLab starts, opens introduction/sentiment.ipynb" in lecture.stdout
    assert "sst-2-english │ 268 │ in the cache" in lecture.stdout


def test_a_demo_that_fails_is_not_safe_and_its_notebook_stays(course):
    root = course('raise ValueError("no")')
    done = doctor("--root", str(root))
    assert done.returncode == 1
    # The reader sees the executor's cell as [1] and this one as [2]; the text has no number.
    assert "FAILS, cell [2], docs/nlp/ner.py:4: ValueError: no" in done.stdout
    assert done.stdout.splitlines()[-1] == "Not safe, on stand-ins, 1 of 1 demos: 1 to look at"
    assert not (root / "docs" / "nlp" / "ner.ipynb").exists()


def test_a_full_disk_is_told_with_a_verdict(tmp_path):
    home = {"HF_HOME": str(tmp_path), "HF_HUB_CACHE": str(tmp_path / "hub")}
    small = ["prlimit", "--fsize=20000"]  # as on a full disk, writing fails
    done = doctor("sentiment", "--hub", "huggingface", "--no-run", before=small, **home)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    *_, what, verdict = done.stdout.splitlines()
    assert "File too large; make room on the disk of the client's cache" in what
    assert verdict == f"Not safe, on the real weights, {ONE}: 1 to look at"


def test_whatever_the_system_refuses_is_one_line_and_a_verdict(monkeypatch, capsys):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere")

    monkeypatch.setattr(needs, "free_disk", refuse)
    assert main(["sentiment", "--no-run"]) == 1
    *_, what, verdict = capsys.readouterr().out.splitlines()
    mend = "make room on that disk, and run this again"
    assert what == f"  /somewhere: No space left on device; {mend}"
    assert verdict == f"Not safe, on stand-ins, {ONE}: 1 to look at"


def test_only_all_demos_on_the_real_weights_make_tomorrow_safe(monkeypatch, capsys):
    for name, answer in (("look", {}), ("rehearse", []), ("start_jupyter", [])):
        monkeypatch.setattr(f"{main.__module__}.{name}", lambda *_, answer=answer: answer)
    said = {}
    for hub in ("offline", "huggingface"):
        assert main(["--hub", hub]) == 0
        said[hub] = capsys.readouterr().out.splitlines()[-1]
    every = f"{len(stories(ROOT, []))} of {len(stories(ROOT, []))} demos"
    assert said["offline"] == f"Safe so far, on stand-ins, {every}."
    assert said["huggingface"] == f"Tomorrow is safe, on the real weights, {every}."


def test_demos_come_in_the_order_of_the_lecture_with_their_numbers():
    done = doctor("tabular", "node_classification", "sentiment", "--no-run")
    rows = [line for line in done.stdout.splitlines() if line.startswith("│")]
    assert [row.split("│")[1].strip() for row in rows] == [
        named(name) for name in ("sentiment", "node_classification", "tabular")
    ]
    assert rows[0].startswith("│ 1 sentiment")
    assert rows[1].endswith("│ a drawn data set stands in for it │"), "not: its library loads it"


def test_a_missing_package_is_named_before_anything_runs(course):
    done = doctor("--root", str(course("import nobody_wrote_this")), "--no-run")
    assert done.returncode == 1
    assert "ner: Python package nobody_wrote_this: make test, or pip install nob" in done.stdout


def test_an_unknown_demo_is_one_line():
    done = doctor("sentimint")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean sentiment?" in done.stderr


def test_a_missing_program_of_the_system_is_named(course, monkeypatch):
    root = course("import pytesseract")
    story = Story(root / "docs" / "nlp" / "ner.py", root)
    monkeypatch.setenv("PATH", str(root))
    assert needs.lacking(story) == ["program tesseract: apt-get install tesseract-ocr"]
    (root / "tesseract").touch(mode=0o755)
    assert needs.lacking(story) == []


def test_weights_go_to_another_disk_than_stand_ins(monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", "/elsewhere")
    assert needs.written("offline") == store.REPOSITORIES
    assert needs.written("huggingface") == Path("/elsewhere")


def test_the_free_disk_is_that_of_the_folder_that_will_be_made(tmp_path):
    there, soon = needs.free_disk(tmp_path), needs.free_disk(tmp_path / "not" / "yet")
    assert there > 0
    assert abs(there - soon) < 1e9, "others write to this disk meanwhile"


def test_a_demo_has_its_share_of_the_section_and_must_not_take_longer():
    section = section_of("ner")
    share = planned("ner")
    assert share == section.path120 / sum(not one.self_study for one in section.demos)
    assert sum(planned(one.name) for one in section.demos) == section.minutes
    assert planned("nobody") is None
    assert judge("ner", share * 60 - 0.1, None).text == SAFE
    slow = f"SLOW, 10.0 of {share:.1f} minutes: show its recorded outputs"
    assert judge("ner", 600.0, None).text == slow
    failed = judge("ner", None, CellError(0, "the kernel died", ""))
    assert failed.text == "FAILS, the kernel died"
