"""The process that goes through the pages from their end."""

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from hooks.site import second_process


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in `mkdocs build`: a test runner may have threads, beside which nothing is forked."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def started(names: str, folder: Path) -> None:
    """Have it write the name of each page, and fail at `x`."""

    def work(page: str) -> None:
        assert page != "x"
        with (folder / "done").open("a") as file:
            file.write(page)

    pages = [SimpleNamespace(page=name) for name in names]
    second_process._start(work, SimpleNamespace(documentation_pages=lambda: pages))  # type: ignore[arg-type]


def test_it_begins_at_the_last_page_and_a_fault_in_it_ends_it_alone(tmp_path: Path, alone: None):
    started("axbcd", tmp_path)
    os.waitid(os.P_PID, second_process._helper, os.WEXITED | os.WNOWAIT)
    second_process.stop()
    assert (tmp_path / "done").read_text() == "dcb"


def test_it_is_ended_when_mkdocs_has_gone_through(tmp_path: Path, alone: None):
    second_process._start(
        lambda page: time.sleep(600),
        SimpleNamespace(documentation_pages=lambda: [SimpleNamespace(page="a")]),  # type: ignore[arg-type]
    )
    helper = second_process._helper
    second_process.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(helper, 0)


def test_beside_other_threads_nothing_is_forked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    started("a", tmp_path)
    assert second_process._helper == 0
