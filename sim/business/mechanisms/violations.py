"""Buyers led off a platform, forbidden and allowed, and what the platform does about it.

Ignored: violations of other rules (intellectual property, late shipment), appeals, points that expire.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.business.accounts import DEPOSIT_PAID
from sim.business.ledger import Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import DepositHeld
from sim.business.parameters import Needs, Number, delay, needs, number, rate, switch
from sim.business.state import NEVER, Days, State, Today
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

DEPOSIT_FORFEITED = Account("deposit forfeited", Kind.EXPENSE)

STORE = "store"
"""Name of the channel that buyers are led to."""

WARNINGS_WITHOUT_POINTS = 2
"""The third warning is the first that deducts points (F13)."""


@dataclass
class Penalties:
    """Memory of the seller's standing with the platform."""

    warnings: Array
    points: Array
    diverted: Array
    closed_on: Days


@dataclass(frozen=True, kw_only=True)
class Violations(Mechanism):
    """Lead buyers to the own store, and be caught at it.

    A warning for each detection; the third and each further one deducts points; at the limit, or in a grave
    case at once, the channel is closed and the deposit forfeited.

    When in the day: after the orders, before they are accepted. Posts: deposit forfeited, deposit paid.
    Assumes: only where the strategy has an own store; a buyer who is led away orders there on the same day,
    at the store's prices; warnings of one day deduct the same points each. Source: F13; shares, detection and
    limit [j].
    """

    does: ClassVar[str] = "buyers led to the own store; warnings, points, closure (off unless chosen)"
    used_when: ClassVar[tuple[Needs, ...]] = needs("alongside", STORE)
    streams: ClassVar[tuple[str, ...]] = ("diverted", "detected", "points", "grave")
    posts: ClassVar[tuple[Account, ...]] = (DEPOSIT_FORFEITED, DEPOSIT_PAID)

    share_diverted: Number = rate(0.20, meaning="Ready buyers whom the seller leads to the own store.")
    detection_rate: Number = number(
        0.10, unit="warnings a diverted order", meaning="Detections by the automatic scan.", high=10.0
    )
    points_each: Distribution = delay(
        {"uniform": {"low": 6, "high": 12}},
        unit="points",
        high=1000.0,
        meaning="Points that the third and each further warning deducts.",
        source="F13",
    )
    points_limit: Number = number(48.0, unit="points", low=1.0, meaning="Points at which the shop is closed.")
    better_price_outside: bool = switch(
        False, meaning="Offer a better price outside the platform: a grave case.", source="F13"
    )
    grave_closing_rate: Number = rate(
        0.25,
        meaning="Chance that a warning in a grave case closes the shop at once.",
        used_when=needs("better_price_outside", True),
    )

    def begin(self, state: State, luck: Luck) -> None:
        """Start with a clean record."""
        n = state.n_paths
        state.keep(Penalties(np.zeros(n), np.zeros(n), np.zeros(n), np.full(n, NEVER)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Divert, count warnings and points, close."""
        if STORE not in state.wallet.channels:
            return
        record = state.recall(Penalties)
        diverted = self._divert(today, luck)
        state.wallet.diverted_orders = state.wallet.diverted_orders + diverted
        record.diverted += diverted
        warnings = luck.poisson("detected", diverted * self.detection_rate)
        before = np.maximum(record.warnings - WARNINGS_WITHOUT_POINTS, 0.0)
        record.warnings += warnings
        deductions = np.maximum(record.warnings - WARNINGS_WITHOUT_POINTS, 0.0) - before
        each = self.points_each.mean if luck.expected else self.points_each.ppf(luck.uniform("points"))
        record.points += deductions * each
        closes = record.points >= self.points_limit
        if self.better_price_outside:
            # At least one whole case: fractions of expected-count mode close nothing by chance.
            closes |= luck.binomial("grave", warnings, self.grave_closing_rate) >= 1.0
        self._close(state, record, closes & ~state.closed, ledger, environment.day)

    def _divert(self, today: Today, luck: Luck) -> Array:
        """Take the diverted buyers out of the platform's orders, free ones first, and return their number."""
        paid, free = np.asarray(today.paid_orders), np.asarray(today.free_orders)
        diverted = luck.binomial("diverted", np.where(today.trading, paid + free, 0.0), self.share_diverted)
        of_free = np.minimum(diverted, free)
        today.free_orders = free - of_free
        today.paid_orders = paid - (diverted - of_free)
        return diverted

    @staticmethod
    def _close(state: State, record: Penalties, closes: NDArray[np.bool_], ledger: Book, day: int) -> None:
        if not closes.any():
            return
        state.closed |= closes
        record.closed_on[closes] = day
        ledger.post(np.where(closes, ledger.balance(DEPOSIT_PAID), 0.0), debit=DEPOSIT_FORFEITED, credit=DEPOSIT_PAID)
        if state.has(DepositHeld):
            state.recall(DepositHeld).amount[closes] = 0.0

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """Yield the record of the run."""
        record = state.recall(Penalties)
        yield "diverted", record.diverted
        yield "warnings", record.warnings
        yield "points", record.points
        yield "closed_by_platform", (record.closed_on != NEVER).astype(float)


@dataclass(frozen=True, kw_only=True)
class ProfileLink(Mechanism):
    """Let visitors follow the lawful link in the company profile to the own store.

    When in the day: after visits. Posts: nothing. Assumes: no hazard; visitors who follow it are
    not lost to the platform; the store meets them as organic visitors. Source: F13; share [j].
    """

    does: ClassVar[str] = "lawful profile link: a trickle of visits to the own store"
    used_when: ClassVar[tuple[Needs, ...]] = needs("alongside", STORE)

    share_of_visits: Number = rate(0.01, meaning="Platform visitors who follow the link.")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Tell the store how many to expect today."""
        if STORE in state.wallet.channels:
            visits = sum(visits.clicks for visits in today.sources.values())
            state.wallet.profile_visits = visits * self.share_of_visits


@dataclass(frozen=True, kw_only=True)
class DivertedOrders(Mechanism):
    """Take, in the own store, the orders of buyers led here from a platform.

    When in the day: in the store, after the funnel, before orders are accepted. Posts: nothing. Assumes: the
    platform's channel stands before the store in the strategy.
    """

    does: ClassVar[str] = "orders of buyers led here from a platform"
    used_when: ClassVar[tuple[Needs, ...]] = needs("alongside") + needs("anywhere.share_diverted")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Take them, once."""
        today.free_orders = today.free_orders + state.wallet.diverted_orders
        state.wallet.diverted_orders = 0.0
