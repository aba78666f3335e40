"""The one file that MkDocs loads: every step of every event, in order.

A step is a function in a room, around a plain function that a test can call. `first` steps run
before those of the plugins, `last` steps after them.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from mkdocs.plugins import CombinedEvent, event_priority

if (root := str(Path(__file__).resolve().parents[1])) not in sys.path:
    sys.path.insert(0, root)  # MkDocs loads this file alone: the rooms are found by this

from hooks.site import (
    alt_text,
    audio,
    figures,
    from_disk,
    include,
    markup,
    nav,
    notebook_page,
    numbers,
    reference,
    repository,
    reveal,
    section_header,
    stylesheet,
    syntax_colors,
    typed,
)
from hooks.site.blocks import agenda, book_link, clock, decks, tool_pages
from hooks.slides import decks as slides

first, last = event_priority(100), event_priority(-100)
Step = Callable[..., object]


def steps(*functions: Step) -> CombinedEvent:
    """Return one event of several functions; those of one priority run in the order given."""
    return CombinedEvent(*functions)


on_config = steps(
    first(repository.on_config),  # the plugins read the addresses
    first(from_disk.on_config),  # the offline plugin would name a shim on another site
    syntax_colors.on_config,
    numbers.on_config,
)
on_files = steps(
    figures.on_files,
    reference.on_files,
    tool_pages.on_files,
    reveal.on_files,
    slides.on_files,
    last(nav.on_files),  # when all pages are there
    last(stylesheet.on_files),  # when the plugins have named theirs
)
on_page_read_source = notebook_page.on_page_read_source
on_page_markdown = steps(
    first(typed.on_page_markdown),  # while includes can be told from what is typed
    first(numbers.on_page_markdown),
    first(include.on_page_markdown),  # before lines are added: its messages count those of the file
    clock.on_page_markdown,
    agenda.on_page_markdown,
    book_link.on_page_markdown,
    decks.on_page_markdown,
    tool_pages.on_page_markdown,
    section_header.on_page_markdown,
    slides.on_page_markdown,
)
on_page_content = steps(
    audio.on_page_content,  # before the deck is made
    slides.on_page_content,
    last(alt_text.on_page_content),  # when everything is on the page
)
on_env = slides.on_env
on_post_page = markup.on_post_page
