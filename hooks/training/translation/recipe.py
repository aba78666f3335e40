"""Train the translation stand-in: `python -m hooks.training translation` (CPU)."""

import math
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import sentencepiece
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor
from torch.nn.functional import cross_entropy, pad
from torchmetrics.text import CHRFScore, SacreBLEUScore
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, MarianMTModel

from hooks.hub.stand_ins.translation import build as hub
from hooks.training.card import rows
from hooks.training.datasets import sentence_pairs
from hooks.training.frame import Recipe
from hooks.training.loop import Run, running_average
from hooks.training.optimizers import paced
from hooks.training.weights import as_served, save_fp16

SEED = 20
LONGEST = 18  # characters of an English sentence
HELD_OUT = 500
VOCABULARY = 2000
EPOCHS, BATCH = 20, 64
LEARNING_RATE, WARMUP = 1e-3, 400
DROPOUT, SMOOTHING, SAMPLING = 0.2, 0.1, 0.2
CUTS = 64  # the best ones, of which one is drawn
AVERAGING = 0.998
COMPUTED = ("coder.embed_tokens.weight", "embed_positions.weight", "lm_head.weight", "_bias")

Pair = tuple[str, str]  # English, French
SHORT = {"can't": "cannot", "won't": "will not", "n't": " not", "'m": " am", "'re": " are"}
SHORT |= {"'ve": " have", "'ll": " will", "'s": " is", "'d": " would"}


def read_data() -> list[Pair]:
    """Return the sentence pairs, none twice."""
    lines = sentence_pairs("short", "attributed")
    pairs = [(tidy(english), tidy(french)) for english, french in lines]
    return list(dict.fromkeys(pair for pair in pairs if len(pair[0]) <= LONGEST))


def tidy(text: str) -> str:
    """Return `text` with one kind of apostrophe and of space, and composed accents."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u2019", "'").split())


def key(english: str) -> str:
    """Return what two sentences have in common that differ in nothing but form.

    Small letters and digits, with contractions written out.

    Examples:
        >>> key("I'm OK!") == key("I am ok.")
        True
    """
    text = english.lower()
    for short, long in SHORT.items():
        text = text.replace(short, long)
    return re.sub(r"[^a-z0-9]", "", text)


def split(pairs: list[Pair]) -> tuple[list[Pair], list[tuple[str, list[str]]]]:
    """Hold out 500 English sentences with all their translations; return the other pairs first.

    Sentences with the same `key` stay on one side, so that no held-out one was trained on.
    """
    groups = defaultdict(list)
    for english, french in pairs:
        groups[key(english)].append((english, french))
    names = sorted(groups)
    random.Random(SEED).shuffle(names)
    held_out = []
    for name in names[:HELD_OUT]:
        english = groups[name][0][0]
        held_out.append((english, [french for text, french in groups[name] if text == english]))
    return [pair for name in names[HELD_OUT:] for pair in groups[name]], held_out


def _learn_pieces(pairs: list[Pair], path: Path) -> None:
    """Write one sentencepiece vocabulary for both languages, learned from the training pairs."""
    with path.open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(text for pair in pairs for text in pair),
            model_writer=file,
            vocab_size=VOCABULARY,
            character_coverage=1.0,
            split_digits=True,
            num_threads=1,
            minloglevel=2,
        )


class Encoder:
    """Turns sentences into Marian's ids, with another cut into pieces each time if asked for."""

    def __init__(self, pieces: Path) -> None:
        """Read the sentencepiece model `pieces`."""
        self.spm = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
        self.ids = hub.vocabulary(pieces)
        self.pad = len(self.ids) - 1

    def __call__(self, text: str, sampling: float = 0.0) -> list[int]:
        """Return ids.

        Args:
            text: One sentence.
            sampling: Share of sentences that are cut in a random way, as in Kudo, *Subword
                Regularization* (2018); sentencepiece 0.2.3 does so itself, but from no seed.
        """
        pieces = self.spm.encode(text, out_type=str)
        if sampling and random.random() < sampling:
            cuts = self.spm.nbest_encode(text, return_type="proto", nbest_size=CUTS).nbests
            weights = [math.exp(0.2 * (cut.score - cuts[0].score)) for cut in cuts]
            pieces = [part.piece for part in random.choices(cuts, weights)[0].pieces]
        return [self.ids.get(piece, hub.UNKNOWN) for piece in pieces] + [hub.EOS]

    def batch(self, rows: list[list[int]]) -> Tensor:
        """Return the rows as one tensor (batch, longest), padded at the end."""
        longest = max(map(len, rows))
        return torch.tensor([row + [self.pad] * (longest - len(row)) for row in rows])


