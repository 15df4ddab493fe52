"""Every estimate of a strategy as plain data, for ``summary.json``, the screen and the page: `summarise_strategy`.

What the histories cannot support stands there as ``{"refused": why}``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from sim.estimates import Estimate, EstimateRefused
from sim.estimates.survival import incidence_of
from sim.results.evidence import PERCENTILES, Evidence
from sim.results.outcomes import AFTER_PAY
from sim.results.per_order import per_order
from sim.simulation.recorder import PROFIT_READINGS

Plain = dict[str, Any]


def plain(estimates: list[Estimate]) -> list[Plain]:
    """Return estimates as plain data."""
    return [estimate.to_dict() for estimate in estimates]


def or_reason(make: Callable[[], Any]) -> Any:
    """Return plain data, or why the histories cannot support it."""
    try:
        return make()
    except EstimateRefused as reason:
        return {"refused": str(reason)}


def summarise_strategy(evidence: Evidence, months: Sequence[float]) -> Plain:
    """Return every estimate of one strategy, whose books were read at the end of these months."""
    figures = figures_of(evidence)
    return {
        "probability_of_profit": {reading: chances(evidence, f"profit.{reading}") for reading in PROFIT_READINGS},
        "shops": or_reason(lambda: evidence.shops(f"profit.{PROFIT_READINGS[0]}").to_dict()),
        "settled_profit": quantiles(evidence, "settled_profit")
        | {
            "mean": evidence.mean("settled_profit").to_dict(),
            "mean_of_worst_5": or_reason(lambda: evidence.shortfall("settled_profit").to_dict()),
        },
        AFTER_PAY: {"mean": evidence.mean(AFTER_PAY).to_dict()},
        # Where want of cash held something back, more would have been needed.
        "cash_needed": quantiles(evidence, "cash_needed")
        | {"at_least_share": evidence.pointwise("cash_needed_at_least")[0].to_dict()},
        "cash_needed_at_least": lower_bounds(evidence, "cash_needed"),
        "refused": refused(evidence),
        "ruin": plain(evidence.pointwise("ruin")),
        **{name: incidence(evidence, name, months) for name in ("time_to_profit", "stable_profit", "ruined_first")},
        "fans": {name: or_reason(partial(fans, evidence, name)) for name in ("cash", "settled_profit")},
        "freezes": freezes(evidence),
        "funnel": funnel(evidence),
        "per_order": or_reason(lambda: per_order(evidence, figures)),
        "figures": figures,
    }


def figures_of(evidence: Evidence) -> dict[str, float]:
    """Return the means of what mechanisms report."""
    return {name: float(evidence.average(f"figure.{name}")) for name in evidence.names("figure")}


def chances(evidence: Evidence, name: str) -> Plain:
    """Return a chance by month with its three kinds of "how sure"."""
    return {
        "pointwise": plain(evidence.pointwise(name)),
        "simultaneous": plain(evidence.band(name)),
        "parameter_band": or_reason(lambda: plain(evidence.parameter_band(name))),
    }


def quantiles(evidence: Evidence, name: str) -> Plain:
    """Return the 5, 50 and 95% points with their intervals."""
    return {f"p{p}": evidence.quantile(name, p / 100).to_dict() for p in PERCENTILES}


def lower_bounds(evidence: Evidence, name: str) -> dict[str, bool]:
    """Return which of these points are lower bounds: those with a path at or below that is itself one."""
    points = {f"p{p}": evidence.quantile(name, p / 100).estimate for p in PERCENTILES}
    return {point: evidence.at_least(name, amount) for point, amount in points.items()}


def refused(evidence: Evidence) -> Plain:
    """Return what want of cash cut: mean money for ads and of orders by month, and the share of orders turned down.

    Orders that nobody placed, because there were no ads, are not among them.
    """
    means = {name: evidence.average(f"refused.{name}") for name in evidence.names("refused")}
    if not means:
        return {}
    turned_down, taken = means["refused_order_count"].sum(), means["orders_taken"].sum()
    return {name.removeprefix("refused_"): found.tolist() for name, found in means.items()} | {
        "share_of_orders": ratio(turned_down, turned_down + taken)
    }


def incidence(evidence: Evidence, name: str, months: Sequence[float]) -> Plain:
    """Return the running share of *all* paths that got there before anything else ended them."""
    found = incidence_of(evidence.band(name))
    medians = {"median_month": found.median, "median_low": found.median_low, "median_high": found.median_high}
    when = {end: None if number is None else float(months[int(number) - 1]) for end, number in medians.items()}
    return {"incidence": plain(list(found.bands))} | when


def fans(evidence: Evidence, name: str) -> Plain:
    """Return the range of outcomes by week: percentiles week by week, and two lines that hold whole paths."""
    weekly = evidence.fan(name)
    return {
        "weeks": list(range(1, weekly.lines.shape[1] + 1)),
        "levels": list(weekly.levels),
        "lines": np.round(weekly.lines, 2).tolist(),
        "whole_paths": or_reason(lambda: whole_paths(evidence, name)),
    }


def whole_paths(evidence: Evidence, name: str) -> Plain:
    """Return two lines that hold whole paths, and the share they hold."""
    found = evidence.whole_path_fan(name)
    return {"share": found.whole_paths, "low_high": np.round(found.lines, 2).tolist()}


def freezes(evidence: Evidence) -> Plain:
    """Return how often accounts were frozen, and how long and how much where they were."""
    if not evidence.has("frozen"):
        return {}
    share = evidence.pointwise("frozen")[0]
    affected = {
        name: float(evidence.average(f"frozen.{name}")) / share.estimate if share.estimate > 0 else None
        for name in evidence.names("frozen")
    }
    locked = evidence.pointwise("locked")[0]
    money = affected["frozen_money"]
    of_locked = None if money is None or locked.estimate == 0 else money * share.estimate / locked.estimate
    return {
        "share_of_paths": share.to_dict(),
        "mean_where_frozen": affected,
        "locked": locked.to_dict(),
        "mean_where_locked": of_locked,
    }


def funnel(evidence: Evidence) -> Plain:
    """Return traffic and orders: means over all paths by month, and ratios of totals."""
    means = {name: evidence.average(f"funnel.{name}") for name in evidence.names("funnel")}
    return {name: found.tolist() for name, found in means.items()} | {
        "cost_per_click": ratio(means["ad_spend"].sum(), means["clicks"].sum()),
        "orders_per_visit": ratio(means["orders"].sum(), means["clicks"].sum()),
        "acos": ratio(means["ad_spend"].sum(), means["paid_sales"].sum()),
    }


def ratio(part: float, whole: float) -> float | None:
    """Return part / whole; None where there is nothing to divide by."""
    return float(part / whole) if whole > 0 else None
