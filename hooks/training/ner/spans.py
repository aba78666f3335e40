"""Spans of names: from word tags, from a tagger, and how well the two agree."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from hooks.training.datasets import Sentence  # (word, tag): O, B-PER, I-PER, …

TYPES = ("PER", "ORG", "LOC", "MISC")
Span = tuple[int, int, str]  # (start, end, type), in characters


class Score(NamedTuple):
    """Counts of whole spans: right ones, all that were said, all that are true."""

    right: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        both = self.said + self.true
        return 2 * self.right / both if both else 0.0


def text_of(sentence: Sentence) -> str:
    """Return the words with one space between them."""
    return " ".join(word for word, _ in sentence)


def spans_of(sentence: Sentence) -> set[Span]:
    """Return the true spans, in characters of `text_of(sentence)`.

    An I- tag that continues nothing begins a span, as in the CoNLL evaluation.
    """
    found: list[Span] = []
    start, last = 0, "O"
    for word, tag in sentence:
        end = start + len(word)
        prefix, _, kind = tag.partition("-")
        if prefix == "I" and kind == last:
            found[-1] = (found[-1][0], end, kind)
        elif tag != "O":
            found.append((start, end, kind))
        last = kind or "O"
        start = end + 1
    return set(found)


def score(
    sentences: Iterable[Sentence], find: Callable[[str], set[Span]]
) -> tuple[Score, dict[str, Score]]:
    """Compare `find` with the tags: whole spans, right type. Overall, and for each type.

    Args:
        sentences: With their tags.
        find: Takes a text.
    """
    counts = {kind: [0, 0, 0] for kind in TYPES}
    for sentence in sentences:
        true, said = spans_of(sentence), find(text_of(sentence))
        for index, spans in enumerate((true & said, said, true)):
            for *_, kind in spans:
                counts[kind][index] += 1
    by_type = {kind: Score(*count) for kind, count in counts.items()}
    return Score(*(sum(column) for column in zip(*by_type.values(), strict=True))), by_type
