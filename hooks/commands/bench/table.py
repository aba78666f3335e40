"""Writes what was measured, with machine and date, between two marks of a page."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from hooks.commands.bench.measure import Cost
from hooks.commands.publish import summary
from hooks.executor import machine
from hooks.executor.record import today

BEGIN, END = "<!-- bench -->", "<!-- end of bench -->"


class Row(NamedTuple):
    """One line: what was measured, what it cost, and what else there is to say."""

    what: str
    cost: Cost
    note: str = ""


def text(rows: list[Row], demos: int, jobs: int) -> str:
    """The table as Markdown, with the line that says how it came about.

    Args:
        rows: What was measured.
        demos: How many demos ran.
        jobs: How many side by side.
    """
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    where = (
        f"`make bench` on {today()}: {demos} demos on the offline Hub, {jobs} workers; "
        f"{machine.cpu_name()}, {cores} cores, {memory:.0f} GB of memory. One thread a process, "
        "everywhere. Seconds of one run; "
        "memory of all processes together at its peak."
    )
    lines = [
        (what, f"{cost.seconds:.1f}", f"{cost.memory_mb:,.0f}" if cost.memory_mb else "-", note)
        for what, cost, note in rows
    ]
    return f"{where}\n\n{summary.table(['measured', 'seconds', 'memory, MB', 'result'], lines)}"


def limit(own: float, took: Cost, jobs: int, goal: float) -> str:
    """How near something came to the least that the machine allows, and whether that was the aim.

    Args:
        own: Seconds of all demos together, imports of libraries left out.
        took: What it took to run them.
        jobs: How many cores shared them.
        goal: How many times the limit it may take.
    """
    ratio = took.seconds / (own / jobs)
    return f"{ratio:.2f} of the limit (goal {goal:g}: {'met' if ratio <= goal else 'missed'})"


def slower(mine: Mapping[str, float], theirs: Mapping[str, float]) -> str:
    """The demos that take longer in the executor, with both numbers of seconds.

    Args:
        mine: Seconds of each demo in the executor.
        theirs: The same in what is compared with.
    """
    found = [name for name in mine if mine[name] > theirs[name]]
    return ", ".join(f"`{d}` {mine[d]:.0f} > {theirs[d]:.0f}" for d in found) or "none"


def write(page: Path, table: str) -> None:
    """Replaces what stands between the marks.

    Args:
        page: A Markdown file.
        table: What `text` returned.

    Raises:
        ValueError: The page does not have the two marks, each once and in this order.
    """
    old = page.read_text("utf-8")
    if old.count(BEGIN) != 1 or old.count(END) != 1 or old.index(BEGIN) > old.index(END):
        raise ValueError(f"{page}: want the lines {BEGIN} and {END}, each once, in this order")
    before, rest = old.split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END)[1]}", "utf-8")
