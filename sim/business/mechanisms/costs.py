"""Costs that come without a sale: opening, monthly bills, the owner's pay.

Ignored: notice periods of subscriptions, income tax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.accounts import STAFF, SUBSCRIPTIONS, TOOLS
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.mechanisms.shared import running
from sim.business.parameters import Number, choice, needs, number, switch
from sim.business.state import State, Today
from sim.randomness.luck import Luck

SETUP = Account("set-up", Kind.SETUP)
COMPLIANCE = Account("compliance and CRM", Kind.SETUP)
OWNER_PAY = Account("owner's pay", Kind.DRAWING)
OWNER_PAY_DUE = Account("owner's pay not yet drawn", Kind.LIABILITY)


@dataclass(frozen=True, kw_only=True)
class Opening(Mechanism):
    """Set the channel up and pay the one-off costs.

    When in the day: first. Posts: set-up, compliance and CRM, cash. Assumes: paid on day 0, whole days of set-up.
    Source: F14, F16, F7, F23.
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "set-up days pass; one-off costs on day 0"
    posts: ClassVar[tuple[Account, ...]] = (SETUP, COMPLIANCE)

    setup_days: Number = number(
        {"uniform": {"low": 3, "high": 5}}, unit="days", high=365, meaning="Days of set-up.", source="F16"
    )
    review_days: Number = number(2.0, unit="days", high=60, meaning="Days until ads or listings run.", source="F16")
    setup_cost: Number = number(200.0, unit="money", meaning="One-off cost of opening.", source="[j]")
    compliance: bool = switch(False, meaning="Pay for compliance and a CRM (F7; F23 leaves no room for it).")
    compliance_cost: Number = number(
        "50000 CNY",
        unit="money",
        meaning="Cost of compliance and CRM.",
        source="F7",
        used_when=needs("compliance", True),
    )

    def begin(self, state: State, luck: Luck) -> None:
        """Fix the opening day."""
        days = np.rint(self.setup_days) + np.rint(self.review_days)
        state.opens = np.broadcast_to(days, (state.n_paths,)).astype(np.int64)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay on day 0."""
        if environment.day == 0:
            ledger.post(self.setup_cost, debit=SETUP, credit=CASH)
            if self.compliance:
                ledger.post(self.compliance_cost, debit=COMPLIANCE, credit=CASH)


@dataclass(frozen=True, kw_only=True)
class FixedCosts(Mechanism):
    """Pay the monthly bills.

    When in the day: after receipts, on the first day of each month of 30 days, from day 0. Posts: subscriptions,
    tools, staff, cash. Assumes: no bill after giving up. Source: F3, F28-F30, shopify.com.
    """

    does: ClassVar[str] = "monthly bills: shop system, apps, ERP, CRM, CDN, staff"
    posts: ClassVar[tuple[Account, ...]] = (SUBSCRIPTIONS, TOOLS, STAFF)

    shop_system: str = choice(
        "shopify", ("shopify", "magento"), meaning="Rented shop or self-hosted one.", source="F29"
    )
    shopify_fee: Number = number(
        39.0,
        unit="money a month",
        meaning="Shopify plan.",
        source="shopify.com",
        used_when=needs("shop_system", "shopify"),
    )
    magento_hosting: Number = number(
        {"uniform": {"low": 60, "high": 100}},
        unit="money a month",
        meaning="Hosting of Magento.",
        source="F3",
        used_when=needs("shop_system", "magento"),
    )
    magento_maintenance: Number = number(
        150.0,
        unit="money a month",
        meaning="Upkeep of a self-hosted shop: patches, backups.",
        used_when=needs("shop_system", "magento"),
    )
    apps: Number = number(60.0, unit="money a month", meaning="Apps and themes.")
    erp: Number = number(30.0, unit="money a month", meaning="ERP.", source="F23, F30")
    crm: Number = number(0.0, unit="money a month", meaning="CRM.", source="F30")
    cdn: Number = number(20.0, unit="money a month", meaning="CDN that keeps pages under 200 ms.", source="F28")
    staff: Number = number(0.0, unit="money a month", meaning="Wages of helpers.")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay on the first day of a month."""
        if not environment.starts_month:
            return
        pays = running(state, environment.day)
        own = self.shop_system == "magento"
        shop = self.magento_hosting + self.magento_maintenance if own else self.shopify_fee
        ledger.post(pays * (shop + self.cdn), debit=SUBSCRIPTIONS, credit=CASH)
        ledger.post(pays * (self.apps + self.erp + self.crm), debit=TOOLS, credit=CASH)
        ledger.post(pays * self.staff, debit=STAFF, credit=CASH)


@dataclass(frozen=True, kw_only=True)
class OwnerPay(Mechanism):
    """Charge what the owner's work is worth; it stays owed to the owner, who draws nothing inside the horizon.

    When in the day: after the monthly bills, on the last day of a month, and for part of one on the horizon's last day.
    Posts: owner's pay (below profit), what is owed to the owner. Assumes: the owner lives on something else meanwhile,
    so that cash, orders, ruin and the cash needed are those of a shop whose owner asks for nothing. Source: [j].
    """

    does: ClassVar[str] = "owner's pay at the end of a month: owed, never drawn"
    posts: ClassVar[tuple[Account, ...]] = (OWNER_PAY, OWNER_PAY_DUE)

    monthly_pay: Number = number(1000.0, unit="money a month", meaning="What the owner's work is worth.")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Charge the month's pay."""
        if not environment.ends_period:
            return
        pay = running(state, environment.day) * self.monthly_pay * environment.month_so_far
        ledger.post(pay, debit=OWNER_PAY, credit=OWNER_PAY_DUE)
