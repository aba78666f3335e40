"""The forecasting stand-in: the plain call, and what the recipe draws and counts."""

import numpy as np
import pytest
import torch
from chronos import BaseChronosPipeline
from chronos.chronos_bolt import ChronosBoltPipeline

from hooks.hub.stand_ins.forecasting.build import CONTEXT, HORIZON
from hooks.training.forecasting import recipe, synthetic


def test_the_plain_call_loads_a_bolt(repository):
    pipeline = BaseChronosPipeline.from_pretrained(repository, device_map="cpu")
    assert isinstance(pipeline, ChronosBoltPipeline)
    assert pipeline.model.dtype == torch.float32
    # As the real one: nine quantiles of 64 steps; it reads less.
    assert pipeline.model_prediction_length == HORIZON == 64
    assert pipeline.quantiles == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert pipeline.model_context_length == CONTEXT


def test_synthetic_series_are_the_same_each_time_and_standardized():
    drawn = synthetic.series(5, 60, 100)
    assert torch.equal(drawn, synthetic.series(5, 60, 100))
    assert not torch.equal(drawn, synthetic.series(6, 60, 100))
    assert drawn.shape == (60, 100)
    assert torch.isfinite(drawn).all()
    # Half precision keeps three digits; a series without spread stays near zero.
    assert drawn.float().mean(1).abs().max() < 0.01
    assert ((drawn.float().std(1) - 1).abs() < 0.01).float().mean() > 0.9


def test_scores_by_hand():
    past, wanted = np.array([10.0, 20, 12, 22]), np.array([14.0, 23])
    assert recipe.mase(past, wanted, np.array([12.0, 24]), season=2) == pytest.approx(1.5 / 2)
    # All nine quantiles on 13 and 23: one unit too low once. The mean level is a half, so the
    # mean pinball loss is 0.5, twice that over 37.
    quantiles = np.repeat([[13.0], [23.0]], 9, axis=1)
    assert recipe.wql(wanted, quantiles) == pytest.approx(1 / 37)
