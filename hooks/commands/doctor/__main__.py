"""`python -m hooks.commands.doctor`: the check on the evening before the lecture.

Says what the demos need and what of it is missing, downloads that, runs every demo once, and
says whether tomorrow is safe: for how many demos, on which weights. No notebook is changed.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from hooks.commands import lab
from hooks.commands.doctor import needs
from hooks.commands.doctor.verdict import SAFE, Verdict, early, judge, named, number
from hooks.core.paths import ROOT
from hooks.executor import command as execute
from hooks.executor import machine, memory, session
from hooks.executor.kernel import CellError
from hooks.executor.plan import Plan, Settings, plan, stories
from hooks.hub import prefetch
from hooks.hub.repository import HubError

HUBS = {"offline": "the offline Hub, tiny stand-ins", "huggingface": "huggingface.co, real weights"}
WEIGHTS = {"offline": "stand-ins", "huggingface": "the real weights"}


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m hooks.commands.doctor", description=__doc__)
    parser.add_argument("demos", nargs="*", metavar="demo", help="which to rehearse (default: all)")
    parser.add_argument("--hub", choices=HUBS, default="offline", help="(default: %(default)s)")
    told = "download nothing, and run the demos as in a room without a network"
    parser.add_argument("--no-network", action="store_true", help=told)
    parser.add_argument("--no-run", action="store_true", help="look and download, run nothing")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for one cell")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Runs the check; returns 0 if what it looked at is safe, 1 if not, 2 after bad input."""
    args = arguments(argv)
    console = Console(highlight=False, soft_wrap=True)
    scope = f"on {WEIGHTS[args.hub]}"
    try:
        settings = execute.read_settings(args.root.resolve(), args.hub)
        found = sorted(stories(settings.root, args.demos), key=lambda story: number(story.demo))
        count = len(stories(settings.root, []))
        scope += f", {len(found)} of {count} demos"
        plans = {story.demo: plan(story, settings) for story in found}
        faults = look(plans, settings, args, console)
        if args.no_run:
            problems = [f"{named(demo)}: {what}" for demo, what in faults.items()]
            return _end(console, problems, scope, "Nothing is missing")
        verdicts = rehearse(plans, settings, args, console, faults)
        show(verdicts, console)
        problems = [f"{named(one.demo)}: {one.text}" for one in verdicts if one.text != SAFE]
        problems += start_jupyter(plans, settings, console)
    except (HubError, OSError) as error:
        return _end(console, [_in_one_line(error)], scope, "")
    except execute.BAD_INPUT as error:
        print(f"hooks.commands.doctor: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("doctor: stopped; files that were downloaded whole stay", file=sys.stderr)
        return 130
    whole = args.hub == "huggingface" and len(found) == count
    return _end(console, problems, scope, "Tomorrow is safe" if whole else "Safe so far")


def look(plans: dict[str, Plan], settings: Settings, args, console: Console) -> dict:
    """Says what there is, and downloads what is missing.

    Args:
        plans: What each demo asks for, by demo.
        settings: Of the executor.
        args: The command line.
        console: What is told goes there.

    Returns:
        What keeps a demo from running, by demo.

    Raises:
        OSError: The disk is too small to go on.
    """
    every = [one.story for one in plans.values()]
    console.print(f"Hub: {HUBS[settings.hub]}{', no network' if args.no_network else ''}")
    found = needs.weights(every, settings, not args.no_network)
    table = Table("demo", "checkpoint", "MB", "state")
    for one in found:
        table.add_row(
            named(one.demo), one.id, f"{one.size / 1e6:,.0f}" if one.size else "?", one.state
        )
    console.print(table)

    gpu, name = machine.gpu_memory(), machine.gpu_name()
    size = f"{name}, {gpu / 1e9:.1f} GB" if gpu else "none; demos run on the processor"
    console.print(f"GPU: {size}")
    todo = {one.id: one.missing for one in found if one.missing}
    folder = needs.written(settings.hub)
    wanted, free = sum(todo.values()), needs.free_disk(folder)
    told = f"To download: {wanted / 1e9:.2f} GB; free on the disk of {folder}"
    console.print(f"{told}: {free / 1e9:.1f} GB")
    faults = {one.demo: "; ".join(gone) for one in every if (gone := needs.lacking(one))}
    on_gpu = gpu if settings.device == "cuda" else None
    faults |= {d: e.error for d, e in memory.too_large(every, settings.registry, on_gpu).items()}
    if args.no_network:
        return faults | {one.demo: f"{one.id}: {one.state}" for one in found if one.fault}
    if wanted > free:
        short = f"{(wanted - free) / 1e9:.1f} GB are missing on the disk of {folder}"
        raise OSError(errno.ENOSPC, short)
    failed = prefetch.in_process(todo)
    return faults | {one.demo: failed[one.id] for one in found if one.id in failed}


def rehearse(
    plans: dict[str, Plan], settings: Settings, args, console: Console, faults: dict[str, str]
) -> list[Verdict]:
    """Runs every demo that can run, one after the other as in the lecture.

    Args:
        plans: What each demo asks for, by demo.
        settings: Of the executor.
        args: The command line.
        console: What is told goes there.
        faults: What keeps a demo from running, by demo.

    Returns:
        One verdict a demo, in the order of the plans.
    """
    verdicts = {demo: judge(demo, None, CellError(0, why, why)) for demo, why in faults.items()}
    todo = {demo: one for demo, one in plans.items() if demo not in faults}
    if args.no_network and settings.hub == "huggingface":
        os.environ["HF_HUB_OFFLINE"] = "1"
    with session.environment(todo.values(), settings, 1), execute.bars(console) as progress:
        bar = progress.add_task("", total=len(todo))
        outcomes = session.run(
            todo, settings, jobs=1, timeout=args.timeout,
            say=lambda what: progress.update(bar, description=what),
        )  # fmt: skip
        for outcome in outcomes:
            seconds = None if outcome.error else outcome.usage.seconds
            story = todo[outcome.name].story
            verdicts[outcome.name] = judge(outcome.name, seconds, outcome.error, story)
            progress.advance(bar)
    return [verdicts[demo] for demo in plans]


def show(verdicts: list[Verdict], console: Console) -> None:
    """Prints the table of verdicts.

    Args:
        verdicts: One a demo, a row each.
        console: Where to.
    """
    table = Table("demo", "minutes planned", "seconds it took", "verdict")
    for one in verdicts:
        minutes = "" if one.minutes is None else f"{one.minutes:.1f}"
        seconds = "" if one.seconds is None else f"{one.seconds:.1f}"
        table.add_row(named(one.demo), minutes, seconds, one.text)
    console.print(table)
    if slow := early(verdicts):
        console.print(f"Start these before you talk about them: {slow}")


def start_jupyter(plans: dict[str, Plan], settings: Settings, console: Console) -> list[str]:
    """Starts JupyterLab as in the lecture, with a notebook and a kernel.

    Args:
        plans: What each demo asks for, by demo.
        settings: Of the executor.
        console: What is told goes there.

    Returns:
        What is wrong, if anything.
    """
    docs = settings.root / "docs"
    paths = (one.story.notebook_path for one in plans.values())
    notebook = next((path.relative_to(docs).as_posix() for path in paths if path.is_file()), "")
    if wrong := lab.fault(docs, notebook):
        return [wrong]
    console.print(f"JupyterLab starts, opens {notebook or 'docs'}, and a kernel answers.")
    return []


def _in_one_line(error: Exception) -> str:
    """What stopped the check, with how to mend it."""
    if not isinstance(error, OSError):
        return str(error)
    where = f"{error.filename}: " if error.filename else ""
    mend = "make room on that disk" if error.errno in prefetch.FULL else "mend it"
    return f"{where}{error.strerror or error}; {mend}, and run this again"


def _end(console: Console, problems: list[str], scope: str, good: str) -> int:
    """Prints what is wrong, then the verdict: in the last line, with what it vouches for."""
    for line in problems:
        console.print(f"  {line}", markup=False)
    bad = f"[bold]Not safe[/], {scope}: {len(problems)} to look at"
    console.print(bad if problems else f"{good}, {scope}.")
    return 1 if problems else 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # As for hooks.execute: forked kernels inherit the order of sets from this process.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "hooks.commands.doctor", *sys.argv[1:]])
    sys.exit(main())
