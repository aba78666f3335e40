# %% [markdown]
# # Demo {{ demo.forecasting }} · Forecasting
#
# A shop has to order for the next months. It has the sales of the past years, no model, and nobody who
# fits one for each article. A pre-trained forecaster reads a series that it has never seen and writes
# quantiles of what comes next. This demo calls one, puts it beside three classical methods and two
# models that are trained on the spot, scores all of them on 24 real series, and ends where forecasts break.
#
# Model: [amazon/chronos-bolt-tiny](https://huggingface.co/amazon/chronos-bolt-tiny), Apache-2.0.

# %% [markdown]
# ## The call
#
# 144 months of air passengers, in thousands. The last 24 are hidden; the model sees only the other 120.

# %% tags=["run"]
import torch
from chronos import BaseChronosPipeline
from statsforecast.utils import AirPassengers

pipeline = BaseChronosPipeline.from_pretrained(
    "amazon/chronos-bolt-tiny",
    revision="f6ff2d2ba9168d498c015bc8dd07e3b395b31b3f",
    device_map="cpu",
)
known, hidden = AirPassengers[:-24], AirPassengers[-24:]
quantiles, median = pipeline.predict_quantiles(
    inputs=torch.tensor(known), prediction_length=24, quantile_levels=[0.1, 0.5, 0.9]
)
print("series, steps, quantiles:", tuple(quantiles.shape))
for month in range(3):
    low, middle, high = quantiles[0, month].tolist()
    print(f"{low:4.0f} to {high:.0f}, median {middle:.0f}, was {hidden[month]:.0f}")

# %% [markdown]
# No training, no season length, no dates. A quantile of 0.1 is a value that the truth should stay below
# once in ten times, so 0.1 to 0.9 is an interval that should hold the truth in 80 % of the cases.

# %% tags=["figure", "hide-code"] alt="Line chart: five years of monthly air passengers with yearly peaks, then two years of forecast: the median of the checkpoint with a band from its quantile 0.1 to 0.9, the seasonal naive forecast as a dashed line, and what really happened as dots."
import matplotlib.pyplot as plt
import numpy as np

