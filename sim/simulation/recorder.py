"""The record of a strategy: month-end readings, flows, statements, and what each path came to.

`Recorder` watches a span day by day and returns a `Record`; `join` puts the spans' records side by side. Money is
booked in float64; what is kept leaves a span as float32, the resolution of a cent in ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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
    """Watch one strategy day by day.

    Parameters
    ----------
    ledger : Ledger
    horizon : int
        Days; full months of 30 days are recorded.
    stable_months : int
        Months in a row with an operating profit that count as stable.
    """

    def __init__(self, ledger: Ledger, horizon: int, stable_months: int) -> None:
        self.ledger = ledger
        self.n_months = horizon // DAYS_A_MONTH
        self.stable_months = stable_months
        self.n_paths = ledger.balances.shape[1]
        self.book = ledger.books[""]
        self.lowest_cash: Array = np.full(self.n_paths, np.inf)
        self._month: dict[str, Array] = {}
        self._flows: dict[str, list[Array32]] = {name: [] for name in FLOWS}
        self._profits: dict[str, list[Array]] = {}
        self._levels: dict[str, list[Array32]] = {}
        self._lines: dict[str, dict[str, list[Array]]] = {"profit_and_loss": {}, "cash_flow": {}}
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
                if name not in self._month:
                    self._month[name] = np.zeros(self.n_paths)
                self._month[name] += flow
        net = self.book.balance(CASH) + self.book.balance(CREDIT_LINE) + self.book.balance(UNPAID_BILLS)
        np.minimum(self.lowest_cash, net, out=self.lowest_cash)
        if (day + 1) % DAYS_A_WEEK == 0:
            self._weeks["cash"].append(self.book.balance(CASH).astype(np.float32))
            self._weeks["settled_profit"].append(self.ledger.profit(PROFIT_KINDS).astype(np.float32))
        if (day + 1) % DAYS_A_MONTH == 0:
            self._close_month(day, wallet)

    def _close_month(self, day: int, wallet: Wallet) -> None:
        for name in FLOWS:
            self._flows[name].append(self._month.get(name, np.zeros(self.n_paths)).astype(np.float32))
        self._month = {}
        ledger = self.ledger
        readings = {
            "operating": ledger.profit(OPERATING),
            "cumulative": ledger.profit(BOOKED),
            "settled": ledger.profit(PROFIT_KINDS),
            "drawings": -ledger.profit({Kind.DRAWING}),
        }
        for name, reading in readings.items():
            self._profits.setdefault(name, []).append(reading)
        levels = {"cash": self.book.balance(CASH), "ruined": wallet.insolvent_since <= day}
        for name, level in levels.items():
            self._levels.setdefault(name, []).append(level.astype(np.float32))
        self._read_lines("profit_and_loss", ledger.balances, PROFIT_KINDS | {Kind.DRAWING}, sign=-1.0)
        self._read_lines("cash_flow", ledger.cash_flows, frozenset(Kind), sign=1.0)
        self._check_statements(readings)

    def _read_lines(self, statement: str, source: Array, kinds: frozenset[Kind], sign: float) -> None:
        totals: dict[str, Array] = {}
        for row, (_, account) in enumerate(self.ledger.entries):
            if account.kind in kinds and account != CASH:
                line = account.name if statement == "profit_and_loss" else account.cash_line
                totals[line] = totals.get(line, 0.0) + sign * source[row]
        for line, total in totals.items():
            self._lines[statement].setdefault(line, []).append(total)

    def _check_statements(self, readings: dict[str, Array]) -> None:
        tolerance = ROUNDING * (1.0 + self.ledger.gross())
        profit = sum(lines[-1] for lines in self._lines["profit_and_loss"].values())
        cash = sum(lines[-1] for lines in self._lines["cash_flow"].values())
        if (np.abs(profit - readings["settled"] + readings["drawings"]) > tolerance).any():
            raise LedgerError("the lines of the P&L do not sum to the settled profit after owner's pay")
        if (np.abs(cash - self.book.balance(CASH)) > tolerance).any():
            raise LedgerError("the lines of the cash-flow statement do not sum to cash")

    def result(self, wallet: Wallet, capital: Array | float, reports: dict[str, Array]) -> Record:
        """Return what is kept."""
        operating = by_month(self._profits["operating"])
        settled = np.array(self._profits["settled"])
        monthly = {
            "operating_profit": operating,
            "cumulative_profit": np.array(self._profits["cumulative"]),
            "settled_profit": settled,
            "profit_after_owner_pay": settled - np.array(self._profits["drawings"]),
            **{name: np.array(levels) for name, levels in self._levels.items()},
            **{name: np.array(flows) for name, flows in self._flows.items()},
        }
        ruin = np.where(wallet.insolvent_since == NEVER, np.inf, wallet.insolvent_since)
        paths = {
            "ruin_day": ruin,
            "first_stable_month": first_stable_month(operating, self.stable_months),
            "lowest_cash": self.lowest_cash,
            "peak_funding": np.maximum(capital - self.lowest_cash, 0.0),
            **reports,
        }
        statements = {
            statement: {line: by_month(totals).astype(np.float32) for line, totals in lines.items()}
            for statement, lines in self._lines.items()
        }
        return Record(
            monthly={name: np.asarray(values).astype(np.float32) for name, values in monthly.items()},
            paths={name: np.asarray(values).astype(np.float32) for name, values in paths.items()},
            profit_and_loss=statements["profit_and_loss"],
            cash_flow=statements["cash_flow"],
            weekly={name: np.array(weeks) for name, weeks in self._weeks.items()},
        )


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
