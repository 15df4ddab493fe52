"""What a first test leaves of a benchmark, against posteriors that are summed here by other means."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.estimates.posterior import beta_after_counts, lognormal_after_counts, lognormal_after_value

TESTS = [(420, 5), (420, 0), (50, 0), (50, 1), (2_000, 0), (2_000, 40), (100, 10), (100_000, 1_100), (1, 1)]


def numerical(prior, trials, hits, points=400_001):
    """Return mean, and the 5, 50 and 95% points, of the posterior of a share, summed over the share itself."""
    low, high = prior.ppf(1e-13), min(prior.ppf(1 - 1e-13), 1 - 1e-12)
    share = np.exp(np.linspace(np.log(low), np.log(high), points))
    log_weight = stats.binom.logpmf(hits, trials, share) + prior.logpdf(share) + np.log(share)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    reached = np.cumsum(weight)
    return float(weight @ share), [float(np.interp(u, reached, share)) for u in (0.05, 0.5, 0.95)]


@pytest.mark.parametrize(("trials", "hits"), TESTS)
@pytest.mark.parametrize(("median", "log_sd"), [(0.008, 0.7), (0.015, 0.6)])
def test_a_lognormal_rate_after_counts_is_the_numerical_posterior_to_four_per_cent(trials, hits, median, log_sd):
    mean, points = numerical(stats.lognorm(log_sd, scale=median), trials, hits)
    found = stats.lognorm(*reversed(lognormal_after_counts(median, log_sd, trials, hits)))
    found = stats.lognorm(found.args[0], scale=found.args[1])
    assert found.mean() == pytest.approx(mean, rel=0.01)
    assert [found.ppf(u) for u in (0.05, 0.5, 0.95)] == pytest.approx(points, rel=0.04)


@pytest.mark.parametrize(("trials", "hits"), TESTS)
def test_a_beta_share_after_counts_is_the_numerical_posterior(trials, hits):
    before = (6.1, 299.0)
    mean, points = numerical(stats.beta(*before), trials, hits)
    found = stats.beta(*beta_after_counts(*before, trials, hits))
    assert found.mean() == pytest.approx(mean, rel=1e-4)
    assert [found.ppf(u) for u in (0.05, 0.5, 0.95)] == pytest.approx(points, rel=1e-3)


def test_a_price_after_one_value_is_the_numerical_posterior():
    median, log_sd = lognormal_after_value(0.75, 0.40, 0.50, 0.20)

    def weight(x):
        return stats.norm.pdf(x, math.log(0.75), 0.40) * stats.norm.pdf(math.log(0.50), x, 0.20)

    total = integrate.quad(weight, -4, 3)[0]
    mean = integrate.quad(lambda x: x * weight(x), -4, 3)[0] / total
    square = integrate.quad(lambda x: x * x * weight(x), -4, 3)[0] / total
    assert math.log(median) == pytest.approx(mean, abs=1e-9)
    assert log_sd**2 == pytest.approx(square - mean**2, abs=1e-9)


def test_the_worked_numbers_of_the_docstrings():
    assert beta_after_counts(6, 294, 300, 3) == (9, 591)
    assert lognormal_after_counts(0.008, 0.70, 420, 5) == pytest.approx((0.0100, 0.39), rel=0.02)
    assert lognormal_after_value(0.75, 0.40, 0.50, 0.20) == pytest.approx((0.54, 0.18), rel=0.01)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 10**6), st.floats(0, 1), st.floats(1e-4, 0.05), st.floats(0.1, 1.5))
def test_a_test_never_widens_a_rate_by_much_and_draws_it_towards_what_was_seen(trials, share, median, log_sd):
    hits = math.floor(share * trials * 0.2)
    after, spread = lognormal_after_counts(median, log_sd, trials, hits)
    assert 0 < spread < 1.2 * log_sd
    assert after < 1
    more = lognormal_after_counts(median, log_sd, trials, min(hits + 1, trials))
    assert more[0] > after


def test_nothing_tried_leaves_the_benchmark():
    assert lognormal_after_counts(0.008, 0.70, 0, 0) == pytest.approx((0.008, 0.70), rel=1e-6)
    assert beta_after_counts(2, 98, 0, 0) == (2, 98)
