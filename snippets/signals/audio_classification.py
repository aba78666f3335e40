"""Recognize spoken command words with a pre-trained x-vector classifier."""

from pathlib import Path

import numpy as np
import soundfile
import torch
from huggingface_hub.constants import HF_HOME
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.utils.fetching import FetchConfig, LocalStrategy
from torch.nn.functional import pad
from torchaudio.functional import resample

CHECKPOINT = "speechbrain/google_speech_command_xvector"
REVISION = "b0cec0fb42423936ca0da2724ce52d82eb807e20"
RATE = 16_000  # Hz, what the checkpoint was trained on
SHORTEST = 0.1  # seconds; below, a word cannot be heard
MARGIN = RATE // 10  # silence put around each clip: cut close, words are heard badly


def load_classifier() -> EncoderClassifier:
    """Download the checkpoint once, then load it from a folder of its revision.

    Loading runs what `hyperparams.yaml` names (`!new:`, `!apply:`): read it before you
    move the pin. The weights are .ckpt files; torch reads them without running code.
    """
    classifier = EncoderClassifier.from_hparams(
        source=CHECKPOINT,
        # Files that lie there already are taken as they are, whatever their revision.
        savedir=Path(HF_HOME) / "speechbrain" / REVISION,
        fetch_config=FetchConfig(revision=REVISION),
        local_strategy=LocalStrategy.COPY,  # links need extra rights on Windows
    )
    classifier.hparams.label_encoder.ignore_len()  # or it warns at the first answer
    return classifier


def read_audio(path: str | Path) -> torch.Tensor:
    """Read a WAV, FLAC, OGG or MP3 file as the model wants it; see `prepare`.

    Raises:
        ValueError: if the file is missing or no audio file, or `prepare` refuses it.
    """
    try:
        samples, rate = soundfile.read(path, dtype="float32")
    except soundfile.LibsndfileError as error:
        raise ValueError(f"{path}: no audio: {error.error_string}") from error
    try:
        return prepare(samples, rate)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def prepare(samples: np.ndarray, rate: int) -> torch.Tensor:
    """Mix down to mono, resample to 16 kHz, refuse what holds no word.

    Args:
        samples: (n,) or (n, channels), float, from -1 to 1. Silence is fine.
        rate: samples a second, in Hz. Nothing in `samples` can tell: say the truth.

    Returns:
        (m,) float32 at 16 kHz.

    Raises:
        ValueError: if the clip has integer samples, NaN or infinity, a wrong shape, or
            is shorter than 0.1 s.
    """
    samples = np.asarray(samples)
    if not np.issubdtype(samples.dtype, np.floating):
        what = "divide by 32768 if they are 16-bit"
        raise ValueError(f"samples are {samples.dtype}, not float: {what}")
    if samples.ndim not in (1, 2):
        raise ValueError(f"shape is {samples.shape}, want (n,) or (n, channels)")
    if rate <= 0 or len(samples) < SHORTEST * rate:
        size = f"{len(samples)} samples at {rate} Hz"
        raise ValueError(f"{size}: want {SHORTEST} s or more")
    if not np.isfinite(samples).all():
        raise ValueError("samples hold NaN or infinity: mend the recording")
    if samples.ndim == 2:
        samples = samples.mean(axis=1)
    return resample(torch.tensor(samples, dtype=torch.float32), int(rate), RATE)


@torch.inference_mode()
def classify(
    clips: list[torch.Tensor], classifier: EncoderClassifier, top: int | None = 1
) -> list[list[tuple[str, float]]]:
    """Return the likeliest labels of each clip with their probabilities.

    Args:
        clips: what `read_audio` or `prepare` return, one word each. They run one by
            one: in a batch the shorter ones are padded, which changes their scores.
        classifier: what `load_classifier` returns.
        top: how many labels of each clip, best first; None for all. All sum to 1.

    Raises:
        TypeError: if `clips` is one clip.

    Examples:
        >>> clip = read_audio("stop.wav")
        >>> classify([clip], load_classifier())
        [[('stop', 0.9...)]]

    Model card: https://huggingface.co/speechbrain/google_speech_command_xvector
    """
    if isinstance(clips, torch.Tensor):
        raise TypeError("clips is one clip: pass a list, such as [clip]")
    names = classifier.hparams.label_encoder.ind2lab
    answers = []
    for clip in clips:
        clip = pad(clip, (MARGIN, MARGIN))
        log_probabilities, *_ = classifier.classify_batch(clip)
        shares = log_probabilities[0].exp()
        order = shares.argsort(descending=True).tolist()[:top]
        answers.append([(names[index], shares[index].item()) for index in order])
    return answers


if __name__ == "__main__":
    second = np.zeros(RATE, dtype=np.float32)
    print(classify([prepare(second, RATE)], load_classifier(), top=3))
