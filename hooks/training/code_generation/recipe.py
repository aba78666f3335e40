"""Train the stand-in for Qwen2.5-Coder and measure it: a few minutes on one core.

python -m hooks.training.code_generation.recipe [--evaluate] [--steps N]
"""

import argparse
import random
import sqlite3
import time

import torch
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerBase, Qwen2ForCausalLM

from hooks.hub.stand_ins.code_generation import functions, questions, shop, vocabulary
from hooks.hub.stand_ins.code_generation.build import HERE, WEIGHTS, trained, untrained
from hooks.hub.stand_ins.code_generation.questions import Pair
from hooks.training.card import fill
from snippets.code.code_generation import PYTHON, SQL, draft
from snippets.code.safe_query import Refused, run_query, same_rows

SEED = 20
STEPS = 700
RATE, MUON_RATE = 3e-3, 0.02  # of embedding and norms, and of the matrices inside
BATCH = {"sql": 48, "python": 24}
SYSTEM = {"sql": "\n".join([SQL, *shop.SCHEMA]), "python": PYTHON}
OTHER_SHOPS = (21, 22, 23)  # seeds: the same names, other rows
FUNCTIONS = 300  # held-out functions in the evaluation


def encode(tok: PreTrainedTokenizerBase, system: str, pairs: list[Pair]) -> dict[str, torch.Tensor]:
    """Return padded chats; only the answers count in the loss."""
    chat = [{"role": "system", "content": system}, {"role": "user", "content": "%"}]
    prompt = tok.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
    before, after = tok(prompt.split("%")).input_ids
    asked, answers = (tok(list(texts)).input_ids for texts in zip(*pairs, strict=True))
    starts = [len(before) + len(one) + len(after) for one in asked]
    rows = [
        [*before, *one, *after, *other, tok.eos_token_id]
        for one, other in zip(asked, answers, strict=True)
    ]
    size = max(map(len, rows))
    ids = torch.full((len(rows), size), tok.pad_token_id)
    labels = torch.full((len(rows), size), -100)
    for i, (row, start) in enumerate(zip(rows, starts, strict=True)):
        ids[i, : len(row)] = torch.tensor(row)
        labels[i, start : len(row)] = ids[i, start : len(row)]
    # Padding comes last, so that no token sees it: no mask is needed.
    return {"input_ids": ids, "labels": labels}


def pace(step: int, steps: int) -> float:
    """Return the share of the learning rate: up, level, down to zero."""
    return min(1.0, (step + 1) / 40, 2 * (steps - step) / steps)


def train(steps: int) -> Qwen2ForCausalLM:
    """Train from random weights on pairs that are drawn as they are needed."""
    torch.manual_seed(SEED)
    draw = random.Random(SEED)
    tok, stored = vocabulary.tokenizer(), questions.stored()
    model = untrained().train()
    inside = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    rest = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    optimizers = [
        torch.optim.Muon(inside, lr=MUON_RATE, weight_decay=0.01),
        torch.optim.AdamW(rest, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01),
    ]
    schedules = [
        torch.optim.lr_scheduler.LambdaLR(one, lambda step: pace(step, steps)) for one in optimizers
    ]
    start, total = time.perf_counter(), {"sql": 0.0, "python": 0.0}
    for step in range(1, steps + 1):
        pairs = {
            "sql": [questions.training_pair(draw, stored) for _ in range(BATCH["sql"])],
            "python": [functions.pair(draw) for _ in range(BATCH["python"])],
        }
        for kind, some in pairs.items():
            some.sort(key=lambda pair: len(pair[1]))
            half = len(some) // 2
            for part in (some[:half], some[half:]):  # short and long: little is padded
                batch = encode(tok, SYSTEM[kind], part)
                with torch.autocast("cpu", torch.bfloat16):
                    loss = model(**batch).loss
                (loss * len(part) / sum(BATCH.values())).backward()
                total[kind] += loss.item() / 2
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for one in (*optimizers, *schedules):
            one.step()
        model.zero_grad()
        if step % 50 == 0:
            seconds = time.perf_counter() - start
            losses = ", ".join(f"{kind} {value / 50:.4f}" for kind, value in total.items())
            print(f"step {step}/{steps}: {losses}, {seconds:.0f} s", flush=True)
            total = dict.fromkeys(total, 0.0)
    return model.eval()


def shops() -> list[sqlite3.Connection]:
    """Return the shop of the course, then others."""
    found = []
    for seed in (20, *OTHER_SHOPS):
        found.append(sqlite3.connect(":memory:"))
        found[-1].executescript(shop.script(seed))
    return found


def right(sql: str, expected: str, source: sqlite3.Connection) -> bool:
    """Return whether both queries give the same rows; a query that does not run is wrong."""
    try:
        found = run_query(sql, source)
    except (Refused, sqlite3.Error):
        return False
    return same_rows(found, run_query(expected, source))


def evaluate(model: Qwen2ForCausalLM) -> dict[str, tuple[int, int]]:
    """Return counts of right answers and of all, by what was asked and measured."""
    tok = vocabulary.tokenizer()
    tok.padding_side = "left"
    pairs = questions.held_out()
    answers = draft([asked for asked, _ in pairs], SYSTEM["sql"], tok, model, 48, 80)
    here, *others = shops()
    on_all = [
        [right(found, wanted, one) for one in (here, *others)]
        for found, (_, wanted) in zip(answers, pairs, strict=True)
    ]
    draw = random.Random(f"{SEED} functions")
    asked = [functions.pair(draw, held_out=True) for _ in range(FUNCTIONS)]
    codes = draft([one for one, _ in asked], SYSTEM["python"], tok, model, 48, 60)
    exact = sum(code == wanted for code, (_, wanted) in zip(codes, asked, strict=True))
    return {
        "SQL, held out: rows as expected in the course's shop": (
            sum(one[0] for one in on_all),
            len(pairs),
        ),
        "the same, in four shops with other rows at once": (sum(map(all, on_all)), len(pairs)),
        "Python functions, held out: letter by letter": (exact, FUNCTIONS),
    }


def fill_card(scores: dict[str, tuple[int, int]], training: str) -> None:
    """Put the measured figures into the hand-written model card."""
    rows = [
        f"| {name} | **{100 * good / every:.1f} %** | {every} |"
        for name, (good, every) in scores.items()
    ]
    measured = f"""
| asked and measured | right | of |
| --- | ---: | ---: |
{chr(10).join(rows)}

{training}
"""
    good, every = next(iter(scores.values()))
    fill(HERE / "README.md", measured, f"{good / every:.4f}")


def main() -> None:
    """Train, evaluate, write weights and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed weights")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    start = time.perf_counter()
    if not options.evaluate:
        vocabulary.write_pieces()
        model = train(options.steps)
        minutes = (time.perf_counter() - start) / 60
        state = {name: tensor.half() for name, tensor in model.state_dict().items()}
        state.pop("lm_head.weight", None)
        save_file({name: tensor.contiguous() for name, tensor in state.items()}, HERE / WEIGHTS)
    scores = evaluate(trained())
    for name, (good, every) in scores.items():
        print(f"{name}: {good} of {every}")
    if not options.evaluate:
        training = (
            f"Trained for {options.steps:,} steps, seed {SEED}, in {minutes:.0f} minutes on one "
            "CPU core of a machine that did other work, too."
        )
        fill_card(scores, training)


if __name__ == "__main__":
    main()
