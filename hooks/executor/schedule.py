"""Shares demos out among machines: the longest first, each to the machine with the least to do."""

from __future__ import annotations

from collections.abc import Mapping

# For a course in which nothing ran yet; any number gives shards with equally many demos.
SECONDS = 60.0


def pack(seconds: Mapping[str, float | None], count: int) -> list[list[str]]:
    """Splits demos into shards that take about equally long.

    Every machine computes all shards and takes its own, so the result depends on nothing else.

    Args:
        seconds: What each demo took when it last ran; None where that is not known, which counts
            as the mean of the others.
        count: Number of shards.

    Returns:
        The demos of each shard, the longest first. The longest shard takes at most 4/3 of the
        shortest possible time (R. L. Graham, Bounds on multiprocessing timing anomalies, 1969).
    """
    known = [value for value in seconds.values() if value is not None]
    mean = sum(known) / len(known) if known else SECONDS
    cost = {demo: mean if value is None else value for demo, value in seconds.items()}
    shards: list[list[str]] = [[] for _ in range(count)]
    load = [0.0] * count
    for demo in longest_first(cost):
        least = load.index(min(load))
        shards[least].append(demo)
        load[least] += cost[demo]
    return shards


def longest_first(seconds: Mapping[str, float | None]) -> list[str]:
    """The demos in the order in which to start them: unknown ones first, equals by name."""
    rank = {demo: (value is not None, -(value or 0), demo) for demo, value in seconds.items()}
    return sorted(seconds, key=rank.__getitem__)
