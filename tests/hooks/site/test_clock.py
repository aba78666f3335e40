"""The dial, the agenda and the section headers say what the course's list of sections says."""

import re
from math import atan2, degrees

import pytest

from hooks.core.course import SECTIONS, Demo, Section, clock_time
from hooks.site.blocks.agenda import agenda
from hooks.site.dial import dial, in_words
from hooks.site.section_header import header, insert

DEMOS = (Demo("one", "One", number=1), Demo("two", "Two", True, number=2))
FIRST = Section("first", "First & best", 40, 30, DEMOS)
LAST = Section("last", "Last", 90, 90)


def corners(svg: str, kind: str) -> list[list[float]]:
    """Angles, in degrees clockwise from the top, of each path of a class."""
    found = []
    for line in re.findall(rf'class="{kind}" d="([^"]+)"', svg):
        points = re.findall(r"(?:M|L|1 |0 )(-?[\d.]+) (-?[\d.]+)(?= [ALZ]|$)", line)
        found.append([degrees(atan2(float(x) - 250, 250 - float(y))) % 360 for x, y in points])
    return found


ARCS = [
    # 30 of 120 minutes are a quarter; the gap takes 0.34 degrees on each side.
    ("clock__arc", 2, 0.34, 89.66),
    ("clock__cut", 1, 60, 90),  # 10 minutes of 120 are 30 degrees
]


@pytest.mark.parametrize(("kind", "count", "start", "end"), ARCS)
def test_an_arc_spans_its_share_of_the_turn(kind: str, count: int, start: float, end: float):
    arcs = corners(dial([FIRST, LAST], str), kind)
    assert len(arcs) == count
    # Corners are written to a tenth of a unit, which is under 0.1 degrees at their radius.
    assert (min(arcs[0]), max(arcs[0])) == pytest.approx((start, end), abs=0.1)


def test_the_dial_names_and_links_every_section_once() -> None:
    svg = dial(SECTIONS, lambda folder: f"to/{folder}/")
    assert re.findall(r'xlink:href="to/(\w+)/"', svg) == [s.folder for s in SECTIONS]
    assert ">120</text>" in svg and ">140 in the outline</text>" in svg
    assert "First &amp; best" in dial([FIRST], str)


def test_the_dial_in_words() -> None:
    said = "Minute 0: 1 First & best, 30, of 40 in the outline. Minute 30: 2 Last, 90."
    assert in_words([FIRST, LAST]) == said


def test_a_card_says_when_how_long_and_links_the_demos_that_exist() -> None:
    cards = agenda([FIRST, LAST], lambda path: path == "first/one.ipynb")
    assert "- 1 [One](first/one.ipynb)\n    - 2 Two (self-study)\n" in cards
    assert '<span class="agenda__minutes">30 min <small>of 40</small></span>' in cards
    assert '<span class="agenda__time">0:30</span>' in cards
    assert cards.index("[First & best](first/index.md)") < cards.index("[Last](last/index.md)")


def test_clock_time_counts_hours() -> None:
    assert [clock_time(minute) for minute in (0, 59, 60, 119)] == ["0:00", "0:59", "1:00", "1:59"]


def test_a_header_gives_place_minutes_outcomes_and_demos() -> None:
    meta = {"minutes": 40, "path120": 30, "outcomes": ["Do this", "Do that"]}
    block = header("first", meta, [FIRST, LAST])
    assert "Section 1 of 2 · 40 minutes · 30 on the 120-minute path" in block
    assert "- Do this\n- Do that\n" in block
    assert "Demos: 1 One · 2 Two (on the 120-minute path, 2 is self-study)" in block


def test_a_header_that_contradicts_the_course_stops_the_build() -> None:
    meta = {"minutes": 40, "path120": 40, "outcomes": ["Do this"]}
    message = r"docs/first/index.md: path120 is 40 .* 30 in hooks/core/course"
    with pytest.raises(ValueError, match=message):
        header("first", meta, [FIRST, LAST])
    with pytest.raises(ValueError, match="lists no outcomes"):
        header("last", {"minutes": 90, "path120": 90}, [FIRST, LAST])


PAGES = {
    "# Title\n\nText": "# Title\n\nblock\n\nText",
    "# Title": "# Title\n\nblock\n\n",
    "Text\n\n# Later": "block\n\nText\n\n# Later",
}


@pytest.mark.parametrize(("page", "wanted"), PAGES.items())
def test_the_header_stands_under_the_title(page: str, wanted: str) -> None:
    assert insert(page, "block") == wanted
