"""The two segmentation stand-ins: the plain calls, and what their recipes draw and count."""

from collections import Counter

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from torchvision.models.segmentation import DeepLabV3_MobileNet_V3_Large_Weights

from hooks.commands.inputs import segmentation
from hooks.hub.stand_ins.segmentation_deeplab import build as deeplab_build
from hooks.hub.stand_ins.segmentation_sam import build as sam_build
from hooks.training.segmentation_deeplab import recipe as deeplab_recipe
from hooks.training.segmentation_sam import recipe as sam_recipe
from hooks.worlds.emoji.art import NAMES, SCENE_CLASSES, UNKNOWN

# ---- DeepLab


def test_the_plain_calls_load_a_deeplab_with_the_names_of_voc(built):
    folder = built("segmentation_deeplab").folder
    processor = transformers.AutoImageProcessor.from_pretrained(folder)
    model = transformers.AutoModelForSemanticSegmentation.from_pretrained(folder)
    assert isinstance(model, transformers.MobileViTForSemanticSegmentation)
    categories = DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1.meta["categories"]
    assert list(model.config.id2label.values()) == ["background", *categories[1:]]
    # Reads blue first and from 0 to 1, as the real one does.
    white = np.full((200, 300, 3), (255, 0, 0), np.uint8)
    values = processor(images=white, return_tensors="pt")["pixel_values"]
    assert values.shape == (1, 3, deeplab_build.SIZE, deeplab_build.SIZE)
    assert values[0, :, 0, 0].tolist() == [0, 0, 1]
    # The recipe feeds what the processor feeds.
    (scene,) = deeplab_recipe.scenes(1, 1)
    pixels, _ = deeplab_recipe.tensors([scene])
    fed = processor(images=scene.image, return_tensors="pt")["pixel_values"]
    torch.testing.assert_close(deeplab_recipe.values(pixels), fed)


def test_what_voc_has_no_name_for_is_background():
    numbers = deeplab_recipe.NUMBER
    assert numbers["airplane"] == deeplab_build.LABELS.index("aeroplane") == 1
    assert not {"banana", "pizza"} & set(numbers)
    scenes = deeplab_recipe.scenes(5, 20)
    seen = {thing.name for scene in scenes for thing in scene.objects}
    assert {"banana", "pizza"} & seen  # they are drawn, too
    for scene in scenes:
        found = deeplab_recipe.labels(scene)
        for thing in scene.objects:
            assert (found[thing.mask] == numbers.get(thing.name, 0)).all()


def test_iou_by_hand():
    found = np.array([[[0, 0, 1, 1]]])
    truth = np.array([[[0, 1, 1, 1]]])
    scores = deeplab_recipe.ious(found, truth, [0, 1])
    assert scores == {"background": 1 / 2, "aeroplane": 2 / 3}


# ---- SAM


def test_the_plain_calls_load_a_sam(built):
    folder = built("segmentation_sam").folder
    processor = transformers.Sam2Processor.from_pretrained(folder)
    model = transformers.Sam2Model.from_pretrained(folder)
    (scene,) = sam_recipe.scenes(1, 1, tuple(NAMES))
    small, point = scene.image.resize((90, 60)), {"input_points": [[[[45, 30]]]]}
    inputs = processor(small, input_labels=[[[1]]], return_tensors="pt", **point)
    middle = [sam_build.SIZE / 2] * 2
    assert inputs["input_points"][0, 0, 0].tolist() == pytest.approx(middle)  # fp32
    with torch.inference_mode():
        outputs = model(**inputs)
    (masks,) = processor.post_process_masks(outputs.pred_masks, inputs["original_sizes"])
    assert (masks.shape, outputs.iou_scores.shape) == ((1, 3, 60, 90), (1, 1, 3))
    pixels, points, masks, _ = sam_recipe.tensors([scene])
    fed = processor(images=scene.image, return_tensors="pt")["pixel_values"]
    # The processor joins scaling and normalizing into one step: other rounding.
    torch.testing.assert_close(sam_recipe.values(pixels), fed, atol=1e-5, rtol=1e-5)
    for (x, y), mask in zip(points[0].int().tolist(), masks[0], strict=True):
        assert mask[y, x]  # each click lies on the thing it asks for
        assert any((mask.numpy() == thing.mask).all() for thing in scene.objects)


def test_lessons_weigh_things_alike_whatever_their_company():
    drawn = sam_recipe.lessons(1, 300)
    held = {thing.name for scene in drawn[150:] for thing in scene.objects}
    assert held == set(SCENE_CLASSES)
    assert {t.name for scene in drawn[:150] for t in scene.objects} > set(SCENE_CLASSES)
    things = Counter(len(scene.objects) for scene in drawn)
    free = Counter(len(scene.objects) for scene in sam_recipe.scenes(1, 300, SCENE_CLASSES))
    # Scenes of three were kept three times as often as scenes of one: 3, were all kept 1. Two
    # standard errors of 300 scenes, sqrt(1/128 + 1/60 + 1/93 + 1/96) = 0.21 in the logarithm each.
    ratio = (things[3] / things[1]) / (free[3] / free[1])
    assert 3 / 1.5 < ratio < 3 * 1.5


def test_the_middle_of_a_mask_is_its_deepest_pixel():
    mask = np.zeros((9, 9), bool)
    mask[2:7, 1:6] = True
    mask[0, :] = True
    assert sam_recipe.middle(mask) == (3, 4)


def test_scenes_of_the_last_column_hold_nothing_that_was_trained_on():
    assert not set(UNKNOWN) & set(NAMES)
    seen = {t.name for s in sam_recipe.scenes(3, 5, tuple(UNKNOWN)) for t in s.objects}
    assert seen <= set(UNKNOWN)


def test_losses_are_small_for_the_right_mask_only():
    target = torch.zeros(1, 1, 1, 8, 8)
    target[..., 2:6, 2:6] = 1
    right, wrong = (sam_recipe.losses(sign * 20 * (target - 0.5), target) for sign in (1, -1))
    assert right.item() < 0.1 < 1 < wrong.item()
    assert sam_recipe.overlap(target - 0.5, target).item() == 1


# ---- the scenes on the page


@pytest.mark.parametrize("name", segmentation.SCENES)
def test_the_shipped_scenes_are_those_that_the_recipe_draws(name):
    image, truth = segmentation.scene(name)
    shipped = np.asarray(Image.open(segmentation.FOLDER / f"{name}.webp").convert("RGB"))
    # WebP loses a little; a moved or exchanged thing would differ far more.
    assert np.abs(shipped.astype(int) - np.asarray(image)).mean() < 12
    stored = np.asarray(Image.open(segmentation.FOLDER / f"{name}.png"))
    assert (stored == np.asarray(truth)).all()
    assert (segmentation.FOLDER / f"{name}.webp").stat().st_size <= 25_000
