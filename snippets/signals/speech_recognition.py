"""Turn English speech into text with a pre-trained recognizer."""

from pathlib import Path

import numpy as np
import soundfile
import torch
from torchaudio.functional import resample
from transformers import Wav2Vec2ForCTC, Wav2Vec2Processor

CHECKPOINT = "facebook/wav2vec2-base-960h"
REVISION = "22aad52d435eb6dbaf354bdad9b0da84ce7d6156"
RATE = 16_000  # samples a second that the model reads
SHORTEST, LONGEST = 0.1, 60  # seconds; twice as long needs four times the memory

Recording = str | Path | tuple[np.ndarray, int]


def load_recognizer() -> tuple[Wav2Vec2Processor, Wav2Vec2ForCTC]:
    """Download the checkpoint once, then load processor and model from the cache."""
    processor = Wav2Vec2Processor.from_pretrained(CHECKPOINT, revision=REVISION)
    model = Wav2Vec2ForCTC.from_pretrained(
        CHECKPOINT, revision=REVISION, use_safetensors=True
    )
    return processor, model.eval()


def transcribe(
    recordings: list[Recording], processor: Wav2Vec2Processor, model: Wav2Vec2ForCTC
) -> list[str]:
    """Write down what is said in each recording.

    Args:
        recordings: n paths to WAV, FLAC, OGG or MP3 files, or pairs (samples, rate):
            floats of shape (count,) or (count, channels), and samples a second.
            Channels are averaged; another rate is converted.
        processor: the first that `load_recognizer` returns.
        model: the second.

    Returns:
        n texts in capitals without punctuation, "" for silence.

    Raises:
        TypeError: if `recordings` is a single one, or samples are not floats.
        ValueError: if samples are missing, no numbers, of a wrong shape, or if they
            last less than 0.1 seconds or more than 60.
        soundfile.LibsndfileError: if a file is missing, or is no audio.

    Model card: https://huggingface.co/facebook/wav2vec2-base-960h
    """
    if isinstance(recordings, str | Path | tuple):
        raise TypeError("recordings is a single one: pass a list, such as [path]")
    texts = []
    # One at a time: this checkpoint has no attention mask, so padding changes the text.
    for index, recording in enumerate(recordings):
        samples = open_recording(recording, f"recordings[{index}]")
        if not samples.any():
            texts.append("")  # digital silence
            continue
        inputs = processor(samples, sampling_rate=RATE, return_tensors="pt")
        with torch.inference_mode():
            logits = model(inputs.input_values.to(model.device)).logits
        # The likeliest token of each 20 ms; decoding merges repeats and drops blanks.
        texts += processor.batch_decode(logits.argmax(-1))
    return texts


def open_recording(recording: Recording, name: str = "recording") -> np.ndarray:
    """Return (count,) float32 at 16 kHz; see `transcribe` for what it raises."""
    if isinstance(recording, str | Path):
        samples, rate = soundfile.read(recording, dtype="float32")
    else:
        samples, rate = recording
    samples = np.asarray(samples)
    if not np.issubdtype(samples.dtype, np.floating):
        how = "divide 16-bit integers by 32768"
        raise TypeError(f"{name} holds {samples.dtype}, not floats from -1 to 1: {how}")
    if samples.ndim == 2 and 0 < samples.shape[1] <= 8:
        samples = samples.mean(axis=1)
    if samples.ndim != 1:
        shape = f"{samples.shape}, not (count,) or (count, channels)"
        raise ValueError(f"{name} has shape {shape}: transpose it")
    if rate <= 0:
        raise ValueError(f"{name} has {rate} samples a second: pass the file's rate")
    if not SHORTEST <= len(samples) / rate <= LONGEST:
        limits = f"{SHORTEST} to {LONGEST}: cut it at pauses"
        raise ValueError(f"{name} lasts {len(samples) / rate:.2f} s, not {limits}")
    if not np.isfinite(samples).all():
        raise ValueError(f"{name} holds NaN or infinite samples: replace them by 0")
    samples = torch.from_numpy(samples.astype(np.float32))
    return resample(samples, rate, RATE).numpy()


if __name__ == "__main__":
    tone = np.sin(np.arange(RATE) * 2 * np.pi * 440 / RATE)  # a second of 440 Hz
    silence = np.zeros(RATE)
    for text in transcribe([(silence, RATE), (tone, RATE)], *load_recognizer()):
        print(repr(text))
