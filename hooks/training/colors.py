"""Color histograms: baselines that know no shapes."""

import numpy as np


def histogram(image: np.ndarray) -> np.ndarray:
    """Return the shares of pixels of 4 x 4 x 4 colors, (64,), of a picture (height, width, 3)."""
    bins = (image.reshape(-1, 3) // 64).astype(int) @ [16, 4, 1]
    return np.bincount(bins, minlength=64) / len(bins)
