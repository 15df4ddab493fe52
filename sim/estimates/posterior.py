"""What a first test says about a rate or a price that had a benchmark: the benchmark's distribution after the test.

:func:`beta_after_counts` and :func:`lognormal_after_value` are exact; :func:`lognormal_after_counts` keeps the exact
mean and spread of the logarithm, so that what comes out is a lognormal again.

Ignored: days that differ (a test of few days is luckier or unluckier than its counts say), and a test that was stopped
because it went well.
"""

from __future__ import annotations

import math

import numpy as np

N_POINTS = 4_001
WIDTH = 10.0
"""Standard deviations, to either side of its highest point, over which a posterior is summed."""

NEVER, ALWAYS = -50.0, -1e-9
"""Logarithms of the lowest and the highest rate that is looked at."""


def beta_after_counts(alpha: float, beta: float, trials: float, hits: float) -> tuple[float, float]:
    """Return the two numbers of the beta distribution of a share after ``hits`` of ``trials``.

    ``alpha + hits, beta + trials - hits``: the conjugate posterior of a binomial count. Worked: (6, 294), a benchmark
    of 2%, after 3 of 300 becomes (9, 591), 1.5%. Gelman et al. (2013), Bayesian Data Analysis, section 2.4.

    Parameters
    ----------
    trials : float
        Not below ``hits``; a trial that counts for less than one, as a click where few reviews are, may be a fraction.
    """
    return alpha + hits, beta + max(trials - hits, 0.0)


def lognormal_after_counts(median: float, log_sd: float, trials: float, hits: float) -> tuple[float, float]:
    """Return median and spread of the logarithm of a rate after ``hits`` of ``trials``.

    The posterior ``p^hits (1 - p)^(trials - hits)`` times the lognormal benchmark is no lognormal; mean and standard
    deviation of ``log p`` under it are summed over a grid and kept. Its mean is then right to 1%, its 5 and 95% points
    to 4% of themselves, also where nothing was hit. Worked: median .008, log-sd .70, after 5 of 420: .0100, .39.

    Parameters
    ----------
    median, log_sd : float
        Of the benchmark.
    """
    from scipy.optimize import brentq

    middle, missed = math.log(median), trials - hits

    def slope(log_rate: float) -> float:
        return hits + missed * math.exp(log_rate) / math.expm1(log_rate) - (log_rate - middle) / log_sd**2

    highest = (
        float(brentq(slope, min(middle - missed * log_sd**2, NEVER) - 1.0, ALWAYS)) if slope(ALWAYS) < 0 else ALWAYS
    )
    spread = (log_sd**-2.0 + missed * math.exp(highest) / math.expm1(highest) ** 2) ** -0.5
    # Log-concave, and to the left of its highest point no steeper than there: the benchmark alone holds it there.
    left, right = min(WIDTH * log_sd, 4.0 * WIDTH * spread), WIDTH * spread
    log_rate = np.linspace(highest - left, min(highest + right, ALWAYS), N_POINTS)
    log_weight = hits * log_rate + missed * np.log(-np.expm1(log_rate)) - 0.5 * ((log_rate - middle) / log_sd) ** 2
    weight = np.exp(log_weight - np.max(log_weight))
    weight /= np.sum(weight)
    mean = float(np.sum(weight * log_rate))
    return math.exp(mean), math.sqrt(float(np.sum(weight * (log_rate - mean) ** 2)))


def lognormal_after_value(median: float, log_sd: float, seen: float, seen_log_sd: float) -> tuple[float, float]:
    """Return median and spread of the logarithm of a price after one value was seen.

    Both logarithms are normal, so precisions add up and the middles are weighed by them. Worked: median .75, log-sd
    .40, after .50 seen to within .20: .54, .18. Gelman et al. (2013), section 2.5.

    Parameters
    ----------
    median, log_sd : float
        Of the benchmark.
    seen, seen_log_sd : float
        The value, and by how much its logarithm may be off.
    """
    before, by_test = log_sd**-2.0, seen_log_sd**-2.0
    middle = (before * math.log(median) + by_test * math.log(seen)) / (before + by_test)
    return math.exp(middle), (before + by_test) ** -0.5
