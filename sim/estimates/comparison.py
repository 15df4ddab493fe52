"""Differences of two strategies on the same paths.

Is one better, on the same market and the same luck?

Pairing on the same paths cancels what both share.

* Difference of probabilities, one replicate a world: Bonett and Price. With ``a`` and ``b`` the shares of pairs where
  only one wins, one pair added to each and two to ``n``, the interval is
  ``a - b -+ z sqrt((a + b - (a - b)^2) / (n + 2))``.
  Worked number: 60 paths where only A wins, 40 where only B does, of 1,000: +2.0 points [+0.02, +3.97].
* Several replicates: a t interval over the worlds' mean differences. Where fewer than 20 effective pairs differ that
  spread is not to be trusted (with none it would be zero): Bonett and Price on the effective number of pairs.
* Money: a t interval over the worlds' mean differences.
* P(A beats B) depends on how the two are coupled (``Sample.beats`` names it); the differences above do not.

Reference: Bonett and Price (2012), J. Educ. Behav. Statist. 37, 479-488.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.estimates.estimate import Estimate, by_world, check_paired
from sim.estimates.money import estimate_mean, t_limits
from sim.estimates.tallies import Pairs

MIN_PAIRS = 20.0
"""With fewer effective pairs that differ, the spread between worlds is not used."""

COUPLING = "market, product and same-named channels shared"


def bonett_price(only_a: float, only_b: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Return the interval for the difference of paired proportions from the discordant counts."""
    a, b = (only_a + 1.0) / (n + 2.0), (only_b + 1.0) / (n + 2.0)
    half = float(ndtri(0.5 + level / 2.0)) * math.sqrt((a + b - (a - b) ** 2) / (n + 2.0))
    return max(a - b - half, -1.0), min(a - b + half, 1.0)


def effective_pairs(pairs: Pairs) -> float:
    """Return how many independent pairs these are worth: between the number of worlds and that of paths."""
    worlds, paths = pairs.worlds, pairs.worlds * pairs.replicates
    spread = pairs.mean_and_variance[1] / worlds
    if paths == worlds or spread == 0.0:
        return float(worlds)
    only_a, only_b = pairs.only_a / paths, pairs.only_b / paths
    return float(np.clip((only_a + only_b - (only_a - only_b) ** 2) / spread, worlds, paths))


def compare_probability(
    hits_a: NDArray[Any], hits_b: NDArray[Any], replicates: int = 1, level: float = 0.95
) -> Estimate:
    """Estimate P(A) - P(B) from (n_paths,) hits on the same paths."""
    return difference_of(Pairs.of(hits_a, hits_b, replicates), level)


def difference_of(pairs: Pairs, level: float = 0.95) -> Estimate:
    """Estimate P(A) - P(B) from what was counted of both."""
    replicates, worlds = pairs.replicates, pairs.worlds
    n = effective_pairs(pairs)
    only_a, only_b = (count / (worlds * replicates) for count in (pairs.only_a, pairs.only_b))
    alike = int((pairs.counts > 0).sum()) == 1
    if replicates == 1 or n * (only_a + only_b) < MIN_PAIRS or alike:
        point = only_a - only_b
        low, high = bonett_price(only_a * n, only_b * n, n, level)
        method = "Bonett-Price" if replicates == 1 else "Bonett-Price on the effective number of pairs"
        return Estimate(point, min(low, point), max(high, point), level, method, n)
    point, low, high = t_limits(*pairs.mean_and_variance, worlds, level)
    return Estimate(point, low, high, level, "paired t over worlds", worlds).within(-1.0, 1.0)


def compare_money(values_a: NDArray[Any], values_b: NDArray[Any], replicates: int = 1, level: float = 0.95) -> Estimate:
    """Estimate the mean of A less B from (n_paths,) values on the same paths."""
    check_paired(values_a, values_b)
    found = estimate_mean(np.asarray(values_a, dtype=float) - np.asarray(values_b, dtype=float), replicates, level)
    if found.n < 2:
        return found
    alike = found.low == found.high
    return replace(found, method="the same difference in every world" if alike else "paired t over worlds")


def variance_reduction(values_a: NDArray[Any], values_b: NDArray[Any], replicates: int = 1) -> float:
    """Return how many times smaller pairing made the variance of (n_paths,) differences: above 1 it helped."""
    a, b = (by_world(values, replicates).mean(axis=1) for values in (values_a, values_b))
    return times_smaller(float((a - b).var()), float(a.var() + b.var()))


def times_smaller(paired: float, unpaired: float) -> float:
    """Return how many times smaller: infinite where only the unpaired vary, 1 where nothing does."""
    if paired > 0.0:
        return unpaired / paired
    return math.inf if unpaired > 0.0 else 1.0
