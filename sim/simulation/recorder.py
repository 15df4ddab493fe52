"""The record of a strategy: readings at the end of months and on the last day, and what each path came to.

`Recorder` watches a span day by day and returns a `Record`; `join` puts the spans' records side by side. Money is
booked in float64; what is kept is float32 from the day it is read, the resolution of a cent in ten thousand. Lines on
which nothing ever moved, a third of the article's, are one array of zeros, and equal lines, a seventh, one of theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.business.calendar import DAYS_A_MONTH, DAYS_A_WEEK, reading_times
from sim.business.ledger import CAPITAL, CASH, CREDIT_LINE, PROFIT_KINDS, UNPAID_BILLS, Kind, Ledger, LedgerError
from sim.business.state import NEVER, Today, Wallet
from sim.business.statement import Part
from sim.randomness.memory import zeros
from sim.randomness.streams import Array

Array32 = NDArray[np.float32]

TINY = 1e-300
ROUNDING = 1e-9
"""Largest gap between two ways to one amount, relative to the money that went through the books."""

FLOWS = (
    *("ad_spend", "impressions", "clicks", "carts", "inquiries", "orders", "paid_orders"),
    *("gross_sales", "paid_sales", "decided_orders", "returns", "refunds", "chargebacks", "cost_of_goods"),
    *("orders_taken", "refused_ads", "refused_orders", "refused_order_count"),
)
PROFIT_READINGS = ("settled_profit", "cumulative_profit", "operating_profit", "profit_after_owner_pay")
"""The named readings of profit; the first is the headline."""

OPERATING = frozenset({Kind.INCOME, Kind.EXPENSE, Kind.EXPECTED})
"""A month's operating profit: what was booked, and how the provisions moved for what the month sold."""

BOOKED = frozenset({Kind.INCOME, Kind.EXPENSE, Kind.SETUP})


@dataclass(repr=False)
class Record:
    """One strategy's results.

    Parameters
    ----------
    monthly : dict of str to (n_months, n_paths) float32
        ``operating_profit``, ``cumulative_profit``, ``settled_profit``, ``profit_after_owner_pay``, ``cash``,
        ``ruined``, ``at_work`` (its operating profit counts: :mod:`sim.business.activity`) and the flows of the month.
        A row a month, and one more of the days after the last full one.
    paths : dict of str to (n_paths,) float32
        ``ruin_day`` (inf: never), ``first_stable_month`` (inf: not by the horizon), ``peak_funding``, ``lowest_cash``,
        ``cash_needed_at_least`` (want of cash changed the path: it may need more than ``peak_funding``) and what
        mechanisms report, named ``<channel>.<section>.<what>``.
    profit_and_loss, cash_flow : dict of str to (n_months, n_paths) float32
        Lines of the statements in their order; incomes and receipts positive.
    weekly : dict of str to (n_weeks, n_paths) float32
        ``cash`` and ``settled_profit`` at the end of each full week; empty in a run that was read back.
    parts : dict of str to Part
        Of a line of the profit and loss statement: the part it stands in.
    short_month : bool
        Whether the last row of the monthly tables is of a few days, which are no month.

    Arrays may stand under several names: they are not to be written to.
    """

    monthly: dict[str, Array32] = field(default_factory=dict)
    paths: dict[str, Array32] = field(default_factory=dict)
    profit_and_loss: dict[str, Array32] = field(default_factory=dict)
    cash_flow: dict[str, Array32] = field(default_factory=dict)
    weekly: dict[str, Array32] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    short_month: bool = False

    def __repr__(self) -> str:
        tables = ", ".join(f"{name}: {len(table)}" for name, table in self.groups())
        return f"<Record of {self.n_paths if 'ruin_day' in self.paths else 0:,} paths; figures: {tables}>"

    def groups(self) -> Iterable[tuple[str, dict[str, Array32]]]:
        """Yield the tables by name, in a fixed order."""
        for name in ("monthly", "paths", "profit_and_loss", "cash_flow", "weekly"):
            yield name, getattr(self, name)

    @property
    def n_paths(self) -> int:
        """Paths that were recorded."""
        return len(self.paths["ruin_day"])

    def first(self, n_paths: int) -> Record:
        """Return the record of the first so many paths."""
        return self if n_paths == self.n_paths else self.part(0, n_paths)

    def part(self, start: int, stop: int) -> Record:
        """Return the record of some paths, from one number to before another."""
        cut = Record(parts=self.parts, short_month=self.short_month)
        for name, table in self.groups():
            getattr(cut, name).update({line: values[..., start:stop].copy() for line, values in table.items()})
        return cut


