"""Choose the threshold of a classifier from what an error and a person cost."""

import numpy as np


def cheapest_threshold(
    probabilities: np.ndarray,
    right: np.ndarray,
    error: float,
    person: float,
) -> tuple[float, float]:
    """Return the threshold with the lowest cost on labeled pictures, and that cost.

    Answers at or above the threshold are taken as they are; a person names the rest.

    Args:
        probabilities: (n,) probability of each picture's first answer.
        right: (n,) bool, whether that answer was right.
        error: cost of one wrong answer, in any currency.
        person: cost of one picture that a person names, in the same currency.

    Returns:
        The threshold, infinite if a person should name every picture, and the cost of
        all n pictures. Of equally cheap thresholds it is the lowest.
    """
    # Only at these values does the set of taken answers change.
    candidates = [*np.unique(probabilities), np.inf]
    costs = []
    for threshold in candidates:
        taken = probabilities >= threshold
        costs.append(error * np.sum(taken & ~right) + person * np.sum(~taken))
    best = int(np.argmin(costs))
    return float(candidates[best]), float(costs[best])
