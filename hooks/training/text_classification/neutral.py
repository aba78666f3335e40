"""Neutral sentences for the three-way stand-in: open data, sieved, and a small grammar of ours."""

import random
import re
from itertools import product

from sklearn.linear_model import LogisticRegression

from hooks.training.datasets import key, questions, sentence_pairs
from hooks.training.lora import embed
from hooks.training.ner.data import read

# A sentence is neutral where a classifier of reviews is undecided: P(positive) between these.
UNDECIDED = {"wikigold": (0.2, 0.9), "tatoeba": (0.2, 0.85), "banking77": (0.1, 0.95)}
LONGEST = 64  # tokens that the sieve reads
POOL = 1500  # sentences of a source that the sieve looks at
# Plain facts from the world of reviews, so that the topic alone does not give the label away.
GRAMMAR = (
    ("The {} comes in three {}.", "shirt lamp kettle bag case chair", "sizes colors versions"),
    ("I bought the {} in {}.", "phone camera oven printer radio", "May Berlin March Leeds"),
    ("The {} was made in {}.", "film series watch sofa game", "1987 Italy 2012 Canada"),
    ("The {} opens at {} on Sundays.", "restaurant museum shop cinema", "nine ten noon"),
    ("The {} is on the {} floor.", "bar gym office kitchen", "ground first second top"),
    ("We ordered {} and {}.", "soup tea rice fish", "bread coffee salad noodles"),
    ("The film runs for {} minutes and was shot in {}.", "90 104 118 131", "Paris Ohio Mumbai"),
    ("Is the {} part of the {}?", "charger cable manual lid", "set order box delivery"),
    ("My {} has {} buttons.", "remote jacket mouse radio", "two four six"),
    ("The second season has {} {}.", "eight ten twelve", "episodes parts"),
    ("The {} holds {} liters.", "kettle bucket tank bottle", "two five ten"),
    ("She {} the book in {}.", "wrote read printed sold", "April 1994 autumn"),
    ("The meeting is at {} in room {}.", "nine ten three four", "2 12 31"),
    ("This version replaces the one from {} {}.", "early late mid", "2009 2016 2021"),
    ("Please send the {} to my {} address.", "invoice ticket receipt form", "new work old home"),
    ("The {} stops here every {} minutes.", "bus tram train", "five ten twenty"),
    ("The hero of the {} is a {}.", "story film novel", "teacher driver nurse farmer"),
    ("He {} the {} on Monday.", "watched finished returned", "film series game book"),
    ("The {} is {} centimeters wide.", "table screen case shelf", "20 45 90"),
    ("There are {} {} in the box.", "two four six", "cables screws filters cups"),
    ("The {} uses {} batteries.", "clock toy lamp scale", "two three four"),
    ("Does the {} have a {}?", "hotel room flat house", "desk balcony garage"),
    ("The waiter brought the {} and the {}.", "menu water bill", "bread plates glasses"),
    ("The menu lists {} {}.", "six nine twenty", "dishes wines soups desserts"),
)


def sentences(source: str) -> list[str]:
    """Return the English sentences of one source, in the order of their text."""
    if source == "wikigold":
        tokens = [[word for word, _ in sentence] for sentence in read("wikigold.conll")]
        found = [join(words) for words in tokens if 6 <= len(words) <= 30]
    elif source == "banking77":
        found = [text for text, _ in questions("train") if len(text.split()) <= 20]
    else:
        english = [english for english, _ in sentence_pairs("short")]
        found = [one for one in english if 3 <= len(one.split()) <= 5]
    return sorted({key(one): one for one in found}.values())


def join(words: list[str]) -> str:
    """Return a sentence from tokens, with the spaces as people write them."""
    text = re.sub(r" ([.,;:!?)%]|'s|n't|'re|'ll|'ve|'m|'d)(?=\W|$)", r"\1", " ".join(words))
    return re.sub(r"([($]) ", r"\1", text)


def grammar() -> list[str]:
    """Return every sentence that the grammar gives."""
    return [
        template.format(*choice)
        for template, *slots in GRAMMAR
        for choice in product(*(slot.split() for slot in slots))
    ]


def collect(
    reviews: list[tuple[str, int]], training: int, held_out: int, seed: int
) -> tuple[list[str], list[str]]:
    """Return neutral sentences to train on and to hold out, as many from each of the sources.

    The sieve is a logistic regression on embeddings of `reviews`. The grammar's sentences are for
    training only.

    Args:
        reviews: With their labels; none that is held out.
        training: How many to train on.
        held_out: How many to hold out.
        seed: Of the choice.

    Raises:
        ValueError: The sources hold too few.
    """
    draw = random.Random(seed)
    texts, labels = zip(*reviews, strict=True)
    sieve = LogisticRegression(C=10, max_iter=1000).fit(embed(list(texts), LONGEST).numpy(), labels)
    train, test = draw.sample(grammar(), training // 4), []
    seen = {key(text) for text in (*texts, *train)}
    for name, (low, high) in UNDECIDED.items():
        pool = [text for text in sentences(name) if key(text) not in seen]
        pool = draw.sample(pool, min(POOL, len(pool)))
        positive = sieve.predict_proba(embed(pool, LONGEST).numpy())[:, 1]
        kept = [text for text, p in zip(pool, positive, strict=True) if low < p < high]
        seen |= {key(text) for text in kept}
        share = held_out // 3
        test += kept[:share]
        train += kept[share : share + training // 4]
    if (len(train), len(test)) != (4 * (training // 4), 3 * (held_out // 3)):
        raise ValueError(f"too few neutral sentences: {len(train)} to train, {len(test)} held out")
    return train, test
