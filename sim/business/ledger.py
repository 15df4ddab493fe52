"""Double-entry books: the only way money moves.

A :class:`Ledger` holds the :class:`Account` rows of a strategy; a channel posts through its :class:`Book`.

Balances are kept debit-positive, one row an account and one column a path, so the sum over accounts is zero on every
path at every moment. Every posting that touches cash is also filed under its counter-account: that *is* the cash-flow
statement (direct method), and cash must equal its sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from sim.business.statement import Part
from sim.randomness.memory import zeros
from sim.randomness.streams import Array


class Kind(Enum):
    """What an account is to the accountant."""

    ASSET = "asset"
    LIABILITY = "liability"
    CAPITAL = "capital"
    INCOME = "income"
    EXPENSE = "expense"
    SETUP = "one-off cost"  # in cumulative profit, not in a month's operating profit
    EXPECTED = "expected loss on sales"  # in settled profit, and in the operating profit of the month that sold
    ACCRUAL = "accrual"  # in settled profit alone
    DRAWING = "owner's pay"  # a share-out of profit, shown below it


PROFIT_KINDS = frozenset({Kind.INCOME, Kind.EXPENSE, Kind.SETUP, Kind.EXPECTED, Kind.ACCRUAL})

ORDERS_AND_RUNNING = frozenset(part for part in Part if part.place <= Part.RUNNING.place)
PARTS = {
    Kind.INCOME: ORDERS_AND_RUNNING,
    Kind.EXPENSE: ORDERS_AND_RUNNING,
    Kind.EXPECTED: ORDERS_AND_RUNNING,
    Kind.SETUP: frozenset({Part.SETUP}),
    Kind.ACCRUAL: frozenset({Part.ACCRUALS}),
    Kind.DRAWING: frozenset({Part.OWNER}),
}
"""Parts of the statement in which an account of a kind can stand: subtotals are readings of profit."""


@dataclass(frozen=True)
class Account:
    """One account of the chart.

    Parameters
    ----------
    name : str
        Unabbreviated, unique within a channel.
    cash_line : str, optional
        Line of the cash-flow statement for cash that moves against this account; the name by default.
    variable : bool
        Whether it varies with orders and advertising, so that it counts in the contribution the policy looks at.
    shared : bool
        One row for the whole strategy (the wallet) rather than one a channel.
    part : Part, optional
        Where it stands in the profit and loss statement. By default income that varies with orders is among the sales,
        cost that does among the losses on orders; else it is among the running costs, or where its kind alone can
        stand. Of what is owned and owed: where its cash line stands in the cash-flow statement, by default at the end.
    """

    name: str
    kind: Kind
    cash_line: str = ""
    variable: bool = False
    shared: bool = False
    part: Part | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "cash_line", self.cash_line or self.name)
        if self.kind not in PARTS:
            return
        if self.part is None:
            object.__setattr__(self, "part", self._usual_part())
        elif self.part not in PARTS[self.kind]:
            raise ValueError(f"account '{self.name}': a {self.kind.value} cannot stand among {self.part.value}")

    def _usual_part(self) -> Part:
        allowed = PARTS[self.kind]
        if len(allowed) == 1:
            return next(iter(allowed))
        if self.kind is Kind.INCOME and self.variable:
            return Part.SALES
        return Part.LOSSES if self.variable or self.kind is Kind.EXPECTED else Part.RUNNING

    @property
    def place(self) -> int:
        """Place of its line in a statement: that of its part, or after all."""
        return len(Part) if self.part is None else self.part.place

    def __hash__(self) -> int:
        return hash(self.name)


CASH = Account("cash", Kind.ASSET, shared=True)
CAPITAL = Account("owner's capital", Kind.CAPITAL, shared=True)
CREDIT_LINE = Account("credit line", Kind.LIABILITY, cash_line="credit line drawn", shared=True)
UNPAID_BILLS = Account("unpaid bills", Kind.LIABILITY, cash_line="bills left unpaid", shared=True)
INTEREST = Account("interest", Kind.EXPENSE, shared=True)


class LedgerError(AssertionError):
    """A reconciliation does not hold: a defect of the model, never of the input."""


class Ledger:
    """The books of one strategy over a span of paths.

    Parameters
    ----------
    charts : dict of str to iterable of Account
        Accounts each channel declares. Shared ones get one row; the others one row a channel.

    Attributes
    ----------
    received : (n_paths,) float
        Cash that came in since somebody last set it to nothing: arrears are first in line for it.
    """

    def __init__(self, charts: Mapping[str, Iterable[Account]], n_paths: int) -> None:
        self.entries: list[tuple[str, Account]] = [
            ("", account) for account in (CASH, CAPITAL, CREDIT_LINE, UNPAID_BILLS, INTEREST)
        ]
        for channel, accounts in charts.items():
            for account in accounts:
                entry = ("" if account.shared else channel, account)
                if entry not in self.entries:
                    self.entries.append(entry)
        self.balances: Array = zeros((len(self.entries), n_paths))
        self.cash_flows: Array = zeros((len(self.entries), n_paths))
        self.received: Array = np.zeros(n_paths)
        self.books = {channel: Book(self, channel) for channel in ("", *charts)}

    def rows(self, kinds: frozenset[Kind] | set[Kind]) -> list[int]:
        """Return the rows of the accounts of these kinds."""
        return [row for row, (_, account) in enumerate(self.entries) if account.kind in kinds]

    def profit(self, kinds: frozenset[Kind] | set[Kind] = PROFIT_KINDS) -> Array:
        """Return the (n_paths,) profit to date over accounts of these kinds."""
        return _gained([self.balances[row] for row in self.rows(kinds)], self.balances[0])

    def gross(self) -> Array:
        """Return (n_paths,) money that went through the books: the scale of rounding errors."""
        total: Array = np.zeros_like(self.balances[0])
        for row in (*self.balances, *self.cash_flows):  # one by one: no copy of the books
            total += np.abs(row)
        return total


def _gained(balances: Iterable[Array], like: Array) -> Array:
    return -sum(balances, start=np.zeros_like(like))


class Book:
    """One channel's view of the ledger: ``post`` finds the channel's own row of an account.

    It does not know the ledger, which knows it: books that held each other would stay until someone looks for such.
    """

    def __init__(self, ledger: Ledger, channel: str) -> None:
        self.channel = channel
        own = {a: row for row, (owner, a) in enumerate(ledger.entries) if owner == channel}
        shared = {a: row for row, (owner, a) in enumerate(ledger.entries) if owner == ""}
        index = shared | own
        self._balance: dict[Account, Array] = {account: ledger.balances[row] for account, row in index.items()}
        self._cash_flow: dict[Account, Array] = {account: ledger.cash_flows[row] for account, row in index.items()}
        self._cash = self._balance[CASH]
        self.received = ledger.received
        self._variable = [self._balance[account] for account in own if account.variable]
        self._profit = [self._balance[account] for account in own if account.kind in PROFIT_KINDS]

    def post(self, amount: Array | float, *, debit: Account, credit: Account) -> None:
        """Move money: ``debit`` receives, ``credit`` gives.

        Parameters
        ----------
        amount : (n_paths,) float or float, scenario currency
        debit, credit : Account
            Must have been declared by a mechanism of this channel.
        """
        if isinstance(amount, float) and amount == 0.0:
            return
        receiving, giving = self._balance[debit], self._balance[credit]
        receiving += amount
        giving -= amount
        if receiving is self._cash:
            self._cash_flow[credit] += amount
            self.received += amount
        elif giving is self._cash:
            self._cash_flow[debit] -= amount

    def balance(self, account: Account) -> Array:
        """Return the (n_paths,) debit-positive balance: a view, not to be written to."""
        return self._balance[account]

    def profit(self) -> Array:
        """Return (n_paths,) profit of this channel to date."""
        return _gained(self._profit, self._cash)

    def contribution(self) -> Array:
        """Return (n_paths,) sales less everything that varies with orders and advertising, to date."""
        total: Array = np.zeros_like(self._cash)
        for balance in self._variable:
            total -= balance
        return total

    def __contains__(self, account: Account) -> bool:
        return account in self._balance
