"""Demand, from visitors to orders: page improvement, visits that are not bought, the funnel, order values.

Ignored: repeat visits of one visitor; abandoned-cart mails (they are in the completion).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from scipy.special import expit

from sim.business.calendar import DAYS_A_MONTH, DAYS_A_YEAR
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import (
    Conversion,
    Customers,
    ReferenceTraffic,
    Stockroom,
    as_equal_orders,
    economics,
    note_refused_orders,
    running,
    share_of,
)
from sim.business.order_terms import OrderTerms, Price
from sim.business.parameters import Number, dispersion, needs, number, rate, switch
from sim.business.state import State, Today, Visits
from sim.business.visitors import Stages, piece_ends
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

IMPROVEMENT = Account("page improvement", Kind.EXPENSE)

KINDS = ("social", "search", "organic")
"""Kinds of visitors, each with a start conversion of its own."""

LEAST_LIFT = 1e-6
"""What the slowest page leaves of the conversion: nothing to speak of, and a number that visits can be divided by."""

COUPON_SEASON = (11, 12)
"""Months in which coupons are deeper."""

FAST_PAGE = 200.0
"""Milliseconds under which a page loses no buyers (F28)."""


@dataclass
class ActiveDays:
    """Days on which the store was advertised: what the page is learnt from."""

    count: Array


@dataclass(frozen=True, kw_only=True)
class PageImprovement(Mechanism):
    """Improve the landing page: conversion rises towards maturity, and that costs money each month.

    ``lift = 1 + gain (1 - exp(-t / tau))`` with ``t`` the days of active selling.

    When in the day: before the funnel. Posts: page improvement, cash. Assumes: learning stops while nothing is
    advertised. Source: F18, F28; ROAS 1.6 to 3.2 by month 3 (10100.com).
    """

    does: ClassVar[str] = "conversion rises with days of active selling; monthly cost"
    posts: ClassVar[tuple[Account, ...]] = (IMPROVEMENT,)

    gain: Number = number(
        {"lognormal": {"median": 0.7, "log_sd": 0.5}},
        unit="fraction of the start",
        meaning="Rise of conversion at maturity: 0.7 means 1.7 times the start.",
        source="ROAS 1.6 to 3.2 by month 3 (10100.com)",
    )
    learning_days: Number = number(
        {"lognormal": {"median": 60, "log_sd": 0.45}}, unit="days", low=1.0, meaning="Time constant of the rise."
    )
    monthly_cost: Number = number(100.0, unit="money a month", meaning="Cost of the improvement.", source="F18")
    from_month: Number = number(1.0, unit="month", low=1.0, meaning="First month in which it is paid.")
    page_milliseconds: Number = number(
        200.0,
        unit="ms",
        meaning="Time a page takes; a CDN keeps it under 200.",
        source="F28",
        used_when=needs("lost_per_100_milliseconds", unlike=0.0),
    )
    lost_per_100_milliseconds: Number = rate(
        0.01, meaning="Orders lost for each 100 ms above 200.", used_when=needs("page_milliseconds", above=FAST_PAGE)
    )
    platform_data_lift: Number = number(
        1.10,
        unit="factor",
        low=0.1,
        meaning="Start conversion when products were chosen with platform data (dual).",
        used_when=needs("alongside"),
    )

    def begin(self, state: State, luck: Luck) -> None:
        """Count active days from zero."""
        state.keep(ActiveDays(np.zeros(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Raise the lift; pay on the first day of a month."""
        memory = state.recall(ActiveDays)
        late = np.maximum(self.page_milliseconds - FAST_PAGE, 0.0) / 100.0
        slow = np.maximum(np.power(1.0 - self.lost_per_100_milliseconds, late), LEAST_LIFT)
        informed = self.platform_data_lift if len(state.wallet.channels) > 1 else 1.0
        learnt = -np.expm1(-memory.count / self.learning_days)
        state.recall(Conversion).lift = (1.0 + self.gain * learnt) * slow * informed
        memory.count += today.ad_spend > 0
        if environment.starts_month:
            month = environment.day // DAYS_A_MONTH + 1
            pays = np.where(month >= np.rint(self.from_month), running(state, environment.day), 0.0)
            ledger.post(pays * self.monthly_cost, debit=IMPROVEMENT, credit=CASH)


