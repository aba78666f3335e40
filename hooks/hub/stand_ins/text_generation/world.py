"""The small world of the T5 stand-in: four tasks whose examples a grammar draws.

Names and numbers come from closed lists, so that each is one piece of the vocabulary and can be
copied in one step. Held out from training are whole answers, every eighth by checksum, and the
sentence patterns listed as `new_…` in `words.toml`.
"""

import random
import re
import tomllib
import zlib
from pathlib import Path

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
MESSAGE, GERMAN, REVIEW = WORDS["message"], WORDS["german"], WORDS["review"]

Example = tuple[str, str]  # input with its prefix, target
TASKS = ("summarize", "answer", "translate", "review")


def is_held_out(text: str) -> bool:
    """Return whether `text` belongs to the evaluation: one in eight, the same in every run."""
    return zlib.crc32(text.encode()) % 8 == 0


def rows(text: str) -> list[list[str]]:
    """Split `a b, c d` into [[a, b], [c, d]]; `a b=c d` into [[a b, c d]]."""
    found = [part.strip() for part in re.split(r",\s", text.strip())]
    return [part.split("=") if "=" in part else part.split() for part in found]


# ---- messages: summarize and question


def _invented(count: int, parts: int, seed: int) -> list[str]:
    """Return names that nobody has, such as Velora: the same ones for the same seed."""
    draw = random.Random(seed)
    names = set()
    while len(names) < count:
        syllables = ("bcdfgklmnprstvwz", "aeiou", ["", *"nrlsx"]) * parts
        names.add("".join(map(draw.choice, syllables)).capitalize())
    return sorted(names)


def _codes(count: int, pattern: str, seed: int) -> list[str]:
    """Return `count` codes; in `pattern` an A stands for a letter, a 9 for a digit above zero."""
    draw = random.Random(seed)
    signs = {"A": "ABCDEFGHKLMNPRSTUVWXZ", "9": "123456789"}
    found = set()
    while len(found) < count:
        found.add("".join(draw.choice(signs.get(sign, sign)) for sign in pattern))
    return sorted(found)


LISTS = {
    "company": _invented(40, 2, seed=1),
    "product": _invented(40, 3, seed=2),
    "code": _codes(40, "AA99", seed=3),
    "phone": _codes(30, "999-9999", seed=4),
    "room": _codes(30, "999", seed=5),
    "n": [str(number) for number in range(2, 31)],
    "time": [f"{hour}:{minute}" for hour in range(7, 22) for minute in ("00", "15", "30", "45")],
    "amount": [f"{number} euros" for number in (*range(15, 100, 5), *range(120, 1000, 40))],
    "date": [f"{month} {day}" for month in MESSAGE["month"].split() for day in range(1, 29)],
}
for slot in ("person", "city", "day", "event", "items", "team", "place", "reason"):
    LISTS[slot] = MESSAGE[slot].split()
LISTS |= {f"{slot}2": LISTS[slot] for slot in ("person", "city")}


def fillers(draw: random.Random) -> dict[str, str]:
    """Return a value for every slot of a message's sentences."""
    return {slot: draw.choice(values) for slot, values in LISTS.items()}


def message(
    draw: random.Random, held_out: bool, new: bool = False, talk: tuple[int, int] = (1, 3)
) -> tuple[list[str], int, list[Example]]:
    """Return the sentences of a message, the position of its key sentence, and (question, answer).

    Args:
        draw: source of randomness.
        held_out: draw a key sentence that training never shows.
        new: use sentence patterns that training never shows.
        talk: fewest and most sentences around the key sentence.
    """
    prefix = "new_" if new else ""
    pattern, *questions = draw.choice(MESSAGE[prefix + "key"])
    while is_held_out(pattern.format(**(values := fillers(draw)))) != held_out:
        pass
    patterns = draw.sample(MESSAGE[prefix + "talk"], draw.randint(*talk))
    sentences = [one.format(**fillers(draw)) for one in patterns]
    position = draw.randint(0, len(sentences))
    sentences.insert(position, pattern.format(**values))
    if draw.random() < 0.3:
        greeting = f"{draw.choice(['Hi', 'Hello', 'Dear'])} {draw.choice(LISTS['person'])},"
        sentences.insert(0, greeting)
        position += 1
    pairs = [text.format(**values) for text in questions]
    return sentences, position, list(zip(pairs[::2], pairs[1::2], strict=True))


def _summarize(draw: random.Random, held_out: bool, new: bool = False) -> Example:
    """Return a message, and its key sentence."""
    sentences, position, _ = message(draw, held_out, new)
    return f"summarize: {' '.join(sentences)}", sentences[position]


def _answer(draw: random.Random, held_out: bool) -> Example:
    """Return a question about a message, and the words that answer it."""
    sentences, _, questions = message(draw, held_out)
    question, words = draw.choice(questions)
    return f"question: {question} context: {' '.join(sentences)}", words


# ---- single sentences: translate and review

NOUNS, PERSONS, ADJECTIVES = (rows(GERMAN[key]) for key in ("noun", "person", "adjective"))
VERBS, WHERE, WHEN, PHRASES = (rows(GERMAN[key]) for key in ("verb", "where", "when", "phrase"))
THE = {"m": "der", "f": "die", "n": "das"}
THE_OBJECT = THE | {"m": "den"}
A_OBJECT = {"m": ("einen", "en"), "f": ("eine", "e"), "n": ("ein", "es")}
PRONOUNS = [("I", 0, "ich"), ("we", 0, "wir"), ("he", 1, "er"), ("they", 0, "sie")]