years = np.arange(144) / 12 + 1949
figure, axes = plt.subplots(figsize=(7.5, 3))
axes.plot(years[60:120], known[60:], color="#757575")
low, middle, high = quantiles[0].T.numpy()
band = {"alpha": 0.25, "color": "C0", "lw": 0}
axes.fill_between(years[120:], low, high, label="0.1 to 0.9", **band)
axes.plot(years[120:], middle, color="C0", label="median")
naive = np.tile(known[-12:], 2)
axes.plot(years[120:], naive, "--", color="C1", lw=1.2, label="last year again")
axes.plot(years[120:], hidden, ".", color="#757575", label="what happened")
axes.set(ylabel="passengers (thousands)", ylim=0)
axes.legend(frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
plt.show()

# %% [markdown]
# ## The snippet
#
# The same call for a table of many series, ready to copy. The columns are those of nixtla's packages, so one
# table serves them all. Most of the code is a check of the times: a doubled or a missing month shifts
# the season, and no model says so.

# %% tags=["snippet"]
--8<-- "snippets/signals/forecasting.py"

# %% [markdown]
# ## Baselines: three classical methods
#
# `SeasonalNaive` repeats the last season. `AutoETS` and `AutoARIMA` choose and fit a small statistical
# model for each series. All three need to be told the season length.

# %% tags=["baselines", "no-model"]
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoETS, SeasonalNaive

LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def classical(model, pasts: list, steps: int) -> np.ndarray:
    """Fit the model to each past; return quantiles (series, steps, 9)."""
    rows = [
        pd.DataFrame({"unique_id": i, "ds": range(len(past)), "y": past})
        for i, past in enumerate(pasts)
    ]
    found = StatsForecast([model], freq=1).forecast(
        df=pd.concat(rows), h=steps, level=[20, 40, 60, 80]
    )
    below = [f"{model}-lo-{level}" for level in (80, 60, 40, 20)]
    above = [f"{model}-hi-{level}" for level in (20, 40, 60, 80)]
    columns = [*below, str(model), *above]
    return found[columns].to_numpy().reshape(len(pasts), steps, 9)


def pretrained(pasts: list, steps: int) -> np.ndarray:
    """Ask Chronos-Bolt; the same shape."""
    inputs = [torch.tensor(past) for past in pasts]
    found, _ = pipeline.predict_quantiles(inputs, steps, quantile_levels=LEVELS)
    return found.double().numpy()


# %% tags=["passengers"]
print("mean absolute error of 24 months, thousand passengers")
answers = {"Chronos-Bolt": pretrained([known], 24)}
for kind in (SeasonalNaive, AutoETS, AutoARIMA):
    model = kind(season_length=12)
    answers[str(model)] = classical(model, [known], 24)
for name, found in answers.items():
    print(f"{name:<16}{np.abs(found[0, :, 4] - hidden).mean():5.0f}")

# %% [markdown]
# ## Two scores: MASE and WQL
#
# An error of 30 thousand passengers is neither much nor little. **MASE** divides it by the error that the seasonal
# naive forecast makes on the known part: 1 means as good as that. **WQL**, the weighted quantile loss, judges the
# interval too. A quantile pays for each unit that the truth lies above it, and for each unit below: the
# quantile 0.9 nine times as much for above. Here by hand on four values, and by gluonts.

# %% tags=["by-hand", "no-model"]
past, truth = np.array([10.0, 20, 12, 22]), np.array([14.0, 23])
answer = {0.1: [9.0, 19], 0.5: [12.0, 24], 0.9: [13.0, 30]}
answer = {level: np.array(values) for level, values in answer.items()}

naive_error = np.abs(past[2:] - past[:-2]).mean()  # a season has two steps
print("MASE by hand", np.abs(truth - answer[0.5]).mean() / naive_error)
losses = []
for level, values in answer.items():
    error = truth - values
    pinball = np.maximum(level * error, (level - 1) * error)
    losses.append(2 * pinball.sum() / truth.sum())
print(f"WQL by hand  {np.mean(losses):.4f}")

# %% tags=["gluonts", "no-model"]
from gluonts.dataset.pandas import PandasDataset
from gluonts.dataset.split import split
from gluonts.ev.metrics import MASE, MeanWeightedSumQuantileLoss
from gluonts.model.evaluation import evaluate_forecasts
from gluonts.model.forecast import QuantileForecast


def score(answers: np.ndarray, test, season: int, levels=LEVELS) -> pd.DataFrame:
    """Let gluonts judge quantiles (cases, steps, levels); one row for each case."""
    keys = [str(level) for level in levels]
    forecasts = [
        QuantileForecast(one.T, label["start"], keys, item_id=label["item_id"])
        for one, label in zip(answers, test.label)
    ]
    metrics = [MASE(), MeanWeightedSumQuantileLoss(levels)]
    found = evaluate_forecasts(
        forecasts, test_data=test, metrics=metrics, axis=1, seasonality=season
    )
    return found.set_axis(["MASE", "WQL"], axis=1)


quarters = pd.period_range("2025Q1", periods=6, freq="Q")
toy = PandasDataset({"toy": pd.Series(np.r_[past, truth], index=quarters)})
test = split(toy, offset=-2)[1].generate_instances(2)
print(score(np.stack([*answer.values()], 1)[None], test, 2, list(answer)).round(4))

# %% [markdown]
# ## 24 real series
#
# One series proves nothing. statsmodels carries real ones inside its package: public data on the economy of three
# countries, CO2 in the air, the temperature of the Pacific, sunspots, the Nile. With the air passengers, 24.

# %% tags=["series", "no-model"]
--8<-- "hooks/worlds/series.py"

# %% tags=["overview", "no-model"]
everything = package_series()
FREQUENCIES = {"M": ("months", 12, 12), "Q": ("quarters", 8, 4), "Y": ("years", 6, 1)}
groups = {letter: {} for letter in FREQUENCIES}
for name, one in everything.items():
    groups[one.index.freqstr[0]][name] = one
for letter, (unit, steps, season) in FREQUENCIES.items():
    sizes = [len(one) for one in groups[letter].values()]
    print(
        f"{len(sizes):2} series of {min(sizes)} to {max(sizes)} {unit}, "
        f"{steps} ahead, season {season}"
    )

# %% [markdown]
# Each series is cut three times: its last 12 months (8 quarters, 6 years) are hidden and forecast, then the
# 12 before them, then the 12 before those. No method sees what it is judged by.

# %% tags=["judge"]
import time

METHODS = {
    "Chronos-Bolt": lambda pasts, steps, season: pretrained(pasts, steps),
    "SeasonalNaive": lambda pasts, steps, season: classical(
        SeasonalNaive(season), pasts, steps
    ),
    "AutoETS": lambda pasts, steps, season: classical(
        AutoETS(season_length=season), pasts, steps
    ),
}
seconds, parts = dict.fromkeys(METHODS, 0.0), {name: [] for name in METHODS}
for letter, (_, steps, season) in FREQUENCIES.items():
    data = PandasDataset(groups[letter])
    test = split(data, offset=-3 * steps)[1].generate_instances(steps, windows=3)
    pasts = [case["target"].astype(float) for case in test.input]
    for name, method in METHODS.items():
        start = time.perf_counter()
        answers = method(pasts, steps, season)
        seconds[name] += time.perf_counter() - start
        parts[name].append(score(answers, test, season).groupby(level=0).mean())
scores = {name: pd.concat(part).loc[list(everything)] for name, part in parts.items()}

# %% tags=["scores"]
print(f"{'mean of 24 series':<18}{'MASE':>6}{'WQL':>8}")
for name, table in scores.items():
    print(f"{name:<18}{table['MASE'].mean():6.2f}{table['WQL'].mean():8.3f}")
best = pd.DataFrame({name: table["MASE"] for name, table in scores.items()})
firsts = best.idxmin(axis=1).value_counts()
print("\nbest by MASE:", ", ".join(f"{name} {n}" for name, n in firsts.items()))
for rival in ("SeasonalNaive", "AutoETS"):
    wins = (best["Chronos-Bolt"] < best[rival]).sum()
    print(f"Chronos-Bolt beats {rival} on {wins} of 24")

# %% tags=["scores-figure", "hide-code"] alt="Dot plot of 24 real series, one row each, MASE from left to right on a logarithmic axis: a dot for Chronos-Bolt, a cross for SeasonalNaive, a triangle for AutoETS. Further left is better; a line marks 1."
order = best["AutoETS"].sort_values(ascending=False).index
figure, axes = plt.subplots(figsize=(7.5, 6))
for (name, column), mark in zip(best.items(), "ox^"):
    axes.plot(column[order], range(24), mark, label=name, ms=5)
axes.axvline(1, color="#757575", lw=0.8)
axes.set_yticks(range(24), order)
axes.set(xlabel="MASE, logarithmic: further left is better", xscale="log")
ticks = [0.1, 0.2, 0.5, 1, 2, 5]
axes.set_xticks(ticks, [str(tick) for tick in ticks])
axes.minorticks_off()
axes.grid(axis="y", lw=0.3)
axes.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.4, 1))
plt.show()

