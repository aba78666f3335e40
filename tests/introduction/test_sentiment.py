"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import math

import pytest
import torch

from snippets.introduction.sentiment import classify, load_classifier

TEXTS = [
    "I love this phone!",
    "The food was terrible.",
    "A wonderful film with a great cast and a story that stays with you for weeks.",
    "What a waste of money.",
]
# Texts of one batch are padded to the same length, which changes the order of fp32 additions.
# Six layers of them stay far below 1e-4; a wrong padding mask does not.
TOLERANCE = 1e-4
classifier = pytest.fixture(load_classifier, scope="module")


def test_plain_sentences_get_the_label_that_a_person_gives(classifier):
    labels = [max(scores, key=scores.get) for scores in classify(TEXTS, classifier)]
    assert labels == ["POSITIVE", "NEGATIVE", "POSITIVE", "NEGATIVE"]


def test_scores_are_the_softmax_of_the_logits(classifier):
    with torch.inference_mode():
        inputs = classifier.tokenizer(TEXTS[1], return_tensors="pt")
        negative, positive = classifier.model(**inputs).logits[0].tolist()
    expected = 1 / (1 + math.exp(negative - positive))  # softmax over two labels, by hand
    (scores,) = classify([TEXTS[1]], classifier)
    assert scores["POSITIVE"] == pytest.approx(expected, abs=1e-6)
    assert list(scores) == ["NEGATIVE", "POSITIVE"]  # most likely first
    assert sum(scores.values()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("batch_size", [1, 3, 32])
def test_a_batch_gives_what_single_texts_give_in_the_same_order(classifier, batch_size):
    batch = classify(TEXTS, classifier, batch_size=batch_size)
    for text, scores in zip(TEXTS, batch, strict=True):
        assert scores == pytest.approx(classify([text], classifier)[0], abs=TOLERANCE)


def test_no_texts_give_no_scores(classifier):
    assert classify([], classifier) == []


def test_bad_input_is_named(classifier, bad_texts):
    texts, refused = bad_texts
    with refused:
        classify(texts, classifier)


def test_a_long_text_is_cut_and_the_bare_pipeline_fails(classifier):
    head, tail = "good " * 510, "terrible " * 90  # 510 tokens and two marks fill 512 positions
    with pytest.raises(RuntimeError, match="512"):
        classifier(head + tail)
    cut, alone = classify([head + tail, head], classifier)
    assert cut == pytest.approx(alone, abs=TOLERANCE)
