"""Write the repository folder that the offline Hub serves for DINOv2."""

from pathlib import Path

from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

from hooks.hub.stand_ins import weights
from hooks.hub.stand_ins.weights import WEIGHTS

HERE = Path(__file__).parent
SIZE = 48  # pixels a side that the model reads
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # ImageNet's, as in the real checkpoint


def configure() -> Dinov2Config:
    """Return the configuration: the real checkpoint's form, smaller in every size."""
    return Dinov2Config(
        architectures=["Dinov2Model"],
        image_size=SIZE,
        patch_size=12,
        hidden_size=96,
        num_hidden_layers=3,
        num_attention_heads=3,
        mlp_ratio=4,
    )


def preprocessing() -> BitImageProcessor:
    """Return the real checkpoint's steps: shorter side, square from the middle, normalize."""
    return BitImageProcessor(
        size={"shortest_edge": SIZE},
        crop_size={"height": SIZE, "width": SIZE},
        image_mean=MEAN,
        image_std=STD,
    )


def load(source: Path = HERE) -> Dinov2Model:
    """Return the model with the stored weights, in fp32.

    Raises:
        ValueError: The weights do not fit; the message names them.
    """
    return weights.load(Dinov2Model(configure()), source / WEIGHTS).eval()


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, preprocessing and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    weights.save(folder, HERE, load(source), preprocessing())
