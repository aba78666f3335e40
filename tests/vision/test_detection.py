"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from PIL import Image

from hooks.core.paths import DOCS
from snippets.vision import detection as snippet
from snippets.vision.detection import detect, load_detector
from tests.conftest import tiles

SCENES = DOCS / "vision" / "scenes"
model = pytest.fixture(load_detector, scope="module")
SCENE = tiles(SCENES / "detection.webp", 192)[8]


def same(one: list[dict], other: list[dict]) -> bool:
    """Whether two answers agree: scores to 0.001, edges to 0.1 pixel.

    A picture takes another way into the model, but the pixels are equal; what is left is the
    rounding of sums in another order.
    """
    return [found["name"] for found in one] == [found["name"] for found in other] and all(
        a["score"] == pytest.approx(b["score"], abs=1e-3)
        and a["box"] == pytest.approx(b["box"], abs=0.1)
        for a, b in zip(one, other, strict=True)
    )


def test_it_finds_what_is_in_the_scene(model):
    objects = json.loads((SCENES / "detection.json").read_text("utf-8"))[8]
    found = detect(SCENE, model)
    said, there = (Counter(one["name"] for one in some) for some in (found, objects))
    assert not said - there
    assert there - said <= Counter(dog=1)  # one of two dogs is half hidden
    for one in found:
        near = [thing["box"] for thing in objects if thing["name"] == one["name"]]
        # Of the picture's 192 pixels; the largest error is a cow's, 6.
        assert any(
            max(abs(a - b) for a, b in zip(one["box"], box, strict=True)) < 8 for box in near
        )


def test_names_are_those_of_coco(model):
    assert len(model.names) == 80
    assert (model.names[0], model.names[79]) == ("person", "toothbrush")
    assert {"airplane", "bus", "cat"} < set(model.names.values())


def test_best_first_and_a_higher_threshold_only_takes_away(model):
    low, high = (detect(SCENE, model, bar) for bar in (0.05, 0.5))
    scores = [one["score"] for one in low]
    assert scores == sorted(scores, reverse=True)
    assert len(high) < len(low)
    assert same(high, [one for one in low if one["score"] >= 0.5])


def test_the_score_of_a_box_is_that_of_the_bare_model(model):
    pixels = torch.frombuffer(bytearray(SCENE.tobytes()), dtype=torch.uint8)
    pixels = pixels.view(192, 192, 3).permute(2, 0, 1)[None] / 255
    with torch.inference_mode():
        raw = model.model.eval()(pixels)[0][0]  # (4 edges + 80 scores, places)
    assert raw.shape[0] == 84
    (best, *_) = detect(SCENE, model)
    scores, numbers = raw[4:].max(0)
    assert best["score"] == pytest.approx(scores.max().item(), abs=1e-3)
    assert best["name"] == model.names[numbers[scores.argmax()].item()]


@pytest.mark.parametrize("mode", ["RGBA", "P", "CMYK"])
def test_other_modes_give_the_same_boxes(model, mode):
    # Two colors of the web palette, so that no mode loses any.
    picture = Image.new("RGB", (192, 192), (0, 153, 255))
    picture.paste((255, 0, 0), (40, 40, 120, 100))
    other = picture.convert(mode)
    assert other.convert("RGB").tobytes() == picture.tobytes()
    assert same(detect(other, model, 0.001), detect(picture, model, 0.001))


def test_gray_counts_as_three_equal_colors(model):
    gray = SCENE.convert("L")
    three = Image.merge("RGB", [gray] * 3)
    assert same(detect(gray, model, 0.05), detect(three, model, 0.05))


def test_a_turned_photograph_is_set_upright_first(model, lying):
    with Image.open(lying(SCENE)) as photograph:
        assert same(detect(photograph, model), detect(SCENE, model))


def test_boxes_are_in_pixels_of_the_picture_whatever_its_size(model):
    large = detect(SCENE.resize((384, 384), Image.Resampling.NEAREST), model)
    for one, other in zip(large, detect(SCENE, model), strict=True):
        assert one["name"] == other["name"]
        twice = [2 * edge for edge in other["box"]]
        assert one["box"] == pytest.approx(twice, abs=4)  # scaled down again, by other means


@pytest.mark.parametrize("size", [(8000, 8000), (8000, 1), (1, 1)])
def test_odd_sizes_are_read(model, size):
    for one in detect(Image.new("RGB", size), model, 0.001):
        x0, y0, x1, y1 = one["box"]
        assert 0 <= x0 <= x1 <= size[0]
        assert 0 <= y0 <= y1 <= size[1]


BAD_INPUT = [
    ("street.jpg", 0.25, TypeError, "image is str: pass what Image.open returns"),
    (None, 0.25, TypeError, "image is NoneType"),
    (Image.new("RGB", (0, 5)), 0.25, ValueError, "image is 0 x 5: it has no pixels"),
    (Image.new("RGB", (5, 5)), 0, ValueError, "threshold is 0: .* above 0"),
    (Image.new("RGB", (5, 5)), 25, ValueError, "threshold is 25: .* at most 1"),
]


@pytest.mark.parametrize(("image", "threshold", "error", "message"), BAD_INPUT)
def test_bad_input_is_named(model, image, threshold, error, message):
    with pytest.raises(error, match=message):
        detect(image, model, threshold)


class Trap:
    def __reduce__(self):
        return os.mkdir, ("opened",)


def test_a_file_that_would_run_code_is_refused(monkeypatch, tmp_path):
    torch.save({"model": Trap()}, tmp_path / "yolov8n.pt")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(snippet, "hf_hub_download", lambda *_, **__: str(tmp_path / "yolov8n.pt"))
    with pytest.raises(TypeError, match="outside the supported"):
        load_detector()
    assert not (tmp_path / "opened").exists()
    # The bare call, to show that the trap works.
    with pytest.raises((TypeError, AttributeError)):
        snippet.YOLO(tmp_path / "yolov8n.pt")
    assert (tmp_path / "opened").exists()


ALONE = """
import json, os, sys, time
asked = []

def note(event, given):
    if event == "socket.getaddrinfo":
        asked.append(given[0])

sys.addaudithook(note)
import ultralytics.utils
asked.clear()  # at import it asks for two names, unless told not to
ultralytics.utils.ONLINE = True  # as on a machine with a network
from PIL import Image
from snippets.vision import detection
if sys.argv[1] == "sync":
    detection.settings = {}
    ultralytics.settings.update({"sync": True})
detection.detect(Image.new("RGB", (64, 64)), detection.load_detector())
time.sleep(0.5)  # reports are sent from a thread
print(json.dumps([sorted({str(name) for name in asked}), os.listdir()]))
"""


@pytest.mark.parametrize("mode", ["as it is", "sync"])
def test_nobody_but_the_hub_is_asked_and_nothing_is_left_behind(mode, tmp_path):
    root = str(Path(snippet.__file__).parents[2])
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    environment |= {"PYTHONPATH": root, "YOLO_CONFIG_DIR": str(tmp_path / "settings")}
    (tmp_path / "here").mkdir()
    options = {"cwd": tmp_path / "here", "env": environment, "capture_output": True, "text": True}
    done = subprocess.run([sys.executable, "-c", ALONE, mode], check=True, **options)
    asked, left = json.loads(done.stdout.splitlines()[-1])
    assert left == []
    reports = [name for name in asked if "google" in name]
    # Without the setting it would report: so the test can fail.
    assert bool(reports) == (mode == "sync")
    assert [name for name in asked if name not in ("127.0.0.1", *reports)] == []
