"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import warnings

import numpy as np
import pytest
import soundfile
import torch
from torchaudio.functional import resample

from hooks.core.paths import DOCS
from snippets.signals import audio_classification as snippet
from snippets.signals.audio_classification import RATE, classify, prepare, read_audio

WORDS = DOCS / "signals" / "words"
# The pooling layer adds noise of about 1e-5 to each mean, also when it only answers.
NOISE = 1e-3
classifier = pytest.fixture(snippet.load_classifier, scope="module")
STOP = soundfile.read(WORDS / "stop.flac", dtype="float32")[0]


def best(clip: torch.Tensor, classifier) -> str:
    """The label of one clip."""
    return classify([clip], classifier)[0][0][0]


@pytest.mark.parametrize(
    ("name", "label"), [("stop", "stop"), ("seven", "seven"), ("sheila", "unknown")]
)
def test_words_of_both_kinds_are_recognized(classifier, name, label):
    assert best(read_audio(WORDS / f"{name}.flac"), classifier) == label


def test_the_snippet_says_what_the_library_says_with_silence_around(classifier):
    assert classifier.classify_file(str(WORDS / "stop.flac"))[3] == ["stop"]
    scores, _, _, label = classifier.classify_batch(torch.from_numpy(np.pad(STOP, RATE // 10)))
    (answer,) = classify([prepare(STOP, RATE)], classifier, top=None)
    assert answer[0][0] == label[0]
    names = classifier.hparams.label_encoder.ind2lab
    by_name = {names[number]: share for number, share in enumerate(scores[0].exp().tolist())}
    assert dict(answer) == pytest.approx(by_name, abs=NOISE)


def test_all_probabilities_come_best_first_and_sum_to_one(classifier):
    (answer,) = classify([prepare(STOP, RATE)], classifier, top=None)
    shares = [share for _, share in answer]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert len({label for label, _ in answer}) == len(answer) == 22
    (three,) = classify([prepare(STOP, RATE)], classifier, top=3)
    assert [label for label, _ in three] == [label for label, _ in answer[:3]]


def test_clips_keep_their_order_and_do_not_change_one_another(classifier):
    clips = [prepare(STOP, RATE), torch.zeros(4 * RATE), read_audio(WORDS / "seven.flac")]
    together = [answer[0] for answer in classify(clips, classifier)]
    alone = [classify([clip], classifier)[0][0] for clip in clips]
    assert [label for label, _ in together] == [label for label, _ in alone]
    assert [s for _, s in together] == pytest.approx([s for _, s in alone], abs=NOISE)
    assert classify([], classifier) == []


def test_silence_is_an_answer(classifier):
    assert best(prepare(np.zeros(RATE), RATE), classifier) == "silence"


def test_stereo_becomes_the_mean_of_both_sides():
    both = np.stack([STOP, 0 * STOP], axis=1)
    assert torch.allclose(prepare(both, RATE), torch.from_numpy(STOP) / 2)
    assert torch.equal(prepare(STOP[:, None], RATE), prepare(STOP, RATE))


def test_the_rate_decides_length_and_pitch():
    # A tone of 1 kHz for half a second stays one, at any rate that is said truly.
    for rate in (8_000, 16_000, 44_100):
        tone = np.sin(2 * np.pi * 1000 * np.arange(rate // 2) / rate)
        clip = prepare(tone, rate)
        assert clip.dtype == torch.float32
        assert len(clip) == RATE // 2
        assert torch.fft.rfft(clip).abs().argmax().item() == 500  # bins of 2 Hz
    # Said wrongly, it is another tone, and no error.
    clip = prepare(np.sin(2 * np.pi * 1000 * np.arange(4000) / 8_000), RATE)
    assert torch.fft.rfft(clip).abs().argmax().item() == 500  # bins of 4 Hz: 2 kHz


@pytest.mark.parametrize(("rate", "loudness"), [(44_100, 1), (22_050, 1), (RATE, 0.01)])
def test_other_rates_and_loudness_do_not_change_the_word(classifier, rate, loudness):
    samples = resample(loudness * torch.from_numpy(STOP), RATE, rate).numpy()
    assert best(prepare(samples, rate), classifier) == "stop"


BAD_SAMPLES = [
    (np.zeros(RATE, np.int16), RATE, "samples are int16, not float: divide by 32768"),
    (np.zeros(0), RATE, "0 samples at 16000 Hz: want 0.1 s or more"),
    (np.zeros(1599), RATE, "1599 samples at 16000 Hz"),
    (np.zeros(RATE), 0, "16000 samples at 0 Hz"),
    (np.full(RATE, np.nan), RATE, "samples hold NaN or infinity"),
    (np.full(RATE, np.inf), RATE, "samples hold NaN or infinity"),
    (np.zeros((1, 2, 3)), RATE, r"shape is \(1, 2, 3\)"),
]


@pytest.mark.parametrize(("samples", "rate", "message"), BAD_SAMPLES)
def test_bad_samples_are_named(samples, rate, message):
    with pytest.raises(ValueError, match=message):
        prepare(samples, rate)


def test_bad_files_are_named(tmp_path):
    (tmp_path / "text.wav").write_text("no audio")
    soundfile.write(tmp_path / "short.wav", np.zeros(100), RATE)
    for said in (
        "no.wav: no audio: ",
        "text.wav: no audio: ",
        "short.wav: 100 samples at 16000 Hz",
    ):
        with pytest.raises(ValueError, match=said):
            read_audio(tmp_path / said.partition(":")[0])


def test_one_clip_is_no_list(classifier):
    with pytest.raises(TypeError, match=r"pass a list, such as \[clip\]"):
        classify(torch.zeros(RATE), classifier)


def test_the_shortest_clip_gets_an_answer_and_no_nan(classifier):
    (answer,) = classify([prepare(np.zeros(RATE // 10), RATE)], classifier, top=None)
    assert all(np.isfinite(share) for _, share in answer)


def test_nothing_warns(classifier, caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classify([prepare(STOP, RATE)], classifier)
    assert not caplog.records
