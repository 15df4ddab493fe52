"""The common small model, once in words and numbers for all who simulate it.

A shop spends ``BUDGET`` on ads every day. Clicks are Poisson with mean ``BUDGET / cpc``, orders a thinned part of them,
each at the path's price and margin. ``RETURN_LAG`` days after an order its buyer returns it with the path's
probability, and the whole price is refunded. Each day an open payment account freezes with a small chance: no orders
for ``HANDLING`` days, and the sales of the last ``PAYOUT_LAG - 1`` days, not yet paid out, are locked. Then the appeal
is won, and money and account come back; or it is lost, the money is gone and the account closed for good. Ads run on a
day after one that ended with an open account: the day of a freeze costs ads, the day it is lifted has none. Settled
profit after ``DAYS`` days takes off the expected returns of orders still open and the expected loss of money still
locked.

``common.yaml`` says the same to this toolkit. ``one_history`` is for libraries that call a function once a path; what
simulates many paths at once or events one by one is written out in its own file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

DAYS = 210
BUDGET = 40.0
RETURN_LAG = 14
PAYOUT_LAG = 14
HANDLING = 20
WON = 0.65

CPC_LOG_MEAN = 0.5 * math.log(0.5 * 3.0)
CPC_LOG_SD = 0.5 * math.log(3.0 / 0.5) / 1.6448536269514722
"""5th and 95th percentile of the CPC at 0.5 and 3."""
CONVERSION_MEDIAN, CONVERSION_LOG_SD = 0.02, 0.4
PRICE_MEDIAN, PRICE_LOG_SD = 110.0, 0.25
MARGIN_MEAN, MARGIN_SD = 0.6, 0.05
RETURN_ALPHA, RETURN_BETA = 12.6, 50.4
"""Beta with mean 0.2 and standard deviation 0.05."""
YEARLY_FREEZE_LOW, YEARLY_FREEZE_HIGH = 0.2, 0.6

INPUTS = {
    "cpc": (stats.lognorm, {"s": CPC_LOG_SD, "scale": math.exp(CPC_LOG_MEAN)}),
    "conversion": (stats.lognorm, {"s": CONVERSION_LOG_SD, "scale": CONVERSION_MEDIAN}),
    "price": (stats.lognorm, {"s": PRICE_LOG_SD, "scale": PRICE_MEDIAN}),
    "margin": (stats.norm, {"loc": MARGIN_MEAN, "scale": MARGIN_SD}),
    "return_rate": (stats.beta, {"a": RETURN_ALPHA, "b": RETURN_BETA}),
    "yearly_freeze": (stats.uniform, {"loc": YEARLY_FREEZE_LOW, "scale": YEARLY_FREEZE_HIGH - YEARLY_FREEZE_LOW}),
}
"""The same as distributions of scipy, for libraries that take them: name, distribution, its arguments."""


@dataclass(frozen=True)
class Parameters:
    """What a path is told before its first day: numbers, or (n_paths,) arrays.

    Parameters
    ----------
    cpc : money a click
    conversion : orders a click
    price : money an order
    margin : share of the price left after the goods
    return_rate : share of orders returned
    freeze_chance : chance of a freeze a day, while the account is open
    """

    cpc: Array
    conversion: Array
    price: Array
    margin: Array
    return_rate: Array
    freeze_chance: Array

    def path(self, number: int) -> Parameters:
        """Return one path's numbers, as plain floats."""
        return Parameters(*(values[number].item() for values in astuple(self)))


def daily_chance(yearly: Array) -> Array:
    """Return the chance a day that makes ``yearly`` the chance of at least one freeze in 365 days."""
    return np.asarray(-np.expm1(np.log1p(-yearly) / 365.0))


def draw_parameters(rng: np.random.Generator, n_paths: int) -> Parameters:
    """Draw every path's parameters."""
    return Parameters(
        cpc=rng.lognormal(CPC_LOG_MEAN, CPC_LOG_SD, n_paths),
        conversion=rng.lognormal(math.log(CONVERSION_MEDIAN), CONVERSION_LOG_SD, n_paths),
        price=rng.lognormal(math.log(PRICE_MEDIAN), PRICE_LOG_SD, n_paths),
        margin=rng.normal(MARGIN_MEAN, MARGIN_SD, n_paths),
        return_rate=rng.beta(RETURN_ALPHA, RETURN_BETA, n_paths),
        freeze_chance=daily_chance(rng.uniform(YEARLY_FREEZE_LOW, YEARLY_FREEZE_HIGH, n_paths)),
    )


def one_history(given: Parameters, rng: np.random.Generator) -> float:
    """Return the settled profit of one path, all its days drawn at once."""
    orders = rng.binomial(rng.poisson(BUDGET / given.cpc, DAYS), given.conversion)
    lost, idle = freeze(orders, wait=lambda: int(rng.geometric(given.freeze_chance)), wins=lambda: rng.random() < WON)
    returned = rng.binomial(orders[:-RETURN_LAG], given.return_rate)
    return settle(given, orders, returned, lost, idle)


def freeze(orders: NDArray[np.int64], wait: Callable[[], int], wins: Callable[[], bool]) -> tuple[float, int]:
    """Take the orders of frozen days out of one path's ``orders``.

    Returns
    -------
    (float, int)
        How many orders' money is lost for it, and on how many days no ads ran.

    Parameters
    ----------
    orders : (DAYS,) int
    wait : callable
        Draws how many days of an open account it takes until it freezes: 1, 2, ...
    wins : callable
        Draws whether an appeal is won.
    """
    day, idle = wait() - 1, 0
    while day < DAYS:
        decided = day + HANDLING
        locked = float(orders[max(day - PAYOUT_LAG + 1, 0) : day].sum())
        if decided >= DAYS:
            orders[day:] = 0
            return (1.0 - WON) * locked, idle + DAYS - 1 - day
        if not wins():
            orders[day:] = 0
            return locked, idle + DAYS - 1 - day
        orders[day : decided + 1] = 0
        idle += HANDLING
        day = decided + wait() - 1
    return 0.0, idle


def settle(given: Parameters, orders: NDArray[np.int64], returned: NDArray[np.int64], lost: float, idle: int) -> float:
    """Return the settled profit of one path.

    Parameters
    ----------
    orders, returned : (DAYS,) and (DAYS - RETURN_LAG,) int
    lost : orders whose money is lost by a freeze
    idle : days without ads
    """
    expected_returns = given.return_rate * orders[-RETURN_LAG:].sum()
    kept = given.margin * orders.sum() - returned.sum() - expected_returns - lost
    return float(given.price * kept - BUDGET * (DAYS - idle))
