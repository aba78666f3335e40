"""Open data that recipes train on: it lies beside the repository; nothing is downloaded."""

import csv
import io
import re
import tarfile
from pathlib import Path

import numpy as np
import soundfile

from hooks.core.paths import SHARED

REVIEWS = "https://archive.ics.uci.edu/dataset/331/sentiment+labelled+sentences"
BANKING = "https://github.com/PolyAI-LDN/task-specific-datasets/tree/master/banking_data"
TATOEBA = "https://www.manythings.org/anki/fra-eng.zip"
DIGITS = "https://github.com/Jakobovski/free-spoken-digit-dataset"

Sentence = list[tuple[str, str]]  # (word, tag)


class MissingData(FileNotFoundError):
    """Data to train on is not there; the message says what to put where."""


def find(name: str, source: str) -> Path:
    """Return the path of a file or folder of open data.

    Args:
        name: In the folder of data, such as "sentiment/yelp_labelled.txt".
        source: Address where anybody gets it.

    Raises:
        MissingData: There is no such file or folder.
    """
    path = SHARED / name
    if not path.exists():
        raise MissingData(f"{path} is missing: put {path.name} from {source} into {path.parent}")
    return path


def read(name: str, source: str) -> str:
    """Return the text of a file of open data.

    Args:
        name: In the folder of data.
        source: Address where anybody gets it.

    Raises:
        MissingData: There is no such file.
    """
    return find(name, source).read_text(encoding="utf-8")


def key(text: str) -> str:
    """Return letters and digits only: texts with the same key count as repeats."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def reviews() -> list[tuple[str, int]]:
    """Return the 3,000 sentences of reviews: 1 for happy, 0 for unhappy.

    Raises:
        MissingData: A file is missing, or holds something else.
    """
    names = [f"sentiment/{site}_labelled.txt" for site in ("amazon_cells", "imdb", "yelp")]
    # split("\n"), not splitlines(): two sentences hold the control character U+0085.
    lines = [line for name in names for line in read(name, REVIEWS).split("\n") if line.strip()]
    if len(lines) != 3000:
        raise MissingData(f"{SHARED / 'sentiment'}: {len(lines)} reviews, not 3,000: {REVIEWS}")
    return [(text.strip(), int(label)) for text, label in (line.rsplit("\t", 1) for line in lines)]


def questions(part: str) -> list[tuple[str, str]]:
    """Return Banking77's questions with their intents, of the part `train` or `test`."""
    text = read(f"banking77/{part}.csv", BANKING)
    return [(row["text"].strip(), row["category"]) for row in csv.DictReader(io.StringIO(text))]


def sentence_pairs(*parts: str) -> list[tuple[str, str]]:
    """Return English sentences of Tatoeba and their French, of the parts `short`, `attributed`.

    The public archive grows; a later one gives other sentences, and slightly other figures.
    """
    texts = [read(f"tatoeba-en-fr/{part}.tsv", TATOEBA) for part in parts]
    lines = [line.split("\t") for text in texts for line in text.split("\n") if line.strip()]
    return [(english, french) for english, french, *_ in lines]


def tagged(name: str, source: str) -> list[Sentence]:
    """Return the sentences of a file in columns, word and tag, with their tags as they are.

    Args:
        name: In the folder of data.
        source: Address where anybody gets it.
    """
    sentences: list[Sentence] = [[]]
    # split("\n"), not splitlines(): some words hold other line separators.
    for line in read(name, source).split("\n"):
        word, _, tag = line.strip("\r").rpartition("\t" if "\t" in line else " ")
        if word.strip():
            sentences[-1].append((word, tag.strip()))
        elif sentences[-1]:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def spoken_digits() -> dict[str, tuple[np.ndarray, int]]:
    """Return samples, float32, and rate of 3,000 spoken digits by name, such as "7_jackson_0"."""
    files = {}
    path = find("spoken-digits/recordings.tar.gz", DIGITS)
    with tarfile.open(path, "r|gz") as archive:  # in one pass: gzip cannot go back
        for member in archive:
            if file := archive.extractfile(member):
                content = io.BytesIO(file.read())
                files[Path(member.name).stem] = soundfile.read(content, dtype="float32")
    return dict(sorted(files.items()))
