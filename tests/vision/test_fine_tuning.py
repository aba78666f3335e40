"""The snippet, with the real timm, on the checkpoint that the offline Hub serves."""

import pytest
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression

from hooks.core.paths import DOCS
from snippets.vision import fine_tuning as snippet
from snippets.vision.fine_tuning import classify, fine_tune, fit_head, new_model, prepare
from tests.conftest import rows, tiles

CUSTOM = DOCS / "vision" / "custom"
SHEET = tiles(CUSTOM / "fluent.webp")


def pictures(part: str, labels: tuple[str, ...], count: int) -> tuple[list[Image.Image], list[str]]:
    """The first `count` Fluent tiles of each label."""
    found = {label: [] for label in labels}
    for row in rows(CUSTOM / "pictures.csv"):
        if (row["sheet"], row["part"]) == ("fluent", part) and row["label"] in labels:
            found[row["label"]].append(SHEET[int(row["tile"])])
    pairs = [(tile, label) for label in labels for tile in found[label][:count]]
    return tuple(map(list, zip(*pairs, strict=True)))


@pytest.fixture(scope="module")
def few() -> tuple[list[Image.Image], list[str]]:
    return pictures("train", ("camera", "key"), 8)


@pytest.fixture
def model():
    return new_model(["key", "camera", "key"])


def test_the_new_head_has_one_score_per_name_and_knows_nothing(model, few):
    assert model.labels == ["camera", "key"]
    head = model.get_classifier()
    assert sum(w.numel() for w in head.parameters()) == 2 * model.num_features + 2
    assert torch.equal(
        snippet.probabilities(model, prepare(few[0][:3], model)), torch.full((3, 2), 0.5)
    )


def test_untrained_weights_follow_the_seed_and_differ_from_the_pretrained_ones(model):
    one, two, other = (new_model(["a", "b"], pretrained=False, seed=seed) for seed in (1, 1, 2))
    weights = [next(iter(m.parameters())) for m in (one, two, other, model)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert not torch.equal(weights[0], weights[3])


def test_the_probe_is_a_logistic_regression_and_leaves_the_backbone_as_it_is(model, few):
    images = prepare(few[0], model)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    fit_head(model, images, few[1])
    changed = [k for k, value in model.state_dict().items() if not torch.equal(value, before[k])]
    assert changed == ["fc.weight", "fc.bias"]
    with torch.no_grad():
        features = model.forward_head(model.forward_features(images), pre_logits=True)
    # Two scores share the penalty: each of them has half of the one difference, so C doubles.
    expected = LogisticRegression(C=2, tol=1e-8, max_iter=1000).fit(features, few[1])
    found = snippet.probabilities(model, images)[:, 1]
    # Two optimizers stop at slightly different points, in 32 and in 64 bits.
    assert found.numpy() == pytest.approx(expected.predict_proba(features)[:, 1], abs=5e-3)


def test_fine_tuning_changes_the_backbone_the_same_way_each_time(few):
    twins = [new_model(few[1]) for _ in range(2)]
    start = next(iter(twins[0].parameters())).clone()
    for twin in twins:
        images = prepare(few[0], twin)
        fit_head(twin, images, few[1])
        fine_tune(twin, images, few[1], epochs=2, seed=3)
        assert not twin.training
    assert not torch.equal(next(iter(twins[0].parameters())), start)
    for name, value in twins[0].state_dict().items():
        assert torch.equal(value, twins[1].state_dict()[name]), name


def test_eight_pictures_of_each_tell_cameras_from_keys_in_places_not_seen(few):
    model = new_model(few[1])
    images = prepare(few[0], model)
    unseen, truth = pictures("test", ("camera", "key"), 24)
    fit_head(model, images, few[1])
    found = classify(model, prepare(unseen, model))
    # Guessing gets half of 48; 36 are more than three standard errors above that.
    assert sum(a == b for a, b in zip(found, truth, strict=True)) >= 36


def test_probabilities_add_up_and_keep_the_order(model, few):
    images = prepare(few[0], model)
    fit_head(model, images, few[1])
    shares = snippet.probabilities(model, images)
    assert shares.sum(1) == pytest.approx(torch.ones(16), abs=1e-6)
    # Batches add up in another order; 18 layers stay far below 1e-4.
    turned = snippet.probabilities(model, images.flip(0)).flip(0)
    assert turned == pytest.approx(shares, abs=1e-4)
    assert classify(model, images) == [model.labels[i] for i in shares.argmax(1)]


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1", "LA"])
def test_pictures_of_any_mode_and_size_are_read(model, mode):
    some = [Image.new("RGB", (300, 80), "navy"), Image.new("RGB", (9, 50)).convert(mode)]
    side = model.pretrained_cfg["input_size"][-1]
    assert prepare(some, model).shape == (2, 3, side, side)


def test_transparent_is_white_and_a_turned_photo_is_turned_back(model, lying):
    clear, white = Image.new("RGBA", (64, 64)), Image.new("RGB", (64, 64), "white")
    assert torch.equal(*prepare([clear, white], model))
    upright = Image.new("RGB", (64, 64), "red")
    upright.paste("blue", (0, 0, 64, 32))
    assert torch.equal(*prepare([upright, Image.open(lying(upright))], model))


def test_a_large_picture_is_read(model):
    side = model.pretrained_cfg["input_size"][-1]
    assert prepare([Image.new("RGB", (8000, 8000))], model).shape == (1, 3, side, side)


NO_PICTURES = [
    ([], ValueError, "pictures is empty"),
    (["key.jpg"], TypeError, r"pictures\[0\] is str: pass Image.open"),
    ([Image.new("RGB", (9, 9)), None], TypeError, r"pictures\[1\] is NoneType"),
    ([Image.new("RGB", (0, 5))], ValueError, r"pictures\[0\] has no pixels"),
    ([Image.new("I;16", (5, 5))], ValueError, r"pictures\[0\] has mode I;16: scale"),
]


@pytest.mark.parametrize(("pictures", "error", "message"), NO_PICTURES)
def test_what_is_no_picture_is_named(model, pictures, error, message):
    with pytest.raises(error, match=message):
        prepare(pictures, model)


@pytest.mark.parametrize("labels", [[], ["key"], ["key", "key"], "key"])
def test_one_class_is_refused(labels):
    with pytest.raises(ValueError, match="pass two or more names"):
        new_model(labels)


BAD_LABELS = [
    (["key"], "2 pictures and 1 labels"),
    (["key", "wallet"], r"unknown labels \['wallet'\]; the model has \['camera', 'key'\]"),
    (["key", "key"], r"no picture of \['camera'\]"),
]


@pytest.mark.parametrize("train", [fit_head, fine_tune])
@pytest.mark.parametrize(("labels", "message"), BAD_LABELS)
def test_labels_that_do_not_fit_are_named(model, few, train, labels, message):
    with pytest.raises(ValueError, match=message):
        train(model, prepare(few[0][:2], model), labels)
