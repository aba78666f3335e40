"""What the lines say: words, sentences, amounts, dates, codes and strings without meaning."""

import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from hooks.core.minilm import model_folder

PUNCTUATION = ".,:;!?'\"()-/&%$#+*=@_<>"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
ALPHABET = " " + LETTERS + DIGITS + PUNCTUATION  # every character that a line can hold
LONGEST = 24  # characters of a line

MONTHS = "January February March April May June July August September October November December"
RECEIPT = "TOTAL SUBTOTAL CASH CHANGE TAX VAT DISCOUNT ROUNDING BALANCE AMOUNT DUE QTY TABLE"


@cache
def words(held_out: bool) -> list[str]:
    """Return small-letter English words, 2 to 12 letters; one in ten is held out.

    They are the whole words in the vocabulary of all-MiniLM-L6-v2 (Apache-2.0), which comes with
    a package that the course needs anyway. A word's checksum decides on which side it is.
    """
    lines = (model_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n")
    known = [w for w in lines if w.isascii() and w.isalpha() and w.islower() and 2 <= len(w) <= 12]
    return [word for word in known if (zlib.crc32(word.encode()) % 10 == 0) == held_out]


def line(rng: np.random.Generator, held_out: bool = False) -> str:
    """Return one line of 1 to 24 characters out of `ALPHABET`, without spaces at its ends.

    Args:
        rng: All that is random comes from it: same state, same line.
        held_out: Whether its words are those that no training line has.
    """
    makers = [*[_sentence] * 3, _name, _amount, _date, _code, _receipt, _noise]
    while True:
        text = makers[rng.integers(len(makers))](rng, words(held_out)).strip()
        if 1 <= len(text) <= LONGEST:
            return text


def _pick(rng: np.random.Generator, items: Sequence[str]) -> str:
    return items[int(rng.integers(len(items)))]


def _digits(rng: np.random.Generator, low: int, high: int) -> str:
    return "".join(_pick(rng, DIGITS) for _ in range(rng.integers(low, high + 1)))


def _sentence(rng: np.random.Generator, known: list[str]) -> str:
    """Return one to five words in one of the usual cases, often with a punctuation mark."""
    some = [_pick(rng, known) for _ in range(rng.integers(1, 6))]
    text = " ".join(some)
    first = text.capitalize()
    text = _pick(rng, [text, text, first, first, text.title(), text.upper()])
    style = rng.integers(8)
    if style == 0:
        return f'"{text}"' if rng.random() < 0.5 else f"({text})"
    if style == 1:
        joints = [", ", "-", " & ", "/", "_", "'", ": ", "; ", " - "]
        return text.replace(" ", _pick(rng, joints), 1)
    return text + _pick(rng, ["", "", ".", ".", ",", "?", "!", ":", ";"])


def _name(rng: np.random.Generator, known: list[str]) -> str:
    """Return a made-up person, company or address, such as `J. Harbor, 12 Mill Road`."""
    one, two = (_pick(rng, known).title() for _ in range(2))
    forms = (
        lambda: f"{_pick(rng, LETTERS[:26])}. {one}",
        lambda: f"{one} {two} {_pick(rng, ['Ltd.', 'Inc.', 'GmbH', 'Co.', 'LLC'])}",
        lambda: f"{_digits(rng, 1, 3)} {one} {_pick(rng, ['Road', 'Street', 'Lane', 'Ave.'])}",
        lambda: f"{one.lower()}@{two.lower()}.{_pick(rng, ['com', 'org', 'net'])}",
        lambda: f"{_pick(rng, ['Mr.', 'Ms.', 'Dr.'])} {one} {two}",
    )
    return forms[rng.integers(len(forms))]()


def _amount(rng: np.random.Generator, known: list[str]) -> str:
    """Return a price, a percentage, a quantity or a telephone number."""
    cents = int(rng.integers(10 ** rng.integers(1, 7)))
    price, count = f"{cents / 100:,.2f}", rng.integers(2, 13)
    forms = (
        lambda: "$" + price,
        lambda: f"{_pick(rng, ['EUR', 'USD', 'GBP', 'RM'])} {price}",
        lambda: f"{count} x {price} = {count * cents / 100:,.2f}",
        lambda: f"{_digits(rng, 1, 2)}.{_digits(rng, 1, 1)}%",
        lambda: f"+{_digits(rng, 2, 2)} ({_digits(rng, 3, 3)}) {_digits(rng, 4, 8)}",
        lambda: f"{_pick(rng, known)}: {price}",
    )
    return forms[rng.integers(len(forms))]()


def _date(rng: np.random.Generator, known: list[str]) -> str:
    """Return a date or a time in one of five forms."""
    day, month, year = rng.integers(1, 29), rng.integers(1, 13), rng.integers(1950, 2050)
    hour, minute = rng.integers(24), rng.integers(60)
    forms = (
        f"{year}-{month:02}-{day:02}",
        f"{day:02}/{month:02}/{year}",
        f"{day} {MONTHS.split()[month - 1]} {year}",
        f"{MONTHS.split()[month - 1][:3]} {day}, {year}",
        f"{day:02}.{month:02}.{year % 100:02} {hour:02}:{minute:02}",
    )
    return _pick(rng, forms)


def _code(rng: np.random.Generator, known: list[str]) -> str:
    """Return a code of an order or a part, such as `KX-2041/B`."""
    letters = "".join(_pick(rng, LETTERS[:26]) for _ in range(rng.integers(1, 4)))
    forms = (
        f"{letters}-{_digits(rng, 2, 6)}",
        f"No. {_digits(rng, 3, 8)}/{letters}",
        f"#{_digits(rng, 3, 6)}",
        f"{letters}{_digits(rng, 2, 3)}_{_pick(rng, known)}",
        f"{_pick(rng, known)} = <{_pick(rng, known)}>",
        f"{_digits(rng, 4, 4)} {_digits(rng, 4, 4)} {_digits(rng, 4, 4)}",
    )
    return _pick(rng, forms)


def _receipt(rng: np.random.Generator, known: list[str]) -> str:
    """Return a line of a receipt in capital letters, such as `MILK 2 x 1.29`."""
    price = f"{rng.integers(10, 20000) / 100:.2f}"
    item = _pick(rng, known).upper()
    forms = (
        f"{item} {rng.integers(1, 10)} x {price}",
        f"{_pick(rng, RECEIPT.split())} {price}",
        f"{_pick(rng, RECEIPT.split())}: ${price}",
        f"{item} {_pick(rng, known).upper()} {price}",
        f"* {item} *",
    )
    return _pick(rng, forms)


def _noise(rng: np.random.Generator, known: list[str]) -> str:
    """Return 3 to 16 characters without meaning: nothing to guess a letter from."""
    pool = ALPHABET if rng.random() < 0.6 else LETTERS + DIGITS
    return " ".join("".join(_pick(rng, pool) for _ in range(rng.integers(3, 17))).split())
