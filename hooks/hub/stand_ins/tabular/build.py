"""Write the repository folder that the offline Hub serves for TabPFN v2."""

from dataclasses import asdict
from pathlib import Path

import torch
from tabpfn.architectures.tabpfn_v2 import TabPFNV2, TabPFNV2Config
from tabpfn.constants import ModelVersion
from tabpfn.inference_config import InferenceConfig
from tabpfn.preprocessing import PreprocessorConfig

from hooks.hub.stand_ins.tabular.prior import CLASSES
from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
FILE = "tabpfn-v2-classifier-finetuned-zk73skhh.ckpt"  # as in the real repository

CONFIG = {
    "emsize": 64,  # the real one: 192
    "nlayers": 4,  # 12
    "nhead": 4,  # 6
    "features_per_group": 2,
    "max_num_classes": CLASSES,
    "seed": 0,
}


def create() -> TabPFNV2:
    """Return the untrained model."""
    return TabPFNV2(config=TabPFNV2Config(**CONFIG), n_out=CLASSES)


def inference() -> dict:
    """Return how the package prepares a table for this checkpoint.

    The real one reads columns twice: bent to quantiles with principal components, and plain. This
    one was trained on few plain columns, so each of its passes sees at most 20 of them.
    """
    config = asdict(InferenceConfig.get_default("multiclass", ModelVersion.V2))
    plain = PreprocessorConfig("none", categorical_name="numeric", max_features_per_estimator=20)
    config["PREPROCESS_TRANSFORMS"] = [asdict(plain)]
    config["FINGERPRINT_FEATURE"] = False
    return config


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32, in the package's own form) and model card to `folder`."""
    save(folder, HERE)
    state = dict(load(create(), source / WEIGHTS).state_dict())
    checkpoint = {"state_dict": state, "config": CONFIG, "inference_config": inference()}
    torch.save(checkpoint, folder / FILE)  # plain tensors and numbers: loads with weights_only
