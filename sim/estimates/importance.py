"""Which unknowns drive the result, and how much is plain luck? First-order shares of variance, from the given paths.

The share of an input ``x`` is ``Var(E[y | x]) / Var(y)``: by how much the variance of the outcome would fall, on
average, once ``x`` is known. The worlds are cut into ``B`` bins at quantiles of ``x`` (about the cube root of the number
of worlds); with SSB the sum of squares between bins and MSW the mean square within,

    Var(E[y | x]) = (SSB - (B - 1) MSW) / worlds

so that an input without influence gets 0 on average, not ``(B - 1) / worlds``. ``Var(y)`` is that of single paths; its part
within worlds is luck (from two replicates on). What is missing to 1 are interactions. The noise floor is the 95% point
of what a dummy input shows: the same outcomes, put into bins at random. Intervals come from drawing worlds again with
replacement, centred on the estimate (drawing again adds a bias of its own).

Worked number: y = 3 a + 4 b + luck, each with variance 1 in each path's world: shares 9/26 = .35 and 16/26 = .62,
luck 1/26 = .04.

References: Saltelli et al. (2008), Global Sensitivity Analysis, chapter 4; Kelley (1935), Proc. Natl. Acad. Sci. 21,
554-559 (the unbiased correlation ratio).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.estimate import Array, Estimate, EstimateRefused

RESAMPLES = 200
DUMMIES = 200
FEWEST_WORLDS = 256
Bins = NDArray[np.intp]


@dataclass(frozen=True)
class Importance:
    """Shares of an outcome's variance; tuples run over outcomes (months).

    Parameters
    ----------
    shares : dict of str to tuple of Estimate
        First-order share by input, within 0 and 1.
    noise_floor : tuple of float
        A share below this is no evidence of influence.
    luck : tuple of float, or None
        Share within worlds; None at one replicate, where luck cannot be told from unknown interactions.
    """

    shares: dict[str, tuple[Estimate, ...]]
    noise_floor: tuple[float, ...]
    luck: tuple[float, ...] | None


@dataclass(frozen=True)
class _Outcomes:
    """Worlds' means less the overall mean, their within-world variances (both (n_outcomes, n_worlds)), replicates."""

    means: Array
    within: Array
    replicates: int


def first_order_shares(
    values: NDArray[Any], inputs: Mapping[str, NDArray[Any]], replicates: int = 1, level: float = 0.95, seed: int = 1
) -> Importance:
    """Estimate each input's share of the variance of one or several outcomes.

    Parameters
    ----------
    values : (n_paths,) or (n_outcomes, n_paths) float or bool
        Money, or whether there is a profit.
    inputs : dict of str to (n_worlds,) float
        What was drawn for each world.
    replicates : int
        Consecutive paths of one world.
    level : float
        Coverage asked of the intervals.
    seed : int
        Of the resampling and of the dummy inputs.
    """
    table = np.atleast_2d(np.asarray(values, dtype=float))
    paths = table.reshape(len(table), -1, replicates)
    n_worlds = paths.shape[1]
    if n_worlds < FEWEST_WORLDS:
        raise EstimateRefused(f"shares of variance need {FEWEST_WORLDS} worlds (found {n_worlds})")
    means = paths.mean(axis=2)
    within = paths.var(axis=2, ddof=1) if replicates > 1 else np.zeros_like(means)
    outcomes = _Outcomes(means - means.mean(axis=1, keepdims=True), within, replicates)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(n_worlds, np.full(n_worlds, 1.0 / n_worlds), size=RESAMPLES).astype(float)
    once = np.ones((1, n_worlds))
    shares = {}
    for name, column in inputs.items():
        bins = quantile_bins(np.asarray(column, dtype=float))
        point, again = _raw_shares(outcomes, bins, once)[0], _raw_shares(outcomes, bins, draws)
        shares[name] = _estimates(point, again, level, n_worlds)
    return Importance(shares, _noise_floor(outcomes, rng), _luck(outcomes))


