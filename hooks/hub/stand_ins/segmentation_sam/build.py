"""Write the repository folder that the offline Hub serves for SAM 2.1 tiny."""

from pathlib import Path

import transformers

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
SIZE = 96  # side of the pictures it reads; the real checkpoint reads 1,024
WIDTHS = [32, 64, 96, 128]  # of the four stages
HIDDEN = 96


def configure() -> transformers.Sam2Config:
    """Return the configuration: the real checkpoint's form, smaller in every size."""
    hiera = transformers.Sam2HieraDetConfig(
        hidden_size=WIDTHS[0],
        image_size=[SIZE, SIZE],
        embed_dim_per_stage=WIDTHS,
        blocks_per_stage=[1, 1, 2, 1],
        num_attention_heads_per_stage=[1, 2, 2, 4],
        window_size_per_stage=[8, 4, 6, 3],
        global_attention_blocks=[3],
        mlp_ratio=2.0,
    )
    vision = transformers.Sam2VisionConfig(
        backbone_config=hiera,
        backbone_channel_list=WIDTHS[::-1],
        backbone_feature_sizes=[[SIZE // n, SIZE // n] for n in (4, 8, 16)],
        fpn_hidden_size=HIDDEN,
        fpn_top_down_levels=[0, 1, 2, 3],  # the real one: 2 and 3; so fine levels see far, too
    )
    prompt = transformers.Sam2PromptEncoderConfig(
        hidden_size=HIDDEN, image_size=SIZE, patch_size=16
    )
    decoder = transformers.Sam2MaskDecoderConfig(
        hidden_size=HIDDEN, mlp_dim=2 * HIDDEN, num_attention_heads=4, iou_head_hidden_dim=HIDDEN
    )
    return transformers.Sam2Config(
        architectures=["Sam2Model"],
        vision_config=vision,
        prompt_encoder_config=prompt,
        mask_decoder_config=decoder,
    )


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration, processor and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    model = load(transformers.Sam2Model(configure()), source / WEIGHTS)
    square, quarter = ({"height": side, "width": side} for side in (SIZE, SIZE // 4))
    images = transformers.Sam2ImageProcessor(size=square, mask_size=quarter)
    save(folder, HERE, model, transformers.Sam2Processor(images, target_size=SIZE))
