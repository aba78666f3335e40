"""The tabular stand-in: opens without running code; what the prior draws."""

import numpy as np
import pytest
import torch

from hooks.hub.stand_ins.tabular import prior
from hooks.hub.stand_ins.tabular.build import FILE
from hooks.training.tabular import recipe


def test_it_opens_without_running_code(repository):
    loaded = torch.load(repository / FILE, weights_only=True)
    assert loaded.keys() == {"state_dict", "config", "inference_config"}


@pytest.mark.parametrize("rule", [prior.clusters, prior.linear, prior.trees, prior.network])
def test_each_rule_draws_classes_that_the_columns_tell(rule):
    rng = torch.Generator().manual_seed(0)
    x, y = rule(rng, 3, 200, 6, 4)
    assert (x.shape, y.shape) == ((3, 200, 6), (3, 200))
    assert torch.isfinite(x).all()
    assert set(y.unique().tolist()) <= set(range(4))


def test_tables_are_the_same_for_the_same_seed_and_scaled():
    one, two = (prior.tables(torch.Generator().manual_seed(5), 8, 100, 5, 3) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    x, _ = one
    assert torch.isfinite(x).all()
    assert 0.3 < x.std(1).median() < 2  # columns were scaled to 1 and some were bent after it


def test_shares_are_kept_by_levels():
    score = torch.arange(100.0)[None]
    found = prior.levels(score, torch.tensor([[0.2, 0.5, 0.3]]))
    assert found[0].bincount().tolist() == [20, 50, 30]


def test_every_batch_has_all_classes_among_the_known_rows():
    rng = torch.Generator().manual_seed(1)
    for progress in np.linspace(0, 1, 20):
        x, y, known = recipe.batch(rng, progress, 4000)
        assert 0 < known < y.shape[1]
        for table in y:
            classes = np.unique(table[:known])
            assert np.array_equal(classes, np.arange(len(classes)))
        assert len(x) == len(y)
