"""What one order brought and cost: price, costs, contribution before and after ads, and where it breaks even.

`order_totals` sums the statement's parts over the months of each path; `per_order` divides them by the orders: means
are totals over totals, so that they add up and are the statement's own lines. Their 5, 50 and 95% points are over
worlds, shops that fit what the seller told, and do not add up. An order counts when it is shipped and its sale is
booked; what is expected of its return and dispute is in, and ads are all ads, of visits that bought nothing too.

Break-even points hold everything else as it came out: ``ads_per_order``, what an order may cost in ads; ``acos`` and
``roas``, ads by sales and sales by ads; ``conversion``, orders a visit at the money that a visit costs; ``price`` and
``margin`` (of a single channel), with the demand as it is. What no value can mend is None.

Worked number: an order that sells at 100 and brings 20 before ads, of which ads take 30, loses 10. It breaks even at
ads of 20 (ACoS 20%), or at half as many visits an order again; if of each further unit of price .8 stays, at 112.50.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

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
        "break_even": break_even(lines, orders / visits if visits > 0.0 else None, figures),
    }


def break_even(lines: Mapping[str, float], conversion: float | None, figures: Mapping[str, float]) -> Plain:
    """Return the points at which an order neither brings nor costs, each alone; None where there is none."""
    price, before, ads, after = lines["price"], lines[BEFORE_ADS], -lines[ADS], lines[AFTER_ADS]
    pays = before > 0.0
    found: Plain = {
        "ads_per_order": before if pays else None,
        "acos": before / price if pays else None,
        "roas": price / before if pays else None,
        "conversion": conversion * ads / before if pays and conversion is not None and ads > 0.0 else None,
        "conversion_now": conversion,
    }
    return found | _of_price_and_margin(after, figures)


def _of_price_and_margin(after: float, figures: Mapping[str, float]) -> Plain:
    none: Plain = dict.fromkeys(("price", "price_now", "margin", "margin_now"))
    told = {name: [value for key, value in figures.items() if key.endswith(f".pricing.{name}")] for name in TOLD}
    if any(len(values) != 1 for values in told.values()):  # no channel that sets a price, or two
        return none
    (price,), (of_price,), (goods,), (of_goods,) = (told[name] for name in TOLD)
    margin = 1.0 - (goods + after / of_goods) / price
    return {
        "price": price - after / of_price if of_price > 0.0 else None,
        "price_now": price,
        "margin": margin if margin <= 1.0 else None,
        "margin_now": 1.0 - goods / price,
    }


TOLD = ("price", "of_price", "goods", "of_goods")
"""What pricing reports: the list price, what stays of each unit of it, the goods' cost, what a unit of that costs."""
