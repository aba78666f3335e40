"""MkDocs hook: puts the lecture clock, drawn from the list of sections, into a page that asks."""

from typing import Any

from mkdocs.exceptions import PluginError

from hooks.core.course import SECTIONS
from hooks.site.dial import dial

MARK = "<!-- lecture-clock -->"


def on_page_markdown(markdown: str, page: Any, files: Any, **_: Any) -> str:
    """Replace the mark by the clock, each arc linked to its section's page."""
    if MARK not in markdown:
        return markdown

    def link(folder: str) -> str:
        if file := files.get_file_from_path(f"{folder}/index.md"):
            return file.url_relative_to(page.file)
        raise PluginError(
            f"docs/{page.file.src_uri}: the clock links to docs/{folder}/index.md, which does not "
            "exist: write it, or take the section out of hooks/core/course.py"
        )

    return markdown.replace(MARK, dial(SECTIONS, link))
