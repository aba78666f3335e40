"""Runs demos in worker processes, each forked from one parent that imported the libraries once."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import nbformat

from hooks.executor import broken, kernel
from hooks.executor.outputs import clean

FORK = hasattr(os, "fork") and sys.platform != "darwin"


@dataclass(frozen=True)
class Job:
    """One notebook to run, and the import statements to run before it is forked."""

    name: str
    notebook: nbformat.NotebookNode
    cwd: Path
    log: Path
    timeout: float
    imports: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """How a job ended: the executed notebook and what it took, or the error that stopped it."""

    name: str
    error: kernel.CellError | None
    notebook: nbformat.NotebookNode = field(default_factory=nbformat.NotebookNode)
    usage: kernel.Usage = field(default_factory=lambda: kernel.Usage(0, 0))


# For their own demos only: importing the first replaces PIL's Image.open and others for the whole
# process; the second leaves lazy modules that raise when ipykernel looks at all that are loaded.
CHANGES_OTHERS = re.compile(r"(from|import) (ultralytics|speechbrain)\b")
# M_TOP_PAD, M_TRIM_THRESHOLD, M_MMAP_MAX and M_ARENA_MAX of glibc's mallopt.
MALLOC = {-2: 2**26, -1: 2**31 - 1, -4: 0, -8: 1}


def keep_memory() -> None:
    """Tells glibc to keep what is freed, for the forked workers too.

    Otherwise it hands large blocks back and asks for them again at each step of a training; then a
    quarter of the time goes into filling new pages with zeros. Elsewhere this does nothing.
    """
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in MALLOC.items():
            mallopt(option, value)


def preload(lines: list[str]) -> None:
    """Runs import statements, so that all workers forked later find the modules loaded.

    A failing import is left for the demo that needs it to report.
    """
    for line in lines if FORK else ():
        if not CHANGES_OTHERS.match(line):
            with suppress(Exception):
                exec(line, {})


def run_all(jobs: list[Job], workers: int, started: Callable[[str], None]) -> Iterator[Outcome]:
    """Runs the jobs, at most `workers` at a time, and yields each outcome as it comes.

    What a job imports is imported just before it is forked: earlier jobs run meanwhile.

    A worker that dies (killed, out of memory) gives an outcome with an error; the others go on.
    When the caller stops (Ctrl-C), the workers are ended.

    Without fork, each worker and each kernel is a new interpreter.

    Args:
        jobs: What to run, in this order.
        workers: How many at a time.
        started: Called with the name of each job that starts.
    """
    context: Any = multiprocessing.get_context("fork" if FORK else "spawn")
    todo = list(jobs)
    running: dict[Any, tuple[Job, multiprocessing.process.BaseProcess]] = {}
    try:
        while todo or running:
            while todo and len(running) < workers:
                job = todo.pop(0)
                preload(job.imports)
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(job, sender, os.getpid()))
                process.start()
                sender.close()
                running[receiver] = job, process
                started(job.name)
            for receiver in wait(list(running)):
                job, process = running.pop(receiver)
                yield _received(job, receiver, process)
    finally:
        for _, process in running.values():
            process.terminate()
        for _, process in running.values():
            process.join(5)


def _received(job: Job, receiver, process) -> Outcome:
    try:
        outcome = receiver.recv()
    except EOFError:
        process.join()
        # No code of a story runs in the worker itself.
        mend = broken.MEMORY if process.exitcode == -9 else f"see {job.log}"
        message = f"its process ended early with exit code {process.exitcode}; {mend}"
        return Outcome(job.name, kernel.MachineError(0, message, message))
    process.join()
    return outcome


def _work(job: Job, sender: Connection, parent: int) -> None:
    """Body of a worker process: runs one notebook and sends it back."""
    # Ctrl-C reaches the whole process group; the parent decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if FORK:
        from ipykernel.parentpoller import ParentPollerUnix

        ParentPollerUnix(parent_pid=parent).start()
    logged = False
    try:
        job.log.parent.mkdir(parents=True, exist_ok=True)
        with job.log.open("wb") as log:
            # Warnings and what compiled code prints belong in it, not between the progress bars.
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        logged = True
        usage = kernel.run(job.notebook, job.cwd, job.timeout, fork=FORK)
        clean(job.notebook)
        outcome = Outcome(job.name, None, job.notebook, usage)
    except kernel.CellError as caught:
        outcome = Outcome(job.name, caught)
    except Exception as caught:  # before or after the cells: no fault of the story
        if logged:
            traceback.print_exc()
        message = broken.told(caught, f"see {job.log}")
        outcome = Outcome(job.name, kernel.MachineError(0, message, message))
    sender.send(outcome)
    sender.close()
