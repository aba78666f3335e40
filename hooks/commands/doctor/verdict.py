"""Whether a demo is safe to show tomorrow: it ran, and in less than its share of the lecture."""

from __future__ import annotations

from typing import NamedTuple

from hooks.core.course import DEMOS, section_of
from hooks.executor.kernel import CellError

SAFE = "safe"


class Verdict(NamedTuple):
    """One line of the last table.

    Attributes:
        demo: Name of the demo.
        minutes: Its share of the section's time; None where the course does not list it.
        seconds: What it took; None where it did not run to its end.
        text: `safe`, or what is wrong.
    """

    demo: str
    minutes: float | None
    seconds: float | None
    text: str


def planned(demo: str) -> float | None:
    """Minutes for one demo: its section's on the 120-minute path, shared out evenly.

    Those for self-study share out what the full lecture has beside.
    """
    if demo not in DEMOS:
        return None
    section, later = section_of(demo), DEMOS[demo].self_study
    minutes = section.minutes - section.path120 if later else section.path120
    return minutes / sum(one.self_study == later for one in section.demos)


def judge(demo: str, seconds: float | None, error: CellError | None) -> Verdict:
    """The verdict on one demo from how its run ended.

    Args:
        demo: Name of the demo.
        seconds: What it took; None where it did not run to its end.
        error: What stopped it, or None.
    """
    minutes = planned(demo)
    if error is not None:
        where = f"cell {error.cell}: " if error.cell else ""
        return Verdict(demo, minutes, None, f"FAILS, {where}{error.error}")
    if minutes is not None and seconds is not None and seconds > minutes * 60:
        text = f"SLOW, {seconds / 60:.1f} of {minutes:.1f} minutes: show its recorded outputs"
        return Verdict(demo, minutes, seconds, text)
    return Verdict(demo, minutes, seconds, SAFE)
