"""The image search stand-in: complete, the same bytes each time, honest about its score."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import ModelCard
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import AutoImageProcessor, AutoModel, Dinov2Model

from hooks.hub.stand_ins import image_search
from hooks.hub.stand_ins.image_search.build import MEAN, SIZE, STD, WEIGHTS, build, load
from hooks.training.image_search import recipe, views
from hooks.worlds.emoji.art import NAMES, UNKNOWN
from hooks.worlds.emoji.background import KINDS

SOURCE = Path(image_search.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("image_search")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == ["README.md", "config.json", "model.safetensors", "preprocessor_config.json"]
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_the_plain_calls_load_a_dinov2(repository):
    model = AutoModel.from_pretrained(repository)
    assert isinstance(model, Dinov2Model)
    assert model.dtype == torch.float32
    processor = AutoImageProcessor.from_pretrained(repository)
    inputs = processor(images=[Image.new("RGB", (90, 60))] * 2, return_tensors="pt")
    assert inputs["pixel_values"].shape == (2, 3, SIZE, SIZE)
    vectors = model(**inputs).pooler_output
    assert vectors.shape == (2, model.config.hidden_size)


def test_what_the_recipe_trains_on_is_what_the_preprocessing_makes(repository):
    processor = AutoImageProcessor.from_pretrained(repository)
    assert (list(processor.image_mean), list(processor.image_std)) == (MEAN, STD)
    pixels = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    served = processor(images=[Image.fromarray(pixels)], return_tensors="pt")["pixel_values"]
    drawn = views.normalize(torch.from_numpy(pixels).permute(2, 0, 1)[None] / 255)
    torch.testing.assert_close(served, drawn, atol=1e-5, rtol=0)


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    save_file({k: t for k, t in tensors.items() if k != "layernorm.bias"}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=r"does not fit: layernorm\.bias"):
        build(tmp_path / "out", tmp_path)
    save_file(tensors | {"layernorm.bias": torch.zeros(3)}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=r"does not fit: layernorm\.bias"):
        build(tmp_path / "out", tmp_path)


def test_the_loss_by_hand(monkeypatch):
    monkeypatch.setattr(recipe, "TEMPERATURE", 0.5)
    same = torch.tensor([[2.0, 0.0], [0.0, 5.0]])  # normalized inside
    # Cosine 1 with its own, 0 with the other: -log(e^2 / (e^2 + e^0)), both ways.
    assert recipe.loss_of(same, same).item() == pytest.approx(np.log1p(np.exp(-2)), abs=1e-6)
    swapped = same.flip(0)
    assert recipe.loss_of(same, swapped).item() == pytest.approx(np.log1p(np.exp(2)), abs=1e-6)


def test_two_views_show_one_thing_and_nothing_but_pictures_comes_out():
    world = views.World(1, ("gradient",), 4)
    one, two = world.pairs(6)
    assert one.shape == two.shape == (6, 3, SIZE, SIZE)
    assert torch.isfinite(one).all()
    assert (one - two).abs().amax((1, 2, 3)).min() > 0.1  # no view twice
    again = views.World(1, ("gradient",), 4).pairs(6)
    assert torch.equal(one, again[0])
    assert torch.equal(two, again[1])


def test_training_never_sees_the_held_out_backgrounds_nor_the_new_things():
    assert set(recipe.KINDS_SEEN) | set(recipe.HELD_OUT_KINDS) == set(KINDS)
    assert not set(recipe.KINDS_SEEN) & set(recipe.HELD_OUT_KINDS)
    assert len(views.World(1, ("gradient",), 1).things) == len(NAMES)
    assert not set(UNKNOWN) & set(NAMES)


def test_five_nearest_by_hand():
    gallery = np.eye(2).repeat(5, 0)
    names = ["a"] * 5 + ["b"] * 5
    queries = np.array([[0.9, 0.1], [0.2, 1], [1, 0.5], [1, 0.1]])
    # The last two lie with a; one of them is called b.
    nearest = recipe.KNeighborsClassifier(5, metric="cosine", algorithm="brute").fit(gallery, names)
    assert nearest.predict(queries).tolist() == ["a", "b", "a", "a"]
    assert recipe.five_nearest(gallery, gallery, names) == 100
    assert recipe.five_nearest(gallery, gallery[::-1], names) == 0


def test_the_weights_do_what_the_card_says_on_new_crops():
    (result,) = ModelCard.load(SOURCE / "README.md").data.eval_results
    names = [name for name in NAMES for _ in range(recipe.PER_CLASS)]
    model, asked = load(), names[::4]
    gallery = recipe.vectors_of(model, recipe.crops(31, names, recipe.KINDS_SEEN))
    queries = recipe.vectors_of(model, recipe.crops(32, asked, recipe.HELD_OUT_KINDS))
    nearest = recipe.KNeighborsClassifier(5, metric="cosine", algorithm="brute")
    score = 100 * nearest.fit(gallery, names).score(queries, asked)
    # 255 queries: three standard errors at 90 % are 5.6 points.
    assert score >= result.metric_value - 6


def test_the_card_records_at_least_85_percent():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    count = recipe.PER_CLASS * len(NAMES)
    assert result.dataset_name == f"Emoji world, {count:,} held-out crops, seed {recipe.SEED}"
    assert result.metric_value >= 85
    rows = dict(re.findall(r"^\| (\w[^|]*) \| ([\d.]+) \|", card.text, re.MULTILINE))
    assert float(rows["this model"]) == pytest.approx(result.metric_value, abs=0.051)
    assert float(rows["chance"]) < float(rows["pixels"]) < float(rows["this model"])
    assert "Without labels" in card.text
    assert "Apache-2.0" in card.text


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size <= 2_500_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
