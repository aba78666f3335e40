"""A second process that walks the pages from the last to the first; MkDocs goes the other way.

It hands nothing over: what it makes is kept (`hooks/site/cache.py`), and MkDocs finds it there.
What goes wrong in it goes wrong in MkDocs too, which says so.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from hooks.site.markup import lighten_page

_helper = 0  # number of the process that runs
_nav: Any = None


def render_pages(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Start to render the Markdown of the pages."""
    global _nav
    _nav = nav

    def render(page: Page) -> None:
        config.plugins.on_pre_page(page, config=config, files=files)
        page.read_source(config)
        page.markdown = config.plugins.on_page_markdown(
            page.markdown or "", page=page, config=config, files=files
        )
        page.render(config, files)
        html = page.content or ""
        config.plugins.on_page_content(html, page=page, config=config, files=files)

    _start(render, files)


def fill_templates(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Start to fill the templates, now that all pages have their content."""
    stop()

    def fill(page: Page) -> None:
        page.active = True
        context = get_context(_nav, files, config, page)
        config.plugins.on_page_context(context, page=page, config=config, nav=_nav)
        lighten_page(env.get_template(page.meta.get("template", "main.html")).render(context))
        page.active = False

    _start(fill, files)


def stop(_: object = None, **__: object) -> None:
    """End it, when MkDocs has gone through the pages."""
    global _helper
    if _helper:
        os.kill(_helper, signal.SIGKILL)
        os.waitpid(_helper, 0)
    _helper = 0


def _start(work: Callable[[Page], None], files: Files) -> None:
    """Do it for all pages in a process of its own, where there is a core for one."""
    global _helper
    # A fork copies locks that other threads hold: `mkdocs serve` has some once it listens.
    if threading.active_count() > 1 or not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return
    sys.stdout.flush()
    if _helper := os.fork():
        return
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for file in reversed(files.documentation_pages()):
            if file.page:
                work(file.page)
    finally:
        os._exit(0)
