"""The lecture clock: the two plans from hooks/core/course.py, for its script and as a table."""

from hooks.core.course import SECTIONS, clock_time, self_study
from hooks.site.tools import data, markdown

PLANS = {"120": "path120", "140": "minutes"}


def plan() -> list[dict]:
    """Return the sections in order with their minutes on both plans."""
    return [
        {
            "title": section.title,
            "folder": section.folder,
            **{name: getattr(section, field) for name, field in PLANS.items()},
            "later": self_study([section], "demo {}", "demos {}"),
        }
        for section in SECTIONS
    ]


def table() -> str:
    """Return when each section starts on both plans."""
    head = "Section | Starts, 120 | Minutes, 120 | Starts, 140 | Minutes, 140"
    rows = []
    start = dict.fromkeys(PLANS, 0)
    for number, section in enumerate(plan(), 1):
        cells = [f"{number} [{section['title']}](../{section['folder']}/index.md)"]
        for name in PLANS:
            cells += [clock_time(start[name]), str(section[name])]
            start[name] += section[name]
        rows.append(cells)
    ends = [text for name in PLANS for text in (clock_time(start[name]), str(start[name]))]
    return markdown(head, [*rows, ["End", *ends]], "--:")


def controls() -> str:
    """Return the clock, shown by its script only."""
    return (
        '<form class="tool tool--clock screen-only" data-tool="lecture_clock" hidden>'
        '<fieldset class="tool__choice"><legend>Plan</legend>'
        '<label><input type="radio" name="plan" value="120" checked> 120 minutes</label>'
        '<label><input type="radio" name="plan" value="140"> 140 minutes</label></fieldset>'
        '<div class="tool__clock"><p class="tool__big" role="timer" data-left>0:00</p>'
        '<p class="tool__now" role="status" data-now></p>'
        '<p class="tool__pace" data-pace></p>'
        '<progress max="100" value="0" aria-label="Time used of the whole lecture"></progress>'
        '<p class="tool__line" data-line></p></div>'
        '<div class="tool__buttons">'
        '<button class="md-button md-button--primary" type="button" data-do="start">Start</button>'
        '<button class="md-button" type="button" data-do="next">Next section</button>'
        '<button class="md-button" type="button" data-do="back">Back one</button>'
        '<button class="md-button" type="button" data-do="pause">Pause</button>'
        '<button class="md-button" type="button" data-do="reset">Reset</button></div></form>'
        + data(plan())
    )
