"""Which unknowns drive the result, and how much is plain luck? First-order shares of variance, from the given paths.

The share of an input ``x`` is ``Var(E[y | x]) / Var(y)``: by how much the variance of the outcome would fall, on
average, once ``x`` is known. The worlds are cut into ``B = sqrt(worlds) / 2`` bins at quantiles of ``x``, narrower
towards both ends (about ten worlds in the outermost), where skewed inputs do most. With ``n`` worlds, mean ``y`` and
variance ``s^2`` in each bin,

    Var(E[y | x]) = (sum n (y - overall)^2 - sum s^2 (1 - n / worlds)) / (worlds - 1)

so that an input without influence gets 0 on average, not about ``B / worlds``. ``Var(y)`` is that of single paths; its
part within worlds is luck (from two replicates on). What is missing to 1 are interactions. The noise floor is the 95%
point of what a dummy input shows: the same outcomes, put into bins at random. Intervals are the estimate -+ z times
the standard deviation over worlds drawn again with replacement.

Worked number: y = 3 a + 4 b + luck, all three of variance 1, luck anew on each path: shares 9/26 = .35 and
16/26 = .62, luck 1/26 = .04.

References: Saltelli et al. (2008), Global Sensitivity Analysis, chapter 4; Kelley (1935), Proc. Natl. Acad. Sci. 21,
554-559 (the correlation ratio without bias).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.estimates.estimate import Array, Estimate, EstimateRefused, estimates_of

RESAMPLES = 100
DUMMIES = 200
MIN_WORLDS = 256
Bins = NDArray[np.intp]


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        last = sorted(((found[-1].estimate, name) for name, found in self.shares.items()), reverse=True)
        largest = ", ".join(f"{name} {share:.0%}" for share, name in last[:4])
        luck = "" if self.luck is None else f", luck {self.luck[-1]:.0%}"
        return f"<Importance of {len(last)} inputs, at the end: {largest}{luck}; noise {self.noise_floor[-1]:.1%}>"


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
    seed : int
        Of the resampling and of the dummy inputs.
    """
    table = np.atleast_2d(np.asarray(values, dtype=float))
    paths = table.reshape(len(table), -1, replicates)
    n_worlds = paths.shape[1]
    if n_worlds < MIN_WORLDS:
        raise EstimateRefused(f"shares of variance need {MIN_WORLDS} worlds (found {n_worlds})")
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


def bin_edges(n_worlds: int) -> Array:
    """Return the inner edges of the bins as shares of worlds: a sine squared, so denser towards 0 and 1."""
    count = int(np.clip(round(np.sqrt(n_worlds) / 2.0), 8, 64))
    return np.asarray(np.sin(np.arange(1, count) / count * np.pi / 2.0) ** 2)


def quantile_bins(column: Array) -> Bins:
    """Return (n_worlds,) the bin of each world, 0 and up without gaps; worlds with one value are never parted."""
    distinct, place = np.unique(column, return_inverse=True)
    edges = bin_edges(len(column))
    if len(distinct) > len(edges):
        cuts = np.unique(np.quantile(column, edges, method="inverted_cdf"))
        place = np.unique(np.searchsorted(cuts, column, side="right"), return_inverse=True)[1]
    return np.asarray(place, dtype=np.intp)


def _raw_shares(outcomes: _Outcomes, bins: Bins, weights: Array) -> Array:
    """Return (n_weightings, n_outcomes) shares, not yet kept within 0 and 1, for weights (n_weightings, n_worlds)."""
    order = np.argsort(bins, kind="stable")
    starts = np.flatnonzero(np.diff(bins[order], prepend=-1))
    weighted = weights[:, order]
    sizes = np.add.reduceat(weighted, starts, axis=1)
    worlds = sizes.sum(axis=1)
    out = np.empty((len(weights), len(outcomes.means)))
    for position, (means, within) in enumerate(zip(outcomes.means, outcomes.within, strict=True)):
        row = means[order]
        sums = np.add.reduceat(weighted * row, starts, axis=1)
        squares = np.add.reduceat(weighted * row**2, starts, axis=1)
        correction = sums.sum(axis=1) ** 2 / worlds
        between = (sums**2 / np.maximum(sizes, 1.0)).sum(axis=1) - correction
        spread = np.maximum(squares - sums**2 / np.maximum(sizes, 1.0), 0.0) / np.maximum(sizes - 1.0, 1.0)
        explained = (between - (spread * (1.0 - sizes / worlds[:, None])).sum(axis=1)) / (worlds - 1.0)
        luck = np.einsum("rw,w->r", weights, within) / worlds
        total = (squares.sum(axis=1) - correction) / (worlds - 1.0) + (1.0 - 1.0 / outcomes.replicates) * luck
        out[:, position] = np.where(total > 0.0, explained / np.where(total > 0.0, total, 1.0), 0.0)
    return out


def _estimates(point: Array, again: Array, level: float, n_worlds: int) -> tuple[Estimate, ...]:
    reach = float(ndtri(0.5 + level / 2.0)) * again.std(axis=0, ddof=1)
    ends = np.clip([point, point - reach, point + reach], 0.0, 1.0)
    return tuple(estimates_of(*ends, level, "correlation ratio in bins, worlds resampled", n_worlds))


def _noise_floor(outcomes: _Outcomes, rng: np.random.Generator) -> tuple[float, ...]:
    n_worlds = outcomes.means.shape[1]
    bins = quantile_bins(np.arange(n_worlds, dtype=float))
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
