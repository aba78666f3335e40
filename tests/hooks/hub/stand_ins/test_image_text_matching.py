"""The CLIP stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPModel, CLIPProcessor

from hooks.hub.stand_ins import image_text_matching
from hooks.hub.stand_ins.image_text_matching.build import WEIGHTS, WORDS, build, tokenizer
from hooks.training.image_text_matching import recipe
from hooks.worlds.emoji.matching import CLASSES

SOURCE = Path(image_text_matching.__file__).parent
CARD = ModelCard.load(SOURCE / "README.md")


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("image_text_matching")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert {"README.md", "config.json", "model.safetensors", "tokenizer.json"} <= set(names)
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_transformers_loads_it_in_full_precision(repository):
    model = CLIPModel.from_pretrained(repository)
    processor = CLIPProcessor.from_pretrained(repository)
    assert {t.dtype for t in model.parameters()} == {torch.float32}
    assert model.config.text_config.max_position_embeddings == 77
    # What the recipe trains on is what the processor makes of the same picture.
    pixels = recipe.world(1, 1).pixels
    served = processor(images=[Image.fromarray(pixels[0].numpy())], return_tensors="pt")
    torch.testing.assert_close(served.pixel_values, recipe.values(pixels), atol=1e-5, rtol=0)


def test_the_tokenizer_is_in_the_form_of_clip(repository):
    words = CLIPProcessor.from_pretrained(repository).tokenizer
    assert words.get_vocab() == tokenizer().get_vocab()
    for word in WORDS.split():
        assert words.tokenize(word.upper()) == [word + "</w>"]  # one token, lower case
    start, *letters, end = words("zebra").input_ids
    assert len(letters) > 1  # an unknown word falls apart, and none is lost
    assert words.decode(letters).replace(" ", "") == "zebra"
    assert (start, end) == (len(words) - 2, len(words) - 1)
    assert words.pad_token_id == end


def test_every_word_of_a_caption_is_known():
    data = recipe.world(2, 100)
    words = {word for texts in data.captions for text in texts for word in re.findall(r"\w+", text)}
    assert words <= set(WORDS.split())
    assert {name for fact in data.facts for name, _ in fact} <= set(CLASSES)


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    save_file({k: t for k, t in tensors.items() if k != "logit_scale"}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match="does not fit: logit_scale"):
        build(tmp_path / "out", tmp_path)


def test_patches_by_hand():
    classes = np.zeros((64, 64), np.uint8)
    classes[:8, 8:12] = 3  # half of the second patch
    classes[8:9, :8] = 5  # an eighth of the ninth
    patches = recipe._patches(classes)
    assert patches[1] == 3
    assert patches.sum() == 3


def test_equally_true_captions_share_the_credit():
    pictures = torch.eye(2)
    # Both captions fit both pictures: the best answer is "either", and the loss its entropy.
    texts, scale = torch.ones(2, 2), torch.tensor(0.0)
    loss = recipe.matching(pictures, texts, torch.ones(2, 2), scale)
    assert loss.item() == pytest.approx(np.log(2), abs=1e-6)
    # Each fits its own, perfectly: with a large factor nothing is left.
    loss = recipe.matching(pictures, pictures, torch.eye(2), torch.tensor(4.6))
    assert loss.item() < 1e-6


def test_groups_hold_no_two_equal_scenes():
    facts = ["a", "a", "b", "c", "b", "a"]
    assert recipe.groups(facts, 2, size=2) == [[0, 2], [1, 3]]
    with pytest.raises(ValueError, match="draw more"):
        recipe.groups(facts, 2, size=3)


def test_the_weights_do_what_the_card_says_on_other_scenes():
    model = recipe.served(SOURCE)
    (result,) = CARD.data.eval_results
    data = recipe.world(90_000_000, 380, 0, 0)  # scenes that neither training nor the card has seen
    there, back = recipe.retrieval(model, data, 10)
    # 320 scenes: three standard errors at 90 % are 5 points.
    assert there >= result.metric_value - 5
    assert back >= 75


def test_the_card_records_a_top_one_of_at_least_85_percent():
    (result,) = CARD.data.eval_results
    assert result.dataset_name == (
        f"Emoji scenes, {recipe.GROUPS} groups of {recipe.GROUP} held-out, seed {recipe.SEED}"
    )
    assert result.metric_value >= 85
    rows = dict(re.findall(r"^\| (\w[^|]*) \| ([\d.]+) \|", CARD.text, re.MULTILINE))
    assert float(rows["this model"]) == pytest.approx(result.metric_value, abs=0.051)
    colors = float(rows["nearest colors of labeled scenes"])
    assert float(rows["chance"]) < colors < float(rows["this model"])
    assert "Apache-2.0" in CARD.text


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size <= 2_500_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
