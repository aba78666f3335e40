"""Train the translation stand-in: `python -m hooks.training.translation.recipe` (CPU)."""

import argparse
import io
import random
import re
import tempfile
import time
import unicodedata
import urllib.request
import zipfile
from collections import defaultdict
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from torch.nn.functional import cross_entropy
from torchmetrics.text import CHRFScore, SacreBLEUScore
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, MarianMTModel

from hooks.core.paths import SHARED
from hooks.hub.stand_ins.translation.build import (
    EOS,
    HERE,
    PIECES,
    UNKNOWN,
    WEIGHTS,
    build,
    configure,
    vocabulary,
)
from hooks.training.card import fill

DATA = SHARED / "tatoeba-en-fr"  # beside the repository
FILES = ("short.tsv", "attributed.tsv")
ADDRESS = "https://www.manythings.org/anki/fra-eng.zip"
LONGEST = 18  # characters of an English sentence: what the folder above holds

SEED = 20
HELD_OUT = 500
VOCABULARY = 2000
EPOCHS = 20
BATCH = 64
LEARNING_RATE = 1e-3
WARMUP = 400
DROPOUT = 0.2
SMOOTHING = 0.1
SAMPLING = 0.2
AVERAGING = 0.998
THREADS = 1

Pair = tuple[str, str]  # English, French
SHORT = {"can't": "cannot", "won't": "will not", "n't": " not", "'m": " am", "'re": " are"}
SHORT |= {"'ve": " have", "'ll": " will", "'s": " is", "'d": " would"}


