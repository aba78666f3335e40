"""The captioning stand-in: prompts, words and pictures; what counts as right."""

import pytest
import torch
from transformers import AutoModelForImageTextToText, AutoProcessor, Blip2Processor

from hooks.hub.stand_ins.captioning.build import (
    BOS,
    EOS,
    IMAGE,
    PAD,
    QUERIES,
    SIZE,
    make_processor,
)
from hooks.training.captioning import recipe
from hooks.worlds.emoji.captions import claims
from hooks.worlds.emoji.painted import describe


def test_the_plain_calls_load_all_three_parts(repository):
    processor = AutoProcessor.from_pretrained(repository)
    model = AutoModelForImageTextToText.from_pretrained(repository).eval()
    assert isinstance(processor, Blip2Processor)
    assert model.dtype == torch.float32
    assert model.config.model_type == "blip-2"
    assert model.config.text_config.model_type == "opt"
    assert processor.num_query_tokens == model.config.num_query_tokens == QUERIES
    assert model.config.image_token_index == IMAGE
    head, words = model.get_output_embeddings(), model.get_input_embeddings()
    assert torch.equal(head.weight, words.weight)  # tied, as in OPT


def test_a_prompt_follows_the_marks_of_the_picture():
    processor = make_processor()
    (scene, _), *_ = recipe.held_out(1, 1)
    inputs = processor(images=scene.image, text="a red", return_tensors="pt")
    assert inputs["pixel_values"].shape == (1, 3, SIZE, SIZE)
    ids = inputs["input_ids"][0].tolist()
    assert ids[: QUERIES + 1] == [IMAGE] * QUERIES + [BOS]
    assert processor.tokenizer.decode(ids, skip_special_tokens=True) == "a red"
    assert EOS not in ids and PAD not in ids


def test_every_sentence_of_the_world_has_words():
    tokenizer = make_processor().tokenizer
    for one in recipe.held_out(2, 50):
        text = describe(*one)
        ids = tokenizer(text).input_ids
        assert tokenizer.unk_token_id not in ids
        assert len(ids) + 1 <= recipe.LENGTH  # the mark at the end
        assert tokenizer.decode(ids, skip_special_tokens=True) == text
    assert tokenizer("zebra").input_ids == [BOS, tokenizer.unk_token_id]


def test_training_pictures_are_what_the_processor_makes_of_painted_scenes():
    torch.manual_seed(0)
    scenes = recipe.Scenes(4, 12)
    pixels, patches, ids = scenes.batch(torch.arange(12))
    assert pixels.shape == (12, 3, SIZE, SIZE)
    assert patches.shape == (12, 36, 14)
    assert patches.min() >= 0
    assert patches.max() <= 1
    inverse = {number: word for word, number in scenes.ids.items()}
    for row, patch in zip(ids.tolist(), patches, strict=True):
        assert row[0] == BOS and EOS in row
        sentence = " ".join(inverse[one] for one in row if one > IMAGE)
        # Some patch shows each class and each color of the sentence, and no other is shown.
        there = {i for i in range(14) if patch[:, i].max() > 0.5}
        named = {recipe.CLASSES.index(name) for _, _, name in claims(sentence)}
        named |= {10 + recipe.COLORS.index(color) for _, color, _ in claims(sentence)}
        assert there <= named
        assert {i for i in named if i < 10} >= {i for i in there if i < 10} != set()


@pytest.mark.parametrize(
    ("said", "right", "named"),
    [
        ("a red car and a blue cat", True, True),
        ("a blue cat and a red car", True, True),  # the order is free
        ("a blue car and a red cat", False, True),
        ("a red car", False, False),
        ("two red cars and a blue cat", False, True),
        ("a red car and a red car and a blue cat", False, True),
        ("a red car and a blue cat and a dog", False, False),
        ("", False, False),
    ],
)
def test_what_counts_as_right(said, right, named):
    true = "a red car and a blue cat"
    assert recipe.right(said, true) is right
    assert recipe.named(said, true) is named


def test_two_ways_to_say_two_are_one():
    assert recipe.right("a red car and a red car", "two red cars")
    assert not recipe.right("a red car and a blue car", "two red cars")
