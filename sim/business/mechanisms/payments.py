"""Payment processors, and how the money of a sale reaches the seller: fees, payout lags, holds, reserves.

Ignored: interchange by card, currency of the card, instant payouts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.business.accounts import PAYMENT_FEES, SALES
from sim.business.ledger import CASH, Account, Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.mechanisms.shared import KeptBack, share_of
from sim.business.order_terms import OrderTerms
from sim.business.parameters import Number, needs, number, rate
from sim.business.state import Days, Processor, State, Today, processor_accounts
from sim.randomness.luck import Luck
from sim.randomness.streams import Array


def whole_days(value: Number) -> int:
    """Return the largest whole number of days among the paths."""
    return int(np.max(np.rint(value)))


@dataclass(frozen=True, kw_only=True)
class Checkout(Mechanism):
    """Route the day's sales to the payment accounts that are open.

    When in the day: before orders are accepted. Posts: nothing. Assumes: buyers take whatever method is offered; where
    none is left, the channel cannot sell today. Source: docs/model.md, freeze.
    """

    does: ClassVar[str] = "sales routed to open payment accounts; none open: no sales"

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Renew the weights where an account is not open."""
        processors = state.processors.values()
        total = sum((np.where(p.open, p.share, 0.0) for p in processors), np.zeros(state.n_paths))
        stops = [processor.stops for processor in processors]
        state.halted = np.logical_or.reduce([total <= 0.0, *stops])
        for processor in processors:
            share = np.where(processor.open, processor.share, 0.0)
            processor.weight = share_of(share, total)


@dataclass(frozen=True, kw_only=True)
class Payment(Mechanism):
    """Take the payments of one processor.

    When in the day: after the sales are known. Posts: sales, payment fees, the processor's pending, held, reserve and
    frozen accounts. Assumes: a payment waits in exactly one bucket: reserve share first (the rolling one, then that of
    an open reserve), then the hold of a new seller, else the payout lag. Source: F5; stripe.com, paypal.com.
    """

    does: ClassVar[str] = "payments: fee, then pending, held or reserve"

    share: Number = rate(0.5, meaning="Share of the sales.")
    fee_rate: Number = rate(0.029, meaning="Fee on the price.", source="F5")
    fixed_fee: Number = number(0.30, unit="money a payment", meaning="Fee a payment.", source="F5")
    extra_fee_rate: Number = rate(
        0.0, meaning="What the shop system takes for an outside gateway.", source="shopify.com"
    )
    payout_days: Number = number(2.0, unit="days", low=1.0, high=60, meaning="Usual payout lag.")
    first_payout_days: Number = number(
        10.0,
        unit="days",
        low=1.0,
        high=60,
        meaning="Payout lag of a new account.",
        used_when=needs("first_payout_for", above="hold_for"),
    )
    first_payout_for: Number = number(
        14.0,
        unit="days",
        high=365,
        meaning="Age up to which the account is new.",
        used_when=needs("first_payout_for", above="hold_for"),
    )
    hold_days: Number = number(
        21.0,
        unit="days",
        low=1.0,
        high=180,
        meaning="Hold of a new seller.",
        source="paypal.com",
        used_when=needs("hold_for", unlike=0.0),
    )
    hold_for: Number = number(
        0.0, unit="days", high=730, meaning="Age up to which sales are held.", source="paypal.com"
    )
    reserve_rate: Number = rate(0.0, meaning="Rolling reserve: share of each sale kept back.")
    reserve_days: Number = number(
        90.0,
        unit="days",
        low=1.0,
        high=365,
        meaning="Days it is kept.",
        source="PayPal's own example",
        used_when=needs("reserve_rate", unlike=0.0),
    )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts posted to."""
        return (SALES, PAYMENT_FEES, *processor_accounts(self.section))

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what a payment, and the payout of what is left of it, cost."""
        fee, payout = self.fee_rate + self.extra_fee_rate, terms.payout_fees.get(self.section, 0.0)
        terms.payment = terms.payment + self.share * (fee + payout * (1.0 - fee))
        terms.payment_fixed = terms.payment_fixed + self.share * self.fixed_fee * (1.0 - payout)

    def begin(self, state: State, luck: Luck) -> None:
        """Open the account."""
        lag = max(whole_days(self.payout_days), whole_days(self.first_payout_days))
        kept = state.recall(KeptBack, self.section).longest if state.has(KeptBack, self.section) else 1
        reserve = max(kept, whole_days(self.reserve_days) if np.any(self.reserve_rate) else 1)
        longest = (lag, whole_days(self.hold_days), reserve)
        state.processors[self.section] = Processor(self.section, state.n_paths, self.share, longest)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Book the sales and put the money where it waits."""
        account = state.processors[self.section]
        sales = today.gross_sales * account.weight
        fee = sales * (self.fee_rate + self.extra_fee_rate) + self.fixed_fee * today.orders * account.weight
        # Of a payment of a few cents the fixed fee takes all there is; no payment leaves a debt.
        fee = np.minimum(fee, sales)
        pending, held, reserve = account.buckets
        ledger.post(sales, debit=pending.account, credit=SALES)
        ledger.post(fee, debit=PAYMENT_FEES, credit=pending.account)
        money = np.asarray(sales - fee)
        if account.to_frozen.any():
            money = np.where(account.to_frozen, 0.0, money)
            frozen = np.where(account.to_frozen, sales - fee, 0.0)
            ledger.post(frozen, debit=account.frozen_account, credit=pending.account)
            account.frozen += frozen
        day, age = environment.day, state.age(environment.day)
        if np.any(self.reserve_rate):
            kept_back = money * self.reserve_rate
            ledger.post(kept_back, debit=reserve.account, credit=pending.account)
            reserve.line.schedule(day, lag_of(self.reserve_days), kept_back)
            money = money - kept_back
        if state.has(KeptBack, self.section):
            money = money - keep_back(state.recall(KeptBack, self.section), account, day, money, ledger)
        new_seller = age < self.hold_for
        if new_seller.any():
            waits = np.where(new_seller, money, 0.0)
            ledger.post(waits, debit=held.account, credit=pending.account)
            held.line.schedule(day, lag_of(self.hold_days), waits)
            money = money - waits
        self._schedule_payout(state, account, environment.day, age, money)

    def _schedule_payout(self, state: State, account: Processor, day: int, age: Days, money: Array) -> None:
        new = age < self.first_payout_for
        if new.any():
            account.pending.line.schedule(day, lag_of(self.first_payout_days), np.where(new, money, 0.0))
            money = np.where(new, 0.0, money)
        account.pending.line.schedule(day, lag_of(self.payout_days), money)

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Every bucket = what its line holds, less what was drawn early; never below zero."""
        account = state.processors[self.section]
        for bucket in account.buckets:
            yield bucket.account, np.maximum(bucket.line.held()[0] - bucket.drawn, 0.0)


