"""Bad input to the executor gets one clear line and a non-zero exit; nothing is lost."""

import resource
import signal
import subprocess

import pytest


def one_line(run) -> str:
    assert run.returncode == 2, run.stdout + run.stderr
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    return lines[0]


def test_unknown_demo_suggests_the_nearest(course):
    assert "did you mean sentiment?" in one_line(course.execute("sentimnt"))


def test_one_bad_story_does_not_stop_the_others(executed):
    executed.story("ner", "x = = 1")
    executed.story("sentiment", 'print("new")')
    before = executed.bytes()
    run = executed.execute()
    assert one_line(run).startswith("hooks.execute: docs/nlp/ner.py:7: not Python")
    assert executed.output("sentiment") == "new\n"
    assert executed.bytes()["ner"] == before["ner"]
    assert "│ ner         │ not read │" in run.stdout


def test_malformed_notebook_is_named_and_kept(executed):
    executed.notebook("ner").write_text("{ not json", "utf-8")
    line = one_line(executed.execute())
    assert "ner.ipynb: not a valid notebook" in line
    assert "delete it and run: python -m hooks.execute ner" in line
    assert executed.notebook("ner").read_text("utf-8") == "{ not json"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('--8<-- "snippets/nlp/nre.py"', "no file snippets/nlp/nre.py to include"),
        ('--8<-- "snippets/nlp/ner.py:part"', "a story includes whole files; remove :part"),
        ("--8<-- snippets/nlp/ner.py", "'--8<-- snippets/nlp/ner.py' is no include; write --8<--"),
        ('--8<-- "../secret.py"', "no file ../secret.py to include"),  # outside the course
        ("print('a'", "not Python"),
    ],
)
def test_a_wrong_story_is_named_with_its_line(course, code, message):
    (course.root.parent / "secret.py").write_text("x = 1\n")
    course.story("ner", code)
    assert f"docs/nlp/ner.py:7: {message}" in one_line(course.execute("ner"))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("docs/nlp/ner.py", "# %% [markdown]\n", "# %%\n", "start with a Markdown cell"),
        ("snippets/checkpoints.toml", 'license = "Apache-2.0"\n', "", "license"),
    ],
)
def test_what_a_file_lacks_is_told(course, file, old, new, message):
    course.write(file, (course.root / file).read_text("utf-8").replace(old, new))
    assert message in one_line(course.execute())


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_two_stories_of_one_name_are_both_named(course, arguments):
    course.write("docs/graphs/ner.py", (course.root / "docs/nlp/ner.py").read_text("utf-8"))
    line = one_line(course.execute(*arguments))
    assert "docs/graphs/ner.py and docs/nlp/ner.py have one name" in line


@pytest.mark.parametrize("arguments", [("--jobs", "0"), ("--shard", "3/2"), ("--shard", "x")])
def test_bad_numbers_are_refused(course, arguments):
    run = course.execute(*arguments)
    assert run.returncode == 2
    assert arguments[1] in run.stderr


def _small_files_only():
    """A limit on file size breaks a write halfway, as a full disk does."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_write_that_breaks_off_keeps_the_old_notebook(executed):
    executed.story("ner", 'print("new")')
    before = executed.bytes()
    run = subprocess.run(
        executed.command("ner"),
        # Measuring coverage would meet the limit too.
        env={k: v for k, v in executed.env().items() if not k.startswith("COVERAGE")},
        capture_output=True,
        text=True,
        preexec_fn=_small_files_only,
    )
    assert "ner.ipynb: File too large; free some of the disk" in one_line(run)
    assert executed.bytes() == before
    assert not list((executed.root / "docs").rglob("*.tmp"))


def test_orphan_notebook_is_found_by_check(executed):
    (executed.root / "docs" / "nlp" / "lora.py").unlink()
    check = executed.execute("--check")
    assert check.returncode == 1
    assert "no story lora.py beside it" in check.stdout


def test_shards_share_out_all_demos(course):
    one = course.ran("--shard", "1/2")
    for demo in one:  # the other machine starts from the same notebooks
        course.notebook(demo).unlink()
    other = course.ran("--shard", "2/2")
    assert sorted([*one, *other]) == sorted(course.demos)
