"""A fused loop compiled by numba: a path after the other, its days in registers, counts by inversion.

A path's mean of clicks never changes, so its Poisson distribution is summed up once, to the mode, and every day
searched from there.
"""

from __future__ import annotations

import math

import numpy as np
from model import BUDGET, DAYS, HANDLING, PAYOUT_LAG, RETURN_LAG, WON, Array, draw_parameters
from numba import njit


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits."""
    rng = np.random.default_rng(seed)
    given = draw_parameters(rng, n_paths)
    out = np.empty(n_paths)
    simulate(given.cpc, given.conversion, given.price, given.margin, given.return_rate, given.freeze_chance, rng, out)
    return out


@njit
def poisson_at_mode(mean: float) -> tuple[int, float, float]:
    """Return the mode, its probability, and the probability of it or less."""
    term = math.exp(-mean)
    reached = term
    mode = int(mean)
    for number in range(1, mode + 1):
        term *= mean / number
        reached += term
    return mode, term, reached


@njit
def poisson(mean: float, number: int, term: float, reached: float, uniform: float) -> int:
    """Return the smallest count whose distribution function reaches the uniform, searched from ``number``."""
    if uniform > reached:
        while uniform > reached and term > 0.0:
            number += 1
            term *= mean / number
            reached += term
        return number
    while number > 0 and uniform <= reached - term:
        reached -= term
        term *= number / mean
        number -= 1
    return number


@njit
def binomial(number: int, log_failure: float, odds: float, uniform: float) -> int:
    """Return how many of ``number`` happen, searched from none; ``log_failure`` is log(1 - p), ``odds`` p / (1 - p)."""
    if number == 0:
        return 0
    term = math.exp(number * log_failure)
    reached = term
    count = 0
    while uniform > reached and count < number:
        term *= odds * (number - count) / (count + 1)
        count += 1
        reached += term
    return count


@njit
def simulate(
    cpc: Array,
    conversion: Array,
    price: Array,
    margin: Array,
    return_rate: Array,
    freeze_chance: Array,
    rng: np.random.Generator,
    out: Array,
) -> None:
    """Fill ``out`` with the settled profit of every path."""
    ring = np.zeros(RETURN_LAG, dtype=np.int64)
    for path in range(out.size):
        mean = BUDGET / cpc[path]
        mode, at_mode, to_mode = poisson_at_mode(mean)
        log_failure, odds = math.log1p(-conversion[path]), conversion[path] / (1.0 - conversion[path])
        log_kept, return_odds = math.log1p(-return_rate[path]), return_rate[path] / (1.0 - return_rate[path])
        ring[:] = 0
        sold = 0
        gone = 0.0  # orders whose price is refunded or lost
        locked = 0
        closed_until = -1
        advertises, days_of_ads = True, 0
        for day in range(DAYS):
            if closed_until == day:
                if rng.random() >= WON:
                    gone += locked
                    closed_until = DAYS + 1
                locked = 0
            slot = day % RETURN_LAG
            if closed_until <= day and rng.random() < freeze_chance[path]:
                for back in range(1, PAYOUT_LAG):
                    locked += ring[(day - back) % RETURN_LAG]
                closed_until = day + HANDLING
            if ring[slot] > 0:
                gone += binomial(ring[slot], log_kept, return_odds, rng.random())
            orders = 0
            days_of_ads += advertises
            if advertises and closed_until <= day:
                clicks = poisson(mean, mode, at_mode, to_mode, rng.random())
                orders = binomial(clicks, log_failure, odds, rng.random())
            ring[slot] = orders
            sold += orders
            advertises = closed_until <= day
        gone += return_rate[path] * ring.sum() + (1.0 - WON) * locked
        out[path] = price[path] * (margin[path] * sold - gone) - BUDGET * days_of_ads
