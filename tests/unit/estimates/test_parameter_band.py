"""How P(profit) varies over worlds: known distributions are found again, luck taken out, the method named."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import EstimateRefused, parameter_bands
from sim.estimates.parameter_band import (
    ALIKE,
    BETA,
    FREE,
    UNSEEN,
    bands_of_counts,
    chi_square,
    fit_of_beta,
    mixing_distribution,
    moments,
    percentiles,
    support,
)

BETAS = [(2, 3), (0.5, 0.5), (1, 9), (0.7, 1.5), (5, 1)]


def parameter_band(hits, replicates, level=0.90):
    """The band of one month, from (n_paths,) hits."""
    (found,) = parameter_bands(hits[None], replicates, level)
    return found


def counts_of(rng, chances, replicates):
    """Counts of worlds by number of hits, one row a run, from chances (n_runs, n_worlds)."""
    hits = rng.binomial(replicates, chances)
    return np.stack([np.bincount(row, minlength=replicates + 1) for row in hits]).astype(float)


def two_kinds(rng, size):
    return np.where(rng.random(size) < 0.5, rng.beta(2, 18, size), rng.beta(18, 2, size))


def unequal_kinds(rng, size):
    return np.where(rng.random(size) < 0.7, rng.beta(10, 30, size), rng.beta(30, 10, size))


def hopeless_and_others(rng, size):
    return np.where(rng.random(size) < 0.3, 0.0, rng.beta(4, 4, size))


def two_points(rng, size):
    return np.where(rng.random(size) < 0.5, 0.2, 0.8)


def errors(bands, truth):
    return np.array([[band.low, band.high] for band in bands]) - truth


@pytest.mark.parametrize(("a", "b"), BETAS)
def test_a_beta_is_found_again_from_paths(rng, a, b):
    paths = rng.random((16_384, 8)) < rng.beta(a, b, (16_384, 1))
    found = parameter_band(paths.ravel(), 8)
    # The largest error of a point is .014 at 2,048 worlds (measured below): .005 here, times four.
    np.testing.assert_allclose((found.low, found.high), stats.beta.ppf((0.05, 0.95), a, b), atol=0.02)
    assert (found.level, found.n) == (0.90, 16_384)
    assert found.method in (BETA, FREE)  # a true Beta is rejected one time in a thousand
    assert found.estimate == pytest.approx(paths.mean())


@pytest.mark.parametrize(("a", "b"), BETAS)
def test_a_beta_is_found_within_two_points_from_2048_worlds(rng, a, b):
    counts = counts_of(rng, rng.beta(a, b, (400, 2048)), 8)
    missed = errors(bands_of_counts(counts), stats.beta.ppf((0.05, 0.95), a, b))
    root = np.sqrt((missed**2).mean(axis=0))
    assert (root < 0.0145).all()
    assert (np.mean(np.abs(missed) < 0.02, axis=0) > 0.82).all()
    assert (np.abs(missed.mean(axis=0)) < 4.5 * root / np.sqrt(400) + 0.002).all()


def least_error(a, b, worlds, replicates):
    """Return the Cramer-Rao bound: the standard error of the 5 and 95% points that no unbiased estimate can beat.

    From the Fisher information of Beta-Binomial counts, with both parameters unknown; nothing of the estimator is used.
    """
    step, k = 1e-5, np.arange(replicates + 1)

    def by_parameter(what):
        return np.array(
            [(what(a + step, b) - what(a - step, b)), (what(a, b + step) - what(a, b - step))]
        ) / (2 * step)  # fmt: skip

    chance = stats.betabinom(replicates, a, b).pmf(k)
    score = by_parameter(lambda x, y: stats.betabinom(replicates, x, y).logpmf(k))
    covariance = np.linalg.inv(worlds * (score * chance) @ score.T)
    slopes = [by_parameter(lambda x, y, q=q: stats.beta.ppf(q, x, y)) for q in (0.05, 0.95)]
    return np.array([np.sqrt(slope @ covariance @ slope) for slope in slopes])


@pytest.mark.parametrize(("a", "b"), BETAS)
def test_the_error_is_nearly_the_least_that_the_data_allow(rng, a, b):
    # Two points of error in every run cannot be had: a Beta(5, 1) leaves even the best estimate .013 of standard error.
    counts = counts_of(rng, rng.beta(a, b, (1000, 2048)), 8)
    missed = errors(bands_of_counts(counts), stats.beta.ppf((0.05, 0.95), a, b))
    root = np.sqrt((missed**2).mean(axis=0))
    least = least_error(a, b, 2048, 8)
    assert (root < 1.15 * least + 0.0005).all()
    assert (root > 0.9 * least).all(), "closer than possible: the bound or the counts are wrong"


@pytest.mark.parametrize("truth", [two_kinds, unequal_kinds, hopeless_and_others, two_points])
def test_what_is_no_beta_is_found_within_five_points_and_named(seed, truth):
    rng = np.random.default_rng(seed)
    expected = np.quantile(truth(np.random.default_rng(0), 1_000_000), (0.05, 0.95))
    (found,) = bands_of_counts(counts_of(rng, truth(rng, (1, 8192)), 8))
    np.testing.assert_allclose((found.low, found.high), expected, atol=0.05)
    assert found.method == FREE


def test_a_beta_would_have_been_far_off_where_the_method_switches(rng):
    counts = counts_of(rng, two_points(rng, (1, 8192)), 8)
    mean, variance = moments(counts)
    strength = mean * (1 - mean) / variance - 1
    assert stats.beta.ppf(0.05, mean * strength, (1 - mean) * strength) < 0.2 - 0.15


def test_a_true_beta_seldom_switches(rng):
    methods = [band.method for band in bands_of_counts(counts_of(rng, rng.beta(2, 3, (2000, 2048)), 8))]
    switched = np.mean([method == FREE for method in methods])
    assert switched <= 0.001 + 4 * np.sqrt(0.001 * 0.999 / 2000)


def test_the_p_values_of_the_shape_are_uniform_under_a_beta(rng):
    p_values = fit_of_beta(counts_of(rng, rng.beta(2, 3, (2000, 2048)), 8), np.full(2000, 2.0), np.full(2000, 3.0), 0)
    assert stats.kstest(p_values, "uniform").pvalue > 1e-4


def test_the_corrected_variance_has_no_bias_at_any_number_of_replicates(rng):
    truth = stats.beta(2, 3)
    for m in (2, 5, 50):
        mean, variance = moments(counts_of(rng, truth.rvs((200, 1000), random_state=rng), m))
        assert variance.mean() == pytest.approx(truth.var(), abs=4.5 * variance.std() / np.sqrt(200))
        assert mean.mean() == pytest.approx(truth.mean(), abs=4.5 * mean.std() / np.sqrt(200))


def test_the_naive_spread_would_be_far_too_wide(rng):
    chances = rng.beta(20, 20, 4096)
    paths = rng.random((4096, 4)) < chances[:, None]
    found = parameter_band(paths.ravel(), 4)
    naive = np.quantile(paths.mean(axis=1), (0.05, 0.95))
    assert naive[1] - naive[0] > 1.5 * (found.high - found.low)
    assert found.high - found.low == pytest.approx(np.ptp(stats.beta.ppf((0.05, 0.95), 20, 20)), abs=0.1)


def test_the_worked_number():
    (found,) = bands_of_counts(np.array([[300.0, 400.0, 300.0]]))
    assert (found.estimate, found.low, found.high) == pytest.approx((0.5, 0.135, 0.865), abs=1e-3)


def test_one_replicate_is_refused_with_its_reason():
    with pytest.raises(EstimateRefused, match="at least 2 replicates"):
        parameter_band(np.array([True, False] * 500), 1)
    with pytest.raises(EstimateRefused, match="at least 2 worlds"):
        parameter_band(np.array([True, False]), 2)


def test_two_replicates_cannot_show_the_shape(rng):
    (found,) = bands_of_counts(counts_of(rng, two_points(rng, (1, 8192)), 2))
    assert found.method == BETA


def test_worlds_that_are_all_alike_make_no_band():
    (found,) = bands_of_counts(np.array([[0.0, 0.0, 1000.0, 0.0, 0.0]]))
    assert (found.low, found.estimate, found.high) == (0.5, 0.5, 0.5)
    assert found.method == ALIKE


def test_worlds_that_are_all_or_nothing():
    (found,) = bands_of_counts(np.array([[600.0, 0.0, 0.0, 0.0, 400.0]]))
    assert (found.low, found.high) == pytest.approx((0.0, 1.0))


def test_nothing_seen_bounds_the_band_by_the_rule_of_three():
    never, always = bands_of_counts(np.array([[1000.0, 0, 0, 0, 0], [0, 0, 0, 0, 1000.0]]))
    assert (never.low, never.estimate) == (0.0, 0.0)
    assert 0.05 * (1 - (1 - never.high) ** 4) == pytest.approx(3 / 1000)
    assert (always.low, always.high) == pytest.approx((1 - never.high, 1.0))
    assert never.method == always.method == UNSEEN


def test_months_together_are_each_month_alone(rng):
    chances = np.stack([rng.beta(2, 3, 1024), two_kinds(rng, 1024), hopeless_and_others(rng, 1024)])
    hits = (rng.random((3, 1024, 8)) < chances[:, :, None]).reshape(3, -1)
    together = parameter_bands(hits, 8)
    for month, band in zip(hits, together, strict=True):
        alone = parameter_band(month, 8)
        assert (band.low, band.high) == pytest.approx((alone.low, alone.high), abs=1e-9)
        assert band.method == alone.method
    assert together == parameter_bands(hits, 8)


def test_the_band_widens_with_its_level(rng):
    for chances in (rng.beta(2, 3, 2048), two_kinds(rng, 2048)):
        hits = (rng.random((2048, 8)) < chances[:, None]).ravel()
        narrow, wide = parameter_band(hits, 8, 0.5), parameter_band(hits, 8, 0.9)
        assert wide.low < narrow.low < narrow.high < wide.high


def test_the_test_of_the_shape_pools_small_cells():
    counts, expected = np.array([50.0, 30.0, 15.0, 4.0, 1.0]), np.array([48.0, 31.0, 16.0, 4.0, 1.0])
    pooled = stats.chisquare([50, 30, 15, 5], [48, 31, 16, 5], ddof=1)
    assert chi_square(counts, expected, 1) == pytest.approx(pooled.pvalue)
    assert chi_square(counts, expected, 3) == 1.0


def test_the_grid_holds_both_ends():
    assert support()[0] == 0.0
    assert support()[-1] == 1.0
    assert (np.diff(support()) > 0).all()


def test_the_moments_are_those_of_the_worlds_shares_less_their_luck(rng):
    hits = rng.binomial(4, rng.beta(2, 3, 60))
    counts = np.bincount(hits, minlength=5).astype(float)[None]
    (mean,), (variance,) = moments(counts)
    shares = hits / 4
    assert mean == pytest.approx(shares.mean())
    assert variance == pytest.approx(shares.var(ddof=1) - (shares * (1 - shares)).mean() / 3)


def test_ten_worlds_without_a_hit_tell_nothing_of_the_rarest_twentieth():
    (never,) = bands_of_counts(np.array([[10.0, 0, 0]]))
    assert (never.low, never.high) == (0.0, 1.0)


def test_a_small_last_cell_is_pooled_with_the_one_before():
    counts, expected = np.array([50.0, 30.0, 10.0, 9.0, 1.0]), np.array([48.0, 31.0, 10.0, 8.0, 3.0])
    pooled = stats.chisquare([50, 30, 10, 10], [48, 31, 10, 11], ddof=1)
    assert chi_square(counts, expected, 1) == pytest.approx(pooled.pvalue)


def test_the_free_distribution_fits_the_counts_it_was_made_from(seed):
    rng, m = np.random.default_rng(seed), 8
    counts = counts_of(rng, two_kinds(rng, (1, 8192)), m)
    (weights,) = mixing_distribution(counts, np.array([0.5]), np.array([0.5]))
    chances = stats.binom.pmf(np.arange(m + 1)[:, None], m, support())
    expected = 8192 * (chances @ weights)
    assert weights.sum() == pytest.approx(1.0)
    assert ((counts[0] - expected) ** 2 / expected).sum() <= m / 2


def test_percentiles_of_two_points_lie_on_them_and_between():
    weights = np.zeros((1, len(support())))
    weights[0, [30, 80]] = 0.5
    low, middle, high = (percentiles(weights, q)[0] for q in (0.25, 0.5, 0.75))
    assert (low, high) == pytest.approx((support()[30], support()[80]))
    assert low < middle < high
