"""What we use of other packages' insides where they offer no public way: each in one place.

`CHECKED` holds the versions with which it was seen to work; a test compares the installed ones.
After an update look at what is named here, then write the new version.
"""

import importlib.util
import sys
from collections.abc import MutableMapping
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
    """Return mkdocs-jupyter's plugin without what only its own page bodies need.

    Importing nbconvert and jupytext takes four seconds, most of them in a grammar of addresses that
    jsonschema builds; here they are imported when something is asked of them, which nothing is.
    """
    for name in ("jupytext", "mkdocs_jupyter.convert"):
        if name not in sys.modules and (spec := importlib.util.find_spec(name)) and spec.loader:
            spec.loader = importlib.util.LazyLoader(spec.loader)
            sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
    from mkdocs_jupyter.plugin import Plugin

    return Plugin()


def token_classes() -> MutableMapping[Any, str]:
    """Return the CSS class of each kind of token: the table that Pygments' formatters read."""
    from pygments.token import STANDARD_TYPES

    return STANDARD_TYPES


def page_box(page: Any) -> Any:
    """Return the layout of a page of WeasyPrint's document: the box that holds all others."""
    return page._page_box
