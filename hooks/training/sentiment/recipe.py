"""Train the sentiment stand-in: `python -m hooks.training sentiment` (minutes, CPU)."""

import random
from collections.abc import Iterator
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification

from hooks.hub.stand_ins import minilm
from hooks.hub.stand_ins.sentiment.build import LABELS
from hooks.training import lora
from hooks.training.datasets import reviews
from hooks.training.frame import Recipe
from hooks.training.loop import Run
from hooks.training.lora import Row

SEED = 20
HELD_OUT = 600
EPOCHS, BATCH = 4, 16
RANK, LEARNING_RATE = 8, 1e-3

Found = tuple[dict[tuple[int, int], int], float, int]


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    """Shuffle the rows again in each epoch."""
    order = random.Random(SEED)
    for _ in range(EPOCHS):
        rows = order.sample(rows, len(rows))
        yield from (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def train(run: Run) -> None:
    """Train LoRA and head and write the adapter."""
    rows, _ = lora.split(reviews(), HELD_OUT, SEED)
    steps = EPOCHS * -(-len(rows) // BATCH)
    lora.train_classifier(run, LABELS, RANK, _batches(rows), steps, LEARNING_RATE)


@torch.inference_mode()
def _confusion(rows: list[Row], adapter: Path) -> dict[tuple[int, int], int]:
    """Return {(true label, predicted label): count} of the merged fp16 adapter, as it is served."""
    tokenizer = minilm.load_tokenizer()
    model = lora.trained(AutoModelForSequenceClassification, LABELS, adapter)
    counts = {(true, guess): 0 for true in LABELS for guess in LABELS}
    for start in range(0, len(rows), 50):
        inputs, labels = lora.encode(tokenizer, rows[start : start + 50])
        guesses = model(**inputs).logits.argmax(dim=-1)  # (batch, 2) -> (batch,)
        for true, guess in zip(labels.tolist(), guesses.tolist(), strict=True):
            counts[true, guess] += 1
    return counts


def evaluate(folder: Path) -> Found:
    """Return confusion counts, accuracy of the baseline, and how many rows were to train on."""
    training, held_out = lora.split(reviews(), HELD_OUT, SEED)
    baseline = lora.bag_of_words(training).score(*zip(*held_out, strict=True))
    return _confusion(held_out, folder), baseline, len(training)


def _describe(found: Found, trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    counts, baseline, training = found
    n, right = sum(counts.values()), counts[0, 0] + counts[1, 1]
    accuracy = right / n
    error = (accuracy * (1 - accuracy) / n) ** 0.5
    measured = f"""
Accuracy **{100 * accuracy:.1f} %** on {n} held-out sentences: {right} right, one standard error is
{100 * error:.1f} percentage points. Trained on {training:,} other sentences, seed {SEED}, in
{trained}.
The same sentences without pre-training, as words and word pairs with logistic regression:
{100 * baseline:.1f} %.

| true label | said NEGATIVE | said POSITIVE |
| --- | ---: | ---: |
| NEGATIVE | {counts[0, 0]} | {counts[0, 1]} |
| POSITIVE | {counts[1, 0]} | {counts[1, 1]} |
"""
    return measured, f"{accuracy:.4f}"


RECIPE = Recipe("sentiment", train, evaluate, _describe, SEED, lora.FILES, threads=2)
