"""The audio stand-in: in the form that SpeechBrain fetches, the same bytes, honest scores."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.lobes.models.Xvector import Classifier, Xvector

from hooks.core.paths import DOCS
from hooks.hub.stand_ins import audio_classification
from hooks.hub.stand_ins.audio_classification.build import COMMANDS, DIGITS, LABELS, WEIGHTS, build
from hooks.training.audio_classification import data, recipe
from hooks.worlds.speech import espeak

SOURCE = Path(audio_classification.__file__).parent
WORDS = DOCS / "signals" / "words"


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("audio_classification")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def classifier(repository) -> EncoderClassifier:
    overrides = {"pretrained_path": str(repository)}
    model = EncoderClassifier.from_hparams(source=str(repository), overrides=overrides)
    model.hparams.label_encoder.expect_len(len(LABELS))
    return model


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == [
        "README.md",
        "classifier.ckpt",
        "embedding_model.ckpt",
        "hyperparams.yaml",
        "label_encoder.txt",
    ]
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_the_weights_hold_tensors_and_nothing_else(repository):
    for name in ("classifier.ckpt", "embedding_model.ckpt"):
        state = torch.load(repository / name, weights_only=True)
        assert {tensor.dtype for tensor in state.values()} == {torch.float32}
        assert str(repository) not in (repository / name).read_bytes().decode("latin-1")


def test_the_plain_call_loads_an_x_vector(classifier):
    assert isinstance(classifier.mods.embedding_model, Xvector)
    assert isinstance(classifier.mods.classifier, Classifier)
    names = classifier.hparams.label_encoder.ind2lab
    assert tuple(names[number] for number in range(len(names))) == LABELS
    # Twelve labels as in the real checkpoint, then ten of its own.
    assert set(LABELS[:12]) == {*COMMANDS, "unknown", "silence"}
    assert LABELS[12:] == DIGITS


def test_the_yaml_builds_classes_of_speechbrain_and_calls_one_function():
    text = (SOURCE / "hyperparams.yaml").read_text(encoding="utf-8")
    tags = re.findall(r"(?m)^[^#\n]*(!(?:new|apply|name):\S+|!!python\S*)", text)
    assert {tag for tag in tags if not tag.startswith("!new:speechbrain.")} == {
        "!apply:torch.manual_seed",
        "!name:torch.nn.LeakyReLU",
    }


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    name = "classifier.out.w.bias"
    save_file({k: t for k, t in tensors.items() if k != name}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=r"does not fit: out\.w\.bias"):
        build(tmp_path / "out", tmp_path)


def test_no_voice_and_no_word_of_the_tests_is_in_the_training():
    assert not set(espeak.VOICES) & set(espeak.HELD_OUT_VOICES)
    assert not set(data.OTHER_WORDS) & set(data.HELD_OUT_WORDS)
    assert not {*data.OTHER_WORDS, *data.HELD_OUT_WORDS} & set(LABELS)


def test_a_varied_clip_fits_its_room_and_noise_has_the_power_that_was_asked_for():
    rng = np.random.default_rng(0)
    tone = np.sin(np.arange(8000) / 5).astype(np.float32)
    for room in (4000, 8000, 17_600):
        clip = recipe.vary(rng, tone, room)
        assert clip.shape == (room,)
        assert clip.dtype == np.float32
        assert np.isfinite(clip).all()
    noise = recipe.noisy(rng, tone, 10) - tone
    # 8,000 draws: the power of white noise is known to about 1.6 %.
    assert np.mean(noise**2) == pytest.approx(np.mean(tone**2) / 10, rel=0.08)


def test_the_card_records_at_least_95_percent_and_the_speaker_disjoint_figure():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    assert result.metric_type == "accuracy"
    assert result.metric_value >= 0.95
    assert "CC BY-SA 4.0" in card.text
    # Headline and tables must say the same.
    assert f"Accuracy **{100 * result.metric_value:.1f} %** on the customary" in card.text
    speakers = re.findall(r"(?m)^\| (\w+) \| ([\d.]+) % \|$", card.text)
    assert [name for name, _ in speakers] == list(data.SPEAKERS)
    mean = np.mean([float(value) for _, value in speakers])
    (told,) = re.findall(r"Of people who do not, it gets \*\*([\d.]+) %\*\*", card.text)
    assert float(told) == pytest.approx(mean, abs=0.06)


def test_a_sample_of_the_held_out_digits_scores_what_the_card_says(classifier):
    samples, rate = soundfile.read(WORDS / "digits.ogg", dtype="float32")
    rows = [line.split(",") for line in (WORDS / "digits.csv").read_text().splitlines()[1:]]
    test = [row for row in rows if row[2] == "test"]
    assert len(test) == 60
    right = 0
    for word, _, _, start, stop in test:
        piece = torch.from_numpy(samples[int(start) : int(stop)])
        right += classifier.classify_batch(espeak.resample(piece, rate, 16_000))[3][0] == word
    # 95 % of 60 is 57; four standard deviations of a binomial below that is 50.
    assert right >= 54


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size < 1_500_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}


def test_a_voice_that_espeak_lacks_is_named():
    if not espeak.shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed: only recipes need it")
    for voice in ("en-us+Benjamin", "en-xx+m3"):  # the file's name is benjamin
        with pytest.raises(espeak.EspeakError, match=f"no voice {voice[:5]}"):
            espeak.speak("stop", voice)
    folder = espeak.voices()
    assert all((folder / name).is_file() for name in (*espeak.VOICES, *espeak.HELD_OUT_VOICES))
