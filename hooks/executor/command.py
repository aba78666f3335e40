"""`python -m hooks.execute`: runs the demos whose inputs changed and writes their notebooks."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hooks.core import files, memo, registry
from hooks.core.terminal import CODE
from hooks.executor import broken, compare, faults, machine, plan, record, schedule
from hooks.executor.arguments import arguments
from hooks.executor.plan import Plan, Settings, UsageError
from hooks.executor.story import StoryError
from hooks.hub.fingerprint import fingerprint
from hooks.hub.repository import HubError

if TYPE_CHECKING:
    from hooks.executor import worker

BAD_INPUT = (UsageError, StoryError, files.NotebookError, registry.RegistryError, HubError)


def main(argv: list[str] | None = None) -> int:
    """Runs the command.

    Returns:
        0 if all is well, 1 if a demo is stale or failed, 2 if input or machine did, 130 on Ctrl-C.
    """
    args = arguments(argv)
    console = Console(highlight=False, soft_wrap=True)
    try:
        root = args.root.resolve()
        with memo.kept(root / ".cache" / "memo.json"):
            settings = read_settings(root, args.hub)
            if not (args.check or args.verify):  # a fork's check must not want its name in them
                settings = replace(settings, repository=os.environ.get("GITHUB_REPOSITORY", ""))
            plans, unread = plan.plans(plan.stories(root, args.demos), settings)
        index, count = args.shard
        mine = schedule.pack(record.recorded(plans), count)[index - 1]
        plans = [one for one in plans if one.story.demo in mine]
        for what in unread.values():
            say(what)
        if args.check:
            code = check(plans, unread, settings, console)
        else:
            code = execute(plans, unread, settings, args, console)
        return 2 if unread else code
    except BAD_INPUT as error:
        say(str(error))
        return 2
    except (OSError, MemoryError) as error:
        say(f"{broken.told(error)} and run again; notebooks written so far are whole")
        return 2
    except KeyboardInterrupt:
        say("stopped; notebooks written so far are whole, the rest is as it was")
        return 130


def say(what: str) -> None:
    """Tells on the error stream what went wrong."""
    print(f"hooks.execute: {what}", file=sys.stderr)


def read_settings(root: Path, hub: str) -> Settings:
    """Reads the registry and names the device.

    The offline Hub always runs on the CPU, so that its outputs are the same on every machine.

    Args:
        root: Folder of the course.
        hub: "offline" or "huggingface".
    """
    entries = registry.load(root / "snippets" / "checkpoints.toml")
    folder = root / "hooks" / "hub" / "stand_ins"
    names = {entry.stand_in for entry in entries.values() if entry.stand_in}
    stand_ins = {name: fingerprint(name, folder, prose=False) for name in sorted(names)}
    device = "cuda" if hub == "huggingface" and machine.gpu_name() else "cpu"
    return Settings(root, hub, device, entries, stand_ins)


def check(plans: list[Plan], unread: dict[str, str], settings: Settings, console: Console) -> int:
    """Says which notebooks are out of date and why; runs nothing.

    Args:
        plans: The demos to look at.
        unread: What is wrong with the others.
        settings: Of this run.
        console: Where to print.

    Returns:
        0 if all are fresh, else 1.
    """
    table = Table("demo", "state", "why", title=f"{len(plans)} demos, Hub: {settings.hub}")
    lost = plan.orphans(settings.root)
    for one in plans:
        state = "stale" if one.reasons else "prose" if one.prose else "fresh"
        why = "; ".join(one.reasons) or ("prose is newer than the notebook" if one.prose else "")
        table.add_row(one.story.demo, state, why)
    for demo, what in unread.items():
        table.add_row(demo, "not read", what)
    for path in lost:
        table.add_row(path.stem, "orphan", f"no story {path.with_suffix('.py').name} beside it")
    console.print(table)
    behind = [one.story.demo for one in plans if one.reasons or one.prose]
    if behind:
        console.print(f"To mend: python -m hooks.execute {' '.join(behind)}")
    long = [line for one in plans for line in faults.of_length(one.story)]
    for line in long:
        console.print(line, markup=False)
    return 1 if behind or lost or long else 0


def execute(
    plans: list[Plan], unread: dict[str, str], settings: Settings, args: Namespace, console: Console
) -> int:
    """Runs what has to run (all of it with --force or --verify) and reports on every demo.

    Args:
        plans: The demos to look at.
        unread: What is wrong with the others.
        settings: Of this run.
        args: The command line.
        console: Where to print.

    Returns:
        0 if none failed, 1 if one did, 2 if the machine kept one from running.
    """
    everything = args.force or args.verify
    todo = {p.story.demo: p for p in plans if everything or p.reasons}
    for half_written in (settings.root / "docs").glob("*/.*.ipynb.*.tmp"):
        # Left by a run that was killed while it wrote.
        half_written.unlink()
    rows: dict[str, tuple[str, str, str]] = {}
    for one in plans:
        if one.story.demo not in todo:
            if one.prose:
                files.write(one.story.notebook_path, one.fresh)
            rows[one.story.demo] = ("prose refreshed" if one.prose else "fresh", "", "")
    failed = _run(todo, settings, args, console, rows) if todo else []
    title = f"{len(plans)} demos, Hub: {settings.hub}"
    table = Table("demo", "state", "seconds", "why", title=title)
    for one in plans:
        if one.story.demo in rows:
            table.add_row(one.story.demo, *rows[one.story.demo])
    for demo, what in unread.items():
        table.add_row(demo, "not read", "", what)
    console.print(table)
    for one in todo.values():
        for line in faults.of_length(one.story):
            say(line)
    return _report(failed, todo) if failed else 0


def _report(failed: list, todo: dict[str, Plan]) -> int:
    """Says what stopped each demo that failed; gives the exit code."""
    for name, error in failed:
        if error and error.machine:
            say(f"{name}: {error}; its notebook stays as it is")
        elif error:
            print(f"\n{todo[name].story.place_of(error.cell)}:", file=sys.stderr)
            print(CODE.sub("", error.traceback).rstrip(), file=sys.stderr)
    return 2 if any(error and error.machine for _, error in failed) else 1


def _run(
    todo: dict[str, Plan], settings: Settings, args: Namespace, console: Console, rows: dict
) -> list:
    """Runs demos and fills in their rows; the name of each that failed, with its error if any."""
    # It brings Jupyter's clients: a tenth of a second that a run with nothing to do can spare.
    from hooks.executor import session

    if not session.worker.FORK:
        console.print("No fork on this system: each demo imports its libraries by itself.")
    failed: list = []
    with (
        session.environment(todo.values(), settings, args.jobs, args.threads),
        bars(console) as progress,
    ):
        bar = progress.add_task("", total=len(todo))
        outcomes = session.run(
            todo, settings, jobs=args.jobs, timeout=args.timeout, weights_first=args.prefetch,
            say=lambda what: progress.update(bar, description=what),
        )  # fmt: skip
        for outcome in outcomes:
            one = todo[outcome.name]
            progress.advance(bar)
            seconds = f"{outcome.usage.seconds:.1f}" if not outcome.error else ""
            if error := outcome.error or faults.of_run(one.story, outcome.notebook):
                failed.append((outcome.name, error))
                state = "failed" if args.verify else _mark_stale(one, error)
                rows[outcome.name] = (state, seconds, str(error))
                continue
            finish = _compare if args.verify else _save
            state, why = finish(one, outcome, settings)
            rows[outcome.name] = (state, seconds, why)
            if state == "differs":
                failed.append((outcome.name, None))
    return failed


def _save(one: Plan, outcome: worker.Outcome, settings: Settings) -> tuple[str, str]:
    """Writes the executed notebook, unless the old one already says the same."""
    old = one.old
    if old is not None and compare.same(old, outcome.notebook) and not one.reasons:
        return "same outputs", "notebook left as it was"
    record.success(outcome.notebook, one, settings, outcome.usage)
    files.write(one.story.notebook_path, outcome.notebook)
    return "ran", "; ".join(one.reasons)


def _compare(one: Plan, outcome: worker.Outcome, settings: Settings) -> tuple[str, str]:
    """For --verify: the committed notebook must say what this run said."""
    if one.old is None:
        return "differs", f"no notebook yet: python -m hooks.execute {one.story.demo}"
    if one.old.metadata["course"]["provenance"]["hub"] != settings.hub:
        return "not compared", "the notebook was made on the other Hub"
    found = compare.differences(one.old, outcome.notebook, one.story.tolerance)
    return ("differs", "; ".join(found)) if found else ("same outputs", "")


def _mark_stale(one: Plan, error) -> str:
    """Keeps the last good notebook and says in it since when, and why, it is out of date."""
    if error.machine:  # which says nothing about the notebook
        return "not run"
    if one.old is None or "course" not in one.old.metadata:
        return "failed, no earlier notebook"
    record.failure(one.old, error)
    files.write(one.story.notebook_path, one.old)
    return "failed, last good notebook kept"


def bars(console: Console) -> Progress:
    """A progress bar that leaves nothing behind."""
    parts = BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
    return Progress(*parts, console=console, transient=True)
