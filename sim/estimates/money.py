"""The mean of an amount, with a t interval over the worlds' means."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.estimates.estimate import Estimate, by_world


def estimate_mean(values: NDArray[Any], replicates: int = 1, level: float = 0.95) -> Estimate:
    """Estimate a mean.

    Parameters
    ----------
    values : (n_paths,) float
    replicates : int
        Consecutive paths of one world; worlds are independent, their paths are not.
    """
    means = by_world(values, replicates).mean(axis=1)
    mean, worlds = float(means.mean()), len(means)
    if worlds < 2:
        return Estimate(mean, -np.inf, np.inf, level, "one world: no interval", worlds)
    half = float(stdtrit(worlds - 1, 0.5 + level / 2.0)) * float(means.std(ddof=1)) / np.sqrt(worlds)
    return Estimate(mean, mean - half, mean + half, level, "t over worlds", worlds)
