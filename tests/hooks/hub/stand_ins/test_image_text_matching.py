"""The image-text stand-in: CLIP's form, and what the recipe draws and counts."""

import re

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import CLIPModel, CLIPProcessor

from hooks.hub.stand_ins.image_text_matching.build import WORDS, tokenizer
from hooks.training.image_text_matching import recipe
from hooks.worlds.emoji.matching import CLASSES


def test_transformers_loads_it_in_full_precision(repository):
    model = CLIPModel.from_pretrained(repository)
    processor = CLIPProcessor.from_pretrained(repository)
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
