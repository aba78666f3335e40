"""Write the repository folder that the offline Hub serves for DeepLabV3 with MobileViT."""

from pathlib import Path

from transformers import MobileViTConfig, MobileViTForSemanticSegmentation, MobileViTImageProcessor

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
SIZE = 96  # side of the pictures it reads; the real checkpoint reads 512

# The 21 names of the PASCAL VOC challenge, in its order and its spelling.
LABELS = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
    "train", "tvmonitor",
)  # fmt: skip


def configure() -> MobileViTConfig:
    """Return the configuration: the real checkpoint's form, smaller in every size."""
    return MobileViTConfig(
        architectures=["MobileViTForSemanticSegmentation"],
        image_size=SIZE,
        hidden_sizes=[40, 56, 64],
        neck_hidden_sizes=[12, 16, 24, 32, 48, 64, 256],
        num_attention_heads=2,
        patch_size=4,
        expand_ratio=2.0,
        output_stride=8,  # the real one: 16, on pictures of 512 pixels
        hidden_dropout_prob=0.0,
        aspp_out_channels=64,
        atrous_rates=[3, 6, 9],  # the real one: 6, 12, 18
        id2label=dict(enumerate(LABELS)),
        label2id={name: number for number, name in enumerate(LABELS)},
    )


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, image processor and model card to `folder`."""
    model = MobileViTForSemanticSegmentation(configure())
    # Not stored: how many batches the normalization layers have seen.
    load(model, source / WEIGHTS, computed=("num_batches_tracked",))
    square = {"height": SIZE, "width": SIZE}
    pictures = MobileViTImageProcessor(size={"shortest_edge": SIZE}, crop_size=square)
    save(folder, HERE, model, pictures)
