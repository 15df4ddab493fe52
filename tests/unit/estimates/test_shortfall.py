"""The mean of the worst outcomes: sectioning, and when it is refused."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import EstimateRefused, expected_shortfall
from sim.estimates.shortfall import mean_of_worst


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
