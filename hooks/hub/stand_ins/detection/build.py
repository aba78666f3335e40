"""Write the repository folder that the offline Hub serves for YOLOv8n."""
# ruff: noqa: E402

import os
import tempfile
from pathlib import Path

# Ultralytics reads these when it is imported. Without them it looks for a network, installs what
# it misses, and leaves its settings in the home folder.
for variable, value in {
    "YOLO_OFFLINE": "true",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_CONFIG_DIR": tempfile.gettempdir(),
}.items():
    os.environ.setdefault(variable, value)

import torch
import ultralytics
from ultralytics.nn.tasks import DetectionModel
from ultralytics.utils import YAML

from hooks.hub.stand_ins import weights
from hooks.hub.stand_ins.weights import WEIGHTS

HERE = Path(__file__).parent
FILE = "yolov8n.pt"
SIZE = 192  # pixels: the side to which pictures are scaled; the real checkpoint has 640

PACKAGE = Path(ultralytics.__file__).parent / "cfg"
COCO: dict[int, str] = YAML.load(PACKAGE / "datasets" / "coco.yaml")["names"]
# What it can find, in the order of the trained head. All are names of COCO.
CLASSES = (
    "airplane", "banana", "bicycle", "bird", "boat", "bottle", "bus", "car",
    "cat", "chair", "cow", "dog", "horse", "person", "pizza", "train",
)  # fmt: skip
IDS = [number for name in CLASSES for number in COCO if COCO[number] == name]
# Not stored: counters of batch norm, and the constants 0 to 7 of the distances.
COMPUTED = ("batches_tracked", "dfl.conv.weight")
# A score of sigmoid(-20), 2e-9, for the other 64: they are never reported.
NEVER = -20.0


def configure(classes: int) -> dict:
    """Return the package's own plan of YOLOv8, half as wide as YOLOv8n."""
    plan = YAML.load(PACKAGE / "models" / "v8" / "yolov8.yaml")
    # Depth and width factor, most channels; 8 steps of distance reach across a small picture.
    return plan | {
        "nc": classes,
        "scales": {"n": [0.33, 0.125, 768]},
        "scale": "n",
        "reg_max": 8,
        "yaml_file": "yolov8n.yaml",
    }


def widen(model: DetectionModel) -> None:
    """Give the head an output for each of COCO's 80 classes, in COCO's order."""
    head = model.model[-1]
    for branch in head.cv3:
        small = branch[-1]
        wide = torch.nn.Conv2d(small.in_channels, len(COCO), 1)
        with torch.no_grad():
            wide.weight.zero_()
            wide.bias.fill_(NEVER)
            wide.weight[IDS], wide.bias[IDS] = small.weight, small.bias
        branch[-1] = wide
    head.nc = len(COCO)
    head.no = head.nc + 4 * head.reg_max
    model.yaml["nc"], model.names = len(COCO), dict(COCO)


def load(source: Path = HERE) -> DetectionModel:
    """Return the model as it was trained, with 16 classes, from the weights in `source`."""
    model = DetectionModel(configure(len(CLASSES)), ch=3, nc=len(CLASSES), verbose=False)
    model.names = dict(enumerate(CLASSES))
    return weights.load(model, source / WEIGHTS, COMPUTED)


def build(folder: Path, source: Path = HERE) -> None:
    """Write checkpoint (fp16, in Ultralytics' own form) and model card to `folder`."""
    model = load(source)
    widen(model)
    for parameter in model.parameters():
        parameter.requires_grad = False
    checkpoint = {
        "model": model.eval().half(),
        "train_args": {"task": "detect", "imgsz": SIZE},
        "version": ultralytics.__version__,
        "license": "AGPL-3.0 License (https://ultralytics.com/license)",
    }
    weights.save(folder, HERE)
    torch.save(checkpoint, folder / FILE)