class Recorder:
    """Watch one strategy day by day; months of 30 days are recorded, and the days after the last full one.

    Parameters
    ----------
    stable_months : int
        Full months in a row with an operating profit that count as stable.
    n_days : int
        Days that will be watched.
    """

    def __init__(self, ledger: Ledger, stable_months: int, n_days: int) -> None:
        self.ledger = ledger
        self.stable_months = stable_months
        self.n_paths = ledger.balances.shape[1]
        self.book = ledger.books[""]
        self.lowest_cash: Array = np.full(self.n_paths, np.inf)
        self._flows: Array = zeros((len(FLOWS), self.n_paths))  # of the month so far
        self.n_days = n_days
        self._profit_rows, self._cash_rows, parts = lines_of(ledger)
        self._record = Record(parts=parts, short_month=n_days % DAYS_A_MONTH > 0)
        self._no_weeks = zeros((n_days // DAYS_A_WEEK, self.n_paths), np.float32)
        self._no_months = zeros((len(reading_times(n_days)), self.n_paths), np.float32)
        self._record.weekly = {"cash": self._no_weeks, "settled_profit": self._no_weeks}
        self._good_months: list[NDArray[np.bool_]] = []
        self._rows: dict[tuple[str, str], int] = {}
        self._to_date = zeros((2 * len(ledger.entries), self.n_paths))  # at most a line of each statement an account

    def watch(self, day: int, todays: Sequence[Today], wallet: Wallet) -> None:
        """Add a day's flows; at the end of a month and on the last day, read the books."""
        for today in todays:
            if np.ndim(today.paid_sales) == 0:  # unless sales are recognised on another day than the order's
                share = np.asarray(today.paid_orders) / np.maximum(today.orders, TINY)
                today.paid_sales = today.gross_sales * share
            for name, so_far in zip(FLOWS, self._flows, strict=True):
                flow = getattr(today, name)
                if isinstance(flow, float) and flow == 0.0:  # the channel has no such flow
                    continue
                np.add(so_far, flow, out=so_far)
        net = self.book.balance(CASH) + self.book.balance(CREDIT_LINE) + self.book.balance(UNPAID_BILLS)
        np.minimum(self.lowest_cash, net, out=self.lowest_cash)
        if (day + 1) % DAYS_A_WEEK == 0:
            week = day // DAYS_A_WEEK
            place(self._record.weekly, "cash", week, self.book.balance(CASH), self._no_weeks)
            place(self._record.weekly, "settled_profit", week, self.ledger.profit(PROFIT_KINDS), self._no_weeks)
        if (day + 1) % DAYS_A_MONTH == 0 or day + 1 == self.n_days:
            self._close_month(day, wallet)

    def _close_month(self, day: int, wallet: Wallet) -> None:
        ledger, month = self.ledger, day // DAYS_A_MONTH
        settled = ledger.profit(PROFIT_KINDS)
        after_owner_pay = settled + ledger.profit({Kind.DRAWING})
        operating = self._gained(("monthly", "operating_profit"), ledger.profit(OPERATING))
        self._good_months.append((operating > 0) & wallet.at_work & (wallet.insolvent_since > day))
        readings: dict[str, NDArray[Any]] = {
            "operating_profit": operating,
            "cumulative_profit": ledger.profit(BOOKED),
            "settled_profit": settled,
            "profit_after_owner_pay": after_owner_pay,
            "cash": self.book.balance(CASH),
            "ruined": wallet.insolvent_since <= day,
            "at_work": wallet.at_work,
            **dict(zip(FLOWS, self._flows, strict=True)),
        }
        for name, reading in readings.items():
            place(self._record.monthly, name, month, reading, self._no_months)
        self._flows[:] = 0.0
        self._read_lines(month, after_owner_pay)

    def _gained(self, line: tuple[str, str], total: Array) -> Array:
        """Return what a total to date gained since the last month ended."""
        to_date = self._to_date[self._rows.setdefault(line, len(self._rows))]
        gained: Array = total - to_date
        to_date[:] = total
        return gained

    def _read_lines(self, month: int, after_owner_pay: Array) -> None:
        ledger = self.ledger
        profit = {line: 0.0 - sum_of(ledger.balances, rows) for line, rows in self._profit_rows.items()}
        cash = {line: sum_of(ledger.cash_flows, rows) for line, rows in self._cash_rows.items()}
        self._check_statements(sum(profit.values()), sum(cash.values()), after_owner_pay)
        for statement, totals in (("profit_and_loss", profit), ("cash_flow", cash)):
            for line, total in totals.items():
                gained = self._gained((statement, line), total)
                place(getattr(self._record, statement), line, month, gained, self._no_months)

    def _check_statements(self, profit: Array | int, cash: Array | int, after_owner_pay: Array) -> None:
        tolerance = ROUNDING * (1.0 + self.ledger.gross())
        if (np.abs(profit - after_owner_pay) > tolerance).any():
            raise LedgerError("the lines of the P&L do not sum to the settled profit after owner's pay")
        if (np.abs(cash - self.book.balance(CASH)) > tolerance).any():
            raise LedgerError("the lines of the cash-flow statement do not sum to cash")

    def result(self, wallet: Wallet, capital: Array | float, reports: dict[str, Array]) -> Record:
        """Return what is kept."""
        full_months = self._good_months[: self.n_days // DAYS_A_MONTH]
        paths = {
            "ruin_day": np.where(wallet.insolvent_since == NEVER, np.inf, wallet.insolvent_since),
            "first_stable_month": first_stable_month(np.array(full_months), self.stable_months),
            "lowest_cash": self.lowest_cash,
            "peak_funding": np.maximum(capital - self.lowest_cash, 0.0),
            "cash_needed_at_least": wallet.held_back,
            **reports,
        }
        self._record.paths = {name: np.asarray(values, dtype=np.float32) for name, values in paths.items()}
        keep_once(self._record)
        return self._record


def lines_of(ledger: Ledger) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, Part]]:
    """Return the ledger's rows by line of the P&L and of the cash-flow statement, in their order, and the lines' parts.

    Raises
    ------
    LedgerError
        If accounts of one name stand in different parts.
    """
    profit: dict[str, list[int]] = {}
    cash: dict[str, list[int]] = {}
    parts: dict[str, Part] = {}
    in_order = sorted(enumerate(ledger.entries), key=lambda entry: (entry[1][1] != CAPITAL, entry[1][1].place))
    for row, (_, account) in in_order:
        if account == CASH:
            continue
        cash.setdefault(account.cash_line, []).append(row)
        if account.kind in PROFIT_KINDS | {Kind.DRAWING}:
            assert account.part is not None
            profit.setdefault(account.name, []).append(row)
            if parts.setdefault(account.name, account.part) is not account.part:
                raise LedgerError(f"'{account.name}' stands in two parts of the statement")
    return profit, cash, parts


def sum_of(table: Array, rows: Sequence[int]) -> Array:
    """(n_paths,) sum of some rows of a table."""
    total: Array = table[rows[0]] if len(rows) == 1 else table[rows].sum(axis=0)
    return total


def place(table: dict[str, Array32], line: str, at: Any, values: NDArray[Any], nothing: Array32) -> None:
    """Write values into a part of a table's line.

    Parameters
    ----------
    at : index
        The part: a month's row, a span's columns.
    nothing : (..., n_paths) float32
        Zeros: what a line is until something moves on it. All such lines are this one array.
    """
    kept = np.asarray(values, dtype=np.float32)
    if table.setdefault(line, nothing) is nothing:
        if not kept.view(np.int32).any():  # of a negative zero the sign is kept
            return
        table[line] = zeros(nothing.shape, np.float32)
    table[line][at] = kept


def keep_once(record: Record) -> None:
    """Let equal arrays be one: of costs that are paid when they are booked both statements have the same line."""
    known: dict[tuple[tuple[int, ...], float], Array32] = {}
    for _, table in record.groups():
        for line, values in table.items():
            other = known.setdefault((values.shape, float(values.sum())), values)
            if np.array_equal(values.view(np.int32), other.view(np.int32)):  # to the sign of a zero
                table[line] = other


def first_stable_month(profitable: NDArray[np.bool_], stable_months: int) -> Array:
    """Return the first month (from 1) that ends a run of ``stable_months`` profitable ones; inf if none.

    Parameters
    ----------
    profitable : (n_months, n_paths) bool
        Whether the operating profit of a full month counts as one: a few days are no month.
    """
    run = np.zeros(profitable.shape[1])
    first = np.full(profitable.shape[1], np.inf)
    for month, hits in enumerate(profitable, 1):
        run = np.where(hits, run + 1, 0)
        first = np.where((run >= stable_months) & np.isinf(first), month, first)
    return first


def join(parts: Iterable[dict[str, Record]], n_paths: int) -> dict[str, Record]:
    """Put the spans' records side by side, by strategy; a span's are let go of before the next is asked for."""
    whole: defaultdict[str, Record] = defaultdict(Record)
    nothing: dict[tuple[int, ...], Array32] = {}
    first = 0
    for part in parts:
        for name, record in part.items():
            whole[name].short_month, whole[name].parts = record.short_month, record.parts
            _place_span(whole[name], record, slice(first, first + record.n_paths), n_paths, nothing)
        first += record.n_paths
        del part, record
    for record in whole.values():
        keep_once(record)
    return dict(whole)


def _place_span(
    whole: Record, part: Record, columns: slice, n_paths: int, nothing: dict[tuple[int, ...], Array32]
) -> None:
    for (_, target), (_, table) in zip(whole.groups(), part.groups(), strict=True):
        for line, values in table.items():
            shape = (*values.shape[:-1], n_paths)
            if shape not in nothing:
                nothing[shape] = zeros(shape, np.float32)
            place(target, line, (..., columns), values, nothing[shape])
