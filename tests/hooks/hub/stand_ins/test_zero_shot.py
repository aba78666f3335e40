"""The zero-shot stand-in: labels as in the real checkpoint, clean topics."""

import re

from huggingface_hub import ModelCard
from transformers import pipeline

from hooks.core.paths import STAND_INS
from hooks.training.zero_shot import data

CARD = ModelCard.load(STAND_INS / "zero_shot" / "README.md")


def test_the_pipeline_finds_the_label_that_follows(repository):
    classifier = pipeline("zero-shot-classification", model=str(repository))
    assert classifier.entailment_id == 2
    answer = classifier("We fried fish and boiled potatoes.", ["astronomy", "food", "money"])
    assert answer["labels"][0] == "food"


def test_held_out_topics_are_topics_of_the_recipe():
    names = {topic[0][0] for topic in data.read_topics()}
    listed = re.search(r"^- Topics: (.+?)\.$", CARD.text, re.MULTILINE)[1].split(", ")
    assert len(listed) == data.TOPICS_HELD_OUT
    assert set(listed) <= names


def test_every_topic_has_names_and_sentences_of_its_own():
    topics = data.read_topics()
    assert all(len(names) >= 2 and len(sentences) >= 3 for names, sentences in topics)
    sentences = [data.key(s) for _, sentences in topics for s in sentences]
    assert len(set(sentences)) == len(sentences)
    first = [names[0] for names, _ in topics]
    assert len(set(first)) == len(first)
