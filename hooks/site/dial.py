"""Draws the lecture clock: sections and minutes on a dial, as SVG that follows the color scheme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import cos, pi, sin
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hooks.core.course import Section

CENTER, TIME, TICK = 250, 134, 163  # middle of the dial; radii of the times and the ticks
INNER, NUMBER, OUTER = 168, 195, 222  # the ring of the path, its numbers in the middle
CUT_INNER, CUT_OUTER = 228, 242  # the ring of what the path leaves out
GAP = 0.006  # radians of air on each side of an arc


def dial(sections: Sequence[Section], link: Callable[[str], str]) -> str:
    """Return the dial: once round is the 120-minute path, hatched is what the path leaves out.

    Args:
        sections: The course's sections in order, minutes whole.
        link: Gives the address of a section's page from its folder.
    """
    path, outline = sum(s.path120 for s in sections), sum(s.minutes for s in sections)
    turn, minute, parts = 2 * pi / path, 0, []
    for number, section in enumerate(sections, 1):
        start, end = minute * turn, (minute + section.path120) * turn
        parts.append(_section(number, section, start, end, link(section.folder)))
        if cut := section.minutes - section.path120:
            outside = _arc(CUT_INNER, CUT_OUTER, end - cut * turn, end)
            parts.append(f'<path class="clock__cut" d="{outside}"/>')
        minute += section.path120
    parts += [_tick(tick, tick * turn) for tick in range(0, path, 10)]
    return (
        '<svg class="clock" viewBox="0 0 500 500" xmlns="http://www.w3.org/2000/svg" '
        'role="group" aria-labelledby="clock-title clock-words">'
        f'<title id="clock-title">The lecture clock: {len(sections)} sections in {path} minutes'
        f'</title><desc id="clock-words">{escape(in_words(sections))}</desc>'
        '<defs><pattern id="clock-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path d="M0 0V6" class="clock__hatch"/></pattern></defs>'
        + "".join(parts)
        + f'<text class="clock__total" x="250" y="262">{path}</text>'
        '<text class="clock__unit" x="250" y="292">minutes</text>'
        f'<text class="clock__more" x="250" y="318">{outline} in the outline</text></svg>'
    )


def in_words(sections: Sequence[Section]) -> str:
    """Say what the dial shows, a sentence a section, for readers who do not see the drawing."""
    sentences, minute = [], 0
    for number, section in enumerate(sections, 1):
        cut = section.minutes - section.path120
        outline = f", of {section.minutes} in the outline" if cut else ""
        sentences.append(f"Minute {minute}: {number} {section.title}, {section.path120}{outline}.")
        minute += section.path120
    return " ".join(sentences)


def _section(number: int, section: Section, start: float, end: float, address: str) -> str:
    name = escape(f"{number} {section.title}, {section.path120} minutes")
    x, y = _point(NUMBER, (start + end) / 2).split()
    return (
        # xlink:href, not href: Material's instant navigation rewrites href and fails on SVG.
        f'<a class="clock__section" xlink:href="{escape(address)}"><title>{name}</title>'
        f'<path class="clock__arc" d="{_arc(INNER, OUTER, start + GAP, end - GAP)}"/>'
        f'<text class="clock__number" x="{x}" y="{y}" aria-hidden="true">{number}</text></a>'
    )


def _tick(minute: int, angle: float) -> str:
    long = minute % 30 == 0
    line = f"M{_point(TICK, angle)} L{_point(TICK - (6 if long else 3), angle)}"
    x, y = _point(TIME, angle).split()
    time = f"{minute // 60}:{minute % 60:02d}"
    text = f'<text class="clock__time" x="{x}" y="{y}">{time}</text>' if long else ""
    return f'<path class="clock__tick" d="{line}"/>{text}'


def _point(radius: float, angle: float) -> str:
    return f"{CENTER + radius * sin(angle):.1f} {CENTER - radius * cos(angle):.1f}"


def _arc(inner: float, outer: float, start: float, end: float) -> str:
    """Return the outline of a piece of a ring; angles in radians, clockwise from the top."""
    large = int(end - start > pi)
    return (
        f"M{_point(outer, start)} A{outer} {outer} 0 {large} 1 {_point(outer, end)} "
        f"L{_point(inner, end)} A{inner} {inner} 0 {large} 0 {_point(inner, start)} Z"
    )
