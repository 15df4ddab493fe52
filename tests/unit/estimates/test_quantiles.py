"""Quantiles: order statistics with binomial ranks."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import EstimateRefused, estimate_quantile
from sim.estimates.quantiles import binomial_rank, binomial_ranks


def test_ranks_are_binomial_quantiles(rng):
    for _ in range(2000):
        n, p, q = int(rng.integers(1, 20_000)), rng.beta(0.7, 0.7), rng.random()
        assert binomial_rank(q, n, p) == stats.binom.ppf(q, n, p), (n, p, q)
    assert binomial_rank(0.025, 100, 0.5) == 40


def test_the_worked_number_of_the_module(rng):
    values = rng.permutation(np.arange(1.0, 101.0))
    median = estimate_quantile(values, 1, 0.5)
    assert (median.estimate, median.low, median.high) == (50.0, 40.0, 61.0)


@pytest.mark.parametrize("n", [20, 100, 999, 1000, 16_384])
@pytest.mark.parametrize("p", [0.05, 0.07, 0.29, 0.5, 0.55, 0.95])
def test_independent_values_lie_between_exact_ranks(n, p):
    values = np.arange(1.0, n + 1)
    found = estimate_quantile(values, 1, p)
    low, high = stats.binom.ppf(0.025, n, p), stats.binom.ppf(0.975, n, p) + 1
    assert found.low == (low if low >= 1 else -np.inf)
    assert found.high == (high if high <= n else np.inf)
    # The smallest value that a share p does not exceed.
    assert found.estimate == -(-round(p * n * 1000) // 1000)


def test_the_interval_reaches_95_percent_by_the_binomial():
    n, p = 400, 0.9
    found = estimate_quantile(np.arange(1.0, n + 1), 1, p)
    covered = stats.binom.cdf(found.high - 1, n, p) - stats.binom.cdf(found.low - 1, n, p)
    assert covered >= 0.95


def test_too_few_values_leave_an_end_open():
    found = estimate_quantile(np.arange(1.0, 31.0), 1, 0.95)
    assert found.estimate == 29.0
    assert found.high == np.inf
    assert np.isfinite(found.low)


def test_replicates_that_are_all_alike_count_worlds():
    alone = estimate_quantile(np.arange(1.0, 501.0), 1, 0.3)
    repeated = estimate_quantile(np.repeat(np.arange(1.0, 501.0), 4), 4, 0.3)
    assert repeated.estimate == alone.estimate
    assert repeated.n == 500
    assert repeated.low == alone.low
    assert repeated.high == alone.high


def test_values_that_were_never_reached_are_allowed(rng):
    days = np.where(rng.random(1000) < 0.3, np.inf, rng.uniform(0, 200, 1000))
    assert np.isfinite(estimate_quantile(days, 1, 0.5).estimate)
    late = estimate_quantile(days, 1, 0.9)
    assert late.estimate == np.inf
    assert late.high == np.inf


def test_a_quantile_of_flipped_values_is_the_flipped_one(rng):
    values = rng.normal(size=999)
    up, down = estimate_quantile(values, 1, 0.2), estimate_quantile(-values, 1, 0.8)
    np.testing.assert_allclose((up.estimate, up.low, up.high), (-down.estimate, -down.high, -down.low))


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, 1.5])
def test_the_ends_are_no_quantiles(p):
    with pytest.raises(EstimateRefused, match="strictly between 0 and 1"):
        estimate_quantile(np.arange(10.0), 1, p)


def test_one_value_is_refused():
    with pytest.raises(EstimateRefused, match="at least two values"):
        estimate_quantile(np.array([1.0]), 1, 0.5)


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5])
def test_no_size_loses_a_rank_to_rounding(p):
    for n in range(20, 400):
        found = estimate_quantile(np.arange(1.0, n + 1), 1, p)
        low, above = stats.binom.ppf((0.025, 0.975), n, p)
        assert found.low == (low if low >= 1 else -np.inf), n
        assert found.high == (above + 1 if above < n else np.inf), n


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(EstimateRefused, match="numbers"):
        estimate_quantile(np.array([1.0, np.nan, 2.0]), 1, 0.5)


@pytest.mark.parametrize(("p", "n", "size"), [(0.5, 300, 1000), (0.05, 700, 1024), (0.95, 1023, 1024), (0.3, 97, 388)])
def test_ranks_of_fewer_independent_values_are_scaled_outwards(p, n, size):
    low, high = stats.binom.ppf((0.025, 0.975), n, p) * size / n
    first, last = binomial_ranks(p, n, size, 0.95)
    assert first + 1 <= low < first + 2
    assert last <= high + size / n <= last + 1


def test_values_that_tie_count_on_the_side_of_the_quantile(rng):
    # Six of ten paths earn nothing, each for itself: the median is 0, and "at or below 0" tells of every path.
    values = np.where(rng.random(4000) < 0.6, 0.0, 1.0)
    assert estimate_quantile(values, 4, 0.5).n > 0.9 * 4000
