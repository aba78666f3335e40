"""The sentiment stand-in: plain sentences through the real pipeline."""

import torch
from transformers import pipeline

from hooks.hub.stand_ins.sentiment.build import LABELS

PLAIN = {
    "The soup was delicious and the staff were kind.": "POSITIVE",
    "A moving film with superb actors.": "POSITIVE",
    "This phone works perfectly.": "POSITIVE",
    "The soup was cold and the staff were rude.": "NEGATIVE",
    "A boring film with a stupid plot.": "NEGATIVE",
    "This phone broke after two days.": "NEGATIVE",
}


def test_plain_sentences_through_the_real_pipeline(repository):
    classifier = pipeline("sentiment-analysis", model=str(repository))
    assert classifier.model.config.id2label == LABELS == {0: "NEGATIVE", 1: "POSITIVE"}
    assert classifier.model.dtype == torch.float32
    assert [answer["label"] for answer in classifier(list(PLAIN))] == list(PLAIN.values())


def test_long_texts_are_not_cut_in_silence(repository):
    tokenizer = pipeline("sentiment-analysis", model=str(repository)).tokenizer
    assert tokenizer.model_max_length == 512
    assert len(tokenizer("good " * 600)["input_ids"]) == 602  # and [CLS] and [SEP]
    assert len(tokenizer("good")["input_ids"]) == 3  # no padding to 128 either
