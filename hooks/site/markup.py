"""Mends what Material's templates write against the standard; lightens pages."""

from itertools import pairwise
from typing import Any

import minify_html

from hooks.core.internals import EMPTY_TABINDEX
from hooks.site.cache import kept
from hooks.site.tags import start_tags

COMMENT = '<span class="c">'


def without_empty_tabindex(html: str) -> str:
    """Return a page without the empty `tabindex` of Material's labels, which browsers ignore.

    Cut as the theme writes it: parsing every whole page would take seconds. Text stays: in text
    a `>` is escaped.

    >>> without_empty_tabindex('<label id="a" tabindex="">')
    '<label id="a">'
    """
    return html.replace(EMPTY_TABINDEX, ">")


def join_docstrings(html: str) -> str:
    r"""Return a page in which a docstring is one span, not one for each line.

    >>> join_docstrings('<pre><span class="c">One</span>\n<span class="c">two</span></pre>')
    '<pre><span class="c">One\ntwo</span></pre>'
    """
    html = html.replace("<pre><span></span><code>", "<pre><code>")
    # Only code is parsed, and only where it has two such spans: whole pages would take seconds.
    parts = html.split("</pre>")
    return "</pre>".join(_join(part) if part.count(COMMENT) > 1 else part for part in parts)


def _join(part: str) -> str:
    """Join the lines of docstrings in the code block that ends a part of a page."""
    head, pre, code = part.rpartition("<pre")
    spans = [tag for tag in start_tags(code, ["span"]) if tag.attributes.get("class") == "c"]
    kept, at = [head, pre], 0
    for one, two in pairwise(spans):
        close = code.index("</span>", one.end)
        between = code[close + len("</span>") : two.start]
        if between.startswith("\n") and not between[1:].strip(" "):
            kept += [code[at:close], between]
            at = two.end
    return "".join([*kept, code[at:]])


def minified(html: str) -> str:
    """Return a page that means the same in fewer bytes: blanks, quotes, comments that nobody reads.

    Scripts and styles stay as they are; so do closing tags, which other tools may want.
    """
    return minify_html.minify(
        join_docstrings(html),
        keep_closing_tags=True,
        keep_html_and_head_opening_tags=True,
        minify_css=False,
        minify_js=False,
    )


def lighten_page(output: str, **_: Any) -> str:
    """Mend a rendered page."""
    return kept("light", output, lambda: minified(without_empty_tabindex(output)))
