"""Pairs of question and SQL for the stand-in: the demo's stored queries, filled with values.

One in three is held out, by query and values: no wording of such a pair is seen in training.
"""

import csv
import itertools
import random
import re
import zlib

from hooks.core.paths import DOCS
from hooks.hub.stand_ins.code_generation.shop import MONTHS, values

STORED = DOCS / "code" / "stored.csv"
SLOT = re.compile(r":(\w+)")

Pair = tuple[str, str]  # what is asked, what is answered


def stored() -> list[Pair]:
    """Return the stored questions with their SQL, slots still open."""
    with STORED.open(encoding="utf-8", newline="") as file:
        return [(row["question"], row["sql"]) for row in csv.DictReader(file)]


def filled(question: str, sql: str, chosen: dict[str, str]) -> Pair:
    """Put values into both: words into the question, literals into the SQL.

    Args:
        question: With slots such as `:city`.
        sql: The same.
        chosen: Value of each slot.
    """

    def literal(match: re.Match[str]) -> str:
        value = chosen[match[1]]
        if match[1] == "month":
            return f"'2026-{MONTHS[value]}'"
        return value if value.isdigit() else f"'{value}'"

    return SLOT.sub(lambda match: chosen[match[1]], question), SLOT.sub(literal, sql)


def is_held_out(text: str) -> bool:
    """Return whether an answer belongs to the evaluation: one in three, the same in every run."""
    return zlib.crc32(text.encode()) % 3 == 0


def training_pair(draw: random.Random, rows: list[Pair]) -> Pair:
    """Draw a pair that is not held out; half of the values come from other shops.

    Args:
        draw: Decides.
        rows: As `stored` returns them.
    """
    while True:
        question, sql = draw.choice(rows)
        shop = draw.random() < 0.5
        chosen = {slot: draw.choice(values(slot, shop)) for slot in SLOT.findall(question)}
        pair = filled(question, sql, chosen)
        if not is_held_out(pair[1]):
            return pair


def held_out() -> list[Pair]:
    """Return all pairs that training never sees, with values that the shop knows."""
    found = []
    for question, sql in stored():
        slots = SLOT.findall(question)
        for some in itertools.product(*(values(slot, shop=True) for slot in slots)):
            found.append(filled(question, sql, dict(zip(slots, some, strict=True))))
    return [pair for pair in found if is_held_out(pair[1])]
