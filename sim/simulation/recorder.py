"""The record of a strategy: month-end readings, flows, statements, and what each path came to.

`Recorder` watches a span day by day and returns a `Record`; `join` puts the spans' records side by side. Money is
booked in float64; what is kept leaves a span as float32, the resolution of a cent in ten thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.business.calendar import DAYS_A_MONTH, DAYS_A_WEEK
from sim.business.ledger import CASH, CREDIT_LINE, PROFIT_KINDS, UNPAID_BILLS, Kind, Ledger, LedgerError
from sim.business.state import NEVER, Today, Wallet
from sim.randomness.streams import Array

Array32 = NDArray[np.float32]

TINY = 1e-300
ROUNDING = 1e-9
"""Largest gap between two ways to one amount, relative to the money that went through the books."""

FLOWS = (
    *("ad_spend", "impressions", "clicks", "carts", "inquiries", "orders", "paid_orders"),
    *("gross_sales", "paid_sales", "decided_orders", "returns", "refunds", "chargebacks", "cost_of_goods"),
)
PROFIT_READINGS = ("settled_profit", "cumulative_profit", "operating_profit", "profit_after_owner_pay")
"""The named readings of profit; the first is the headline."""

OPERATING = frozenset({Kind.INCOME, Kind.EXPENSE})
BOOKED = frozenset({Kind.INCOME, Kind.EXPENSE, Kind.SETUP})


@dataclass
class Record:
    """One strategy's results.

    Parameters
    ----------
    monthly : dict of str to (n_months, n_paths) float32
        ``operating_profit``, ``cumulative_profit``, ``settled_profit``, ``profit_after_owner_pay``, ``cash``,
        ``ruined`` and the flows of the month.
    paths : dict of str to (n_paths,) float32
        ``ruin_day`` (inf: never), ``first_stable_month`` (inf: not by the horizon), ``peak_funding``, ``lowest_cash``
        and what mechanisms report, named ``<channel>.<section>.<what>``.
    profit_and_loss, cash_flow : dict of str to (n_months, n_paths) float32
        Lines of the statements; incomes and receipts positive.
    weekly : dict of str to (n_weeks, n_paths) float32
        ``cash`` and ``settled_profit`` at the end of each full week; empty in a run that was read back.
    """

    monthly: dict[str, Array32] = field(default_factory=dict)
    paths: dict[str, Array32] = field(default_factory=dict)
    profit_and_loss: dict[str, Array32] = field(default_factory=dict)
    cash_flow: dict[str, Array32] = field(default_factory=dict)
    weekly: dict[str, Array32] = field(default_factory=dict)

    def groups(self) -> Iterable[tuple[str, dict[str, Array32]]]:
        """Yield the tables by name, in a fixed order."""
        for name in ("monthly", "paths", "profit_and_loss", "cash_flow", "weekly"):
            yield name, getattr(self, name)


class Recorder:
    """Watch one strategy day by day; full months of 30 days are recorded.

    Parameters
    ----------
    stable_months : int
        Months in a row with an operating profit that count as stable.
    """

    def __init__(self, ledger: Ledger, stable_months: int) -> None:
        self.ledger = ledger
        self.stable_months = stable_months
        self.n_paths = ledger.balances.shape[1]
        self.book = ledger.books[""]
        self.lowest_cash: Array = np.full(self.n_paths, np.inf)
        self._flows: dict[str, Array] = {}
        self._months: defaultdict[str, list[NDArray[Any]]] = defaultdict(list)
        self._profit_and_loss: defaultdict[str, list[Array]] = defaultdict(list)
        self._cash_flow: defaultdict[str, list[Array]] = defaultdict(list)
        self._weeks: dict[str, list[Array32]] = {"cash": [], "settled_profit": []}

    def watch(self, day: int, todays: Sequence[Today], wallet: Wallet) -> None:
        """Add a day's flows; at the end of a month, read the books."""
        for today in todays:
            if np.ndim(today.paid_sales) == 0:  # unless sales are recognised on another day than the order's
                share = np.asarray(today.paid_orders) / np.maximum(today.orders, TINY)
                today.paid_sales = today.gross_sales * share
            for name in FLOWS:
                flow = getattr(today, name)
                if isinstance(flow, float) and flow == 0.0:  # the channel has no such flow
                    continue
                if name not in self._flows:
                    self._flows[name] = np.zeros(self.n_paths)
                self._flows[name] += flow
        net = self.book.balance(CASH) + self.book.balance(CREDIT_LINE) + self.book.balance(UNPAID_BILLS)
        np.minimum(self.lowest_cash, net, out=self.lowest_cash)
        if (day + 1) % DAYS_A_WEEK == 0:
            self._weeks["cash"].append(self.book.balance(CASH).astype(np.float32))
            self._weeks["settled_profit"].append(self.ledger.profit(PROFIT_KINDS).astype(np.float32))
        if (day + 1) % DAYS_A_MONTH == 0:
            self._close_month(day, wallet)

    def _close_month(self, day: int, wallet: Wallet) -> None:
        ledger = self.ledger
        settled = ledger.profit(PROFIT_KINDS)
        readings: dict[str, NDArray[Any]] = {
            "operating_profit": ledger.profit(OPERATING),
            "cumulative_profit": ledger.profit(BOOKED),
            "settled_profit": settled,
            "profit_after_owner_pay": settled + ledger.profit({Kind.DRAWING}),
            "cash": self.book.balance(CASH).astype(np.float32),
            "ruined": (wallet.insolvent_since <= day).astype(np.float32),
            **{name: self._flows.get(name, np.zeros(self.n_paths)).astype(np.float32) for name in FLOWS},
        }
        self._flows = {}
        for name, reading in readings.items():
            self._months[name].append(reading)
        self._read_lines()
        self._check_statements(readings["profit_after_owner_pay"])

    def _read_lines(self) -> None:
        profit: dict[str, Array] = {}
        cash: dict[str, Array] = {}
        for row, (_, account) in enumerate(self.ledger.entries):
            if account == CASH:
                continue
            cash[account.cash_line] = cash.get(account.cash_line, 0.0) + self.ledger.cash_flows[row]
            if account.kind in PROFIT_KINDS | {Kind.DRAWING}:
                profit[account.name] = profit.get(account.name, 0.0) - self.ledger.balances[row]
        for totals, lines in ((profit, self._profit_and_loss), (cash, self._cash_flow)):
            for line, total in totals.items():
                lines[line].append(total)

    def _check_statements(self, profit_after_owner_pay: Array) -> None:
        tolerance = ROUNDING * (1.0 + self.ledger.gross())
        profit = sum(totals[-1] for totals in self._profit_and_loss.values())
        cash = sum(totals[-1] for totals in self._cash_flow.values())
        if (np.abs(profit - profit_after_owner_pay) > tolerance).any():
            raise LedgerError("the lines of the P&L do not sum to the settled profit after owner's pay")
        if (np.abs(cash - self.book.balance(CASH)) > tolerance).any():
            raise LedgerError("the lines of the cash-flow statement do not sum to cash")

    def result(self, wallet: Wallet, capital: Array | float, reports: dict[str, Array]) -> Record:
        """Return what is kept."""
        monthly = {name: np.array(readings) for name, readings in self._months.items()}
        operating = monthly["operating_profit"] = by_month(self._months["operating_profit"])
        ruin = np.where(wallet.insolvent_since == NEVER, np.inf, wallet.insolvent_since)
        paths = {
            "ruin_day": ruin,
            "first_stable_month": first_stable_month(operating, self.stable_months),
            "lowest_cash": self.lowest_cash,
            "peak_funding": np.maximum(capital - self.lowest_cash, 0.0),
            **reports,
        }
        return Record(
            monthly=as_float32(monthly),
            paths=as_float32(paths),
            profit_and_loss=as_float32({line: by_month(totals) for line, totals in self._profit_and_loss.items()}),
            cash_flow=as_float32({line: by_month(totals) for line, totals in self._cash_flow.items()}),
            weekly=as_float32(self._weeks),
        )


