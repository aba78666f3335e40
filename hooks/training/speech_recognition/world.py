"""The small world: digits of the Free Spoken Digit Dataset, one after the other, with pauses.

Data: Free Spoken Digit Dataset, https://github.com/Jakobovski/free-spoken-digit-dataset,
CC BY-SA 4.0, 3,000 recordings of ten digits by six speakers at 8 kHz. The archive is read where it
lies; nothing of it is copied.
"""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from scipy.fft import next_fast_len
from scipy.signal import resample_poly

from hooks.hub.stand_ins.speech_recognition.build import RATE
from hooks.training.datasets import spoken_digits

WORDS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
UNSEEN = "yweweler"  # the speaker left out of training: the last by name, not chosen by result
HELD_OUT = range(5)  # recordings 0-4 of each digit: the customary test split
DEVELOPMENT = range(5, 7)  # for trials before the final run

Pool = dict[str, list[list[np.ndarray]]]  # speaker -> digit -> recordings, float32 at 16 kHz


class Spoken(NamedTuple):
    """A sequence of digits: samples at 16 kHz, its digits, where each starts and ends."""

    audio: np.ndarray
    digits: list[int]
    spans: list[tuple[int, int]]

    @property
    def text(self) -> str:
        """What is said, in words."""
        return " ".join(WORDS[digit] for digit in self.digits)


def load() -> dict[str, Pool]:
    """Return the recordings of four parts: training, development, held-out, unseen."""
    parts: dict[str, Pool] = {}
    for name, (samples, rate) in spoken_digits().items():
        digit, speaker, number = name.split("_")
        part = "held-out" if int(number) in HELD_OUT else "training"
        if speaker == UNSEEN:
            part = "unseen"
        elif int(number) in DEVELOPMENT:
            part = "development"
        samples = resample_poly(samples.astype(float), RATE, rate).astype(np.float32)
        samples /= np.sqrt(np.mean(samples**2)) + 1e-8  # as loud as any other
        pool = parts.setdefault(part, defaultdict(lambda: [[] for _ in WORDS]))
        pool[speaker][int(digit)].append(samples)
    return parts


def noise(rng: np.random.Generator, count: int, slope: float) -> np.ndarray:
    """Return noise of variance 1.

    Args:
        rng: Draws it.
        count: How many samples.
        slope: Its power falls as 1 / frequency ** slope.
    """
    size = next_fast_len(count)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** (slope / 2)
    spectrum[0] = 0
    samples = np.fft.irfft(spectrum, size)[:count]
    return (samples / samples.std()).astype(np.float32)


def speak(
    rng: np.random.Generator, pool: Pool, digits: int | list[int], snr: float = 40, slope: float = 0
) -> Spoken:
    """Return these digits, or so many random ones, by one random speaker of `pool`.

    Pauses of 0.1 to 0.4 s lie around the digits, which differ by up to 3 dB in loudness. Noise lies
    over everything.

    Args:
        rng: Decides.
        pool: To choose from.
        digits: To say, or how many.
        snr: How far the noise is below the digits, in dB: at 40 it is hardly heard.
        slope: Of the noise's power.
    """
    speaker = str(rng.choice(sorted(pool)))
    if isinstance(digits, int):
        digits = [int(digit) for digit in rng.integers(len(WORDS), size=digits)]
    pieces, spans, at = [], [], 0
    for digit in digits:
        recordings = pool[speaker][digit]
        word = recordings[rng.integers(len(recordings))] * 10 ** (rng.uniform(-1.5, 1.5) / 20)
        pause = int(rng.uniform(0.1, 0.4) * RATE)
        pieces += [np.zeros(pause, np.float32), word]
        spans.append((at + pause, at + pause + len(word)))
        at = spans[-1][1]
    pieces.append(np.zeros(int(rng.uniform(0.1, 0.4) * RATE), np.float32))
    audio = np.concatenate(pieces)
    audio = audio + noise(rng, len(audio), slope) * np.float32(10 ** (-snr / 20))
    return Spoken(audio, digits, spans)


def vary(
    rng: np.random.Generator, spoken: Spoken, speeds: tuple[float, float] = (0.82, 1.22)
) -> Spoken:
    """Return the same digits at another speed (and so pitch), through another microphone.

    Args:
        rng: Decides.
        spoken: What to change.
        speeds: The slowest and the fastest; 1 leaves it.
    """
    speed = rng.uniform(*speeds)
    audio = spoken.audio
    audio = np.interp(np.arange(0, len(audio) - 1, speed), np.arange(len(audio)), audio)
    audio[1:] -= rng.uniform(-0.6, 0.9) * audio[:-1]
    spans = [(int(start / speed), int(end / speed)) for start, end in spoken.spans]
    return Spoken(audio.astype(np.float32), spoken.digits, spans)
