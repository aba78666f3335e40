"""MkDocs hook: mends what Material 9.8.1's templates write against the HTML standard."""

from typing import Any


def mended(html: str) -> str:
    """Return a page without empty `tabindex` attributes, which browsers ignore.

    >>> mended('<label class="md-nav__link" tabindex="">')
    '<label class="md-nav__link">'
    """
    return html.replace(' tabindex=""', "")


def on_post_page(output: str, **_: Any) -> str:
    """Mend a rendered page."""
    return mended(output)
