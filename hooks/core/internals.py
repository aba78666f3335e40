"""What we use of other packages' insides where they offer no public way: each in one place.

`CHECKED` holds the versions with which it was seen to work; a test compares the installed ones.
After an update look at what is named here, then write the new version.
"""

from collections.abc import MutableMapping
from typing import Any

CHECKED = {
    "mkdocs-jupyter": "0.26.3",  # use_own_renderer
    "mkdocs-material": "9.8.1",  # EMPTY_TABINDEX
    "Pygments": "2.21.0",  # token_classes
    "weasyprint": "70.0",  # page_box
}
# The labels of Material's navigation end in this where they have no tabindex (nav-item.html).
EMPTY_TABINDEX = ' tabindex="">'


def use_own_renderer(page: Any) -> None:
    """Give a notebook's page the renderer of its class: mkdocs-jupyter set another on the page."""
    vars(page).pop("render", None)


def token_classes() -> MutableMapping[Any, str]:
    """Return the CSS class of each kind of token: the table that Pygments' formatters read."""
    from pygments.token import STANDARD_TYPES

    return STANDARD_TYPES


def page_box(page: Any) -> Any:
    """Return the layout of a page of WeasyPrint's document: the box that holds all others."""
    return page._page_box
