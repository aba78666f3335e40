"""Train the recognizer's stand-in: `python -m hooks.training speech_recognition`."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, ctc_loss
from torchmetrics.functional.text import word_error_rate
from transformers import Wav2Vec2ForCTC, Wav2Vec2Processor

from hooks.hub.stand_ins.speech_recognition import build as hub
from hooks.training.card import rows
from hooks.training.frame import Recipe
from hooks.training.loop import Run
from hooks.training.optimizers import muon_and_adamw, paced
from hooks.training.speech_recognition.world import UNSEEN, WORDS, Pool, Spoken, load, speak, vary
from hooks.training.weights import as_served, save_fp16

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
MUON_RATE, LEARNING_RATE = 0.02, 2e-3  # of the matrices inside, which Muon trains, and the rest
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
    return [hub.TOKENS.index("|" if one == " " else one) for one in text]


def collate(spoken: list[Spoken], model: Wav2Vec2ForCTC) -> Batch:
    """Bring each to mean 0 and variance 1, as the processor does, and fill up with zeros.

    Args:
        spoken: Sequences of digits.
        model: Says how many frames there are.
    """
    longest = max(len(one.audio) for one in spoken)
    audio = np.zeros((len(spoken), longest), np.float32)
    count = int(model._get_feat_extract_output_lengths(longest))
    frames = np.full((len(spoken), count), SILENCE)
    for row, one in enumerate(spoken):
        audio[row, : len(one.audio)] = (one.audio - one.audio.mean()) / (one.audio.std() + 1e-7)
        for digit, (start, end) in zip(one.digits, one.spans, strict=True):
            # A frame sees 800 samples; its middle decides.
            first, last = (max(0, round((at - 400) / hub.STRIDE)) for at in (start, end))
            frames[row, first:last] = digit
    texts = [numbers(one.text) for one in spoken]
    return Batch(torch.from_numpy(audio), torch.from_numpy(frames), texts)


def _make(rng: np.random.Generator, pool: Pool, count: int, cycle: Cycle) -> list[Spoken]:
    """Return sequences of `count` digits, each in noise of another kind and loudness."""
    found = []
    for _ in range(DIGITS // count):
        spoken = speak(rng, pool, count, rng.uniform(cycle.snr, 45), rng.uniform(0, 2))
        found.append(vary(rng, spoken, cycle.speeds))
    return found


def _filter_bank(weight: Tensor) -> None:
    """Fill the first convolution (channels, 1, samples) with waves of 100 to 3,800 Hz.

    Four channels a pitch: cosine, sine and both upside down. After GELU, which keeps what is
    positive, their sum follows the loudness at that pitch. The higher, the more it is amplified,
    as speech is weaker there. All of it is trained on.
    """
    channels, _, size = weight.shape
    seconds = (torch.arange(size) - size / 2) / hub.RATE
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
    model = Wav2Vec2ForCTC(hub.configure())
    first, *others = model.wav2vec2.feature_extractor.conv_layers
    _filter_bank(first.conv.weight)
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


def train(run: Run) -> None:
    """Train in two cycles on sequences that are put together anew for each step."""
    pool = load()["training"]
    for number in range(len(CYCLES)):
        _train_cycle(run, pool, number)


def _train_cycle(run: Run, pool: Pool, number: int) -> None:
    """Write the weights of one cycle. All but the first start from the weights in the folder."""
    cycle = CYCLES[number]
    torch.manual_seed(SEED + 100 * number)
    np.random.seed(SEED + 100 * number)  # transformers' masks use it
    rng = np.random.default_rng(SEED + 100 * number)
    model = fresh().train()
    if number:
        stored = load_file(run.folder / hub.WEIGHTS)
        model.load_state_dict({name: tensor.float() for name, tensor in stored.items()})
    # Thrown away after training: tells the digit of every frame, whose place is known here, and so
    # shows the layers below where to look. CTC alone has to find out.
    reader = nn.Linear(model.config.hidden_size, len(WORDS) + 1)
    everything = nn.ModuleList([model, reader])
    steps = cycle.single + cycle.several

    def losses(step: int) -> dict[str, Tensor]:
        count = 1 if step < cycle.single else int(rng.choice([1, 2, 3, 4, 6]))
        audio, frames, tokens = collate(_make(rng, pool, count, cycle), model)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = model.wav2vec2(audio)[0]
            logits, digits = model.lm_head(hidden), reader(hidden)
        letters = logits.float().log_softmax(-1).transpose(0, 1)  # (frames, n, tokens)
        sizes = torch.tensor([len(one) for one in tokens])
        full = torch.full((len(tokens),), len(letters))
        truth = torch.tensor([one for some in tokens for one in some])
        return {
            "ctc": ctc_loss(letters, truth, full, sizes, zero_infinity=True),
            "digits": cross_entropy(digits.float().transpose(1, 2), frames),
        }

    def inside(name: str, weight: nn.Parameter) -> bool:
        return weight.ndim == 2 and ".encoder.layers." in name

    rates, more = (cycle.rate * MUON_RATE, cycle.rate * LEARNING_RATE), {"betas": (0.9, 0.98)}
    optimizers = muon_and_adamw(everything, inside, rates, muon={"ns_steps": 3}, adamw=more)
    schedules = paced(optimizers, lambda step: min((step + 1) / 40, 1 - step / steps))
    run.fit(everything, range(steps), losses, optimizers, schedules, clip=1.0)
    save_fp16(model, run.folder / hub.WEIGHTS)


def sequences(
    pool: Pool, count: int, seed: int, snr: float = NOISES[0], longest: int = 6
) -> list[Spoken]:
    """Return sequences of two and more digits of a pool.

    Args:
        pool: To choose from.
        count: How many.
        seed: Of all that is random.
        snr: How far noise is below the digits, in dB.
        longest: Most digits of a sequence.
    """
    rng = np.random.default_rng(seed)
    lengths = min(2, longest), longest + 1
    return [speak(rng, pool, int(rng.integers(*lengths)), snr) for _ in range(count)]


@torch.inference_mode()
def hear(spoken: Sequence[Spoken], folder: Path) -> tuple[list[str], list[str]]:
    """Return what is heard and what was said, as served and called: one recording at a time.

    Args:
        spoken: Sequences of digits.
        folder: Holds the weights.
    """
    processor, model = as_served(hub.build, folder, Wav2Vec2Processor, Wav2Vec2ForCTC)
    heard = []
    for one in spoken:
        inputs = processor(one.audio, sampling_rate=hub.RATE, return_tensors="pt")
        ids = model(inputs.input_values).logits.argmax(-1)
        heard += processor.batch_decode(ids)
    return heard, [one.text for one in spoken]


def evaluate(folder: Path) -> dict[str, list[float]]:
    """Return word error rates in percent, one for each of `NOISES`, of known and new speakers."""
    parts, scores = load(), {}
    for part, seed in (("held-out", SEED + 1), ("unseen", SEED + 2)):
        spoken = [sequences(parts[part], HELD_OUT, seed, snr) for snr in NOISES]
        scores[part] = [100 * float(word_error_rate(*hear(some, folder))) for some in spoken]
    return scores


def _describe(scores: dict[str, list[float]], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    known, unseen = scores["held-out"], scores["unseen"]
    lines = {f"{snr} dB": pair for snr, *pair in zip(NOISES, known, unseen, strict=True)}
    measured = f"""
Word error rate **{known[0]:.1f} %** on {HELD_OUT} held-out sequences of two to six digits, of
recordings 0 to 4 of five speakers (seed {SEED + 1}); **{unseen[0]:.1f} %** on {HELD_OUT} sequences
of a sixth speaker, `{UNSEEN}`, who is in no training data (seed {SEED + 2}). Trained in
{trained}.

| Digits above white noise | Five known speakers | The unknown speaker |
| --- | ---: | ---: |
{rows(lines, "{:.1f} %")}
"""
    return measured, f"{known[0]:.4f}"


RECIPE = Recipe("speech_recognition", train, evaluate, _describe, SEED)
