"""Business buyers before they order: visits become inquiries, inquiries become orders after talks.

What they agree on, and how long that takes to be made and shipped, stands in `wholesale`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from sim.business.delays import Delay, DelayLine
from sim.business.ledger import Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import Conversion, Standing
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import Price
from sim.business.parameters import Number, delay, dispersion, needs, rate, switch
from sim.business.state import State, Today
from sim.business.visitors import Stages, piece_ends
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array


@dataclass(frozen=True, kw_only=True)
class Inquiries(Mechanism):
    """Turn visits into inquiries.

    When in the day: after visits. Posts: nothing. Assumes: bought and free visitors ask alike; season and
    weekday act here, and orders inherit them. Source: [j].
    """

    does: ClassVar[str] = "visits to inquiries"
    streams: ClassVar[tuple[str, ...]] = ("noise",)

    inquiries_per_visit: Number = rate({"beta": {"mean": 0.05, "sd": 0.02}}, meaning="Inquiries per visit.")
    inquiry_dispersion: Number = dispersion(
        15,
        meaning="Daily inquiries vary beyond chance with relative variance 1/k.",
        source="Online Retail II orders: 15",
    )
    noise: bool = switch(True, meaning="Daily inquiries vary beyond chance.", used_when=needs("counts", "random"))

    def foretell(self, flow: OrderFlow) -> None:
        """Say how many visitors ask."""
        flow.conversion["visit"] = self.inquiries_per_visit

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the conversion."""
        state.keep(Conversion({"visit": self.inquiries_per_visit}))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Say how many inquiries to expect."""
        level = self.inquiries_per_visit * state.recall(Conversion).lift * environment.demand
        if self.noise:
            level = level * luck.noise("noise", self.inquiry_dispersion)
        for visits in today.sources.values():
            visits.inquiries = visits.clicks * np.minimum(level, 1.0)


@dataclass
class Talks:
    """Inquiries that will become orders, of bought visitors and of the others, and how many have been won so far."""

    lag: Delay
    paid: DelayLine
    free: DelayLine
    won: Array


@dataclass(frozen=True, kw_only=True)
class WholesaleOrders(Mechanism):
    """Let inquiries become orders some days later.

    When in the day: after inquiries. Posts: nothing. Assumes: all inquiries of a day have the same chance, which
    reviews raise; who is ready
    to order while the channel does not sell is lost. Source: inquiry to order average 2.8%, top 8% (10100.com
    76282834); lag [j].
    """

    does: ClassVar[str] = "inquiries to orders, each after its own talks"
    streams: ClassVar[tuple[str, ...]] = ("clicks", "inquiries", "orders", "lag")

    orders_per_inquiry: Number = rate(
        {"beta": {"mean": 0.03, "sd": 0.015}},
        meaning="Orders per inquiry.",
        source="average 2.8%, top 8% (10100.com 76282834)",
    )
    order_days: Distribution = delay(
        {"lognormal": {"median": 14, "log_sd": 0.8}}, meaning="Days from the inquiry to the order."
    )

    def at_price(self, price: Price) -> Self:
        """Win as many inquiries as the price leaves."""
        return replace(self, orders_per_inquiry=self.orders_per_inquiry * price.response)

    def foretell(self, flow: OrderFlow) -> None:
        """Say how many who ask order."""
        flow.won = self.orders_per_inquiry

    def begin(self, state: State, luck: Luck) -> None:
        """Start without visitors and without talks."""
        state.keep(Stages(("clicks", "inquiries", "orders"), state.n_paths))
        lag = Delay.of(self.order_days)
        paid, free = (DelayLine(state.n_paths, lag.longest, pooled=True, keeps_lags=True) for _ in range(2))
        state.keep(Talks(lag, paid, free, np.zeros(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Count who asks, schedule today's successes, take the orders that are due."""
        level = self.orders_per_inquiry
        if state.has(Standing):
            level = level * state.recall(Standing).factor
        for visits in today.sources.values():
            visits.orders = visits.inquiries * level
        stages, ends = state.recall(Stages), piece_ends(state, environment)
        won = stages.count_furthest(today.sources.values(), luck)
        if ends is not None:
            counted = stages.count_others(ends, luck)
            today.clicks, today.inquiries = sum(counted["clicks"]), sum(counted["inquiries"])
        talks, day = state.recall(Talks), environment.day
        talks.won += sum(won)
        talks.paid.spread(day, talks.lag, luck.split("lag.paid"), won[0])
        talks.free.spread(day, talks.lag, luck.split("lag.free"), won[1])
        today.paid_orders = np.where(today.wanted, talks.paid.due(day)[0], 0.0)
        today.free_orders = np.where(today.wanted, talks.free.due(day)[0], 0.0)

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """Inquiries that lead to an order, and the sum of their days of talks."""
        talks = state.recall(Talks)
        yield "won", talks.won
        yield "order_days", talks.paid.lags + talks.free.lags
