"""MkDocs hook: lists the course's sections as cards, with minutes and demos, in the home page."""

from collections.abc import Callable, Sequence
from typing import Any

from hooks.core.course import SECTIONS, Section, clock_time

MARK = "<!-- lecture-agenda -->"


def card(number: int, start: int, section: Section, exists: Callable[[str], bool]) -> str:
    """Return one section as an item of a Markdown list; `start` is in minutes on the path."""
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
        cards.append(card(number, start, section, exists))
        start += section.path120
    return '<div class="agenda" markdown>\n\n' + "\n".join(cards) + "\n</div>"


def on_page_markdown(markdown: str, files: Any, **_: Any) -> str:
    """Put the cards where a page asks for them."""
    if MARK not in markdown:
        return markdown
    cards = agenda(SECTIONS, lambda path: files.get_file_from_path(path) is not None)
    return markdown.replace(MARK, cards)
