"""A plain vectorised loop: all paths at once, day after day, with numpy's own samplers. The others are held to it."""

from __future__ import annotations

import numpy as np
from model import BUDGET, DAYS, HANDLING, PAYOUT_LAG, RETURN_LAG, WON, Array, draw_parameters

TOGETHER = 8192
"""Paths at once: what stays in the caches."""

NEVER = DAYS + 1


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits."""
    rng = np.random.default_rng(seed)
    return np.concatenate([span(min(TOGETHER, n_paths - first), rng) for first in range(0, n_paths, TOGETHER)])


def span(n_paths: int, rng: np.random.Generator) -> Array:
    """Simulate some paths together."""
    given = draw_parameters(rng, n_paths)
    clicks_a_day = BUDGET / given.cpc
    profit, locked = np.zeros((2, n_paths))
    closed_until = np.full(n_paths, -1)
    advertises = np.ones(n_paths)
    ring = np.zeros((RETURN_LAG, n_paths), dtype=int)  # orders of the last days; payouts wait as long as returns
    assert PAYOUT_LAG == RETURN_LAG
    for day in range(DAYS):
        due = np.flatnonzero(closed_until == day)
        lost = due[rng.random(due.size) >= WON]
        profit[lost] -= locked[lost]
        closed_until[lost] = NEVER
        locked[due] = 0.0

        old = ring[day % RETURN_LAG]
        starts = np.flatnonzero((closed_until <= day) & (rng.random(n_paths) < given.freeze_chance))
        locked[starts] = given.price[starts] * (ring[:, starts].sum(axis=0) - old[starts])
        closed_until[starts] = day + HANDLING

        returned = rng.binomial(old, given.return_rate)
        orders = rng.binomial(rng.poisson(advertises * clicks_a_day), given.conversion)
        orders[closed_until > day] = 0
        profit += given.price * (given.margin * orders - returned) - advertises * BUDGET
        advertises = (closed_until <= day).astype(float)
        ring[day % RETURN_LAG] = orders
    return np.asarray(profit - given.return_rate * given.price * ring.sum(axis=0) - (1.0 - WON) * locked)
