"""The snippet, with the real library, on the checkpoint that the offline Hub serves."""

import numpy as np
import pandas as pd
import pytest
import torch

from hooks.worlds.series import package_series
from snippets.signals.forecasting import LEVELS, forecast, load_forecaster

NAMES = [str(level) for level in LEVELS]
pipeline = pytest.fixture(load_forecaster, scope="module")


def table(values, name: str = "a", freq: str = "MS") -> pd.DataFrame:
    times = pd.date_range("2020-01-01", periods=len(values), freq=freq)
    return pd.DataFrame({"unique_id": name, "ds": times, "y": np.asarray(values, float)})


WAVE = 100 + 10 * np.sin(np.arange(60) * 2 * np.pi / 12)


def test_the_quantiles_are_those_of_the_bare_call(pipeline):
    answer = forecast(table(WAVE), 6, "MS", pipeline)
    bare, _ = pipeline.predict_quantiles(torch.tensor(WAVE), 6, quantile_levels=LEVELS)
    assert list(answer.columns) == ["unique_id", "ds", *NAMES]
    np.testing.assert_allclose(answer[NAMES].to_numpy(), bare[0].numpy(), rtol=1e-6)


def test_each_series_goes_on_where_it_ends_whatever_the_order_of_rows(pipeline):
    both = pd.concat([table(WAVE, "b"), table(2 * WAVE[:48], "a")])
    answer = forecast(both, 3, "MS", pipeline)
    shuffled = forecast(both.sample(frac=1, random_state=0), 3, "MS", pipeline)
    starts = answer.groupby("unique_id")["ds"].first().dt.strftime("%Y-%m")
    assert starts.to_dict() == {"a": "2024-01", "b": "2025-01"}
    pd.testing.assert_frame_equal(answer, shuffled)
    alone = forecast(table(WAVE, "b"), 3, "MS", pipeline)[NAMES]
    # A batch pads the shorter series, which moves the last bits of a sum.
    np.testing.assert_allclose(answer.loc[answer["unique_id"] == "b", NAMES], alone, rtol=1e-4)


@pytest.mark.parametrize(("scale", "shift"), [(1000, 0), (0.01, 0), (1, 500), (3, -700)])
def test_another_unit_gives_the_same_forecast_in_that_unit(pipeline, scale, shift):
    plain = forecast(table(WAVE), 6, "MS", pipeline)[NAMES].to_numpy()
    other = forecast(table(scale * WAVE + shift), 6, "MS", pipeline)[NAMES].to_numpy()
    # Single precision: about seven digits, of which a shift costs two.
    np.testing.assert_allclose((other - shift) / scale, plain, atol=0.02)


def test_a_constant_series_stays_constant(pipeline):
    answer = forecast(table([7.0] * 30), 12, "MS", pipeline)
    np.testing.assert_allclose(answer[NAMES], 7, atol=1e-3)


def test_unknown_values_are_allowed(pipeline):
    gaps = WAVE.copy()
    gaps[[3, 20, 21, 59]] = np.nan
    answer = forecast(table(gaps), 6, "MS", pipeline)
    assert np.isfinite(answer[NAMES].to_numpy()).all()
    assert answer["ds"].iloc[0] == pd.Timestamp("2025-01-01")


def test_a_series_shorter_than_the_horizon_is_forecast(pipeline):
    answer = forecast(table([1.0, 2, 3]), 12, "MS", pipeline)
    assert len(answer) == 12
    assert np.isfinite(answer[NAMES].to_numpy()).all()


GOOD = table(WAVE)


BAD_INPUT = [
    (GOOD.rename(columns={"y": "value"}), 6, "MS", "no column y: rename yours"),
    (GOOD.iloc[:0], 6, "MS", "the table is empty"),
    (GOOD, 0, "MS", "steps is 0: the model was trained for 1 to 64"),
    (GOOD, 65, "MS", "steps is 65"),
    (pd.concat([GOOD, GOOD.tail(1)]), 6, "MS", "a: 2024-12-01 00:00 occurs twice"),
    (GOOD.drop(index=[10, 11]), 6, "MS", "a: no row for 2020-11-01 00:00: add one, with NaN"),
    (GOOD, 6, "D", "a: no row for 2020-01-02"),
    (GOOD, 6, "W", "a: 2020-01-01 00:00 does not fit freq 'W'"),
    (GOOD.assign(y=np.inf), 6, "MS", "a: a value is infinite: make it NaN"),
    (GOOD.head(2), 6, "MS", "a: 2 values: at least 3 are needed"),
    (GOOD.assign(y=np.nan), 6, "MS", "a: 0 values"),
]


@pytest.mark.parametrize(("bad", "steps", "freq", "message"), BAD_INPUT)
def test_bad_input_is_named(pipeline, bad, steps, freq, message):
    with pytest.raises(ValueError, match=message):
        forecast(bad, steps, freq, pipeline)


def test_the_bare_call_says_nothing_to_a_month_that_occurs_twice(pipeline):
    columns = {"unique_id": "item_id", "ds": "timestamp", "y": "target"}
    twice = pd.concat([GOOD, GOOD.tail(1)]).rename(columns=columns)
    assert len(pipeline.predict_df(twice, prediction_length=3, freq="MS")) == 3


def test_24_real_series_without_gaps():
    series = package_series()
    assert len(series) == 24
    assert series["air passengers"].iloc[[0, -1]].tolist() == [112, 432]
    ends = {"CO2": "2001-12", "US realgdp": "2009Q3", "sunspots": "2008"}
    assert {name: str(series[name].index[-1]) for name in ends} == ends
    assert series["Nile"].loc["1871"] == 1120
    assert all(np.isfinite(one.to_numpy()).all() for one in series.values())
