"""Small made data in the formats of the open data sets that recipes read from `SHARED`."""

import io
import random
import tarfile
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from hooks.hub.stand_ins.cora.build import build as build_cora

MOODS = ("great", "bad", "fine", "awful", "superb", "dull", "lovely", "poor", "nice", "weak")
MOODS += ("neat", "slow", "fresh", "cold", "warm", "sad", "kind", "loud", "calm", "rude")
THINGS = ("phone", "film", "soup", "case", "waiter", "plot", "charger", "pizza", "screen")
THINGS += ("actor", "sound", "desk", "room", "cake", "book")
TIMES = ("today", "again", "twice", "now", "then", "here", "there", "once", "still", "too")
SPEAKERS = ("george", "jackson", "yweweler")


def write(folder: Path) -> None:
    """Write all data sets to `folder`, laid out as in `SHARED`."""
    draw = random.Random(0)
    reviews = [
        f"The {t} was {m} {w}.\t{MOODS.index(m) % 2}" for t, m, w in product(THINGS, MOODS, TIMES)
    ]
    draw.shuffle(reviews)
    for number, name in enumerate(("amazon_cells", "imdb", "yelp")):
        _write(folder / "sentiment" / f"{name}_labelled.txt", reviews[number::3])
    intents = [f"{verb}_my_{thing}" for verb, thing in product(("lost", "want", "sell"), THINGS)]
    for part, count in (("train", 80), ("test", 4)):
        rows = [
            f"Why is {intent.split('_')[2]} {number} {intent.split('_')[0]} in the {part}?,{intent}"
            for intent in intents
            for number in range(count)
        ]
        _write(folder / "banking77" / f"{part}.csv", ["text,category", *rows])
    who = {"I": "Je", "We": "Nous", "He": "Il", "Tom": "Tom", "Ann": "Ann"}
    does = {"saw": "voir", "had": "avoir", "got": "prendre", "ate": "manger"}
    what = {"cat": "chat", "dog": "chien", "cup": "bol", "hat": "chapeau", "fox": "renard"}
    pairs = [
        f"{s} {v} a {o}.\t{t} {w} un {p}."
        for (s, t), (v, w), (o, p) in product(who.items(), does.items(), what.items())
    ]
    tatoeba = folder / "tatoeba-en-fr"
    _write(tatoeba / "short.tsv", pairs[::2])
    _write(tatoeba / "attributed.tsv", [f"{pair}\tCC-BY 2.0" for pair in pairs[1::2]])
    _write_names(folder / "ner", draw)
    _write_digits(folder / "spoken-digits" / "recordings.tar.gz")
    build_cora(folder / "cora")


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_names(folder: Path, draw: random.Random) -> None:
    """Write sentences with names, in columns; each file has the tags of its data set."""
    tags = {
        "wikigold.conll": ("I-PER", "I-LOC", "I-ORG", "I-MISC"),
        **{f"wnut17.{part}.conll": ("B-person", "B-location", "B-corporation", "B-product")
           for part in ("train", "dev", "test")},
        **{f"btc.{part}.conll": ("B-PER", "B-LOC", "B-ORG", "B-LOC") for part in "befgh"},
    }  # fmt: skip
    for name, kinds in tags.items():
        space, lines = " " if name == "wikigold.conll" else "\t", []
        for number in range(40):
            if space == " " and number % 4 == 0:
                lines += ["-DOCSTART- O", ""]
            two = draw.sample(kinds, 2)
            chosen = [("".join(draw.choices("aeioulmnrst", k=6)).title(), kind) for kind in two]
            words = [*[(word, "O") for word in f"in {1900 + number} the old".split()], chosen[0]]
            if number % 3 == 0:
                words.append(("Senior", "I" + chosen[0][1][1:]))
            words += [("met", "O"), chosen[1], (draw.choice(TIMES), "O"), (".", "O")]
            lines += [f"{word}{space}{tag}" for word, tag in words] + [""]
        _write(folder / name, lines)


def _write_digits(path: Path) -> None:
    """Write tones in place of spoken digits: recordings 0, 5 and 7 of each digit and speaker."""
    rng = np.random.default_rng(0)
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as archive:
        for digit, speaker, number in product(range(10), SPEAKERS, (0, 5, 7)):
            time = np.arange(int(rng.uniform(0.2, 0.3) * 8000)) / 8000
            pitch = 200 * (digit + 1) * (1 + 0.05 * SPEAKERS.index(speaker))
            samples = 0.5 * np.sin(2 * np.pi * pitch * time) + 0.02 * rng.normal(size=len(time))
            content = io.BytesIO()
            soundfile.write(content, samples, 8000, format="WAV")
            entry = tarfile.TarInfo(f"recordings/{digit}_{speaker}_{number}.wav")
            entry.size = content.tell()
            content.seek(0)
            archive.addfile(entry, content)
