"""MkDocs hook: mends what Material 9.8.1's templates write: against the standard, and too much."""

import re
from typing import Any

# Where blanks count: code, and what a script or a stylesheet makes of them.
KEPT = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.S)


def mended(html: str) -> str:
    """Return a page without empty `tabindex` attributes, which browsers ignore.

    >>> mended('<label class="md-nav__link" tabindex="">')
    '<label class="md-nav__link">'
    """
    return html.replace(' tabindex=""', "")


def without_indents(html: str) -> str:
    r"""Return a page whose line breaks and the blanks around them are one line break each.

    A browser shows both as one blank. A quarter of a page was nothing else.

    >>> without_indents("<ul>\n\n    <li>a\n  </li> </ul><pre>\n  b\n\n</pre>")
    '<ul>\n<li>a\n</li> </ul><pre>\n  b\n\n</pre>'
    """
    parts = KEPT.split(html)  # text, what is kept, its tag, text, …
    parts[::3] = [re.sub(r"\s*\n\s*", "\n", text) for text in parts[::3]]
    del parts[2::3]
    return "".join(parts)


def on_post_page(output: str, **_: Any) -> str:
    """Mend a rendered page."""
    return without_indents(mended(output))
