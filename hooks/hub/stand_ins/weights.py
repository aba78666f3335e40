"""What builds share: committed weights go into a new model, and a repository is written."""

import shutil
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import nn

WEIGHTS = "model.safetensors"


def load(model: nn.Module, path: Path, computed: tuple[str, ...] = ()) -> nn.Module:
    """Copy the weights of a safetensors file, stored in fp16, into `model`, which keeps fp32.

    Args:
        model: New, with random weights.
        path: The file.
        computed: Ends of the names that the file leaves out: tied copies, constants and counters.

    Returns:
        The same model.

    Raises:
        ValueError: Weights are missing, unknown or of another shape; the message names them.
    """
    stored, wanted = load_file(path), model.state_dict()
    wrong = [name for name in wanted if name not in stored and not name.endswith(computed)]
    wrong += [
        name
        for name, tensor in stored.items()
        if name not in wanted or tensor.shape != wanted[name].shape
    ]
    if wrong:
        raise ValueError(f"{path}: does not fit: {', '.join(wrong)}")
    model.load_state_dict(stored, strict=False)
    return model


def save(folder: Path, here: Path, *parts: Any) -> None:
    """Write a repository: each part in its own form, and the model card.

    Args:
        folder: Made if it is not there.
        here: The stand-in's own folder, with its `README.md`.
        parts: Models, tokenizers and processors of transformers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for part in parts:
        part.save_pretrained(folder)
    shutil.copyfile(here / "README.md", folder / "README.md")
