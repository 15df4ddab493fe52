"""Customers who come back.

Ignored: differences between customers beyond the mean (a pool, not persons).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.calendar import DAYS_A_YEAR
from sim.business.ledger import Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import Customers
from sim.business.parameters import Number, number, rate
from sim.business.state import State, Today
from sim.randomness.luck import Luck


@dataclass(frozen=True, kw_only=True)
class RepeatOrders(Mechanism):
    """Draw orders from the pool of customers who kept the goods.

    A kept first order adds ``rho / (1 - exp(-365 / gap)) * orders`` expected repeat orders to the pool: ``rho`` is the
    chance to come back *within a year*, the gap is exponential. The pool gives ``1 - exp(-1 / gap)`` of itself a day.

    When in the day: after the funnel, before acceptance. Posts: nothing. Assumes: repeat orders need no ad and do not
    feed the pool again (several are in ``orders_a_repeater``). Source: F19; Chinese stores 18.6%, Shopify 27%, CDNOW.
    """

    does: ClassVar[str] = "repeat orders from customers who kept their goods"
    streams: ClassVar[tuple[str, ...]] = ("orders",)

    rate_within_year: Number = rate(
        {"beta": {"mean": 0.19, "sd": 0.07}},
        meaning="Customers who buy again within a year.",
        source="Chinese stores 18.6%, Shopify 27%; CDNOW 29/37/46% at 90/180/365 days",
    )
    orders_a_repeater: Number = number(1.3, unit="orders", low=1.0, meaning="Orders of a customer who comes back.")
    gap: Number = number(110.0, unit="days", low=1.0, meaning="Mean time until the repeat order.")

    def begin(self, state: State, luck: Luck) -> None:
        """Start without customers."""
        state.keep(Customers(np.zeros(state.n_paths), np.zeros(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Add who kept today, draw who returns."""
        customers = state.recall(Customers)
        kept = today.kept_customers
        ever = self.rate_within_year / -np.expm1(-DAYS_A_YEAR / self.gap)
        customers.kept += kept
        customers.pool += kept * np.minimum(ever, 1.0) * self.orders_a_repeater
        returning = customers.pool * -np.expm1(-1.0 / self.gap)
        customers.pool -= returning
        mean = np.where(today.trading, returning * environment.demand, 0.0)
        today.repeat_orders = luck.poisson("orders", mean)
