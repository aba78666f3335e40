"""The tools on the site: of each, its controls, and the table that works without a script."""

import html
import json
from collections.abc import Iterable
from typing import Any


def data(value: Any) -> str:
    """Return what a tool's script reads, as an element.

    Instant navigation would run a JSON script as JavaScript; an element survives it.

    >>> data({"a": 1})
    '<div class="tool__data" hidden data-json="{&quot;a&quot;:1}"></div>'
    """
    text = html.escape(json.dumps(value, separators=(",", ":")))
    return f'<div class="tool__data" hidden data-json="{text}"></div>'


def markdown(head: str, rows: Iterable[Iterable[str]], align: str = "---") -> str:
    """Return a table.

    Args:
        head: Names of the columns, with `|` between them.
        rows: The cells of each row.
        align: Of all columns but the first, as Markdown writes it.

    >>> print(markdown("A | B", [["1", "2"]], "--:"))
    | A | B |
    | --- | --: |
    | 1 | 2 |
    """
    rule = ["---", *[align] * head.count("|")]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in ([head], rule, *rows))


def money(dollars: float) -> str:
    """Return dollars to three digits, as the cost calculator shows them.

    >>> [money(x) for x in (0.4, 40, 1306.7, 32667.5, 1234567)]
    ['$0.40', '$40', '$1,310', '$32,700', '$1,230,000']
    """
    if dollars < 10:
        return f"${dollars:.2f}"
    digits = len(str(int(dollars)))
    return f"${round(dollars, min(0, 3 - digits)):,.0f}"
