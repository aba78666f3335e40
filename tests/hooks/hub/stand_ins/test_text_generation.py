"""The T5 stand-in: a whole vocabulary, clean splits."""

import random
import re

import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from hooks.hub.stand_ins.text_generation.world import TASKS, example, is_held_out


def test_it_loads_through_the_plain_calls(repository):
    model = AutoModelForSeq2SeqLM.from_pretrained(repository)
    tokenizer = AutoTokenizer.from_pretrained(repository)
    assert type(model).__name__ == "T5ForConditionalGeneration"
    assert len(tokenizer) == model.config.vocab_size
    assert tokenizer.model_max_length == 512


def test_a_word_of_the_world_is_one_piece_and_other_text_survives(repository):
    tokenizer = AutoTokenizer.from_pretrained(repository)
    draw, texts = random.Random(7), ["Quixotic zebras, 1234!"]
    for task in TASKS:
        for text in example(draw, task, held_out=True):
            pieces = tokenizer.tokenize(text)
            assert len(pieces) == len(re.findall(r"[.,?!]|[^\s.,?!]+", text)), pieces
            texts.append(text)
    for text in texts:
        ids = tokenizer(text)["input_ids"]
        assert tokenizer.decode(ids, skip_special_tokens=True) == text


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
