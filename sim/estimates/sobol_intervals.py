"""How sure is an estimate when the worlds are quasi-random? Scrambled Sobol' points repeat, and the repeats are random.

The worlds of one scrambled Sobol' sequence are spread evenly on purpose, so their own spread says nothing about the
error of the mean: Wilson would be far too wide. Every 256 worlds have a scrambling of their own; the means of these
``r`` scrambles are independent and unbiased, and ``mean -+ t(r - 1) s / sqrt(r)`` holds, from sixteen scrambles on.
Bands over months divide the error by the number of months (Bonferroni). Where fewer than ten hits (or misses) were
seen, fewer than 20 pairs that differ, or all scrambles agree, that spread is not to be trusted: the interval for random
worlds takes over and says so. The worlds of a Latin hypercube are taken alike.

Worked number: sixteen scrambles, half with 104 hits of 256 and half with 106, give 41.0% [40.8%, 41.2%]; random worlds
would give 41.0% [39.5%, 42.5%] from as many.

Reference: Owen (1997), SIAM J. Numer. Anal. 34, 1884-1910 (variance of scrambled nets).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.comparison import MIN_PAIRS, compare_probability
from sim.estimates.estimate import Array, Estimate, EstimateRefused
from sim.estimates.money import t_interval
from sim.estimates.probability import MIN_EVENTS, counts_by_world, estimate_probability
from sim.estimates.shortfall import sectioned

WORLDS_A_SCRAMBLE = 256
"""Consecutive worlds that were spread evenly together."""

MIN_SCRAMBLES = 16
"""Scrambles from which on a t interval is given."""

AS_RANDOM = ", as if worlds were random"


def scramble_means(values: NDArray[Any], replicates: int = 1) -> Array:
    """Return (..., n_scrambles) means from values of shape (..., n_paths).

    Raises
    ------
    EstimateRefused
        With fewer than sixteen scrambles, or one that is cut.
    """
    means = counts_by_world(values, replicates) / replicates
    scrambles, left_over = divmod(means.shape[-1], WORLDS_A_SCRAMBLE)
    if left_over:
        raise EstimateRefused(
            f"quasi-random worlds are only even in whole scrambles of {WORLDS_A_SCRAMBLE} "
            f"(found {means.shape[-1]} worlds)"
        )
    if scrambles < MIN_SCRAMBLES:
        raise EstimateRefused(
            f"an interval for quasi-random worlds needs {MIN_SCRAMBLES} scrambles of {WORLDS_A_SCRAMBLE} worlds"
            f" (found {scrambles})"
        )
    return np.asarray(means.reshape(*means.shape[:-1], scrambles, WORLDS_A_SCRAMBLE).mean(axis=-1))


def estimate_scrambled(
    values: NDArray[Any], replicates: int, statistic: Callable[[Array], float], level: float = 0.95
) -> Estimate:
    """Estimate any statistic of (n_paths,) outcomes, from its values in single scrambles about that of all paths."""
    table = np.asarray(values, dtype=float)
    scrambles = scramble_means(table, replicates).shape[-1]
    parts = [statistic(part) for part in table.reshape(scrambles, -1)]
    return Estimate(*sectioned(statistic(table), parts, level), level, "sectioning over scrambles", scrambles)


def estimate_scrambled_mean(values: NDArray[Any], replicates: int = 1, level: float = 0.95) -> Estimate:
    """Estimate the mean of (n_paths,) amounts, or differences; every 256 worlds in order are one scramble."""
    means = scramble_means(values, replicates)
    return Estimate(*t_interval(means, level), level, "t over scrambles", len(means))


def estimate_scrambled_probability(hits: NDArray[Any], replicates: int = 1, level: float = 0.95) -> Estimate:
    """Estimate a probability from (n_paths,) hits over scrambled Sobol' worlds."""
    found = estimate_scrambled_mean(hits, replicates, level)
    rarer = min(found.estimate, 1.0 - found.estimate) * np.asarray(hits).size
    if rarer < MIN_EVENTS or found.low == found.high:
        careful = estimate_probability(hits, replicates, level)
        return careful.noting(AS_RANDOM)
    return found.within(0.0, 1.0)


def compare_scrambled_probability(
    hits_a: NDArray[Any], hits_b: NDArray[Any], replicates: int = 1, level: float = 0.95
) -> Estimate:
    """Estimate P(A) - P(B) from (n_paths,) hits on the same paths over scrambled Sobol' worlds."""
    a, b = np.asarray(hits_a, dtype=float), np.asarray(hits_b, dtype=float)
    found = estimate_scrambled_mean(a - b, replicates, level)
    if np.count_nonzero(a != b) < MIN_PAIRS or found.low == found.high:
        careful = compare_probability(hits_a, hits_b, replicates, level)
        return careful.noting(AS_RANDOM)
    return found.within(-1.0, 1.0)


def scrambled_band(hits: NDArray[Any], replicates: int = 1, level: float = 0.95) -> list[Estimate]:
    """Estimate a probability at each month from (n_months, n_paths) hits so that all intervals hold together."""
    each = 1.0 - (1.0 - level) / len(hits)
    months = [estimate_scrambled_probability(month, replicates, each) for month in hits]
    return [replace(month, level=level, method=f"Bonferroni {month.method}") for month in months]
