"""SimPy: a shop's trade, its payment account and every day's orders as processes, one environment a path.

What is due reaches the shop at the start of a day, the processor looks at a quarter of it, buyers come at half.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import simpy
from model import BUDGET, DAYS, HANDLING, PAYOUT_LAG, RETURN_LAG, WON, Array, Parameters, draw_parameters

Happens = Iterator[simpy.Event]


def profits(n_paths: int, seed: int) -> Array:
    """Return (n_paths,) settled profits."""
    rng = np.random.default_rng(seed)
    given = draw_parameters(rng, n_paths)
    return np.array([ChannelRun(given.path(number), rng).live() for number in range(n_paths)])


class ChannelRun:
    """One path: what its processes share."""

    def __init__(self, given: Parameters, rng: np.random.Generator) -> None:
        self.given = given
        self.rng = rng
        self.environment = simpy.Environment()
        self.open = True
        self.advertises = True
        self.profit = 0.0
        self.undecided = 0  # orders that may still be returned
        self.pending = 0  # orders whose money is not paid out yet
        self.locked = 0  # orders whose money is frozen

    def live(self) -> float:
        """Run the days; return the settled profit."""
        self.environment.process(self.account())
        self.environment.process(self.trade())
        self.environment.run(until=DAYS)
        still_lost = self.given.return_rate * self.undecided + (1.0 - WON) * self.locked
        return self.profit - self.given.price * still_lost

    def trade(self) -> Happens:
        """Advertise and sell, day after day."""
        yield self.environment.timeout(0.5)
        while True:
            self.profit -= BUDGET * self.advertises
            if self.open and self.advertises:
                orders = int(self.rng.binomial(self.rng.poisson(BUDGET / self.given.cpc), self.given.conversion))
                if orders:
                    self.environment.process(self.sale(orders))
            self.advertises = self.open
            yield self.environment.timeout(1)

    def sale(self, orders: int) -> Happens:
        """Follow a day's orders until they are paid out and their buyers have decided."""
        assert PAYOUT_LAG == RETURN_LAG
        self.profit += self.given.price * self.given.margin * orders
        self.undecided += orders
        self.pending += orders
        yield self.environment.timeout(RETURN_LAG - 0.5)
        self.undecided -= orders
        self.profit -= self.given.price * self.rng.binomial(orders, self.given.return_rate)
        self.pending = max(self.pending - orders, 0)  # it was none if a freeze has locked it; none came since

    def account(self) -> Happens:
        """Freeze the account from time to time, until an appeal is lost."""
        yield self.environment.timeout(0.25)
        while True:
            yield self.environment.timeout(int(self.rng.geometric(self.given.freeze_chance)) - 1)
            self.open = False
            self.locked, self.pending = self.pending, 0
            yield self.environment.timeout(HANDLING)
            locked, self.locked = self.locked, 0
            if self.rng.random() >= WON:
                self.profit -= self.given.price * locked
                return
            self.open = True
