"""How likely something is, and how far that may be off by simulation alone.

Paths of one world resemble each other, so ``n`` paths are worth ``n / (1 + (m - 1) rho)`` independent ones, with ``m``
replicates a world and ``rho`` the correlation within a world (analysis of variance). The Wilson score interval takes
that effective number; Clopper-Pearson takes over in the tails, where Wilson covers too little. Worked number: 410 of
1,000 paths with rho = 0 gives 41.0% [38.0%, 44.1%].

References: Wilson (1927), J. Amer. Statist. Assoc. 22; Clopper and Pearson (1934), Biometrika 26.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from sim.estimates.estimate import Array, Estimate, by_world

TAIL = 0.01
FEW = 10.0
"""Below this share, or with fewer effective events on either side, the exact interval is used."""


def wilson_with(p: Array | float, n: Array | float, z: Array | float) -> tuple[Array, Array]:
    """Return the Wilson limits for a share ``p`` of ``n`` and a critical value ``z``."""
    p, n = np.asarray(p, dtype=float), np.asarray(n, dtype=float)
    scale = 1.0 + z * z / n
    centre = (p + z * z / (2.0 * n)) / scale
    half = z / scale * np.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)


def wilson(successes: Array | float, n: Array | float, level: float = 0.95) -> tuple[Array, Array]:
    """Return the Wilson score interval; ``n`` need not be whole."""
    z = float(ndtri(0.5 + level / 2.0))
    return wilson_with(np.asarray(successes) / np.asarray(n), n, z)


def clopper_pearson(successes: Array | float, n: Array | float, level: float = 0.95) -> tuple[Array, Array]:
    """Return the exact (conservative) interval; ``n`` need not be whole."""
    x, n = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(n, dtype=float))
    tail = (1.0 - level) / 2.0
    inside = x > 0
    low = np.where(inside, betaincinv(np.where(inside, x, 1.0), n - x + 1.0, tail), 0.0)
    inside = x < n
    high = np.where(inside, betaincinv(x + 1.0, np.where(inside, n - x, 1.0), 1.0 - tail), 1.0)
    return low, high


def effective_number(hits: NDArray[Any], replicates: int) -> float:
    """Return how many independent paths these are worth: between the number of worlds and that of paths."""
    table = by_world(hits, replicates)
    worlds, m = table.shape
    if m == 1 or worlds < 2:
        return float(table.size)
    means = table.mean(axis=1)
    between = m * means.var(ddof=1)
    within = float(np.mean(means * (1.0 - means))) * m / (m - 1.0)
    if between + within <= 0.0:
        return float(worlds)  # all alike: nothing tells how much the replicates add
    rho = np.clip((between - within) / (between + (m - 1.0) * within), 0.0, 1.0)
    return float(table.size / (1.0 + (m - 1.0) * rho))


def estimate_probability(hits: NDArray[Any], replicates: int = 1, level: float = 0.95) -> Estimate:
    """Estimate a probability from paths.

    Parameters
    ----------
    hits : (n_paths,) bool
    replicates : int
        Consecutive paths of one world.
    level : float
    """
    p = float(np.mean(hits, dtype=float))
    n = effective_number(hits, replicates)
    if p in (0.0, 1.0):
        # Nothing tells how alike a world's paths are: count worlds. One-sided, "fewer than 3 in n".
        worlds = len(hits) // replicates
        reach = 1.0 - (1.0 - level) ** (1.0 / worlds)
        low, high = (0.0, reach) if p == 0.0 else (1.0 - reach, 1.0)
        return Estimate(p, low, high, level, "one-sided exact on worlds", worlds)
    if min(p, 1.0 - p) < TAIL or min(p, 1.0 - p) * n < FEW:
        ends, method = clopper_pearson(p * n, n, level), "Clopper-Pearson, clustered by world"
    else:
        ends, method = wilson(p * n, n, level), "Wilson, clustered by world"
    return Estimate(p, float(ends[0]), float(ends[1]), level, method, n)
