"""Exercise: how often does the truth lie in the band?"""

import numpy as np


def coverage(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return for each step ahead the share of cases whose truth is in the band; (steps,).

    Args:
        low: lower quantiles, (cases, steps).
        high: upper quantiles, the same shape.
        truth: what happened, the same shape.
    """
    return ((low <= truth) & (truth <= high)).mean(axis=0)
