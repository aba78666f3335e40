"""Small adapters on MiniLM: what the recipes of the text stand-ins share."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import torch
from peft import PeftModel, TaskType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from torch import Tensor, nn
from transformers import (
    AutoModel,
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    get_linear_schedule_with_warmup,
)

from hooks.core.minilm import model_folder
from hooks.hub.stand_ins import minilm
from hooks.training import optimizers
from hooks.training.datasets import key
from hooks.training.loop import Batch, Run

FILES = (minilm.WEIGHTS, minilm.CONFIG)
MAX_TOKENS = 128
TARGETS = ("query", "value")  # layers that get an adapter, if a recipe does not say
CUT = {"padding": True, "truncation": True, "return_tensors": "pt"}

Labels = dict[int, str]
Row = tuple[str, int]  # a text and its label
Sized = TypeVar("Sized", bound=tuple)


def create(
    auto_class: type, task: TaskType, labels: Labels, rank: int, targets: tuple[str, ...] = TARGETS
) -> PeftModel:
    """Return MiniLM with an untrained adapter and head, ready to learn.

    Args:
        auto_class: Of transformers, for the task.
        task: PEFT's word for it.
        labels: Name of each class.
        rank: Of the adapter's matrices.
        targets: Layers that get one.
    """
    base = minilm.load_base(auto_class, labels)
    return minilm.add_lora(base, task, rank, ["classifier"], targets).train()


def fit(
    run: Run,
    model: PeftModel,
    batches: Iterable[Batch],
    losses: Callable[[Batch], Tensor],
    steps: int,
    rates: tuple[float, float],
    after: Callable[[], None] = lambda: None,
) -> None:
    """Train adapter and head with AdamW: rates rise for a tenth of the steps, then fall to zero.

    Args:
        run: Of which this is the loop.
        model: From `create`.
        batches: As many as `steps`.
        losses: Takes a batch.
        steps: Of the whole training.
        rates: Learning rates of adapter and head.
        after: Called after each step.
    """
    head, adapter = optimizers.split(model, lambda name, _: "classifier" in name)
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    learning = nn.ParameterList([*adapter, *head])
    run.fit(learning, batches, losses, [optimizer], [schedule], clip=1.0, after=after)


def train_classifier(
    run: Run, labels: Labels, rank: int, batches: Iterable[list[Row]], steps: int, rate: float
) -> None:
    """Train adapter and head for classes of texts, and write them.

    Args:
        run: Of which this is the loop.
        labels: Name of each class.
        rank: Of the adapter's matrices.
        batches: As many as `steps`.
        steps: Of the whole training.
        rate: Learning rate.
    """
    tokenizer = minilm.load_tokenizer()
    model = create(AutoModelForSequenceClassification, TaskType.SEQ_CLS, labels, rank)

    def loss(batch: list[Row]) -> Tensor:
        inputs, truth = encode(tokenizer, batch)
        return model(**inputs, labels=truth).loss

    fit(run, model, batches, loss, steps, (rate, rate))
    minilm.save_adapter(model, run.folder)


def trained(auto_class: type, labels: dict[int, str], adapter: Path) -> PreTrainedModel:
    """Return the model as it is served: MiniLM merged with the fp16 adapter.

    Args:
        auto_class: Of transformers, for the task.
        labels: Name of each class.
        adapter: Folder of the adapter.
    """
    return minilm.merge_adapter(minilm.load_base(auto_class, labels), adapter).eval()


def split(rows: list[Row], held_out: int, seed: int) -> tuple[list[Row], list[Row]]:
    """Drop repeated sentences (letters and digits alike), shuffle, hold some out.

    Args:
        rows: All of them.
        held_out: How many go into the second list.
        seed: Of the shuffle.
    """
    rows = list({key(text): (text, label) for text, label in rows}.values())
    random.Random(seed).shuffle(rows)
    return rows[held_out:], rows[:held_out]


def bag_of_words(rows: list[Row], steps: int = 100) -> Pipeline:
    """Return the baseline, fitted: word counts and logistic regression, no pre-training at all.

    Args:
        rows: To train on.
        steps: Of the fit, at most.
    """
    texts, labels = zip(*rows, strict=True)
    words = TfidfVectorizer(ngram_range=(1, 2))
    return make_pipeline(words, LogisticRegression(C=10, max_iter=steps)).fit(texts, labels)


def encode(tokenizer: PreTrainedTokenizerBase, rows: list[Row]) -> tuple[dict[str, Tensor], Tensor]:
    """Return padded inputs (batch, tokens) and labels (batch,).

    Args:
        tokenizer: MiniLM's.
        rows: Of one batch.
    """
    texts, labels = zip(*rows, strict=True)
    return tokenizer(list(texts), max_length=MAX_TOKENS, **CUT), torch.tensor(labels)


def by_length(rows: list[Sized], size: int, draw: random.Random) -> list[list[Sized]]:
    """Return shuffled batches, each of rows of about the same length: less padding.

    Args:
        rows: Their first parts have a length.
        size: Of a batch.
        draw: Shuffles.
    """
    rows = draw.sample(rows, len(rows))
    found = []
    for start in range(0, len(rows), 20 * size):
        near = sorted(rows[start : start + 20 * size], key=lambda row: len(row[0]))
        found += [near[index : index + size] for index in range(0, len(near), size)]
    return draw.sample(found, len(found))


@torch.inference_mode()
def embed(texts: list[str], longest: int) -> Tensor:
    """Return MiniLM's sentence embeddings (texts, 384): mean over tokens, length one.

    Args:
        texts: One sentence each.
        longest: Tokens; what is beyond them is cut.
    """
    tokenizer = minilm.load_tokenizer()
    model = AutoModel.from_pretrained(model_folder(), dtype=torch.float32).eval()
    parts = []
    for start in range(0, len(texts), 64):
        inputs = tokenizer(texts[start : start + 64], max_length=longest, **CUT)
        hidden = model(**inputs).last_hidden_state  # (batch, tokens, 384)
        mask = inputs["attention_mask"][..., None]
        parts.append((hidden * mask).sum(1) / mask.sum(1))
    return nn.functional.normalize(torch.cat(parts), dim=-1)
