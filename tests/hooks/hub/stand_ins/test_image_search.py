"""The image search stand-in: the plain calls, and what the recipe draws and counts."""

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModel, Dinov2Model

from hooks.hub.stand_ins.image_search.build import MEAN, SIZE, STD
from hooks.training.image_search import recipe, views
from hooks.worlds.emoji.art import NAMES


def test_the_plain_calls_load_a_dinov2(repository):
    model = AutoModel.from_pretrained(repository)
    assert isinstance(model, Dinov2Model)
    processor = AutoImageProcessor.from_pretrained(repository)
    inputs = processor(images=[Image.new("RGB", (90, 60))] * 2, return_tensors="pt")
    assert inputs["pixel_values"].shape == (2, 3, SIZE, SIZE)
    assert model(**inputs).pooler_output.shape == (2, model.config.hidden_size)
    # What the recipe trains on is what the preprocessing makes.
    assert (list(processor.image_mean), list(processor.image_std)) == (MEAN, STD)
    pixels = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    served = processor(images=[Image.fromarray(pixels)], return_tensors="pt")["pixel_values"]
    drawn = views.normalize(torch.from_numpy(pixels).permute(2, 0, 1)[None] / 255)
    torch.testing.assert_close(served, drawn, atol=1e-5, rtol=0)


def test_the_loss_by_hand(monkeypatch):
    monkeypatch.setattr(recipe, "TEMPERATURE", 0.5)
    same = torch.tensor([[2.0, 0.0], [0.0, 5.0]])  # normalized inside
    # Cosine 1 with its own, 0 with the other: -log(e^2 / (e^2 + e^0)), both ways.
    assert recipe.loss_of(same, same).item() == pytest.approx(np.log1p(np.exp(-2)), abs=1e-6)
    swapped = same.flip(0)
    assert recipe.loss_of(same, swapped).item() == pytest.approx(np.log1p(np.exp(2)), abs=1e-6)


def test_two_views_show_one_thing_and_nothing_but_pictures_comes_out():
    world = views.World(1, ("gradient",), 4)
    assert len(world.things) == len(NAMES)
    one, two = world.pairs(6)
    assert one.shape == two.shape == (6, 3, SIZE, SIZE)
    assert torch.isfinite(one).all()
    assert (one - two).abs().amax((1, 2, 3)).min() > 0.1  # no view twice
    again = views.World(1, ("gradient",), 4).pairs(6)
    assert all(map(torch.equal, (one, two), again))


def test_five_nearest_by_hand():
    gallery = np.eye(2).repeat(5, 0)
    names = ["a"] * 5 + ["b"] * 5
    assert recipe.five_nearest(gallery, gallery, names) == 100
    assert recipe.five_nearest(gallery, gallery[::-1], names) == 0
