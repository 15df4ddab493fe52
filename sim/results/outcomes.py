"""Definitions of every outcome of a path: profit, ruin, time to profit, cash needed, freezes.

`outcomes_of` returns them over the paths of a strategy's record, before anything is estimated. Estimates, from paths or
from counts, use nothing else; statements stand in :mod:`sim.results.statement`. Where the horizon ends within a month,
the days after the last full one count as a month by whose end things happened; a profitable month they are not.

| name | outcome |
|---|---|
| ``profit.<reading>`` | a reading of profit is above zero at the end of the month, and there was no ruin |
| ``ruin`` | ruined by the end of the month; ``insolvent``: at all |
| ``time_to_profit``, ``stable_profit`` | it came by the end of the month, before any ruin |
| ``ruined_first`` | ruin came by the end of the month, before any profit |
| ``settled_profit``, ``profit_after_owner_pay`` | money at the horizon |
| ``cash_needed`` | capital less lowest cash |
| ``cash_needed_at_least`` | want of cash held something back: with more capital, more may be needed |
| ``frozen``, ``frozen.<figure>`` | an account was frozen; days and money where it was, else 0 |
| ``locked`` | a freeze locked money; that of an empty account locks none |
| ``order.<line>`` | what orders brought and cost over all months, and how many there were |
| ``funnel.<flow>``, ``refused.<flow>``, ``figure.<name>`` | flows by month; what mechanisms report |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.business.calendar import DAYS_A_MONTH
from sim.estimates import EstimateRefused
from sim.estimates.survival import reached_by
from sim.randomness.streams import Array
from sim.results.per_order import order_totals
from sim.simulation.recorder import PROFIT_READINGS, Record
from sim.text.messages import suggest

Values = NDArray[Any]
Flags = NDArray[np.bool_]

FUNNEL = ("impressions", "clicks", "carts", "orders", "paid_orders", "ad_spend", "paid_sales", "gross_sales")
REFUSED = ("orders_taken", "refused_ads", "refused_orders", "refused_order_count")
"""What want of cash cut, and beside it the orders that were taken; earlier versions did not keep it."""

AFTER_PAY = "profit_after_owner_pay"
"""The reading of profit that decides which strategy is recommended."""

OF_THE_MONTH = "operating_profit"
"""The reading of profit that is a month's own; the others are to date."""

FREEZES = ("freezes", "frozen_days", "frozen_money", "forfeited")


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of one strategy.

    Parameters
    ----------
    hits : dict of str to (n_months or 1, n_paths) bool
        Of ``profit.operating_profit`` full months only.
    money : dict of str to (n_paths,) float
    marked : dict of str to (n_paths,) bool
        Of money that is a lower bound on some paths: on which.
    averages : dict of str to (..., n_paths) float
        Of which only the mean is estimated.
    weekly : dict of str to (n_weeks, n_paths) float
    """

    hits: dict[str, Flags]
    money: dict[str, Values]
    marked: dict[str, Flags]
    averages: dict[str, Values]
    weekly: dict[str, Values]


def outcomes_of(record: Record) -> Outcomes:
    """Return the outcomes of a strategy's record."""
    n_months = len(record.monthly["ruined"])
    profit, ruin, stable = first_month(profitable(record)), ruin_month(record), stable_month(record)
    hits = {f"profit.{reading}": profitable(record, reading) for reading in PROFIT_READINGS}
    hits |= {
        "ruin": np.asarray(record.monthly["ruined"] > 0),
        "insolvent": np.isfinite(record.paths["ruin_day"])[None],
        "time_to_profit": reached_by(profit, n_months),
        "stable_profit": reached_by(stable, n_months),
        "ruined_first": reached_by(ruin, n_months, profit),
    }
    averages: dict[str, Values] = {f"funnel.{name}": record.monthly[name] for name in FUNNEL}
    averages |= {f"refused.{name}": record.monthly[name] for name in REFUSED if name in record.monthly}
    averages |= {f"figure.{name}": values for name, values in record.paths.items() if "." in name}
    averages |= {f"order.{name}": total for name, total in order_totals(record).items()}
    totals = freeze_totals(record)
    if totals:
        frozen = totals.pop("freezes") > 0
        hits["frozen"] = frozen[None]
        hits["locked"] = (totals["frozen_money"] > 0.0)[None]
        averages |= {f"frozen.{name}": np.where(frozen, values, 0.0) for name, values in totals.items()}
    marked = {"cash_needed": held_back(record)}
    hits["cash_needed_at_least"] = marked["cash_needed"][None]
    money = {reading: record.monthly[reading][-1] for reading in ("settled_profit", AFTER_PAY)}
    money["cash_needed"] = record.paths["peak_funding"]
    return Outcomes(hits, money, marked, averages, record.weekly)


def profitable(record: Record, reading: str = PROFIT_READINGS[0]) -> Flags:
    """(n_months, n_paths) whether a reading of profit is above zero and there was no ruin by then.

    Of the operating profit, a month's own, full months only, for a few days are no month; and only months in which the
    shop was at work (:mod:`sim.business.activity`).
    """
    check_reading(reading)
    hits = np.asarray((record.monthly[reading] > 0) & (record.monthly["ruined"] == 0))
    if reading != OF_THE_MONTH:
        return hits
    if "at_work" in record.monthly:  # else a run of a version that counted closed shops too
        hits &= record.monthly["at_work"] > 0
    return hits[:-1] if record.short_month else hits


def held_back(record: Record) -> Flags:
    """(n_paths,) whether a path may need more cash than it was seen to: want of cash had cut ads, orders or a bill."""
    marked = record.paths.get("cash_needed_at_least", np.isfinite(record.paths["ruin_day"]))
    return np.asarray(marked > 0)


def first_month(hits: Flags) -> Array:
    """(n_paths,) first month, from 1, that hits; infinite if none."""
    return np.where(hits.any(axis=0), hits.argmax(axis=0) + 1.0, np.inf)


def ruin_month(record: Record) -> Array:
    """(n_paths,) month of ruin, from 1; infinite where there was none."""
    return np.asarray(np.floor(np.asarray(record.paths["ruin_day"], dtype=float) / DAYS_A_MONTH) + 1.0)


def stable_month(record: Record) -> Array:
    """(n_paths,) month, from 1, that ends the first run of profitable months before any ruin; infinite if none."""
    stable = np.asarray(record.paths["first_stable_month"], dtype=float)
    return np.where(ruin_month(record) <= stable, np.inf, stable)


def freeze_totals(record: Record) -> dict[str, Array]:
    """Return freezes, days and money over all accounts; empty where none can be frozen."""
    totals: dict[str, Array] = {}
    for name, values in record.paths.items():
        figure = name.rsplit(".", 1)[-1]
        if figure in FREEZES:
            totals[figure] = totals.get(figure, 0.0) + np.asarray(values, dtype=float)
    return totals


def check_reading(reading: str) -> None:
    """Refuse a reading of profit that there is not."""
    if reading not in PROFIT_READINGS:
        raise EstimateRefused(suggest(str(reading), PROFIT_READINGS, f"no reading of profit '{reading}'"))
