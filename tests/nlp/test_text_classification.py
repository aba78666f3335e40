"""The snippet, with the real libraries, on the checkpoints that the offline Hub serves."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from snippets.nlp import text_classification as snippet
from snippets.nlp.text_classification import classify, load_classifier, train_router

TEXTS = [
    "I love this phone!",
    "The store is open from nine to six.",
    "The food was terrible and the waiter was rude to us all evening long.",
]
LABELS = ["positive", "neutral", "negative"]
TICKETS = [
    ("My card was charged twice for one order.", "billing"),
    ("Please correct the amount on my invoice.", "billing"),
    ("When will I get my money back?", "billing"),
    ("The screen stays black after the update.", "technical"),
    ("The app crashes as soon as I open it.", "technical"),
    ("My printer prints empty pages only.", "technical"),
]
# Padding changes the order of fp32 additions; six layers of them stay far below 1e-4.
TOLERANCE = 1e-4
classifier = pytest.fixture(load_classifier, scope="module")


@pytest.fixture(scope="module")
def router() -> Pipeline:
    return train_router(*zip(*TICKETS, strict=True))


# ---- sentiment


def test_plain_sentences_get_the_label_that_a_person_gives(classifier):
    assert [max(scores, key=scores.get) for scores in classify(TEXTS, classifier)] == LABELS
    assert classifier.model.config.id2label == {0: "negative", 1: "neutral", 2: "positive"}


def test_scores_are_the_softmax_of_the_logits(classifier):
    with torch.inference_mode():
        inputs = classifier.tokenizer(TEXTS[2], return_tensors="pt")
        logits = classifier.model(**inputs).logits[0].tolist()
    total = sum(math.exp(logit) for logit in logits)
    (scores,) = classify([TEXTS[2]], classifier)
    assert scores["negative"] == pytest.approx(math.exp(logits[0]) / total, abs=1e-6)
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    assert sum(scores.values()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("batch_size", [1, 2, 32])
def test_a_batch_gives_what_single_texts_give_in_the_same_order(classifier, batch_size):
    batch = classify(TEXTS, classifier, batch_size=batch_size)
    for text, scores in zip(TEXTS, batch, strict=True):
        assert scores == pytest.approx(classify([text], classifier)[0], abs=TOLERANCE)


def test_a_long_text_is_cut_after_512_tokens_whatever_the_tokenizer_states(classifier):
    head, tail = "good " * 510, "terrible " * 90  # 510 tokens and two marks fill 512 positions
    with pytest.raises((RuntimeError, IndexError)):
        classifier(head + tail)
    stated = classifier.tokenizer.model_max_length
    classifier.tokenizer.model_max_length = int(1e30)  # as where a repository states none
    try:
        cut, alone = classify([head + tail, head], classifier)
    finally:
        classifier.tokenizer.model_max_length = stated
    assert cut == pytest.approx(alone, abs=TOLERANCE)


def test_a_pickle_that_runs_code_is_refused(tmp_path, classifier, monkeypatch):
    # The repository of the real checkpoint has no safetensors: the same, with an evil pickle.
    classifier.save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    torch.save({"classifier.out_proj.bias": Evil()}, tmp_path / "pytorch_model.bin")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(snippet, "CHECKPOINT", str(tmp_path))
    with pytest.raises(Exception, match=r"(?i)weights.only"):
        load_classifier()
    assert not (tmp_path / "ran").exists()


class Evil:
    """Unpickling it creates a file."""

    def __reduce__(self):
        return open, ("ran", "w")


# ---- topics


def test_the_router_is_logistic_regression_on_the_vectors(router):
    texts, topics = zip(*TICKETS, strict=True)
    vectors = router[0].transform(texts)
    assert vectors.shape == (6, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    head = LogisticRegression(max_iter=1000).fit(vectors, topics)
    expected = head.predict_proba(vectors)
    np.testing.assert_allclose(router.predict_proba(texts), expected, atol=1e-6)


def test_the_router_sorts_texts_that_share_no_word_with_the_training_texts(router):
    texts = ["Wrong sum debited", "Device frozen again"]
    assert router.predict(texts).tolist() == ["billing", "technical"]
    assert router.predict(texts[::-1]).tolist() == ["technical", "billing"]


def test_the_router_reads_256_word_pieces(router):
    head = "invoice " * 254  # and two marks
    cut, alone = router[0].transform([head + "black screen " * 300, head])
    np.testing.assert_allclose(cut, alone, atol=TOLERANCE)


# ---- bad input


def test_bad_input_is_named(classifier, router, bad_texts):
    texts, refused = bad_texts
    with_topics = partial(train_router, topics=["a", "b"])
    for call in (partial(classify, classifier=classifier), with_topics, router.predict):
        with refused:
            call(texts)


def test_no_texts(classifier, router):
    assert classify([], classifier) == []
    with pytest.raises(ValueError, match="no texts"):
        router.predict([])


@pytest.mark.parametrize(
    ("texts", "topics", "message"),
    [
        ([], [], "no texts"),
        (["one", "two"], ["a"], "inconsistent numbers"),
        (["one", "two"], ["a", "a"], "2 classes"),
    ],
)
def test_topics_that_teach_nothing_are_refused(texts, topics, message):
    with pytest.raises(ValueError, match=message):
        train_router(texts, topics)


def test_a_hundred_thousand_characters_are_cut_not_refused(classifier, router):
    text = "The food was terrible. " * 4348
    assert len(text) > 100_000
    (scores,) = classify([text], classifier)
    assert sum(scores.values()) == pytest.approx(1, abs=1e-6)
    assert router.predict([text])[0] in ("billing", "technical")
