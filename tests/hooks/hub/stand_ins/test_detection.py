"""The detection stand-in: complete, the same bytes each time, honest about its score."""

import json
import re
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from PIL import Image
from safetensors.torch import load_file, save_file

from hooks.core.paths import DOCS
from hooks.hub.stand_ins import detection
from hooks.hub.stand_ins.detection.build import (
    CLASSES,
    COCO,
    FILE,
    IDS,
    SIZE,
    WEIGHTS,
    DetectionModel,
    build,
    configure,
)
from hooks.worlds.emoji.art import SCENE_CLASSES

SOURCE = Path(detection.__file__).parent
SCENES = DOCS / "vision" / "scenes"


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("detection")
    build(folder)
    return folder


def test_two_builds_give_the_same_bytes(repository, tmp_path):
    build(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", FILE]
    for path in repository.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_the_checkpoint_needs_no_trust_and_names_no_folder(repository):
    from ultralytics.nn.tasks import torch_safe_load

    checkpoint, _ = torch_safe_load(repository / FILE, safe_only=True)
    assert isinstance(checkpoint["model"], DetectionModel)
    assert checkpoint["train_args"] == {"task": "detect", "imgsz": SIZE}
    assert str(repository).encode() not in (repository / FILE).read_bytes()
    assert b"site-packages" not in (repository / FILE).read_bytes()


def test_the_wide_head_says_what_the_trained_one_said(repository):
    from ultralytics import YOLO

    wide = YOLO(repository / FILE).model.eval()
    narrow = DetectionModel(configure(len(CLASSES)), ch=3, nc=len(CLASSES), verbose=False)
    narrow.load_state_dict(load_file(SOURCE / WEIGHTS), strict=False)
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


def test_weights_that_do_not_fit_are_refused(tmp_path):
    tensors = load_file(SOURCE / WEIGHTS)
    name = "model.0.conv.weight"
    save_file({k: t for k, t in tensors.items() if k != name}, tmp_path / WEIGHTS)
    with pytest.raises(ValueError, match=re.escape(f"does not fit: {name}")):
        build(tmp_path / "out", tmp_path)


def test_the_truth_fits_the_scenes():
    truth = json.loads((SCENES / "detection.json").read_text("utf-8"))
    with Image.open(SCENES / "detection.webp") as sheet:
        assert sheet.size == (4 * SIZE, 4 * SIZE)
    assert len(truth) == 16
    for number, objects in enumerate(truth):
        assert objects
        for thing in objects:
            x0, y0, x1, y1 = thing["box"]
            assert 0 <= x0 < x1 <= SIZE
            assert 0 <= y0 < y1 <= SIZE
            assert (thing["name"] in CLASSES) == (number < 12)
            assert (thing["name"] in COCO.values()) == (number < 12)


def test_the_card_records_a_map50_of_at_least_90():
    card = ModelCard.load(SOURCE / "README.md")
    scores = {result.metric_name: result.metric_value for result in card.data.eval_results}
    assert scores["mAP50"] >= 0.90
    assert scores["mAP50-95"] >= 0.5
    assert "Apache-2.0" in card.text
    assert card.data.license == "agpl-3.0"
    # Headline, table and front matter must say the same.
    rows = dict(re.findall(r"^\| (\S+) \| ([\d.]+) \|$", card.text, re.MULTILINE))
    for name, score in scores.items():
        assert float(rows[name]) == score
        assert f"{name} **{score:.3f}**" in card.text


def test_the_weights_are_small():
    assert (SOURCE / WEIGHTS).stat().st_size < 1_400_000
    assert {t.dtype for t in load_file(SOURCE / WEIGHTS).values()} == {torch.float16}
