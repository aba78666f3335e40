"""Measure intent routing: `python -m hooks.training.text_classification.banking77` (minutes).

Writes the table between the marks of `banking77.md`. Nothing is trained but logistic regressions,
and every choice is made on a tenth of the training questions; the test questions are scored last.
"""

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from scipy.sparse import spmatrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from hooks.training.card import fill, rows
from hooks.training.datasets import key, questions
from hooks.training.lora import embed
from hooks.training.text_classification.neutral import LONGEST

HERE = Path(__file__).parent
SEEDS, SHOTS = range(10), 10
CHOICES = (1, 10, 100)  # for C, the inverse strength of the regularization
THREADS = 1

Row = tuple[str, str]
Features = Callable[[list[str], list[str]], tuple]


def _few(rows: list[Row], shots: int, seed: int) -> list[Row]:
    """Return `shots` rows of each intent, drawn by `seed`."""
    draw, groups = random.Random(seed), {}
    for row in rows:
        groups.setdefault(row[1], []).append(row)
    return [row for _, group in sorted(groups.items()) for row in draw.sample(group, shots)]


class Embeddings:
    """MiniLM's vectors, each text computed once."""

    def __init__(self, texts: list[str]) -> None:
        start = time.perf_counter()
        vectors = embed(texts, LONGEST).numpy()
        self.seconds = 1000 * (time.perf_counter() - start) / len(texts)
        self.vectors = dict(zip(texts, vectors, strict=True))

    def __call__(self, training: list[str], testing: list[str]) -> tuple[list, list]:
        """Return the vectors of both lists."""
        return [self.vectors[text] for text in training], [self.vectors[text] for text in testing]


def _words(training: list[str], testing: list[str]) -> tuple[spmatrix, spmatrix]:
    """Return TF-IDF of words and word pairs, fitted on `training` only."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    return vectorizer.fit_transform(training), vectorizer.transform(testing)


def _accuracy(features: Features, training: list[Row], testing: list[Row], c: float) -> float:
    """Train a logistic regression on `training` and return its accuracy on `testing`."""
    (texts, labels), (questions, truth) = zip(*training, strict=True), zip(*testing, strict=True)
    x, y = features(list(texts), list(questions))
    model = LogisticRegression(C=c, max_iter=2000).fit(x, labels)
    return model.score(y, truth)


def _choose(features: Features, training: list[Row], validation: list[Row]) -> float:
    """Return the C that does best on `validation`."""
    scores = {c: _accuracy(features, training, validation, c) for c in CHOICES}
    print(f"  validation {scores}", flush=True)
    return max(scores, key=scores.__getitem__)


def _measure(features: Features, training: list[Row], testing: list[Row]) -> dict[str, float]:
    """Return mean and standard deviation with ten examples per intent, and accuracy with all."""
    rest, validation = train_test_split(
        training, test_size=0.1, random_state=0, stratify=[intent for _, intent in training]
    )
    c_few = _choose(features, _few(rest, SHOTS, seed=len(SEEDS)), validation)
    c_all = _choose(features, rest, validation)
    scores = [_accuracy(features, _few(training, SHOTS, s), testing, c_few) for s in SEEDS]
    found = {
        "few": statistics.mean(scores),
        "spread": statistics.stdev(scores),
        "all": _accuracy(features, training, testing, c_all),
        "c_few": c_few,
        "c_all": c_all,
    }
    print(f"  test {found}", flush=True)
    return found


def main() -> None:
    """Measure both kinds of features and write the table."""
    torch.set_num_threads(THREADS)
    training, testing = questions("train"), questions("test")
    known = {key(text) for text, _ in testing}
    unique = {key(text): (text, intent) for text, intent in training}
    training = [row for same, row in unique.items() if same not in known]
    print(f"{len(training)} to train on, {len(testing)} to test", flush=True)
    minilm = Embeddings([text for text, _ in (*training, *testing)])
    print(f"embedded: {minilm.seconds:.1f} s per 1,000", flush=True)
    found = {"TF-IDF and logistic regression": _measure(_words, training, testing)}
    found["MiniLM and logistic regression"] = _measure(minilm, training, testing)
    lines = {
        name: (f"{100 * r['few']:.1f} % ± {100 * r['spread']:.1f}", f"{100 * r['all']:.1f} %")
        for name, r in found.items()
    }
    measured = f"""
| Banking77, 77 intents | {SHOTS} examples per intent | all {len(training):,} examples |
| --- | ---: | ---: |
{rows(lines, "{}")}

Accuracy on the {len(testing):,} test questions. Ten examples: mean and standard deviation of
{len(SEEDS)} draws.
"""
    fill(HERE / "banking77.md", measured)


if __name__ == "__main__":
    main()
