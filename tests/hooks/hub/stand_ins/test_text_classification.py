"""The three-way sentiment stand-in: the real checkpoint's labels, honest about its scores."""

import json
import re
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from safetensors.torch import load_file
from transformers import AutoTokenizer, pipeline

from hooks.core.paths import ROOT
from hooks.hub.stand_ins import minilm, text_classification
from hooks.hub.stand_ins.text_classification.build import build

SOURCE = Path(text_classification.__file__).parent
PLAIN = {
    "The soup was delicious and the staff were kind.": "positive",
    "This phone broke after two days.": "negative",
    "The library opens at nine on Mondays.": "neutral",
    "The river flows through three countries.": "neutral",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("text_classification")
    build(folder)
    return folder


def test_labels_and_limit_of_the_real_checkpoint(repository):
    config = json.loads((repository / "config.json").read_text(encoding="utf-8"))
    assert config["id2label"] == {"0": "negative", "1": "neutral", "2": "positive"}
    assert AutoTokenizer.from_pretrained(repository).model_max_length == 512
    assert "site-packages" not in json.dumps(config)


def test_plain_sentences_through_the_real_pipeline(repository):
    classifier = pipeline("text-classification", model=str(repository))
    assert [answer["label"] for answer in classifier(list(PLAIN))] == list(PLAIN.values())


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    for path in repository.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_the_card_records_what_its_table_adds_up_to():
    card = ModelCard.load(SOURCE / "README.md")
    two, three = (result.metric_value for result in card.data.eval_results)
    row = r"^\| (negative|neutral|positive) \| (\d+) \| (\d+) \| (\d+) \|"
    rows = {name: list(map(int, n)) for name, *n in re.findall(row, card.text, re.MULTILINE)}
    right = rows["negative"][0] + rows["neutral"][1] + rows["positive"][2]
    assert three == pytest.approx(right / sum(map(sum, rows.values())), abs=5e-5)
    assert sum(rows["negative"]) + sum(rows["positive"]) == 600
    assert two >= 0.90


def test_the_measured_routing_reaches_its_goals():
    note = (ROOT / "hooks/training/text_classification/banking77.md").read_text(encoding="utf-8")
    few, everything = re.search(
        r"^\| MiniLM .+? \| ([\d.]+) % .+? \| ([\d.]+) % \|", note, re.MULTILINE
    ).groups()
    assert float(few) >= 75
    assert float(everything) >= 90


def test_the_adapter_is_small():
    assert (SOURCE / minilm.WEIGHTS).stat().st_size < 1_000_000
    load_file(SOURCE / minilm.WEIGHTS)
