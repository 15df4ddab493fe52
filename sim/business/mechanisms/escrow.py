"""A platform's escrow: how it holds the buyer's money, what it keeps, and when it pays out.

Ignored: partial releases, interest on money held, the currency of the payout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.business.accounts import PAYMENT_FEES, SALES
from sim.business.delays import Delay, DelayLine
from sim.business.ledger import CASH, Account, Book, Kind
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.mechanisms.shared import OrderBook, economics, open_orders, order_book, share_of
from sim.business.order_terms import OrderTerms
from sim.business.parameters import Number, choice, delay, needs, rate, switch
from sim.business.state import Bucket, Processor, State, Today, processor_accounts
from sim.business.statement import Part
from sim.randomness.distributions import Distribution
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

COMMISSION = Account("commission", Kind.EXPENSE, variable=True, part=Part.FEES)
AFFILIATES = Account("affiliates", Kind.EXPENSE, variable=True, part=Part.FEES)
CUSTOMER_DEPOSITS = Account("customer deposits", Kind.LIABILITY, part=Part.SALES)

ESCROW = "escrow"
"""Section of the escrow in a platform's channel; names its accounts."""

MONEY = 1
"""Place of the money in an escrow's line, after the number of orders."""


class EscrowBucket(Bucket):
    """Money held order by order: each order is paid out on a day of its own.

    The line carries orders and money.

    Attributes
    ----------
    orders, days_to_money : (n_paths,) float
        Orders taken in so far, and the sum of their days from the order to the money.
    """

    money: ClassVar[int] = MONEY

    def __init__(self, account: Account, n_paths: int, longest: int) -> None:
        super().__init__(account, n_paths, longest)
        self.line = DelayLine(n_paths, longest, 2, pooled=True, keeps_lags=True)
        self.orders: Array = np.zeros(n_paths)
        self._days_before: Array = np.zeros(n_paths)

    @property
    def days_to_money(self) -> Array:
        """(n_paths,) sum of all orders' days from the order to the money."""
        return np.asarray(self._days_before + self.line.lags)

    def receive(
        self, day: int, delay: Delay, uniform: Array | None, orders: Array, money: Array, ordered_on: Array
    ) -> None:
        """Take in the money of some orders; ``ordered_on`` is the sum of the days they were placed on."""
        self.orders += orders
        self._days_before += orders * day - ordered_on
        self.line.spread(day, delay, uniform, orders, money)


@dataclass
class Commissioned:
    """Memory of the commission: sales it was paid on, less those it was given back for."""

    sales: Array


