"""The simultaneous band: one critical value for all months, exact intervals where events are few."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri
from scipy.stats import multivariate_normal
from statsmodels.stats.proportion import proportion_confint

from sim.estimates import estimate_probability, simultaneous_band, wilson
from sim.estimates.bands import critical_value
from sim.estimates.probability import wilson_with


@pytest.mark.parametrize("months", [1, 2, 8])
def test_independent_months_take_the_sidak_value(months):
    expected = ndtri(0.5 + 0.5 * 0.95 ** (1 / months))
    # 20,000 draws: the error of this quantile is about .0155 at most.
    assert critical_value(np.eye(months)) == pytest.approx(expected, abs=4 * 0.0155)


def test_months_that_move_as_one_take_the_pointwise_value():
    assert critical_value(np.ones((8, 8))) == pytest.approx(1.96, abs=4 * 0.0155)


def test_correlation_lies_between_and_the_value_is_always_the_same():
    matrix = 0.8 ** np.abs(np.subtract.outer(np.arange(8), np.arange(8)))
    draws = stats.multivariate_normal(np.zeros(8), matrix, seed=3).rvs(200_000)
    expected = np.quantile(np.abs(draws).max(axis=1), 0.95)
    assert critical_value(matrix) == pytest.approx(expected, abs=4 * 0.0155)
    assert critical_value(matrix) == critical_value(matrix)
    assert 1.96 < critical_value(matrix) < critical_value(np.eye(8))
    assert critical_value(matrix, 0.8) < critical_value(matrix, 0.95) < critical_value(matrix, 0.99)


def growing(rng, worlds, replicates, shares):
    """Hits by month; a path that is profitable stays so."""
    score = 0.7 * rng.normal(size=(worlds, 1)) + np.sqrt(1 - 0.49) * rng.normal(size=(worlds, replicates))
    return score.ravel() < ndtri(np.array(shares))[:, None]


def test_the_band_is_wider_than_each_month_alone_and_narrower_than_bonferroni(rng):
    hits = growing(rng, 1000, 4, [0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6])
    for row, band in zip(hits, simultaneous_band(hits, 4), strict=True):
        alone = estimate_probability(row, 4)
        careful = estimate_probability(row, 4, 1 - 0.05 / 8)
        assert band.method == "sup-t Wilson"
        assert band.estimate == alone.estimate
        assert careful.low < band.low < alone.low
        assert alone.high < band.high < careful.high
        assert band.level == 0.95
        assert band.n == pytest.approx(alone.n)


@pytest.mark.parametrize("replicates", [1, 4])
def test_the_critical_value_is_that_of_the_correlation_between_the_worlds_means(rng, replicates):
    hits = growing(rng, 800, replicates, [0.2, 0.3, 0.45, 0.8])
    hits[3] = rng.random(hits.shape[1]) < 0.8  # a month of its own
    means = hits.reshape(4, -1, replicates).mean(axis=2)
    z = critical_value(np.corrcoef(means))
    for band in simultaneous_band(hits, replicates):
        np.testing.assert_allclose((band.low, band.high), wilson_with(band.estimate, band.n, z), rtol=1e-6)


def test_few_events_take_bonferroni_clopper_pearson(rng):
    hits = np.zeros((4, 5000), dtype=bool)
    hits[1, :20] = hits[2, :1000] = hits[3, :2500] = True
    bands = simultaneous_band(hits)
    assert [band.method for band in bands] == [
        "Bonferroni one-sided exact on worlds",
        "Bonferroni Clopper-Pearson",
        "sup-t Wilson",
        "sup-t Wilson",
    ]
    expected = proportion_confint(20, 5000, alpha=0.05 / 4, method="beta")
    np.testing.assert_allclose((bands[1].low, bands[1].high), expected)
    assert (bands[0].low, bands[0].high) == (0.0, pytest.approx(1 - (0.05 / 4) ** (1 / 5000)))


def test_one_moving_month_among_silent_ones_takes_the_bonferroni_value():
    hits = np.zeros((5, 1000), dtype=bool)
    hits[2, :300] = True
    found = simultaneous_band(hits)[2]
    # Silent months count as independent ones; the critical value is simulated, to three digits.
    np.testing.assert_allclose((found.low, found.high), wilson(300, 1000, 1 - 0.05 / 5), rtol=1e-3)


def test_all_months_silent_or_certain_is_no_error():
    for hits, ends in ((np.zeros((3, 100), dtype=bool), (0, None)), (np.ones((3, 100), dtype=bool), (None, 1))):
        for band in simultaneous_band(hits, 4):
            assert band.low == ends[0] or ends[0] is None
            assert band.high == ends[1] or ends[1] is None
            assert band.n == 25


def test_a_single_month_is_the_pointwise_interval(rng):
    hits = rng.random(2000) < 0.4
    band, alone = simultaneous_band(hits[None])[0], estimate_probability(hits)
    np.testing.assert_allclose((band.low, band.high), (alone.low, alone.high), atol=1e-3)


def test_clustered_worlds_widen_the_band(rng):
    hits = np.repeat(rng.random((3, 400)) < 0.4, 8, axis=1)
    clustered, naive = simultaneous_band(hits, 8), simultaneous_band(hits, 1)
    for one, other in zip(clustered, naive, strict=True):
        assert one.high - one.low > 2.5 * (other.high - other.low)


def test_the_critical_value_agrees_with_quadrature():
    correlation = np.array([[1.0, 0.9], [0.9, 1.0]])
    z = critical_value(correlation)
    inside = multivariate_normal(cov=correlation).cdf([z, z], lower_limit=[-z, -z])
    assert inside == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 20_000))


def test_equal_eigenvalues_leave_no_choice():
    tilt = np.random.default_rng(5).normal(size=(8, 8)) * 1e-15
    values = {critical_value(np.eye(8) + sign * (tilt + tilt.T)) for sign in (-1.0, 0.0, 1.0)}
    assert max(values) - min(values) < 1e-9


@pytest.mark.parametrize(("seen", "paths"), [(6, 500), (494, 500), (20, 5000), (4980, 5000)])
def test_few_events_or_a_small_share_on_either_side_take_the_exact_interval(rng, seen, paths):
    # Six of 500 are more than 1% and fewer than ten; twenty of 5,000 are less than 1% and more than ten.
    rare, _ = simultaneous_band(np.stack([np.arange(paths) < seen, rng.random(paths) < 0.4]))
    assert rare.method == "Bonferroni Clopper-Pearson"
    expected = proportion_confint(seen, paths, alpha=0.05 / 2, method="beta")
    np.testing.assert_allclose((rare.low, rare.high), expected, atol=1e-12)
