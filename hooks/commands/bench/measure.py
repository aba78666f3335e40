"""Runs commands side by side, and measures wall-clock seconds and the memory of all processes."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

PAUSE = 0.3  # seconds between two looks at the memory


class BenchError(Exception):
    """A command that was to be measured failed. The message holds the end of what it printed."""


class Cost(NamedTuple):
    """What something took.

    Attributes:
        seconds: Until all commands had ended.
        memory_mb: Peak memory of all processes together.
        each: Seconds of each command, in their order.
    """

    seconds: float
    memory_mb: float
    each: Sequence[float] = ()


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

    def run(command: Sequence[str]) -> float:
        start = time.perf_counter()
        done = subprocess.run(
            command, cwd=cwd, env=os.environ | environment, input=answer,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise BenchError(f"{' '.join(command[:4])} … failed:\n{done.stdout[-2000:]}")
        return time.perf_counter() - start

    with _watched() as looks, ThreadPoolExecutor(together) as pool:
        begin = time.perf_counter()
        each = list(pool.map(run, commands))
        seconds = time.perf_counter() - begin
    return Cost(seconds, max(looks) / 1e6, each)


@contextmanager
def _watched() -> Iterator[list[int]]:
    """Yields the memory of this process's new children in bytes, at one look after the other.

    It adds up proportional set sizes (PSS): memory that forked processes share counts once.
    """
    before, looks, stop = set(psutil.Process().children(recursive=True)), [0], threading.Event()

    def look() -> None:
        while not stop.wait(PAUSE):
            new = set(psutil.Process().children(recursive=True)) - before
            looks.append(sum(map(_memory, new)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield looks
    finally:
        stop.set()
        thread.join()


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.Error:  # it ended meanwhile
        return 0