# %% [markdown]
# Read it in this order. Does the checkpoint beat the seasonal naive forecast? If not, stop. Does it beat AutoETS? On
# short, smooth series with one season, a fitted method is hard to beat. And does one method win everywhere?
# Many of these series have been in textbooks for decades, so they may have been among the training data of real
# checkpoints. Your own sales were not.

# %% [markdown]
# ## Two models, trained on the spot
#
# neuralforecast and gluonts ship architectures without weights. Here each trains one small model on the four
# monthly series together, on ten years of them, without their last 12 months: a network of neuralforecast, and boosted trees
# of gluonts. (The networks of gluonts need its extra, `gluonts[torch]`.) Each series is divided by its mean, so that degrees
# and passengers fit in one model.

# %% tags=["monthly"]
import logging
import warnings

logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
warnings.filterwarnings("ignore")
quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False}
recent = {name: one[-132:] for name, one in groups["M"].items()}
scaled = {name: one / one[:-12].mean() for name, one in recent.items()}
train, template = split(PandasDataset(scaled), offset=-12)
test = template.generate_instances(12)
pasts = [case["target"].astype(float) for case in test.input]

# %% tags=["neuralforecast", "no-model"]
from neuralforecast import NeuralForecast
from neuralforecast.losses.pytorch import MQLoss
from neuralforecast.models import NHITS


