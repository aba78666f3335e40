"""The solutions that the exercises of section 5 print are run, on the offline Hub."""

import numpy as np
import pytest
import torch

from hooks.core.paths import DOCS

# ---- audio classification


def test_two_words_are_cut_at_the_pause(solution):
    tone = torch.sin(torch.arange(8_000) / 5)
    recording = torch.cat([torch.zeros(3_200), tone, torch.zeros(4_800), 0.3 * tone])
    first, second = solution("split_at_pauses").split_at_pauses(recording)
    # Whole frames of 160 samples; both tones begin and end on one.
    assert torch.equal(first, tone)
    assert torch.equal(second, 0.3 * tone)


def test_a_short_gap_and_a_faint_hiss_cut_nothing(solution):
    split_at_pauses = solution("split_at_pauses").split_at_pauses
    tone = torch.sin(torch.arange(8_000) / 5)
    gap = torch.cat([tone, torch.zeros(1_600), tone])
    assert [len(split_at_pauses(gap, pause=pause)) for pause in (0.15, 0.05)] == [1, 2]
    loud = torch.cat([tone, 0.1 * torch.ones(4_800), tone])  # 17 dB below: no pause at 35
    assert len(split_at_pauses(loud)) == 1
    assert split_at_pauses(torch.zeros(8_000)) == split_at_pauses(torch.zeros(0)) == []


def test_each_piece_gets_its_own_answer(solution):
    from snippets.signals.audio_classification import classify, load_classifier, read_audio

    words = DOCS / "signals" / "words"
    stop, seven = (read_audio(words / f"{name}.flac") for name in ("stop", "seven"))
    spoken = torch.cat([stop, torch.zeros(5_000), seven])
    pieces = solution("split_at_pauses").split_at_pauses(spoken)
    assert [answer[0][0] for answer in classify(pieces, load_classifier())] == ["stop", "seven"]


# ---- speech recognition


def test_at_speed_changes_length_and_pitch(solution):
    at_speed = solution("at_speed").at_speed
    tone = np.sin(2 * np.pi * 400 * np.arange(16_000) / 16_000).astype(np.float32)
    for factor in (0.5, 0.8, 1, 1.25, 2):
        played = at_speed(tone, 16_000, factor)
        assert len(played) == round(16_000 / factor)
        # A spectrum over all of it has one line a hertz at factor 1.
        loudest = np.abs(np.fft.rfft(played)).argmax() * 16_000 / len(played)
        assert loudest == pytest.approx(400 * factor, rel=0.01)
    assert at_speed(tone, 16_000, 1) == pytest.approx(tone)


def test_at_speed_refuses_what_it_cannot_play(solution):
    with pytest.raises(ValueError, match=r"factor is 0, not between 0\.25 and 4"):
        solution("at_speed").at_speed(np.zeros(10, np.float32), 16_000, 0)


# ---- forecasting


def test_rebase_takes_the_jump_out_and_leaves_what_came_after(solution):
    rebase = solution("rebase").rebase
    wave = 100 + 20 * np.sin(np.arange(48) * np.pi / 6)
    shifted = wave.copy()
    shifted[36:] *= 1.5
    for months in (1, 3, 12):
        past = shifted[: 36 + months]
        np.testing.assert_allclose(rebase(past, 36, 12), 1.5 * wave[: 36 + months])
    assert shifted[0] == wave[0]  # the input is left alone
    with pytest.raises(ValueError, match="one value after the jump"):
        rebase(shifted[:36], 36, 12)
    with pytest.raises(ValueError, match="one season before"):
        rebase(shifted, 11, 12)


def test_coverage_by_hand(solution):
    coverage = solution("coverage").coverage
    low, high = np.array([[0.0, 0], [0, 0]]), np.array([[1.0, 1], [1, 1]])
    truth = np.array([[0.5, 1.0], [2.0, -0.1]])  # the edge belongs to the band
    np.testing.assert_array_equal(coverage(low, high, truth), [0.5, 0.5])
