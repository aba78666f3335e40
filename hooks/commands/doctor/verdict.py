"""Whether a demo is safe to show tomorrow: it ran, and in less than its share of the lecture."""

from __future__ import annotations

from typing import NamedTuple

from hooks.core.course import DEMOS, section_of
from hooks.executor.kernel import CellError
from hooks.executor.story import Story

SAFE = "safe"
LONG = 60  # seconds that nobody wants to wait for in front of a class


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


def number(demo: str) -> int:
    """Its place in the lecture; a notebook that is no demo comes after all of them."""
    return DEMOS[demo].number if demo in DEMOS else len(DEMOS) + 1


def named(demo: str) -> str:
    """A demo with its number in the lecture, such as `3 ner`."""
    return f"{number(demo)} {demo}" if demo in DEMOS else demo


def place(story: Story, cell: int) -> str:
    """Where Jupyter shows a cell, such as `cell [4], docs/nlp/ner.py:31`.

    Jupyter numbers the code cells alone, as they are run.

    Args:
        story: The demo.
        cell: Number of the cell from 1, text and all.
    """
    # The executor adds the second cell, which is code.
    code = ["markdown", "code", *(one.cell_type for one in story.cells[1:])][:cell].count("code")
    return f"cell [{code}], {story.place_of(cell).partition(', cell ')[0]}"


def judge(
    demo: str, seconds: float | None, error: CellError | None, story: Story | None = None
) -> Verdict:
    """The verdict on one demo from how its run ended.

    Args:
        demo: Name of the demo.
        seconds: What it took; None where it did not run to its end.
        error: What stopped it, or None.
        story: Where its cells are, if one of them can have failed.
    """
    minutes = planned(demo)
    if error is not None:
        where = f"{place(story, error.cell)}: " if error.cell and story else ""
        return Verdict(demo, minutes, None, f"FAILS, {where}{error.error}")
    if minutes is not None and seconds is not None and seconds > minutes * 60:
        text = f"SLOW, {seconds / 60:.1f} of {minutes:.1f} minutes: show its recorded outputs"
        return Verdict(demo, minutes, seconds, text)
    return Verdict(demo, minutes, seconds, SAFE)


def early(verdicts: list[Verdict]) -> str:
    """The demos to start well before they are talked about, with what they took.

    >>> early([Verdict("ner", 5.0, 9.0, SAFE), Verdict("lora", 5.0, 150.0, SAFE)])
    '7 lora (2.5 min)'
    """
    slow = [(one.demo, one.seconds) for one in verdicts if one.seconds and one.seconds > LONG]
    return ", ".join(f"{named(demo)} ({seconds / 60:.1f} min)" for demo, seconds in slow)