def trained_nhits(pasts: list, steps: int) -> np.ndarray:
    """Train N-HiTS on all pasts; return quantiles (series, steps, 9)."""
    rows = [
        pd.DataFrame({"unique_id": i, "ds": range(len(past)), "y": past})
        for i, past in enumerate(pasts)
    ]
    model = NHITS(
        h=steps,
        input_size=36,
        loss=MQLoss(level=[20, 40, 60, 80]),
        scaler_type="standard",  # each window by its own mean and spread
        mlp_units=3 * [[64, 64]],
        max_steps=150,
        random_seed=18,
        accelerator="cpu",
        enable_checkpointing=False,
        **quiet,
    )
    network = NeuralForecast([model], freq=1)
    network.fit(pd.concat(rows))
    found = network.predict().drop(columns=["unique_id", "ds"], errors="ignore")
    return np.sort(found.to_numpy().reshape(len(pasts), steps, 9), axis=2)


# %% tags=["estimator", "no-model"]
from gluonts.ext.rotbaum import TreeEstimator


def trained_trees(train, test, steps: int) -> np.ndarray:
    """Train gluonts' boosted trees on the data set `train`; the same shape."""
    estimator = TreeEstimator(
        freq="M",
        prediction_length=steps,
        context_length=24,
        max_n_datapts=2000,
        max_workers=1,
        model_params={"max_depth": 4, "n_estimators": 40, "n_jobs": 1},
    )
    forecasts = estimator.train(train).predict(test.input)
    found = [[one.quantile(level) for level in LEVELS] for one in forecasts]
    return np.array(found).swapaxes(1, 2)


# %% tags=["methods"]
import resource


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


runs = {
    "SeasonalNaive": lambda: classical(SeasonalNaive(12), pasts, 12),
    "AutoETS": lambda: classical(AutoETS(season_length=12), pasts, 12),
    "AutoARIMA": lambda: classical(AutoARIMA(season_length=12), pasts, 12),
    "Chronos-Bolt": lambda: pretrained(pasts, 12),
    "N-HiTS": lambda: trained_nhits(pasts, 12),
    "boosted trees": lambda: trained_trees(train, test, 12),
}

# %% tags=["choices"]
cost = {}
print("MASE of 12 months   air  turnover   CO2   sea     WQL")
for name, run in runs.items():
    start, before = time.perf_counter(), peak()
    found = score(run(), test, 12)
    cost[name] = time.perf_counter() - start, peak() - before
    air, turnover, co2, sea = found["MASE"]
    wql = found["WQL"].mean()
    print(f"{name:<17}{air:6.2f}{turnover:10.2f}{co2:6.2f}{sea:6.2f}{wql:8.3f}")

# %% [markdown]
# The trees answer with values that they have seen before. That does for the sea, which stays in its range, and fails on
# whatever grows: that is not a lack of training. The two trained models have seen four series, the checkpoint very
# many, the classical methods one at a time. With thousands of related series the order can be another.

# %% tags=["timing"]
print(f"{'':<16}{'seconds':>9}{'peak memory grew by':>24}")
for name, (spent, memory) in cost.items():
    print(f"{name:<16}{spent:9.2f}{memory:21.0f} MB")
