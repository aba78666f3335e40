"""Runs demos: sets the scene for them, then runs them; writes no notebook."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import nbformat

from hooks.executor import dependencies, kernel, machine, memory, record, schedule, worker
from hooks.executor.plan import Plan, Settings, blank
from hooks.hub import client, prefetch, store

# Progress bars, warnings and advice vary from run to run; outputs must not. The empty IPython
# folder keeps a reader's own startup files and history out.
QUIET = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "YOLO_VERBOSE": "false",
    "PYTHONWARNINGS": "ignore",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),
}


def limits(threads: int) -> dict[str, str]:
    """The variables that give a process so many threads for its computing.

    Args:
        threads: How many.
    """
    # Tesseract asks for four threads of its own accord; only the limit reaches it.
    names = "OMP_NUM_THREADS", "OMP_THREAD_LIMIT"
    return {**dict.fromkeys(names, str(threads)), "TOKENIZERS_PARALLELISM": "false"}


@contextlib.contextmanager
def environment(
    todo: Iterable[Plan], settings: Settings, jobs: int, threads: int | None = None
) -> Iterator[None]:
    """Sets what the libraries read when they are imported; starts the offline Hub if one is needed.

    This process is there for one run only, so nothing is set back.

    Args:
        todo: What will run.
        settings: Of the run.
        jobs: How many run side by side: they share the processor.
        threads: Of each demo; None names one on the offline Hub, as results can depend on it.
    """
    shared = 1 if settings.hub == "offline" else max(1, (os.cpu_count() or 1) // jobs)
    threads = threads or shared
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="execute-"))
        values = {**QUIET, "IPYTHONDIR": folder, **limits(threads)}
        if settings.hub == "offline":
            values["CUDA_VISIBLE_DEVICES"] = ""
            values |= machine.instruction_sets()
            stories = [p.story for p in todo]
            needed = {c for s in stories for c in dependencies.loaded(s, settings.registry)}
            served = sorted(c for c in needed if store.servable(settings.registry[c]))
            datasets = any(store.is_dataset_stand_in(settings.registry[c]) for c in needed)
            if served or datasets or any(map(dependencies.only_asks, stories)):
                values |= stack.enter_context(client.running(served))
        if not worker.FORK:  # a new interpreter finds the course's modules by this alone
            paths = [str(settings.root), *filter(None, [os.environ.get("PYTHONPATH")])]
            values["PYTHONPATH"] = os.pathsep.join(paths)
        os.environ.update(values)
        sys.path.insert(0, str(settings.root))
        yield


def run(
    todo: dict[str, Plan],
    settings: Settings,
    *,
    jobs: int,
    timeout: float,
    weights_first: bool = False,
    say: Callable[[str], None] = lambda what: None,
) -> Iterator[worker.Outcome]:
    """Runs demos and yields each outcome as it comes. Writes nothing; needs `environment`.

    Args:
        todo: What to run, by name.
        settings: As `read_settings` gives them.
        jobs: How many side by side.
        timeout: Seconds that one cell may take.
        weights_first: Whether to download and check all weights before.
        say: Called with what is being done.
    """
    if not todo:
        return
    gpu = machine.gpu_memory() if settings.device == "cuda" else None
    errors = memory.too_large((p.story for p in todo.values()), settings.registry, gpu)
    todo = {name: p for name, p in todo.items() if name not in errors}
    if weights_first:
        say("downloading weights")
        errors |= _without_weights(todo, settings)
    yield from (worker.Outcome(name, error) for name, error in errors.items())
    todo = {name: p for name, p in todo.items() if name not in errors}
    say("importing libraries")
    worker.keep_memory()
    logs = settings.root / ".cache" / "execute"
    # The longest first, so that none of them runs alone at the end; but of those that start the
    # run, first the one with the fewest libraries, so that it runs while the others' are imported.
    order = schedule.longest_first(record.recorded(todo.values()))
    order[: 2 * jobs] = sorted(
        order[: 2 * jobs], key=lambda name: len(dependencies.third_party(todo[name].story))
    )
    queue = [
        worker.Job(name, nbformat.from_dict(blank(p.story, settings, p.old)), p.story.path.parent,
                   logs / f"{name}.log", timeout, dependencies.import_lines(p.story))
        for name, p in ((name, todo[name]) for name in order)
    ]  # fmt: skip
    yield from worker.run_all(queue, jobs, lambda name: say(f"running {name}"))


def _without_weights(todo: dict[str, Plan], settings: Settings) -> dict[str, kernel.CellError]:
    """Downloads what the demos load; the demos for which that failed, each with the error."""
    needed = {name: dependencies.loaded(p.story, settings.registry) for name, p in todo.items()}
    every = sorted({id_ for ids in needed.values() for id_ in ids})
    failed = prefetch.in_process(id_ for id_ in every if prefetch.on_hub(settings.registry[id_]))
    found = {}
    for name, ids in needed.items():
        if messages := [failed[id_] for id_ in ids if id_ in failed]:
            found[name] = kernel.CellError(0, messages[0], "\n".join(messages))
    return found
