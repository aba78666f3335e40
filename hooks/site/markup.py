"""Mends what Material 9.8.1's templates write against the standard; lightens pages."""

import re
from typing import Any

import minify_html


def mended(html: str) -> str:
    """Return a page without empty `tabindex` attributes, which browsers ignore.

    >>> mended('<label class="md-nav__link" tabindex="">')
    '<label class="md-nav__link">'
    """
    return html.replace(' tabindex=""', "")


def joined(html: str) -> str:
    r"""Return a page in which a docstring is one span, not one for each line.

    >>> joined('<span class="c">One</span>\n<span class="c">two</span>')
    '<span class="c">One\ntwo</span>'
    """
    return re.sub(
        r'<span class="c">[^<]*</span>(?:\n[ ]*<span class="c">[^<]*</span>)+',
        lambda run: f'<span class="c">{re.sub("</?span[^>]*>", "", run[0])}</span>',
        html.replace("<pre><span></span><code>", "<pre><code>"),
    )


def lightened(html: str) -> str:
    """Return a page that means the same in fewer bytes: blanks, quotes, comments that nobody reads.

    Scripts and styles stay as they are; so do closing tags, which other tools may want.
    """
    return minify_html.minify(
        joined(html),
        keep_closing_tags=True,
        keep_html_and_head_opening_tags=True,
        minify_css=False,
        minify_js=False,
    )


def lighten_page(output: str, **_: Any) -> str:
    """Mend a rendered page."""
    return lightened(mended(output))