print("\nthe 72 cases of the 24 series:")
for name, spent in seconds.items():
    print(f"{name:<16}{spent:9.2f}")
weights = sum(p.numel() * p.element_size() for p in pipeline.model.parameters())
print(f"weights of the checkpoint: {weights / 1e6:.0f} MB in memory")

# %% [markdown]
# ## TimeGPT: a service, not a checkpoint
#
# `nixtla` is a client. The model runs at the vendor's, wants a key, and gets your data. With `NIXTLA_API_KEY` set, this
# cell asks it; without, it says so.

# %% tags=["timegpt", "no-model"]
import os

from nixtla import NixtlaClient

if "NIXTLA_API_KEY" in os.environ:
    months = pd.date_range("1949-01", periods=120, freq="MS")
    table = pd.DataFrame({"unique_id": "air", "ds": months, "y": known})
    found = NixtlaClient().forecast(df=table, h=24, freq="MS")
    error = np.abs(found["TimeGPT"].to_numpy() - hidden).mean()
    print(f"TimeGPT: mean absolute error {error:.0f} thousand passengers")
else:
    try:
        NixtlaClient()
    except KeyError as error:
        print(f"KeyError: {error}. TimeGPT was not asked.")

# %% [markdown]
# ## Limits: a level shift
#
# Turnover of electrical equipment in the euro area, real until the end of 2011. From then on we multiply it by 1.5, as if
# a rival had closed. How long does each method need to believe it? Forecasts of 12 months, made 0 to 24
# months after the jump; error in percent of the truth.

# %% tags=["shift-cases", "no-model"]
equipment = everything["electrical equipment"]
jump = equipment.index.get_loc("2012-01")
shifted = equipment.to_numpy().copy()
shifted[jump:] *= 1.5
after = [0, 1, 3, 6, 12, 24]
pasts = [shifted[: jump + months] for months in after]
truths = np.stack([shifted[jump + months : jump + months + 12] for months in after])

# %% tags=["shift"]
answers = {name: method(pasts, 12, 12) for name, method in METHODS.items()}
print("months since the jump", "".join(f"{months:6}" for months in after))
for name, found in answers.items():
    errors = 100 * (np.abs(found[:, :, 4] - truths) / truths).mean(1)
    print(f"{name:<21}", "".join(f"{error:5.0f}%" for error in errors))

# %% tags=["shift-figure", "hide-code"] alt="Two line charts of a monthly series that jumps up by half at the start of 2012. Left, the forecast made just before the jump stays at the old level, its band far below the truth. Right, the forecast made three months after it."
figure, panels = plt.subplots(1, 2, figsize=(7.5, 2.8), sharey=True)
for panel, place in zip(panels, (0, 2)):
    end = jump + after[place]
    seen = equipment.index[end - 48 : end]
    when = seen.year + (seen.month - 1) / 12
    ahead = when[-1] + np.arange(1, 13) / 12
    low, middle, high = answers["Chronos-Bolt"][place][:, [0, 4, 8]].T
    panel.plot(when, shifted[end - 48 : end], color="#757575")
    panel.fill_between(ahead, low, high, **band)
    panel.plot(ahead, middle, color="C0", label="Chronos-Bolt")
    panel.plot(ahead, truths[place], ".", color="#757575", label="truth")
    panel.set(title=f"{after[place]} months after the jump", ylim=0)
    panel.set_xticks(range(2008, 2014))
panels[0].set_ylabel("index")
panels[0].legend(frameon=False, loc="lower left")
plt.show()

# %% [markdown]
# In the first column every method is wrong: nothing in the past announces the jump. The band does not hold the truth
# either, since it knows only the surprises of the past. After the jump, the seasonal naive forecast needs a full
# year by construction. Watch how fast the other two come round, and tell the model what you know:
# start the history after the jump, or rescale what lies before it.

# %% [markdown]
# ## Limits: too short a context
#
# The four monthly series again, cut at four places, but the methods see only the last few months. MASE, with the whole
# past as the yardstick in every column.

