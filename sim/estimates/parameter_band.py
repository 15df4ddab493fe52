"""How far does P(profit) depend on what the seller does not know? The 5-95% points of P(profit | world) over worlds.

It does not shrink with more paths, unlike the simulation error. The spread of the worlds' shares of hits will not do:
each share of ``m`` replicates carries luck of its own (its variance is 3.4 times the true one at m = 5 on a small
model). The correction, for shares ``q`` with mean ``p``:

    variance between worlds = variance of q - mean of q (1 - q) / (m - 1)
    s = p (1 - p) / variance - 1,  Beta(p s, (1 - p) s),  band = its 5% and 95% points

A chi-square test holds the counts 0..m against that Beta-Binomial. Where it is rejected at .1% (two kinds of worlds,
worlds without any chance), the method switches to the nonparametric maximum-likelihood mixing distribution on a grid,
by EM from the Beta fit. EM stops once the counts fit well (a chi-square of m / 2, or 1,000 steps), on purpose: the full
maximum is a handful of points whose percentiles jump, and stopped there a Beta rejected by chance stays nearly a Beta.
At 2 replicates the shape cannot be tested; at 1 nothing tells luck from worlds, and the band is refused.

Worked number: of 1,000 worlds with 2 replicates 300 show 0, 400 show 1 and 300 show 2 hits. p = .5, variance
.150 - .100 = .050, s = 4, Beta(2, 2): 13.5% to 86.5%.

References: Griffiths (1973), Biometrics 29, 637-648 (Beta-Binomial); Laird (1978), J. Amer. Statist. Assoc. 73, 805-811
(nonparametric maximum likelihood of a mixing distribution).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, betaln, chdtrc, gammaln, xlog1py, xlogy

from sim.estimates.estimate import Array, Estimate, EstimateRefused, estimates_of
from sim.estimates.probability import count_worlds, counts_by_world, one_sided

REJECTED = 0.001
"""The Beta is given up where its counts would be this surprising: dozens of bands a run should not switch by chance."""

EXPECTED = 5.0
"""Counts are pooled until each cell of the test expects this many worlds."""

STEPS = 1000
POINTS = 101
ALIKE = "no spread between worlds found"
UNSEEN = "every path alike: fewer than 3 in n"
BETA = "Beta-Binomial by moments"
FREE = "nonparametric maximum likelihood: the counts contradict a Beta"


def parameter_bands(hits: NDArray[Any], replicates: int, level: float = 0.90) -> list[Estimate]:
    """Return P(profit) of each month, from (n_months, n_paths) hits, with the band of a share ``level`` of worlds.

    The limits are percentiles of P(profit | world), not a confidence interval.

    Raises
    ------
    EstimateRefused
        At one replicate a world, or a single world.
    """
    return bands_of_counts(count_worlds(counts_by_world(hits, replicates), replicates), level)


def bands_of_counts(worlds_by_hits: NDArray[np.int64], level: float = 0.90) -> list[Estimate]:
    """Return the same from (n_months, m + 1), how many worlds show 0..m hits."""
    counts = worlds_by_hits.astype(float)
    if counts.shape[1] < 3:
        raise EstimateRefused(
            "a parameter band needs at least 2 replicates a world (found 1): one path cannot tell luck from the world"
        )
    if counts[0].sum() < 2:
        raise EstimateRefused("a parameter band needs at least 2 worlds (found 1)")
    worlds, m = counts.sum(axis=1), counts.shape[1] - 1
    mean, variance = moments(counts)
    found = bands_of_moments(mean, variance, worlds, m, level)
    a, b = beta_of(mean, variance)
    free = np.flatnonzero((variance > 0.0) & (fit_of_beta(counts, a, b) < REJECTED))
    if len(free):
        weights, tail = mixing_distribution(counts[free], a[free], b[free]), (1.0 - level) / 2.0
        ends = (percentiles(weights, q).tolist() for q in (tail, 1.0 - tail))
        for month, low, high in zip(free, *ends, strict=True):
            found[month] = replace(found[month], low=low, high=high, method=FREE)
    return found


def bands_of_moments(mean: Array, variance: Array, worlds: Array, m: int, level: float) -> list[Estimate]:
    """Return the bands of the Beta with (n_months,) means and variances of the worlds' probabilities."""
    tail, mixed = (1.0 - level) / 2.0, variance > 0.0
    low, high = (np.where(mixed, betaincinv(*beta_of(mean, variance), q), mean) for q in (tail, 1.0 - tail))
    low, high = one_sided(mean, low, high, unseen_reach(worlds, m, tail))
    methods = np.where((mean == 0.0) | (mean == 1.0), UNSEEN, np.where(mixed, BETA, ALIKE))
    return estimates_of(mean, low, high, level, methods, worlds)


