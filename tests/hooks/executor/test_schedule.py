"""Sharing demos out among machines."""

import itertools
import random

import numpy as np
import pytest

from hooks.executor.schedule import longest_first, pack


def test_the_longest_goes_first_and_each_to_the_shard_with_the_least():
    seconds = {"a": 7.0, "b": 10.0, "c": 6.0, "d": 5.0, "e": 4.0}
    # b 10 | a 7 | then c to the second (13), d to the first (15), e to the second (17).
    assert pack(seconds, 2) == [["b", "d"], ["a", "c", "e"]]


def test_a_demo_that_never_ran_counts_as_the_mean_of_the_others():
    # The mean is 4, so the new demo comes after the one of 6 and balances the one of 2.
    assert pack({"new": None, "long": 6.0, "short": 2.0}, 2) == [["long"], ["new", "short"]]
    assert pack({"b": None, "a": None}, 2) == [["a"], ["b"]], "nothing known: shared out evenly"


def test_more_machines_than_demos_leaves_some_idle():
    assert pack({"a": 1.0}, 3) == [["a"], [], []]


@pytest.mark.parametrize("seed", range(20))
def test_every_demo_is_in_one_shard_and_none_is_far_from_the_best_packing(seed):
    draw = random.Random(seed)
    seconds = {f"demo{n}": draw.choice([None, draw.uniform(1, 100)]) for n in range(7)}
    seconds["known"] = 50.0
    shards = pack(seconds, 3)
    assert sorted(itertools.chain(*shards)) == sorted(seconds)

    mean = np.mean([s for s in seconds.values() if s is not None])
    cost = {demo: mean if s is None else s for demo, s in seconds.items()}
    longest = max(sum(cost[demo] for demo in shard) for shard in shards)
    packings = itertools.product(range(3), repeat=len(cost))
    best = min(np.bincount(machines, [*cost.values()], 3).max() for machines in packings)
    # Graham's bound for three machines: (4 - 1/3) / 3.
    assert longest <= best * 11 / 9 + 1e-9


def test_what_was_never_timed_starts_first():
    assert longest_first({"b": 1.0, "a": 1.0, "c": 9.0, "n": None}) == ["n", "c", "a", "b"]
