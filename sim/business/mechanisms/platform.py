"""A platform's costs and consumers: membership, deposit, tools, product selection, retail orders.

Ignored: repeat visits of one visitor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from sim.business.accounts import DEPOSIT_PAID, STAFF, TOOLS
from sim.business.calendar import DAYS_A_MONTH
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, bring_to
from sim.business.mechanisms.shared import Conversion, DepositHeld, Standing, running
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import Price
from sim.business.parameters import Number, choice, dispersion, needs, number, rate, switch
from sim.business.state import State, Today
from sim.business.visitors import Stages, piece_ends
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

MEMBERSHIP = Account("membership", Kind.EXPENSE)
PREPAID_MEMBERSHIP = Account("prepaid membership", Kind.ASSET, cash_line="membership")
MEMBERSHIP_PROVISION = Account("provision for unexpired membership", Kind.LIABILITY)
EXPECTED_MEMBERSHIP_LOSS = Account("membership not yet used", Kind.ACCRUAL)

MONTHS_A_YEAR = 12


@dataclass
class MembershipYear:
    """Memory of the membership: months that are paid for and not yet used."""

    months_left: Array


@dataclass(frozen=True, kw_only=True)
class Membership(Mechanism):
    """Pay the year's membership in advance and use it up month by month.

    When in the day: first of trading; paid on day 0 and every 360 days, 1/12 expensed on the last day of each
    month of 30 days, part of it on the horizon's last day. Posts: prepaid membership, membership, cash; at closing
    the provision for what is unexpired, so that settled profit has none. Assumes: nothing is paid back to who
    leaves; who has given up or is insolvent does not renew. Source: F2; about 29,800 yuan [j].
    """

    does: ClassVar[str] = "membership: a year in advance, a twelfth expensed each month"
    posts: ClassVar[tuple[Account, ...]] = (
        PREPAID_MEMBERSHIP,
        MEMBERSHIP,
        MEMBERSHIP_PROVISION,
        EXPECTED_MEMBERSHIP_LOSS,
    )

    annual_fee: Number = number(
        {"lognormal": {"median": 4200, "log_sd": 0.3}},
        unit="money a year",
        meaning="Membership.",
        source="about 29,800 yuan [j]; F2: 1,800",
    )

    def begin(self, state: State, luck: Luck) -> None:
        """Start without a membership."""
        state.keep(MembershipYear(np.zeros(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay or renew, and use up the month that ends today."""
        memory, day = state.recall(MembershipYear), environment.day
        if day % (MONTHS_A_YEAR * DAYS_A_MONTH) == 0:
            joins = running(state, day)
            ledger.post(joins * self.annual_fee, debit=PREPAID_MEMBERSHIP, credit=CASH)
            memory.months_left += joins * MONTHS_A_YEAR
        if environment.ends_period:
            used = np.minimum(memory.months_left, environment.month_so_far)
            ledger.post(used * self.annual_fee / MONTHS_A_YEAR, debit=MEMBERSHIP, credit=PREPAID_MEMBERSHIP)
            memory.months_left -= used

    def accrue(self, state: State, ledger: Book) -> None:
        """Write off, in settled profit, what is not yet used."""
        unexpired = ledger.balance(PREPAID_MEMBERSHIP)
        bring_to(ledger, unexpired, provision=MEMBERSHIP_PROVISION, expense=EXPECTED_MEMBERSHIP_LOSS)

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Prepaid = months left of the year."""
        left = state.recall(MembershipYear).months_left
        yield PREPAID_MEMBERSHIP, np.asarray(left * self.annual_fee / MONTHS_A_YEAR)


@dataclass(frozen=True, kw_only=True)
class Deposit(Mechanism):
    """Leave a deposit with the platform.

    When in the day: after the membership, on day 0. Posts: deposit paid, cash. Assumes: it stays an asset at
    its full amount, and is paid back after the horizon, unless violations close the channel. Source: F13.
    """

    does: ClassVar[str] = "refundable deposit, paid on day 0"
    posts: ClassVar[tuple[Account, ...]] = (DEPOSIT_PAID,)

    amount: Number = number(
        {"uniform": {"low": 1000, "high": 2000}}, unit="money", meaning="Deposit.", source="F13: 1,000-2,000"
    )

    def begin(self, state: State, luck: Luck) -> None:
        """Start without a deposit."""
        state.keep(DepositHeld(np.zeros(state.n_paths)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay on day 0."""
        if environment.day == 0:
            ledger.post(self.amount, debit=DEPOSIT_PAID, credit=CASH)
            state.recall(DepositHeld).amount += self.amount

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Deposit paid = what the platform still holds."""
        yield DEPOSIT_PAID, state.recall(DepositHeld).amount


@dataclass(frozen=True, kw_only=True)
class SellerCosts(Mechanism):
    """Pay the monthly bills of selling on a platform.

    When in the day: before the owner's pay, on the first day of each month of 30 days. Posts: tools, staff,
    cash. Assumes: no bill after giving up. Source: F23, F30.
    """

    does: ClassVar[str] = "monthly bills: ERP, CRM, staff"
    posts: ClassVar[tuple[Account, ...]] = (TOOLS, STAFF)

    erp: Number = number(30.0, unit="money a month", meaning="ERP.", source="F23, F30")
    crm: Number = number(0.0, unit="money a month", meaning="CRM.", source="F30")
    staff: Number = number(0.0, unit="money a month", meaning="Wages of helpers.")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay on the first day of a month."""
        if not environment.starts_month:
            return
        pays = running(state, environment.day)
        ledger.post(pays * (self.erp + self.crm), debit=TOOLS, credit=CASH)
        ledger.post(pays * self.staff, debit=STAFF, credit=CASH)


