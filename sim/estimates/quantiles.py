"""Where do outcomes lie? Quantiles with order-statistic intervals, clustered by world.

The interval for the ``p`` quantile runs between the order statistics whose ranks are the ends of a binomial
``(n, p)``; ``n`` is the effective number of the indicator "at or below the quantile", and the ranks are scaled from it
to the number of paths, outwards. Nothing is assumed about the shape of the outcomes.

Worked number: the median of 100 independent values lies between the 40th and the 61st with at least 95%.

Reference: David and Nagaraja (2003), Order Statistics, 3rd ed., section 7.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrik

from sim.estimates.estimate import Array, Estimate, EstimateRefused
from sim.estimates.probability import effective_number


def binomial_rank(q: float, n: int, p: float) -> int:
    """Return the smallest k with P(Binomial(n, p) <= k) >= q."""
    k = max(int(np.floor(bdtrik(q, n, p))) - 1, 0)
    while k < n and bdtr(k, n, p) < q:
        k += 1
    return k


def binomial_ranks(p: float, n: int, size: int, level: float) -> tuple[int, int]:
    """Return the ranks, from 0, of the ends of an interval among ``size`` values that are worth ``n``.

    The first may be below 0 and the last ``size`` or more: that end is not bounded.
    """
    tail = (1.0 - level) / 2.0
    low, high = binomial_rank(tail, n, p), binomial_rank(1.0 - tail, n, p) + 1
    return int(np.floor(low * size / n)) - 1, int(np.ceil(high * size / n)) - 1


def rank_of(p: float, size: int) -> int:
    """Return how many of ``size`` values lie before the ``p`` quantile."""
    # A hair less: 0.07 * 100 is 7.000000000000001 in binary and would take the eighth value.
    return min(max(int(np.ceil(p * size * (1.0 - 1e-12))) - 1, 0), size - 1)


def check_quantile(p: float, size: int) -> None:
    """Refuse a quantile that is none, or of too few values."""
    if not 0.0 < p < 1.0:
        raise EstimateRefused(f"a quantile lies strictly between 0 and 1 (found {p:g})")
    if size < 2:
        raise EstimateRefused("a quantile needs at least two values")


def outcomes_at(values: NDArray[Any], levels: Sequence[float]) -> tuple[float, ...]:
    """Return points of outcomes without an interval: the same ones that :func:`estimate_quantile` estimates.

    Always one of the (n_paths,) values, never something between two of them. Worked number: the median of 1, 2, 3, 10
    is 2.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    return tuple(float(ordered[rank_of(level, len(ordered))]) for level in levels)


def estimate_quantile(values: NDArray[Any], replicates: int, p: float, level: float = 0.95) -> Estimate:
    """Estimate the ``p`` quantile of (n_paths,) values, which may hold infinities (never reached).

    A limit is infinite where the outermost path does not bound it.

    Raises
    ------
    EstimateRefused
        Where there are too few values for an interval, or some are not numbers.
    """
    table = np.asarray(values, dtype=float)
    return order_statistics(table, lambda point: effective_number(table <= point, replicates), p, level)


def order_statistics(values: Array, effective: Callable[[float], float], p: float, level: float) -> Estimate:
    """Estimate a quantile of values, given the effective number of the indicator "at or below this point"."""
    size = len(values)
    check_quantile(p, size)
    ordered = np.sort(values)
    if np.isnan(ordered[-1]):
        raise EstimateRefused("a quantile needs values that are numbers: some of these are not")
    point = float(ordered[rank_of(p, size)])
    n = max(round(effective(point)), 1)
    first, last = binomial_ranks(p, n, size, level)
    ends = (
        -np.inf if first < 0 else float(ordered[first]),
        np.inf if last >= size else float(ordered[last]),
    )
    return Estimate(point, *ends, level, "order statistics, clustered by world", n)