@dataclass(frozen=True, kw_only=True)
class Commission(Mechanism):
    """Pay the platform's commission, out of the buyer's money.

    When in the day: before the escrow. Posts: commission, the escrow's pending account, cash. Assumes: that of a
    refunded order, returned or lost, reaches the bank on the day of the refund (switch); what open orders will give
    back is in the provision for returns. Source: F1 (5-8%); Alibaba.com 2% [j]; given back [j].
    """

    does: ClassVar[str] = "commission, kept back from the buyer's money; given back with a refund"
    posts: ClassVar[tuple[Account, ...]] = (COMMISSION, processor_accounts(ESCROW)[0])

    commission_rate: Number = rate(0.02, meaning="Share of the price.", source="F1: 5-8%; Alibaba.com 2% [j]")
    given_back: bool = switch(
        True,
        meaning="The commission of a refunded order is given back.",
        source="[j]",
        used_when=needs(("returns.enabled", "disputes.enabled", "lost_parcels.enabled"), True),
    )

    def begin(self, state: State, luck: Luck) -> None:
        """Publish what comes back with a refund."""
        economics(state).commission_given_back = self.commission_rate if self.given_back else 0.0
        state.keep(Commissioned(np.zeros(state.n_paths)))

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what the platform takes."""
        terms.commission = self.commission_rate
        terms.commission_given_back = 1.0 if self.given_back else 0.0

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Keep it back, and give back that of today's refunds."""
        fee = today.gross_sales * self.commission_rate
        ledger.post(fee, debit=COMMISSION, credit=processor_accounts(ESCROW)[0])
        today.platform_fees = today.platform_fees + fee
        sales = state.recall(Commissioned).sales
        sales += today.gross_sales
        if self.given_back:
            refunded = today.refunds
            if np.ndim(today.lost_and_refunded):
                refunded = refunded + share_of(today.lost_and_refunded, today.orders) * today.gross_sales
            ledger.post(refunded * self.commission_rate, debit=CASH, credit=COMMISSION)
            sales -= refunded

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Commission = its rate on all sales but those it was given back for."""
        yield COMMISSION, state.recall(Commissioned).sales * self.commission_rate


@dataclass(frozen=True, kw_only=True)
class Affiliates(Mechanism):
    """Pay those who recommended the goods.

    When in the day: after the commission. Posts: affiliates, the escrow's pending account. Assumes: their
    share of the orders is the same every day, and comes in any case. Source: [j].
    """

    does: ClassVar[str] = "affiliates' share of the price, kept back from the buyer's money"
    posts: ClassVar[tuple[Account, ...]] = (AFFILIATES, processor_accounts(ESCROW)[0])

    share_of_orders: Number = rate(
        0.20, meaning="Orders that came by an affiliate.", used_when=needs("affiliate_rate", unlike=0.0)
    )
    affiliate_rate: Number = rate(
        0.05, meaning="Share of the price they get.", used_when=needs("share_of_orders", unlike=0.0)
    )

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what they take."""
        terms.affiliates = self.share_of_orders * self.affiliate_rate

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Keep it back."""
        fee = today.gross_sales * self.share_of_orders * self.affiliate_rate
        ledger.post(fee, debit=AFFILIATES, credit=processor_accounts(ESCROW)[0])
        today.platform_fees = today.platform_fees + fee


@dataclass(frozen=True, kw_only=True)
class Escrow(Mechanism):
    """Hold the buyer's money until the buyer has the goods.

    When in the day: last of the sale. Posts: sales, the escrow's pending account. Assumes: release days are
    independent between orders; refunds are drawn from the escrow first; where they count from the order and
    the goods are produced first, at least a day passes after the shipment. Source: F8, F20; AliExpress [j].
    """

    does: ClassVar[str] = "the buyer's money is held, and due on a later day"
    streams: ClassVar[tuple[str, ...]] = ("lag",)

    release_days: Distribution = delay(
        {"pert": {"low": 7, "mode": 11, "high": 15}}, meaning="Days until the money is released.", source="F8, F20"
    )
    release_counts_from: str = choice(
        "delivery", ("delivery", "order"), meaning="From which day they count.", source="F8, F20: the order"
    )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts posted to."""
        return (SALES, *processor_accounts(self.section))

    def _lag(self, state: State) -> Delay:
        """Days from the shipment to the release."""
        release = Delay.of(self.release_days)
        if self.release_counts_from == "delivery":
            return (open_orders(state).delivery or Delay((0.0, 1.0))).plus(release)
        production = order_book(state).production if state.has(OrderBook) else None
        return release if production is None else release.beyond(production)

    def begin(self, state: State, luck: Luck) -> None:
        """Open the escrow; whoever ships has said how long it takes."""
        lag = self._lag(state)
        account = Processor(self.section, state.n_paths, 1.0, (lag.longest, 1, 1))
        account.pending = EscrowBucket(account.pending.account, state.n_paths, lag.longest)
        state.processors[self.section] = account
        state.keep(lag, self.section)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Take the money in and put it where it waits."""
        pending = state.processors[self.section].pending
        self._receive(state, today, ledger, pending.account)
        orders = np.asarray(today.orders)
        money = np.asarray(today.gross_sales - today.platform_fees)
        ordered_on = self._ordered_on(state, orders, environment.day)
        assert isinstance(pending, EscrowBucket)
        pending.receive(
            environment.day, state.recall(Delay, self.section), luck.split("lag"), orders, money, ordered_on
        )

    def _receive(self, state: State, today: Today, ledger: Book, account: Account) -> None:
        ledger.post(today.gross_sales, debit=account, credit=SALES)

    def _ordered_on(self, state: State, orders: Array, day: int) -> Array:
        return orders * day

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Pending = what the line holds, less what refunds drew early; nothing is held back otherwise."""
        account = state.processors[self.section]
        yield account.pending.account, account.pending.line.held()[MONEY] - account.pending.drawn
        for bucket in (account.held, account.reserve):
            yield bucket.account, bucket.line.held()[0] - bucket.drawn
        yield account.frozen_account, account.frozen


