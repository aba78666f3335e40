"""The snippet, with the real library, on the checkpoints that the offline Hub serves."""

import numpy as np
import pytest
import torch
from PIL import Image

from hooks.core.paths import DOCS
from snippets.vision import segmentation as snippet
from snippets.vision.segmentation import cut_out, name_pixels, open_picture

SCENES = DOCS / "vision" / "scenes"
SCENE = SCENES / "segmentation.webp"
BUS, LEFT_CAT, RIGHT_CAT = (40, 34), (52, 150), (132, 146)
deeplab = pytest.fixture(snippet.load_deeplab, scope="module")
sam = pytest.fixture(snippet.load_sam, scope="module")
TRUTH = np.asarray(Image.open(SCENES / "segmentation.png"))


def iou(one: np.ndarray, two: np.ndarray) -> float:
    return (one & two).sum() / (one | two).sum()


# ---- what they find


def test_each_thing_gets_its_name(deeplab):
    found = name_pixels(SCENE, *deeplab)
    assert (found.shape, found.dtype) == ((192, 192), np.uint8)
    names = deeplab[1].config.id2label
    for number, name in ((1, "bus"), (3, "cat"), (4, "cat")):
        inside = found[number == TRUTH]
        assert names[np.bincount(inside).argmax()] == name


def test_two_cats_are_one_name_and_two_masks(deeplab, sam):
    cats = {name: number for number, name in deeplab[1].config.id2label.items()}["cat"]
    found = name_pixels(SCENE, *deeplab) == cats
    assert iou(found, (TRUTH == 3) | (TRUTH == 4)) > 0.5
    masks, _ = cut_out(SCENE, [LEFT_CAT, RIGHT_CAT], *sam)
    for mask, number in zip(masks[:, 0], (3, 4), strict=True):
        assert iou(mask, number == TRUTH) > 0.6
        # Nearer to its own cat than to both together: the two are told apart.
        assert iou(mask, number == TRUTH) > iou(mask, (TRUTH == 3) | (TRUTH == 4))


def test_classes_are_the_highest_scores_stretched_to_the_picture(deeplab):
    processor, model = deeplab
    image = open_picture(SCENE)
    side = processor.crop_size["height"]
    small = torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1)[None]
    # By hand what the processor does: squeeze, 0 to 1, blue first.
    small = torch.nn.functional.interpolate(
        small.float(), (side, side), mode="bilinear", antialias=True
    )
    with torch.inference_mode():
        scores = model(pixel_values=small[:, [2, 1, 0]] / 255).logits
    stretched = torch.nn.functional.interpolate(scores, (192, 192), mode="bilinear")
    by_hand = stretched[0].argmax(0).numpy()
    # The processor rounds the squeezed picture to whole numbers, which moves an edge at times.
    assert (by_hand == name_pixels(image, processor, model)).mean() > 0.98


# ---- clicks


def test_candidates_come_best_opinion_first_and_clicks_do_not_mix(sam):
    masks, scores = cut_out(SCENE, [BUS, LEFT_CAT, (0, 0), (191, 191)], *sam)
    assert (masks.shape, masks.dtype, scores.shape) == ((4, 3, 192, 192), bool, (4, 3))
    assert (np.diff(scores, axis=1) <= 0).all()
    for place, point in enumerate((BUS, LEFT_CAT)):
        alone, score = cut_out(SCENE, [point], *sam)
        assert iou(alone[0, 0], masks[place, 0]) > 0.99  # one pixel may round the other way
        np.testing.assert_allclose(score[0], scores[place], atol=1e-3)


def test_masks_are_those_of_the_plain_call(sam):
    processor, model = sam
    image = open_picture(SCENE)
    inputs = processor(
        images=image, input_points=[[[list(BUS)]]], input_labels=[[[1]]], return_tensors="pt"
    )
    with torch.inference_mode():
        outputs = model(**inputs)
    (plain,) = processor.post_process_masks(outputs.pred_masks, inputs["original_sizes"])
    masks, scores = cut_out(image, [BUS], processor, model)
    best = outputs.iou_scores[0, 0].argmax().item()
    assert (plain[0, best].numpy() == masks[0, 0]).all()
    assert scores[0, 0] == outputs.iou_scores[0, 0, best].item()


@pytest.mark.parametrize("point", [(-1, 5), (192, 5), (5, 192), (5, -0.5), (float("nan"), 5)])
def test_a_click_outside_the_picture_is_named(sam, point):
    with pytest.raises(ValueError, match=r"points\[1\] is .*outside .* 192 x 192 pixels"):
        cut_out(SCENE, [BUS, point], *sam)


def test_no_click_is_named(sam):
    with pytest.raises(ValueError, match="no point: click at least once"):
        cut_out(SCENE, [], *sam)


# ---- pictures of every kind


def test_the_picture_given_is_left_as_it_was(deeplab):
    picture = Image.new("RGBA", (1500, 20), "red")
    name_pixels(picture, *deeplab)
    assert (picture.mode, picture.size) == ("RGBA", (1500, 20))


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (3000, 2)])
def test_tiny_and_thin_pictures_are_answered(deeplab, sam, size):
    picture = Image.new("RGB", size, "gray")
    assert name_pixels(picture, *deeplab).shape == size[::-1]
    assert cut_out(picture, [(size[0] - 1, size[1] - 1)], *sam)[0].shape == (1, 3, *size[::-1])


def test_a_huge_picture_gets_the_answer_of_its_small_copy(deeplab, sam):
    picture = Image.open(SCENE).convert("RGB").resize((8000, 8000), Image.Resampling.BICUBIC)
    small = picture.copy()
    small.thumbnail((snippet.LONGEST, snippet.LONGEST))
    found = name_pixels(picture, *deeplab)
    assert found.shape == (8000, 8000)
    # Enlarging and shrinking pick the nearest pixel, so only rounding at edges may differ.
    again = Image.fromarray(found).resize(small.size, Image.Resampling.NEAREST)
    assert (np.asarray(again) == name_pixels(small, *deeplab)).mean() > 0.99
    masks, _ = cut_out(picture, [(x * 8000 / 192, y * 8000 / 192) for x, y in [BUS]], *sam)
    assert masks.shape == (1, 3, 8000, 8000)
    expected, _ = cut_out(SCENE, [BUS], *sam)
    assert masks[0, 0].mean() == pytest.approx(expected[0, 0].mean(), rel=0.1)