@dataclass(frozen=True, kw_only=True)
class OrganicTraffic(Mechanism):
    """Visits that are not bought: search, recommendation, and the platform's company profile.

    Organic orders at maturity are ``ratio`` times the paid orders *the reference budget* would bring, not today's ad;
    they grow along a logistic of the store's age. The visits behind them follow from the organic conversion rate.

    When in the day: after paid traffic, before the funnel. Posts: nothing. Source: F13, F30; 30-38% of orders for
    established shops.
    """

    does: ClassVar[str] = "organic visits by age and past customers; profile visits from a platform"
    orders_per_paid_order: Number = number(
        {"lognormal": {"median": 0.33, "log_sd": 0.4}},
        unit="ratio",
        meaning="Organic orders at maturity per paid order at the reference budget.",
        source="30-38% of orders for established shops",
        used_when=needs("*.price_basis"),
    )
    midpoint: Number = number(
        150.0,
        unit="days",
        low=1.0,
        meaning="Age at which half of that is reached.",
        used_when=needs("*.price_basis") + needs("orders_per_paid_order", unlike=0.0),
    )
    width: Number = number(
        20.0,
        unit="days",
        low=0.5,
        meaning="Width of the logistic.",
        used_when=needs("*.price_basis") + needs("orders_per_paid_order", unlike=0.0),
    )
    orders_per_past_customer: Number = number(
        0.05,
        unit="orders a year",
        meaning="Orders a year that a past customer's word brings.",
        used_when=needs("*.rate_within_year"),
    )

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Say how many unpaid visits to expect."""
        if not today.trading.any():
            return
        conversion = state.recall(Conversion)
        age = state.age(environment.day)
        # Without any ads there is no paid order to be in proportion to: what is left is what customers say.
        reference = state.recall(ReferenceTraffic).clicks if state.has(ReferenceTraffic) else {}
        bought = sum((clicks * conversion.start[kind] for kind, clicks in reference.items()), start=0.0)
        maturity = self.orders_per_paid_order * expit((age - self.midpoint) / self.width)
        # The lift cancels: it raises the orders and the orders a visit brings alike.
        orders = maturity * bought
        if state.has(Customers):
            word = self.orders_per_past_customer / DAYS_A_YEAR * state.recall(Customers).kept
            orders = orders + word / conversion.lift
        mean = np.where(today.trading, orders / conversion.start["organic"], 0.0)
        today.sources["organic"] = Visits("organic", clicks=mean)
        if np.ndim(state.wallet.profile_visits) or state.wallet.profile_visits > 0:
            followed = np.where(today.trading, state.wallet.profile_visits, 0.0)
            today.sources["profile"] = Visits("organic", clicks=followed)


@dataclass(frozen=True, kw_only=True)
class Funnel(Mechanism):
    """Turn clicks into carts and carts into orders.

    ``add-to-cart = conversion / completion``; never more carts than clicks or orders than carts.

    When in the day: after traffic. Posts: nothing. Assumes: one quality of the page behind every source (their start
    conversions are correlated). Source: F18, F22; Littledata 2019 and 2023.
    """

    does: ClassVar[str] = "clicks to carts to orders"
    streams: ClassVar[tuple[str, ...]] = ("noise", "clicks", "carts", "orders")

    start_conversion_social: Number = rate(
        {"lognormal": {"median": 0.008, "log_sd": 0.70}},
        meaning="Orders per click of a social ad at the start.",
        used_when=needs("*.kind", "social"),
    )
    start_conversion_search: Number = rate(
        {"lognormal": {"median": 0.015, "log_sd": 0.60}},
        meaning="Orders per click of a search ad at the start.",
        used_when=needs("*.kind", "search"),
    )
    start_conversion_organic: Number = rate(
        {"lognormal": {"median": 0.020, "log_sd": 0.50}},
        meaning="Orders per organic visit at the start: decides how many visits organic orders take.",
        source="Littledata 2023: average 1.4%, top fifth 3.2%",
        low=1e-6,
        used_when=needs("organic.enabled", True),
    )
    cart_completion: Number = number(
        {"beta": {"mean": 0.30, "sd": 0.08}},
        unit="fraction",
        low=1e-6,
        high=1.0,
        meaning="Orders per cart.",
        source="Littledata 2019: add-to-cart mean 5.2%, P10 1.7, P90 12.4",
    )
    order_dispersion: Number = dispersion(
        15, meaning="Daily conversion varies beyond chance with relative variance 1/k.", source="Online Retail II: 15"
    )
    noise: bool = switch(True, meaning="Daily conversion varies beyond chance.", used_when=needs("counts", "random"))

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Refuse a completion below the conversion: more orders than carts."""
        completion = values["cart_completion"]
        for kind in KINDS:
            name = f"start_conversion_{kind}"
            if values[name].mean > completion.mean:
                allowed = f"orders per cart (cart_completion, {completion.mean:.3g} on average)"
                yield name, f"orders per click cannot exceed {allowed}"

    def at_price(self, price: Price) -> Self:
        """Convert as demand answers the price."""
        starts = {name: getattr(self, name) * price.response for name in map("start_conversion_{}".format, KINDS)}
        return replace(self, **starts)

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the start conversions; nobody has come yet."""
        state.keep(Stages(("clicks", "carts", "orders"), state.n_paths))
        state.keep(Conversion({kind: getattr(self, f"start_conversion_{kind}") for kind in KINDS}))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Count who comes and how far they get."""
        conversion = state.recall(Conversion)
        level = conversion.lift * environment.demand
        if self.noise:
            level = level * luck.noise("noise", self.order_dispersion)
        carts_per_order = level / self.cart_completion
        for visits in today.sources.values():
            visits.carts = visits.clicks * np.minimum(conversion.start[visits.kind] * carts_per_order, 1.0)
            visits.orders = visits.carts * self.cart_completion
        stages, ends = state.recall(Stages), piece_ends(state, environment)
        today.paid_orders, today.free_orders = stages.count_furthest(today.sources.values(), luck)
        if ends is not None:
            counted = stages.count_others(ends, luck)
            today.paid_clicks, today.paid_carts = counted["clicks"][0], counted["carts"][0]
            today.clicks, today.carts = sum(counted["clicks"]), sum(counted["carts"])


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
        number, size = as_equal_orders(orders, today.repeat_orders, economics(state).repeat_size)
        sales = luck.sum_of("value", number, self.mean_value * size, np.expm1(np.square(self.log_sd)))
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
        value = share_of(today.list_sales, wanted) if priced else economics(state).value
        note_refused_orders(state, today, served - today.orders, value)
        if priced:
            taken = np.divide(today.orders, wanted, out=np.zeros(state.n_paths), where=wanted > 0)
            today.list_sales = today.list_sales * taken
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
            value = np.divide(today.list_sales, mean, out=np.ones(state.n_paths), where=mean > 0)
            scale = value * environment.goods_price
            outlay = goods * scale + rest * np.maximum(scale, 1.0)
        cash = np.maximum(state.wallet.free_cash - self.cash_reserve, 0.0)
        affordable = np.floor(cash / np.maximum(outlay, 1e-9))
        return np.asarray(affordable if shelves is None else np.minimum(affordable, shelves))
