"""Exercise: lines of a receipt check themselves."""

import re
from decimal import Decimal

PRODUCT = re.compile(r"(\d+) x ([\d,]+\.\d\d) = ([\d,]+\.\d\d)")


def adds_up(text: str) -> bool | None:
    """Return whether count times price is the amount; None if the line says no such thing."""
    match = PRODUCT.fullmatch(text.strip())
    if match is None:
        return None
    count, price, amount = (Decimal(part.replace(",", "")) for part in match.groups())
    return count * price == amount