def keep_back(kept: KeptBack, account: Processor, day: int, money: Array, ledger: Book) -> Array:
    """Put what an open reserve keeps of today's money into the reserve; return it, (n_paths,)."""
    amount = money * kept.share
    if kept.share.any():
        ledger.post(amount, debit=account.reserve.account, credit=account.pending.account)
        paths = np.nonzero(kept.share)[0]
        account.reserve.line.schedule_on(paths, day, kept.days[paths], amount[paths])
    return amount


def lag_of(days: Number) -> int | NDArray[np.int64]:
    """Return whole days: one number where all paths agree."""
    return np.rint(days).astype(np.int64) if np.ndim(days) else int(np.rint(days))


@dataclass
class Withdrawal:
    """Memory of one account: what it paid out since the last bank withdrawal, (n_paths,), scenario currency."""

    waiting: Array


@dataclass(frozen=True, kw_only=True)
class Payouts(Mechanism):
    """Pay out what one processor owes today.

    When in the day: first. Posts: cash, the processor's pending, held and reserve accounts, payment fees. Assumes:
    the fee of one bank withdrawal on the first day of each month, once more than the fee is waiting; the money itself
    counts as cash from the payout on. Source: paypal.cn (withdrawal 35).
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "payouts, ended holds and reserves reach the bank"
    posts: ClassVar[tuple[Account, ...]] = (PAYMENT_FEES,)

    conversion_fee: Number = rate(0.0, meaning="Cost of changing the payout into the seller's money.", source="1-3%")
    withdrawal_fee: Number = number(0.0, unit="money a withdrawal", meaning="Bank withdrawal.", source="paypal.cn")
    withdrawal_every: Number = number(
        30.0, unit="days", low=1.0, meaning="Days between withdrawals.", used_when=needs("withdrawal_fee", unlike=0.0)
    )

    @property
    def processor(self) -> str:
        """Name of the processor: the section is ``<processor>_payouts``."""
        return self.section.removesuffix("_payouts")

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what a payout costs; a bank withdrawal is no order's."""
        terms.payout_fees[self.processor] = self.conversion_fee

    def begin(self, state: State, luck: Luck) -> None:
        """Start with nothing to withdraw."""
        state.keep(Withdrawal(np.zeros(state.n_paths)), self.section)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Release and charge."""
        account = state.processors[self.processor]
        received = np.zeros(state.n_paths)
        for bucket in account.in_use:
            paid = bucket.release(environment.day)
            ledger.post(paid, debit=CASH, credit=bucket.account)
            received += paid
        if np.any(self.conversion_fee):
            ledger.post(received * self.conversion_fee, debit=PAYMENT_FEES, credit=CASH)
        if np.any(self.withdrawal_fee):
            self._withdraw(state.recall(Withdrawal, self.section), received, environment.day, ledger)

    def _withdraw(self, account: Withdrawal, received: Array, day: int, ledger: Book) -> None:
        account.waiting += received
        due = day % np.rint(self.withdrawal_every) == 0
        if np.any(due):
            moves = due & (account.waiting > self.withdrawal_fee)
            ledger.post(np.where(moves, self.withdrawal_fee, 0.0), debit=PAYMENT_FEES, credit=CASH)
            account.waiting[moves] = 0.0
