"""Ask the same question with the columns in another order."""

import numpy as np
from sklearn.base import BaseEstimator, clone


def column_order(
    model: BaseEstimator, X: np.ndarray, y: np.ndarray, asked: np.ndarray, orders: int = 5
) -> float:
    """Return by how much the order of columns changes a probability, at most.

    Args:
        model: unfitted classifier.
        X: rows to learn from, (rows, columns), with their classes y, (rows,).
        asked: rows to answer for, (questions, columns).
        orders: random orders to try.
    """
    rng = np.random.default_rng(0)
    first = clone(model).fit(X, y).predict_proba(asked)
    change = 0.0
    for _ in range(orders):
        order = rng.permutation(X.shape[1])
        again = clone(model).fit(X[:, order], y).predict_proba(asked[:, order])
        change = max(change, float(np.abs(again - first).max()))
    return change
