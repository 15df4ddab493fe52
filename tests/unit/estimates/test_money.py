"""The mean of an amount: a t interval over worlds."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import estimate_mean


def test_independent_paths_give_the_textbook_t_interval(rng):
    values = rng.lognormal(3, 1, 500)
    found = estimate_mean(values)
    expected = stats.t.interval(0.95, 499, values.mean(), stats.sem(values))
    np.testing.assert_allclose((found.low, found.high), expected)
    assert (found.estimate, found.n) == (pytest.approx(values.mean()), 500)


def test_replicates_are_averaged_within_their_world(rng):
    values = rng.normal(0, 1, (300, 1)) + rng.normal(0, 0.1, (300, 8))
    found = estimate_mean(values.ravel(), 8, 0.9)
    means = values.mean(axis=1)
    np.testing.assert_allclose((found.low, found.high), stats.t.interval(0.9, 299, means.mean(), stats.sem(means)))
    assert found.n == 300
    assert found.high - found.low > 2 * (estimate_mean(values.ravel(), 1, 0.9).high - found.estimate)


def test_one_world_has_no_interval():
    found = estimate_mean(np.array([1.0, 3.0]), 2)
    assert (found.estimate, found.low, found.high) == (2.0, -np.inf, np.inf)
    assert found.to_dict()["low"] is None


def test_float32_amounts_are_added_in_double_precision():
    values = np.full(2_000_000, 16_777_217.0 / 3, dtype=np.float32)
    assert estimate_mean(values).estimate == pytest.approx(float(values[0]), rel=1e-12)
