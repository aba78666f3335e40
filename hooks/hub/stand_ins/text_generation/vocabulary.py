"""The stand-in's vocabulary: every word of its small world is one piece, other text is spelled."""

import random
import re
import string
from functools import cache

from transformers import T5Tokenizer

from hooks.hub.stand_ins.text_generation.world import TASKS, example

PIECE = re.compile(r"\s*[.,?!]|\s*[^\s.,?!]+")
# For words of another world: they cost one piece a letter.
LETTERS = sorted(set(string.printable.strip()) | set("äöüÄÖÜßéèàç“”‘’–…€"))  # noqa: RUF001
EXAMPLES = 40_000  # per task; enough to meet every word


@cache
def pieces() -> list[str]:
    """Return all pieces in a fixed order: words of the world first, then single characters."""
    draw = random.Random(1)
    found = set()
    for task in TASKS:
        for _ in range(EXAMPLES):
            for text in example(draw, task):
                found.update(piece.replace(" ", "▁") for piece in PIECE.findall(f" {text}"))
    return sorted(found) + [piece for piece in ("▁", *LETTERS) if piece not in found]


def tokenizer() -> T5Tokenizer:
    """Return the tokenizer: T5's class, its special pieces, and our vocabulary.

    A unigram model takes the split with the highest total score. All scores are about equal, so
    that is the split with the fewest pieces.
    """
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    vocabulary += [(piece, -10 - index / 1e5) for index, piece in enumerate(pieces())]
    vocabulary += [(f"<extra_id_{index}>", 0.0) for index in range(99, -1, -1)]
    return T5Tokenizer(vocab=vocabulary, model_max_length=512)
