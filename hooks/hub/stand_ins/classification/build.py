"""Write the repository folder that the offline Hub serves for timm's ImageNet classifiers."""

import json
from pathlib import Path

import timm
from safetensors.torch import save_file
from torch import nn

from hooks.hub.stand_ins.weights import WEIGHTS, load, save
from hooks.worlds.emoji.art import NAMES

HERE = Path(__file__).parent

ARCHITECTURE = "resnet18"
# A fifth of ResNet-18's width, and a stem of three small convolutions for small pictures.
CHANNELS = [16, 32, 64, 92]
MODEL_ARGS = {"channels": CHANNELS, "stem_width": 16, "stem_type": "deep", "avg_down": True}
# In the form of timm's own repositories, so that timm, not the snippet, reads it.
CONFIG: dict = {
    "architecture": ARCHITECTURE,
    "num_classes": len(NAMES),
    "num_features": CHANNELS[-1],
    "model_args": MODEL_ARGS,
    "label_names": list(NAMES),
    "pretrained_cfg": {
        "tag": "emoji",
        "custom_load": False,
        "input_size": [3, 64, 64],
        "fixed_input_size": False,
        "interpolation": "bicubic",
        "crop_pct": 1.0,
        "crop_mode": "center",
        # ImageNet's, as nearly all of timm's checkpoints use.
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "num_classes": len(NAMES),
        "pool_size": [2, 2],
        "first_conv": "conv1.0",
        "classifier": "fc",
        "license": "mit",
    },
}


def create() -> nn.Module:
    """Return the untrained model."""
    return timm.create_model(ARCHITECTURE, num_classes=len(NAMES), **MODEL_ARGS)


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    save(folder, HERE)
    tensors = load(create(), source / WEIGHTS).state_dict()
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    text = json.dumps(CONFIG, indent=2) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")
