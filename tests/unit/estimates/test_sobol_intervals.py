"""Quasi-random worlds: the scrambles are the independent observations."""

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from sim.estimates import (
    EstimateRefused,
    Sample,
    estimate_mean,
    estimate_probability,
    estimate_scrambled_mean,
    estimate_scrambled_probability,
    scrambled_band,
)


def sobol_worlds(rng, scrambles, dimensions=4):
    drawn = [qmc.Sobol(dimensions, scramble=True, rng=rng).random(256) for _ in range(scrambles)]
    return np.concatenate(drawn)


def test_the_worked_number():
    hits = np.concatenate([np.arange(256) < seen for seen in 8 * (104, 106)])
    found, random = estimate_scrambled_probability(hits), estimate_probability(hits)
    assert (found.estimate, found.low, found.high) == pytest.approx((0.410, 0.408, 0.412), abs=6e-4)
    assert (random.estimate, random.low, random.high) == pytest.approx((0.410, 0.395, 0.425), abs=6e-4)
    assert (found.method, found.n) == ("t over scrambles", 16)


def test_the_interval_is_the_t_interval_of_the_scrambles(rng):
    values = rng.normal(size=16 * 256 * 2)
    found = estimate_scrambled_mean(values, 2)
    theirs = stats.ttest_1samp(values.reshape(16, -1).mean(axis=1), 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


def test_quasi_random_worlds_are_worth_many_random_ones(rng):
    values = np.exp(sobol_worlds(rng, 16).sum(axis=1))
    assert estimate_scrambled_mean(values).half_width < estimate_mean(values).half_width / 10


@pytest.mark.slow
def test_the_interval_is_covered(rng):
    # A share of the simplex's corner: P(sum of four uniforms < 1.2) by Irwin and Hall.
    truth = (1.2**4 - 4 * 0.2**4) / 24
    held = 0
    for _ in range(1000):
        found = estimate_scrambled_probability(sobol_worlds(rng, 16).sum(axis=1) < 1.2)
        held += found.low <= truth <= found.high
    assert held / 1000 == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 1000))


def test_few_events_or_scrambles_that_all_agree_take_the_interval_for_random_worlds():
    for hits in (np.arange(8192) % 2 == 0, np.arange(8192) < 5, np.zeros(8192, dtype=bool)):
        found, random = estimate_scrambled_probability(hits), estimate_probability(hits)
        assert (found.low, found.high) == (random.low, random.high)
        assert found.method.endswith("as if worlds were random")


def test_the_band_is_bonferroni(rng):
    hits = np.array([[0.2], [0.5], [0.6]]) > sobol_worlds(rng, 16)[:, :3].T
    hits &= rng.random(hits.shape) < 0.9  # luck, so that scrambles differ
    for month, band in zip(hits, scrambled_band(hits), strict=True):
        alone = estimate_scrambled_probability(month, 1, 1 - 0.05 / 3)
        assert (band.low, band.high, band.level) == (alone.low, alone.high, 0.95)
        assert band.method.startswith("Bonferroni")


@pytest.mark.parametrize(("worlds", "reason"), [(3840, "needs 16 scrambles of 256"), (4224, "whole scrambles of 256")])
def test_it_is_refused_with_its_reason(worlds, reason):
    with pytest.raises(EstimateRefused, match=reason):
        estimate_scrambled_mean(np.zeros(worlds))


def test_strategies_that_hardly_differ_are_not_said_to_be_alike_for_sure(rng):
    hits = rng.random(8192) < 0.3
    other = hits.copy()
    other[5] = ~other[5]
    sample = Sample(1, even=True)
    for second in (hits, other):
        found = sample.difference(hits, second)
        assert found.high - found.low > 1e-4
        assert "as if worlds were random" in found.method
    clear = sample.difference(np.ones(8192, dtype=bool), rng.random(8192) < 1e-3)
    assert -1.0 <= clear.low <= clear.high <= 1.0
    assert "scrambles" in clear.method


def test_a_quantile_is_taken_scramble_by_scramble(rng):
    values = rng.normal(size=(16, 1)) / 20 + rng.normal(size=(16, 256))
    found = Sample(1, even=True).quantile(values.ravel(), 0.5)
    middle = np.sort(values.ravel())[2047]
    parts = np.sort(values, axis=1)[:, 127]
    half = stats.t.ppf(0.975, 15) * np.sqrt(np.sum((parts - middle) ** 2) / 15 / 16)
    assert (found.estimate, found.half_width) == pytest.approx((middle, half))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("seen", "method"), [(9, "as if worlds were random"), (11, "t over scrambles")])
def test_ten_paths_on_either_side_are_enough_for_the_scrambles(seen, method, turned):
    hits = np.zeros((8192, 4), dtype=bool)
    hits[np.arange(seen) * 700, 0] = True
    assert estimate_scrambled_probability(hits.ravel() ^ turned, 4).method.endswith(method)


def test_a_share_stays_within_zero_and_one():
    hits = np.zeros(8192, dtype=bool)
    hits[:12] = True  # all in one scramble: the t interval reaches below zero
    assert estimate_scrambled_probability(hits).low == 0.0
    assert estimate_scrambled_probability(~hits).high == 1.0


def test_the_interval_as_if_worlds_were_random_counts_worlds():
    hits = np.zeros((8192, 4), dtype=bool)
    hits[5] = True
    found, random = estimate_scrambled_probability(hits.ravel(), 4), estimate_probability(hits.ravel(), 4)
    assert (found.low, found.high) == (random.low, random.high)


def test_scrambles_that_differ_alike_do_not_make_a_difference_sure():
    a = np.arange(8192) % 16 == 0  # 16 of every scramble
    found = Sample(1, even=True).difference(a, np.zeros(8192, dtype=bool))
    assert found.low < found.estimate < found.high
    assert found.method.endswith("as if worlds were random")
