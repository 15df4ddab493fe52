"""What is known once some paths are ruled out? Estimates over the paths that agree with what the seller has seen.

Worlds keep unequal numbers of paths ``k``, so a share is a ratio of totals, ``p = sum h / sum k`` with the hits ``h``
among the kept, and its variance comes from the worlds' residuals ``e = h - p k``:

    variance of p = sum e^2 / (sum k)^2 * W / (W - 1),     effective number = p (1 - p) / variance, at most sum k

The effective number goes into the same intervals as without a condition. A world counts by the paths it kept: worlds
that fit what was seen count for more, which is Bayes' rule. The parameter band needs the mean of the worlds' squared
probabilities, to which worlds with two kept paths or more give ``sum h (h - 1) / (k - 1)``. Worlds with a single kept
path cannot tell theirs, but to leave them out would count what was seen twice (with 2 replicates a Beta(3, 2) would
pass for a Beta(4, 2)): they count with their own share of hits, and as alike within a world as the others.

Worked number: worlds keep 2, 1, 1 and 0 paths with 2, 0, 1 and 0 hits. p = 3/4; residuals .5, -.75, .25, 0; variance
.875 / 16 * 3/2 = .082; effective number .1875 / .082 = 2.29.

Reference: Cochran (1977), Sampling Techniques, 3rd ed., section 9A (ratio to size, clusters).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.estimates.bands import band_with, correlation_of_months
from sim.estimates.comparison import MIN_PAIRS, bonett_price
from sim.estimates.estimate import Array, Estimate, EstimateRefused, by_world
from sim.estimates.parameter_band import BETA, bands_of_moments
from sim.estimates.probability import MIN_EVENTS, limits_of
from sim.estimates.quantiles import order_statistics
from sim.estimates.shops import Shops, shops_of_moments
from sim.estimates.shortfall import MIN_TAIL_PATHS, N_SECTIONS, mean_of_worst, sectioned

MIN_WORLDS = 200
"""Kept worlds below which nothing is concluded."""

GIVEN = ", given the condition"
UNTESTED = "Beta by moments, worlds weighted by kept paths; shape not tested"

Mask = NDArray[np.bool_]


class Kept:
    """The paths that agree with a condition, by world.

    Parameters
    ----------
    mask : (n_paths,) bool
    replicates : int
        Consecutive paths of one world.

    Raises
    ------
    EstimateRefused
        With fewer than 200 worlds that keep a path.
    """

    def __init__(self, mask: Mask, replicates: int) -> None:
        self.mask = mask
        self.replicates = replicates
        by_worlds = by_world(mask, replicates).sum(axis=1)
        self._worlds = np.flatnonzero(by_worlds)
        self.counts: Array = by_worlds[self._worlds]
        self.paths = int(self.counts.sum())
        self.worlds = len(self.counts)
        if self.worlds < MIN_WORLDS:
            raise EstimateRefused(
                f"the condition keeps {self.paths} paths in {self.worlds} worlds of {len(by_worlds)}; "
                f"nothing is concluded from fewer than {MIN_WORLDS} worlds: run more, or ask for less"
            )

    def totals(self, values: NDArray[Any]) -> Array:
        """(n_kept_worlds,) sum over each world's kept paths."""
        kept = np.where(self.mask, np.asarray(values, dtype=float), 0.0)
        return np.asarray(by_world(kept, self.replicates).sum(axis=1)[self._worlds])

    def sections(self, values: NDArray[Any]) -> list[Array]:
        """Return the kept values in 20 groups of whole worlds."""
        table, mask = by_world(values, self.replicates), by_world(self.mask, self.replicates) > 0
        return [table[part][mask[part]] for part in np.array_split(self._worlds, N_SECTIONS)]

    def residuals(self, totals: Array) -> tuple[float, Array]:
        """Return the ratio of totals to kept paths, and each world's residual."""
        ratio = float(totals.sum() / self.paths)
        return ratio, totals - ratio * self.counts

    def variance(self, residuals: Array) -> float:
        """Return the variance of a ratio from its residuals."""
        return float(np.sum(residuals**2)) / self.paths**2 * self.worlds / (self.worlds - 1)

    def effective(self, hits: NDArray[Any]) -> tuple[float, float, Array]:
        """Return a share, the effective number of paths behind it, and the residuals."""
        totals = self.totals(hits)
        share, residuals = self.residuals(totals)
        variance = self.variance(residuals)
        rarer = min(share, 1.0 - share)
        if rarer == 0.0:
            return share, float(self.worlds), residuals
        n = float(self.worlds) if variance == 0.0 else min(share * (1.0 - share) / variance, float(self.paths))
        if rarer * n < MIN_EVENTS:
            n = min(n, self._where_rare(totals if share <= 0.5 else self.counts - totals))
        return share, n, residuals

    def _where_rare(self, rarer: Array) -> float:
        """Return the effective number where few events hardly show how alike the paths of a world are."""
        pairs, coincident = rarer @ (self.counts - 1.0), rarer @ (rarer - 1.0)
        rho = min((float(coincident) + 1.0) / (float(pairs) + 1.0), 1.0)
        others = float(self.counts @ self.counts) / self.paths - 1.0
        return self.paths / (1.0 + others * rho)


