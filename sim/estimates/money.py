"""What is the mean amount? A t interval over the worlds' means.

``mean -+ t(worlds - 1) s / sqrt(worlds)``, with ``s`` the standard deviation of the worlds' means: paths of one world
are not independent, worlds are. Worked number: worlds' means 10, 12, 14, 16 give 13.0 [8.9, 17.1].
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.estimates.estimate import Array, Estimate, by_world


def t_interval(values: Array, level: float = 0.95) -> tuple[float, float, float]:
    """Return the mean of independent values and the ends of its t interval."""
    spread = float(values.var(ddof=1)) if len(values) > 1 else 0.0
    return t_limits(float(values.mean()), spread, len(values), level)


def t_limits(mean: float, variance: float, count: int, level: float = 0.95) -> tuple[float, float, float]:
    """Return a mean of so many independent values of this variance, and the ends of its t interval."""
    if count < 2:
        return mean, -np.inf, np.inf
    half = float(stdtrit(count - 1, 0.5 + level / 2.0)) * math.sqrt(variance / count)
    return mean, mean - half, mean + half


def estimate_mean(values: NDArray[Any], replicates: int = 1, level: float = 0.95) -> Estimate:
    """Estimate a mean from (n_paths,) values; without limits (minus and plus infinity) from a single world."""
    means = by_world(values, replicates).mean(axis=1)
    return mean_of(float(means.mean()), float(means.var(ddof=1)) if len(means) > 1 else 0.0, len(means), level)


def mean_of(mean: float, variance: float, worlds: int, level: float = 0.95) -> Estimate:
    """Estimate a mean from mean and variance of the worlds' means."""
    method = "t over worlds" if worlds > 1 else "one world: no interval"
    return Estimate(*t_limits(mean, variance, worlds, level), level, method, worlds)
