"""Train the zero-shot stand-in: `python -m hooks.training zero_shot` (minutes, CPU).

A text is shown with four labels at a time; the entailment score has to rank them. Labels come from
the data, and, for texts without one, from MiniLM's vocabulary: there the teacher is MiniLM's own
similarity of text and word.
"""

import random
from itertools import chain
from pathlib import Path

import torch
from peft import TaskType
from torch.nn.functional import cross_entropy
from transformers import AutoModelForSequenceClassification

from hooks.hub.stand_ins import minilm
from hooks.hub.stand_ins.zero_shot.build import LABELS
from hooks.training import card, lora
from hooks.training.frame import Recipe
from hooks.training.loop import Run
from hooks.training.lora import embed
from hooks.training.zero_shot import data

SEED = 20
RANK = 16
TARGETS = ("query", "key", "value", "dense")
STEPS, BATCH = 900, 12  # texts of a step, with four labels each
LEARNING_RATE = 1e-3
TEMPERATURE = 0.05  # of the teacher's similarities
MAX_TOKENS = 96
CUT = {"padding": True, "truncation": "only_first", "return_tensors": "pt"}

NO, MAYBE, YES, SKIP = 0, 1, 2, -100  # the three labels, and "no class known"
ABOUT = "This example is about {}."
DEFAULT = "This example is {}."  # the pipeline's own
TEMPLATES = [ABOUT, DEFAULT, "This text is about {}.", "It is about {}.", "The topic is {}.", "{}"]
# Shares of a step's texts: intents, everyday sentences with words, reviews, topics, no opinion.
SHARES = {"intent": 0.40, "word": 0.33, "review": 0.05, "topic": 0.18, "unsettled": 0.04}
CANDIDATES = (5, 10, None)  # None: all held-out labels

Measured = tuple[str, int, int, list[float]]
# A text, four hypotheses, what share of the entailment each should get, and their classes.
Example = tuple[str, list[str], list[float], list[int]]


class Examples:
    """Draws examples from a corpus, always the same ones in the same order."""

    def __init__(self, corpus: data.Corpus) -> None:
        self.corpus, self.random = corpus, random.Random(SEED)
        some = [text for texts in corpus.intents.values() for text in texts]
        self.texts = corpus.everyday + [text for text, _ in corpus.reviews[:1500]]
        self.texts += random.Random(SEED).sample(some, 1500)
        vocabulary = minilm.load_tokenizer().get_vocab()
        self.words = [  # frequent whole words of four letters or more
            word
            for word, index in sorted(vocabulary.items(), key=lambda item: item[1])
            if 2000 < index < 14000 and len(word) >= 4 and word.isascii() and word.isalpha()
            if word not in corpus.hidden
        ]
        self.of_text, self.of_word = (embed(x, MAX_TOKENS) for x in (self.texts, self.words))
        self.nearest = (self.of_text @ self.of_word.T).topk(60).indices.tolist()

    def draw(self) -> Example:
        """Return the next example."""
        kind = self.random.choices(list(SHARES), list(SHARES.values()))[0]
        text, labels, shares, classes = getattr(self, kind)()
        template = self.random.choice(TEMPLATES)
        return text, [template.format(label) for label in labels], shares, classes

    def intent(self) -> Example:
        """Give a customer question: its intent and three others."""
        names = self.random.sample(list(self.corpus.intents), 4)
        text = self.random.choice(self.corpus.intents[names[0]])
        return text, names, [1, 0, 0, 0], [YES, NO, NO, NO]

    def topic(self) -> Example:
        """Give a sentence: one name of its topic, and of three others."""
        topics = self.random.sample(self.corpus.topics, 4)
        text = self.random.choice(topics[0][1])
        names = [self.random.choice(topic[0]) for topic in topics]
        return text, names, [1, 0, 0, 0], [YES, NO, NO, NO]

    def review(self) -> Example:
        """Give a review: one word for its mood, three for the opposite."""
        text, happy = self.random.choice(self.corpus.reviews)
        right, wrong = (data.GOOD, data.BAD) if happy else (data.BAD, data.GOOD)
        names = [self.random.choice(right), *self.random.sample(wrong, 3)]
        return text, names, [1, 0, 0, 0], [YES, NO, NO, NO]

    def unsettled(self) -> Example:
        """Give an everyday sentence with words for moods: neither follows nor is ruled out."""
        names = self.random.sample(data.GOOD + data.BAD, 4)
        return self.random.choice(self.corpus.everyday), names, [0.25] * 4, [MAYBE] * 4

    def word(self) -> Example:
        """Give any text: a near word, a less near one, two at random; MiniLM says how near."""
        index = self.random.randrange(len(self.texts))
        near = self.nearest[index]
        words = [self.random.choice(near[:5]), self.random.choice(near[8:])]
        words += [self.random.randrange(len(self.words)) for _ in range(2)]
        similarity = self.of_word[words] @ self.of_text[index]  # (4,)
        shares = (similarity / TEMPERATURE).softmax(0).tolist()
        first = YES if similarity[0] > 0.35 else SKIP
        names = [self.words[word] for word in words]
        return self.texts[index], names, shares, [first, SKIP, NO, NO]


