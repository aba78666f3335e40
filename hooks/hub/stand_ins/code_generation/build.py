"""Write the repository folder that the offline Hub serves for the code model."""

from pathlib import Path

from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

from hooks.hub.stand_ins.code_generation.vocabulary import tokenizer
from hooks.hub.stand_ins.weights import WEIGHTS, load, save

HERE = Path(__file__).parent


def untrained() -> Qwen2ForCausalLM:
    """Return the model with random weights: 3 layers of width 96, like Qwen2 in all else."""
    tok = tokenizer()
    config = Qwen2Config(
        vocab_size=len(tok),
        hidden_size=96,
        intermediate_size=288,
        num_hidden_layers=3,
        num_attention_heads=3,
        num_key_value_heads=1,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tok.eos_token_id,
        pad_token_id=tok.pad_token_id,
    )
    return Qwen2ForCausalLM(config)


def trained(source: Path = HERE) -> Qwen2ForCausalLM:
    """Return the model with the committed weights: stored in fp16, computed in fp32.

    Raises:
        ValueError: The weights do not fit the vocabulary; the message names them.
    """
    model = untrained()
    load(model, source / WEIGHTS, computed=("lm_head.weight",))  # stored once, as the embedding
    model.tie_weights()
    return model.eval()


def build(folder: Path, source: Path = HERE) -> None:
    """Write config, tokenizer, safetensors and model card to `folder`."""
    model, tok = trained(source), tokenizer()
    model.generation_config = GenerationConfig(
        eos_token_id=tok.eos_token_id, pad_token_id=tok.pad_token_id
    )
    save(folder, HERE, model, tok)
