"""Counts: exactly the quantile functions, monotone in every argument."""

import numpy as np
import pytest
from scipy import special, stats

from sim.randomness import counts

DRAWS = 1_000_000
EDGES = np.array([2.0**-54, 1e-12, 1e-6, 0.5, 1 - 1e-6, 1 - 1e-12, 1 - 2.0**-53])
RATES = (0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 40.0, 120.0, 500.0)
TRIALS = (
    *((1, 0.3), (3, 0.5), (7, 0.02), (20, 0.9), (40, 0.11), (60, 0.5)),
    *((200, 0.03), (1000, 0.97), (5000, 0.001), (100_000, 0.2)),
)


@pytest.fixture
def uniforms(rng):
    return np.maximum(rng.random(DRAWS), 2.0**-54)


def quantiles(uniforms, distribution):
    """The smallest whole numbers whose distribution function reaches the uniforms."""
    reached = distribution.cdf(np.arange(distribution.ppf(1 - 1e-13) + 10))
    return np.searchsorted(reached, uniforms, side="left")


@pytest.mark.parametrize("rate", RATES)
def test_poisson_counts_are_the_quantiles(uniforms, rate):
    found = counts.poisson(np.full(DRAWS, rate), uniforms)
    np.testing.assert_array_equal(found, quantiles(uniforms, stats.poisson(rate)))
    np.testing.assert_array_equal(found[:20_000], stats.poisson.ppf(uniforms[:20_000], rate))


@pytest.mark.parametrize(("number", "probability"), TRIALS)
def test_binomial_counts_are_the_quantiles(uniforms, number, probability):
    found = counts.binomial(np.full(DRAWS, float(number)), probability, uniforms)
    np.testing.assert_array_equal(found, quantiles(uniforms, stats.binom(number, probability)))
    np.testing.assert_array_equal(found[:5_000], stats.binom.ppf(uniforms[:5_000], number, probability))


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES)
def test_a_million_poisson_counts_are_scipys_own(uniforms, rate):
    found = counts.poisson(np.full(DRAWS, rate), uniforms)
    np.testing.assert_array_equal(found, stats.poisson.ppf(uniforms, rate))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "probability"), TRIALS)
def test_a_million_binomial_counts_are_scipys_own(uniforms, number, probability):
    found = counts.binomial(np.full(DRAWS, float(number)), probability, uniforms)
    np.testing.assert_array_equal(found, stats.binom.ppf(uniforms, number, probability))


@pytest.mark.parametrize("number", [84, 200, 1000, 40_000])
def test_nearly_certain_trials_happen_even_where_none_at_all_has_no_probability(rng, number):
    # (1 - p)^n is zero in double precision here.
    u = rng.random(2000)
    for failing in (1e-7, 5e-5, 0.5 / number, 3.0 / number):
        found = counts.binomial(np.full(u.size, float(number)), 1 - failing, u)
        np.testing.assert_array_equal(found, stats.binom.ppf(u, number, 1 - failing))


def test_poisson_counts_of_mixed_rates_are_scipys_quantiles(rng):
    rates = np.exp(rng.uniform(np.log(1e-3), np.log(2000), 200_000))
    u = rng.random(rates.size)
    np.testing.assert_array_equal(counts.poisson(rates, u), stats.poisson.ppf(u, rates))


def test_binomial_counts_of_mixed_trials_are_scipys_quantiles(rng):
    number = np.floor(np.exp(rng.uniform(0, np.log(3000), 100_000)))
    probability = rng.beta(0.5, 0.5, number.size).clip(1e-6, 1 - 1e-6)
    u = rng.random(number.size)
    np.testing.assert_array_equal(counts.binomial(number, probability, u), stats.binom.ppf(u, number, probability))


@pytest.mark.parametrize("boundary", [counts.LARGE_POISSON * f for f in (0.999, 1.0, 1.001)])
def test_both_sides_of_the_change_of_method_agree_with_scipy(uniforms, boundary):
    u = uniforms[:200_000]
    np.testing.assert_array_equal(counts.poisson(np.full(u.size, boundary), u), stats.poisson.ppf(u, boundary))


@pytest.mark.parametrize("rate", RATES)
def test_whole_number_boundaries_fall_on_the_right_side(rate):
    # Just above P(X <= k) the count is k + 1, just below it is k: the case an expansion alone gets wrong.
    k = np.arange(max(0, int(rate - 5 * rate**0.5)), int(rate + 5 * rate**0.5) + 3, dtype=float)
    reached = stats.poisson.cdf(k, rate)
    inside = (reached > 1e-6) & (reached < 1 - 1e-6)
    k, reached = k[inside], reached[inside]
    rates = np.full(k.size, rate)
    np.testing.assert_array_equal(counts.poisson(rates, reached * (1 - 1e-11)), k)
    np.testing.assert_array_equal(counts.poisson(rates, reached + (1 - reached) * 1e-9), k + 1)


