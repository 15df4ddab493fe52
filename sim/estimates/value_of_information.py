"""The value of information: what it is worth, in money, to find something out before choosing a strategy.

Without more knowledge the seller takes the strategy with the best mean. Knowing the world he would take the best one
in it: EVPI = mean of the best strategy's value in each world - best mean. Knowing only the input ``x`` he takes the
best of ``g(x) = E[value | x]``: EVPPI = mean of the largest ``g(x)`` - best mean, with ``g`` from a regression of the
worlds' values on a cubic spline of the rank of ``x`` (knots at the quartiles; products of ranks for several inputs).

Kept true by construction: ``0 <= EVPPI <= EVPI``, and finding out more is never worth less: the EVPPI of a set is at
least that of each subset. A regression on noise finds a little in any input, most where strategies are close:
``evppi_noise_floor`` says how much the luckiest of so many dummy inputs shows. Values of worlds are means over
replicates; the luck left in them is counted as if it could be known, so EVPI is an upper figure:
``evpi_from_replicates`` brackets it.

Worked number: strategies worth 0 and ``x``, x = -1 or +1 with equal odds: best mean 0, EVPI = EVPPI of x = .5.

Reference: Strong, Oakley and Brennan (2014), Medical Decision Making 34, 311-326.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.estimate import Array, EstimateRefused

KNOTS = (0.25, 0.5, 0.75)
MAX_SET = 6
SHUFFLES = 2000


def evpi(values: NDArray[Any]) -> float:
    """Return the expected value of knowing the world, from (n_strategies, n_worlds) mean money."""
    table = np.asarray(values, dtype=float)
    return float(max(table.max(axis=0).mean() - table.mean(axis=1).max(), 0.0))


def evpi_from_replicates(values: NDArray[Any], replicates: int) -> tuple[float, float]:
    """Return a lower and an upper figure for EVPI, from (n_strategies, n_paths) money.

    The lower figure chooses by one half of a world's replicates and is paid by the other half, the upper one knows all.
    """
    if replicates < 2:
        raise EstimateRefused("a lower figure for EVPI needs at least 2 replicates a world (found 1)")
    table = np.asarray(values, dtype=float).reshape(len(values), -1, replicates)
    halves = table[:, :, : replicates // 2].mean(axis=2), table[:, :, replicates // 2 :].mean(axis=2)
    means = table.mean(axis=2)
    best, gains = int(means.mean(axis=1).argmax()), []
    for known, paid in (halves, halves[::-1]):
        chosen = np.take_along_axis(paid, known.argmax(axis=0)[None], axis=0)[0]
        gains.append(float((chosen - paid[best]).mean()))
    upper = evpi(means)
    return float(np.clip(np.mean(gains), 0.0, upper)), upper


def evppi(values: NDArray[Any], inputs: NDArray[Any]) -> float:
    """Return the expected value of knowing one input, or up to six together, in money.

    Parameters
    ----------
    values : (n_strategies, n_worlds) float
        Mean money.
    inputs : (n_worlds,) or (n_inputs, n_worlds) float
    """
    table, columns = np.asarray(values, dtype=float), np.atleast_2d(np.asarray(inputs, dtype=float))
    if len(columns) > MAX_SET:
        raise EstimateRefused(f"the value of knowing inputs together is for at most {MAX_SET} (found {len(columns)})")
    gains = _gains(table)
    found = max(_gain(gains, basis) for basis in _bases([rank_scale(column) for column in columns]))
    return float(np.clip(found, 0.0, evpi(table)))


def evppi_noise_floor(values: NDArray[Any], n_inputs: int = 1, tries: int = 1, seed: int = 1) -> float:
    """Return what the best of several dummies stays below in 95 of 100 runs, from 2,000 shuffles of the worlds.

    ``n_inputs`` are known together; ``tries`` says of how many inputs, or sets of them, the best is taken: the more are
    looked at, the luckier the luckiest.
    """
    table, rng = np.asarray(values, dtype=float), np.random.default_rng(seed)
    gains, n_worlds = _gains(table), table.shape[1]
    bases = _bases([(rng.permutation(n_worlds) + 0.5) / n_worlds for _ in range(n_inputs)])
    shown = np.empty(SHUFFLES)
    for shuffle in range(SHUFFLES):
        shuffled = gains[:, rng.permutation(n_worlds)]
        shown[shuffle] = max(_gain(shuffled, basis) for basis in bases)
    return float(np.clip(np.quantile(shown, 0.95 ** (1.0 / tries)), 0.0, evpi(table)))


def _gains(values: Array) -> Array:
    """Return what every strategy brings more than the best one."""
    return np.asarray(values - values[values.mean(axis=1).argmax()])


def rank_scale(column: Array) -> Array:
    """Return ranks scaled into (0, 1), equal for equal values: the regression sees no outliers."""
    _, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2.0
    return np.asarray(middles[place] / len(column))


def _bases(ranks: list[Array]) -> list[Array]:
    """Return, for every subset of inputs, (n_worlds, n_columns) orthonormal columns that span its regression."""
    sets = (chosen for size in range(1, len(ranks) + 1) for chosen in combinations(ranks, size))
    return [_span(_design(chosen)) for chosen in sets]


def _span(design: Array) -> Array:
    vectors, sizes, _ = np.linalg.svd(design, full_matrices=False)
    # An input of few values spans fewer columns than a spline has.
    return np.asarray(vectors[:, sizes > sizes[0] * len(design) * np.finfo(float).eps])


def _gain(gains: Array, basis: Array) -> float:
    """Return the mean of the largest fitted gain over the best strategy, whose own gain is 0."""
    return float((gains @ basis @ basis.T).max(axis=0).mean())


def _design(ranks: tuple[Array, ...]) -> Array:
    """Return the columns of the regression on some inputs: cubic splines, and products of two."""
    columns = [np.ones_like(ranks[0])]
    for rank in ranks:
        columns += [rank, rank**2, rank**3, *(np.maximum(rank - knot, 0.0) ** 3 for knot in KNOTS)]
    columns += [(a - 0.5) * (b - 0.5) for a, b in combinations(ranks, 2)]
    return np.stack(columns, axis=1)
