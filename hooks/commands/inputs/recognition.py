"""Make the recordings of `speech_recognition`: `python -m hooks.commands.inputs.recognition`.

Digits come from the Free Spoken Digit Dataset, the sentence from espeak-ng. All of it goes to
`docs/signals/recognition/`, with a table of what is said where.
"""

import numpy as np
import soundfile
from scipy.signal import resample_poly

from hooks.commands.inputs.write import table
from hooks.core.paths import DOCS
from hooks.hub.stand_ins.speech_recognition.build import RATE
from hooks.training.speech_recognition.world import UNSEEN, WORDS, load, speak
from hooks.worlds.speech.espeak import speak as read_aloud

FOLDER = DOCS / "signals" / "recognition"
SEED = 170
TELEPHONE = 8000  # samples a second, as the digits were published
LENGTHS = (2, 3, 4, 5, 6) * 2  # digits in the sequences of each group
SENTENCE = "please send the invoice to our office before friday and call me if the amount is wrong"
PLAYED = ("known-3", "unseen-0")  # sequences that the page plays: files of their own, too
COLUMNS = ("name", "file", "speaker", "start", "end", "text")


def write(name: str, samples: np.ndarray, rate: int) -> None:
    """Write Ogg Vorbis, which every current browser plays, with the loudest sample at 0.7.

    Args:
        name: Of the file in `FOLDER`.
        samples: (n,), not all 0.
        rate: Samples a second.
    """
    samples = 0.7 * samples / np.abs(samples).max()
    soundfile.write(FOLDER / name, samples, rate, subtype="VORBIS", compression_level=0.7)


def tape(name: str, spoken: list[tuple[str, str, np.ndarray, str]]) -> list[tuple]:
    """Write recordings one after the other into one file.

    Args:
        name: Of the file in `FOLDER`.
        spoken: Title, speaker, samples (n,) at 16 kHz and text of each recording.

    Returns:
        A row of the table for each; start and end are counted in samples of the file.
    """
    rows, pieces, at, pause = [], [], 0, np.zeros(TELEPHONE // 10)
    for title, speaker, audio, text in spoken:
        samples = resample_poly(audio, TELEPHONE, RATE)
        samples = samples / np.abs(samples).max()
        rows.append((title, name, speaker, at, at + len(samples), text))
        pieces += [samples, pause]
        at += len(samples) + len(pause)
        if title in PLAYED:
            write(f"{title}.ogg", samples, TELEPHONE)
    write(name, np.concatenate(pieces), TELEPHONE)
    return rows


def main() -> None:
    """Write the recordings and `recordings.csv`."""
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
        sequences = []
        for number, (these, (pool, speaker)) in enumerate(zip(some, chosen, strict=True)):
            spoken = speak(rng, {speaker: pool[speaker]}, these.tolist())
            sequences.append((f"{group}-{number}", speaker, spoken.audio, spoken.text))
        rows += tape(f"{group}.ogg", sequences)
    # The first recordings that training may use: templates, no test.
    templates = [
        ("template", speaker, parts["training"][speaker][digit][0], word)
        for speaker in known
        for digit, word in enumerate(WORDS)
    ]
    rows += tape("templates.ogg", templates)
    sentence = read_aloud(SENTENCE, "en-us", speed=150)
    write("sentence.ogg", sentence, RATE)
    rows.append(("sentence", "sentence.ogg", "espeak-ng", 0, len(sentence), SENTENCE.upper()))
    table(FOLDER / "recordings.csv", [COLUMNS, *rows])


if __name__ == "__main__":
    main()