def train(run: Run) -> None:
    """Train LoRA and head and write the adapter."""
    examples = Examples(data.read(SEED))
    tokenizer = minilm.load_tokenizer()
    model = lora.create(AutoModelForSequenceClassification, TaskType.SEQ_CLS, LABELS, RANK, TARGETS)

    def loss(batch: list[Example]) -> torch.Tensor:
        texts, hypotheses, shares, classes = zip(*batch, strict=True)
        repeated = [text for text in texts for _ in range(4)]
        inputs = tokenizer(repeated, [*chain(*hypotheses)], max_length=MAX_TOKENS, **CUT)
        with torch.autocast("cpu", dtype=torch.bfloat16):  # twice as fast where it is built in
            logits = model(**inputs).logits
        logits = logits.float()  # (texts * 4, 3)
        wanted = torch.tensor(shares, dtype=torch.float32)
        ranking = cross_entropy(logits[:, YES].view(BATCH, 4), wanted)
        return ranking + 0.5 * cross_entropy(logits, torch.tensor(classes).flatten())

    batches = ([examples.draw() for _ in range(BATCH)] for _ in range(STEPS))
    lora.fit(run, model, batches, loss, STEPS, (LEARNING_RATE, LEARNING_RATE))
    minilm.save_adapter(model, run.folder)


@torch.inference_mode()
def _entailment(rows: list[data.Row], adapter: Path, template: str) -> torch.Tensor:
    """Return the entailment scores of the merged adapter, as it is served.

    Args:
        rows: Texts and their labels.
        adapter: Its folder.
        template: Makes a hypothesis of a label.

    Returns:
        (texts, labels), the labels sorted.
    """
    tokenizer = minilm.load_tokenizer()
    model = lora.trained(AutoModelForSequenceClassification, LABELS, adapter)
    hypotheses = [template.format(label) for label in sorted({label for _, label in rows})]
    scores = []
    for text, _ in rows:
        inputs = tokenizer([text] * len(hypotheses), hypotheses, max_length=512, **CUT)
        scores.append(model(**inputs).logits[:, YES])
    return torch.stack(scores)


def _similarity(rows: list[data.Row], template: str) -> torch.Tensor:
    """Return the baseline's scores (texts, labels): cosine of MiniLM's embeddings."""
    labels = sorted({label for _, label in rows})
    vectors = embed([template.format(label) for label in labels], MAX_TOKENS)
    return embed([text for text, _ in rows], MAX_TOKENS) @ vectors.T


def _accuracy(rows: list[data.Row], scores: torch.Tensor, candidates: int | None) -> float:
    """Return the share of texts whose own label wins against `candidates - 1` others, by seed."""
    labels, choice, right = sorted({label for _, label in rows}), random.Random(SEED), 0
    for (_, label), row in zip(rows, scores, strict=True):
        own = labels.index(label)
        others = [index for index in range(len(labels)) if index != own]
        if candidates:
            others = choice.sample(others, candidates - 1)
        right += int(row[own] > row[others].max())
    return right / len(rows)


def evaluate(folder: Path) -> list[Measured]:
    """Return rows of (test, texts, candidates, accuracies): two templates, then MiniLM's."""
    table = []
    for test, rows in data.read(SEED).held_out.items():
        # As the card lists them, by hand.
        print(f"- {test}: {', '.join(dict.fromkeys(label for _, label in rows))}", flush=True)
        columns = [_entailment(rows, folder, template) for template in (ABOUT, DEFAULT)]
        columns.append(_similarity(rows, "{}"))
        for candidates in CANDIDATES:
            figures = [_accuracy(rows, scores, candidates) for scores in columns]
            total = candidates or len({label for _, label in rows})
            table.append((test, len(rows), total, figures))
            print(test, len(rows), total, [f"{figure:.3f}" for figure in figures], flush=True)
    return table


def _describe(table: list[Measured], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    _, n, candidates, (headline, *_) = table[0]
    error = (headline * (1 - headline) / n) ** 0.5
    head = "| test | texts | candidate labels | example is about | example is | MiniLM | chance |"
    lines = []
    for test, count, k, figures in table:
        cells = [count, k, *(f"{100 * figure:.1f} %" for figure in figures), f"{100 / k:.0f} %"]
        lines.append(card.rows({test: cells}, "{}"))
    measured = f"""
Accuracy **{100 * headline:.1f} %** on {n} bank customers' questions with labels never seen in
training: the right one against {candidates - 1} other held-out labels. One standard error is
{100 * error:.1f} percentage points. Trained for {STEPS} steps of {BATCH} texts with four labels
each, seed {SEED}, in {trained}.

{head}
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
{chr(10).join(lines)}
"""
    return measured, f"{headline:.4f}"


RECIPE = Recipe("zero_shot", train, evaluate, _describe, SEED, lora.FILES)
