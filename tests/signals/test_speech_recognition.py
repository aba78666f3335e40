"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

from itertools import groupby

import numpy as np
import pytest
import soundfile
import torch
from torchmetrics.functional.text import word_error_rate

from hooks.core.paths import DOCS
from snippets.signals.speech_recognition import RATE, load_recognizer, open_recording, transcribe
from tests.conftest import rows

FOLDER = DOCS / "signals" / "recognition"
ROWS = rows(FOLDER / "recordings.csv")
TAPE = soundfile.read(FOLDER / "known.ogg")
KNOWN = {
    row["name"]: ((TAPE[0][int(row["start"]) : int(row["end"])], TAPE[1]), row["text"])
    for row in ROWS
    if row["file"] == "known.ogg"
}
PRINTED = ("known-3", "unseen-0", "sentence")
SOUND = np.sin(np.arange(RATE) / 5)  # a second of a tone
recognizer = pytest.fixture(load_recognizer, scope="module")


@pytest.mark.parametrize("page", ["speech_recognition.py", "index.md"])
def test_the_transcripts_that_pages_print_are_those_of_the_recordings(page):
    text = " ".join((FOLDER.parent / page).read_text("utf-8").replace("\n# ", " ").split()).lower()
    for said in [row["text"].lower() for row in ROWS if row["name"] in PRINTED]:
        assert f'"{said}' in text
        assert page == "index.md" or f"transcript: {said}." in text


def test_held_out_recordings_of_known_speakers_are_heard_right(recognizer):
    heard = transcribe([one for one, _ in KNOWN.values()], *recognizer)
    # Forty words: at most two wrong.
    assert float(word_error_rate(heard, [text for _, text in KNOWN.values()])) <= 0.05


def test_the_text_is_the_best_token_of_each_frame_without_repeats_and_blanks(recognizer):
    processor, model = recognizer
    recording, _ = KNOWN["known-2"]  # THREE has a double letter
    inputs = processor(open_recording(recording), sampling_rate=RATE, return_tensors="pt")
    with torch.inference_mode():
        ids = model(inputs.input_values).logits[0].argmax(-1).tolist()
    letters = processor.tokenizer.convert_ids_to_tokens([one for one, _ in groupby(ids)])
    by_hand = "".join(letter for letter in letters if letter != "<pad>").replace("|", " ")
    assert transcribe([recording], *recognizer) == [by_hand.strip()]
    assert "THREE" in by_hand


def test_paths_and_samples_at_any_rate_and_loudness_give_the_same_text(recognizer):
    path = FOLDER / "known-3.ogg"
    samples, rate = soundfile.read(path)
    assert rate == 8000
    stereo = np.stack([samples, samples], axis=1)
    wide = open_recording((samples, rate))
    forms = [path, str(path), (samples, rate), (stereo, rate), (0.01 * samples, rate), (wide, RATE)]
    assert transcribe(forms, *recognizer) == [KNOWN["known-3"][1]] * len(forms)


def test_the_wrong_rate_raises_nothing_and_ruins_the_text(recognizer):
    samples, _ = soundfile.read(FOLDER / "known-3.ogg")
    (text,) = transcribe([(samples, RATE)], *recognizer)
    assert float(word_error_rate([text], [KNOWN["known-3"][1]])) >= 0.4


def test_channels_are_averaged_and_the_rate_is_converted():
    left = np.stack([SOUND, np.zeros(RATE)], axis=1)
    # float32 keeps seven digits.
    assert open_recording((left, RATE)) == pytest.approx(SOUND / 2, abs=1e-6)
    assert open_recording((SOUND, 44_100)).shape == (5805,)  # 16,000 ** 2 / 44,100, rounded up
    assert open_recording((SOUND, RATE)).dtype == np.float32


def test_silence_gives_no_words(recognizer):
    assert transcribe([(np.zeros(RATE), RATE)], *recognizer) == [""]


def test_no_recordings_give_no_texts(recognizer):
    assert transcribe([], *recognizer) == []


BAD_INPUT = [
    ("one.wav", TypeError, "pass a list"),
    ((SOUND, RATE), TypeError, "pass a list"),
    ([((SOUND * 9999).astype(np.int16), RATE)], TypeError, r"recordings\[0\] holds int16"),
    ([(SOUND, RATE), (np.empty(0), RATE)], ValueError, r"recordings\[1\] lasts 0\.00 s"),
    ([(SOUND[:1599], RATE)], ValueError, r"lasts 0\.10 s, not 0\.1 to 60"),
    ([(np.ones(60 * RATE + 1), RATE)], ValueError, r"lasts 60\.00 s.*cut it at pauses"),
    ([(np.full(RATE, np.nan), RATE)], ValueError, r"recordings\[0\] holds NaN"),
    ([(np.append(SOUND, np.inf), RATE)], ValueError, r"NaN or infinite"),
    ([(np.stack([SOUND, SOUND]), RATE)], ValueError, r"shape \(2, 16000\).*transpose it"),
    ([(SOUND, 0)], ValueError, "has 0 samples a second"),
    (["missing.flac"], soundfile.LibsndfileError, "missing.flac"),
    ([__file__], soundfile.LibsndfileError, "Format not recognised"),
]


@pytest.mark.parametrize(("recordings", "error", "message"), BAD_INPUT)
def test_bad_input_is_named(recognizer, recordings, error, message):
    with pytest.raises(error, match=message):
        transcribe(recordings, *recognizer)


def test_a_tenth_of_a_second_and_a_minute_are_read(recognizer):
    assert len(transcribe([(SOUND[:1600], RATE)], *recognizer)) == 1
    assert open_recording((np.ones(60 * RATE), RATE)).shape == (60 * RATE,)


def test_the_bare_processor_refuses_a_rate_that_it_is_told(recognizer):
    processor, _ = recognizer
    with pytest.raises(ValueError, match="16000 and not 8000"):
        processor(SOUND, sampling_rate=8000, return_tensors="pt")
