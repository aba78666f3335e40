"""The three-way sentiment stand-in: the real checkpoint's labels."""

import json
import re

from transformers import AutoTokenizer, pipeline

from hooks.core.paths import ROOT

PLAIN = {
    "The soup was delicious and the staff were kind.": "positive",
    "This phone broke after two days.": "negative",
    "The library opens at nine on Mondays.": "neutral",
    "The river flows through three countries.": "neutral",
}


def test_labels_and_limit_of_the_real_checkpoint(repository):
    config = json.loads((repository / "config.json").read_text(encoding="utf-8"))
    assert config["id2label"] == {"0": "negative", "1": "neutral", "2": "positive"}
    assert AutoTokenizer.from_pretrained(repository).model_max_length == 512


def test_plain_sentences_through_the_real_pipeline(repository):
    classifier = pipeline("text-classification", model=str(repository))
    assert [answer["label"] for answer in classifier(list(PLAIN))] == list(PLAIN.values())


def test_the_measured_routing_reaches_its_goals():
    note = (ROOT / "hooks/training/text_classification/banking77.md").read_text(encoding="utf-8")
    few, everything = re.search(
        r"^\| MiniLM .+? \| ([\d.]+) % .+? \| ([\d.]+) % \|", note, re.MULTILINE
    ).groups()
    assert float(few) >= 75
    assert float(everything) >= 90
