"""The captioning stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText, AutoProcessor, Blip2Processor

from hooks.core import registry
from hooks.hub.stand_ins import captioning
from hooks.hub.stand_ins.captioning.build import (
    BOS,
    EOS,
    IMAGE,
    PAD,
    QUERIES,
    SIZE,
    WEIGHTS,
    WORDS,
    build,
    make_processor,
)
from hooks.training.captioning import recipe
from hooks.worlds.emoji.captions import claims
from hooks.worlds.emoji.painted import describe, paint

SOURCE = Path(captioning.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("captioning")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    wanted = {"config.json", "generation_config.json", "model.safetensors", "README.md"}
    assert wanted | {"processor_config.json", "tokenizer.json"} <= set(names)
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_no_file_names_a_folder_of_this_machine(repository):
    for path in [*repository.glob("*.json"), SOURCE / "README.md"]:
        text = path.read_text(encoding="utf-8")
        assert str(repository) not in text, path.name
        assert "site-packages" not in text, path.name


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


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    name = "qformer.encoder.layer.0.attention.attention.query.weight"
    save_file({k: t for k, t in tensors.items() if k != name}, tmp_path / WEIGHTS)
    (tmp_path / WORDS).write_bytes((SOURCE / WORDS).read_bytes())
    with pytest.raises(ValueError, match=re.escape(f"does not fit: {name}")):
        build(tmp_path / "out", tmp_path)


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


def test_the_card_records_85_percent_or_more():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    assert result.dataset_name == "Painted emoji scenes, 400 held-out ones, seed 15"
    assert (recipe.HELD_OUT, recipe.SEED + 1) == (400, 15)
    assert 0.85 <= result.metric_value <= 1
    # Headline and table must say the same.
    (row,) = re.findall(r"^\| right \| ([\d.]+) % \|", card.text, re.MULTILINE)
    assert float(row) == pytest.approx(100 * result.metric_value, abs=0.051)
    assert f"**{row} %** of 400 held-out captions are right" in card.text


def test_the_card_is_true_for_a_sample():
    """40 of the 400 held-out scenes again, from the committed weights."""
    tests = recipe.held_out(recipe.SEED + 1, 40)
    said = recipe.speaker(SOURCE)([paint(*one) for one in tests])
    share = sum(recipe.right(a, describe(*b)) for a, b in zip(said, tests, strict=True)) / 40
    (result,) = ModelCard.load(SOURCE / "README.md").data.eval_results
    # Two standard deviations of a share of 40, near 0.9.
    assert share == pytest.approx(result.metric_value, abs=0.1)


def test_the_card_names_both_checkpoints():
    card = (SOURCE / "README.md").read_text(encoding="utf-8")
    ids = [one.id for one in registry.load().values() if one.stand_in == "captioning"]
    assert len(ids) == 2
    assert all(id_ in card for id_ in ids)


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size < 3_500_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
