"""The one file that MkDocs loads: every step of every event, in order.

A step is a function in a room, around a plain function that a test can call. `first` steps run
before those of the plugins, `last` steps after them; of one kind they run in the order given.
"""

import sys
from pathlib import Path

from mkdocs.plugins import CombinedEvent as steps
from mkdocs.plugins import event_priority

if (root := str(Path(__file__).resolve().parents[1])) not in sys.path:
    sys.path.insert(0, root)  # MkDocs loads this file alone: the rooms are found by this

from hooks.site import (
    alt_text,
    audio,
    cache,
    downloads,
    expand,
    figures,
    formulas,
    from_disk,
    keep_files,
    kept_pages,
    marks,
    markup,
    nav,
    notebook_page,
    numbers,
    reference,
    repository,
    reveal,
    second_process,
    section_header,
    serve,
    stray_tags,
    stylesheet,
    syntax_colors,
    typed,
)
from hooks.site.blocks import tool_pages
from hooks.slides import decks

first, last = event_priority(100), event_priority(-100)

on_serve = steps(serve.watch)
on_config = steps(
    first(serve.restart),
    first(repository.set_addresses),  # the plugins read them
    first(from_disk.set_features),  # the offline plugin would name a shim on another site
    notebook_page.add_plugin,
    syntax_colors.set_classes,
    numbers.fill_description,
    formulas.add_extension,
)
on_pre_build = steps(keep_files.hide)  # MkDocs then empties the folder
on_files = steps(
    first(keep_files.show),
    figures.add_figures,
    downloads.add_downloads,
    reference.add_reference,
    tool_pages.bundle_scripts,
    reveal.add_reveal,
    decks.announce_decks,
    last(nav.set_navigation),  # when all pages are there
    last(stylesheet.combine_stylesheets),  # when the plugins have named theirs
)
on_nav = steps(
    last(cache.open_cache),  # when all that every page follows from is there
    last(second_process.render_pages),
)
on_page_read_source = steps(notebook_page.read_notebook)
on_page_markdown = steps(
    first(marks.check_marks),  # before lines are added: messages count those of the file
    first(stray_tags.refuse_stray_tags),
    first(typed.refuse_typed_code),  # while includes can be told from what is typed
    first(numbers.fill_numbers),
    first(expand.expand_includes),
    marks.replace_marks,
    section_header.add_header,
    decks.read_notes,
    last(kept_pages.keep_content),  # when nothing more is done to the Markdown
)
on_page_content = steps(
    audio.put_players,  # before the deck is made
    decks.make_deck,
    last(alt_text.refuse_silent_pictures),  # when everything is on the page
)
on_env = steps(
    first(cache.keep_templates),
    decks.write_decks,
    last(kept_pages.keep_entries),
    last(kept_pages.keep_whole),
    last(second_process.fill_templates),
)
on_post_page = steps(markup.lighten_page)
on_post_build = steps(second_process.stop, last(cache.close_cache))
on_build_error = steps(second_process.stop, cache.close_cache)
