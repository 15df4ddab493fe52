"""What must be kept of paths that are not kept themselves? Whole counts, from which the same intervals come out.

``Hits`` holds, month by month, how many worlds had 0, 1, ... of their replicates hit, and for every two months the sum
over worlds of the product of both counts: all that the intervals, the band over months and the parameter band need.
``Pairs`` holds the same for the difference of two strategies. ``Means`` merges worlds' means block by block, always in
the order of the blocks, so that no grouping of the work changes a digit.

Worked number: worlds of two replicates with hits (1, 1), (0, 1), (0, 0) have the counts 1, 1, 1 of 0, 1, 2 hits.

Reference for merging means: Chan, Golub and LeVeque (1983), American Statistician 37, 242-247.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.estimate import Array, check_paired
from sim.estimates.probability import Totals, count_worlds, counts_by_world

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Hits:
    """Whether something happened, counted over worlds.

    Parameters
    ----------
    counts : (n_months, replicates + 1) int
        Worlds by how many of their replicates hit.
    products : (n_months, n_months) int
        Sum over worlds of the product of the hits of two months.
    """

    counts: Counts
    products: Counts

    @classmethod
    def of(cls, hits: NDArray[Any], replicates: int) -> Hits:
        """Count (n_months, n_paths) hits; path = world * replicates + replicate."""
        counts = counts_by_world(hits, replicates)
        # Products of whole numbers are exact in float64, and far faster there.
        products = np.einsum("iw,jw->ij", counts, counts)
        return cls(count_worlds(counts, replicates), np.rint(products).astype(np.int64))

    def __add__(self, other: Hits) -> Hits:
        """Return the hits of both."""
        return Hits(self.counts + other.counts, self.products + other.products)

    @property
    def replicates(self) -> int:
        """Paths of one world."""
        return int(self.counts.shape[1]) - 1

    @property
    def totals(self) -> Totals:
        """What an interval needs, month by month."""
        hits = self.counts @ np.arange(self.replicates + 1)
        squares = np.diag(self.products)
        return Totals(int(self.counts[0].sum()), self.replicates, hits.astype(float), squares.astype(float))


@dataclass(frozen=True)
class Pairs:
    """Two strategies on the same paths, counted over worlds.

    Parameters
    ----------
    counts : (2 * replicates + 1,) int
        Worlds by the difference of their hits, from ``-replicates`` on.
    only_a, only_b : int
        Paths on which one of the two hit alone.
    """

    counts: Counts
    only_a: int
    only_b: int

    @classmethod
    def of(cls, hits_a: NDArray[Any], hits_b: NDArray[Any], replicates: int) -> Pairs:
        """Count (n_paths,) hits of both."""
        check_paired(hits_a, hits_b)
        a, b = np.asarray(hits_a, dtype=bool), np.asarray(hits_b, dtype=bool)
        difference = (a.astype(np.int64) - b).reshape(-1, replicates).sum(axis=1)
        counts = np.bincount(difference + replicates, minlength=2 * replicates + 1).astype(np.int64)
        return cls(counts, int((a & ~b).sum()), int((b & ~a).sum()))

    def __add__(self, other: Pairs) -> Pairs:
        """Return the pairs of both."""
        return Pairs(self.counts + other.counts, self.only_a + other.only_a, self.only_b + other.only_b)

    @property
    def replicates(self) -> int:
        """Paths of one world."""
        return len(self.counts) // 2

    @property
    def worlds(self) -> int:
        """Worlds counted."""
        return int(self.counts.sum())

    @property
    def mean_and_variance(self) -> tuple[float, float]:
        """Mean of the worlds' mean differences, and their variance (over worlds less one)."""
        values = np.arange(-self.replicates, self.replicates + 1) / self.replicates
        mean = float(self.counts @ values) / self.worlds
        spread = float(self.counts @ (values - mean) ** 2)
        return mean, spread / (self.worlds - 1) if self.worlds > 1 else 0.0


@dataclass(frozen=True)
class Means:
    """Count, mean and sum of squared deviations of independent values, each of any shape.

    Parameters
    ----------
    count : int
    mean, squares : (...,) float
    """

    count: int
    mean: Array
    squares: Array

    @classmethod
    def of(cls, values: NDArray[Any]) -> Means:
        """Of (..., n) values."""
        table = np.asarray(values, dtype=float)
        mean = table.mean(axis=-1)
        return cls(table.shape[-1], mean, ((table - mean[..., None]) ** 2).sum(axis=-1))

    def __add__(self, other: Means) -> Means:
        """Return those of both; not exact, so the order matters to the last digit."""
        count = self.count + other.count
        gap = other.mean - self.mean
        mean = self.mean + gap * (other.count / count)
        return Means(count, mean, self.squares + other.squares + gap**2 * (self.count * other.count / count))

    @property
    def variance(self) -> Array:
        """Variance over values less one; zero of a single value."""
        return np.asarray(self.squares / max(self.count - 1, 1))