@dataclass(frozen=True, kw_only=True)
class TradeAssurance(Escrow):
    """Hold a business buyer's money: a deposit from the order on, all of it from the shipment on.

    When in the day: last of the sale. Posts: sales, customer deposits, the escrow's deposits and pending
    accounts. Assumes: as any escrow; a deposit cannot be drawn for refunds. Source: F8, F20.
    """

    does: ClassVar[str] = "the buyer's deposit and balance are held, and due on a later day"

    @property
    def deposits(self) -> Account:
        """The escrow's account of deposits on orders in production."""
        return Account(
            f"{self.section} deposits", Kind.ASSET, cash_line=f"received from {self.section}", part=Part.SALES
        )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts posted to."""
        return (*super().accounts, self.deposits, CUSTOMER_DEPOSITS)

    def _receive(self, state: State, today: Today, ledger: Book, account: Account) -> None:
        book = order_book(state)
        ledger.post(book.taken.value * book.buyer_deposit, debit=self.deposits, credit=CUSTOMER_DEPOSITS)
        applied = book.shipped.value * book.buyer_deposit
        ledger.post(applied, debit=CUSTOMER_DEPOSITS, credit=SALES)
        ledger.post(applied, debit=account, credit=self.deposits)
        ledger.post(book.shipped.value - applied, debit=account, credit=SALES)

    def _ordered_on(self, state: State, orders: Array, day: int) -> Array:
        return order_book(state).shipped.ordered_on

    def reconcile(self, state: State) -> Iterator[tuple[Account, Array]]:
        """Deposits = their share of the orders in production."""
        yield from super().reconcile(state)
        book = order_book(state)
        value = np.zeros(state.n_paths) if book.line is None else book.line.held()[1]
        deposits = np.asarray(value * book.buyer_deposit)
        yield self.deposits, deposits
        yield CUSTOMER_DEPOSITS, -deposits


@dataclass(frozen=True, kw_only=True)
class EscrowReleases(Mechanism):
    """Pay out what the escrow owes today.

    When in the day: first. Posts: cash, the escrow's pending account, payment fees. Source: F8.
    """

    phase: ClassVar[Phase] = Phase.RECEIPTS
    does: ClassVar[str] = "money released by the escrow reaches the bank"

    payout_fee_rate: Number = rate(0.0, meaning="Cost of changing the payout into the seller's money.")

    @property
    def escrow(self) -> str:
        """Section of the escrow: this one is ``<escrow>_releases``."""
        return self.section.removesuffix("_releases")

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Accounts posted to."""
        return (PAYMENT_FEES, processor_accounts(self.escrow)[0])

    def tell(self, terms: OrderTerms, environment: Environment) -> None:
        """Say what the payout costs."""
        terms.payout_fee = self.payout_fee_rate

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Release."""
        pending = state.processors[self.escrow].pending
        paid = pending.release(environment.day)
        ledger.post(paid, debit=CASH, credit=pending.account)
        if np.any(self.payout_fee_rate):
            ledger.post(paid * self.payout_fee_rate, debit=PAYMENT_FEES, credit=CASH)

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """Orders sold, and the sum of their days from the order to the money: the ratio is F8 and F20."""
        pending = state.processors[self.escrow].pending
        assert isinstance(pending, EscrowBucket)
        yield "orders", pending.orders
        yield "days_to_money", pending.days_to_money
