"""A failing or killed run loses nothing, and says what happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import nbformat


def test_a_failing_cell_keeps_the_last_good_notebook(executed):
    executed.story("sentiment", 'print("before")\nraise RuntimeError("no weights today")')
    executed.story("ner", 'print("changed too")')
    run = executed.execute()
    assert run.returncode == 1
    assert "docs/nlp/sentiment.py:6, cell 3:" in run.stderr
    assert "RuntimeError: no weights today" in run.stderr
    assert "Traceback" in run.stderr
    assert executed.output("sentiment") == "one 2\n", "the last good outputs stay"
    stale = executed.read("sentiment").metadata["course"]["stale"]
    assert stale["cell"] == 3
    assert stale["error"] == "RuntimeError: no weights today"
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


def test_a_kernel_that_dies_is_reported(executed):
    executed.story("sentiment", "import os\nos.kill(os.getpid(), 9)")
    run = executed.execute("sentiment")
    assert run.returncode == 1
    assert "the kernel died" in run.stderr
    assert executed.output("sentiment") == "one 2\n"


def test_a_cell_that_takes_too_long_is_stopped(executed):
    executed.story("sentiment", "import time\ntime.sleep(60)")
    run = executed.execute("sentiment", "--timeout", "1")
    assert run.returncode == 1
    assert "took more than 1 s" in run.stderr


def _start(course, marker):
    """Starts a run and waits until the story has created `marker`."""
    # PYTHONHASHSEED set beforehand: the process does not replace itself, so its pid stays.
    process = subprocess.Popen(
        course.command("--jobs", "1"),
        env={**course.env(), "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not marker.exists():
        assert time.monotonic() < deadline, "the story never started"
        time.sleep(0.02)
    return process


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().split(")")[1].split()[0] == "Z"


def test_sigkill_leaves_no_broken_notebook(executed):
    marker = executed.root / "started"
    executed.story(
        "sentiment",
        "import os, time\nopen('../../started', 'w').write(str(os.getpid()))\ntime.sleep(60)",
    )
    before = executed.bytes()
    process = _start(executed, marker)
    while not marker.read_text():
        time.sleep(0.01)
    kernel = int(marker.read_text())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert executed.bytes() == before
    for demo in executed.demos:
        nbformat.validate(json.loads(executed.notebook(demo).read_text("utf-8")))
    deadline = time.monotonic() + 60
    while not _gone(kernel):
        assert time.monotonic() < deadline, "the kernel outlives the executor"
        time.sleep(0.05)


def test_ctrl_c_stops_at_once_and_loses_nothing(executed):
    marker = executed.root / "started"
    executed.story("sentiment", "import time\nopen('../../started', 'w').close()\ntime.sleep(60)")
    before = executed.bytes()
    process = _start(executed, marker)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130
    assert stderr.strip().splitlines() == [
        "hooks.execute: stopped; notebooks written so far are whole, the rest is as it was"
    ]
    assert executed.bytes() == before
    assert not list((executed.root / "docs").rglob("*.tmp"))
