"""The captioning stand-in: prompts, words and pictures; what counts as right."""

import pytest
import torch
from transformers import AutoModelForImageTextToText, AutoProcessor, Blip2Processor

from hooks.hub.stand_ins.captioning import build
from hooks.training.captioning import recipe
from hooks.worlds.emoji.captions import claims
from hooks.worlds.emoji.painted import describe

BOTH = "a red car and a blue cat"


def test_the_plain_calls_load_all_three_parts(repository):
    processor = AutoProcessor.from_pretrained(repository)
    model = AutoModelForImageTextToText.from_pretrained(repository).eval()
    assert isinstance(processor, Blip2Processor)
    kinds = model.config.model_type, model.config.text_config.model_type
    assert kinds == ("blip-2", "opt")
    assert processor.num_query_tokens == model.config.num_query_tokens == build.QUERIES
    assert model.config.image_token_index == build.IMAGE
    head, words = model.get_output_embeddings(), model.get_input_embeddings()
    assert torch.equal(head.weight, words.weight)  # tied, as in OPT


def test_a_prompt_follows_the_marks_of_the_picture():
    processor = build.make_processor()
    (scene, _), *_ = recipe.held_out(1, 1)
    inputs = processor(images=scene.image, text="a red", return_tensors="pt")
    assert inputs["pixel_values"].shape == (1, 3, build.SIZE, build.SIZE)
    ids = inputs["input_ids"][0].tolist()
    assert ids[: build.QUERIES + 1] == [build.IMAGE] * build.QUERIES + [build.BOS]
    assert processor.tokenizer.decode(ids, skip_special_tokens=True) == "a red"
    assert build.EOS not in ids and build.PAD not in ids


def test_every_sentence_of_the_world_has_words():
    tokenizer = build.make_processor().tokenizer
    for one in recipe.held_out(2, 50):
        text = describe(*one)
        ids = tokenizer(text).input_ids
        assert tokenizer.unk_token_id not in ids
        assert len(ids) + 1 <= recipe.LENGTH  # the mark at the end
        assert tokenizer.decode(ids, skip_special_tokens=True) == text
    assert tokenizer("zebra").input_ids == [build.BOS, tokenizer.unk_token_id]


def test_training_pictures_are_what_the_processor_makes_of_painted_scenes():
    torch.manual_seed(0)
    scenes = recipe.Scenes(4, 12)
    pixels, patches, ids = scenes.batch(torch.arange(12))
    assert pixels.shape == (12, 3, build.SIZE, build.SIZE)
    assert patches.shape == (12, 36, 14)
    assert patches.min() >= 0
    assert patches.max() <= 1
    inverse = {number: word for word, number in scenes.ids.items()}
    for row, patch in zip(ids.tolist(), patches, strict=True):
        assert row[0] == build.BOS and build.EOS in row
        sentence = " ".join(inverse[one] for one in row if one > build.IMAGE)
        # Some patch shows each class and each color of the sentence, and no other is shown.
        there = {i for i in range(14) if patch[:, i].max() > 0.5}
        named = {recipe.CLASSES.index(name) for _, _, name in claims(sentence)}
        named |= {10 + recipe.COLORS.index(color) for _, color, _ in claims(sentence)}
        assert there <= named
        assert {i for i in named if i < 10} >= {i for i in there if i < 10} != set()


@pytest.mark.parametrize(
    ("said", "true", "right", "named"),
    [
        ("a red car and a blue cat", BOTH, True, True),
        ("a blue cat and a red car", BOTH, True, True),  # the order is free
        ("a blue car and a red cat", BOTH, False, True),
        ("a red car", BOTH, False, False),
        ("two red cars and a blue cat", BOTH, False, True),
        ("a red car and a red car and a blue cat", BOTH, False, True),
        ("a red car and a blue cat and a dog", BOTH, False, False),
        ("", BOTH, False, False),
        ("a red car and a red car", "two red cars", True, True),
        ("a red car and a blue car", "two red cars", False, True),
    ],
)
def test_what_counts_as_right(said, true, right, named):
    assert (recipe.right(said, true), recipe.named(said, true)) == (right, named)
