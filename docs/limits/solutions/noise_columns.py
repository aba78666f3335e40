"""Put columns that say nothing beside those of a table."""

import numpy as np


def with_noise(X: np.ndarray, columns: int, seed: int = 0) -> np.ndarray:
    """Return X with `columns` further columns of standard normal numbers on its right."""
    noise = np.random.default_rng(seed).standard_normal((len(X), columns))
    return np.hstack([X, noise])
