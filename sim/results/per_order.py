"""What one order brought and cost: price, costs, contribution before and after ads, and where it breaks even.

`order_totals` sums the statement's parts over the months of each path; `per_order` divides them by the orders: means
are totals over totals, so that they add up and are the statement's own lines. Their 5, 50 and 95% points are over
worlds, shops that fit what the seller told, and do not add up. An order counts when it is shipped and its sale is
booked; what is expected of its return and dispute is in, and ads are all ads, of visits that bought nothing too.

Break-even points, each alone, stand in :mod:`sim.business.break_even`; price and margin need a single channel.

Worked number: an order that sells at 100 and brings 20 before ads, of which ads take 30, loses 10. It breaks even at
ads of 20 (ACoS 20%), or at half as many visits an order again; if of each further unit of price .8 stays, at 112.50.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.business.break_even import Told, break_even
from sim.business.statement import Part
from sim.estimates import EstimateRefused
from sim.randomness.streams import Array
from sim.results.evidence import Evidence
from sim.simulation.recorder import Record

Plain = dict[str, Any]

BEFORE_ADS, ADS, AFTER_ADS = "before_ads", "ads", "after_ads"

COSTS = {
    "goods": (Part.GOODS,),
    "freight": (Part.FREIGHT,),
    "duty": (Part.DUTY,),
    "fees": (Part.FEES,),
    "returns": (Part.REFUNDS, Part.RETURNS),
    "losses": (Part.LOSSES,),
}
PARTS = {"price": (Part.SALES,), **COSTS, ADS: (Part.ADS,)}
"""The parts of the statement that a line is the sum of."""

BEFORE = ("price", *COSTS)
LINES = (*BEFORE, BEFORE_ADS, ADS, AFTER_ADS)


def order_totals(record: Record) -> dict[str, Array]:
    """Return (n_paths,) ``orders`` and the money of each line over all months; empty where no lines were kept."""
    if not record.profit_and_loss:
        return {}
    zero = np.zeros(record.n_paths)
    by_part = dict.fromkeys(Part, zero)
    for line, table in record.profit_and_loss.items():
        by_part[record.parts[line]] = by_part[record.parts[line]] + table.sum(axis=0, dtype=float)
    totals = {line: sum((by_part[part] for part in parts), zero) for line, parts in PARTS.items()}
    totals[BEFORE_ADS] = sum((totals[line] for line in BEFORE), zero)
    totals[AFTER_ADS] = totals[BEFORE_ADS] + totals[ADS]
    return {"orders": record.monthly["orders"].sum(axis=0, dtype=float)} | {line: totals[line] for line in LINES}


def by_world(totals: Mapping[str, Array], replicates: int, kept: Any = None) -> dict[str, Array]:
    """Return (n_worlds,) money an order by line, nan in worlds without an order; only the ``kept`` paths count."""
    chosen = {name: total if kept is None else np.where(kept, total, 0.0) for name, total in totals.items()}
    sums = {name: total.reshape(-1, replicates).sum(axis=1) for name, total in chosen.items()}
    orders = sums.pop("orders")
    return {line: total / np.where(orders > 0.0, orders, np.nan) for line, total in sums.items()}


def per_order(evidence: Evidence, figures: Mapping[str, float]) -> Plain | None:
    """Return the lines of one order, its break-even points, and how many orders there were; None without any.

    Parameters
    ----------
    figures : mapping of str to float
        Means of what mechanisms report: the price that was set, and what of it and of the goods stays.
    """
    names = evidence.names("order")
    if not names:
        raise EstimateRefused("a run that was read back has no lines path by path: run again for what an order costs")
    means = {name: float(evidence.average(f"order.{name}")) for name in names}
    orders = means.pop("orders")
    if not orders > 0.0:
        return None
    points, without = evidence.order_points()
    lines = {line: means[line] / orders for line in LINES}
    visits = float(np.sum(evidence.average("funnel.clicks")))
    return {
        "orders": orders,
        "worlds_without_orders": without,
        "lines": [{"line": line, "mean": lines[line], **points[line]} for line in LINES],
        "break_even": break_even(lines, orders / visits if visits > 0.0 else None, told_by(figures)),
    }


def told_by(figures: Mapping[str, float]) -> Told | None:
    """Return what pricing reported; None where no channel sets a price, or several do."""
    found = {
        name: [value for key, value in figures.items() if key.endswith(f".pricing.{name}")] for name in Told._fields
    }
    if any(len(values) != 1 for values in found.values()):
        return None
    return Told(*(value for (value,) in found.values()))
