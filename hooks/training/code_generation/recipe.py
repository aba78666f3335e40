"""Train the stand-in for Qwen2.5-Coder: a few minutes on one core.

`python -m hooks.training code_generation`
"""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from hooks.hub.stand_ins.code_generation import functions, questions, shop, vocabulary
from hooks.hub.stand_ins.code_generation.build import WEIGHTS, trained, untrained
from hooks.hub.stand_ins.code_generation.questions import Pair
from hooks.training.card import rows
from hooks.training.frame import Recipe
from hooks.training.loop import Run
from hooks.training.optimizers import muon_and_adamw, paced
from hooks.training.weights import save_fp16
from snippets.code.code_generation import PYTHON, SQL, draft
from snippets.code.safe_query import Refused, run_query, same_rows

SEED = 20
STEPS = 700
RATE, MUON_RATE = 3e-3, 0.02  # of embedding and norms, and of the matrices inside
BATCH = {"sql": 48, "python": 24}
SYSTEM = {"sql": "\n".join([SQL, *shop.SCHEMA]), "python": PYTHON}
OTHER_SHOPS = (21, 22, 23)  # seeds: the same names, other rows
FUNCTIONS = 300  # held-out functions in the evaluation


def _encode(tok: PreTrainedTokenizerBase, system: str, pairs: list[Pair]) -> dict[str, Tensor]:
    """Return padded chats; only the answers count in the loss.

    Args:
        tok: The stand-in's tokenizer.
        system: What stands before each question.
        pairs: Questions and answers.
    """
    chat = [{"role": "system", "content": system}, {"role": "user", "content": "%"}]
    prompt = tok.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    before, after = tok(prompt.split("%")).input_ids
    asked, answers = (tok(list(texts)).input_ids for texts in zip(*pairs, strict=True))
    starts = [len(before) + len(one) + len(after) for one in asked]
    both = zip(asked, answers, strict=True)
    rows = [[*before, *one, *after, *other, tok.eos_token_id] for one, other in both]
    size = max(map(len, rows))
    ids = torch.full((len(rows), size), tok.pad_token_id)
    labels = torch.full((len(rows), size), -100)
    for i, (row, start) in enumerate(zip(rows, starts, strict=True)):
        ids[i, : len(row)] = torch.tensor(row)
        labels[i, start : len(row)] = ids[i, start : len(row)]
    # Padding comes last, so that no token sees it: no mask is needed.
    return {"input_ids": ids, "labels": labels}


def _pace(step: int) -> float:
    """Return the share of the learning rate: up, level, down to zero."""
    return min(1.0, (step + 1) / 40, 2 * (STEPS - step) / STEPS)


def _batches() -> Iterator[dict[str, list[Pair]]]:
    """Draw pairs as they are needed."""
    draw, stored = random.Random(SEED), questions.stored()
    for _ in range(STEPS):
        yield {
            "sql": [questions.training_pair(draw, stored) for _ in range(BATCH["sql"])],
            "python": [functions.pair(draw) for _ in range(BATCH["python"])],
        }


def train(run: Run) -> None:
    """Train from random weights."""
    tok = vocabulary.tokenizer()
    model = untrained().train()

    def losses(pairs: dict[str, list[Pair]]) -> Iterator[dict[str, Tensor]]:
        for kind, some in pairs.items():
            some.sort(key=lambda pair: len(pair[1]))
            half = len(some) // 2
            for part in (some[:half], some[half:]):  # short and long: little is padded
                with torch.autocast("cpu", torch.bfloat16):
                    loss = model(**_encode(tok, SYSTEM[kind], part)).loss
                yield {kind: loss * len(part) / sum(BATCH.values())}

    def inside(name: str, weight: Tensor) -> bool:
        return weight.ndim == 2 and "embed" not in name

    rates, adamw = (MUON_RATE, RATE), {"betas": (0.9, 0.98)}
    optimizers = muon_and_adamw(model, inside, rates, adamw=adamw)
    run.fit(model, _batches(), losses, optimizers, paced(optimizers, _pace), clip=1.0, every=50)
    save_fp16(model, run.folder / WEIGHTS, without=("lm_head.weight",))


def shops() -> list[sqlite3.Connection]:
    """Return the shop of the course, then others."""
    found = []
    for seed in (20, *OTHER_SHOPS):
        found.append(sqlite3.connect(":memory:"))
        found[-1].executescript(shop.script(seed))
    return found


def right(sql: str, expected: str, source: sqlite3.Connection) -> bool:
    """Return whether both queries give the same rows; a query that does not run is wrong.

    Args:
        sql: To be judged.
        expected: Gives the right rows.
        source: The database.
    """
    try:
        found = run_query(sql, source)
    except (Refused, sqlite3.Error):
        return False
    return same_rows(found, run_query(expected, source))


def evaluate(folder: Path) -> dict[str, tuple[int, int]]:
    """Return counts of right answers and of all, by what was asked and measured."""
    model, tok = trained(folder), vocabulary.tokenizer()
    tok.padding_side = "left"
    pairs = questions.held_out()
    answers = draft([asked for asked, _ in pairs], SYSTEM["sql"], tok, model, 48, 80)
    databases = shops()
    on_all = [
        [right(found, wanted, one) for one in databases]
        for found, (_, wanted) in zip(answers, pairs, strict=True)
    ]
    draw = random.Random(f"{SEED} functions")
    asked = [functions.pair(draw, held_out=True) for _ in range(FUNCTIONS)]
    codes = draft([one for one, _ in asked], SYSTEM["python"], tok, model, 48, 60)
    exact = sum(code == wanted for code, (_, wanted) in zip(codes, asked, strict=True))
    here = sum(one[0] for one in on_all)
    return {
        "SQL, held out: rows as expected in the course's shop": (here, len(pairs)),
        "the same, in four shops with other rows at once": (sum(map(all, on_all)), len(pairs)),
        "Python functions, held out: letter by letter": (exact, FUNCTIONS),
    }


def _describe(scores: dict[str, tuple[int, int]], spent: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    shares = {name: (f"**{100 * x / n:.1f} %**", n) for name, (x, n) in scores.items()}
    measured = f"""
| asked and measured | right | of |
| --- | ---: | ---: |
{rows(shares, "{}")}

Trained for {STEPS:,} steps, seed {SEED}, in {spent}.
"""
    good, every = next(iter(scores.values()))
    return measured, f"{good / every:.4f}"


RECIPE = Recipe("code_generation", train, evaluate, _describe, SEED)
