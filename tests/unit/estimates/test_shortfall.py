"""The mean of the worst outcomes: sectioning, and when it is refused."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import EstimateRefused, expected_shortfall
from sim.estimates.shortfall import mean_of_worst, sectioned


def test_the_mean_of_the_worst_counts_the_last_in_part():
    assert mean_of_worst(np.arange(1.0, 2001), 0.05) == 50.5
    assert mean_of_worst(np.array([4.0, 1.0, 3.0, 2.0]), 0.375) == pytest.approx((1 + 0.5 * 2) / 1.5)


def test_expected_shortfall_of_a_normal(rng):
    found = expected_shortfall(rng.standard_normal(40_000), 1, 0.05)
    truth = -stats.norm.pdf(stats.norm.ppf(0.05)) / 0.05
    error = found.half_width / stats.t.ppf(0.975, 19)
    assert found.estimate == pytest.approx(truth, abs=4 * error)
    assert found.method == "sectioning (20)"


def test_expected_shortfall_is_refused_with_its_reason(rng):
    values = rng.standard_normal(900)
    with pytest.raises(EstimateRefused, match=r"50 effective paths there \(found 45\.0\)"):
        expected_shortfall(values, 1, 0.05)
    with pytest.raises(EstimateRefused, match=r"found 45\.0"):
        expected_shortfall(np.repeat(values, 8), 8, 0.05)
    with pytest.raises(EstimateRefused, match="20 worlds"):
        expected_shortfall(values, 90, 0.5)
    with pytest.raises(EstimateRefused, match="finite"):
        expected_shortfall(np.append(values, np.inf), 1, 0.5)
    with pytest.raises(EstimateRefused, match="between 0 and 1"):
        expected_shortfall(values, 1, 0.0)
    with pytest.raises(EstimateRefused, match="between 0 and 1"):
        expected_shortfall(values, 1, 1.0)


def test_sections_give_a_t_interval_about_the_point_of_all_paths():
    # Squares about 2: 1, 0, 1, 4, in all 6, by three; not about the sections' own mean of 2.5.
    point, low, high = sectioned(2.0, [1.0, 2.0, 3.0, 4.0], 0.95)
    half = stats.t.ppf(0.975, 3) * np.sqrt(2.0) / np.sqrt(4)
    assert point == 2.0
    assert (low, high) == pytest.approx((2.0 - half, 2.0 + half))


def test_sections_are_whole_worlds_in_their_order(rng):
    values = rng.normal(size=(800, 1)) + rng.normal(size=(800, 4))
    found = expected_shortfall(values.ravel(), 4, 0.1, 0.9)
    worst = np.sort(values.ravel())[:320].mean()
    parts = [np.sort(values[first : first + 40].ravel())[:16].mean() for first in range(0, 800, 40)]
    error = np.sqrt(np.sum((np.array(parts) - worst) ** 2) / 19 / 20)
    assert (found.estimate, found.half_width) == pytest.approx((worst, stats.t.ppf(0.95, 19) * error))
