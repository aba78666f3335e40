"""The stand-ins that give a text one of a few labels: those of the real checkpoints."""

import re

import pytest
from transformers import AutoConfig, AutoTokenizer, pipeline

from hooks.core.paths import ROOT

LABELS = {
    "ner": ["O", *(f"{part}-{kind}" for kind in ("MISC", "PER", "ORG", "LOC") for part in "BI")],
    "sentiment": ["NEGATIVE", "POSITIVE"],
    "text_classification": ["negative", "neutral", "positive"],
    "zero_shot": ["contradiction", "neutral", "entailment"],
}
PLAIN = {
    "The soup was delicious and the staff were kind.": "positive",
    "A moving film with superb actors.": "positive",
    "This phone works perfectly.": "positive",
    "The soup was cold and the staff were rude.": "negative",
    "A boring film with a stupid plot.": "negative",
    "This phone broke after two days.": "negative",
    "The library opens at nine on Mondays.": "neutral",
    "The river flows through three countries.": "neutral",
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_and_limit_of_the_real_checkpoint(name, built):
    folder = built(name).folder
    assert AutoConfig.from_pretrained(folder).id2label == dict(enumerate(LABELS[name]))
    assert AutoTokenizer.from_pretrained(folder).model_max_length == 512


@pytest.mark.parametrize(
    ("name", "texts"),
    [("sentiment", [*PLAIN][:6]), ("text_classification", [[*PLAIN][row] for row in (0, 5, 6, 7)])],
)
def test_plain_sentences_through_the_real_pipeline(name, texts, built):
    classifier = pipeline("text-classification", model=str(built(name).folder))
    answers = [answer["label"].lower() for answer in classifier(texts)]
    assert answers == [PLAIN[text] for text in texts]


def test_long_texts_are_not_cut_in_silence(built):
    tokenizer = AutoTokenizer.from_pretrained(built("sentiment").folder)
    assert len(tokenizer("good " * 600)["input_ids"]) == 602  # and [CLS] and [SEP]
    assert len(tokenizer("good")["input_ids"]) == 3  # no padding to 128 either


def test_the_measured_routing_reaches_its_goals():
    note = (ROOT / "hooks/training/text_classification/banking77.md").read_text(encoding="utf-8")
    few, everything = re.search(
        r"^\| MiniLM .+? \| ([\d.]+) % .+? \| ([\d.]+) % \|", note, re.MULTILINE
    ).groups()
    assert float(few) >= 75
    assert float(everything) >= 90
