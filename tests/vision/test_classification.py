"""The snippet, with the real timm, on the checkpoint that the offline Hub serves."""

import numpy as np
import pytest
import timm
import torch
from PIL import Image
from skimage import data
from timm.data import ImageNetInfo
from timm.models import save_for_hf

from hooks.core.paths import DOCS
from snippets.vision.classification import classify, load_classifier
from tests.conftest import rows, tiles

EMOJI = DOCS / "vision" / "emoji"
TILES, ROWS = tiles(EMOJI / "noto.webp"), rows(EMOJI / "classes.csv")
# Batches add up in another order; 18 layers stay far below 1e-4.
TOLERANCE = 1e-4
classifier = pytest.fixture(load_classifier, scope="module")
DRAWING = Image.open(DOCS / "vision" / "scenes" / "cat.webp").convert("RGB")


# ---- the answer


def test_a_drawn_cat_is_a_cat(classifier):
    (answer,) = classify([DRAWING], *classifier)
    assert answer[0][0] == "cat"
    assert len(answer) == 5


def test_probabilities_are_the_softmax_of_the_scores(classifier):
    model, transform, names = classifier
    with torch.inference_mode():
        scores = model(transform(DRAWING)[None])[0]
    expected = (scores.double().exp() / scores.double().exp().sum()).tolist()
    (answer,) = classify([DRAWING], *classifier, top=len(names))
    assert dict(answer) == pytest.approx(dict(zip(names, expected, strict=True)), abs=1e-6)
    assert sum(p for _, p in answer) == pytest.approx(1, abs=1e-5)
    assert [p for _, p in answer] == sorted((p for _, p in answer), reverse=True)


@pytest.mark.parametrize("batch_size", [1, 3, 32])
def test_a_batch_gives_what_single_pictures_give_in_the_same_order(classifier, batch_size):
    some = [*TILES[::40], Image.fromarray(data.coffee())]
    for image, answer in zip(some, classify(some, *classifier, batch_size=batch_size), strict=True):
        (alone,) = classify([image], *classifier)
        assert [name for name, _ in answer] == [name for name, _ in alone]
        assert dict(answer) == pytest.approx(dict(alone), abs=TOLERANCE)


def test_held_out_tiles_are_named_right(classifier):
    truth = [row["name"] for row in ROWS if row["sheet"] == "noto" for _ in range(4)]
    answers = classify(TILES, *classifier, top=1)
    right = np.mean([answer[0][0] == name for answer, name in zip(answers, truth, strict=True)])
    assert right >= 0.95


def test_no_pictures_and_more_names_than_there_are(classifier):
    assert classify([], *classifier) == []
    (answer,) = classify([DRAWING], *classifier, top=5000)
    assert len(answer) == len(classifier[2])


# ---- the names


def test_imagenet_checkpoints_get_the_names_that_timm_knows(tmp_path):
    model = timm.create_model("test_byobnet", num_classes=1000)
    save_for_hf(model, tmp_path, safe_serialization=True)
    *_, names = load_classifier(f"local-dir:{tmp_path}")
    assert (len(names), names[281], names[963]) == (1000, "tabby, tabby cat", "pizza, pizza pie")


def test_names_of_the_checkpoint_win_and_are_spelled_out(tmp_path):
    model = timm.create_model("test_byobnet", num_classes=2)
    config = {"label_names": ["n1", "n2"], "label_descriptions": {"n1": "cat", "n2": "dog"}}
    save_for_hf(model, tmp_path, model_config=config, safe_serialization=True)
    assert load_classifier(f"local-dir:{tmp_path}")[2] == ["cat", "dog"]


def test_classes_without_names_are_refused(tmp_path):
    save_for_hf(timm.create_model("test_byobnet", num_classes=7), tmp_path, safe_serialization=True)
    with pytest.raises(ValueError, match="7 classes without names"):
        load_classifier(f"local-dir:{tmp_path}")


def test_accepted_imagenet_names_exist_and_fit():
    labels = ImageNetInfo().label_descriptions()
    accepted = {}
    for row in ROWS:
        ranges = [part.split("-") for part in row["imagenet"].split()]
        accepted[row["name"]] = [n for r in ranges for n in labels[int(r[0]) : int(r[-1]) + 1]]
        assert all(0 <= int(r[0]) <= int(r[-1]) < 1000 for r in ranges)
    assert all("cat" in name for name in accepted["cat"])
    assert all("elephant" in name or "tusker" in name for name in accepted["elephant"])
    assert len(accepted["dog"]) == 118
    assert accepted["dog"][0].startswith("Chihuahua")
    assert accepted["dog"][-1].startswith("Mexican hairless")
    assert accepted["person"] == []
    # No name is right for two things, or the score would be too kind.
    every = [name for names in accepted.values() for name in names]
    assert len(every) == len(set(every))


# ---- pictures of all kinds


def test_64_megapixels_are_named_as_the_small_picture(classifier):
    large = DRAWING.resize((8000, 8000), Image.Resampling.BICUBIC)
    (answer,) = classify([large], *classifier)
    assert answer[0][0] == "cat"


# ---- bad input


def test_a_line_is_no_picture(classifier):
    with pytest.raises(ValueError, match=r"\(8000, 1\) pixels is no picture"):
        classify([Image.new("RGB", (8000, 1))], *classifier)
