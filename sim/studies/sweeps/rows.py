"""Rows kept of a cell, one a headline estimate: strategy, month, figure, reading, and its interval.

`estimate_rows` makes them of a run's summary, `headlines` picks those of the index.

| figure | by month | what |
|---|---|---|
| ``probability_of_profit`` | yes | share of histories with a profit by a reading, and not ruined |
| ``parameter_band`` | yes | the same, from the 5th to the 95th percentile of worlds |
| ``ruin`` | yes | share that ran out of cash |
| ``stable_profit`` | yes | share with steady profit by then |
| ``settled_profit.p5`` ... ``.mean`` | at the end | money |
| ``settled_profit.mean_of_worst_5`` | at the end | money |
| ``profit_after_owner_pay.mean`` | at the end | money |
| ``cash_needed.p5`` ... ``.p95`` | at the end | money; ``cash_needed.at_least_share`` were held back |
| ``frozen`` | at the end | share with a frozen account |

The month of a last day that ends none is a fraction: 8.5 of day 255. What the histories cannot support keeps its row,
with the reason as the method and no figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.results.outcomes import AFTER_PAY

Row = dict[str, Any]

NOTHING = {"estimate": None, "low": None, "high": None, "level": None, "n": None}


def estimate_rows(summary: dict[str, Any]) -> list[Row]:
    """Return the rows of a run's summary, strategy by strategy."""
    months = summary["months"]
    return [
        {"strategy": strategy, "month": months[position], "figure": figure, "reading": reading, **found}
        for strategy, content in summary["strategies"].items()
        for figure, reading, position, found in _figures(content)
    ]


def _figures(content: dict[str, Any]) -> Iterator[tuple[str, str | None, int, Row]]:
    """Yield (figure, reading of profit, which of the months, estimate); what counts at the end is of the last one."""
    for reading, found in content["probability_of_profit"].items():
        yield from _by_month("probability_of_profit", reading, found["pointwise"])
        yield from _by_month("parameter_band", reading, found["parameter_band"])
    yield from _by_month("ruin", None, content["ruin"])
    yield from _by_month("stable_profit", None, content["stable_profit"]["incidence"])
    for group in ("settled_profit", AFTER_PAY, "cash_needed"):
        for name, estimate in content[group].items():
            yield f"{group}.{name}", None, -1, plain(estimate)
    if content["freezes"]:
        yield "frozen", None, -1, plain(content["freezes"]["share_of_paths"])


def _by_month(figure: str, reading: str | None, found: Any) -> Iterator[tuple[str, str | None, int, Row]]:
    if isinstance(found, dict):
        yield figure, reading, -1, plain(found)
        return
    for position, estimate in enumerate(found):
        yield figure, reading, position, plain(estimate)


def plain(found: dict[str, Any]) -> Row:
    """Return an estimate's own fields, or why there is none."""
    return NOTHING | {"method": f"refused: {found['refused']}"} if "refused" in found else dict(found)


HEADLINES = {
    "chance": ("probability_of_profit", "settled_profit"),
    "chance_after_owner_pay": ("probability_of_profit", AFTER_PAY),
    "expected_after_owner_pay": (f"{AFTER_PAY}.mean", None),
    "expected_before_owner_pay": ("settled_profit.mean", None),
    "by_inputs": ("parameter_band", "settled_profit"),
    "ruin": ("ruin", None),
    "profit_p5": ("settled_profit.p5", None),
    "profit_p50": ("settled_profit.p50", None),
    "profit_p95": ("settled_profit.p95", None),
    "cash_needed_p50": ("cash_needed.p50", None),
    "cash_needed_p95": ("cash_needed.p95", None),
    "cash_at_least": ("cash_needed.at_least_share", None),
}
"""Columns of the index, at the horizon: figure and reading. Bands give their two ends, chances all three figures."""


def headlines(rows: list[Row]) -> list[Row]:
    """Return one row a strategy with the headline estimates at the horizon."""
    last: dict[str, float] = {}
    for row in rows:
        last[row["strategy"]] = max(last.get(row["strategy"], 0), row["month"])
    found = {
        (row["strategy"], row["figure"], row["reading"]): row for row in rows if row["month"] == last[row["strategy"]]
    }
    out = []
    for strategy, month in last.items():
        line: Row = {"strategy": strategy, "month": month}
        for column, (figure, reading) in HEADLINES.items():
            row = found.get((strategy, figure, reading), NOTHING)
            if column != "by_inputs":
                line[column] = row["estimate"]
            line |= {f"{column}_low": row["low"], f"{column}_high": row["high"]}
        out.append(line)
    return out
