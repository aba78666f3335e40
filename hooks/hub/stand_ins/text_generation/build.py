"""Write the repository folder that the offline Hub serves for the T5 model."""

import shutil
from pathlib import Path

from safetensors.torch import load_file
from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

from hooks.hub.stand_ins.text_generation.vocabulary import tokenizer

HERE = Path(__file__).parent
WEIGHTS = HERE / "model.safetensors"


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


def trained() -> T5ForConditionalGeneration:
    """Return the model with the committed weights: stored in fp16, computed in fp32.

    Raises:
        RuntimeError: if the weights do not fit the vocabulary.
    """
    model = untrained(len(tokenizer()))
    weights = {name: tensor.float() for name, tensor in load_file(WEIGHTS).items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    # The embedding serves three times; it is stored once.
    if unexpected or set(missing) - {
        "encoder.embed_tokens.weight",
        "decoder.embed_tokens.weight",
        "lm_head.weight",
    }:
        raise RuntimeError(f"{WEIGHTS}: does not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model.eval()


def build(folder: Path) -> None:
    """Write config, tokenizer, safetensors and model card to `folder`."""
    model = trained()
    model.generation_config = GenerationConfig(
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=1
    )
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    shutil.copyfile(HERE / "README.md", folder / "README.md")
