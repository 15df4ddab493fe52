"""What range do outcomes take over time? Percentiles of paths, never called a confidence band.

``fan`` gives percentiles day by day. They hold on each day taken alone: on a small model a pointwise 90% fan contains
only 69% of whole paths. ``simultaneous_fan`` is wide enough to contain whole paths: a path's depth is the smallest
rank, counted from the nearer side, that it takes on any day; the fan keeps the order statistics ``k`` and ``n + 1 - k``
of every day, with the largest ``k`` that at least the asked share of paths reaches. Worked number: 100 paths that never
cross leave 10 outside a 90% fan, five on either side; it runs from the 6th to the 95th path.

Reference: Myllymaki, Mrkvicka, Grabarnik, Seijo and Hahn (2017), J. R. Statist. Soc. B 79, 381-404 (depth by extreme
ranks).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.estimate import EstimateRefused
from sim.estimates.quantiles import rank_of

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True)
class Fan:
    """A range of outcomes over time.

    Parameters
    ----------
    levels : tuple of float
        Share of paths below each line, day by day.
    lines : (n_levels, n_days) float
    whole_paths : float or None
        Share of whole paths between the two lines of a simultaneous fan; None for a pointwise one.
    name : str
    """

    levels: tuple[float, ...]
    lines: NDArray[Any]
    whole_paths: float | None = None
    name: str = "range of outcomes"


def fan(values: NDArray[Any], levels: tuple[float, ...] = LEVELS) -> Fan:
    """Return percentiles of (n_days, n_paths) values on each day (or week, or month), each day for itself."""
    ordered = np.sort(_checked(values), axis=1)
    size = ordered.shape[1]
    ranks = [rank_of(level, size) for level in levels]
    return Fan(tuple(levels), ordered[:, ranks].T)


def simultaneous_fan(values: NDArray[Any], level: float = 0.90) -> Fan:
    """Return two lines between which at least a share ``level`` of (n_days, n_paths) whole paths stays on every day."""
    table = _checked(values)
    size = table.shape[1]
    ordered = np.sort(table, axis=1)

    def within(k: int) -> Any:
        """(n_paths,) whether a path stays between the k-th lowest and the k-th highest value on every day."""
        return np.all((table >= ordered[:, k - 1, None]) & (table <= ordered[:, size - k, None]), axis=0)

    outside = int(np.floor((1.0 - level) * size + 1e-9))
    ranks = range(1, (size + 1) // 2 + 1)
    k = bisect_left(ranks, True, lo=1, key=lambda k: bool(np.sum(~within(k)) > outside))  # the first too narrow
    lines = np.stack([ordered[:, k - 1], ordered[:, size - k]])
    return Fan((k / size, 1.0 - k / size), lines, float(np.mean(within(k))), "range of outcomes, whole paths")


def _checked(values: NDArray[Any]) -> NDArray[np.float32]:
    table = np.asarray(values, dtype=np.float32)
    if table.ndim != 2 or table.shape[1] < 2:
        raise EstimateRefused(f"a fan needs days by at least two paths (found shape {table.shape})")
    if np.isnan(table).any():
        raise EstimateRefused("a fan needs values that are numbers: some of these are not")
    return table