def _batches(pairs: list[Pair], encode: Encoder) -> Iterator[tuple[Tensor, Tensor]]:
    """Cut sentences into pieces anew in each epoch; yield ids (batch, tokens) of both sides."""
    for _ in range(EPOCHS):
        rows = [(encode(en, SAMPLING), encode(fr, SAMPLING)) for en, fr in pairs]
        random.shuffle(rows)
        rows.sort(key=lambda row: len(row[0]) + len(row[1]))  # little padding; ties stay shuffled
        found = [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]
        random.shuffle(found)
        for some in found:
            yield tuple(encode.batch(list(side)) for side in zip(*some, strict=True))


def train(run: Run) -> None:
    """Train on all pairs that are not held out; write weights and pieces."""
    pairs, _ = split(read_data())
    _learn_pieces(pairs, run.folder / hub.PIECES)
    encode = Encoder(run.folder / hub.PIECES)
    config = hub.configure(len(encode.ids))
    config.dropout = DROPOUT
    model = MarianMTModel(config).train()
    average = running_average(model, AVERAGING, rise=10)
    weights = [p for p in model.parameters() if p.requires_grad]
    adamw = torch.optim.AdamW(weights, LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    steps = EPOCHS * -(-len(pairs) // BATCH)

    def loss(batch: tuple[Tensor, Tensor]) -> Tensor:
        inputs, targets = batch
        before = pad(targets[:, :-1], (1, 0), value=encode.pad)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(inputs, inputs != encode.pad, before).logits.float()
        logits = logits.flatten(0, 1)  # (batch * tokens, vocabulary)
        return cross_entropy(
            logits, targets.flatten(), ignore_index=encode.pad, label_smoothing=SMOOTHING
        )

    pace = paced([adamw], lambda step: min((step + 1) / WARMUP, 1) * max(0.02, 1 - step / steps))
    update = partial(average.update_parameters, model)
    run.fit(model, _batches(pairs, encode), loss, [adamw], pace, clip=1.0, after=update)
    save_fp16(average.module, run.folder / hub.WEIGHTS, without=COMPUTED)


@torch.inference_mode()
def _translate(sentences: list[str], folder: Path, beams: int) -> list[str]:
    """Return French, with the model as it is served.

    Args:
        sentences: In English.
        folder: Holds weights and pieces.
        beams: 1 decodes greedily.
    """
    tokenizer, model = as_served(hub.build, folder, AutoTokenizer, AutoModelForSeq2SeqLM)
    answers = []
    for start in range(0, len(sentences), 50):
        inputs = tokenizer(sentences[start : start + 50], padding=True, return_tensors="pt")
        ids = model.generate(**inputs, num_beams=beams, max_new_tokens=40, max_length=None)
        answers += tokenizer.batch_decode(ids, skip_special_tokens=True)
    return answers


def chrf(answers: list[str], references: list[list[str]]) -> float:
    """Return corpus chrF (characters only, beta 2), 0 to 100.

    Args:
        answers: One for each sentence.
        references: All right translations of each.
    """
    return 100 * float(CHRFScore(n_word_order=0)(answers, references))


def _nearest(training: list[Pair], sentences: list[str]) -> list[str]:
    """Return the known French of the most similar English training sentence: no model at all."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4))
    known = vectorizer.fit_transform([english for english, _ in training])
    best = (vectorizer.transform(sentences) @ known.T).toarray().argmax(axis=1)
    return [training[i][1] for i in best]


def evaluate(folder: Path) -> tuple[dict[str, tuple[float, ...]], int]:
    """Return scores by system, and how many pairs there were to train on."""
    training, held_out = split(read_data())
    sentences, references = [list(column) for column in zip(*held_out, strict=True)]
    answers = {
        "most similar training sentence": _nearest(training, sentences),
        "greedy": _translate(sentences, folder, beams=1),
        "beam search, 4 beams": _translate(sentences, folder, beams=4),
    }
    scores: dict[str, tuple[float, ...]] = {}
    for name, texts in answers.items():
        one = chrf(texts, [some[:1] for some in references])
        bleu = 100 * float(SacreBLEUScore()(texts, references))  # words split as "13a" does
        scores[name] = one, chrf(texts, references), bleu
    return scores, len(training)


def _describe(found: tuple[dict[str, tuple[float, ...]], int], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    scores, training = found
    best = scores["beam search, 4 beams"]
    measured = f"""
chrF **{best[0]:.1f}** on {HELD_OUT} held-out English sentences: beam search, one reference each.
Trained on {training:,} pairs with other sentences, seed {SEED}, in {trained}.

| System | chrF, one reference | chrF, all references | BLEU, all references |
| --- | ---: | ---: | ---: |
{rows(scores, "{:.1f}")}
"""
    return measured, f"{best[0]:.2f}"


RECIPE = Recipe("translation", train, evaluate, _describe, SEED, files=(hub.WEIGHTS, hub.PIECES))
