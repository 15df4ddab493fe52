"""Demand, from visitors to orders: page improvement, visits that are not bought, the funnel.

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
    running,
)
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import Price
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

    @property
    def speed(self) -> Array:
        """What a slow page leaves of the conversion."""
        late = np.maximum(self.page_milliseconds - FAST_PAGE, 0.0) / 100.0
        return np.maximum(np.power(1.0 - self.lost_per_100_milliseconds, late), LEAST_LIFT)

    def foretell(self, flow: OrderFlow) -> None:
        """Say what is learnt, and what a slow page costs."""
        informed = self.platform_data_lift if flow.alongside else 1.0
        flow.lift = flow.lift * (1.0 + (self.gain if flow.grown else 0.0)) * self.speed * informed

    def begin(self, state: State, luck: Luck) -> None:
        """Count active days from zero."""
        state.keep(ActiveDays(np.zeros(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Raise the lift; pay on the first day of a month."""
        memory = state.recall(ActiveDays)
        informed = self.platform_data_lift if len(state.wallet.channels) > 1 else 1.0
        learnt = -np.expm1(-memory.count / self.learning_days)
        state.recall(Conversion).lift = (1.0 + self.gain * learnt) * self.speed * informed
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

    def foretell(self, flow: OrderFlow) -> None:
        """Say how many orders come unpaid at maturity; past customers' word comes on top."""
        flow.organic = self.orders_per_paid_order if flow.grown else 0.0

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

    def foretell(self, flow: OrderFlow) -> None:
        """Say what a visit brings at the start."""
        flow.conversion = {kind: getattr(self, f"start_conversion_{kind}") for kind in KINDS}
        flow.completion = self.cart_completion

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
