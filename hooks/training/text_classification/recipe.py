"""Train the stand-in: `python -m hooks.training.text_classification.recipe` (CPU, minutes)."""

import argparse
import random
import tempfile
import time
from pathlib import Path

import torch
from peft import TaskType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from transformers import AutoModelForSequenceClassification, get_linear_schedule_with_warmup

from hooks.core.paths import STAND_INS
from hooks.hub.stand_ins import minilm
from hooks.hub.stand_ins.text_classification.build import LABELS
from hooks.training.card import fill
from hooks.training.sentiment.recipe import Row, encode, read_data, split
from hooks.training.text_classification import neutral

HERE = STAND_INS / "text_classification"
SEED = 20  # the reviews are split as for the stand-in of `sentiment`: the same 600 are held out
NEUTRAL = 1200
NEUTRAL_HELD_OUT = 300
RANK = 8
EPOCHS = 4
BATCH = 16
LEARNING_RATE = 1e-3
THREADS = 1


def read_rows() -> tuple[list[Row], list[Row]]:
    """Return rows to train on and rows to hold out, labeled 0, 1 and 2 as in `LABELS`."""
    reviews, held_out = split(read_data())
    plain, plain_held_out = neutral.collect(reviews, NEUTRAL, NEUTRAL_HELD_OUT, SEED)
    training = [(text, 2 * label) for text, label in reviews] + [(text, 1) for text in plain]
    testing = [(text, 2 * label) for text, label in held_out]
    return training, testing + [(text, 1) for text in plain_held_out]


def batches(rows: list[Row], draw: random.Random) -> list[list[Row]]:
    """Return shuffled batches of texts of similar length, so that little of a batch is padding."""
    rows = draw.sample(rows, len(rows))
    chunk = 20 * BATCH
    chunks = [
        sorted(rows[i : i + chunk], key=lambda r: len(r[0])) for i in range(0, len(rows), chunk)
    ]
    found = [rows[i : i + BATCH] for rows in chunks for i in range(0, len(rows), BATCH)]
    return draw.sample(found, len(found))


def train(rows: list[Row], folder: Path) -> None:
    """Train LoRA and head on `rows` and write the adapter to `folder`."""
    torch.manual_seed(SEED)
    tokenizer = minilm.load_tokenizer()
    base = minilm.load_base(AutoModelForSequenceClassification, LABELS)
    model = minilm.add_lora(base, TaskType.SEQ_CLS, RANK, ["classifier"])
    model.train()
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=0.01)
    draw = random.Random(SEED)
    steps = EPOCHS * len(batches(rows, random.Random(SEED)))
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    for epoch in range(EPOCHS):
        losses = []
        for batch in batches(rows, draw):
            inputs, labels = encode(tokenizer, batch)
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
def predict(rows: list[Row], adapter: Path) -> torch.Tensor:
    """Return the logits (n, 3) of the merged fp16 adapter, as it is served."""
    tokenizer = minilm.load_tokenizer()
    base = minilm.load_base(AutoModelForSequenceClassification, LABELS)
    model = minilm.merge_adapter(base, adapter).eval()
    starts = range(0, len(rows), 50)
    return torch.cat([model(**encode(tokenizer, rows[i : i + 50])[0]).logits for i in starts])


def measure(rows: list[Row], logits: torch.Tensor) -> tuple[list[list[int]], int]:
    """Return counts[true][said] of the three labels, and how many reviews two labels get right.

    The second figure takes the opinions only and lets the model choose between negative and
    positive, whatever it gives to neutral.
    """
    counts = [[0] * len(LABELS) for _ in LABELS]
    forced = 0
    for (_, label), row in zip(rows, logits, strict=True):
        counts[label][int(row.argmax())] += 1
        forced += label != 1 and (label == 2) == bool(row[2] > row[0])
    return counts, forced


def bag_of_words(training: list[Row], held_out: list[Row]) -> tuple[float, float]:
    """Return the same two figures, as shares, of word counts and logistic regression."""
    texts, labels = zip(*training, strict=True)
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10, max_iter=1000)
    )
    model.fit(texts, labels)
    logits = torch.tensor(model.decision_function([text for text, _ in held_out]))
    counts, forced = measure(held_out, logits)
    return share(counts), forced / sum(counts[0] + counts[2])


def share(counts: list[list[int]]) -> float:
    """Return the accuracy of a confusion table."""
    return sum(counts[i][i] for i in range(len(counts))) / sum(map(sum, counts))


def standard_error(p: float, n: int) -> float:
    """Return one standard error of a share `p` of `n`, in percentage points."""
    return 100 * (p * (1 - p) / n) ** 0.5


def fill_card(
    path: Path,
    counts: list[list[int]],
    forced: int,
    baseline: tuple[float, float],
    training: int,
    seconds: float,
) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    n, opinions = sum(map(sum, counts)), sum(counts[0] + counts[2])
    three, two = share(counts), forced / opinions
    table = "\n".join(
        f"| {LABELS[i]} | {' | '.join(map(str, row))} |" for i, row in enumerate(counts)
    )
    few, more = (f"**{100 * share:.1f} %**" for share in (two, three))
    words = [f"{100 * share:.1f} %" for share in baseline]
    errors = f"{standard_error(two, opinions):.1f} and {standard_error(three, n):.1f}"
    measured = f"""
| held out | MiniLM and adapter | words and word pairs, logistic regression |
| --- | ---: | ---: |
| two labels: {opinions} reviews, negative or positive | {few} | {words[1]} |
| three labels: the same, and {n - opinions} neutral sentences | {more} | {words[0]} |

One standard error is {errors} percentage points. Trained on {training:,} other sentences, seed
{SEED}, in {seconds:.0f} seconds on one CPU core.

| true label | said negative | said neutral | said positive |
| --- | ---: | ---: | ---: |
{table}
"""
    fill(path, measured, f"{two:.4f}", f"{three:.4f}")


def main() -> None:
    """Train, evaluate, write adapter and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed adapter")
    evaluate_only = parser.parse_args().evaluate
    torch.set_num_threads(THREADS)
    training, held_out = read_rows()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        adapter = HERE if evaluate_only else Path(scratch)
        if not evaluate_only:
            train(training, adapter)
        seconds = time.perf_counter() - start
        counts, forced = measure(held_out, predict(held_out, adapter))
        print(f"held out, three labels: {share(counts):.4f} of {len(held_out)}")
        print(f"held out, two labels: {forced / sum(counts[0] + counts[2]):.4f}")
        if not evaluate_only:
            for name in (minilm.WEIGHTS, minilm.CONFIG):
                (HERE / name).write_bytes((adapter / name).read_bytes())
            baseline = bag_of_words(training, held_out)
            fill_card(HERE / "README.md", counts, forced, baseline, len(training), seconds)


if __name__ == "__main__":
    main()
