"""The clips of the small world: digits that people spoke, words of espeak-ng, noises."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torchaudio.functional import resample

from hooks.hub.stand_ins.audio_classification.build import COMMANDS, DIGITS
from hooks.training.datasets import spoken_digits
from hooks.worlds.speech.espeak import ACCENTS, RATE, VOICES, speak

TEST_RECORDINGS = 5  # recordings 0 to 4 of each digit and speaker: the customary test split
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")

# What training hears as "unknown", and words that it never hears at all.
OTHER_WORDS = (
    *("bed", "bird", "cat", "dog", "happy", "house", "tree", "wow", "backward", "forward"),
    *("follow", "learn", "visual", "apple", "water", "table", "green", "music", "seventy"),
    *("paper", "window", "garden", "letter", "number", "open", "close", "start", "please"),
    *("hello", "morning", "computer", "river", "mountain", "yellow", "sister", "brother"),
    *("light", "door", "play", "pause", "louder", "kitchen", "school", "friend"),
)
HELD_OUT_WORDS = (
    *("marvin", "sheila", "purple", "doctor", "pencil", "banana", "village", "engine"),
    *("silver", "winter"),
)


@dataclass(frozen=True)
class Clip:
    """One clip.

    Attributes:
        label: What is heard: a label of the stand-in.
        speaker: Who speaks, a voice of espeak-ng, or "" for a noise.
        samples: At 16 kHz, mono, float32, in [-1, 1].
    """

    label: str
    speaker: str
    samples: np.ndarray


def recordings() -> tuple[list[Clip], list[Clip]]:
    """Return the spoken digits: training and the customary test split."""
    training, test = [], []
    for name, (samples, rate) in spoken_digits().items():
        digit, speaker, number = name.split("_")
        samples = resample(torch.from_numpy(samples), rate, RATE).numpy()
        clip = Clip(DIGITS[int(digit)], speaker, samples)
        (test if int(number) < TEST_RECORDINGS else training).append(clip)
    return training, test


def spoken(
    rng: np.random.Generator,
    words: Sequence[str],
    count: int,
    voices: Sequence[str] = VOICES,
    label: str = "",
) -> list[Clip]:
    """Let espeak-ng say each word `count` times, each time in another voice, speed and pitch.

    Args:
        rng: Decides about the voices.
        words: To say.
        count: How often each.
        voices: To choose from.
        label: What all of them count as; empty: each word is its own label.
    """
    clips = []
    for word in words:
        for _ in range(count):
            voice = f"{rng.choice(ACCENTS)}+{rng.choice(voices)}"
            speed, pitch = int(rng.integers(105, 210)), int(rng.integers(15, 85))
            clips.append(Clip(label or word, voice, speak(word, voice, speed, pitch)))
    return clips


def noises(rng: np.random.Generator, count: int) -> list[Clip]:
    """Return clips without a word: nothing at all, hiss, rumble, hum, clicks.

    Args:
        rng: Draws them.
        count: How many.
    """
    clips = []
    for number in range(count):
        size = int(rng.integers(RATE // 3, RATE))
        time = np.arange(size) / RATE
        hiss = rng.normal(size=size)
        samples = [
            np.zeros(size),
            hiss,
            np.cumsum(hiss) - np.linspace(0, hiss.sum(), size),
            np.sin(2 * np.pi * rng.choice([50, 60, 100, 120, 440]) * time) + 0.1 * hiss,
            (rng.random(size) < 3 / RATE) * hiss * 20 + 0.05 * hiss,
        ][number % 5]
        loudest = np.abs(samples).max() or 1
        samples = 10 ** rng.uniform(-3, -0.3) * samples / loudest
        clips.append(Clip("silence", "", samples.astype(np.float32)))
    return clips


def training_set(rng: np.random.Generator) -> list[Clip]:
    """Return all clips of the training but the people's digits."""
    return [
        *spoken(rng, COMMANDS, 50),
        *spoken(rng, DIGITS, 20),
        *spoken(rng, OTHER_WORDS, 12, label="unknown"),
        *noises(rng, 200),
    ]
