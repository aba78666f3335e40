"""How the weights of a stand-in are stored, and read back as the Hub serves them."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn


def save_fp16(model: nn.Module, file: Path, without: tuple[str, ...] = ()) -> None:
    """Write a model's weights as safetensors: half precision, whole numbers as they are.

    Args:
        model: Whose weights.
        file: Where they go.
        without: Endings of names to leave out: copies, and what can be computed.
    """
    kept = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).cpu().contiguous()
        for name, tensor in model.state_dict().items()
        if not name.endswith(without)
    }
    save_file(kept, file, metadata={"format": "pt"})


def as_served(build: Callable[[Path, Path], None], source: Path, *kinds: Any) -> list:
    """Return what each of `kinds` reads with `from_pretrained` out of the repository.

    Args:
        build: The stand-in's: writes the repository to a folder, from the weights in another.
        source: Holds the weights.
        kinds: Classes of models and processors.
    """
    with tempfile.TemporaryDirectory() as repository:
        build(Path(repository), source)
        return [kind.from_pretrained(repository) for kind in kinds]
