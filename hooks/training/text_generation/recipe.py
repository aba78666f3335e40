"""Train the stand-in for flan-t5-small from scratch and measure it: about 30 minutes on one core.

python -m hooks.training.text_generation.recipe [--evaluate] [--steps N]
"""

import argparse
import random
import time

import torch
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerBase, T5ForConditionalGeneration

from hooks.hub.stand_ins.text_generation.build import HERE, WEIGHTS, trained, untrained
from hooks.hub.stand_ins.text_generation.vocabulary import tokenizer
from hooks.hub.stand_ins.text_generation.world import Example, example
from hooks.training.card import fill

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


def encode(tok: PreTrainedTokenizerBase, examples: list[Example]) -> dict[str, torch.Tensor]:
    """Return padded inputs and labels; padding is left out of the loss."""
    inputs, targets = zip(*examples, strict=True)
    batch = tok(list(inputs), padding=True, return_tensors="pt")
    labels = tok(list(targets), padding=True, return_tensors="pt").input_ids
    return {**batch, "labels": labels.masked_fill(labels == tok.pad_token_id, -100)}


def pace(step: int, steps: int) -> float:
    """Return the share of the learning rate: up, level, down to zero."""
    left = (steps - step) / (COOL_DOWN * steps)
    return min(1.0, (step + 1) / WARM_UP, max(left, 0.0))


def train(steps: int) -> T5ForConditionalGeneration:
    """Train from random weights on examples that the grammar draws, none of them twice."""
    torch.manual_seed(SEED)
    draw = random.Random(SEED)
    tok = tokenizer()
    model = untrained(len(tok)).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: pace(step, steps))
    start, total = time.perf_counter(), 0.0
    for step in range(1, steps + 1):
        for tasks, shares, size, weight in BATCHES:
            batch = encode(
                tok, [example(draw, draw.choices(tasks, shares)[0]) for _ in range(size)]
            )
            with torch.autocast("cpu", torch.bfloat16):
                loss = weight * model(**batch).loss
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        if step % 100 == 0:
            seconds = time.perf_counter() - start
            print(f"step {step}/{steps}: loss {total / 100:.3f}, {seconds:.0f} s", flush=True)
            total = 0.0
    return model


@torch.inference_mode()
def exact(model: T5ForConditionalGeneration, task: str) -> int:
    """Return how many of the held-out examples of a task come out letter by letter."""
    tok = tokenizer()
    draw = random.Random(f"{SEED} {task}")
    examples = [example(draw, task, held_out=True) for _ in range(HELD_OUT)]
    right = 0
    for start in range(0, HELD_OUT, 50):
        inputs, targets = zip(*examples[start : start + 50], strict=True)
        batch = tok(list(inputs), padding=True, return_tensors="pt")
        outputs = model.generate(**batch, max_new_tokens=60, do_sample=False)
        texts = tok.batch_decode(outputs, skip_special_tokens=True)
        right += sum(text == target for text, target in zip(texts, targets, strict=True))
    return right


def first_sentence(task: str) -> int:
    """Return how often the first sentence of a message is the summary: the baseline."""
    draw = random.Random(f"{SEED} {task}")
    examples = [example(draw, task, held_out=True) for _ in range(HELD_OUT)]
    return sum(text.removeprefix("summarize: ").startswith(summary) for text, summary in examples)


def fill_card(right: dict[str, int], training: str) -> None:
    """Put the measured figures into the hand-written model card."""
    names = {
        "summarize": "`summarize:` known patterns, new key sentence",
        "summarize_new": "`summarize:` patterns never trained",
        "answer": "`question: … context: …`",
        "translate": "`translate English to German:`",
        "review": "`sst2 sentence:`",
    }
    rows = []
    for task, name in names.items():
        baseline = {"review": "50 %"}.get(task, "-")
        if task.startswith("summarize"):
            baseline = f"{100 * first_sentence(task) / HELD_OUT:.0f} % (first sentence)"
        rows.append(f"| {name} | **{100 * right[task] / HELD_OUT:.1f} %** | {baseline} |")
    measured = f"""
Exact matches among {HELD_OUT} held-out inputs of each task:

| task | the stand-in | baseline |
| --- | ---: | ---: |
{chr(10).join(rows)}

{training}
"""
    fill(HERE / "README.md", measured, f"{right['summarize'] / HELD_OUT:.4f}")


def main() -> None:
    """Train, evaluate, write weights and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed weights")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    start = time.perf_counter()
    if not options.evaluate:
        model = train(options.steps)
        minutes = (time.perf_counter() - start) / 60
        state = {name: tensor.half() for name, tensor in model.state_dict().items()}
        for copy in (
            "encoder.embed_tokens.weight",
            "decoder.embed_tokens.weight",
            "lm_head.weight",
        ):
            state.pop(copy, None)
        save_file({name: tensor.contiguous() for name, tensor in state.items()}, HERE / WEIGHTS)
    right = {task: exact(trained(), task) for task in TASKS}
    for task, count in right.items():
        print(f"{task}: {count} of {HELD_OUT} exact")
    if not options.evaluate:
        training = (
            f"Trained for {options.steps:,} steps, seed {SEED}, in {minutes:.0f} minutes on one "
            "CPU core of a machine that did other work, too."
        )
        fill_card(right, training)


if __name__ == "__main__":
    main()
