"""What is an estimate? A figure, its simulation interval, and how that interval was made."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class EstimateRefused(ValueError):
    """An estimate the data cannot support; the message says why and what would."""


def check_level(level: float) -> None:
    """Refuse a coverage that no interval has."""
    if isinstance(level, str) or not 0.0 < level < 1.0:
        raise EstimateRefused(f"a level lies strictly between 0 and 1, as 0.95 (found {level!r})")


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval.

    Parameters
    ----------
    estimate, low, high : float
    level : float
        Coverage of the interval.
    method : str
        How the interval was made.
    n : float
        Independent observations it rests on: worlds, or the effective number of paths.
    """

    estimate: float
    low: float
    high: float
    level: float
    method: str
    n: float

    @property
    def half_width(self) -> float:
        """How far the interval's farther end is from the estimate: half its length where both are as far."""
        return max(self.high - self.estimate, self.estimate - self.low)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; what is not a finite number becomes None."""
        return {name: value if isinstance(value, str) else number(value) for name, value in vars(self).items()}

    def columns(self, name: str) -> dict[str, float]:
        """Return the figure and the ends of its interval as columns of a frame: ``name, name_low, name_high``."""
        return {name: self.estimate, f"{name}_low": self.low, f"{name}_high": self.high}

    def within(self, lowest: float, highest: float) -> Estimate:
        """Return the same with limits that the figure can take."""
        return replace(self, low=max(self.low, lowest), high=min(self.high, highest))

    def noting(self, words: str) -> Estimate:
        """Return the same with more words on its method."""
        return replace(self, method=self.method + words)


def estimates_of(*columns: ArrayLike) -> list[Estimate]:
    """Return an estimate a row from the columns of its fields, in their order; a single value stands in every row."""
    table = np.broadcast_arrays(*(np.atleast_1d(column) for column in columns))
    return [Estimate(*row) for row in zip(*(column.tolist() for column in table), strict=True)]


def number(value: float) -> float | None:
    """Return a finite float, or None."""
    value = float(value)
    return value if math.isfinite(value) else None


def check_paired(a: NDArray[Any], b: NDArray[Any]) -> None:
    """Refuse to compare what is not of the same paths."""
    if np.shape(a) != np.shape(b):
        raise ValueError(f"a comparison needs the same paths on both sides (found {np.shape(a)} and {np.shape(b)})")


def by_world(values: NDArray[Any], replicates: int) -> Array:
    """Return (n_worlds, replicates) of a path array; path = world * replicates + replicate."""
    return np.asarray(values, dtype=float).reshape(-1, replicates)
