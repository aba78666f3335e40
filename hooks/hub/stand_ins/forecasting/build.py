"""Write the repository folder that the offline Hub serves for Chronos-Bolt tiny."""

from pathlib import Path

from chronos.chronos_bolt import ChronosBoltModelForForecasting
from transformers import T5Config

from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent
CONTEXT = 240  # steps it reads; the real checkpoint reads 2,048
HORIZON = 64  # steps it writes, as the real one
PATCH = 12  # steps a token; the real one 16. Seasons of 12, 6 and 4 lie alike in every patch
QUANTILES = [level / 10 for level in range(1, 10)]


def configure() -> T5Config:
    """Return the configuration: the real checkpoint's form, smaller in every size."""
    return T5Config(
        architectures=["ChronosBoltModelForForecasting"],
        chronos_pipeline_class="ChronosBoltPipeline",
        chronos_config={
            "context_length": CONTEXT,
            "prediction_length": HORIZON,
            "input_patch_size": PATCH,
            "input_patch_stride": PATCH,
            "quantiles": QUANTILES,
            "use_reg_token": True,
        },
        d_model=128,
        d_kv=32,
        d_ff=384,
        num_heads=4,
        num_layers=4,
        num_decoder_layers=1,
        dropout_rate=0.0,
        feed_forward_proj="relu",
        vocab_size=2,
        decoder_start_token_id=0,
        reg_token_id=1,
        use_cache=False,
    )


def build(folder: Path, source: Path = HERE) -> None:
    """Write weights (fp32), configuration and model card to `folder`.

    Args:
        folder: Where to.
        source: Holds what training wrote.
    """
    shared = ("embed_tokens.weight",)  # by the two stacks; stored once
    model = load(ChronosBoltModelForForecasting(configure()), source / WEIGHTS, computed=shared)
    save(folder, HERE, model)
