"""The solutions that the exercises of section 8 print are run, on the offline Hub."""

import numpy as np
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from snippets.limits.tabular import load_tabpfn


def test_the_order_of_columns_matters_to_tabpfn_alone(solution):
    column_order = solution("column_order").column_order
    x, y = load_wine(return_X_y=True)
    table = x[::2], y[::2], x[1::4]
    line = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    assert column_order(line, *table, orders=2) < 1e-3  # the solver stops a little elsewhere
    assert column_order(load_tabpfn(1), *table, orders=2) > 1e-3


def test_noise_is_added_on_the_right_and_says_nothing(solution):
    with_noise = solution("noise_columns").with_noise
    x, y = load_wine(return_X_y=True)
    wide = with_noise(x, 30)
    assert wide.shape == (178, 43)
    assert np.array_equal(wide[:, :13], x)
    assert np.array_equal(wide, with_noise(x, 30))
    # Correlation of a useless column with the class: about 1 / sqrt(178) = 0.07.
    found = [abs(np.corrcoef(column, y)[0, 1]) for column in wide[:, 13:].T]
    assert np.mean(found) < 0.12


def test_costs_by_hand(solution):
    own = solution("own_metric")
    truth, chances = np.array([1, 0, 1, 0]), np.array([0.9, 0.6, 0.3, 0.1])
    assert own.cost(truth, chances >= 0.5, missed=400, false=5) == 405
    # From 0.3 on nothing is missed, and there is one false alarm.
    assert own.cheapest(truth, chances, missed=400, false=5) == 0.3
    # Alarms dearer than cases: only the surest one.
    assert own.cheapest(truth, chances, missed=4, false=5) == 0.9
    assert own.cheapest(np.zeros(4), chances, missed=400, false=5) == np.inf


def test_the_cheapest_threshold_is_never_dearer_than_one_half(solution):
    own = solution("own_metric")
    x, y = load_breast_cancer(return_X_y=True)
    bad = (y == 0).astype(int)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x[:200], y[:200])
    chances = model.predict_proba(x[200:])[:, 0]
    for prices in ((400, 5), (5, 400), (1, 1)):
        threshold = own.cheapest(bad[200:], chances, *prices)
        costs = [own.cost(bad[200:], chances >= t, *prices) for t in (threshold, 0.5)]
        assert costs == sorted(costs)
    # A dearer miss never raises it.
    rising = [own.cheapest(bad[200:], chances, missed, 5) for missed in (4000, 400, 5, 0.1)]
    assert rising == sorted(rising)
