"""Keeps the pages of the site, in three steps: content, entries of the search index, whole page."""

import logging
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hooks.site.cache import digest, kept, snippets
from hooks.site.expand import included


def keep_content(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> None:
    """Have a page look for its content among what is kept, before it renders its Markdown."""
    root = Path(config.config_file_path).parent
    behind = digest(included(markdown, root)) if "8<" in markdown else ""
    if ":::" in markdown:  # mkdocstrings: an annotation may name what stands in another file
        behind += snippets()
    vars(page)["render"] = partial(_render, page, markdown, behind)


def _render(page: Page, markdown: str, behind: str, config: MkDocsConfig, files: Files) -> None:
    """Set what `Page.render` sets, anchors and messages included."""
    given = (page.file.src_uri, markdown, behind)
    made = kept("content", given, lambda: _rendered(page, config, files))
    page.__dict__.update(made["page"])
    page.links_to_anchors = {files.src_uris[uri]: to for uri, to in made["links"].items()}
    if autorefs := config.plugins.get("autorefs"):
        for names, words in made["anchors"]:
            autorefs.register_anchor(page, *names, **words)
    for name, level, message in made["messages"]:
        logging.getLogger(name).log(level, message)


def _rendered(page: Page, config: MkDocsConfig, files: Files) -> dict[str, Any]:
    """Render a page; return what that sets, registers and says."""
    anchors: list[tuple[Any, ...]] = []
    log, messages, before = logging.getLogger("mkdocs"), _Messages(), dict(vars(page))
    autorefs = config.plugins.get("autorefs") or page
    vars(autorefs)["register_anchor"] = lambda _, *names, **words: anchors.append((names, words))
    usual, log.handlers, log.propagate = (log.handlers, log.propagate), [messages], False
    try:
        Page.render(page, config, files)
    finally:
        log.handlers, log.propagate = usual
        del vars(autorefs)["register_anchor"]
    made = {name: value for name, value in vars(page).items() if before.get(name) is not value}
    links = {file.src_uri: to for file, to in (made.pop("links_to_anchors", None) or {}).items()}
    return {"page": made, "links": links, "anchors": anchors, "messages": messages.found}


class _Messages(logging.Handler):
    """Hears what is logged, to be said again by whoever is shown a kept page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append((record.name, record.levelno, record.getMessage()))


def keep_entries(env: Environment, config: MkDocsConfig, **_: object) -> None:
    """Have the search plugin look for a page's entries among what is kept."""
    if not (search := config.plugins.get("material/search")):
        return
    index = search.search_index
    add = index.add_entry_from_context

    def entries(page: Page) -> list[Any]:
        index.entries, before = [], index.entries
        add(page)
        index.entries, made = before, index.entries
        return made

    def add_kept(page: Page) -> None:
        index.entries += kept("entries", _of(page), lambda: entries(page))

    index.add_entry_from_context = add_kept


def keep_whole(env: Environment, files: Files, **_: object) -> Environment:
    """Give MkDocs templates that look for a whole page among what is kept."""
    # A page shows the titles of others, and what their front matter says of icon or status.
    others = sha256(repr([_named(file.page) for file in files if file.page]).encode()).hexdigest()
    return cast(Environment, _Templates(env, others))


class _Templates:
    """An environment whose templates are loaded when there is something to render."""

    def __init__(self, env: Environment, others: str) -> None:
        self.env, self.others = env, others

    def __getattr__(self, name: str) -> Any:
        return getattr(self.env, name)

    def get_template(self, name: str) -> "_Template":
        return _Template(self, name)


class _Template:
    def __init__(self, templates: _Templates, name: str) -> None:
        self.templates, self.name = templates, name

    def render(self, context: Mapping[str, Any]) -> str:
        def rendered() -> str:
            return self.templates.env.get_template(self.name).render(context)

        if not self.name.endswith(".html"):  # sitemap.xml has today's date
            return rendered()
        page = context["page"]
        given = _of(page) if page else context["base_url"]
        return kept(
            "whole", (self.name, str(context["nav"]), self.templates.others, given), rendered
        )


def _of(page: Page) -> tuple[Any, ...]:
    """Return what index and templates read of a page."""
    return *_named(page), page.content, "".join(map(str, page.toc)), page.edit_url


def _named(page: Page) -> tuple[Any, ...]:
    return page.file.src_uri, page.url, page.title, page.meta
