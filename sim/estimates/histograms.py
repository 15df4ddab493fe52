"""Where do outcomes lie when their paths are not kept? Counts on a fixed grid, from which quantiles come out.

The grid is even in ``asinh(x)``: fine around zero, a fixed share of the amount far from it. 0 is the middle of a bin,
and a quantile is told as its bin's middle: off by at most half a bin, .25% of the amount. The limits of a quantile's
interval are outer edges of bins, the ranks those of the less favourable edge: to the bin what the paths would give.

Counts are whole numbers, so nothing depends on the order or the grouping in which they were added. Beside how many
paths lie in a bin the clustered kind keeps how alike a world's paths are: the path that makes ``j`` of a world's
replicates lie at or below its bin adds ``2 j - 1``; the sum up to a bin is the sum of the worlds' squared counts.

Worked number: 1,000 lies in bin 1,520, from 996.6 to 1,001.6 with the middle 999.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.estimate import Array, Estimate, EstimateRefused
from sim.estimates.probability import Totals, effective
from sim.estimates.quantiles import binomial_ranks, check_quantile, rank_of

Counts = NDArray[np.int64]

BIN_WIDTH = 0.005
"""In asinh of the amount: half a per cent of it."""

MAX_AMOUNT = 1e15
"""Beyond it amounts share the last bin: no channel gets there."""


@cache
def edges() -> Array:
    """Return the edges between bins; bin ``i`` (counted from the middle) lies between edges ``i - 1`` and ``i``."""
    reach = int(np.arcsinh(MAX_AMOUNT) / BIN_WIDTH)
    found: Array = np.sinh((np.arange(-reach, reach) + 0.5) * BIN_WIDTH)
    found.flags.writeable = False
    return found


def bins_of(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return each amount's bin, 0 for the one around zero.

    Raises
    ------
    EstimateRefused
        If an amount is not finite.
    """
    table = np.asarray(values, dtype=float)
    if not np.isfinite(table).all():
        raise EstimateRefused("a histogram needs finite amounts: some of these are not")
    between = edges()
    reach = len(between) // 2
    at: Counts = np.clip(np.rint(np.arcsinh(table) / BIN_WIDTH).astype(np.int64), -reach, reach)
    # Where rounding put an amount beside its bin, the edges decide: the same on every machine.
    at += (at < reach) & (table >= between[np.minimum(at + reach, 2 * reach - 1)])
    at -= (at > -reach) & (table < between[np.maximum(at + reach - 1, 0)])
    return at


def amount_at(position: float) -> float:
    """Return the amount in the middle of a bin; half a bin beside it are its edges."""
    return float(np.sinh(position * BIN_WIDTH))


@dataclass(frozen=True)
class Histogram:
    """How many amounts lie in each bin.

    Parameters
    ----------
    first : int
        Bin of the first count.
    counts : (n_bins,) int
    """

    first: int
    counts: Counts

    @classmethod
    def of(cls, values: NDArray[Any], weights: Counts | None = None) -> Histogram:
        """Count amounts, each once or as often as its weight says."""
        at = bins_of(values).ravel()
        if not len(at):
            return cls(0, np.zeros(0, dtype=np.int64))
        first = int(at.min())
        # Weighted counts are float64: whole, and exact to 2^53.
        counts = np.bincount(at - first, None if weights is None else weights.ravel())
        return cls(first, counts.astype(np.int64))

    def __add__(self, other: Histogram) -> Histogram:
        """Return the histogram of both."""
        if not len(self.counts) or not len(other.counts):
            return other if len(other.counts) else self
        first = min(self.first, other.first)
        last = max(self.first + len(self.counts), other.first + len(other.counts))
        counts = np.zeros(last - first, dtype=np.int64)
        for part in (self, other):
            counts[part.first - first :][: len(part.counts)] += part.counts
        return Histogram(first, counts)

    @property
    def size(self) -> int:
        """Amounts counted."""
        return int(self.counts.sum())

    @property
    def moved(self) -> bool:
        """Whether any amount lies outside the bin around zero."""
        at_zero = int(self.counts[-self.first]) if 0 <= -self.first < len(self.counts) else 0
        return at_zero != self.size

    def at_rank(self, rank: int) -> int:
        """Return the bin of the amount with so many smaller ones."""
        return self.first + int(np.searchsorted(np.cumsum(self.counts), rank, side="right"))

    def quantile(self, p: float) -> float:
        """Return the smallest amount with at least a share ``p`` at or below it, as its bin's middle."""
        return amount_at(self.at_rank(rank_of(p, self.size)))

    def up_to(self, position: int) -> int:
        """Return the sum of counts up to and including a bin."""
        return int(self.counts[: max(position - self.first + 1, 0)].sum())


@dataclass(frozen=True)
class ClusteredHistogram:
    """A histogram that also knows how alike the paths of a world are, at every bin.

    Parameters
    ----------
    replicates : int
        Consecutive paths of one world.
    paths, squares : Histogram
        Paths a bin; and what each adds to the sum over worlds of the squared number of paths at or below.
    """

    replicates: int
    paths: Histogram
    squares: Histogram

    @classmethod
    def of(cls, values: NDArray[Any], replicates: int) -> ClusteredHistogram:
        """Count (n_paths,) amounts."""
        by_world = np.sort(np.asarray(values, dtype=float).reshape(-1, replicates), axis=1)
        weights = np.broadcast_to(2 * np.arange(1, replicates + 1) - 1, by_world.shape)
        return cls(replicates, Histogram.of(by_world), Histogram.of(by_world, weights))

    def __add__(self, other: ClusteredHistogram) -> ClusteredHistogram:
        """Return the histogram of both."""
        return ClusteredHistogram(self.replicates, self.paths + other.paths, self.squares + other.squares)

    def quantile(self, p: float, level: float = 0.95) -> Estimate:
        """Estimate a quantile with its order-statistic interval, both to the bin.

        Raises
        ------
        EstimateRefused
            With fewer than two amounts, or ``p`` not between 0 and 1.
        """
        size = self.paths.size
        check_quantile(p, size)
        position = self.paths.at_rank(rank_of(p, size))
        # Where in its bin the quantile lies is not known: of both edges, the one that makes the interval wider.
        worth = min(self._effective(position - 1), self._effective(position))
        # All in one bin tell nothing of their likeness: then a world counts once, as where every path is alike.
        n = max(round(worth), 1) if np.isfinite(worth) else size // self.replicates
        first, last = binomial_ranks(p, n, size, level)
        low = -np.inf if first < 0 else amount_at(self.paths.at_rank(first) - 0.5)
        high = np.inf if last >= size else amount_at(self.paths.at_rank(last) + 0.5)
        method = f"order statistics, clustered by world, to {100 * BIN_WIDTH:.1f}% of the amount"
        return Estimate(amount_at(position), low, high, level, method, n)

    def _effective(self, position: int) -> float:
        """Return how many paths the indicator "at or below this bin" is worth."""
        hits, squares = (np.asarray(float(found.up_to(position))) for found in (self.paths, self.squares))
        found = effective(Totals(self.paths.size // self.replicates, self.replicates, hits, squares))
        return float(found) if 0 < hits < self.paths.size else np.inf
