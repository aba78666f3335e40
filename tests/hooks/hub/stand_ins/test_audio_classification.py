"""The audio stand-in: in the form that SpeechBrain fetches; clean splits."""

import re

import numpy as np
import pytest
import torch
from speechbrain.inference.classifiers import EncoderClassifier
from speechbrain.lobes.models.Xvector import Classifier, Xvector

from hooks.core.paths import DOCS, STAND_INS
from hooks.hub.stand_ins.audio_classification.build import COMMANDS, DIGITS, LABELS
from hooks.training.audio_classification import data, recipe
from hooks.worlds.speech import espeak

SOURCE = STAND_INS / "audio_classification"
WORDS = DOCS / "signals" / "words"


@pytest.fixture(scope="module")
def classifier(repository) -> EncoderClassifier:
    overrides = {"pretrained_path": str(repository)}
    model = EncoderClassifier.from_hparams(source=str(repository), overrides=overrides)
    model.hparams.label_encoder.expect_len(len(LABELS))
    return model


def test_the_weights_hold_tensors_and_nothing_else(repository):
    for name in ("classifier.ckpt", "embedding_model.ckpt"):
        state = torch.load(repository / name, weights_only=True)
        assert {tensor.dtype for tensor in state.values()} == {torch.float32}


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


def test_a_voice_that_espeak_lacks_is_named():
    if not espeak.shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed: only recipes need it")
    for voice in ("en-us+Benjamin", "en-xx+m3"):  # the file's name is benjamin
        with pytest.raises(espeak.EspeakError, match=f"no voice {voice[:5]}"):
            espeak.speak("stop", voice)
    folder = espeak.voices()
    assert all((folder / name).is_file() for name in (*espeak.VOICES, *espeak.HELD_OUT_VOICES))
