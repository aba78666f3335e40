"""Synthetic series to train on: draws from Gaussian processes, and from plain building blocks."""

import math

import numpy as np
import torch
from torch import Tensor

PERIODS = (4, 6, 7, 10, 11, 12, 24, 52)  # of seasons, in steps
WEIGHTS = np.array([8, 1, 2, 1, 1, 12, 2, 1]) / 28  # most often quarters or months of a year
PATHS = 12  # series drawn from one kernel: the Cholesky factor is what costs


def _kernel_series(rng: np.random.Generator, count: int, length: int) -> Tensor:
    """Draw series from Gaussian processes, as KernelSynth does (Ansari et al., 2024).

    Each kernel joins one to four simple ones (periodic, linear, smooth, rough, noise) by sums and
    products.

    Returns:
        `count` series, (count, length) float32.
    """
    torch.manual_seed(int(rng.integers(2**31)))
    time = torch.linspace(0, 1, length, dtype=torch.float64)
    gap = (time[:, None] - time[None, :]).abs()
    drawn = []
    for _ in range(math.ceil(count / PATHS)):
        total = _kernel(rng, time, gap)
        for _ in range(int(rng.integers(0, 4))):
            other = _kernel(rng, time, gap)
            total = total + other if rng.random() < 0.6 else total * other
        total = total / total.diagonal().mean() + 1e-4 * torch.eye(length, dtype=torch.float64)
        factor, failed = torch.linalg.cholesky_ex(total)
        if failed:
            factor = torch.linalg.cholesky(total + 0.01 * torch.eye(length, dtype=torch.float64))
        drawn.append((factor @ torch.randn(length, PATHS, dtype=torch.float64)).T)
    return torch.cat(drawn)[:count].float()


def _kernel(rng: np.random.Generator, time: Tensor, gap: Tensor) -> Tensor:
    kinds = ["periodic", "linear", "smooth", "rough", "noise"]
    kind = rng.choice(kinds, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    if kind == "periodic":
        period = rng.choice(PERIODS, p=WEIGHTS) / len(time)
        width = float(rng.choice([0.5, 1.0, 2.0]))
        return torch.exp(-2 * (torch.sin(math.pi * gap / period) / width) ** 2)
    if kind == "linear":
        center = float(rng.uniform(0, 1))
        return 4 * (time[:, None] - center) * (time[None, :] - center) + 0.01
    if kind == "smooth":
        return torch.exp(-0.5 * (gap / float(rng.choice([0.05, 0.2, 1.0]))) ** 2)
    if kind == "rough":
        return torch.exp(-gap / float(rng.choice([0.02, 0.1, 0.5])))
    return float(rng.choice([0.05, 0.3])) * torch.eye(len(time), dtype=torch.float64)


def _block_series(rng: np.random.Generator, count: int, length: int) -> Tensor:
    """Draw series of level, trend, season and noise, some added, some multiplied.

    Trends are straight, bent, or wander as a random walk with or without a drift that wanders too.
    A quarter is the exponential of such a sum, one in seven jumps to a new level.

    Returns:
        `count` series, (count, length) float32.
    """
    step = np.arange(length)
    time = step / length
    noise = rng.standard_normal((count, length))
    noise *= _choice(rng, count, [0.005, 0.01, 0.02, 0.05, 0.15, 0.4])
    for row in np.flatnonzero(rng.random(count) < 0.4):  # noise with a memory
        memory = rng.uniform(0.3, 0.9)
        for i in range(1, length):
            noise[row, i] += memory * noise[row, i - 1]
    slope = rng.normal(0, 1.5, (count, 1)) * (rng.random((count, 1)) < 0.6)
    bend = rng.uniform(0.1, 0.9, (count, 1))
    change = rng.normal(0, 1.5, (count, 1)) * (rng.random((count, 1)) < 0.25)
    trend = slope * time + change * np.clip(time - bend, 0, None)
    walk = rng.standard_normal((count, length)) * _choice(rng, count, [0.01, 0.03, 0.1])
    drift = np.cumsum(rng.standard_normal((count, length)), axis=1)
    drift = drift * _choice(rng, count, [0, 0, 0.001, 0.003])
    wanders = rng.random((count, 1)) < 0.5
    trend = trend + wanders * np.cumsum(walk + drift, axis=1)
    season = np.zeros((count, length))
    periods = rng.choice(PERIODS, count, p=WEIGHTS)
    for row in np.flatnonzero(rng.random(count) < 0.65):
        period = periods[row]
        if rng.random() < 0.5:  # any pattern
            pattern = rng.standard_normal(period)
        else:  # a smooth one
            waves = np.arange(1, min(4, period // 2) + 1)
            angles = 2 * np.pi * np.outer(waves, np.arange(period)) / period
            turns = rng.uniform(0, 2 * np.pi, (len(waves), 1))
            sizes = rng.normal(0, 1, (len(waves), 1)) / waves[:, None]
            pattern = (np.sin(angles + turns) * sizes).sum(0)
        pattern = (pattern - pattern.mean()) / (pattern.std() + 1e-6)
        season[row] = pattern[(step + rng.integers(period)) % period]
    season *= _choice(rng, count, [0.1, 0.3, 0.6, 1.0])
    grows = rng.random((count, 1)) < 0.3  # the season grows with the level
    season = season * np.where(grows, np.clip(1 + trend, 0.1, 5), 1)
    jumps = (rng.random((count, 1)) < 1 / 7) * rng.normal(0, 1.5, (count, 1))
    jumps = jumps * (time > rng.uniform(0.1, 0.95, (count, 1)))
    total = trend + season + noise + jumps
    bent = np.exp(total / (total.std(1, keepdims=True) + 1e-6) * rng.uniform(0.2, 1, (count, 1)))
    total = np.where(rng.random((count, 1)) < 0.25, bent, total)
    return torch.from_numpy(total).float()


def _choice(rng: np.random.Generator, count: int, values: list[float]) -> np.ndarray:
    return rng.choice(values, count)[:, None]


def series(seed: int, count: int, length: int) -> Tensor:
    """Draw `count` series, 40 % of them from kernels, standardized; (count, length) float16.

    Args:
        seed: Of all that is random.
        count: How many.
        length: Steps of each.
    """
    rng = np.random.default_rng(seed)
    kernels = int(0.4 * count)
    parts = _kernel_series(rng, kernels, length), _block_series(rng, count - kernels, length)
    both = torch.cat(parts)
    both = (both - both.mean(1, keepdim=True)) / both.std(1, keepdim=True).clamp(min=1e-3)
    order = torch.from_numpy(rng.permutation(count))
    return both[order].clamp(-30, 30).half()
