"""Forecast many time series, with quantiles, by one pre-trained model: Chronos-Bolt."""

import numpy as np
import pandas as pd
from chronos import BaseChronosPipeline

CHECKPOINT = "amazon/chronos-bolt-tiny"
REVISION = "f6ff2d2ba9168d498c015bc8dd07e3b395b31b3f"
LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]  # that it was trained on
AT_LEAST = 3  # values that a series needs; a useful forecast needs two seasons


def load_forecaster() -> BaseChronosPipeline:
    """Download the checkpoint once, then load it from the cache."""
    return BaseChronosPipeline.from_pretrained(
        CHECKPOINT, revision=REVISION, device_map="cpu"
    )


def forecast(
    table: pd.DataFrame, steps: int, freq: str, pipeline: BaseChronosPipeline
) -> pd.DataFrame:
    """Forecast the next steps of every series in a table.

    Args:
        table: one row per value, in any order, with nixtla's columns: `unique_id` names
            the series, `ds` is the time, `y` the value in any unit; NaN for unknown.
        steps: how many steps ahead, at most `pipeline.model_prediction_length` (64).
        freq: distance of the times as pandas writes it: "h", "D", "MS", "QS", ...
        pipeline: what `load_forecaster` returns.

    Returns:
        `steps` rows per series: `unique_id`, `ds`, and the quantiles in the unit of `y`
        in columns "0.1" to "0.9". "0.5" is the median, "0.1" to "0.9" an 80 % interval.

    Raises:
        ValueError: if a column is missing, the table is empty, `steps` is out of range,
            times are doubled, missing or not on the grid of `freq`, a value is
            infinite, or a series has fewer than three values.

    Examples:
        >>> answer = forecast(table, 12, "MS", load_forecaster())
        >>> answer[["unique_id", "ds", "0.1", "0.5", "0.9"]]

    Model card: https://huggingface.co/amazon/chronos-bolt-tiny
    """
    if lost := {"unique_id", "ds", "y"} - set(table.columns):
        raise ValueError(f"no column {', '.join(sorted(lost))}: rename yours")
    if table.empty:
        raise ValueError("the table is empty: nothing to forecast from")
    longest = pipeline.model_prediction_length
    if not 1 <= steps <= longest:
        raise ValueError(f"steps is {steps}: the model was trained for 1 to {longest}")
    table = table.assign(ds=pd.to_datetime(table["ds"]), y=table["y"].astype(float))
    table = table.sort_values(["unique_id", "ds"])
    for name, series in table.groupby("unique_id"):
        check(name, series, freq)
    answer = pipeline.predict_df(
        table[["unique_id", "ds", "y"]],
        id_column="unique_id",
        timestamp_column="ds",
        target="y",
        prediction_length=steps,
        quantile_levels=LEVELS,
        freq=freq,
    )
    return answer[["unique_id", "ds", *map(str, LEVELS)]]


def check(name: object, series: pd.DataFrame, freq: str) -> None:
    """Raise ValueError if one series, sorted by time, is not what `forecast` needs."""
    times, values = pd.DatetimeIndex(series["ds"]), series["y"].to_numpy()
    if times.has_duplicates:
        twice = times[times.duplicated()][0]
        raise ValueError(f"{name}: {twice:%Y-%m-%d %H:%M} occurs twice: keep one row")
    grid = pd.date_range(times[0], times[-1], freq=freq)
    if len(off := times.difference(grid)):
        raise ValueError(f"{name}: {off[0]:%Y-%m-%d %H:%M} does not fit freq {freq!r}")
    if len(gaps := grid.difference(times)):
        where = f"{gaps[0]:%Y-%m-%d %H:%M}"
        raise ValueError(f"{name}: no row for {where}: add one, with NaN if unknown")
    if np.isinf(values).any():
        raise ValueError(f"{name}: a value is infinite: make it NaN")
    if (count := int((~np.isnan(values)).sum())) < AT_LEAST:
        raise ValueError(f"{name}: {count} values: at least {AT_LEAST} are needed")


if __name__ == "__main__":
    from statsforecast.utils import AirPassengers

    months = pd.date_range("1949-01", periods=len(AirPassengers), freq="MS")
    passengers = pd.DataFrame({"unique_id": "air", "ds": months, "y": AirPassengers})
    answer = forecast(passengers, 3, "MS", load_forecaster())
    print(answer[["ds", "0.1", "0.5", "0.9"]].round(0).to_string(index=False))
