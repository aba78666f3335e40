"""The zero-shot stand-in: labels as in the real checkpoint, honest about its score, small."""

import json
import re
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file
from transformers import pipeline

from hooks.hub.stand_ins import minilm, zero_shot
from hooks.hub.stand_ins.zero_shot.build import LABELS, build
from hooks.training.zero_shot import data

SOURCE = Path(zero_shot.__file__).parent
CARD = ModelCard.load(SOURCE / "README.md")


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("zero_shot")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert {"config.json", "model.safetensors", "tokenizer.json", "README.md"} <= set(names)
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_no_file_names_a_folder_of_this_machine(repository):
    for path in [*repository.glob("*.json"), *SOURCE.glob("*.json")]:
        assert "site-packages" not in path.read_text(encoding="utf-8"), path.name


def test_the_pipeline_finds_the_labels_of_the_real_checkpoint(repository):
    classifier = pipeline("zero-shot-classification", model=str(repository))
    assert classifier.model.config.id2label == LABELS
    assert LABELS == {0: "contradiction", 1: "neutral", 2: "entailment"}
    assert classifier.entailment_id == 2
    assert classifier.tokenizer.model_max_length == 512
    answer = classifier("We fried fish and boiled potatoes.", ["astronomy", "food", "money"])
    assert answer["labels"][0] == "food"


def test_the_adapter_is_small():
    assert (SOURCE / minilm.WEIGHTS).stat().st_size < 1_500_000
    assert {t.dtype for t in load_file(SOURCE / minilm.WEIGHTS).values()} == {torch.float16}


def test_the_card_records_at_least_70_percent_on_labels_never_seen():
    (result,) = CARD.data.eval_results
    assert CARD.data.license == "apache-2.0"
    config = json.loads((SOURCE / minilm.CONFIG).read_text(encoding="utf-8"))
    assert CARD.data.base_model == minilm.NAME == config["base_model_name_or_path"]
    assert result.metric_type == "accuracy"
    assert "18 held-out intents, 5 candidate labels" in result.dataset_name
    assert result.metric_value >= 0.70
    # The table's first row and the sentence above it hold the same figure.
    first = re.search(r"^\| intents \| 720 \| 5 \| ([\d.]+) % \|", CARD.text, re.MULTILINE)
    assert float(first[1]) == pytest.approx(100 * result.metric_value, abs=0.051)
    assert f"Accuracy **{first[1]} %** on 720 " in CARD.text


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
