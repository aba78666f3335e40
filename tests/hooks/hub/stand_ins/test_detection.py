"""The detection stand-in: in Ultralytics' form, with COCO's classes; the page's scenes."""

import json

import torch
from PIL import Image

from hooks.core.paths import DOCS
from hooks.hub.stand_ins.detection import build
from hooks.hub.stand_ins.detection.build import CLASSES, COCO, FILE, IDS, SIZE
from hooks.worlds.emoji.art import SCENE_CLASSES

SCENES = DOCS / "vision" / "scenes"


def test_the_checkpoint_needs_no_trust(repository):
    from ultralytics.nn.tasks import torch_safe_load

    checkpoint, _ = torch_safe_load(repository / FILE, safe_only=True)
    assert isinstance(checkpoint["model"], build.DetectionModel)
    assert checkpoint["train_args"] == {"task": "detect", "imgsz": SIZE}


def test_the_wide_head_says_what_the_trained_one_said(repository):
    from ultralytics import YOLO

    wide = YOLO(repository / FILE).model.eval()
    narrow = build.load()
    picture = torch.rand(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        one, other = wide(picture)[0], narrow.float().eval()(picture)[0]
    assert one.shape == (1, 4 + 80, 756)  # 24 x 24 + 12 x 12 + 6 x 6 places
    torch.testing.assert_close(one[:, :4], other[:, :4])
    torch.testing.assert_close(one[:, [4 + number for number in IDS]], other[:, 4:])
    rest = [4 + number for number in COCO if number not in IDS]
    assert one[:, rest].max() < 1e-8  # sigmoid(-20) is 2e-9


def test_its_classes_are_those_of_the_scenes_and_coco_has_them():
    assert CLASSES == SCENE_CLASSES
    assert [COCO[number] for number in IDS] == list(CLASSES)
    assert len(COCO) == 80


def test_the_truth_fits_the_scenes():
    truth = json.loads((SCENES / "detection.json").read_text("utf-8"))
    with Image.open(SCENES / "detection.webp") as sheet:
        assert sheet.size == (4 * SIZE, 4 * SIZE)
    assert len(truth) == 16
    assert all(truth)
    for number, objects in enumerate(truth):
        for thing in objects:
            x0, y0, x1, y1 = thing["box"]
            assert 0 <= x0 < x1 <= SIZE
            assert 0 <= y0 < y1 <= SIZE
            assert (thing["name"] in CLASSES) == (thing["name"] in COCO.values()) == (number < 12)
