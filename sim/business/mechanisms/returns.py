"""Returns and chargebacks: what buyers send back or dispute, and how refunds are paid.

Ignored: exchanges, partial refunds, restocking fees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.accounts import PAYMENT_FEES, REFUNDS, REFUNDS_PAYABLE, VAT_PAYABLE
from sim.business.delays import Delay, DelayLine
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase, bring_to
from sim.business.mechanisms.shared import KeptOrders, economics, open_orders, share_of
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms
from sim.business.parameters import Number, delay, needs, number, rate, switch
from sim.business.state import State, Today
from sim.business.statement import Part
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck

RETURN_HANDLING = Account("return handling", Kind.EXPENSE, variable=True, part=Part.RETURNS)
SALVAGE = Account("salvage of returns", Kind.INCOME, variable=True, part=Part.RETURNS)
CHARGEBACKS = Account("chargebacks", Kind.EXPENSE, variable=True, part=Part.LOSSES)
RETURNS_PROVISION = Account("provision for returns", Kind.LIABILITY)
CHARGEBACK_PROVISION = Account("provision for chargebacks", Kind.LIABILITY)
EXPECTED_RETURNS = Account("expected returns", Kind.EXPECTED, variable=True, part=Part.REFUNDS)
EXPECTED_CHARGEBACKS = Account("expected chargebacks", Kind.EXPECTED, variable=True, part=Part.LOSSES)


@dataclass(frozen=True, kw_only=True)
class Returns(Mechanism):
    """Let buyers return what they decide on today.

    When in the day: after payouts and arrivals. Posts: refunds, refunds to pay, VAT payable, return handling, salvage,
    cash; at closing the provision for what is still undecided. Assumes: every order has the same chance; refunds are
    the price paid; the payment fee is not given back unless switched on. Source: F11; zcytsc.com; Online Retail II.
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "returns of orders decided today: refund, label, salvage"
    streams: ClassVar[tuple[str, ...]] = ("returned",)
    posts: ClassVar[tuple[Account, ...]] = (
        *(REFUNDS, REFUNDS_PAYABLE, VAT_PAYABLE, RETURN_HANDLING, SALVAGE, PAYMENT_FEES),
        *(RETURNS_PROVISION, EXPECTED_RETURNS),
    )

    return_rate: Number = rate({"beta": {"mean": 0.22, "sd": 0.045}}, meaning="Orders returned.", source="F11: 15-30%")
    decision_days: Distribution = delay(
        {"lognormal": {"median": 12, "log_sd": 0.8}},
        meaning="Days from delivery to the buyer's decision.",
        source="Online Retail II: median 9, IQR 5-27",
    )
    refunded_without_return: Number = rate(
        0.6,
        meaning="Returns refunded without the goods coming back: no label, no salvage.",
        source="zcytsc.com",
        used_when=needs(("handling_cost", "salvage"), unlike=0.0),
    )
    handling_cost: Number = number(
        {"lognormal": {"median": 9, "log_sd": 0.45}},
        unit="money a return",
        meaning="Label and handling of goods that come back.",
        source="label 5-8 + labour 3-5",
        used_when=needs("refunded_without_return", unlike=1.0),
    )
    salvage: Number = rate(
        {"beta": {"mean": 0.45, "sd": 0.20}},
        meaning="Value of goods that come back, of their cost.",
        source="10-70%",
        used_when=needs("refunded_without_return", unlike=1.0),
    )
    fee_given_back: bool = switch(False, meaning="The payment fee of a returned order is given back.")
    fee_rate: Number = rate(
        0.029, meaning="The fee rate that would be given back.", source="F5", used_when=needs("fee_given_back", True)
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what is sent back, as far as one can expect."""
        terms.returned = self.expected("return_rate")
        terms.without_return = self.expected("refunded_without_return")
        terms.handling, terms.salvage = self.expected("handling_cost"), self.expected("salvage")
        terms.given_back_fee = self.fee_rate if self.fee_given_back else 0.0

    @property
    def window(self) -> Delay:
        """Days from the delivery to the buyer's decision."""
        return Delay.of(self.decision_days, shortest=0, longest=120)

    def foretell(self, flow: OrderFlow) -> None:
        """Say how long a buyer takes to decide."""
        flow.window = self.window

    def begin(self, state: State, luck: Luck) -> None:
        """Publish how long a buyer takes to decide."""
        open_orders(state).return_rate = self.return_rate
        open_orders(state).window = self.window

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Draw the returns and book them."""
        decided = np.asarray(today.decided_orders)
        returned = luck.binomial("returned", decided, self.return_rate)
        share = share_of(returned, decided)
        refund = share * today.decided_sales
        back = 1.0 - self.refunded_without_return
        ledger.post(refund * (1.0 - state.vat_share), debit=REFUNDS, credit=REFUNDS_PAYABLE)
        if np.ndim(state.vat_share) or state.vat_share > 0:
            ledger.post(refund * state.vat_share, debit=VAT_PAYABLE, credit=REFUNDS_PAYABLE)
        ledger.post(returned * back * self.handling_cost, debit=RETURN_HANDLING, credit=CASH)
        ledger.post(share * today.decided_cost * back * self.salvage, debit=CASH, credit=SALVAGE)
        if self.fee_given_back:
            ledger.post(refund * self.fee_rate, debit=CASH, credit=PAYMENT_FEES)
        today.returns, today.refunds = returned, refund
        today.kept_orders = decided - returned
        today.kept_sales = today.decided_sales - refund
        today.kept_customers = today.kept_customers * (1.0 - share)

    def accrue(self, state: State, ledger: Book) -> None:
        """Provide for open orders: expected refund net of VAT, handling, less salvage and fees given back."""
        orders, sales, cost, _ = open_orders(state).line.total
        back = 1.0 - self.refunded_without_return
        given_back = (self.fee_rate if self.fee_given_back else 0.0) + economics(state).commission_given_back
        loss = sales * (1.0 - state.vat_share - given_back) + back * (orders * self.handling_cost - cost * self.salvage)
        bring_to(ledger, self.return_rate * loss, provision=RETURNS_PROVISION, expense=EXPECTED_RETURNS)


@dataclass(frozen=True, kw_only=True)
class Chargebacks(Mechanism):
    """Let card holders charge back orders that were kept.

    When in the day: after returns. Posts: chargebacks, refunds to pay, cash; at closing the provision for kept and for
    still undecided orders. Assumes: the lag counts from the order, and what is left of it from the decision day; the
    goods are lost; a won dispute gives the price back, never the fee. Source: F24; .6-1% of orders, 20-30% won.
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "chargebacks on orders that were kept"
    streams: ClassVar[tuple[str, ...]] = ("lag", "charged_back", "won")
    posts: ClassVar[tuple[Account, ...]] = (CHARGEBACKS, REFUNDS_PAYABLE, CHARGEBACK_PROVISION, EXPECTED_CHARGEBACKS)

    chargeback_rate: Number = rate(
        {"lognormal": {"median": 0.005, "log_sd": 0.6}}, meaning="Kept orders that are charged back.", source=".6-1%"
    )
    lag_days: Distribution = delay({"lognormal": {"median": 45, "log_sd": 0.5}}, meaning="Days from the order.")
    fee: Number = number(
        {"uniform": {"low": 15, "high": 20}}, unit="money", meaning="Fee a chargeback.", source="stripe"
    )
    appeal: bool = switch(True, meaning="The payment channel offers an appeal (F24).", source="F24")
    win_rate: Number = rate(
        {"beta": {"mean": 0.35, "sd": 0.12}},
        meaning="Appeals won, with proof of delivery.",
        source="20-30% won",
        used_when=needs("appeal", True),
    )
    win_rate_without_appeal: Number = rate(
        0.10, meaning="Chargebacks that fail without an appeal.", used_when=needs("appeal", False)
    )

    def _win_rate(self, state: State) -> Number:
        return (self.win_rate if self.appeal else self.win_rate_without_appeal) * state.proof_of_delivery

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what is charged back, as far as one can expect."""
        terms.charged_back, terms.chargeback_fee = self.expected("chargeback_rate"), self.expected("fee")
        terms.won = self.expected("win_rate" if self.appeal else "win_rate_without_appeal")

    def begin(self, state: State, luck: Luck) -> None:
        """Make the line of kept orders. Longest: a year after the order."""
        state.keep(KeptOrders(DelayLine(state.n_paths, 366, 2, pooled=True), Delay.of(self.lag_days)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Schedule what was kept, charge back what is due."""
        memory = state.recall(KeptOrders)
        if environment.day == 0:
            memory.lag = memory.lag.beyond(open_orders(state).delay)
        orders, sales = memory.line.due(environment.day)
        kept = np.asarray(today.kept_orders), np.asarray(today.kept_sales)
        memory.line.spread(environment.day, memory.lag, luck.split("lag"), *kept)
        charged = luck.binomial("charged_back", orders, self.chargeback_rate)
        won = luck.binomial("won", charged, self._win_rate(state))
        loss = share_of(charged - won, orders) * sales
        ledger.post(loss, debit=CHARGEBACKS, credit=REFUNDS_PAYABLE)
        ledger.post(charged * self.fee, debit=CHARGEBACKS, credit=CASH)
        today.chargebacks = charged

    def accrue(self, state: State, ledger: Book) -> None:
        """Provide for kept orders and for the part of the open ones that will be kept."""
        orders, sales = state.recall(KeptOrders).line.total
        undecided = open_orders(state)
        stays = 1.0 - undecided.return_rate
        orders = orders + undecided.line.total[0] * stays
        sales = sales + undecided.line.total[1] * stays
        loss = self.chargeback_rate * (sales * (1.0 - self._win_rate(state)) + orders * self.fee)
        bring_to(ledger, loss, provision=CHARGEBACK_PROVISION, expense=EXPECTED_CHARGEBACKS)


@dataclass(frozen=True, kw_only=True)
class Refunds(Mechanism):
    """Pay refunds: from the processors' balances first, then from cash.

    When in the day: after everything that is refunded. Posts: refunds to pay, processors' pending and held, cash.
    Assumes: each processor pays its share of the sales; reserve and frozen money cannot be drawn. Source:
    docs/model.md.
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "refunds drawn from processors first, then from cash"
    posts: ClassVar[tuple[Account, ...]] = (REFUNDS_PAYABLE,)

    from_processors: bool = switch(True, meaning="Draw the processors' balances first; off: all from cash.")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Pay what is owed to buyers."""
        owed = np.maximum(-ledger.balance(REFUNDS_PAYABLE), 0.0)
        left = owed
        if self.from_processors:
            for processor in state.processors.values():
                wanted = owed * processor.share
                for bucket in (bucket for bucket in processor.in_use if bucket is not processor.reserve):
                    taken = bucket.draw(np.minimum(wanted, left))
                    ledger.post(taken, debit=REFUNDS_PAYABLE, credit=bucket.account)
                    wanted, left = wanted - taken, left - taken
        ledger.post(left, debit=REFUNDS_PAYABLE, credit=CASH)
