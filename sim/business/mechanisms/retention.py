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
from sim.business.mechanisms.shared import Customers, economics
from sim.business.order_flow import OrderFlow
from sim.business.parameters import Number, number, rate
from sim.business.state import State, Today
from sim.randomness.luck import Luck
from sim.randomness.streams import Array


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

    def foretell(self, flow: OrderFlow) -> None:
        """Say how many orders a kept first order leads to, and when."""
        flow.again, flow.gap = ever_returning(self.rate_within_year, self.gap) * self.orders_a_repeater, self.gap

    def begin(self, state: State, luck: Luck) -> None:
        """Start without customers."""
        state.keep(Customers(np.zeros(state.n_paths), np.zeros(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Add who kept today, draw who returns."""
        kept = today.kept_customers
        coming = kept * ever_returning(self.rate_within_year, self.gap) * self.orders_a_repeater
        mean = returning(state.recall(Customers), kept, coming, self.gap)
        today.repeat_orders = luck.poisson("orders", np.where(today.wanted, mean * environment.demand, 0.0))


@dataclass(frozen=True, kw_only=True)
class Reorders(Mechanism):
    """Draw reorders from the pool of a platform's buyers who kept the goods.

    A kept order, a reorder too, adds ``rho / (1 - exp(-365 / gap))`` expected reorders to the pool: ``rho`` is the
    chance of a next order *within a year*, the gap is exponential from the day the buyer decided to keep the goods. The
    pool gives ``1 - exp(-1 / gap)`` of itself a day.

    When in the day: after the orders of visitors, before their price. Posts: nothing. Assumes: reorders need no visit,
    no talks and no reviews; they are made, paid and shipped as any order, at another size; where the channel does not
    sell they are lost. Source: [j].
    """

    does: ClassVar[str] = "reorders of buyers who kept their goods, without a visit"
    streams: ClassVar[tuple[str, ...]] = ("orders",)

    rate_within_year: Number = rate(
        {"beta": {"mean": 0.30, "sd": 0.10}}, meaning="Buyers who order again within a year."
    )
    gap: Number = number(75.0, unit="days", low=1.0, meaning="Mean time until the next order.")
    order_size: Number = number(
        {"lognormal": {"median": 1.2, "log_sd": 0.3}},
        unit="factor",
        low=0.01,
        meaning="Value of a reorder, relative to a first order.",
    )

    def foretell(self, flow: OrderFlow) -> None:
        """Say how many reorders a kept order leads to, each of which leads to further ones, when, and how large."""
        flow.again, flow.gap, flow.reorders = ever_returning(self.rate_within_year, self.gap), self.gap, True
        flow.repeat_size = self.order_size

    def begin(self, state: State, luck: Luck) -> None:
        """Start without customers; publish how much they order."""
        state.keep(Customers(np.zeros(state.n_paths), np.zeros(state.n_paths)))
        economics(state).repeat_size = self.order_size

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Add who kept today, draw who returns."""
        coming = today.kept_orders * ever_returning(self.rate_within_year, self.gap)
        mean = returning(state.recall(Customers), today.kept_orders, coming, self.gap)
        today.repeat_orders = luck.poisson("orders", np.where(today.wanted, mean * environment.demand, 0.0))


def ever_returning(rate_within_year: Number, gap: Number) -> Array:
    """(n_paths,) share that comes back at all, if this share does within a year."""
    return np.minimum(rate_within_year / -np.expm1(-DAYS_A_YEAR / gap), 1.0)


def returning(customers: Customers, kept: Array | float, coming: Array | float, gap: Number) -> Array:
    """Take in who kept today and the orders still expected of them; return the (n_paths,) mean of today's."""
    customers.kept += kept
    customers.pool += coming
    today = customers.pool * -np.expm1(-1.0 / gap)
    customers.pool -= today
    return np.asarray(today)
