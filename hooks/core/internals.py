"""What we use of other packages' insides where they offer no public way: each in one place.

`CHECKED` holds the versions with which it was seen to work; a test compares the installed ones.
After an update look at what is named here, then write the new version.
"""

import sys
from collections.abc import MutableMapping
from types import ModuleType
from typing import Any

CHECKED = {
    "mkdocs-jupyter": "0.26.3",  # notebook_plugin
    "mkdocs-material": "9.8.1",  # EMPTY_TABINDEX
    "Pygments": "2.21.0",  # token_classes
    "weasyprint": "70.0",  # page_box
}
# The labels of Material's navigation end in this where they have no tabindex (nav-item.html).
EMPTY_TABINDEX = ' tabindex="">'


def notebook_plugin() -> Any:
    """Return mkdocs-jupyter's plugin without the modules that make its own bodies of pages.

    Importing them takes two seconds, most of them nbconvert's. In their places stand empty modules:
    nothing is asked of them while pages have bodies of ours.
    """
    names = {"jupytext", "mkdocs_jupyter.convert"} - sys.modules.keys()
    sys.modules.update({name: ModuleType(name) for name in names})
    try:
        from mkdocs_jupyter.plugin import Plugin
    finally:
        for name in names:
            del sys.modules[name]
    return Plugin()


def token_classes() -> MutableMapping[Any, str]:
    """Return the CSS class of each kind of token: the table that Pygments' formatters read."""
    from pygments.token import STANDARD_TYPES

    return STANDARD_TYPES


def page_box(page: Any) -> Any:
    """Return the layout of a page of WeasyPrint's document: the box that holds all others."""
    return page._page_box
