"""The check on the evening before: on a real demo, and on a course with something wrong."""

import functools

import pytest

from hooks.commands.doctor import needs
from hooks.commands.doctor.verdict import SAFE, judge, planned
from hooks.core.course import section_of
from hooks.executor.kernel import CellError
from hooks.executor.story import Story
from tests.hooks.commands.conftest import run

doctor = functools.partial(run, "hooks.commands.doctor")


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
    assert "sst-2-english: not in the cache" in alone.stdout.splitlines()[-1]

    evening = doctor("sentiment", "--hub", "huggingface", "--no-run", **home)
    assert evening.returncode == 0, evening.stdout + evening.stderr
    assert "files to download" in evening.stdout
    assert "Nothing is missing; nothing was run." in evening.stdout

    room = {**home, "HF_ENDPOINT": "http://127.0.0.1:9"}  # nobody is there
    lecture = doctor("sentiment", "--hub", "huggingface", "--no-network", **room)
    assert lecture.returncode == 0, lecture.stdout + lecture.stderr
    assert "Tomorrow is safe." in lecture.stdout
    assert "sst-2-english │ 268 │ in the cache" in lecture.stdout


def test_a_demo_that_fails_is_not_safe_and_its_notebook_stays(course):
    root = course('raise ValueError("no")')
    done = doctor("--root", str(root))
    assert done.returncode == 1
    assert "FAILS, cell 3: ValueError: no" in done.stdout
    assert done.stdout.splitlines()[-2].startswith("Not safe: 1 to look at")
    assert not (root / "docs" / "nlp" / "ner.ipynb").exists()


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
