"""The lecture clock, drawn from the list of sections."""

from collections.abc import Sequence

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hooks.core.course import Section
from hooks.site.dial import dial


def clock(sections: Sequence[Section], page: Page, files: Files) -> str:
    """Return the clock as SVG, each arc linked to its section's page.

    Args:
        sections: The course's sections in order.
        page: The page that shows it.
        files: The site's files.

    Raises:
        ValueError: A section has no page.
    """

    def link(folder: str) -> str:
        if file := files.get_file_from_path(f"{folder}/index.md"):
            return file.url_relative_to(page.file)
        raise ValueError(
            f"the clock links to docs/{folder}/index.md, which does not exist: "
            "write it, or take the section out of hooks/core/course.py"
        )

    return dial(sections, link)
