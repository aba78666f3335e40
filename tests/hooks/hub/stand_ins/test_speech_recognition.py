"""The recognizer's stand-in: the real characters, and what the recipe draws."""

import numpy as np
import pytest
from transformers import Wav2Vec2ForCTC, Wav2Vec2Processor, pipeline

from hooks.hub.stand_ins.speech_recognition import build
from hooks.hub.stand_ins.speech_recognition.build import STRIDE, TOKENS
from hooks.training import datasets
from hooks.training.speech_recognition import recipe, world
from tests.hooks.training import made_data


def toy_pool() -> world.Pool:
    """One speaker, one recording a digit: as many samples as a thousand times the digit says."""
    return {"toy": [[np.ones(1000 * (digit + 1), np.float32)] for digit in range(10)]}


def test_the_plain_calls_load_it_with_the_real_characters(repository):
    processor = Wav2Vec2Processor.from_pretrained(repository)
    model = Wav2Vec2ForCTC.from_pretrained(repository)
    assert model.config.inputs_to_logits_ratio == STRIDE
    # The real checkpoint's: 4 marks, |, 26 letters and the apostrophe.
    assert sorted(TOKENS[4:]) == sorted("|'ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert processor.tokenizer.get_vocab() == {token: i for i, token in enumerate(TOKENS)}
    assert processor.tokenizer("SIX NINE").input_ids == recipe.numbers("SIX NINE")
    assert processor.tokenizer.pad_token_id == model.config.pad_token_id == 0
    values = processor(np.arange(16000.0), sampling_rate=16_000, return_tensors="pt")
    assert set(values) == {"input_values"}  # no attention mask, as in the real one
    assert values.input_values.mean().item() == pytest.approx(0, abs=1e-5)
    assert values.input_values.std().item() == pytest.approx(1, abs=1e-3)


def test_the_pipeline_takes_it_and_knows_the_time_of_words(repository):
    recognizer = pipeline("automatic-speech-recognition", model=str(repository))
    audio = recipe.sequences(toy_pool(), 1, seed=0)[0].audio
    answer = recognizer({"raw": audio, "sampling_rate": 16_000}, return_timestamps="word")
    assert set(answer) == {"text", "chunks"}


def test_a_sequence_says_where_its_digits_lie():
    spoken = world.speak(np.random.default_rng(0), toy_pool(), [2, 0, 9], snr=60)
    assert spoken.text == "TWO ZERO NINE"
    assert [end - start for start, end in spoken.spans] == [3000, 1000, 10_000]
    for start, end in spoken.spans:
        # The toy's digits are ones, up to 1.5 dB louder or quieter; noise is 60 dB below.
        assert 0.83 < spoken.audio[start:end].mean() < 1.2
    ends = [0, *(end for _, end in spoken.spans)]
    starts = [*(start for start, _ in spoken.spans), len(spoken.audio)]
    for end, start in zip(ends, starts, strict=True):
        assert 1600 <= start - end < 6400
        assert np.abs(spoken.audio[end:start]).max() < 0.01


def test_noise_has_the_loudness_that_was_asked_for():
    quiet = world.speak(np.random.default_rng(0), toy_pool(), [3], snr=60).audio
    loud = world.speak(np.random.default_rng(0), toy_pool(), [3], snr=20).audio
    # Noise of variance 1 at 20 dB less is 0.1; the quiet one is a hundredth of that.
    assert (loud - quiet).std() == pytest.approx(0.1, rel=0.02)


def test_faster_speech_is_shorter_and_its_digits_stay_in_place():
    spoken = world.speak(np.random.default_rng(0), toy_pool(), [4, 7], snr=60)
    changed = world.vary(np.random.default_rng(1), spoken)
    speed = len(spoken.audio) / len(changed.audio)
    assert 0.8 < speed < 1.25
    for (start, end), (old, stop) in zip(changed.spans, spoken.spans, strict=True):
        assert (start, end) == pytest.approx((old / speed, stop / speed), abs=2)


def test_frames_are_labeled_with_the_digit_in_their_middle():
    audio = np.ones(16_000, np.float32)
    spoken = world.Spoken(audio, [7], [(4000, 12_000)])
    batch = recipe.collate([spoken], Wav2Vec2ForCTC(build.configure()))
    middles = np.arange(batch.frames.shape[1]) * STRIDE + 400
    inside = (middles >= 4000) & (middles < 12_000)
    assert (batch.frames[0].numpy() == np.where(inside, 7, recipe.SILENCE)).mean() > 0.95
    tokenizer = build.make_processor().tokenizer
    assert tokenizer.decode(batch.tokens[0], group_tokens=False) == "SEVEN"


def test_the_filter_bank_tells_pitches_apart():
    model = recipe.fresh()
    bank = model.wav2vec2.feature_extractor.conv_layers[0].conv.weight.detach()[:, 0].numpy()
    times = 2 * np.pi * np.arange(bank.shape[1]) / 16_000
    waves = np.sin(np.outer(times, (200, 1000, 3000)))
    answers = np.maximum(bank @ waves, 0).reshape(-1, 4, 3).sum(1)  # four channels a pitch
    assert (np.diff(answers.argmax(0)) > 0).all()


def test_no_recording_is_in_two_parts_and_the_unseen_speaker_in_one(tmp_path, monkeypatch):
    made_data.write(tmp_path)
    monkeypatch.setattr(datasets, "SHARED", tmp_path)
    parts = world.load()
    counts = {
        name: sum(len(recordings) for speaker in pool.values() for recordings in speaker)
        for name, pool in parts.items()
    }
    assert counts == {"training": 20, "development": 20, "held-out": 20, "unseen": 30}
    assert set(parts["unseen"]) == {world.UNSEEN}
    assert world.UNSEEN not in set().union(parts["training"], parts["held-out"])
