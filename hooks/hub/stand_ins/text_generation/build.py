"""Write the repository folder that the offline Hub serves for the T5 model."""

from pathlib import Path

from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

from hooks.hub.stand_ins.text_generation.vocabulary import tokenizer
from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent


def untrained(vocabulary: int) -> T5ForConditionalGeneration:
    """Return the model with random weights: 2 + 2 layers of width 192, like T5 in all else."""
    config = T5Config(
        vocab_size=vocabulary,
        d_model=192,
        d_kv=32,
        d_ff=384,
        num_heads=6,
        num_layers=2,
        num_decoder_layers=2,
        dropout_rate=0.0,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=True,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
    )
    return T5ForConditionalGeneration(config)


def trained(source: Path = HERE) -> T5ForConditionalGeneration:
    """Return the model with the committed weights: stored in fp16, computed in fp32.

    Raises:
        ValueError: The weights do not fit the vocabulary; the message names them.
    """
    model = untrained(len(tokenizer()))
    # The embedding serves three times; it is stored once.
    load(model, source / WEIGHTS, computed=("embed_tokens.weight", "lm_head.weight"))
    model.tie_weights()
    return model.eval()


def build(folder: Path, source: Path = HERE) -> None:
    """Write config, tokenizer, safetensors and model card to `folder`."""
    model = trained(source)
    model.generation_config = GenerationConfig(
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1
    )
    save(folder, HERE, model, tokenizer())
