"""Speak a word with espeak-ng (Debian's `espeak-ng`): needed to train and to make the samples."""

import io
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import torch
from torchaudio.functional import resample

RATE = 16_000
QUIET = 0.02  # of the loudest sample: what is quieter at both ends is cut off
# Accents and voices of espeak-ng that training uses, and voices that it never hears.
ACCENTS = ("en-us", "en-gb", "en-gb-scotland", "en-029", "en-gb-x-rp", "en-gb-x-gbcwmd")
VOICES = (
    *("m1", "m2", "m4", "m5", "m6", "m8", "f1", "f3", "f4", "f5", "adam", "Alex", "Alicia"),
    *("Annie", "david", "Denis", "Diogo", "ed", "Gene", "john", "Lee", "linda", "Marco"),
    *("max", "Michael", "Mike", "pablo", "rob", "steph", "zac", "sandro", "travis"),
)
HELD_OUT_VOICES = ("m3", "m7", "f2", "Andrea", "benjamin", "victor")


class EspeakError(RuntimeError):
    """espeak-ng is missing or refused; the message says how to mend it."""


@cache
def voices() -> Path:
    """Return the folder of espeak-ng's voices; names count their capitals.

    Raises:
        EspeakError: espeak-ng is not installed.
    """
    if not shutil.which("espeak-ng"):
        raise EspeakError("espeak-ng is missing: apt-get install espeak-ng")
    told = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True).stdout
    return Path(told.partition("Data at:")[2].strip()) / "voices" / "!v"


def speak(text: str, voice: str, speed: int = 150, pitch: int = 50) -> np.ndarray:
    """Return speech, cut to where there is sound.

    Args:
        text: What to say.
        voice: Accent and voice as espeak-ng names them, such as "en-us+m3".
        speed: Words a minute.
        pitch: From 0 to 99.

    Returns:
        Samples at 16 kHz, mono, float32, the loudest at 0.9.

    Raises:
        EspeakError: espeak-ng is not installed, or does not know the voice.
    """
    # Asked for a voice that it lacks, espeak-ng takes another one and says nothing.
    folder, (accent, _, variant) = voices(), voice.partition("+")
    if accent not in ACCENTS or not (folder / variant).is_file():
        raise EspeakError(f"no voice {voice}: take an accent of {ACCENTS} and a file in {folder}")
    options = ["-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    done = subprocess.run(["espeak-ng", *options], capture_output=True)
    if done.returncode or not done.stdout:
        raise EspeakError(f"espeak-ng {' '.join(options)}: {done.stderr.decode().strip()}")
    samples, rate = soundfile.read(io.BytesIO(done.stdout), dtype="float32")
    samples = resample(torch.from_numpy(samples), rate, RATE).numpy()
    loud = np.flatnonzero(np.abs(samples) > QUIET * np.abs(samples).max())
    samples = samples[loud[0] : loud[-1] + 1]
    return 0.9 * samples / np.abs(samples).max()
