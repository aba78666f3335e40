"""Choose a threshold by a cost of one's own, and report the cost on other rows."""

import numpy as np


def cost(truth: np.ndarray, alarm: np.ndarray, missed: float, false: float) -> float:
    """Return what decisions cost, in any currency.

    Args:
        truth: (n,) 1 where something was wrong, else 0.
        alarm: (n,) bool, where we acted.
        missed: cost of one case without an alarm.
        false: cost of one alarm without a case.
    """
    truth, alarm = np.asarray(truth) == 1, np.asarray(alarm, bool)
    return float(missed * np.sum(truth & ~alarm) + false * np.sum(alarm & ~truth))


def cheapest(truth: np.ndarray, chances: np.ndarray, missed: float, false: float) -> float:
    """Return the threshold on `chances` (n,) with the lowest cost; the lowest of equals."""
    candidates = [0.0, *np.unique(chances), np.inf]
    costs = [cost(truth, chances >= one, missed, false) for one in candidates]
    return float(candidates[int(np.argmin(costs))])
