"""Train the entity stand-in: `python -m hooks.training.ner.recipe` (minutes, CPU)."""

import argparse
import random
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import torch
from peft import TaskType
from transformers import (
    AutoModelForTokenClassification,
    TokenClassificationPipeline,
    get_linear_schedule_with_warmup,
)

from hooks.core.paths import STAND_INS
from hooks.hub.stand_ins import minilm
from hooks.hub.stand_ins.ner.build import LABELS, NAMES
from hooks.training.card import fill
from hooks.training.ner.data import SEED, split
from hooks.training.ner.spans import Score, Sentence, Span, score, spans_of, text_of

HERE = STAND_INS / "ner"

RANK = 16
TARGETS = ("query", "key", "value", "dense")
WIKIGOLD_TIMES = 3  # its sentences count three times: they are what is held out
EPOCHS = 6
SWAPPED, SWAP = 0.7, 0.5  # share of sentences whose names are swapped, and of their names
AVERAGE = 0.99  # the adapter is a running average of the weights: less noise from the last steps
BATCH = 16
LEARNING_RATE = 1e-3
HEAD_LEARNING_RATE = 2e-3
MAX_TOKENS = 128
THREADS = 1
IGNORED = -100  # the label of [CLS], [SEP] and padding
MISC_OR_O = [NAMES.index(name) for name in ("O", "B-MISC", "I-MISC")]

Row = tuple[list[int], list[int], bool]  # token ids, labels, whether MISC is labeled


def encode(tokenizer, sentence: Sentence, has_misc: bool) -> Row:
    """Return token ids and a label for each: the first piece of a word B- or I-, the others I-."""
    encoded = tokenizer(
        text_of(sentence),
        truncation=True,
        max_length=MAX_TOKENS,
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
    )
    ends = []  # of each word, in characters
    for word, _ in sentence:
        ends.append((ends[-1] + 1 if ends else 0) + len(word))
    labels, index, before = [], 0, None
    for (start, _), special in zip(
        encoded["offset_mapping"], encoded["special_tokens_mask"], strict=True
    ):
        if special:
            labels.append(IGNORED)
            continue
        while start >= ends[index]:
            index += 1
        tag = sentence[index][1]
        labels.append(NAMES.index(tag.replace("B-", "I-") if index == before else tag))
        before = index
    return encoded["input_ids"], labels, has_misc


