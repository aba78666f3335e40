"""MkDocs hook: put notebook cells and license cards into pages, and check every include."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hooks.site.expand import IncludeError, expand
from hooks.site.numbers import first_line


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str | None:
    """Expand the includes of a page; a wrong one stops the build."""
    if "8<" not in markdown or page.file.src_uri.endswith(".ipynb"):
        return None
    root = Path(config.config_file_path).parent
    try:
        return expand(markdown, page.file.src_uri, root, first_line(markdown, page))
    except IncludeError as error:
        raise PluginError(str(error)) from error