@pytest.mark.parametrize("rate", RATES)
def test_far_tails_end_and_stay_near_the_quantile(rate):
    found = counts.poisson(np.full(EDGES.size, rate), EDGES)
    np.testing.assert_array_equal(found[1:-2], stats.poisson.ppf(EDGES[1:-2], rate))
    # Near one the last bits of a sum decide, so scipy's own figure is only one of several.
    assert stats.poisson.sf(found[-2], rate) <= 1.01e-12 < stats.poisson.sf(found[-2] - 2, rate)
    assert found[-2] <= found[-1]
    assert stats.poisson.sf(found[-1] - 1 - counts.AT_ONCE, rate) > 1e-18
    assert stats.poisson.sf(found[-1], rate) < 1e-15
    assert 0 <= found[0] <= found[1]


@pytest.mark.parametrize(("number", "probability"), TRIALS)
def test_binomial_far_tails_stay_within_the_trials(number, probability):
    found = counts.binomial(np.full(EDGES.size, float(number)), probability, EDGES)
    np.testing.assert_array_equal(found[1:-2], stats.binom.ppf(EDGES[1:-2], number, probability))
    assert (np.diff(found) >= 0).all()
    assert found[0] >= 0
    assert found[-1] <= number


def test_no_rate_means_no_events(rng):
    u = rng.random(100)
    np.testing.assert_array_equal(counts.poisson(np.zeros(100), u), np.zeros(100))
    np.testing.assert_array_equal(counts.binomial(np.zeros(100), 0.5, u), np.zeros(100))
    np.testing.assert_array_equal(counts.binomial(np.full(100, 9.0), 0.0, u), np.zeros(100))


def test_certain_trials_all_happen_beside_uncertain_ones(rng):
    u = rng.random(6)
    number = np.array([5.0, 5.0, 300.0, 300.0, 0.0, 1.0])
    probability = np.array([1.0, 0.4, 1.0, 0.4, 1.0, 1.0])
    found = counts.binomial(number, probability, u)
    np.testing.assert_array_equal(found, stats.binom.ppf(u, number, probability))
    np.testing.assert_array_equal(found[[0, 2, 4, 5]], [5, 300, 0, 1])
    np.testing.assert_array_equal(counts.binomial(np.full(EDGES.size, 9.0), 1.0, EDGES), np.full(EDGES.size, 9.0))


def test_known_normal_quantiles_change_no_count(rng):
    u = rng.random(5000)
    for highest in (4.0, 7.0, 60.0):  # no, some and nearly all means take the expansion, which needs them
        means = rng.uniform(0, highest, u.size)
        known = counts.poisson(means, u, lambda: special.ndtri(u))
        np.testing.assert_array_equal(known, counts.poisson(means, u))
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(counts.poisson(means, u, lambda: special.ndtri(u) + 0.1), known)


def test_more_rate_is_never_fewer_events(rng):
    u = rng.random(2000)
    rates = np.unique(np.concatenate([np.geomspace(0.01, 600, 300), np.linspace(3.9, 4.1, 41)]))
    table = np.array([counts.poisson(np.full(u.size, rate), u) for rate in rates])
    assert (np.diff(table, axis=0) >= 0).all()
    assert (table % 1 == 0).all()


def test_more_trials_or_more_chance_is_never_fewer(rng):
    u = rng.random(2000)
    by_chance = [counts.binomial(np.full(u.size, 50.0), p, u) for p in np.linspace(0.0, 1.0, 201)]
    by_number = [counts.binomial(np.full(u.size, float(n)), 0.1, u) for n in range(200)]
    for table in (by_chance, by_number):
        assert (np.diff(np.array(table), axis=0) >= 0).all()


def test_more_uniform_is_never_fewer_events():
    u = (np.arange(100_000) + 0.5) / 100_000
    for rate in RATES:
        assert (np.diff(counts.poisson(np.full(u.size, rate), u)) >= 0).all()


def test_inputs_are_left_as_they_were(rng):
    u, rates, number = rng.random(500), rng.uniform(0, 20, 500), rng.integers(0, 90, 500).astype(float)
    before = [a.copy() for a in (u, rates, number)]
    counts.poisson(rates, u)
    counts.binomial(number, 0.3, u)
    for array, copy in zip((u, rates, number), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("number", "uniform", "count"), [(1.0, 0.25, 0.0), (1.0, 0.25 + 2**-53, 1.0), (2.0, 1 / 16, 0.0)]
)
def test_a_uniform_that_the_distribution_just_reaches_counts_as_reached(number, uniform, count):
    """Three chances in four: none of one trial happens with exactly 1/4, none of two with exactly 1/16."""
    assert counts.binomial(np.array([number]), 0.75, np.array([uniform])).tolist() == [count]
