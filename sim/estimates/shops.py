"""Shares of the shops that fit what the seller knows: all but sure to lose, open, all but sure to win.

A shop is a world: its chance of a profit is P(profit | world). Below ``LOSE`` it is all but sure to lose, above ``WIN``
all but sure to win, else open. The shares follow from the distribution over worlds that the parameter band is drawn
from (:mod:`sim.estimates.parameter_band`): a Beta by moments, or the free mixing distribution where the counts
contradict a Beta. They do not shrink with more paths and are no simulation error.

Worked number: a Beta(2, 2) has 0.7% of shops below 5%, as many above 95%, and 98.6% open.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from sim.estimates.estimate import Array, EstimateRefused
from sim.estimates.parameter_band import (
    ALIKE,
    BETA,
    FREE,
    REJECTED,
    UNSEEN,
    beta_of,
    fit_of_beta,
    mixing_distribution,
    moments,
    support,
)
from sim.estimates.probability import count_worlds, counts_by_world

LOSE, WIN = 0.05, 0.95


@dataclass(frozen=True)
class Shops:
    """Shares of the shops that fit what is known, and how they were made; the three sum to one."""

    lose: float
    open: float
    win: float
    method: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def shops(hits: NDArray[Any], replicates: int) -> Shops:
    """Return the shares from (n_paths,) hits.

    Raises
    ------
    EstimateRefused
        At one replicate a world, or a single world.
    """
    return shops_of_counts(count_worlds(counts_by_world(hits[None], replicates), replicates)[0])


def shops_of_counts(worlds_by_hits: NDArray[np.int64]) -> Shops:
    """Return the shares from (m + 1,) counts, how many worlds show 0..m hits."""
    counts = worlds_by_hits.astype(float)[None]
    if counts.shape[1] < 3 or counts.sum() < 2:
        raise EstimateRefused("shops like yours need 2 worlds with at least 2 replicates each: one cannot tell luck")
    mean, variance = moments(counts)
    a, b = beta_of(mean, variance)
    if variance[0] > 0.0 and fit_of_beta(counts, a, b)[0] < REJECTED:
        lose, win = tails(mixing_distribution(counts, a, b)[0])
        return Shops(lose, 1.0 - lose - win, win, FREE)
    return shops_of_moments(float(mean[0]), float(variance[0]))


def shops_of_moments(mean: float, variance: float) -> Shops:
    """Return the shares of a Beta with this mean and variance; without variance every shop is like every other."""
    if not 0.0 < mean < 1.0 or variance <= 0.0:
        lose, win = float(mean < LOSE), float(mean > WIN)
        return Shops(lose, 1.0 - lose - win, win, ALIKE if 0.0 < mean < 1.0 else UNSEEN)
    (a,), (b,) = beta_of(np.array([mean]), np.array([variance]))
    lose, win = float(betainc(a, b, LOSE)), float(1.0 - betainc(a, b, WIN))
    return Shops(lose, 1.0 - lose - win, win, BETA)


def tails(weights: Array) -> tuple[float, float]:
    """Return what of the grid's (POINTS,) weights lies below ``LOSE`` and above ``WIN``.

    The weight of a point is spread evenly to the middles between it and its neighbours.
    """
    grid = support()
    edges = np.concatenate([[0.0], (grid[1:] + grid[:-1]) / 2.0, [1.0]])
    below = np.concatenate([[0.0], np.cumsum(weights)])
    return float(np.interp(LOSE, edges, below)), float(1.0 - np.interp(WIN, edges, below))
