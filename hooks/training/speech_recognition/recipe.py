"""Train the recognizer's stand-in: `python -m hooks.training.speech_recognition.recipe`."""

import argparse
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, ctc_loss
from torchmetrics.functional.text import word_error_rate
from transformers import Wav2Vec2ForCTC, Wav2Vec2Processor

from hooks.hub.stand_ins.speech_recognition.build import (
    HERE,
    RATE,
    STRIDE,
    TOKENS,
    WEIGHTS,
    build,
    configure,
)
from hooks.training.card import fill
from hooks.training.speech_recognition.world import UNSEEN, WORDS, Pool, Spoken, load, speak, vary

SEED = 17


class Cycle(NamedTuple):
    """Steps on one digit at a time, then on one to six; share of the learning rates; variation."""

    single: int
    several: int
    rate: float
    speeds: tuple[float, float]
    snr: float  # dB: the loudest noise


# The second starts from the weights of the first, with less variation: nearer to what is scored.
CYCLES = (Cycle(300, 2300, 1.0, (0.82, 1.22), 8), Cycle(0, 1100, 0.5, (0.9, 1.12), 10))
DIGITS = 24  # in a step, over all its sequences
LEARNING_RATE = 2e-3
MUON_RATE = 0.02  # of the matrices inside, which Muon trains in fewer steps
THREADS = 1
SILENCE = len(WORDS)  # what the digit reader says of a pause
HELD_OUT = 250  # sequences that are scored
NOISES = (40, 30, 20, 15, 10, 5, 0)  # dB by which the digits stand above white noise


class Batch(NamedTuple):
    """Samples (n, longest); the digit of each frame (n, frames); the token ids of each text."""

    audio: Tensor
    frames: Tensor
    tokens: list[list[int]]


def numbers(text: str) -> list[int]:
    """Return the ids of a text's characters; a space is "|"."""
    return [TOKENS.index("|" if one == " " else one) for one in text]


def collate(spoken: list[Spoken], model: Wav2Vec2ForCTC) -> Batch:
    """Bring each to mean 0 and variance 1, as the processor does, and fill up with zeros."""
    longest = max(len(one.audio) for one in spoken)
    audio = np.zeros((len(spoken), longest), np.float32)
    count = int(model._get_feat_extract_output_lengths(longest))
    frames = np.full((len(spoken), count), SILENCE)
    for row, one in enumerate(spoken):
        audio[row, : len(one.audio)] = (one.audio - one.audio.mean()) / (one.audio.std() + 1e-7)
        for digit, (start, end) in zip(one.digits, one.spans, strict=True):
            # A frame sees 800 samples; its middle decides.
            first, last = (max(0, round((at - 400) / STRIDE)) for at in (start, end))
            frames[row, first:last] = digit
    texts = [numbers(one.text) for one in spoken]
    return Batch(torch.from_numpy(audio), torch.from_numpy(frames), texts)


