"""When to stop: looks on a log grid of whole blocks, and intervals that survive the stopping."""

from itertools import pairwise

import numpy as np
import pytest

from sim.estimates import looks
from sim.estimates.probability import wilson


def test_the_worked_looks():
    assert [worlds // 1024 for worlds in looks(16_384, 1024)] == [1, 2, 3, 4, 5, 7, 9, 12, 16]


@pytest.mark.parametrize("cap", [1, 1024, 1025, 100_000, 10_000_000])
def test_looks_are_whole_blocks_that_grow_up_to_the_cap(cap):
    found = looks(cap, 1024)
    assert found[-1] == cap
    assert all(worlds % 1024 == 0 for worlds in found[:-1])
    assert all(a < b for a, b in pairwise(found))
    assert len(found) < 40


def test_quasi_random_worlds_are_first_looked_at_after_eight_scrambles():
    assert looks(65_536, 1024, first=8192)[0] == 8192


@pytest.mark.parametrize(("p", "half_width"), [(0.003, 0.0015), (0.1, 0.01), (0.5, 0.01)])
def test_stopping_by_the_rule_keeps_the_coverage(rng, p, half_width):
    at = np.array(looks(16_384, 1024))
    counts = np.cumsum(rng.binomial(np.diff(at, prepend=0), p, (4000, len(at))), axis=1)
    low, high = wilson(counts, at)
    enough = np.maximum(high - counts / at, counts / at - low) <= half_width
    enough[:, -1] = True
    stop = (np.arange(4000), enough.argmax(axis=1))
    held = np.mean((low[stop] <= p) & (p <= high[stop]))
    assert 0.9335 <= held <= 0.9655


def test_a_first_look_is_a_whole_block_and_not_before_it_was_asked_for():
    assert looks(16_384, 1024, first=1500)[0] == 2048
