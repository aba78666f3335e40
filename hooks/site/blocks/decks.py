"""The decks with their minutes, for the page that lists them."""

from collections.abc import Sequence

from hooks.core.course import WHOLE, Section, clock_time, deck_uri


def table(sections: Sequence[Section]) -> str:
    """Return the decks as a Markdown table; times are those of the 120-minute path."""
    rows = [
        "| Starts | Deck | Minutes | Minutes on the 120-minute path |",
        "| --- | --- | --- | --- |",
    ]
    start = 0
    for number, section in enumerate(sections, 1):
        name = f"[{number} {section.title}]({deck_uri(section)})"
        skipped = ", ".join(str(demo.number) for demo in section.demos if demo.self_study)
        short = f"{section.path120}" + (f", without demo {skipped}" if skipped else "")
        rows.append(f"| {clock_time(start)} | {name} | {section.minutes} | {short} |")
        start += section.path120
    full = sum(section.minutes for section in sections)
    rows.append(f"| | **[The whole lecture]({WHOLE})** | {full} | [{start}]({WHOLE}?path=120) |")
    return "\n".join(rows)
