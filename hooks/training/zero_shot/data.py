"""Texts and labels that the zero-shot stand-in learns from, and those that it never sees."""

import random
from dataclasses import dataclass
from pathlib import Path

from hooks.training.datasets import key, questions, reviews, sentence_pairs

HERE = Path(__file__).parent

INTENTS_HELD_OUT = 18
TOPICS_HELD_OUT = 15
EVERYDAY_TEXTS = 4000
LONGEST = 200  # characters of a review
GOOD = ["positive", "good", "happy", "a positive review", "satisfied", "pleased"]
BAD = ["negative", "bad", "unhappy", "a negative review", "dissatisfied", "disappointed"]

Row = tuple[str, str]  # a text and its label


@dataclass(frozen=True)
class Corpus:
    """What there is to learn from and to be tested on.

    Attributes:
        intents: Label phrases for training, with the customer questions of each.
        topics: Alternative names of each topic for training, and its sentences.
        reviews: Review sentences, 1 for happy and 0 for unhappy.
        everyday: Everyday sentences without a label.
        held_out: Two tests, `intents` and `topics`: texts whose labels are not in training.
        hidden: Every word of a held-out label or of its other names.
    """

    intents: dict[str, list[str]]
    topics: list[tuple[list[str], list[str]]]
    reviews: list[tuple[str, int]]
    everyday: list[str]
    held_out: dict[str, list[Row]]
    hidden: set[str]


def read(seed: int) -> Corpus:
    """Read all sources and hold out labels chosen by `seed`, with every text of theirs."""
    training, testing = read_banking("train"), read_banking("test")
    names = sorted({label for _, label in testing})
    hidden = set(random.Random(seed).sample(names, INTENTS_HELD_OUT))
    secret = {key(text) for text, label in training + testing if label in hidden}
    unique = {key(text): (text, label) for text, label in training if key(text) not in secret}
    intents: dict[str, list[str]] = {name: [] for name in names if name not in hidden}
    for text, label in unique.values():
        intents[label].append(text)
    topics = read_topics()
    chosen = set(random.Random(seed).sample(range(len(topics)), TOPICS_HELD_OUT))
    everyday = read_everyday()
    random.Random(seed).shuffle(everyday)
    return Corpus(
        intents,
        [topic for index, topic in enumerate(topics) if index not in chosen],
        [(text, y) for text, y in reviews() if len(text) < LONGEST],
        everyday[:EVERYDAY_TEXTS],
        {
            "intents": [(text, label) for text, label in testing if label in hidden],
            "topics": [(t, topics[i][0][0]) for i in sorted(chosen) for t in topics[i][1]],
        },
        set(key(" ".join([*hidden, *(name for i in chosen for name in topics[i][0])])).split()),
    )


def read_banking(part: str) -> list[Row]:
    """Return Banking77's questions, their intents written as phrases: "card arrival"."""
    return [(text, label.replace("_", " ").strip("?").lower()) for text, label in questions(part)]


def read_everyday() -> list[str]:
    """Return English sentences of four words and more from Tatoeba, sorted."""
    english = {sentence for sentence, _ in sentence_pairs("short", "attributed")}
    return sorted(sentence for sentence in english if len(sentence.split()) >= 4)


def read_topics() -> list[tuple[list[str], list[str]]]:
    """Return (names, sentences) of each topic in topics.txt."""
    topics: list[tuple[list[str], list[str]]] = []
    for line in (HERE / "topics.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            topics.append((line[2:].split("; "), []))
        elif line and not line.startswith("#"):
            topics[-1][1].append(line)
    return topics