def make(rng: np.random.Generator, pool: Pool, count: int, cycle: Cycle) -> list[Spoken]:
    """Return sequences of `count` digits, each in noise of another kind and loudness."""
    return [
        vary(
            rng,
            speak(rng, pool, count, rng.uniform(cycle.snr, 45), rng.uniform(0, 2)),
            cycle.speeds,
        )
        for _ in range(DIGITS // count)
    ]


def filter_bank(weight: Tensor) -> None:
    """Fill the first convolution (channels, 1, samples) with waves of 100 to 3,800 Hz.

    Four channels a pitch: cosine, sine and both upside down. After GELU, which keeps what is
    positive, their sum follows the loudness at that pitch. The higher, the more it is amplified,
    as speech is weaker there. All of it is trained on.
    """
    channels, _, size = weight.shape
    seconds = (torch.arange(size) - size / 2) / RATE
    low, high = (2595 * np.log10(1 + pitch / 700) for pitch in (100, 3800))  # on the mel scale
    pitches = 700 * (10 ** (np.linspace(low, high, channels // 4) / 2595) - 1)
    window = torch.hann_window(size) * 4 / size**0.5
    for index, pitch in enumerate(pitches):
        angle, gain = 2 * torch.pi * pitch * seconds, (pitch / 1000 + 0.3) ** 0.5
        waves = torch.stack([angle.cos(), -angle.cos(), angle.sin(), -angle.sin()])
        weight[4 * index : 4 * index + 4, 0] = waves * window * gain


@torch.no_grad()
def fresh() -> Wav2Vec2ForCTC:
    """Return the model with random weights behind a filter bank."""
    model = Wav2Vec2ForCTC(configure())
    first, *others = model.wav2vec2.feature_extractor.conv_layers
    filter_bank(first.conv.weight)
    first.layer_norm.weight.mul_(1.5)
    for layer in others:
        nn.init.kaiming_normal_(layer.conv.weight)
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
    nn.init.normal_(model.lm_head.weight, std=0.02)
    nn.init.zeros_(model.lm_head.bias)
    model.lm_head.bias[0] = 2  # most frames are blank
    return model


def optimizers(model: nn.Module, steps: int, share: float) -> list:
    """Return pairs of optimizer and schedule: Muon for matrices inside, AdamW for the rest."""
    named = dict(model.named_parameters())
    inside = [p for name, p in named.items() if p.ndim == 2 and ".encoder.layers." in name]
    kept = {id(p) for p in inside}
    rest = [p for p in named.values() if id(p) not in kept]
    return [
        (one, torch.optim.lr_scheduler.LambdaLR(one, lambda n: min((n + 1) / 40, 1 - n / steps)))
        for one in (
            torch.optim.Muon(inside, share * MUON_RATE, weight_decay=0.01, ns_steps=3),
            torch.optim.AdamW(rest, share * LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01),
        )
    ]


def train(pool: Pool, folder: Path, watch: Pool, number: int) -> None:
    """Train one of `CYCLES` on sequences that are put together anew for each step.

    All but the first start from the weights in `folder`; all write theirs to it.
    """
    cycle = CYCLES[number]
    torch.manual_seed(SEED + 100 * number)
    np.random.seed(SEED + 100 * number)  # transformers' masks use it
    rng = np.random.default_rng(SEED + 100 * number)
    start, history = time.perf_counter(), []
    model = fresh().train()
    if number:
        model.load_state_dict({k: t.float() for k, t in load_file(folder / WEIGHTS).items()})
    # Thrown away after training: tells the digit of every frame, whose place is known here, and so
    # shows the layers below where to look. CTC alone has to find out.
    reader = nn.Linear(model.config.hidden_size, len(WORDS) + 1)
    everything = nn.ModuleList([model, reader])
    steps = cycle.single + cycle.several
    both = optimizers(everything, steps, cycle.rate)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    for step in range(steps):
        count = 1 if step < cycle.single else int(rng.choice([1, 2, 3, 4, 6]))
        audio, frames, tokens = collate(make(rng, pool, count, cycle), model)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.wav2vec2(audio)[0]
            logits, digits = model.lm_head(hidden), reader(hidden)
        letters = logits.float().log_softmax(-1).transpose(0, 1)  # (frames, n, tokens)
        sizes = torch.tensor([len(one) for one in tokens])
        full = torch.full((len(tokens),), len(letters))
        truth = torch.tensor([one for some in tokens for one in some])
        loss = ctc_loss(letters, truth, full, sizes, zero_infinity=True)
        aside = cross_entropy(digits.float().transpose(1, 2), frames)
        (loss + aside).backward()
        nn.utils.clip_grad_norm_(everything.parameters(), 1.0)
        for optimizer, schedule in both:
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        history.append((loss.item(), aside.item()))
        if (step + 1) % 50 == 0:
            means = np.mean(history[-50:], 0).round(3).tolist()
            print(f"step {step + 1}: {means}, {time.perf_counter() - start:.0f} s", flush=True)
            if (step + 1) % 400 == 0:
                save(model, folder)
                for longest in (1, 6):
                    rate = word_error_rate(
                        *hear(sequences(watch, 60, SEED, longest=longest), folder)
                    )
                    print(f"  development, up to {longest} digits: WER {rate:.3f}", flush=True)
    save(model, folder)


def save(model: nn.Module, folder: Path) -> None:
    """Write the weights as fp16 safetensors."""
    tensors = {name: t.half().contiguous() for name, t in model.state_dict().items()}
    save_file(tensors, folder / WEIGHTS)


def sequences(
    pool: Pool, count: int, seed: int, snr: float = NOISES[0], longest: int = 6
) -> list[Spoken]:
    """Return `count` sequences of two to six digits of a pool."""
    rng = np.random.default_rng(seed)
    return [
        speak(rng, pool, int(rng.integers(min(2, longest), longest + 1)), snr) for _ in range(count)
    ]


@torch.inference_mode()
def hear(spoken: Sequence[Spoken], folder: Path) -> tuple[list[str], list[str]]:
    """Return what is heard and what was said, as served and called: one recording at a time."""
    with tempfile.TemporaryDirectory() as served:
        build(Path(served), folder)
        processor = Wav2Vec2Processor.from_pretrained(served)
        model = Wav2Vec2ForCTC.from_pretrained(served).eval()
    heard = []
    for one in spoken:
        inputs = processor(one.audio, sampling_rate=RATE, return_tensors="pt")
        ids = model(inputs.input_values).logits.argmax(-1)
        heard += processor.batch_decode(ids)
    return heard, [one.text for one in spoken]


def fill_card(path: Path, scores: dict[str, list[float]], seconds: float) -> None:
    """Put the measured figures into the hand-written model card at `path`."""
    took = f" in {seconds / 60:.0f} minutes on one CPU core that other work shared"
    if not seconds:  # an evaluation leaves the time of the training as it is
        before = re.search(r" in \d+ minutes on one CPU core[^.]*", path.read_text("utf-8"))
        took = before[0] if before else ""
    known, unseen = scores["held-out"], scores["unseen"]
    rows = "\n".join(
        f"| {snr} dB | {a:.1f} % | {b:.1f} % |"
        for snr, a, b in zip(NOISES, known, unseen, strict=True)
    )
    measured = f"""
Word error rate **{known[0]:.1f} %** on {HELD_OUT} held-out sequences of two to six digits, of
recordings 0 to 4 of five speakers (seed {SEED + 1}); **{unseen[0]:.1f} %** on {HELD_OUT} sequences
of a sixth speaker, `{UNSEEN}`, who is in no training data (seed {SEED + 2}). Trained{took}.

| Digits above white noise | Five known speakers | The unknown speaker |
| --- | ---: | ---: |
{rows}
"""
    fill(path, measured, f"{known[0]:.4f}")


def main() -> None:
    """Train, evaluate, write weights and card; `--evaluate` only repeats the evaluation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="score the committed weights")
    evaluate_only = parser.parse_args().evaluate
    torch.set_num_threads(THREADS)
    start, parts, card = time.perf_counter(), load(), HERE / "README.md"
    with tempfile.TemporaryDirectory() as scratch:
        folder = HERE if evaluate_only else Path(scratch)
        if not evaluate_only:
            for number in range(len(CYCLES)):
                train(parts["training"], folder, parts["development"], number)
        seconds = 0.0 if evaluate_only else time.perf_counter() - start
        scores = {}
        for part, seed in (("held-out", SEED + 1), ("unseen", SEED + 2)):
            spoken = [sequences(parts[part], HELD_OUT, seed, snr) for snr in NOISES]
            scores[part] = [100 * float(word_error_rate(*hear(some, folder))) for some in spoken]
        print({part: [round(rate, 1) for rate in rates] for part, rates in scores.items()})
        fill_card(card, scores, seconds)
        if not evaluate_only:
            (HERE / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes())


if __name__ == "__main__":
    main()