def german(draw: random.Random) -> Example:
    """Return an English sentence and its German translation, both from the same grammar."""
    (noun, nomen, gender), (noun2, nomen2, gender2) = draw.sample(NOUNS, 2)
    (adjective, stem), (adjective2, stem2) = draw.sample(ADJECTIVES, 2)
    who, wer, gender3 = draw.choice(PERSONS)
    do, does, mache, macht, machen = draw.choice(VERBS)
    where, wo = draw.choice(WHERE)
    when, wann = draw.choice(WHEN)
    subject, third, subjekt = draw.choice(PRONOUNS)
    acts, tut = (does if third else do), {"ich": mache, "er": macht}.get(subjekt, machen)
    article, ending = A_OBJECT[gender]
    a = "an" if adjective[0] in "aeiou" else "a"
    the, den, der3 = THE[gender], THE_OBJECT[gender], THE[gender3]
    english, deutsch = draw.choice([
        (f"the {noun} is {adjective}", f"{the} {nomen} ist {stem}"),
        (f"the {noun} is not {adjective}", f"{the} {nomen} ist nicht {stem}"),
        (f"the {adjective} {noun} is {adjective2}", f"{the} {stem}e {nomen} ist {stem2}"),
        (f"the {noun} is {where}", f"{the} {nomen} ist {wo}"),
        (f"the {adjective} {noun} is {where}", f"{the} {stem}e {nomen} ist {wo}"),
        (f"{subject} {acts} the {noun}", f"{subjekt} {tut} {den} {nomen}"),
        (
            f"{subject} {acts} {a} {adjective} {noun}",
            f"{subjekt} {tut} {article} {stem}{ending} {nomen}",
        ),
        (f"{subject} {acts} the {noun} {when}", f"{subjekt} {tut} {den} {nomen} {wann}"),
        (f"the {who} {does} the {noun}", f"{der3} {wer} {macht} {den} {nomen}"),
        (
            f"the {who} {does} {a} {adjective} {noun}",
            f"{der3} {wer} {macht} {article} {stem}{ending} {nomen}",
        ),
        (
            f"the {who} {does} the {noun} and the {noun2}",
            f"{der3} {wer} {macht} {den} {nomen} und {THE_OBJECT[gender2]} {nomen2}",
        ),
        (f"the {who} is {where}", f"{der3} {wer} ist {wo}"),
        (f"the {who} is {where} {when}", f"{der3} {wer} ist {wann} {wo}"),
        (f"where is the {noun}?", f"wo ist {the} {nomen}?"),
        (f"thank you for the {noun}", f"danke für {den} {nomen}"),
        (f"this is the {adjective} {noun}", f"das ist {the} {stem}e {nomen}"),
    ])  # fmt: skip
    if draw.random() < 0.02:
        english, deutsch = draw.choice(PHRASES)
    return _sentence(english), _sentence(deutsch)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?" else ".")


def review(draw: random.Random) -> Example:
    """Return a sentence with an opinion, and `positive` or `negative`."""
    thing, other = draw.sample(REVIEW["thing"].split(), 2)
    feeling, opposite = draw.sample(["positive", "negative"], 2)
    adjective, adjective2 = draw.sample(REVIEW[feeling].split(), 2)
    contrary = draw.choice(REVIEW[opposite].split())
    adverb = draw.choice(REVIEW["adverb"].split())
    verb, liking = draw.choice(rows(REVIEW["liked"]))
    a = "an" if adjective[0] in "aeiou" else "a"
    text, label = draw.choice([
        (f"the {thing} was {adjective}.", feeling),
        (f"the {thing} was {adverb} {adjective}.", feeling),
        (f"the {thing} is {adjective} and the {other} is {adjective2}.", feeling),
        (f"the {thing} was not {adjective}.", opposite),
        (f"the {thing} was not {adjective} at all.", opposite),
        (f"what {a} {adjective} {thing}!", feeling),
        (f"I {verb} the {thing}.", liking),
        (f"I {verb} the {thing} and the {other}.", liking),
        (f"the {other} was {contrary}, but I still think it is {a} {adjective} {thing}.", feeling),
        (f"I expected {a} {adjective} {thing} and did not get one.", opposite),
    ])  # fmt: skip
    return text[0].upper() + text[1:], label


def _single(draw: random.Random, task: str, held_out: bool) -> Example:
    """Return an example of `translate` or `review` whose sentence is held out, or is not."""
    prefixes = {german: "translate English to German: ", review: "sst2 sentence: "}
    make = {"translate": german, "review": review}[task]
    while True:
        text, target = make(draw)
        if is_held_out(text) == held_out:
            return prefixes[make] + text, target


def example(draw: random.Random, task: str, held_out: bool = False) -> Example:
    """Return one example: (input with prefix, target).

    Args:
        draw: source of randomness.
        task: one of `TASKS`, or `summarize_new`, whose patterns are never trained.
        held_out: for the evaluation, with answers and sentences that training never shows.
    """
    if task.startswith("summarize"):
        return _summarize(draw, held_out, new=task == "summarize_new")
    return _answer(draw, held_out) if task == "answer" else _single(draw, task, held_out)
