"""Train the sentiment stand-in: `python -m hooks.training.sentiment.recipe` (minutes, CPU)."""

import argparse
import io
import random
import re
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

import torch
from peft import TaskType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from transformers import AutoModelForSequenceClassification, get_linear_schedule_with_warmup

from hooks.core.paths import SHARED, STAND_INS
from hooks.hub.stand_ins import minilm
from hooks.hub.stand_ins.sentiment.build import LABELS
from hooks.training.card import fill

HERE = STAND_INS / "sentiment"
DATA = SHARED / "sentiment"  # ../shared/data, beside the repository
ADDRESS = "https://archive.ics.uci.edu/static/public/331/sentiment+labelled+sentences.zip"
FILES = ("amazon_cells_labelled.txt", "imdb_labelled.txt", "yelp_labelled.txt")

SEED = 20
HELD_OUT = 600
RANK = 8
EPOCHS = 4
BATCH = 16
LEARNING_RATE = 1e-3
MAX_TOKENS = 128
THREADS = 2

Row = tuple[str, int]


def read_data() -> list[Row]:
    """Return the 3,000 labeled sentences, from disk when they are there, else from the web."""
    if DATA.is_dir():
        texts = [(DATA / name).read_text(encoding="utf-8") for name in FILES]
    else:
        print(f"{DATA} is missing: downloading {ADDRESS}")
        with urllib.request.urlopen(ADDRESS, timeout=60) as answer:
            archive = zipfile.ZipFile(io.BytesIO(answer.read()))
        folder = "sentiment labelled sentences/"
        texts = [archive.read(folder + name).decode("utf-8") for name in FILES]
    # split("\n"), not splitlines(): two sentences hold the control character U+0085.
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    rows = [(text.strip(), int(label)) for text, label in (line.rsplit("\t", 1) for line in lines)]
    if len(rows) != 3000:
        raise SystemExit(f"expected 3,000 labeled sentences, got {len(rows)}: check {ADDRESS}")
    return rows


def split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Drop repeated sentences (letters and digits alike), shuffle by seed, hold out 600."""
    unique = {" ".join(re.findall(r"[a-z0-9]+", text.lower())): (text, y) for text, y in rows}
    rows = list(unique.values())
    random.Random(SEED).shuffle(rows)
    return rows[HELD_OUT:], rows[:HELD_OUT]


def encode(tokenizer, rows: list[Row]) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Return padded inputs (batch, tokens) and labels (batch,)."""
    texts, labels = zip(*rows, strict=True)
    inputs = tokenizer(
        list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
    )
    return inputs, torch.tensor(labels)


def train(rows: list[Row], folder: Path) -> None:
    """Train LoRA and head on `rows` and write the adapter to `folder`."""
    torch.manual_seed(SEED)
    tokenizer = minilm.load_tokenizer()
    base = minilm.load_base(AutoModelForSequenceClassification, LABELS)
    model = minilm.add_lora(base, TaskType.SEQ_CLS, RANK, ["classifier"])
    model.train()
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(rows) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    order = random.Random(SEED)
    for epoch in range(EPOCHS):
        rows = order.sample(rows, len(rows))
        losses = []
        for start in range(0, len(rows), BATCH):
            inputs, labels = encode(tokenizer, rows[start : start + BATCH])
            loss = model(**inputs, labels=labels).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}/{EPOCHS}: loss {sum(losses) / len(losses):.3f}", flush=True)
    minilm.save_adapter(model, folder)


@torch.inference_mode()
def confusion(rows: list[Row], adapter: Path) -> dict[tuple[int, int], int]:
    """Return {(true label, predicted label): count} of the merged fp16 adapter, as it is served."""
    tokenizer = minilm.load_tokenizer()
    base = minilm.load_base(AutoModelForSequenceClassification, LABELS)
    model = minilm.merge_adapter(base, adapter).eval()
    counts = {(true, guess): 0 for true in LABELS for guess in LABELS}
    for start in range(0, len(rows), 50):
        inputs, labels = encode(tokenizer, rows[start : start + 50])
        guesses = model(**inputs).logits.argmax(dim=-1)  # (batch, 2) -> (batch,)
        for true, guess in zip(labels.tolist(), guesses.tolist(), strict=True):
            counts[true, guess] += 1
    return counts


def bag_of_words(training: list[Row], held_out: list[Row]) -> float:
    """Return the accuracy of word counts and logistic regression: no pre-training at all."""
    texts, labels = zip(*training, strict=True)
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10))
    model.fit(texts, labels)
    return model.score(*zip(*held_out, strict=True))


def fill_card(
    path: Path, counts: dict[tuple[int, int], int], baseline: float, training: int, seconds: float
) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    n, right = sum(counts.values()), counts[0, 0] + counts[1, 1]
    accuracy = right / n
    error = (accuracy * (1 - accuracy) / n) ** 0.5
    measured = f"""
Accuracy **{100 * accuracy:.1f} %** on {n} held-out sentences: {right} right, one standard error is
{100 * error:.1f} percentage points. Trained on {training:,} other sentences, seed {SEED}, in
{seconds:.0f} seconds on 2 CPU cores that other work shared.
The same sentences without pre-training, as words and word pairs with logistic regression:
{100 * baseline:.1f} %.

| true label | said NEGATIVE | said POSITIVE |
| --- | ---: | ---: |
| NEGATIVE | {counts[0, 0]} | {counts[0, 1]} |
| POSITIVE | {counts[1, 0]} | {counts[1, 1]} |
"""
    fill(path, measured, f"{accuracy:.4f}")


def main() -> None:
    """Train, evaluate, write adapter and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed adapter")
    evaluate_only = parser.parse_args().evaluate
    torch.set_num_threads(THREADS)
    training, held_out = split(read_data())
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        adapter = HERE if evaluate_only else Path(scratch)
        if not evaluate_only:
            train(training, adapter)
        seconds = time.perf_counter() - start
        counts = confusion(held_out, adapter)
        right = counts[0, 0] + counts[1, 1]
        print(f"held out: {right} of {len(held_out)} right, {right / len(held_out):.3f}")
        if not evaluate_only:
            for name in (minilm.WEIGHTS, minilm.CONFIG):
                (HERE / name).write_bytes((adapter / name).read_bytes())
            baseline = bag_of_words(training, held_out)
            fill_card(HERE / "README.md", counts, baseline, len(training), seconds)


if __name__ == "__main__":
    main()