@dataclass(frozen=True, kw_only=True)
class ProductSelection(Mechanism):
    """Choose products with the platform's data: visitors convert better.

    When in the day: before visits become inquiries or orders. Posts: nothing. Assumes: effective from the
    first day. Source: F9 (180 countries, +22%).
    """

    does: ClassVar[str] = "product selection by the platform's data lifts conversion"

    uplift: Number = rate(0.22, meaning="Rise of conversion.", source="F9")
    reading: str = choice(
        "relative",
        ("relative", "points"),
        meaning="What the 22% are: of the conversion, or percentage points on top of it.",
        source="F9",
    )

    def foretell(self, flow: OrderFlow) -> None:
        """Say how much better visitors convert."""
        if self.reading == "relative":
            flow.lift = flow.lift * (1.0 + self.uplift)
        else:
            flow.points = self.uplift

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Set the lift."""
        conversion = state.recall(Conversion)
        if self.reading == "relative":
            conversion.lift = 1.0 + np.asarray(self.uplift)
        else:
            conversion.lift = 1.0 + self.uplift / np.maximum(conversion.start["visit"], 1e-9)


@dataclass(frozen=True, kw_only=True)
class RetailOrders(Mechanism):
    """Turn visits into orders.

    When in the day: after visits. Posts: nothing. Assumes: bought and free visitors convert alike. Source:
    [j].
    """

    does: ClassVar[str] = "visits to orders"
    streams: ClassVar[tuple[str, ...]] = ("noise", "clicks", "orders")

    conversion_rate: Number = rate({"beta": {"mean": 0.02, "sd": 0.008}}, meaning="Orders per visit.")
    order_dispersion: Number = dispersion(
        15, meaning="Daily conversion varies beyond chance with relative variance 1/k.", source="Online Retail II: 15"
    )
    noise: bool = switch(True, meaning="Daily conversion varies beyond chance.", used_when=needs("counts", "random"))

    def at_price(self, price: Price) -> Self:
        """Convert as demand answers the price."""
        return replace(self, conversion_rate=self.conversion_rate * price.response)

    def foretell(self, flow: OrderFlow) -> None:
        """Say what a visit brings."""
        flow.conversion["visit"] = self.conversion_rate

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the conversion; nobody has come yet."""
        state.keep(Stages(("clicks", "orders"), state.n_paths))
        state.keep(Conversion({"visit": self.conversion_rate}))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Count who comes and who orders."""
        level = self.conversion_rate * state.recall(Conversion).lift * environment.demand
        if state.has(Standing):
            level = level * state.recall(Standing).factor
        if self.noise:
            level = level * luck.noise("noise", self.order_dispersion)
        for visits in today.sources.values():
            visits.orders = visits.clicks * np.minimum(level, 1.0)
        stages, ends = state.recall(Stages), piece_ends(state, environment)
        today.paid_orders, today.free_orders = stages.count_furthest(today.sources.values(), luck)
        if ends is not None:
            today.clicks = sum(stages.count_others(ends, luck)["clicks"])
