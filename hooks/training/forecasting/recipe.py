"""Train the forecasting stand-in: `python -m hooks.training forecasting` (CPU)."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from chronos import BaseChronosPipeline
from chronos.chronos_bolt import ChronosBoltModelForForecasting
from statsforecast import StatsForecast
from statsforecast.models import AutoETS, SeasonalNaive
from torch import Tensor, nn

from hooks.hub.stand_ins.forecasting import build as hub
from hooks.training.card import rows
from hooks.training.forecasting.synthetic import series
from hooks.training.frame import Recipe
from hooks.training.loop import Run
from hooks.training.optimizers import muon_and_adamw, one_cycle
from hooks.training.weights import as_served, save_fp16
from hooks.worlds.series import package_series

SEED = 18
SERIES = 16_000
HELD_OUT = 1000  # synthetic series of another seed
STEPS = 600
BATCH = 128
LENGTHS = (24, 48, 48, 96, 96, 144, 192, 240)  # contexts; one for a whole batch
MUON_RATE = 0.01  # of the matrices inside, which Muon trains in fewer steps
LEARNING_RATE = 2e-3
HORIZONS = {"M": 12, "Q": 8, "Y": 6}  # of the real series, by frequency
LEVELS = np.array(hub.QUANTILES)
SEASONS = {"M": 12, "Q": 4, "Y": 1}
WINDOWS = 3  # the last ones of each series, one behind the other


def _batch(pool: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return contexts (BATCH, length) and what follows them (BATCH, HORIZON).

    A third are mixtures of two series, some are mirrored, some lack values.
    """
    rows = torch.randint(len(pool), (2, BATCH), generator=rng)
    share = torch.rand(BATCH, 1, generator=rng)
    share[torch.rand(BATCH, generator=rng) > 1 / 3] = 1
    both = share * pool[rows[0]].float() + (1 - share) * pool[rows[1]].float()
    both = both * torch.where(torch.rand(BATCH, 1, generator=rng) < 0.3, -1.0, 1.0)
    length = LENGTHS[int(torch.randint(len(LENGTHS), (), generator=rng))]
    end = int(torch.randint(length, hub.CONTEXT + 1, (), generator=rng))
    context, target = both[:, end - length : end].clone(), both[:, end : end + hub.HORIZON]
    gaps = torch.rand(BATCH, 1, generator=rng) < 0.05
    context[gaps & (torch.rand(context.shape, generator=rng) < 0.15)] = torch.nan
    return context, target


