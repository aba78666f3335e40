"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import math

import pytest
import torch

from snippets.nlp.zero_shot import TEMPLATE, classify, load_classifier

TEXTS = ["The goalkeeper saved the penalty.", "Fry the onions in butter.", "I cannot pay my rent."]
LABELS = ["football", "cooking", "money"]
# Texts of one batch are padded to the same length, which changes the order of fp32 additions.
# Six layers of them stay far below 1e-4; a wrong padding mask does not.
TOLERANCE = 1e-4
classifier = pytest.fixture(load_classifier, scope="module")


def logits(classifier, text: str, template: str) -> torch.Tensor:
    sentences = [template.format(label) for label in LABELS]
    options = {"padding": True, "return_tensors": "pt"}
    pairs = classifier.tokenizer([text] * len(LABELS), sentences, **options)
    with torch.inference_mode():
        return classifier.model(**pairs).logits  # (labels, 3)


def test_plain_sentences_get_the_label_that_a_person_gives(classifier):
    rows = classify(TEXTS, LABELS, classifier)
    assert [max(row, key=row.get) for row in rows] == LABELS


def test_scores_are_the_softmax_of_the_entailment_logits(classifier):
    (row,) = classify([TEXTS[0]], LABELS, classifier)
    expected = logits(classifier, TEXTS[0], TEMPLATE)[:, 2].softmax(0).tolist()
    assert row == pytest.approx(dict(zip(LABELS, expected, strict=True)), abs=TOLERANCE)
    assert list(row.values()) == sorted(row.values(), reverse=True)
    assert sum(row.values()) == pytest.approx(1, abs=1e-6)


def test_multi_label_sets_entailment_against_contradiction(classifier):
    template = "This text is about {}."
    (row,) = classify([TEXTS[0]], LABELS, classifier, template, multi_label=True)
    expected = logits(classifier, TEXTS[0], template).tolist()
    for label, (no, _, yes) in zip(LABELS, expected, strict=True):
        assert row[label] == pytest.approx(1 / (1 + math.exp(no - yes)), abs=TOLERANCE)


@pytest.mark.parametrize("batch_size", [1, 2, 32])
def test_a_batch_gives_what_single_texts_give_in_the_same_order(classifier, batch_size):
    batch = classify(TEXTS, LABELS, classifier, batch_size=batch_size)
    for text, row in zip(TEXTS, batch, strict=True):
        assert row == pytest.approx(classify([text], LABELS, classifier)[0], abs=TOLERANCE)


def test_the_order_of_the_labels_does_not_matter(classifier):
    (row,), (turned,) = (classify(TEXTS[:1], x, classifier) for x in (LABELS, LABELS[::-1]))
    assert row == pytest.approx(turned, abs=TOLERANCE)


def test_alone_a_label_is_scored_against_contradiction(classifier):
    (fits,), (does_not,) = (classify([t], ["football"], classifier) for t in TEXTS[:2])
    assert does_not["football"] < 0.5 < fits["football"] < 1


def test_no_texts_give_no_scores(classifier):
    assert classify([], LABELS, classifier) == []


BAD_INPUT = [
    ("one string", LABELS, TypeError, "texts is one string: pass a list"),
    (["fine"], "one, two", TypeError, "labels is one string: pass a list"),
    (["fine", None], LABELS, TypeError, r"texts\[1\] is NoneType"),
    (["fine"], ["one", 2], TypeError, r"labels\[1\] is int"),
    (["fine", " \n"], LABELS, ValueError, r"texts\[1\] is empty"),
    (["fine"], ["one", ""], ValueError, r"labels\[1\] is empty"),
    (["fine"], ["one", "one"], ValueError, "the same label twice"),
    (["fine"], [], ValueError, "at least one label"),  # the pipeline's own message
]


@pytest.mark.parametrize(("texts", "labels", "error", "message"), BAD_INPUT)
def test_bad_input_is_named(classifier, texts, labels, error, message):
    with pytest.raises(error, match=message):
        classify(texts, labels, classifier)


def test_a_template_without_a_place_for_the_label_is_refused(classifier):
    with pytest.raises(ValueError, match="was not able to be formatted"):
        classify(TEXTS, LABELS, classifier, template="This is football.")


def test_a_hundred_thousand_characters_are_cut_and_the_label_is_not(classifier):
    text = "The goalkeeper saved the penalty. " * 3000
    assert len(text) > 100_000
    (row,) = classify([text], LABELS, classifier)
    assert sum(row.values()) == pytest.approx(1, abs=1e-5)
    inputs = next(classifier.preprocess(text, ["football"]))
    assert inputs["input_ids"].shape[1] == classifier.tokenizer.model_max_length
    assert "football" in classifier.tokenizer.decode(inputs["input_ids"][0][-6:])
