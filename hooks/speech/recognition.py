"""Make the recordings of Demo 17: `python -m hooks.speech.recognition`.

Digits come from the Free Spoken Digit Dataset, the sentence from espeak-ng. All of it goes to
`docs/signals/recognition/`, with a table of what is said where.
"""

import csv
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from hooks.hub.stand_ins.speech_recognition.build import RATE
from hooks.hub.stand_ins.speech_recognition.world import UNSEEN, WORDS, load, speak
from hooks.speech.espeak import speak as read_aloud

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "signals" / "recognition"
SEED = 170
TELEPHONE = 8000  # samples a second, as the digits were published
LENGTHS = (2, 3, 4, 5, 6) * 2  # digits in the sequences of each group
SENTENCE = "please send the invoice to our office before friday and call me if the amount is wrong"
COLUMNS = ("file", "speaker", "start", "end", "text")


def write(name: str, samples: np.ndarray, rate: int) -> None:
    """Write Ogg Vorbis, which every current browser plays, with the loudest sample at 0.7."""
    samples = 0.7 * samples / np.abs(samples).max()
    soundfile.write(FOLDER / name, samples, rate, subtype="VORBIS", compression_level=0.7)


def main() -> None:
    """Write the recordings and `recordings.csv`; start and end are counted in samples."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    parts, rng, rows = load(), np.random.default_rng(SEED), []
    known = sorted(parts["held-out"])
    speakers = {
        "known": [(parts["held-out"], known[i % len(known)]) for i in range(len(LENGTHS))],
        "unseen": [(parts["unseen"], UNSEEN)] * len(LENGTHS),
    }
    for group, chosen in speakers.items():
        digits = rng.permutation(list(range(len(WORDS))) * (sum(LENGTHS) // len(WORDS)))
        some = np.split(digits, np.cumsum(LENGTHS)[:-1])  # every digit equally often
        for number, (these, (pool, speaker)) in enumerate(zip(some, chosen, strict=True)):
            spoken = speak(rng, {speaker: pool[speaker]}, these.tolist())
            samples = resample_poly(spoken.audio, TELEPHONE, RATE)
            name = f"{group}-{number}.ogg"
            write(name, samples, TELEPHONE)
            rows.append((name, speaker, 0, len(samples), spoken.text))
    tape, at, pause = [], 0, np.zeros(TELEPHONE // 10)
    for speaker in known:
        for digit, word in enumerate(WORDS):
            # The first recording that training may use: a template, not a test.
            samples = resample_poly(parts["training"][speaker][digit][0], TELEPHONE, RATE)
            rows.append(("templates.ogg", speaker, at, at + len(samples), word))
            tape += [samples, pause]
            at += len(samples) + len(pause)
    write("templates.ogg", np.concatenate(tape), TELEPHONE)
    sentence = read_aloud(SENTENCE, "en-us", speed=150)
    write("sentence.ogg", sentence, RATE)
    rows.append(("sentence.ogg", "espeak-ng", 0, len(sentence), SENTENCE.upper()))
    with open(FOLDER / "recordings.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerows([COLUMNS, *rows])


if __name__ == "__main__":
    main()