def beta_of(mean: Array, variance: Array) -> tuple[Array, Array]:
    """Return both parameters of the Beta with these moments; without variance they mean nothing."""
    mixed = variance > 0.0
    strength = np.maximum(np.where(mixed, mean * (1.0 - mean) / np.where(mixed, variance, 1.0) - 1.0, 1.0), 1e-6)
    inside = np.clip(mean, 1e-12, 1.0 - 1e-12)
    return inside * strength, (1.0 - inside) * strength


def moments(counts: Array) -> tuple[Array, Array]:
    """Return mean and corrected variance of the worlds' probabilities; the variance may come out negative."""
    m = counts.shape[1] - 1
    worlds, shares = counts.sum(axis=1), np.arange(m + 1) / m
    mean = counts @ shares / worlds
    spread = (counts * (shares - mean[:, None]) ** 2).sum(axis=1) / (worlds - 1.0)
    luck = counts @ (shares * (1.0 - shares)) / worlds / (m - 1.0)
    return mean, spread - luck


def unseen_reach(worlds: Array, m: int, tail: float) -> Array:
    """Return the probability that a share ``tail`` of worlds may have at most, given that no path was a hit.

    With that probability ``x`` a share ``tail * (1 - (1 - x)^m)`` of worlds would show a hit: fewer than 3 in n.
    """
    shown = np.minimum(3.0 / worlds / tail, 1.0)
    return np.asarray(1.0 - (1.0 - shown) ** (1.0 / m))


def fit_of_beta(counts: Array, a: Array, b: Array, fitted: int = 2) -> Array:
    """Return the p value of each row's counts under a Beta-Binomial; 1 where too few cells are left to test."""
    m = counts.shape[1] - 1
    k = np.arange(m + 1)
    log_chance = log_choose(m) + betaln(k + a[:, None], m - k + b[:, None]) - betaln(a, b)[:, None]
    expected = counts.sum(axis=1, keepdims=True) * np.exp(log_chance)
    return np.array([chi_square(seen, asked, fitted) for seen, asked in zip(counts, expected, strict=True)])


def chi_square(counts: Array, expected: Array, fitted: int) -> float:
    """Return the p value of counts against expected ones, neighbours pooled until each cell expects five."""
    cells: list[list[float]] = [[0.0, 0.0]]
    for seen, asked in zip(counts.tolist(), expected.tolist(), strict=True):
        if cells[-1][1] >= EXPECTED:
            cells.append([0.0, 0.0])
        cells[-1][0] += seen
        cells[-1][1] += asked
    if len(cells) > 1 and cells[-1][1] < EXPECTED:
        seen, asked = cells.pop()
        cells[-1][0] += seen
        cells[-1][1] += asked
    freedom = len(cells) - 1 - fitted
    if freedom < 1:
        return 1.0
    return float(chdtrc(freedom, sum((seen - asked) ** 2 / asked for seen, asked in cells)))


def support() -> Array:
    """Return the grid of probabilities, 0 and 1 included, denser towards both ends."""
    return np.asarray(np.sin(np.linspace(0.0, np.pi / 2.0, POINTS)) ** 2)


def mixing_distribution(counts: Array, a: Array, b: Array) -> Array:
    """Return (n_months, POINTS) weights of the grid's probabilities, by EM from the Beta fit.

    A tenth of the start is spread evenly: EM never leaves a weight of zero.
    """
    m, grid = counts.shape[1] - 1, support()
    worlds, k = counts.sum(axis=1, keepdims=True), np.arange(m + 1)[:, None]
    chance = np.exp(log_choose(m)[:, None] + xlogy(k, grid) + xlog1py(m - k, -grid))
    edges = np.concatenate([[0.0], (grid[1:] + grid[:-1]) / 2.0, [1.0]])
    weights = 0.9 * np.diff(betainc(a[:, None], b[:, None], edges), axis=1) + 0.1 / POINTS
    shares = counts / worlds
    for _ in range(STEPS):
        expected = weights @ chance.T
        unfit = (worlds * (shares - expected) ** 2 / expected).sum(axis=1) > m / 2.0
        if not unfit.any():
            break
        weights = np.where(unfit[:, None], weights * ((shares / expected) @ chance), weights)
    return np.asarray(weights)


def percentiles(weights: Array, q: float) -> Array:
    """Return each row's ``q`` point, interpolated between the grid's probabilities."""
    grid, middles = support(), np.cumsum(weights, axis=1) - weights / 2.0
    return np.array([np.interp(q, row, grid) for row in middles])


def log_choose(m: int) -> Array:
    """Return log of the binomial coefficients m over 0..m."""
    k = np.arange(m + 1)
    return np.asarray(gammaln(m + 1) - gammaln(k + 1) - gammaln(m - k + 1))
