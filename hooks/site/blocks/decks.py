"""The decks with their minutes, for the page that lists them."""

from collections.abc import Sequence

from hooks.core.course import WHOLE, Section, clock_time, deck_uri, self_study


def table(sections: Sequence[Section]) -> str:
    """Return the decks as a Markdown table; times are those of the 120-minute path."""
    rows, start = ["| Starts | Deck | Minutes | Minutes on the 120-minute path |"], 0
    rows.append("| --- | --- | --- | --- |")
    for number, section in enumerate(sections, 1):
        name = f"[{number} {section.title}]({deck_uri(section)})"
        left_out = self_study([section], ", without demo {}", ", without demos {}")
        short = f"{section.path120}{left_out}"
        rows.append(f"| {clock_time(start)} | {name} | {section.minutes} | {short} |")
        start += section.path120
    full = sum(section.minutes for section in sections)
    rows.append(f"| | **[The whole lecture]({WHOLE})** | {full} | [{start}]({WHOLE}?path=120) |")
    return "\n".join(rows)
