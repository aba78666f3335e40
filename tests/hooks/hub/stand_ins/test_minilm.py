"""What the text stand-ins share: an adapter that is merged into the real MiniLM."""

import json

import pytest
import torch
from huggingface_hub import ModelCard
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

from hooks.core.paths import STAND_INS
from hooks.hub.stand_ins import minilm


@pytest.mark.parametrize(
    "name", sorted(p.parent.name for p in STAND_INS.glob(f"*/{minilm.CONFIG}"))
)
def test_card_and_adapter_name_the_same_base(name):
    card = ModelCard.load(STAND_INS / name / "README.md")
    config = json.loads((STAND_INS / name / minilm.CONFIG).read_text(encoding="utf-8"))
    assert card.data.base_model == config["base_model_name_or_path"] == minilm.NAME
    assert card.data.license == "apache-2.0"  # as MiniLM


@pytest.mark.parametrize(
    ("name", "kind", "labels"),
    [
        ("ner", AutoModelForTokenClassification, 9),
        ("sentiment", AutoModelForSequenceClassification, 2),
    ],
)
def test_the_merge_is_what_peft_merges(name, kind, labels):
    one, other = (minilm.load_base(kind, dict(enumerate("ABCDEFGHI"[:labels]))) for _ in range(2))
    theirs = PeftModel.from_pretrained(one, STAND_INS / name).merge_and_unload().state_dict()
    mine = minilm.merge_adapter(other, STAND_INS / name).state_dict()
    assert theirs.keys() == mine.keys()
    for key, weight in mine.items():  # PEFT adds in fp32, we add in fp64
        torch.testing.assert_close(weight, theirs[key], atol=1e-6, rtol=1e-6)


def test_an_adapter_without_its_head_is_refused(tmp_path):
    source = STAND_INS / "sentiment"
    tensors = load_file(source / minilm.WEIGHTS)
    save_file({k: t for k, t in tensors.items() if "lora" in k}, tmp_path / minilm.WEIGHTS)
    (tmp_path / minilm.CONFIG).write_bytes((source / minilm.CONFIG).read_bytes())
    base = minilm.load_base(AutoModelForSequenceClassification, {0: "NEGATIVE", 1: "POSITIVE"})
    with pytest.raises(ValueError, match=r"does not fit: classifier\.bias, classifier\.weight"):
        minilm.merge_adapter(base, tmp_path)
