"""Puts a section's place, minutes, slides, outcomes and demos under its title."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mkdocs.exceptions import PluginError

from hooks.core.course import SECTIONS, Section, self_study


def header(folder: str, meta: Mapping[str, Any], sections: Sequence[Section]) -> str:
    """Return the header block of a section's page as Markdown.

    Args:
        folder: The section's folder, as in `hooks.core.course`.
        meta: The page's front matter: minutes, path120, outcomes, demos.
        sections: The course's sections in order.

    Raises:
        ValueError: The front matter lacks one of its fields or disagrees with `hooks.core.course`.
    """
    number, section = next((n, s) for n, s in enumerate(sections, 1) if s.folder == folder)
    for field in ("minutes", "path120"):
        if meta.get(field) != getattr(section, field):
            raise ValueError(
                f"docs/{folder}/index.md: {field} is {meta.get(field)!r} in the front matter, "
                f"{getattr(section, field)} in hooks/core/course.py: make them equal"
            )
    if not meta.get("outcomes"):
        raise ValueError(f"docs/{folder}/index.md: the front matter lists no outcomes: add them")
    facts = [f"Section {number} of {len(sections)}", f"{section.minutes} minutes"]
    if section.minutes > section.path120:
        facts.append(f"{section.path120} on the 120-minute path")
    outcomes = "\n".join(f"- {outcome}" for outcome in meta["outcomes"])
    demos = " · ".join(f"{demo.number} {demo.title}" for demo in section.demos)
    if left_out := self_study([section], "{} is", "{} are"):
        demos += f" (on the 120-minute path, {left_out} self-study)"
    parts = [
        '<div class="section-header" markdown>',
        " · ".join([*facts, "[Present](slides.html)"]) + "\n{ .section-header__facts }",
        f"After this section you can:\n\n{outcomes}",
        *([f"Demos: {demos}\n{{ .section-header__demos }}"] if demos else []),
    ]
    return "\n\n".join([*parts, "</div>\n"])


def insert(markdown: str, block: str) -> str:
    r"""Put a block under a page's first title, or at its top when the page has none.

    Args:
        markdown: The page.
        block: What to put there.

    >>> insert("# Graphs\n\nText", "block")
    '# Graphs\n\nblock\n\nText'
    """
    title = re.match(r"\s*# .*\n?", markdown)
    end = title.end() if title else 0
    return f"{markdown[:end].rstrip()}\n\n{block}\n\n{markdown[end:].lstrip()}".lstrip()


def add_header(markdown: str, page: Any, **_: Any) -> str:
    """Put the header on the ten section pages.

    Args:
        markdown: The page without front matter.
        page: The page.

    Raises:
        PluginError: The front matter lacks a field or disagrees with `hooks.core.course`.
    """
    folder, _, rest = page.file.src_uri.partition("/")
    if rest != "index.md" or folder not in {section.folder for section in SECTIONS}:
        return markdown
    try:
        return insert(markdown, header(folder, page.meta, SECTIONS))
    except ValueError as error:
        raise PluginError(str(error)) from error
