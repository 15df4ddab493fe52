"""A plain Python loop: no library at all but for the parameters; counts by inversion, term by term."""

from __future__ import annotations

import math
from collections import deque
from random import Random

import numpy as np
from model import BUDGET, DAYS, HANDLING, PAYOUT_LAG, RETURN_LAG, WON, Array, Parameters, draw_parameters


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits."""
    given = draw_parameters(np.random.default_rng(seed), n_paths)
    luck = Random(seed)
    return np.array([history(given.path(number), luck) for number in range(n_paths)])


def poisson(mean: float, luck: Random) -> int:
    """Return a number of independent events."""
    uniform, term, count = luck.random(), math.exp(-mean), 0
    reached = term
    while uniform > reached and term > 0.0:
        count += 1
        term *= mean / count
        reached += term
    return count


def binomial(number: int, chance: float, luck: Random) -> int:
    """Return how many of ``number`` happen."""
    uniform, term, count = luck.random(), (1.0 - chance) ** number, 0
    odds, reached = chance / (1.0 - chance), term
    while uniform > reached and count < number:
        term *= odds * (number - count) / (count + 1)
        count += 1
        reached += term
    return count


def history(given: Parameters, luck: Random) -> float:
    """Return the settled profit of one path."""
    undecided = deque([0] * RETURN_LAG)  # orders of the last days, the oldest first
    assert PAYOUT_LAG == RETURN_LAG
    profit, locked, closed_until, advertises = 0.0, 0.0, -1, True
    for day in range(DAYS):
        if closed_until == day:
            if luck.random() >= WON:
                profit -= locked
                closed_until = DAYS + 1
            locked = 0.0
        old = undecided.popleft()
        if closed_until <= day and luck.random() < given.freeze_chance:
            locked = given.price * sum(undecided)
            closed_until = day + HANDLING
        clicks = poisson(BUDGET / given.cpc, luck) if advertises else 0
        orders = binomial(clicks, given.conversion, luck) if closed_until <= day else 0
        returned = binomial(old, given.return_rate, luck)
        profit += given.price * (given.margin * orders - returned) - BUDGET * advertises
        advertises = closed_until <= day
        undecided.append(orders)
    return profit - given.return_rate * given.price * sum(undecided) - (1.0 - WON) * locked
