"""Import charges: VAT inside the price, duty and fees a parcel, by destination and by the calendar of trade rules.

Ignored: duty given back on returns, thresholds below which nothing is due, customs delays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.accounts import SALES, VAT_PAYABLE
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import OrderEconomics, economics
from sim.business.order_terms import OrderTerms
from sim.business.parameters import Number, needs, number, rate
from sim.business.state import State, Today
from sim.business.statement import Part
from sim.business.trade_rules import CHECKOUT, Charges, TradeCalendar
from sim.randomness.luck import Luck

IMPORT_DUTY = Account("import duty", Kind.EXPENSE, variable=True, part=Part.DUTY)

ITEM_KIND_FEES = ("us.item_kind_fee", "eu.item_kind_fee", "other.item_kind_fee")


@dataclass
class OnAnOrder:
    """Memory: what the rules that are due come to on an order of the channel's mix of destinations.

    Parameters
    ----------
    vat : collected VAT, share of the price paid.
    duty : of the goods' cost, or of the price paid where it is on the checkout price.
    fees : money a parcel.
    """

    due: int
    duty_on: str
    vat: Number
    duty: Number
    fees: Number

    def outlay(self, needs: OrderEconomics) -> Number:
        """Return the cash an order needs for it."""
        return self.fees + self.duty * (needs.value if self.duty_on == CHECKOUT else needs.goods)


@dataclass(frozen=True, kw_only=True)
class ImportCharges(Mechanism):
    """Pay duty for the buyer, and pass on the VAT that is inside the price.

    Until a rule of `market.trade_rules` comes for a destination, the channel's own numbers hold for it.

    When in the day: after freight; VAT is remitted on the first day of a month. Posts: import duty, sales (net of VAT),
    VAT payable, cash. Assumes: every destination gets its fixed share of each day's orders; an order that is refunded
    after its VAT changed is refunded at the new rate; duty on the checkout price is on the price without its VAT; what
    is neither US nor EU pays nothing unless a rule says so; on the day of a change, cash for orders is still planned
    by what held before. Source: vatupdate (US de minimis suspended, EU 3 euro since
    2026-07); shares and rates [j].
    """

    does: ClassVar[str] = "duty per destination; VAT inside the price, remitted monthly"
    posts: ClassVar[tuple[Account, ...]] = (IMPORT_DUTY, VAT_PAYABLE, SALES)

    us_share: Number = rate(0.55, meaning="Orders to the United States.")
    us_duty: Number = number(
        0.20,
        unit="fraction of the goods' cost",
        high=3.0,
        meaning="US duty.",
        source="vatupdate",
        used_when=needs("us_share", unlike=0.0) + needs("own_charges", "us"),
    )
    us_parcel_fee: Number = number(
        3.0,
        unit="money a parcel",
        meaning="US entry fee a parcel.",
        used_when=needs("us_share", unlike=0.0) + needs("own_charges", "us"),
    )
    eu_share: Number = rate(0.30, meaning="Orders to the European Union.")
    eu_vat: Number = rate(
        0.21,
        meaning="VAT rate inside the price.",
        used_when=needs("eu_share", unlike=0.0) + needs("own_charges", "eu"),
    )
    eu_parcel_fee: Number = number(
        3.3,
        unit="money a parcel",
        meaning="EU duty, 3 euro an item kind.",
        source="vatupdate, since 2026-07",
        used_when=needs("eu_share", unlike=0.0) + needs("own_charges", "eu"),
    )
    item_kinds: Number = number(
        1.0,
        unit="tariff categories",
        low=1.0,
        high=100.0,
        meaning="Tariff categories in a parcel.",
        used_when=needs("charged", *ITEM_KIND_FEES),
    )

    def on_an_order(self, trade: TradeCalendar) -> OnAnOrder:
        """Return what holds today, over all destinations."""
        mix = (
            (self.us_share, trade.charges("us", Charges(duty=self.us_duty, parcel_fee=self.us_parcel_fee))),
            (self.eu_share, trade.charges("eu", Charges(vat=self.eu_vat, parcel_fee=self.eu_parcel_fee))),
            (np.maximum(1.0 - self.us_share - self.eu_share, 0.0), trade.charges("other", Charges())),
        )
        vat: Number = 0.0
        duty: Number = 0.0
        fees: Number = 0.0
        for share, found in mix:
            vat = vat + share * found.vat / (1.0 + found.vat)
            duty = duty + share * found.duty / (1.0 + found.vat if trade.duty_on == CHECKOUT else 1.0)
            fees = fees + share * (found.parcel_fee + found.item_kind_fee * self.item_kinds + found.handling_fee)
        return OnAnOrder(trade.due, trade.duty_on, vat, duty, fees)

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what an order pays under the rules of day 0."""
        found = self.on_an_order(environment.trade)
        terms.vat, terms.duty, terms.parcel_fees = found.vat, found.duty, found.fees
        terms.duty_on_checkout = environment.trade.duty_on == CHECKOUT

    def begin(self, state: State, luck: Luck) -> None:
        """Publish the VAT inside a price and the outlay for duty, by the channel's own numbers."""
        self._publish(state, self.on_an_order(TradeCalendar({})))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Remit last month's VAT, set today's aside, pay duty."""
        charges = state.recall(OnAnOrder)
        if (charges.due, charges.duty_on) != (environment.trade.due, environment.trade.duty_on):
            charges = self._publish(state, self.on_an_order(environment.trade), charges)
        if environment.starts_month:
            owed = -ledger.balance(VAT_PAYABLE)
            ledger.post(np.maximum(owed, 0.0), debit=VAT_PAYABLE, credit=CASH)
            ledger.post(np.maximum(-owed, 0.0), debit=CASH, credit=VAT_PAYABLE)  # given back: a receipt
        ledger.post(today.gross_sales * state.vat_share, debit=SALES, credit=VAT_PAYABLE)
        state.wallet.commitments[f"{state.channel}.vat"] = np.maximum(-ledger.balance(VAT_PAYABLE), 0.0)
        base = today.gross_sales if environment.trade.duty_on == CHECKOUT else today.cost_of_goods
        ledger.post(charges.duty * base + charges.fees * today.parcels, debit=IMPORT_DUTY, credit=CASH)

    @staticmethod
    def _publish(state: State, charges: OnAnOrder, before: OnAnOrder | None = None) -> OnAnOrder:
        """Say what holds from now on; orders are taken by it from tomorrow on."""
        needs = economics(state)
        if before is None:
            needs.outlay = needs.outlay + charges.fees + charges.duty * needs.goods
        else:
            needs.outlay = needs.outlay + (charges.outlay(needs) - before.outlay(needs))
        state.vat_share = charges.vat
        state.keep(charges)
        return charges
