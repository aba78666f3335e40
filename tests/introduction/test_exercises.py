"""The solutions that the exercises of section 1 print are run, on the offline Hub."""

import pytest

from snippets.introduction.sentiment import load_classifier

classifier = pytest.fixture(load_classifier, scope="module")


def test_majority(solution):
    accuracy = solution("majority").majority_accuracy
    assert accuracy(["POSITIVE"] * 900 + ["NEGATIVE"] * 100) == 0.9
    assert accuracy(["POSITIVE"] * 10 + ["NEGATIVE"] * 10) == 0.5


def test_threshold_counts_what_it_answers(solution):
    report = solution("threshold").report
    truth = ["POSITIVE", "NEGATIVE", "NEGATIVE", "POSITIVE"]
    assert report(["POSITIVE", None, "POSITIVE", None], truth) == (0.5, 0.5)
    assert report([None] * 4, truth) == (0.0, 0.0)


def test_a_higher_threshold_never_answers_more(classifier, solution):
    triage = solution("threshold").triage
    texts = ["I love it.", "The parcel weighs two kilograms.", "Not bad, not good.", "Awful."]
    counts = [
        sum(answer is not None for answer in triage(texts, classifier, threshold))
        for threshold in (0.5, 0.8, 0.99, 1.01)
    ]
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (4, 0)


def test_probe_finds_a_word_with_an_opinion(classifier, solution):
    found = solution("probe")
    positive = found.probe("The food was {}.", ["wonderful", "awful"], classifier)
    assert list(positive) == ["awful", "wonderful"]
    assert found.spread(positive) > 0.5
    with pytest.raises(ValueError, match="in the template"):
        found.probe("The food was good.", ["x"], classifier)
