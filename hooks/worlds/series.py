"""Real time series that lie inside two installed packages; nothing is downloaded."""

from importlib import import_module

import pandas as pd
from statsforecast.utils import AirPassengers


def package_series() -> dict[str, pd.Series]:
    """Collect 23 series of statsmodels and AirPassengers, each with a PeriodIndex.

    Returns:
        Name to values in the series' own unit. The frequency of the index, `freqstr`,
        tells months `M`, quarters `Q-DEC` and years `Y-DEC` apart. There are no gaps.
    """

    def table(name: str) -> pd.DataFrame:
        return import_module(f"statsmodels.datasets.{name}").load_pandas().data

    found = {"air passengers": _periods(AirPassengers, "1949-01", "M")}
    equipment = table("elec_equip").iloc[:, 0]
    found["electrical equipment"] = _periods(equipment, "1995-01", "M")
    co2 = table("co2")["co2"].resample("MS").mean().interpolate()  # weekly, with gaps
    found["CO2"] = _periods(co2, "1958-03", "M")
    pacific = table("elnino").drop(columns="YEAR").stack()
    found["sea temperature"] = _periods(pacific, "1950-01", "M")
    america = table("macrodata").drop(columns=["year", "quarter", "realint"])
    for name in america:
        found[f"US {name}"] = _periods(america[name], "1959Q1", "Q-DEC")
    denmark = table("danish_data")
    for name in denmark:
        found[f"Danish {name}"] = _periods(denmark[name], "1974Q1", "Q-DEC")
    germany = table("interest_inflation")
    for name in ("Dp", "R"):
        found[f"German {name}"] = _periods(germany[name], "1972Q2", "Q-DEC")
    found["sunspots"] = _periods(table("sunspots")["SUNACTIVITY"], "1700", "Y-DEC")
    found["Nile"] = _periods(table("nile")["volume"], "1871", "Y-DEC")
    return found


def _periods(values, start: str, freq: str) -> pd.Series:
    index = pd.period_range(start, periods=len(values), freq=freq)
    return pd.Series(pd.array(values, dtype="float64").to_numpy(), index=index)
