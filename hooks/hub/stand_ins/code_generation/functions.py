"""Pairs of request and one-line Python function for the stand-in, put together from parts.

Held out are answers, one in three by checksum, as in `questions`.
"""

import random

from hooks.hub.stand_ins.code_generation.questions import Pair, is_held_out

# What is kept, what is made of it, and what is done with all of that.
KEPT = {
    "greater than {n}": "x > {n}",
    "less than {n}": "x < {n}",
    "divisible by {n}": "x % {n} == 0",
    "not equal to {n}": "x != {n}",
}
MADE = {"": "x", "the squares of ": "x * x", "the doubles of ": "2 * x", "{m} times ": "{m} * x"}
DONE = {
    "the sum of {what}": "sum({made} for x in numbers if {kept})",
    "the list of {what}": "[{made} for x in numbers if {kept}]",
    "the largest of {what}, or 0 if there are none": (
        "max(({made} for x in numbers if {kept}), default=0)"
    ),
    "the smallest of {what}, or 0 if there are none": (
        "min(({made} for x in numbers if {kept}), default=0)"
    ),
}
SINGLE = {
    "solve(x)": {
        "x plus {n}": "x + {n}",
        "x minus {n}": "x - {n}",
        "x times {n}": "x * {n}",
        "the remainder of x divided by {n}": "x % {n}",
        "True if x is greater than {n}": "x > {n}",
        "True if x is divisible by {n}": "x % {n} == 0",
        "the larger of x and {n}": "max(x, {n})",
        "the smaller of x and {n}": "min(x, {n})",
        "x times {m}, plus {n}": "x * {m} + {n}",
    },
    "solve(text)": {
        "the first {n} letters of text": "text[:{n}]",
        "the last {n} letters of text": "text[-{n}:]",
        "text repeated {n} times": "text * {n}",
        "how many times the letter {c} is in text": "text.count('{c}')",
        "True if text starts with the letter {c}": "text.startswith('{c}')",
        "text with every letter {c} replaced by {d}": "text.replace('{c}', '{d}')",
        "text without the letter {c}": "text.replace('{c}', '')",
    },
    "solve(words)": {
        "the words longer than {n} letters": "[w for w in words if len(w) > {n}]",
        "the words that start with the letter {c}": "[w for w in words if w.startswith('{c}')]",
        "how many words are longer than {n} letters": "sum(len(w) > {n} for w in words)",
        "how many words contain the letter {c}": "sum('{c}' in w for w in words)",
        "the first {n} words in alphabetical order": "sorted(words)[:{n}]",
        "the words joined by the letter {c}": "'{c}'.join(words)",
    },
}
LETTERS = "abcdefghijklmnoprstuvwz"


def _pair(draw: random.Random) -> Pair:
    slots: dict[str, int | str] = {"n": draw.randint(2, 30), "m": draw.randint(2, 9)}
    slots |= dict(zip("cd", draw.sample(LETTERS, 2), strict=True))
    if draw.random() < 0.4:
        signature = "solve(numbers)"
        made, kept = draw.choice(list(MADE)), draw.choice(list(KEPT))
        what, body = draw.choice(list(DONE.items()))
        what = what.replace("{what}", f"{made}the numbers {kept}")
        body = body.replace("{made}", MADE[made]).replace("{kept}", KEPT[kept])
    else:
        signature = draw.choice(list(SINGLE))
        what, body = draw.choice(list(SINGLE[signature].items()))
    return (
        f"Write the function {signature}. It returns {what.format(**slots)}.",
        f"def {signature}:\n    return {body.format(**slots)}",
    )


def pair(draw: random.Random, held_out: bool = False) -> Pair:
    """Draw a request and its function, held out from training or not."""
    while True:
        request, code = _pair(draw)
        if is_held_out(code) == held_out:
            return request, code
