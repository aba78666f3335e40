"""A reveal.js deck beside each section's page, and one of the whole lecture."""

import re
from typing import Any

from bs4 import BeautifulSoup, Comment
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from hooks.core.course import SECTIONS, WHOLE, Section, deck_uri
from hooks.site.cache import kept
from hooks.slides.deck import deck
from hooks.slides.model import Deck, DeckError
from hooks.slides.notes import notes
from hooks.slides.page import lecture_page, section_page

DECKS: dict[str, Deck] = {}  # by folder, from the pages of the build that runs


def section_of(page: Page) -> Section | None:
    """Return the section whose page this is."""
    return next((s for s in SECTIONS if page.file.src_uri == f"{s.folder}/index.md"), None)


def announce_decks(files: Files, config: MkDocsConfig) -> Files:
    """Announce the decks, so that links to them are checked; they are filled in later."""
    DECKS.clear()
    for uri in [*map(deck_uri, SECTIONS), WHOLE]:
        files.append(File.generated(config, uri, content=""))
    return files


def read_notes(markdown: str, page: Page, **_: Any) -> str | None:
    """Let Markdown read the speaker notes."""
    return notes(markdown) if section_of(page) else None


DRAWING = re.compile(r"<svg.*?</svg>", re.S)


def make_deck(html: str, page: Page, **_: Any) -> str | None:
    """Make the deck, and take the speaker notes off the page."""
    if not (section := section_of(page)):
        return None
    try:
        DECKS[section.folder], html = kept("deck", html, lambda: (deck(html), without_notes(html)))
    except DeckError as error:
        raise PluginError(f"docs/{page.file.src_uri}: {error}") from error
    return html


def without_notes(html: str) -> str:
    """Return a page's content without what is meant for its deck alone.

    Args:
        html: As rendered.
    """
    if 'class="notes"' not in html and "<!-- slide -->" not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for mark in soup.find_all(string=lambda s: isinstance(s, Comment) and s.strip() == "slide"):
        mark.extract()
    for aside in soup.select("aside.notes"):
        aside.decompose()
    return soup.decode(formatter="minimal")


def write_decks(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Write the decks into the files announced for them."""
    if missing := [s.folder for s in SECTIONS if s.folder not in DECKS]:
        raise PluginError(
            f"no deck for {', '.join(missing)}: write docs/{missing[0]}/index.md, "
            "or take the section out of hooks/core/course.py"
        )
    if found := repeated_id(DECKS):
        raise PluginError(found)
    for uri, text in kept("decks", (DECKS, config.site_name), lambda: _pages(env, config)).items():
        files.src_uris[uri].content_string = text


def repeated_id(decks: dict[str, Deck]) -> str:
    """Say which id two outputs share: the lecture's deck holds all, and a script finds the first.

    Args:
        decks: By folder.
    """
    seen: dict[str, str] = {}
    for folder, made in decks.items():
        for html in (block for slide in made.slides for block in slide.body):
            html = DRAWING.sub("", html)  # figures have ids of their own, made unlike before
            if "cell-output" not in html or "id=" not in html:
                continue
            for tag in BeautifulSoup(html, "html.parser").select(".cell-output [id]"):
                if (name := str(tag["id"])) in seen:
                    return (
                        f"docs/{folder}/index.md: an output has the id {name}, as one of "
                        f"docs/{seen[name]}/index.md has; give one of them another in its story"
                    )
                seen[name] = folder
    return ""


def _pages(env: Environment, config: MkDocsConfig) -> dict[str, str]:
    """Return the decks as pages by their addresses."""
    made = {deck_uri(s): section_page(env, SECTIONS, s, DECKS[s.folder]) for s in SECTIONS}
    return {**made, WHOLE: lecture_page(env, SECTIONS, DECKS, config.site_name)}
