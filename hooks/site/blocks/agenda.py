"""The course's sections as cards, with minutes and demos, for the home page."""

from collections.abc import Callable, Sequence

from hooks.core.course import Section, clock_time


def section_card(number: int, start: int, section: Section, exists: Callable[[str], bool]) -> str:
    """Return one section as an item of a Markdown list.

    Args:
        number: The section's, from 1.
        start: When it starts, in minutes on the 120-minute path.
        section: The section.
        exists: Says whether the site has a file; a demo whose notebook exists is linked.
    """
    minutes = f"{section.path120} min"
    if section.minutes > section.path120:
        minutes += f" <small>of {section.minutes}</small>"
    demos = ""
    for demo in section.demos:
        notebook = f"{section.folder}/{demo.name}.ipynb"
        title = f"[{demo.title}]({notebook})" if exists(notebook) else demo.title
        demos += f"    - {demo.number} {title}{' (self-study)' if demo.self_study else ''}\n"
    return (
        f'-   <span class="agenda__time">{clock_time(start)}</span>'
        f'<span class="agenda__minutes">{minutes}</span>\n\n'
        f"    ### {number} [{section.title}]({section.folder}/index.md)\n\n"
        + (demos or "    - Checklist, resources, homework\n")
    )


def agenda(sections: Sequence[Section], exists: Callable[[str], bool]) -> str:
    """Return the sections as Markdown cards in the order of the lecture.

    Args:
        sections: The course's sections in order.
        exists: Says whether the site has a file; a demo whose notebook exists is linked.
    """
    cards, start = [], 0
    for number, section in enumerate(sections, 1):
        cards.append(section_card(number, start, section, exists))
        start += section.path120
    return '<div class="agenda" markdown>\n\n' + "\n".join(cards) + "\n</div>"