def collate(rows: list[Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, attention mask and labels (batch, tokens), and has_misc (batch, 1)."""
    size = (len(rows), max(len(ids) for ids, _, _ in rows))
    ids, mask, labels = torch.zeros(size).long(), torch.zeros(size).long(), torch.zeros(size).long()
    labels += IGNORED
    for index, (row_ids, row_labels, _) in enumerate(rows):
        ids[index, : len(row_ids)] = torch.tensor(row_ids)
        labels[index, : len(row_ids)] = torch.tensor(row_labels)
        mask[index, : len(row_ids)] = 1
    return ids, mask, labels, torch.tensor([[has_misc] for _, _, has_misc in rows])


def loss_of(logits: torch.Tensor, labels: torch.Tensor, has_misc: torch.Tensor) -> torch.Tensor:
    """Cross-entropy; where nobody labeled MISC, O means "O or MISC": either is right."""
    log_p = logits.float().log_softmax(dim=-1)  # (batch, tokens, labels)
    known = log_p.gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    either = log_p[..., MISC_OR_O].logsumexp(dim=-1)
    log_likelihood = torch.where(~has_misc & (labels == 0), either, known)
    return -log_likelihood[labels != IGNORED].mean()


def batches(rows: list[Row], order: random.Random) -> list[list[Row]]:
    """Return shuffled batches, each of rows of about the same length: less padding."""
    rows = order.sample(rows, len(rows))
    found = []
    for start in range(0, len(rows), 20 * BATCH):
        near = sorted(rows[start : start + 20 * BATCH], key=lambda row: len(row[0]))
        found += [near[index : index + BATCH] for index in range(0, len(near), BATCH)]
    return order.sample(found, len(found))


def names_by_type(sentences: list[Sentence]) -> dict[str, list[list[str]]]:
    """Return the words of every name of at most six words, by type."""
    found: dict[str, list[list[str]]] = defaultdict(list)
    for sentence in sentences:
        text = text_of(sentence)
        for start, end, kind in sorted(spans_of(sentence)):
            if (words := text[start:end].split(" ")) and len(words) <= 6:
                found[kind].append(words)
    return found


def swapped(sentence: Sentence, names: dict[str, list[list[str]]], draw: random.Random) -> Sentence:
    """Return the sentence with some of its names replaced by others of the same type.

    The model then has to read the words around a name, and meets more names than sentences.
    """
    if draw.random() >= SWAPPED:
        return sentence
    found: Sentence = []
    skip = False
    for word, tag in sentence:
        if not tag.startswith("I-"):
            skip = tag != "O" and draw.random() < SWAP
            if skip:
                words = draw.choice(names[tag[2:]])
                tags = [f"B-{tag[2:]}", *[f"I-{tag[2:]}"] * (len(words) - 1)]
                found += zip(words, tags, strict=True)
        if not skip:
            found.append((word, tag))
    return found


def train(sentences: list[tuple[Sentence, bool]], folder: Path) -> None:
    """Train LoRA and head on sentences and write the adapter to `folder`."""
    torch.manual_seed(SEED)
    tokenizer = minilm.load_tokenizer()
    names = names_by_type([sentence for sentence, _ in sentences])
    base = minilm.load_base(AutoModelForTokenClassification, LABELS)
    model = minilm.add_lora(base, TaskType.TOKEN_CLS, RANK, ["classifier"], TARGETS)
    model.train()
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    head = [p for name, p in named if "classifier" in name]
    lora = [p for name, p in named if "classifier" not in name]
    groups = [{"params": lora}, {"params": head, "lr": HEAD_LEARNING_RATE}]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(sentences) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    order = random.Random(SEED)
    average = [p.detach().clone() for p in lora + head]
    for epoch in range(EPOCHS):
        losses = []
        rows = [encode(tokenizer, swapped(s, names, order), has_misc) for s, has_misc in sentences]
        for batch in batches(rows, order):
            ids, mask, labels, has_misc = collate(batch)
            # bf16 where it is safe: twice as fast on processors that know it.
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(input_ids=ids, attention_mask=mask).logits
            loss = loss_of(logits, labels, has_misc)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(lora + head, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            for mean, p in zip(average, lora + head, strict=True):
                mean.lerp_(p.detach(), 1 - AVERAGE)
            losses.append(loss.item())
        print(f"epoch {epoch + 1}/{EPOCHS}: loss {sum(losses) / len(losses):.3f}", flush=True)
    for mean, p in zip(average, lora + head, strict=True):
        p.data.copy_(mean)
    minilm.save_adapter(model, folder)


def evaluate(sentences: list[Sentence], adapter: Path) -> tuple[Score, dict[str, Score]]:
    """Score the merged fp16 adapter as the demo calls it: pipeline, strategy "first"."""
    base = minilm.load_base(AutoModelForTokenClassification, LABELS)
    tagger = TokenClassificationPipeline(
        model=minilm.merge_adapter(base, adapter).eval(),
        tokenizer=minilm.load_tokenizer(),
        aggregation_strategy="first",
    )

    def find(text: str) -> set[Span]:
        return {(span["start"], span["end"], span["entity_group"]) for span in tagger(text)}

    return score(sentences, find)


def known_names(training: list[Sentence], held_out: list[Sentence]) -> Score:
    """Score a gazetteer of all names in the training sentences: longest match, commonest type."""
    types: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in training:
        text = text_of(sentence)
        for start, end, kind in spans_of(sentence):
            types[text[start:end]][kind] += 1
    longest = max(name.count(" ") for name in types) + 1

    def find(text: str) -> set[Span]:
        words, found, index, start = text.split(" "), set(), 0, 0
        while index < len(words):
            for size in range(min(longest, len(words) - index), 0, -1):
                name = " ".join(words[index : index + size])
                if name in types:
                    found.add((start, start + len(name), types[name].most_common(1)[0][0]))
                    break
            index += size  # 1 when nothing matched
            start += len(name) + 1
        return found

    return score(held_out, find)[0]


def fill_card(
    path: Path,
    result: tuple[Score, dict[str, Score]],
    baseline: Score,
    sizes: tuple[int, int, int],
    seconds: float,
) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    overall, by_type = result
    wikigold, social, held_out = sizes
    lines = [
        f"| {name} | {s.right} | {s.said} | {s.true} | {s.precision:.3f} | {s.recall:.3f} "
        f"| {s.f1:.3f} |"
        for name, s in [*by_type.items(), ("all", overall)]
    ]
    measured = f"""
Entity F1 **{overall.f1:.3f}** on {held_out} held-out sentences of WikiGold with {overall.true}
names: whole spans of the right type, through the pipeline with `aggregation_strategy="first"`.
Trained on
{wikigold:,} other sentences of WikiGold and {social:,} of social media, seed {SEED}, in
{seconds:.0f} seconds on one CPU core that other work shared.
A gazetteer of all names in the same training sentences reaches {baseline.f1:.3f}.

| type | right | said | true | precision | recall | F1 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(lines)}
"""
    values = (overall.f1, overall.precision, overall.recall)
    fill(path, measured, *(f"{value:.4f}" for value in values))


def main() -> None:
    """Train, evaluate, write adapter and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed adapter")
    evaluate_only = parser.parse_args().evaluate
    torch.set_num_threads(THREADS)
    wikigold, social, held_out = split()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        adapter = HERE if evaluate_only else Path(scratch)
        if not evaluate_only:
            rows = [(sentence, True) for sentence in wikigold] * WIKIGOLD_TIMES + social
            train(rows, adapter)
        seconds = time.perf_counter() - start
        result = evaluate(held_out, adapter)
        for name, s in [*result[1].items(), ("all", result[0])]:
            print(f"{name:<5} precision {s.precision:.3f}  recall {s.recall:.3f}  F1 {s.f1:.3f}")
        if not evaluate_only:
            for name in (minilm.WEIGHTS, minilm.CONFIG):
                (HERE / name).write_bytes((adapter / name).read_bytes())
            sentences = wikigold + [sentence for sentence, _ in social]
            baseline = known_names(sentences, held_out)
            sizes = (len(wikigold), len(social), len(held_out))
            fill_card(HERE / "README.md", result, baseline, sizes, seconds)


if __name__ == "__main__":
    main()
