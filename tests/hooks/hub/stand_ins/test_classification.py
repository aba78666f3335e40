"""The classification stand-in: in timm's form; what the recipe draws and counts."""

import numpy as np
import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import load_file

from hooks.training.classification import recipe
from hooks.training.image_search import recipe as image_search
from hooks.worlds.emoji.art import NAMES, UNKNOWN
from hooks.worlds.emoji.background import KINDS
from snippets.vision.classification import load_classifier


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
    stored = load_file(repository / "model.safetensors")
    assert torch.equal(model.state_dict()["conv1.0.weight"], stored["conv1.0.weight"])


@pytest.mark.parametrize("one", [recipe, image_search])
def test_training_never_sees_the_held_out_backgrounds(one):
    assert sorted([*one.KINDS_SEEN, *one.HELD_OUT_KINDS]) == sorted(KINDS)
    assert not set(UNKNOWN) & set(NAMES)


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
