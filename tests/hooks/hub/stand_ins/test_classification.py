"""The classification stand-in: complete, the same bytes each time, honest about its score."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from huggingface_hub import ModelCard
from PIL import Image
from safetensors.torch import load_file, save_file

from hooks.hub.stand_ins import classification
from hooks.hub.stand_ins.classification.build import WEIGHTS, build
from hooks.training.classification import recipe
from hooks.worlds.emoji.art import NAMES, UNKNOWN
from hooks.worlds.emoji.background import KINDS
from snippets.vision.classification import load_classifier

SOURCE = Path(classification.__file__).parent


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("classification")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    names = sorted(path.name for path in repository.iterdir())
    assert names == ["README.md", "config.json", "model.safetensors"]
    for name in names:
        assert (repository / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_timm_loads_it_with_names_and_preprocessing(repository):
    model, transform, names = load_classifier(f"local-dir:{repository}")
    assert names == list(NAMES)
    assert model.num_classes == len(NAMES) >= 44
    assert {t.dtype for t in model.parameters()} == {torch.float32}
    config = timm.data.resolve_model_data_config(model)
    assert tuple(config["input_size"]) == (3, 64, 64)
    # What the recipe trains on is what timm's preprocessing makes of the same picture.
    image, _ = recipe.pictures(1, np.array([0]), tuple(KINDS))
    served = transform(Image.fromarray(image[0]))
    torch.testing.assert_close(served, recipe.tensor(image)[0], atol=1e-5, rtol=0)


def test_another_head_for_fine_tuning(repository):
    model = timm.create_model(f"local-dir:{repository}", pretrained=True, num_classes=8)
    assert model(torch.zeros(2, 3, 64, 64)).shape == (2, 8)
    stored = load_file(repository / WEIGHTS)
    assert torch.equal(model.state_dict()["conv1.0.weight"], stored["conv1.0.weight"])


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    save_file({k: t for k, t in tensors.items() if k != "fc.bias"}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=r"does not fit: fc\.bias"):
        build(tmp_path / "out", tmp_path)
    tensors["fc.bias"] = torch.zeros(3)
    save_file(tensors, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=r"does not fit: fc\.bias"):
        build(tmp_path / "out", tmp_path)


def test_training_never_sees_the_held_out_backgrounds():
    assert set(recipe.KINDS_SEEN) | set(recipe.HELD_OUT_KINDS) == set(KINDS)
    assert not set(recipe.KINDS_SEEN) & set(recipe.HELD_OUT_KINDS)
    assert not set(UNKNOWN) & set(recipe.CLASSES)


def test_top_one_and_top_five_by_hand():
    class Fixed(torch.nn.Module):
        """Scores 9, 8, 7 ... for classes 0, 1, 2 ..., whatever it sees."""

        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            return torch.arange(9.0, 0.0, -1).repeat(len(batch), 1)

    images = np.zeros((4, 64, 64, 3), np.uint8)
    # Rank 1, rank 2, rank 5, rank 6.
    assert recipe.score(Fixed(), images, np.array([0, 1, 4, 5])) == (25, 75)


def test_a_histogram_by_hand():
    image = np.zeros((2, 2, 3), np.uint8)
    image[0, 0] = (255, 64, 0)  # bin 3 * 16 + 1 * 4 + 0
    counts = recipe.histogram(image)
    assert (counts[0], counts[52], counts.sum()) == (0.75, 0.25, 1)


def test_the_weights_do_what_the_card_says_on_a_part_of_the_held_out_set():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    rng = np.random.default_rng(0)
    labels = rng.integers(0, len(NAMES), 300)
    # Seeds of its own: crops that neither training nor the card has seen.
    top1, top5 = recipe.score(
        recipe.load(), *recipe.pictures(30_000_000, labels, recipe.HELD_OUT_KINDS)
    )
    # 300 crops: three standard errors at 97 % are 3 points.
    assert top1 >= result.metric_value - 3
    assert top5 >= top1


def test_the_card_records_a_top_one_of_at_least_95_percent():
    card = ModelCard.load(SOURCE / "README.md")
    (result,) = card.data.eval_results
    count = recipe.PER_CLASS * len(NAMES)
    assert result.dataset_name == f"Emoji world, {count:,} held-out crops, seed {recipe.SEED}"
    assert result.metric_value >= 95
    rows = dict(re.findall(r"^\| (\w[^|]*) \| ([\d.]+) \|", card.text, re.MULTILINE))
    assert float(rows["this model"]) == pytest.approx(result.metric_value, abs=0.051)
    (color,) = (float(value) for name, value in rows.items() if name.startswith("color"))
    assert float(rows["chance"]) < color < float(rows["this model"])
    assert "Apache-2.0" in card.text


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size <= 1_000_000
    tensors = load_file(SOURCE / WEIGHTS).values()
    assert {t.dtype for t in tensors if t.is_floating_point()} == {torch.float16}


def test_the_configuration_is_plain_json(repository):
    config = json.loads((repository / "config.json").read_text(encoding="utf-8"))
    assert config["architecture"] in timm.list_models()
    assert config["num_classes"] == len(config["label_names"])
