"""Write the repository folder that the offline Hub serves for the code model."""

import shutil
from pathlib import Path

from safetensors.torch import load_file
from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

from hooks.hub.stand_ins.code_generation.vocabulary import tokenizer

HERE = Path(__file__).parent
WEIGHTS = HERE / "model.safetensors"


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


def trained() -> Qwen2ForCausalLM:
    """Return the model with the committed weights: stored in fp16, computed in fp32.

    Raises:
        RuntimeError: if the weights do not fit the vocabulary.
    """
    model = untrained()
    weights = {name: tensor.float() for name, tensor in load_file(WEIGHTS).items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or set(missing) - {"lm_head.weight"}:  # stored once, as the embedding
        raise RuntimeError(f"{WEIGHTS}: does not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    return model.eval()


def build(folder: Path) -> None:
    """Write config, tokenizer, safetensors and model card to `folder`."""
    model, tok = trained(), tokenizer()
    model.generation_config = GenerationConfig(
        eos_token_id=tok.eos_token_id, pad_token_id=tok.pad_token_id
    )
    model.save_pretrained(folder)
    tok.save_pretrained(folder)
    shutil.copyfile(HERE / "README.md", folder / "README.md")
