"""Train the entity stand-in: `python -m hooks.training ner` (minutes, CPU)."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from pathlib import Path

import torch
from peft import TaskType
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModelForTokenClassification, TokenClassificationPipeline

from hooks.hub.stand_ins import minilm
from hooks.hub.stand_ins.ner.build import LABELS, NAMES
from hooks.training import lora
from hooks.training.card import rows
from hooks.training.datasets import Sentence
from hooks.training.frame import Recipe
from hooks.training.loop import Run, running_average
from hooks.training.lora import MAX_TOKENS
from hooks.training.ner.data import SEED, split
from hooks.training.ner.spans import Score, Span, score, spans_of, text_of

RANK = 16
TARGETS = ("query", "key", "value", "dense")
WIKIGOLD_TIMES = 3  # its sentences count three times: they are what is held out
EPOCHS, BATCH = 6, 16
SWAPPED, SWAP = 0.7, 0.5  # share of sentences whose names are swapped, and of their names
AVERAGE = 0.99  # the adapter is a running average of the weights: less noise from the last steps
RATES = (1e-3, 2e-3)  # of adapter and head
IGNORED = -100  # the label of [CLS], [SEP] and padding
MISC_OR_O = [NAMES.index(name) for name in ("O", "B-MISC", "I-MISC")]

Names = dict[str, list[list[str]]]  # words by type
Row = tuple[list[int], list[int], bool]  # token ids, labels, whether MISC is labeled
Found = tuple[Score, dict[str, Score], Score, tuple[int, int, int]]


def _encode(tokenizer, sentence: Sentence, has_misc: bool) -> Row:
    """Return token ids and a label for each: the first piece of a word B- or I-, the others I-."""
    ways = ("truncation", "return_offsets_mapping", "return_special_tokens_mask")
    encoded = tokenizer(text_of(sentence), max_length=MAX_TOKENS, **dict.fromkeys(ways, True))
    ends = list(accumulate(len(word) + 1 for word, _ in sentence))  # of each word and its space
    labels, index, before = [], 0, None
    marks = zip(encoded["offset_mapping"], encoded["special_tokens_mask"], strict=True)
    for (start, _), special in marks:
        if special:
            labels.append(IGNORED)
            continue
        while start >= ends[index]:
            index += 1
        tag = sentence[index][1]
        labels.append(NAMES.index(tag.replace("B-", "I-") if index == before else tag))
        before = index
    return encoded["input_ids"], labels, has_misc


def _collate(rows: list[Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, attention mask and labels (batch, tokens), and has_misc (batch, 1)."""
    ids, labels, has_misc = zip(*rows, strict=True)
    mask = [torch.ones(len(one), dtype=torch.long) for one in ids]
    parts = (map(torch.tensor, ids), 0), (mask, 0), (map(torch.tensor, labels), IGNORED)
    padded = [pad_sequence(list(some), True, filler) for some, filler in parts]
    return *padded, torch.tensor(has_misc)[:, None]


def _loss_of(logits: torch.Tensor, labels: torch.Tensor, has_misc: torch.Tensor) -> torch.Tensor:
    """Cross-entropy; where nobody labeled MISC, O means "O or MISC": either is right."""
    log_p = logits.float().log_softmax(dim=-1)  # (batch, tokens, labels)
    known = log_p.gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    either = log_p[..., MISC_OR_O].logsumexp(dim=-1)
    log_likelihood = torch.where(~has_misc & (labels == 0), either, known)
    return -log_likelihood[labels != IGNORED].mean()


def _names_by_type(sentences: list[Sentence]) -> Names:
    """Return the words of every name of at most six words, by type."""
    found: Names = defaultdict(list)
    for sentence in sentences:
        text = text_of(sentence)
        for start, end, kind in sorted(spans_of(sentence)):
            if (words := text[start:end].split(" ")) and len(words) <= 6:
                found[kind].append(words)
    return found


def _swapped(sentence: Sentence, names: Names, draw: random.Random) -> Sentence:
    """Return the sentence with some of its names replaced by others of the same type.

    The model then has to read the words around a name, and meets more names than sentences.

    Args:
        sentence: With its tags.
        names: By type, from `names_by_type`.
        draw: Decides.
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


def _batches(tokenizer, sentences: list[tuple[Sentence, bool]]) -> Iterator[list[Row]]:
    """Swap names and put batches together anew in each epoch."""
    names = _names_by_type([sentence for sentence, _ in sentences])
    draw = random.Random(SEED)
    for _ in range(EPOCHS):
        rows = [_encode(tokenizer, _swapped(s, names, draw), has_misc) for s, has_misc in sentences]
        yield from lora.by_length(rows, BATCH, draw)


def train(run: Run) -> None:
    """Train LoRA and head and write the running average of the adapter."""
    wikigold, social, _ = split()
    sentences = [(sentence, True) for sentence in wikigold] * WIKIGOLD_TIMES + social
    model = lora.create(AutoModelForTokenClassification, TaskType.TOKEN_CLS, LABELS, RANK, TARGETS)
    learning = nn.ParameterList(p for p in model.parameters() if p.requires_grad)
    average = running_average(learning, AVERAGE)

    def loss(batch: list[Row]) -> torch.Tensor:
        ids, mask, labels, has_misc = _collate(batch)
        # bf16 where it is safe: twice as fast on processors that know it.
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=ids, attention_mask=mask).logits
        return _loss_of(logits, labels, has_misc)

    batches = _batches(minilm.load_tokenizer(), sentences)
    steps = EPOCHS * -(-len(sentences) // BATCH)
    lora.fit(run, model, batches, loss, steps, RATES, partial(average.update_parameters, learning))
    learning.load_state_dict(average.module.state_dict())
    minilm.save_adapter(model, run.folder)


def evaluate(folder: Path) -> Found:
    """Score the merged fp16 adapter as the demo calls it: pipeline, strategy "first".

    Returns:
        The score of all names and of each type, that of the baseline, and how many sentences there
        are of WikiGold, of social media, and held out.
    """
    wikigold, social, held_out = split()
    tagger = TokenClassificationPipeline(
        model=lora.trained(AutoModelForTokenClassification, LABELS, folder),
        tokenizer=minilm.load_tokenizer(),
        aggregation_strategy="first",
    )

    def find(text: str) -> set[Span]:
        return {(span["start"], span["end"], span["entity_group"]) for span in tagger(text)}

    baseline = _known_names(wikigold + [sentence for sentence, _ in social], held_out)
    sizes = len(wikigold), len(social), len(held_out)
    return *score(held_out, find), baseline, sizes


def _known_names(training: list[Sentence], held_out: list[Sentence]) -> Score:
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


def _describe(found: Found, trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metrics."""
    overall, by_type, baseline, (wikigold, social, held_out) = found
    lines = {
        name: [*one, *(f"{value:.3f}" for value in (one.precision, one.recall, one.f1))]
        for name, one in (by_type | {"all": overall}).items()
    }
    measured = f"""
Entity F1 **{overall.f1:.3f}** on {held_out} held-out sentences of WikiGold with {overall.true}
names: whole spans of the right type, through the pipeline with `aggregation_strategy="first"`.
Trained on
{wikigold:,} other sentences of WikiGold and {social:,} of social media, seed {SEED}, in
{trained}.
A gazetteer of all names in the same training sentences reaches {baseline.f1:.3f}.

| type | right | said | true | precision | recall | F1 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
{rows(lines, "{}")}
"""
    values = (overall.f1, overall.precision, overall.recall)
    return measured, *(f"{value:.4f}" for value in values)


RECIPE = Recipe("ner", train, evaluate, _describe, SEED, lora.FILES)