def probability_given(kept: Kept, hits: NDArray[Any], level: float = 0.95) -> Estimate:
    """Estimate a probability over the kept paths."""
    share, n, _ = kept.effective(hits)
    return limits_of(share, n, kept.worlds, level).estimates()[0].noting(GIVEN)


def band_given(kept: Kept, hits: NDArray[Any], level: float = 0.95) -> list[Estimate]:
    """Estimate a probability at each month from (n_months, n_paths) hits so that all intervals hold together."""
    share, n, residuals = map(np.array, zip(*(kept.effective(month) for month in hits), strict=True))
    months = band_with(share, n, kept.worlds, correlation_of_months(residuals), level)
    return [month.noting(GIVEN) for month in months]


def mean_given(kept: Kept, values: NDArray[Any], level: float = 0.95) -> Estimate:
    """Estimate a mean over the kept paths: a t interval from the worlds' residuals."""
    mean, residuals = kept.residuals(kept.totals(values))
    half = float(stdtrit(kept.worlds - 1, 0.5 + level / 2.0)) * math.sqrt(kept.variance(residuals))
    return Estimate(mean, mean - half, mean + half, level, f"ratio over worlds{GIVEN}", kept.worlds)


def quantile_given(kept: Kept, values: NDArray[Any], p: float, level: float = 0.95) -> Estimate:
    """Estimate a quantile over the kept paths."""

    def effective(point: float) -> float:
        return kept.effective(np.asarray(values) <= point)[1]

    return order_statistics(np.asarray(values, dtype=float)[kept.mask], effective, p, level).noting(GIVEN)


def shortfall_given(kept: Kept, values: NDArray[Any], tail: float = 0.05, level: float = 0.95) -> Estimate:
    """Estimate the mean of the worst share of the kept paths, by sectioning."""
    chosen = np.asarray(values, dtype=float)[kept.mask]
    edge = np.quantile(chosen, tail, method="inverted_cdf")
    in_tail = tail * kept.effective(np.asarray(values) <= edge)[1]
    if in_tail < MIN_TAIL_PATHS:
        raise EstimateRefused(
            f"the mean of the worst {tail:.3g} needs {MIN_TAIL_PATHS} effective paths (found {in_tail:.1f})"
        )
    parts = [mean_of_worst(section, tail) for section in kept.sections(values)]
    ends = sectioned(mean_of_worst(chosen, tail), parts, level)
    return Estimate(*ends, level, f"sectioning ({N_SECTIONS}){GIVEN}", in_tail)


def difference_given(kept: Kept, hits_a: NDArray[Any], hits_b: NDArray[Any], level: float = 0.95) -> Estimate:
    """Estimate P(A) - P(B) over the kept paths."""
    gap = np.asarray(hits_a, dtype=float) - np.asarray(hits_b, dtype=float)
    found = mean_given(kept, gap, level)
    only_a, only_b = (float(kept.totals(side).sum()) / kept.paths for side in (gap > 0, gap < 0))
    if kept.worlds * (only_a + only_b) >= MIN_PAIRS and found.low < found.high:
        return found.within(-1.0, 1.0)
    n, point = kept.worlds, found.estimate
    low, high = bonett_price(only_a * n, only_b * n, n, level)
    return replace(found, low=min(low, point), high=max(high, point), method=f"Bonett-Price on worlds{GIVEN}")


def parameter_band_given(kept: Kept, hits: NDArray[Any], level: float = 0.90) -> Estimate:
    """Return the 5-95% points of P(profit | world) over the worlds that fit the condition.

    Raises
    ------
    EstimateRefused
        With fewer than 200 worlds that keep two paths.
    """
    mean, variance = moments_given(kept, hits)
    worlds = np.array([np.count_nonzero(kept.counts >= 2)])
    (found,) = bands_of_moments(np.array([mean]), np.array([variance]), worlds, 2, level)
    return replace(found, method=UNTESTED) if found.method == BETA else found


def shops_given(kept: Kept, hits: NDArray[Any]) -> Shops:
    """Return the shares of shops that lose, are open, win among the worlds that fit; refused likewise."""
    found = shops_of_moments(*moments_given(kept, hits))
    return replace(found, method=UNTESTED) if found.method == BETA else found


def moments_given(kept: Kept, hits: NDArray[Any]) -> tuple[float, float]:
    """Return mean and variance of P(hit | world) over the kept paths; refused with too few worlds that keep two."""
    several = kept.counts >= 2
    if np.count_nonzero(several) < MIN_WORLDS:
        raise EstimateRefused(
            f"a parameter band needs {MIN_WORLDS} worlds with two kept paths (found {np.count_nonzero(several)})"
        )
    totals = kept.totals(hits)
    h, k, single = totals[several], kept.counts[several], totals[~several]
    mean = float(totals.sum()) / kept.paths
    squares = float((h * (h - 1.0) / (k - 1.0)).sum())
    if len(single):
        share, of_single = float(h.sum() / k.sum()), float(single.mean())
        luck = share * (1.0 - share)
        likeness = max(squares / float(k.sum()) - share**2, 0.0) / luck if luck > 0.0 else 0.0
        squares += len(single) * (of_single**2 + likeness * of_single * (1.0 - of_single))
    return mean, squares / kept.paths - mean**2
