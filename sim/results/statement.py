"""Statements as an accountant reads them: lines in order, subtotals between them, and cents that add up.

`statement_tables` returns the lines and subtotals of a record, by month or over all of them; `in_cents` rounds the
means of a statement's rows so that every printed subtotal is the sum of the printed lines above it. Percentiles do not
add up and are not made to: the bad months of two lines are different histories.

A profit and loss statement runs from sales to the month's profit and, with what was brought forward, to profit to date;
a cash-flow statement from the cash at the beginning to that at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.business.statement import PROFIT, SUBTOTALS
from sim.estimates import EstimateRefused
from sim.simulation.recorder import Record
from sim.text.messages import suggest
from sim.text.numbers import shared_out

Values = NDArray[Any]

STATEMENTS = ("profit_and_loss", "cash_flow")

BROUGHT_FORWARD, TO_DATE = "profit brought forward", "profit to date"
PAY_TO_DATE, AFTER_PAY_TO_DATE = "owner's pay, to date", "profit after owner's pay, to date"
CASH_AT_BEGINNING, CASH_AT_END = "cash at the beginning", "cash at the end"

TOTALS = {
    "profit_and_loss": (*SUBTOTALS.values(), TO_DATE, AFTER_PAY_TO_DATE),
    "cash_flow": (CASH_AT_END,),
}
"""Of each statement its subtotals, in order: each is the sum of all lines above it."""

ALWAYS = {
    "profit_and_loss": (*TOTALS["profit_and_loss"], BROUGHT_FORWARD),
    "cash_flow": (CASH_AT_BEGINNING, CASH_AT_END),
}
"""Rows that are shown even where nothing ever moved on them."""


def check_statement(kind: str) -> None:
    """Refuse a statement that there is not."""
    if kind not in STATEMENTS:
        raise EstimateRefused(suggest(str(kind), STATEMENTS, f"no statement '{kind}'"))


def statement_tables(record: Record, kind: str, total: bool = False) -> dict[str, Values]:
    """Return the lines of a statement in their order, (n_months, n_paths) each, or (1, n_paths) over all months."""
    check_statement(kind)
    lines: dict[str, Values] = getattr(record, kind)
    if total:
        lines = {line: table.sum(axis=0, keepdims=True, dtype=float) for line, table in lines.items()}
    if kind == "cash_flow":
        cash = record.monthly["cash"][-1:] if total else record.monthly["cash"]
        before = np.zeros_like(cash) if total else _month_before(cash)
        return {CASH_AT_BEGINNING: before, **lines, CASH_AT_END: cash}
    return _profit_and_loss(record, lines, total)


def _profit_and_loss(record: Record, lines: dict[str, Values], total: bool) -> dict[str, Values]:
    settled, after_pay = record.monthly["settled_profit"], record.monthly["profit_after_owner_pay"]
    rows = with_subtotals(lines, record)
    if total:
        settled, after_pay = settled[-1:], after_pay[-1:]
    else:
        rows |= {BROUGHT_FORWARD: _month_before(settled), TO_DATE: settled}
    return rows | {PAY_TO_DATE: after_pay - settled, AFTER_PAY_TO_DATE: after_pay}


def with_subtotals(lines: Mapping[str, Values], record: Record) -> dict[str, Values]:
    """Return lines by part with the subtotals after them; owner's pay, below the profit, is left to what follows."""
    rows: dict[str, Values] = {}
    so_far: Values = np.float64(0.0) * next(iter(lines.values()))
    for part, subtotal in SUBTOTALS.items():
        for line, table in lines.items():
            if line not in rows and record.parts[line].place <= part.place:
                rows[line] = table
                so_far = so_far + table
        rows[subtotal] = so_far
    return rows


def _month_before(level: Values) -> Values:
    return np.concatenate([np.zeros_like(level[:1]), level[:-1]])


def in_cents(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the means of a statement's rows to the cent, so that they add up as they are printed.

    Subtotals are rounded, and the lines between two of them share what is left over: each is off by less than a cent.
    What one month carries forward is what the next one brings forward.

    Parameters
    ----------
    rows : sequence of mapping
        Of one statement and month, in order: ``line``, ``subtotal`` and ``mean``.
    """
    sums = {position: _cents(row["mean"]) for position, row in enumerate(rows) if row["subtotal"]}
    names = {row["line"]: position for position, row in enumerate(rows)}
    if BROUGHT_FORWARD in names:  # between two figures that other months print too
        sums[names[PROFIT]] = sums[names[TO_DATE]] - _cents(rows[names[BROUGHT_FORWARD]]["mean"])
    cents, last = [0] * len(rows), 0
    block: list[int] = []
    for position, row in enumerate(rows):
        if not row["subtotal"]:
            block.append(position)
            continue
        cents[position] = sums[position]
        for place, share in zip(
            block, shared_out([rows[at]["mean"] for at in block], sums[position] - last), strict=True
        ):
            cents[place] = share
        block, last = [], sums[position]
    for place in block:  # below the last subtotal
        cents[place] = _cents(rows[place]["mean"])
    return [amount / 100 for amount in cents]


def in_whole_units(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the same in whole units of money, for who reads no cents: `in_cents` of a hundredth, in its hundredths."""
    return [round(100.0 * mean) for mean in in_cents([{**row, "mean": row["mean"] / 100.0} for row in rows])]


def _cents(amount: float) -> int:
    return round(100.0 * amount)