def read_data() -> list[Pair]:
    """Return the sentence pairs, from disk when they are there, else from the web."""
    if DATA.is_dir():
        texts = [(DATA / name).read_text(encoding="utf-8") for name in FILES]
    else:
        print(f"{DATA} is missing: downloading {ADDRESS}")
        request = urllib.request.Request(ADDRESS, headers={"User-Agent": "Mozilla/5.0"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            archive = zipfile.ZipFile(io.BytesIO(answer.read()))
        texts = [archive.read("fra.txt").decode("utf-8")]
    lines = [line.split("\t") for text in texts for line in text.split("\n") if line.strip()]
    pairs = [(tidy(english), tidy(french)) for english, french, *_ in lines]
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


def learn_pieces(pairs: list[Pair], path: Path) -> None:
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
        self.ids = vocabulary(pieces)
        self.pad = len(self.ids) - 1

    def __call__(self, text: str, sampling: float = 0.0) -> list[int]:
        """Return ids; `sampling` is the share of sentences cut in a random way."""
        options = {}
        if sampling and random.random() < sampling:
            options = {"enable_sampling": True, "alpha": 0.2, "nbest_size": -1}
        pieces = self.spm.encode(text, out_type=str, **options)
        return [self.ids.get(piece, UNKNOWN) for piece in pieces] + [EOS]

    def batch(self, rows: list[list[int]]) -> torch.Tensor:
        """Return the rows as one tensor (batch, longest), padded at the end."""
        longest = max(map(len, rows))
        return torch.tensor([row + [self.pad] * (longest - len(row)) for row in rows])


def train(pairs: list[Pair], folder: Path, report=None) -> None:
    """Train on `pairs` and write weights and pieces to `folder`."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    sentencepiece.set_random_generator_seed(SEED)
    learn_pieces(pairs, folder / PIECES)
    encode = Encoder(folder / PIECES)
    config = configure(len(encode.ids))
    config.dropout = DROPOUT
    model = MarianMTModel(config).train()
    average = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    weights = [p for p in model.parameters() if p.requires_grad]
    print(f"{sum(p.numel() for p in weights):,} parameters, {len(pairs):,} pairs", flush=True)
    optimizer = torch.optim.AdamW(weights, LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    steps = EPOCHS * -(-len(pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARMUP, 1) * max(0.02, 1 - step / steps)
    )
    done, start = 0, time.perf_counter()
    for epoch in range(EPOCHS):
        rows = [(encode(en, SAMPLING), encode(fr, SAMPLING)) for en, fr in pairs]
        random.shuffle(rows)
        rows.sort(key=lambda row: len(row[0]) + len(row[1]))  # little padding; ties stay shuffled
        batches = [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]
        random.shuffle(batches)
        losses = []
        for rows in batches:
            inputs, targets = (encode.batch(list(side)) for side in zip(*rows, strict=True))
            before = torch.nn.functional.pad(targets[:, :-1], (1, 0), value=encode.pad)
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(
                    input_ids=inputs, attention_mask=inputs != encode.pad, decoder_input_ids=before
                ).logits  # (batch, tokens, vocabulary)
            loss = cross_entropy(
                logits.float().flatten(0, 1),
                targets.flatten(),
                ignore_index=encode.pad,
                label_smoothing=SMOOTHING,
            )
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            losses.append(loss.item())
            done += 1
            keep = min(AVERAGING, done / (done + 10))
            for name, tensor in model.state_dict().items():
                average[name].lerp_(tensor, 1 - keep)
        seconds = time.perf_counter() - start
        mean = sum(losses) / len(losses)
        print(f"epoch {epoch + 1}/{EPOCHS}: loss {mean:.3f}, {seconds:.0f} s", flush=True)
        if report:
            save(average, folder)
            report(epoch)
    save(average, folder)


def save(state: dict[str, torch.Tensor], folder: Path) -> None:
    """Write the weights as fp16 safetensors, without what `build` computes or ties."""
    computed = ("coder.embed_tokens.weight", "embed_positions.weight", "lm_head.weight", "_bias")
    kept = {name: t.half() for name, t in state.items() if not name.endswith(computed)}
    save_file(kept, folder / WEIGHTS)


@torch.inference_mode()
def translate(sentences: list[str], folder: Path, beams: int) -> list[str]:
    """Return French for English `sentences`, with the model as it is served."""
    with tempfile.TemporaryDirectory() as served:
        build(Path(served), folder)
        tokenizer = AutoTokenizer.from_pretrained(served)
        model = AutoModelForSeq2SeqLM.from_pretrained(served).eval()
    answers = []
    for start in range(0, len(sentences), 50):
        inputs = tokenizer(sentences[start : start + 50], padding=True, return_tensors="pt")
        ids = model.generate(**inputs, num_beams=beams, max_new_tokens=40, max_length=None)
        answers += tokenizer.batch_decode(ids, skip_special_tokens=True)
    return answers


def chrf(answers: list[str], references: list[list[str]]) -> float:
    """Return corpus chrF (characters only, beta 2), 0 to 100."""
    return 100 * float(CHRFScore(n_word_order=0)(answers, references))


def bleu(answers: list[str], references: list[list[str]]) -> float:
    """Return corpus BLEU with sacreBLEU's own word splitting ("13a"), 0 to 100."""
    return 100 * float(SacreBLEUScore()(answers, references))


def nearest(training: list[Pair], sentences: list[str]) -> list[str]:
    """Return the known French of the most similar English training sentence: no model at all."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4))
    known = vectorizer.fit_transform([english for english, _ in training])
    best = (vectorizer.transform(sentences) @ known.T).toarray().argmax(axis=1)
    return [training[i][1] for i in best]


def fill_card(path: Path, scores: dict[str, tuple[float, ...]], training: int, time: float) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    rows = "\n".join(
        f"| {name} | {one:.1f} | {every:.1f} | {words:.1f} |"
        for name, (one, every, words) in scores.items()
    )
    best = scores["beam search, 4 beams"]
    measured = f"""
chrF **{best[0]:.1f}** on {HELD_OUT} held-out English sentences: beam search, one reference each.
Trained on {training:,} pairs with other sentences, seed {SEED}, in {time / 60:.0f} minutes on
one CPU core that other work shared.

| System | chrF, one reference | chrF, all references | BLEU, all references |
| --- | ---: | ---: | ---: |
{rows}
"""
    fill(path, measured, f"{best[0]:.2f}")


def main() -> None:
    """Train, evaluate, write weights and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed weights")
    evaluate_only = parser.parse_args().evaluate
    torch.set_num_threads(THREADS)
    training, held_out = split(read_data())
    sentences, references = [list(column) for column in zip(*held_out, strict=True)]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = HERE if evaluate_only else Path(scratch)
        if not evaluate_only:
            train(training, folder)
        seconds = time.perf_counter() - start
        answers = {
            "most similar training sentence": nearest(training, sentences),
            "greedy": translate(sentences, folder, beams=1),
            "beam search, 4 beams": translate(sentences, folder, beams=4),
        }
        scores = {}
        for name, texts in answers.items():
            one = chrf(texts, [some[:1] for some in references])
            scores[name] = one, chrf(texts, references), bleu(texts, references)
            print(name, " ".join(f"{score:.2f}" for score in scores[name]))
        if not evaluate_only:
            for name in (WEIGHTS, PIECES):
                (HERE / name).write_bytes((folder / name).read_bytes())
            fill_card(HERE / "README.md", scores, len(training), seconds)


if __name__ == "__main__":
    main()
