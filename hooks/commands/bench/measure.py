"""Runs commands side by side, and measures wall-clock seconds and the memory of all processes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import psutil

PAUSE = 0.3  # seconds between two looks at the memory


class BenchError(Exception):
    """A command that was to be measured failed. The message holds the end of what it printed."""


class Cost(NamedTuple):
    """What something took: seconds, and peak memory in MB of all its processes together."""

    seconds: float
    memory_mb: float


def measure(
    commands: Sequence[Sequence[str]],
    cwd: Path,
    environment: Mapping[str, str],
    together: int = 1,
    answer: str = "",
) -> Cost:
    """Runs the commands, at most `together` at a time.

    Args:
        commands: Each a program with its arguments.
        cwd: Folder in which they run.
        environment: Added to that of this process.
        together: How many run at a time.
        answer: What they read from their standard input.

    Raises:
        BenchError: One of them failed.
    """

    def run(command: Sequence[str]) -> None:
        done = subprocess.run(
            command, cwd=cwd, env=os.environ | environment, input=answer,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise BenchError(f"{' '.join(command[:4])} … failed:\n{done.stdout[-2000:]}")

    with _Watch() as watch, ThreadPoolExecutor(together) as pool:
        begin = time.perf_counter()
        list(pool.map(run, commands))
        seconds = time.perf_counter() - begin
    return Cost(seconds, watch.peak / 1e6)


class _Watch:
    """Looks at the memory of this process's children, again and again.

    It adds up proportional set sizes (PSS): memory that forked processes share counts once.
    """

    def __init__(self) -> None:
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._before = set(psutil.Process().children(recursive=True))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(PAUSE):
            total = 0
            for process in psutil.Process().children(recursive=True):
                if process not in self._before:
                    try:
                        total += process.memory_full_info().pss
                    except psutil.Error:  # it ended meanwhile
                        continue
            self.peak = max(self.peak, total)
