"""Fills the numbers and counts of demos into pages, by `hooks.core.numbers`."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from hooks.core.numbers import NumberError, filled
from hooks.site.source import first_line


def fill_description(config: MkDocsConfig) -> MkDocsConfig:
    """Fill in the site's description."""
    config.site_description = _filled(config.site_description or "", "mkdocs.yml", 1)
    return config


def fill_numbers(markdown: str, page: Page, **_: object) -> str:
    """Fill in a page that somebody wrote; the executor did the same for notebooks.

    Args:
        markdown: The page without front matter.
        page: The page.

    Raises:
        PluginError: A name that is unknown, or a number that is typed.
    """
    if page.file.generated_by or page.file.src_uri.endswith(".ipynb"):
        return markdown
    return _filled(markdown, f"docs/{page.file.src_uri}", first_line(markdown, page))


def _filled(text: str, where: str, line: int) -> str:
    try:
        return filled(text, where, line)
    except NumberError as error:
        raise PluginError(str(error)) from error
