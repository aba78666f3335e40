"""The recognizer's stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file
from torchmetrics.functional.text import word_error_rate
from transformers import Wav2Vec2ForCTC, Wav2Vec2Processor, pipeline

from hooks.hub.stand_ins import speech_recognition
from hooks.hub.stand_ins.speech_recognition.build import (
    STRIDE,
    TOKENS,
    WEIGHTS,
    build,
    configure,
    make_processor,
)
from hooks.training.speech_recognition import recipe, world

SOURCE = Path(speech_recognition.__file__).parent
needs_data = pytest.mark.skipif(not world.ARCHIVE.exists(), reason="the digits are not here")


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("speech_recognition")
    build(folder)
    return folder


def toy_pool() -> world.Pool:
    """One speaker, one recording a digit: as many samples as a thousand times the digit says."""
    return {"toy": [[np.ones(1000 * (digit + 1), np.float32)] for digit in range(10)]}


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert {"config.json", "model.safetensors", "README.md", "vocab.json"} <= set(names)
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_no_file_names_a_folder_of_this_machine(repository):
    for path in [*repository.glob("*.json"), SOURCE / "README.md"]:
        text = path.read_text(encoding="utf-8")
        assert str(repository) not in text, path.name
        assert "/tmp" not in text, path.name


def test_the_plain_calls_load_it_with_the_real_characters(repository):
    processor = Wav2Vec2Processor.from_pretrained(repository)
    model = Wav2Vec2ForCTC.from_pretrained(repository)
    assert model.dtype == torch.float32
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


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    save_file({k: t for k, t in tensors.items() if k != "lm_head.bias"}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=re.escape("does not fit: lm_head.bias")):
        build(tmp_path / "out", tmp_path)


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
    batch = recipe.collate([spoken], Wav2Vec2ForCTC(configure()))
    middles = np.arange(batch.frames.shape[1]) * STRIDE + 400
    inside = (middles >= 4000) & (middles < 12_000)
    assert (batch.frames[0].numpy() == np.where(inside, 7, recipe.SILENCE)).mean() > 0.95
    assert make_processor().tokenizer.decode(batch.tokens[0], group_tokens=False) == "SEVEN"


def test_the_filter_bank_tells_pitches_apart():
    model = recipe.fresh()
    bank = model.wav2vec2.feature_extractor.conv_layers[0].conv.weight.detach()[:, 0].numpy()
    loudest = []
    for pitch in (200, 1000, 3000):
        wave = np.sin(2 * np.pi * pitch * np.arange(bank.shape[1]) / 16_000)
        answer = np.maximum(bank @ wave, 0).reshape(-1, 4).sum(1)  # four channels a pitch
        loudest.append(answer.argmax())
    assert loudest == sorted(set(loudest))


@needs_data
def test_no_recording_is_in_two_parts_and_the_unseen_speaker_in_one():
    parts = world.load()
    counts = {
        name: sum(len(recordings) for speaker in pool.values() for recordings in speaker)
        for name, pool in parts.items()
    }
    assert counts == {"training": 2150, "development": 100, "held-out": 250, "unseen": 500}
    assert set(parts["unseen"]) == {world.UNSEEN}
    assert world.UNSEEN not in set().union(parts["training"], parts["held-out"])


@needs_data
def test_the_score_of_the_card_is_reproduced_on_a_sample():
    spoken = recipe.sequences(world.load()["held-out"], 60, recipe.SEED + 1)
    # The first 60 of the 250 sequences, about 240 words: 5 % is twelve of them.
    assert float(word_error_rate(*recipe.hear(spoken, SOURCE))) <= 0.05


def test_the_card_records_a_word_error_rate_of_at_most_5():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    assert result.metric_type == "wer"
    assert 0 <= result.metric_value <= 5
    # Headline, table and front matter must say the same.
    (known,) = re.findall(r"Word error rate \*\*([\d.]+) %\*\*", card.text)
    (row,) = re.findall(r"^\| 40 dB \| ([\d.]+) % \| ([\d.]+) % \|", card.text, re.MULTILINE)
    assert known == row[0]
    assert float(known) == pytest.approx(result.metric_value, abs=0.051)
    assert f"**{row[1]} %** on 250 sequences" in card.text


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size < 3_000_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