def as_float32(table: Mapping[str, Any]) -> dict[str, Array32]:
    """Return a table as it is kept."""
    return {name: np.asarray(values, dtype=np.float32) for name, values in table.items()}


def by_month(cumulative: list[Array]) -> Array:
    """Return month by month what was read as totals to date: (n_months, n_paths)."""
    return np.diff(np.array(cumulative), axis=0, prepend=0.0)


def first_stable_month(operating_profit: Array, stable_months: int) -> Array:
    """Return the first month (from 1) that ends a run of ``stable_months`` profitable ones; inf if none."""
    run = np.zeros(operating_profit.shape[1])
    first = np.full(operating_profit.shape[1], np.inf)
    for month, profit in enumerate(operating_profit, 1):
        run = np.where(profit > 0, run + 1, 0)
        first = np.where((run >= stable_months) & np.isinf(first), month, first)
    return first


def join(records: Sequence[Record], n_paths: int) -> Record:
    """Put the spans' records side by side and cut the last one to the paths that were asked for."""
    joined = Record()
    for name, _ in records[0].groups():
        target = getattr(joined, name)
        for key in getattr(records[0], name):
            parts = [getattr(record, name)[key] for record in records]
            target[key] = np.ascontiguousarray(np.concatenate(parts, axis=-1)[..., :n_paths])
    return joined
