"""The sentiment stand-in: complete, the same bytes each time, honest about its score."""

import json
import re
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, pipeline

from hooks.hub.stand_ins import minilm, sentiment
from hooks.hub.stand_ins.sentiment.build import LABELS, build

SOURCE = Path(sentiment.__file__).parent
PLAIN = {
    "The soup was delicious and the staff were kind.": "POSITIVE",
    "A moving film with superb actors.": "POSITIVE",
    "This phone works perfectly.": "POSITIVE",
    "The soup was cold and the staff were rude.": "NEGATIVE",
    "A boring film with a stupid plot.": "NEGATIVE",
    "This phone broke after two days.": "NEGATIVE",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sentiment")
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


def test_the_merge_is_what_peft_merges():
    base = minilm.load_base(AutoModelForSequenceClassification, LABELS)
    theirs = PeftModel.from_pretrained(base, SOURCE).merge_and_unload().state_dict()
    mine = minilm.merge_adapter(
        minilm.load_base(AutoModelForSequenceClassification, LABELS), SOURCE
    ).state_dict()
    assert theirs.keys() == mine.keys()
    for name, weight in mine.items():  # PEFT adds in fp32, we add in fp64
        torch.testing.assert_close(weight, theirs[name], atol=1e-6, rtol=1e-6)


def test_an_adapter_without_its_head_is_refused(tmp_path):
    tensors = load_file(SOURCE / minilm.WEIGHTS)
    save_file({k: t for k, t in tensors.items() if "lora" in k}, tmp_path / minilm.WEIGHTS)
    (tmp_path / minilm.CONFIG).write_bytes((SOURCE / minilm.CONFIG).read_bytes())
    base = minilm.load_base(AutoModelForSequenceClassification, LABELS)
    with pytest.raises(ValueError, match=r"no weights for the head: classifier\.bias"):
        minilm.merge_adapter(base, tmp_path)


def test_the_card_records_at_least_92_percent():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    assert card.data.license == "apache-2.0"
    assert card.data.base_model == minilm.NAME == adapter_config()["base_model_name_or_path"]
    assert (result.metric_type, result.dataset_name) == (
        "accuracy",
        "Sentiment Labelled Sentences, 600 held-out sentences, seed 20",
    )
    assert result.metric_value >= 0.92
    # The table below it must add up to the same figure.
    rows = re.findall(r"^\| (?:NEGATIVE|POSITIVE) \| (\d+) \| (\d+) \|$", card.text, re.MULTILINE)
    (tn, fp), (fn, tp) = [(int(a), int(b)) for a, b in rows]
    assert tn + fp + fn + tp == 600
    assert result.metric_value == pytest.approx((tn + tp) / 600, abs=5e-5)


def test_the_adapter_is_small():
    assert (SOURCE / minilm.WEIGHTS).stat().st_size < 400_000
    assert {t.dtype for t in load_file(SOURCE / minilm.WEIGHTS).values()} == {torch.float16}


def adapter_config() -> dict:
    return json.loads((SOURCE / minilm.CONFIG).read_text(encoding="utf-8"))
