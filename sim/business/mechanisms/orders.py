"""Orders: their value, coupons, and how many of them can be served.

Ignored: haggling, coupons for single customers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from sim.business.ledger import Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import Stockroom, economics, note_refused_orders, share_of, value_of_orders
from sim.business.order_terms import OrderTerms, Price
from sim.business.parameters import Number, needs, number, rate, switch
from sim.business.state import State, Today
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

COUPON_SEASON = (11, 12)
"""Months in which coupons are deeper."""


@dataclass(frozen=True, kw_only=True)
class OrderValue(Mechanism):
    """Price the day's orders: their sum is lognormal with the sum's mean and variance.

    ``log-variance = log(1 + cv^2 / n)`` for ``n`` orders with coefficient of variation ``cv``.

    When in the day: before acceptance, which then looks at the actual value of the day's orders (after it is possible).
    Posts: nothing (sales are posted where they are paid). Source: Shopify 85-92, P20 50, P80 120; CDNOW log-sd .74.
    """

    does: ClassVar[str] = "value of the day's orders at list price"
    streams: ClassVar[tuple[str, ...]] = ("value",)

    mean_value: Number = number(
        {"lognormal": {"median": 75, "log_sd": 0.45}},
        unit="money per order",
        low=0.01,
        meaning="Mean order value.",
        source="Shopify 85-92, P20 50, P80 120",
        spread="log_sd",
    )
    log_sd: Number = number(
        0.74,
        unit="log-sd",
        high=3.0,
        meaning="Spread between orders.",
        source="CDNOW",
        used_when=needs("counts", "random"),
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """State the price."""
        terms.price = self.mean_value

    def at_price(self, price: Price) -> Self:
        """Sell at it."""
        return replace(self, mean_value=price.amount)

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the mean, for decisions made before the luck of the day."""
        economics(state).value = self.mean_value

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Price the orders."""
        accepted = np.ndim(today.orders) > 0
        wanted = today.repeat_orders + today.free_orders + today.paid_orders
        orders = np.asarray(today.orders if accepted else wanted)
        sales = value_of_orders(state, luck, orders, today.repeat_orders, self.mean_value, self.log_sd)
        today.list_sales = sales
        today.gross_sales = sales


@dataclass(frozen=True, kw_only=True)
class Coupons(Mechanism):
    """Take coupons off the price, deeper in November and December.

    When in the day: after the order value. Posts: nothing (sales are net of coupons). Source: [j].
    """

    does: ClassVar[str] = "coupons lower the price paid, not the cost"

    share_of_orders: Number = rate(0.35, meaning="Orders that use a coupon.")
    depth: Number = rate(
        0.10,
        meaning="Discount of a coupon.",
        used_when=needs("share_of_orders", unlike=0.0) + needs("months", *range(1, 11)),
    )
    depth_in_season: Number = rate(
        0.15,
        meaning="Discount in November and December.",
        used_when=needs("share_of_orders", unlike=0.0) + needs("months", *COUPON_SEASON),
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what they take off in most months."""
        terms.coupons = self.share_of_orders * self.depth

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Lower the price."""
        depth = self.depth_in_season if environment.date.month in COUPON_SEASON else self.depth
        today.gross_sales = today.gross_sales * (1.0 - self.share_of_orders * depth)


@dataclass(frozen=True, kw_only=True)
class Acceptance(Mechanism):
    """Take as many orders as can be served: a checkout that works, money for the goods, goods in stock.

    When in the day: after all orders and their value. Posts: nothing. Assumes: repeat buyers are served first, then
    those who came for free, then those of ads; the rest is lost. Source: docs/model.md, cash limits.
    """

    does: ClassVar[str] = "orders that checkout, cash and stock allow"

    limit_by_cash: bool = switch(True, meaning="Take only orders whose goods and freight can be paid.")
    cash_reserve: Number = number(
        0.0,
        unit="money",
        meaning="Cash that is not spent on orders: refunds, lost parcels.",
        used_when=needs("limit_by_cash", True),
    )

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Cut the orders to the capacity."""
        sells = today.wanted & ~state.halted
        repeat, free, paid = (
            np.where(sells, orders, 0.0) for orders in (today.repeat_orders, today.free_orders, today.paid_orders)
        )
        wanted = np.asarray(repeat + free + paid)
        shelves = np.floor(state.recall(Stockroom).on_hand) if state.has(Stockroom) else None
        capacity = self._capacity(state, today, environment, wanted, shelves)
        if today.in_arrears is not None:
            capacity = np.where(today.in_arrears, 0.0, np.inf if capacity is None else capacity)
        if capacity is not None:
            repeat = np.minimum(repeat, capacity)
            free = np.minimum(free, capacity - repeat)
            paid = np.minimum(paid, capacity - repeat - free)
        today.repeat_orders, today.free_orders, today.paid_orders = repeat, free, paid
        today.orders = repeat + free + paid
        served = wanted if shelves is None else np.minimum(wanted, shelves)
        priced = np.ndim(today.list_sales) > 0
        refused = np.asarray(served - today.orders)
        if refused.any():
            each = np.where(wanted > 0, share_of(today.list_sales, wanted), 0.0) if priced else economics(state).value
            note_refused_orders(state, today, refused, each)
        if priced:
            today.list_sales = today.list_sales * share_of(today.orders, wanted)
            today.gross_sales = today.list_sales

    def _capacity(
        self, state: State, today: Today, environment: Environment, wanted: Array, shelves: Array | None
    ) -> Array | None:
        if not self.limit_by_cash:
            return shelves
        needs = economics(state)
        goods, rest = needs.goods, needs.outlay - needs.goods
        if shelves is not None:
            goods = 0.0  # they are paid already
        outlay = (needs.outlay if shelves is None else rest) * environment.goods_price
        if np.ndim(today.list_sales):
            # Priced already: goods and duty follow the day's actual value, freight does not fall below the mean's.
            mean = wanted * needs.value
            value = np.where(mean > 0, share_of(today.list_sales, mean), 1.0)
            scale = value * environment.goods_price
            outlay = goods * scale + rest * np.maximum(scale, 1.0)
        cash = np.maximum(state.wallet.free_cash - self.cash_reserve, 0.0)
        affordable = np.floor(cash / np.maximum(outlay, 1e-9))
        return np.asarray(affordable if shelves is None else np.minimum(affordable, shelves))