def _loss_of(model: ChronosBoltModelForForecasting, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Return the quantile loss on the scale of each context; the first 24 steps count most."""
    context, target = batch
    hidden, scale, embedded, mask = model.encode(context)
    found = model.output_patch_embedding(model.decode(embedded, mask, hidden))
    found = found.view(len(context), len(hub.QUANTILES), hub.HORIZON).float()
    wanted, _ = model.instance_norm(target, scale)
    wanted = wanted.clamp(-20, 20).unsqueeze(1)
    levels = torch.tensor(hub.QUANTILES).view(1, -1, 1)
    error = wanted - found
    losses = 2 * torch.maximum(levels * error, (levels - 1) * error)
    weight = torch.where(torch.arange(hub.HORIZON) < 24, 1.0, 0.3)
    each = (losses.mean(1) * weight).sum(1) / weight.sum()
    # By the jitter of its context, or smooth series would hardly count; and one that leaves its
    # past far behind would drown all others.
    seen, _ = model.instance_norm(context, scale)
    jitter = seen.diff(dim=1).diff(dim=1).abs().nanmean(1)
    return (each / (0.1 + jitter + 0.3 * wanted.abs().mean((1, 2)))).mean()


def train(run: Run) -> None:
    """Draw series, train on them, and write the weights."""
    pool = series(SEED, SERIES, hub.CONTEXT + hub.HORIZON)
    model = ChronosBoltModelForForecasting(hub.configure()).train()
    last = model.output_patch_embedding
    for layer in (last.output_layer, last.residual_layer):
        layer.weight.data.mul_(0.02)  # first answers near the mean of the context, not far outside
    # Half precision for the layers in between: values that go in and come out need all digits.
    for stack in (model.encoder, model.decoder):
        stack.forward = torch.autocast("cpu", torch.bfloat16)(stack.forward)

    def inside(name: str, weight: nn.Parameter) -> bool:
        inner = "block" in name or "hidden_layer" in name
        return inner and weight.ndim == 2 and "relative" not in name

    both = muon_and_adamw(model, inside, (MUON_RATE, LEARNING_RATE))
    rng = torch.Generator().manual_seed(SEED)
    batches = (_batch(pool, rng) for _ in range(STEPS))
    loss = partial(_loss_of, model)
    run.fit(model, batches, loss, both, one_cycle(both, STEPS, 0.05), clip=1.0)
    save_fp16(model, run.folder / hub.WEIGHTS, without=("embed_tokens.weight",))


def mase(past: np.ndarray, wanted: np.ndarray, median: np.ndarray, season: int) -> float:
    """Return the mean absolute error over that of a seasonal naive forecast on the past.

    Args:
        past: Values that were known.
        wanted: What came then.
        median: What was forecast.
        season: Its length in steps.
    """
    naive = np.abs(past[season:] - past[:-season]).mean()
    return float(np.abs(wanted - median).mean() / naive)


def wql(wanted: np.ndarray, quantiles: np.ndarray) -> float:
    """Return the weighted quantile loss: the mean over levels of 2 x pinball / sum of |wanted|.

    Args:
        wanted: (steps,), or (series, steps).
        quantiles: The same and (levels,): those of `QUANTILES`.
    """
    error = wanted[..., None] - quantiles
    pinball = np.maximum(LEVELS * error, (LEVELS - 1) * error)
    return float(2 * pinball.sum(tuple(range(wanted.ndim))).mean() / np.abs(wanted).sum())


def _classical(past: dict[str, np.ndarray], season: int, steps: int) -> dict[str, dict]:
    """Return for both baselines, by name, the quantiles (steps, levels) of each past."""
    frames = ({"unique_id": k, "ds": np.arange(len(v)), "y": v} for k, v in past.items())
    table = pd.concat(map(pd.DataFrame, frames))
    models = [SeasonalNaive(season), AutoETS(season_length=season)]
    levels = [20, 40, 60, 80]
    found = StatsForecast(models, freq=1).forecast(df=table, h=steps, level=levels)
    answers = {}
    for name in ("SeasonalNaive", "AutoETS"):
        sides = [f"{name}-lo-{level}" for level in levels[::-1]]
        columns = [*sides, name, *(f"{name}-hi-{level}" for level in levels)]
        parts = found.groupby("unique_id", sort=False)
        answers[name] = {key: part[columns].to_numpy() for key, part in parts}
    return answers


def _real_scores(pipeline: BaseChronosPipeline) -> dict[str, dict[str, np.ndarray]]:
    """Return MASE and WQL of the pipeline and the baselines, one mean of windows per series."""
    groups: dict[str, dict[str, pd.Series]] = {}
    for name, one in package_series().items():
        groups.setdefault(one.index.freqstr[0], {})[name] = one
    scores: dict[str, dict[str, list]] = {}
    for freq, members in groups.items():
        steps, season = HORIZONS[freq], SEASONS[freq]
        past, wanted = {}, {}
        for name, one in members.items():
            for window in range(WINDOWS):
                end = len(one) - (window + 1) * steps
                past[f"{name} {window}"] = one.to_numpy()[:end]
                wanted[f"{name} {window}"] = one.to_numpy()[end : end + steps]
        contexts = [torch.tensor(one) for one in past.values()]
        quantiles, _ = pipeline.predict_quantiles(contexts, prediction_length=steps)
        answers = {"model": dict(zip(past, quantiles.double().numpy(), strict=True))}
        answers |= _classical(past, season, steps)
        for label, found in answers.items():
            part = scores.setdefault(label, {"mase": [], "wql": []})
            one = [mase(past[k], wanted[k], found[k][:, 4], season) for k in past]
            two = [wql(wanted[k], found[k]) for k in past]
            part["mase"] += np.reshape(one, (-1, WINDOWS)).mean(1).tolist()
            part["wql"] += np.reshape(two, (-1, WINDOWS)).mean(1).tolist()
    return {k: {m: np.array(v) for m, v in part.items()} for k, part in scores.items()}


def synthetic_scores(pipeline: BaseChronosPipeline) -> dict[str, float]:
    """Return the weighted quantile loss on held-out synthetic series, and that of two baselines.

    The last value, and the last value with the spread of the past changes around it.
    """
    drawn = series(SEED + 1, HELD_OUT, hub.CONTEXT + hub.HORIZON).float()
    past, wanted = drawn[:, : hub.CONTEXT], drawn[:, hub.CONTEXT :][:, :24].double().numpy()
    quantiles, _ = pipeline.predict_quantiles(past, prediction_length=24)
    last = np.repeat(past[:, -1:].double().numpy()[:, :, None], len(LEVELS), axis=2)
    spread = np.quantile(past.double().numpy(), LEVELS, axis=1).T[:, None, :]
    answers = {"model": quantiles.double().numpy(), "last": last, "past": spread}
    return {name: wql(wanted, found) for name, found in answers.items()}


def evaluate(folder: Path) -> tuple[dict[str, float], dict[str, dict[str, np.ndarray]]]:
    """Return `synthetic_scores`, and scores on real series of the model and the baselines."""
    (pipeline,) = as_served(hub.build, folder, BaseChronosPipeline)
    return synthetic_scores(pipeline), _real_scores(pipeline)


def _describe(found: tuple[dict, dict], trained: str) -> tuple[str, ...]:
    """Return the measured part of the card, and its metric."""
    drawn, real = found
    names = {"model": "this model", "AutoETS": "AutoETS", "SeasonalNaive": "SeasonalNaive"}
    lines = {}
    for key, name in names.items():
        means = [real[key][kind][:end].mean() for kind in ("mase", "wql") for end in (None, 1)]
        lines[name] = [f"{mean:.{digits}f}" for mean, digits in zip(means, "2233", strict=True)]
    ours = real["model"]["mase"]
    wins = {key: int((ours < real[key]["mase"]).sum()) for key in names}
    measured = f"""
Weighted quantile loss **{drawn["model"]:.3f}** on {HELD_OUT:,} held-out synthetic series
(seed {SEED + 1}), 24 steps ahead; the last value repeated has {drawn["last"]:.3f}, the quantiles
of the past {drawn["past"]:.3f}. Trained on {SERIES:,} other series (seed {SEED}), in
{trained}.

On {len(ours)} real series that lie in packages, {WINDOWS} windows each, none used in training:

| Method | MASE, mean | AirPassengers | WQL, mean | AirPassengers |
| --- | ---: | ---: | ---: | ---: |
{rows(lines, "{}")}

By MASE it beats SeasonalNaive on {wins["SeasonalNaive"]} of them, AutoETS on {wins["AutoETS"]}.
"""
    return measured, f"{drawn['model']:.4f}"


RECIPE = Recipe("forecasting", train, evaluate, _describe, SEED)
