"""The T5 stand-in: a whole vocabulary, clean splits, honest about its scores."""

import json
import random
import re
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from hooks.hub.stand_ins import text_generation
from hooks.hub.stand_ins.text_generation.build import WEIGHTS, build
from hooks.hub.stand_ins.text_generation.world import TASKS, example, is_held_out

SOURCE = Path(text_generation.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("text_generation")
    build(folder)
    return folder


def test_it_loads_through_the_plain_calls(repository):
    model = AutoModelForSeq2SeqLM.from_pretrained(repository)
    tokenizer = AutoTokenizer.from_pretrained(repository)
    assert type(model).__name__ == "T5ForConditionalGeneration"
    assert model.dtype == torch.float32
    assert len(tokenizer) == model.config.vocab_size
    assert tokenizer.model_max_length == 512
    assert "/" not in json.loads((repository / "config.json").read_text()).get("_name_or_path", "")


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    for path in repository.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_word_of_the_world_is_one_piece_and_other_text_survives(repository):
    tokenizer = AutoTokenizer.from_pretrained(repository)
    draw = random.Random(7)
    for task in TASKS:
        for text in example(draw, task, held_out=True):
            pieces = tokenizer.tokenize(text)
            assert len(pieces) == len(re.findall(r"[.,?!]|[^\s.,?!]+", text)), pieces
            ids = tokenizer(text)["input_ids"]
            assert tokenizer.decode(ids, skip_special_tokens=True) == text
    ids = tokenizer("Quixotic zebras, 1234!")["input_ids"]
    assert tokenizer.decode(ids, skip_special_tokens=True) == "Quixotic zebras, 1234!"


@pytest.mark.parametrize("task", ["summarize", "translate", "review"])
def test_training_and_evaluation_share_no_example(task):
    draw = random.Random(8)
    for held_out in (False, True):
        for _ in range(200):
            text, target = example(draw, task, held_out=held_out)
            # A summary is held out by what it says, a single sentence by its text.
            by = target if task == "summarize" else text.split(": ", 1)[1]
            assert is_held_out(by) == held_out


def test_a_summary_stands_in_its_message_and_an_answer_in_its_context():
    draw = random.Random(9)
    for _ in range(100):
        for task in ("summarize", "summarize_new", "answer"):
            text, target = example(draw, task)
            assert target in text


def test_the_card_records_what_its_table_says():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    rows = re.findall(r"^\| (.+?) \| \*\*([\d.]+) %\*\* \|", card.text, re.MULTILINE)
    assert len(rows) == 5
    assert float(rows[0][1]) == pytest.approx(100 * result.metric_value, abs=0.05)


def test_the_weights_are_small_and_half_precision():
    assert WEIGHTS.stat().st_size < 6_000_000
    assert {tensor.dtype for tensor in load_file(WEIGHTS).values()} == {torch.float16}
