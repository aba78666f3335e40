"""Train the stand-in: `python -m hooks.training text_classification` (CPU, minutes)."""

import random
from collections.abc import Iterator
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification

from hooks.hub.stand_ins import minilm
from hooks.hub.stand_ins.text_classification.build import LABELS
from hooks.training import lora
from hooks.training.card import rows
from hooks.training.datasets import reviews
from hooks.training.frame import Recipe
from hooks.training.loop import Run
from hooks.training.lora import Row
from hooks.training.text_classification import neutral

SEED, HELD_OUT = 20, 600  # the same reviews are held out as for `sentiment`
NEUTRAL, NEUTRAL_HELD_OUT = 1200, 300
EPOCHS, BATCH = 4, 16
RANK, LEARNING_RATE = 8, 1e-3

Found = tuple[list[list[int]], int, tuple[float, float], int]


def _read_rows() -> tuple[list[Row], list[Row]]:
    """Return rows to train on and rows to hold out, labeled 0, 1 and 2 as in `LABELS`."""
    opinions, held_out = lora.split(reviews(), HELD_OUT, SEED)
    plain, plain_held_out = neutral.collect(opinions, NEUTRAL, NEUTRAL_HELD_OUT, SEED)
    training = [(text, 2 * label) for text, label in opinions] + [(text, 1) for text in plain]
    testing = [(text, 2 * label) for text, label in held_out]
    return training, testing + [(text, 1) for text in plain_held_out]


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    """Put batches together anew in each epoch."""
    draw = random.Random(SEED)
    for _ in range(EPOCHS):
        yield from lora.by_length(rows, BATCH, draw)


def train(run: Run) -> None:
    """Train LoRA and head and write the adapter."""
    rows, _ = _read_rows()
    steps = EPOCHS * -(-len(rows) // BATCH)
    lora.train_classifier(run, LABELS, RANK, _batches(rows), steps, LEARNING_RATE)


@torch.inference_mode()
def _predict(rows: list[Row], adapter: Path) -> torch.Tensor:
    """Return the logits (n, 3) of the merged fp16 adapter, as it is served."""
    tokenizer = minilm.load_tokenizer()
    model = lora.trained(AutoModelForSequenceClassification, LABELS, adapter)
    inputs = [lora.encode(tokenizer, rows[i : i + 50])[0] for i in range(0, len(rows), 50)]
    return torch.cat([model(**some).logits for some in inputs])


def _measure(rows: list[Row], logits: torch.Tensor) -> tuple[list[list[int]], int]:
    """Return counts[true][said] of the three labels, and how many reviews two labels get right.

    The second figure takes the opinions only and lets the model choose between negative and
    positive, whatever it gives to neutral.
    """
    counts, forced = [[0] * len(LABELS) for _ in LABELS], 0
    for (_, label), row in zip(rows, logits, strict=True):
        counts[label][int(row.argmax())] += 1
        forced += label != 1 and (label == 2) == bool(row[2] > row[0])
    return counts, forced


def _bag_of_words(training: list[Row], held_out: list[Row]) -> tuple[float, float]:
    """Return the same two figures, as shares, of word counts and logistic regression."""
    model = lora.bag_of_words(training, 1000)
    logits = torch.tensor(model.decision_function([text for text, _ in held_out]))
    counts, forced = _measure(held_out, logits)
    return _share(counts), forced / sum(counts[0] + counts[2])


def _share(counts: list[list[int]]) -> float:
    """Return the accuracy of a confusion table."""
    return sum(counts[i][i] for i in range(len(counts))) / sum(map(sum, counts))


def _standard_error(p: float, n: int) -> float:
    """Return one standard error of a share `p` of `n`, in percentage points."""
    return 100 * (p * (1 - p) / n) ** 0.5


def evaluate(folder: Path) -> Found:
    """Return what `measure` says, the same of the baseline, and how many rows were to train on."""
    training, held_out = _read_rows()
    counts, forced = _measure(held_out, _predict(held_out, folder))
    return counts, forced, _bag_of_words(training, held_out), len(training)


def _describe(found: Found, trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metrics."""
    counts, forced, baseline, training = found
    n, opinions = sum(map(sum, counts)), sum(counts[0] + counts[2])
    three, two = _share(counts), forced / opinions
    few, more = (f"**{100 * share:.1f} %**" for share in (two, three))
    words = [f"{100 * share:.1f} %" for share in baseline]
    errors = f"{_standard_error(two, opinions):.1f} and {_standard_error(three, n):.1f}"
    measured = f"""
| held out | MiniLM and adapter | words and word pairs, logistic regression |
| --- | ---: | ---: |
| two labels: {opinions} reviews, negative or positive | {few} | {words[1]} |
| three labels: the same, and {n - opinions} neutral sentences | {more} | {words[0]} |

One standard error is {errors} percentage points. Trained on {training:,} other sentences, seed
{SEED}, in {trained}.

| true label | said negative | said neutral | said positive |
| --- | ---: | ---: | ---: |
{rows({LABELS[i]: row for i, row in enumerate(counts)}, "{}")}
"""
    return measured, f"{two:.4f}", f"{three:.4f}"


RECIPE = Recipe("text_classification", train, evaluate, _describe, SEED, lora.FILES)
