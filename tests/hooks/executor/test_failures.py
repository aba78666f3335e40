"""A failing or killed run loses nothing, and says what happened."""

import signal
import subprocess
import time
from pathlib import Path

import nbformat
import pytest

from tests.reruns import BUSY_MACHINE

pytestmark = BUSY_MACHINE


def test_a_failing_cell_keeps_the_last_good_notebook(executed):
    executed.story("sentiment", 'print("before")\nraise RuntimeError("no weights today")')
    executed.story("ner", 'print("changed too")')
    run = executed.execute()
    assert run.returncode == 1
    for part in ("docs/nlp/sentiment.py:6, cell 3:", "RuntimeError: no weights today", "Traceback"):
        assert part in run.stderr
    assert executed.output("sentiment") == "one 2\n", "the last good outputs stay"
    stale = executed.read("sentiment").metadata["course"]["stale"]
    assert (stale["cell"], stale["error"]) == (3, "RuntimeError: no weights today")
    assert executed.output("ner") == "changed too\n", "the others finish"
    assert executed.execute("--check").returncode == 1, "a stale notebook is not fresh"

    executed.story("sentiment", executed.code["sentiment"])
    assert executed.ran() == {"sentiment"}, "the old code runs again, since its notebook is stale"
    assert executed.read("sentiment").metadata["course"]["stale"] is None


def test_a_story_that_fails_the_first_time_leaves_no_notebook(course):
    course.story("sentiment", "1 / 0")
    run = course.execute("sentiment")
    assert run.returncode == 1
    assert "no earlier notebook" in run.stdout
    assert not course.notebook("sentiment").exists()


@pytest.mark.parametrize(
    ("code", "options", "message"),
    [
        ("import os\nos.kill(os.getpid(), 11)", [], "the kernel died"),
        ("import time\ntime.sleep(60)", ["--timeout", "1"], "took more than 1 s"),
    ],
)
def test_a_kernel_that_dies_or_takes_too_long_is_reported(executed, code, options, message):
    executed.story("sentiment", code)
    run = executed.execute("sentiment", *options)
    assert run.returncode == 1
    assert message in run.stderr
    assert executed.output("sentiment") == "one 2\n"


def _wait(condition, otherwise):
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


def _start(course):
    """Starts a run of a story that sleeps; gives its process and the kernel's once it sleeps."""
    marker = course.root / "started"
    code = "import os, time\nopen('../../started', 'w').write(str(os.getpid()))\ntime.sleep(60)"
    course.story("sentiment", code)
    # PYTHONHASHSEED set beforehand: the process does not replace itself, so its pid stays.
    process = subprocess.Popen(
        course.command("--jobs", "1"),
        env={**course.env(), "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait(lambda: marker.exists() and marker.read_text(), "the story never started")
    return process, int(marker.read_text())


def _gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().split(")")[1].split()[0] == "Z"


def test_sigkill_leaves_no_broken_notebook(executed):
    before = executed.bytes()
    process, kernel = _start(executed)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert executed.bytes() == before
    for demo in executed.demos:
        nbformat.validate(executed.read(demo))
    _wait(lambda: _gone(kernel), "the kernel outlives the executor")


def test_ctrl_c_stops_at_once_and_loses_nothing(executed):
    before = executed.bytes()
    process, _ = _start(executed)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130
    assert stderr.strip().splitlines() == [
        "hooks.execute: stopped; notebooks written so far are whole, the rest is as it was"
    ]
    assert executed.bytes() == before
    assert not list((executed.root / "docs").rglob("*.tmp"))
