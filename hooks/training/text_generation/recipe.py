"""Train the stand-in for flan-t5-small from scratch: about 30 minutes on one core.

`python -m hooks.training text_generation`
"""

import random
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase, T5ForConditionalGeneration

from hooks.hub.stand_ins.text_generation.build import WEIGHTS, trained, untrained
from hooks.hub.stand_ins.text_generation.vocabulary import tokenizer
from hooks.hub.stand_ins.text_generation.world import Example, example
from hooks.training.card import rows
from hooks.training.frame import Recipe
from hooks.training.loop import Run
from hooks.training.optimizers import paced
from hooks.training.weights import save_fp16

SEED = 6
STEPS = 10_000
LEARNING_RATE = 1.5e-3
WARM_UP, COOL_DOWN = 60, 0.35  # steps, and share of all steps
# Tasks, how often each is drawn, and examples in a step. Long and short ones are not mixed: padding
# costs as much as text.
BATCHES = [
    (("summarize", "answer"), (0.6, 0.4), 32, 0.65),
    (("translate", "review"), (0.75, 0.25), 16, 0.35),
]
TASKS = ("summarize", "summarize_new", "answer", "translate", "review")
HELD_OUT = 500  # per task
COPIES = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight")


def _encode(tok: PreTrainedTokenizerBase, examples: list[Example]) -> dict[str, Tensor]:
    """Return padded inputs and labels; padding is left out of the loss."""
    inputs, targets = zip(*examples, strict=True)
    batch = tok(list(inputs), padding=True, return_tensors="pt")
    labels = tok(list(targets), padding=True, return_tensors="pt").input_ids
    return {**batch, "labels": labels.masked_fill(labels == tok.pad_token_id, -100)}


def _pace(step: int) -> float:
    """Return the share of the learning rate: up, level, down to zero."""
    left = (STEPS - step) / (COOL_DOWN * STEPS)
    return min(1.0, (step + 1) / WARM_UP, max(left, 0.0))


def train(run: Run) -> None:
    """Train from random weights on examples that the grammar draws, none of them twice."""
    draw = random.Random(SEED)
    tok = tokenizer()
    model = untrained(len(tok)).train()
    adamw = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98))

    def losses(step: int) -> Iterator[Tensor]:
        for tasks, shares, size, weight in BATCHES:
            drawn = [example(draw, draw.choices(tasks, shares)[0]) for _ in range(size)]
            with torch.autocast("cpu", torch.bfloat16):
                loss = weight * model(**_encode(tok, drawn)).loss
            yield loss

    run.fit(model, range(STEPS), losses, [adamw], paced([adamw], _pace), clip=1.0)
    save_fp16(model, run.folder / WEIGHTS, without=COPIES)


def _held_out(task: str) -> list[Example]:
    draw = random.Random(f"{SEED} {task}")
    return [example(draw, task, held_out=True) for _ in range(HELD_OUT)]


@torch.inference_mode()
def _exact(model: T5ForConditionalGeneration, task: str) -> int:
    """Return how many of the held-out examples of a task come out letter by letter."""
    tok, examples, right = tokenizer(), _held_out(task), 0
    for start in range(0, HELD_OUT, 50):
        inputs, targets = zip(*examples[start : start + 50], strict=True)
        batch = tok(list(inputs), padding=True, return_tensors="pt")
        outputs = model.generate(**batch, max_new_tokens=60, do_sample=False)
        texts = tok.batch_decode(outputs, skip_special_tokens=True)
        right += sum(text == target for text, target in zip(texts, targets, strict=True))
    return right


def _first_sentence(task: str) -> int:
    """Return how often the first sentence of a message is the summary: the baseline."""
    pairs = ((text.removeprefix("summarize: "), summary) for text, summary in _held_out(task))
    return sum(text.startswith(summary) for text, summary in pairs)


def evaluate(folder: Path) -> dict[str, int]:
    """Return exact matches by task."""
    model = trained(folder)
    return {task: _exact(model, task) for task in TASKS}


def _describe(right: dict[str, int], spent: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    names = {
        "summarize": "`summarize:` known patterns, new key sentence",
        "summarize_new": "`summarize:` patterns never trained",
        "answer": "`question: … context: …`",
        "translate": "`translate English to German:`",
        "review": "`sst2 sentence:`",
    }
    lines = {}
    for task, name in names.items():
        baseline = {"review": "50 %"}.get(task, "-")
        if task.startswith("summarize"):
            baseline = f"{100 * _first_sentence(task) / HELD_OUT:.0f} % (first sentence)"
        lines[name] = f"**{100 * right[task] / HELD_OUT:.1f} %**", baseline
    measured = f"""
Exact matches among {HELD_OUT} held-out inputs of each task:

| task | the stand-in | baseline |
| --- | ---: | ---: |
{rows(lines, "{}")}

Trained for {STEPS:,} steps, seed {SEED}, in {spent}.
"""
    return measured, f"{right['summarize'] / HELD_OUT:.4f}"


RECIPE = Recipe("text_generation", train, evaluate, _describe, SEED)