# %% tags=["short-cases", "no-model"]
lengths = (6, 12, 18, 24, 36, 60)
pasts, truths = [], []
for one in groups["M"].values():
    for back in (12, 24, 36, 48):
        pasts.append(one.to_numpy()[: len(one) - back])
        truths.append(one.to_numpy()[len(one) - back :][:12])
yardstick = np.array([np.abs(past[12:] - past[:-12]).mean() for past in pasts])

# %% tags=["short"]
print("known months ", "".join(f"{length:7}" for length in lengths))
for name in ("Chronos-Bolt", "SeasonalNaive"):
    row = []
    for length in lengths:
        if name == "SeasonalNaive" and length < 12:
            row.append("      -")  # no season to repeat
            continue
        middle = METHODS[name]([past[-length:] for past in pasts], 12, 12)[:, :, 4]
        errors = np.abs(middle - np.stack(truths)).mean(axis=1)
        row.append(f"{(errors / yardstick).mean():7.2f}")
    print(f"{name:<13}", "".join(row))

# %% [markdown]
# Below one season the model cannot know that there is one, and no error tells you. Give it two seasons or more.

# %% [markdown]
# ## Limits: the season length
#
# The classical methods believe what they are told, and their default is 1: no season. It raises no error.

# %% tags=["season", "no-model"]
for model in (AutoETS(season_length=12), AutoETS(season_length=7), AutoETS()):
    middle = classical(model, [known], 24)[0, :, 4]
    error = np.abs(middle - hidden).mean()
    print(f"AutoETS, season_length={model.season_length:<3} error {error:.0f}")

# %% [markdown]
# Scores have the same trap. gluonts derives the season from the frequency, and for days and weeks it
# says 1. So one forecast has two values of MASE, and only one of them is in the table that you compare with.

# %% tags=["season-score"]
from gluonts.time_feature.seasonality import get_seasonality

print({freq: get_seasonality(freq) for freq in ("h", "D", "B", "W", "M", "Q", "Y")})
air = PandasDataset({"air": everything["air passengers"]})
test = split(air, offset=-24)[1].generate_instances(24)
for season in (1, 12):
    mase = score(pretrained([known], 24), test, season)["MASE"].item()
    print(f"the same forecast, season {season:>2}: MASE {mase:.2f}")

# %% [markdown]
# Chronos-Bolt is told no season and no dates: it finds the period in the values. The times in the table only name the
# rows of the answer. Months labeled as weeks give the same numbers.

# %% tags=["dates"]
months = pd.date_range("1949-01", periods=120, freq="MS")
weeks = pd.date_range("1949-01", periods=120, freq="W")
one, two = (
    pipeline.predict_df(
        pd.DataFrame({"item_id": "air", "timestamp": times, "target": known}),
        prediction_length=2,
        freq=freq,
    )
    for times, freq in ((months, "MS"), (weeks, "W"))
)
for table in (one, two):
    print(table[["timestamp", "0.5"]].round(0).to_string(index=False, header=False))

# %% [markdown]
# ## Bad input
#
# What the snippet accepts, and what it says to the rest.

# %% tags=["bad-tables", "no-model"]
good = pd.DataFrame({"unique_id": "air", "ds": months, "y": known})
tables = {
    "unknown values": good.assign(y=good["y"].where(good.index % 10 > 0)),
    "constant": good.assign(y=7.0),
    "shorter than the horizon": good.tail(8),
    "a month without a row": good.drop(index=50),
    "a month twice": pd.concat([good, good.tail(1)]),
    "two values": good.tail(2),
    "infinite": good.assign(y=good["y"].where(good.index != 9, np.inf)),
}

# %% tags=["bad"]
for label, table in tables.items():
    try:
        values = forecast(table, 12, "MS", pipeline)["0.5"]
        print(f"{label}: {len(values)} months, first {values.iloc[0]:.0f}")
    except ValueError as error:
        print(f"{label}: {error}")
try:
    forecast(good, 65, "MS", pipeline)
except ValueError as error:
    print(f"too far ahead: {error}")
