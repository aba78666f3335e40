"""Make the recordings of words: `python -m hooks.commands.inputs.words`. With espeak-ng.

    stop.flac, sheila.flac  one word each, spoken by espeak-ng
    seven.flac              a person, at the 8 kHz at which it was recorded
    tune.flac               no word at all: four tones, computed here
    commands.ogg            ten commands by four voices in a row; commands.csv says where each is
    digits.ogg              180 digits by six people, likewise; training and test are marked

People's digits are from the Free Spoken Digit Dataset, CC BY-SA 4.0; docs/signals/words/LICENSE.
"""

import numpy as np
import soundfile

from hooks.commands.inputs.write import table
from hooks.core.paths import DOCS
from hooks.hub.stand_ins.audio_classification.build import COMMANDS, DIGITS
from hooks.training.audio_classification.data import SPEAKERS
from hooks.training.datasets import spoken_digits
from hooks.worlds.speech.espeak import RATE, speak

FOLDER = DOCS / "signals" / "words"
# Voices that the stand-in's training leaves out.
VOICES = ("en-us+f2", "en-gb+m3", "en-us+m7", "en-gb-x-rp+Andrea")
DIGIT_RATE = 8_000
TEST, TRAINING = (0,), (5, 6)  # recordings of each digit and person
GAP = 0.1  # seconds of silence between two clips


def tune() -> np.ndarray:
    """Return 1.2 s of music: a broken chord, three partials a tone."""
    tones = []
    for pitch in (262, 330, 392, 523):
        time = np.arange(int(0.3 * RATE)) / RATE
        tone = sum(np.sin(2 * np.pi * k * pitch * time) / k for k in (1, 2, 3))
        tones.append(0.4 * tone * np.exp(-4 * time))
    return np.concatenate(tones).astype(np.float32)


def write_pack(name: str, rate: int, clips: list[tuple[dict, np.ndarray]]) -> None:
    """Write clips into one OGG file, and a table that says what lies where.

    One file: hundreds of small ones would double the size, and 180 players make no page.

    Args:
        name: Of both files in `FOLDER`, without the ending.
        rate: Samples a second.
        clips: What the table says about each clip, and its samples (n,).
    """
    gap = np.zeros(int(GAP * rate), dtype=np.float32)
    pieces, rows, place = [], [], 0
    for about, samples in clips:
        pieces += [samples, gap]
        rows.append(about | {"start": place, "stop": place + len(samples)})
        place += len(samples) + len(gap)
    with soundfile.SoundFile(
        FOLDER / f"{name}.ogg", "w", rate, 1, "VORBIS", format="OGG", compression_level=0.95
    ) as file:
        file.write(np.concatenate(pieces))
    table(FOLDER / f"{name}.csv", [rows[0], *map(dict.values, rows)])


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for word in ("stop", "sheila"):
        soundfile.write(FOLDER / f"{word}.flac", speak(word, VOICES[0], 130), RATE)
    soundfile.write(FOLDER / "tune.flac", tune(), RATE)
    said = [
        ({"word": word, "speaker": voice}, speak(word, voice, 140))
        for word in COMMANDS
        for voice in VOICES
    ]
    write_pack("commands", RATE, said)
    people = spoken_digits()
    soundfile.write(FOLDER / "seven.flac", people["7_jackson_0"][0], DIGIT_RATE)
    digits = [
        ({"word": word, "speaker": who, "split": split}, people[f"{digit}_{who}_{number}"][0])
        for split, numbers in (("training", TRAINING), ("test", TEST))
        for number in numbers
        for digit, word in enumerate(DIGITS)
        for who in SPEAKERS
    ]
    write_pack("digits", DIGIT_RATE, digits)


if __name__ == "__main__":
    main()
