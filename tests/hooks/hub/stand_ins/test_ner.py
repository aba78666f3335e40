"""The entity stand-in: the real checkpoint's labels, honest spans, honest about its score."""

import json
import re
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

from hooks.hub.stand_ins import minilm, ner
from hooks.hub.stand_ins.ner.build import LABELS, build
from hooks.training.ner.spans import Score, score, spans_of, text_of

SOURCE = Path(ner.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ner")
    build(folder)
    return folder


def test_labels_and_limit_of_the_real_checkpoint(repository):
    config = json.loads((repository / "config.json").read_text(encoding="utf-8"))
    order = ["O", "B-MISC", "I-MISC", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
    assert config["id2label"] == {str(index): name for index, name in enumerate(order)}
    assert config["architectures"] == ["BertForTokenClassification"]
    assert AutoTokenizer.from_pretrained(repository).model_max_length == 512
    assert "site-packages" not in json.dumps(config)


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    for path in repository.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_plain_sentence_through_the_real_pipeline(repository):
    tagger = pipeline("ner", model=str(repository), aggregation_strategy="simple")
    entities = tagger("Albert Einstein was born in Germany.")
    assert tagger.model.dtype == torch.float32
    assert [(e["entity_group"], e["start"], e["end"]) for e in entities] == [
        ("PER", 0, 15),
        ("LOC", 28, 35),
    ]


def test_the_merge_is_what_peft_merges():
    base = minilm.load_base(AutoModelForTokenClassification, LABELS)
    theirs = PeftModel.from_pretrained(base, SOURCE).merge_and_unload().state_dict()
    base = minilm.load_base(AutoModelForTokenClassification, LABELS)
    mine = minilm.merge_adapter(base, SOURCE).state_dict()
    assert theirs.keys() == mine.keys()
    for name, weight in mine.items():  # PEFT adds in fp32, we add in fp64
        torch.testing.assert_close(weight, theirs[name], atol=1e-6, rtol=1e-6)


def test_spans_by_hand():
    sentence = [
        ("Bank", "B-ORG"), ("of", "I-ORG"), ("France", "I-ORG"), ("and", "O"),
        ("Paul", "I-PER"), ("Ann", "B-PER"), ("Lee", "I-PER"), ("Lyon", "I-LOC"),
    ]  # fmt: skip
    assert text_of(sentence) == "Bank of France and Paul Ann Lee Lyon"
    assert spans_of(sentence) == {(0, 14, "ORG"), (19, 23, "PER"), (24, 31, "PER"), (32, 36, "LOC")}
    assert spans_of([("a", "O")]) == spans_of([]) == set()


def test_whole_spans_are_counted_by_hand():
    sentences = [[("Bank", "B-ORG"), ("of", "I-ORG"), ("France", "I-ORG"), ("Rome", "B-LOC")]]
    # "Bank of" has the right type and the wrong end; Rome is right; nobody is a PER.
    said = {(0, 7, "ORG"), (15, 19, "LOC"), (0, 4, "PER")}
    overall, by_type = score(sentences, lambda text: said)
    assert overall == Score(right=1, said=3, true=2)
    assert (overall.precision, overall.recall, overall.f1) == (1 / 3, 1 / 2, 2 / 5)
    assert by_type["LOC"].f1 == 1
    assert by_type["ORG"] == Score(right=0, said=1, true=1)
    assert by_type["MISC"].f1 == 0  # none said, none true


def test_the_card_records_what_its_table_adds_up_to():
    card = ModelCard.load(SOURCE / "README.md")
    recorded = {result.metric_type: result.metric_value for result in card.data.eval_results}
    assert card.data.license == "apache-2.0"
    row = r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|"
    rows = {name: Score(*map(int, n)) for name, *n in re.findall(row, card.text, re.MULTILINE)}
    overall = rows.pop("all")
    assert rows.keys() == {"PER", "ORG", "LOC", "MISC"}
    assert overall == tuple(map(sum, zip(*rows.values(), strict=True)))
    assert recorded == pytest.approx(
        {"f1": overall.f1, "precision": overall.precision, "recall": overall.recall}, abs=5e-5
    )
    assert overall.f1 >= 0.70


def test_the_adapter_is_small():
    assert (SOURCE / minilm.WEIGHTS).stat().st_size < 3_000_000
    assert {t.dtype for t in load_file(SOURCE / minilm.WEIGHTS).values()} == {torch.float16}