def number_of_bins(n_worlds: int) -> int:
    """Return how many bins to cut the worlds into: about the cube root, 8 to 32."""
    return int(np.clip(round(n_worlds ** (1.0 / 3.0)), 8, 32))


def quantile_bins(column: Array) -> Bins:
    """Return (n_worlds,) the bin of each world; worlds with one value are never parted."""
    distinct, place = np.unique(column, return_inverse=True)
    count = number_of_bins(len(column))
    if len(distinct) <= count:
        return np.asarray(place, dtype=np.intp)
    edges = np.unique(np.quantile(column, np.arange(1, count) / count))
    return np.asarray(np.unique(np.searchsorted(edges, column, side="right"), return_inverse=True)[1], dtype=np.intp)


def _raw_shares(outcomes: _Outcomes, bins: Bins, weights: Array) -> Array:
    """Return (n_weightings, n_outcomes) shares, not yet kept within 0 and 1, for weights (n_weightings, n_worlds)."""
    means, m = outcomes.means, outcomes.replicates
    n_bins = int(bins.max()) + 1
    inside = np.zeros((len(bins), n_bins))
    inside[np.arange(len(bins)), bins] = 1.0
    sizes = weights @ inside
    sums = np.stack([weights @ (inside * row[:, None]) for row in means], axis=1)
    squares, worlds = weights @ (means**2).T, weights.sum(axis=1, keepdims=True)
    overall = sums.sum(axis=2) / worlds
    total = squares - worlds * overall**2
    between = (sums**2 / np.maximum(sizes, 1.0)[:, None, :]).sum(axis=2) - worlds * overall**2
    filled = (sizes > 0.0).sum(axis=1, keepdims=True)
    noise = (total - between) / np.maximum(worlds - filled, 1.0)
    explained = (between - (filled - 1.0) * noise) / worlds
    variance = total / (worlds - 1.0) + (1.0 - 1.0 / m) * (weights @ outcomes.within.T) / worlds
    return np.asarray(np.where(variance > 0.0, explained / np.where(variance > 0.0, variance, 1.0), 0.0))


def _estimates(point: Array, again: Array, level: float, n_worlds: int) -> tuple[Estimate, ...]:
    tail = (1.0 - level) / 2.0
    centred = again - again.mean(axis=0)
    low, high = (np.clip(point + np.quantile(centred, q, axis=0), 0.0, 1.0) for q in (tail, 1.0 - tail))
    method = "correlation ratio in bins, worlds resampled"
    columns = zip(np.clip(point, 0.0, 1.0).tolist(), low.tolist(), high.tolist(), strict=True)
    return tuple(Estimate(share, below, above, level, method, n_worlds) for share, below, above in columns)


def _noise_floor(outcomes: _Outcomes, rng: np.random.Generator) -> tuple[float, ...]:
    n_worlds = outcomes.means.shape[1]
    bins = np.arange(n_worlds) * number_of_bins(n_worlds) // n_worlds
    once = np.ones((1, n_worlds))
    shown = []
    for _ in range(DUMMIES):
        order = rng.permutation(n_worlds)
        shuffled = _Outcomes(outcomes.means[:, order], outcomes.within[:, order], outcomes.replicates)
        shown.append(_raw_shares(shuffled, bins, once)[0])
    return tuple(np.maximum(np.quantile(np.array(shown), 0.95, axis=0), 0.0).tolist())


def _luck(outcomes: _Outcomes) -> tuple[float, ...] | None:
    if outcomes.replicates < 2:
        return None
    within = outcomes.within.mean(axis=1)
    variance = outcomes.means.var(axis=1, ddof=1) + (1.0 - 1.0 / outcomes.replicates) * within
    return tuple(np.where(variance > 0.0, within / np.where(variance > 0.0, variance, 1.0), 0.0).tolist())
