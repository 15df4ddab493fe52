"""Every estimate of a run as plain data: the content of ``summary.json`` and the source of the screen."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates import (
    Estimate,
    EstimateRefused,
    cumulative_incidence,
    estimate_mean,
    estimate_probability,
    estimate_quantile,
    parameter_bands,
    simultaneous_band,
)
from sim.recorder import READINGS, Record

if TYPE_CHECKING:
    from sim.results import Result

Array = NDArray[np.float64]

PERCENTILES = (0.05, 0.50, 0.95)


def summarise(result: Result) -> dict[str, Any]:
    """Return the summary of a run."""
    return {
        "scenario": result.scenario.name,
        "currency": result.scenario.currency,
        "months": list(range(1, result.n_months + 1)),
        "worlds": result.plan.worlds,
        "replicates": result.plan.replicates,
        "strategies": {strategy: summarise_strategy(result, strategy) for strategy in result.strategies},
        "comparisons": comparisons(result),
    }


def plain(estimates: list[Estimate]) -> list[dict[str, Any]]:
    """Return estimates as plain data."""
    return [estimate.to_dict() for estimate in estimates]


def summarise_strategy(result: Result, strategy: str) -> dict[str, Any]:
    """Return every estimate of one strategy."""
    record, m = result.record(strategy), result.plan.replicates
    settled = np.asarray(record.monthly["settled_profit"][-1], dtype=float)
    profit = {
        reading: {
            "pointwise": plain(result.estimate_profit(strategy, reading)),
            "simultaneous": plain(simultaneous_band(result.profitable(strategy, reading), m)),
            "parameter_band": parameter_band(result.profitable(strategy, reading), m),
        }
        for reading in READINGS
    }
    return {
        "channels": list(result.scenario.strategies[strategy]),
        "probability_of_profit": profit,
        "settled_profit": quantiles(settled, m) | {"mean": estimate_mean(settled, m).to_dict()},
        "cash_needed": cash_needed(record, m),
        "ruin": plain([estimate_probability(ruined > 0, m) for ruined in record.monthly["ruined"]]),
        "stable_profit": stable_profit(record, m, result.n_months),
        "freezes": freezes(record, m),
        "funnel": funnel(record),
        "figures": {name: float(np.mean(v, dtype=float)) for name, v in record.paths.items() if "." in name},
    }


def parameter_band(hits: NDArray[np.bool_], replicates: int) -> list[dict[str, Any]] | dict[str, str]:
    """Return the 5-95% points of P(profit | world) by month; with one replicate a world, why there is none."""
    try:
        return plain(parameter_bands(hits, replicates))
    except EstimateRefused as reason:
        return {"refused": str(reason)}


def quantiles(values: Array, replicates: int) -> dict[str, Any]:
    """Return the 5, 50 and 95% points with their intervals."""
    return {f"p{round(100 * p)}": estimate_quantile(values, replicates, p).to_dict() for p in PERCENTILES}


def cash_needed(record: Record, replicates: int) -> dict[str, Any]:
    """Return percentiles of peak funding: capital less lowest cash; insolvent paths needed *at least* that."""
    funding = np.asarray(record.paths["peak_funding"], dtype=float)
    insolvent = np.isfinite(record.paths["ruin_day"])
    return quantiles(funding, replicates) | {"at_least_share": estimate_probability(insolvent, replicates).to_dict()}


def stable_profit(record: Record, replicates: int, n_months: int) -> dict[str, Any]:
    """Return the cumulative incidence of stable profit: the running share of *all* paths."""
    incidence = cumulative_incidence(np.asarray(record.paths["first_stable_month"], dtype=float), n_months, replicates)
    return {"incidence": plain(list(incidence.bands)), "median_month": incidence.median}


def freezes(record: Record, replicates: int) -> dict[str, Any]:
    """Return how often accounts were frozen, and how long and how much where they were."""
    totals: dict[str, Array] = {}
    for name, values in record.paths.items():
        figure = name.rsplit(".", 1)[-1]
        if figure in ("freezes", "frozen_days", "frozen_money", "forfeited"):
            totals[figure] = totals.get(figure, 0.0) + np.asarray(values, dtype=float)
    if not totals:
        return {}
    hit = totals["freezes"] > 0
    affected = {name: float(totals[name][hit].mean()) if hit.any() else None for name in totals if name != "freezes"}
    return {"share_of_paths": estimate_probability(hit, replicates).to_dict(), "mean_where_frozen": affected}


def funnel(record: Record) -> dict[str, Any]:
    """Return traffic and orders: totals over all paths by month, and ratios of totals."""
    names = ("impressions", "clicks", "carts", "orders", "paid_orders", "ad_spend", "paid_sales", "gross_sales")
    totals = {name: record.monthly[name].mean(axis=1, dtype=float) for name in names}
    return {name: totals[name].tolist() for name in names} | {
        "cost_per_click": ratio(totals["ad_spend"].sum(), totals["clicks"].sum()),
        "orders_per_visit": ratio(totals["orders"].sum(), totals["clicks"].sum()),
        "acos": ratio(totals["ad_spend"].sum(), totals["paid_sales"].sum()),
    }


def ratio(part: float, whole: float) -> float | None:
    """Return part / whole; None where there is nothing to divide by."""
    return float(part / whole) if whole > 0 else None


def comparisons(result: Result) -> list[dict[str, Any]]:
    """Return every strategy against every other at the horizon, on the same paths."""
    return [
        {"a": a, "b": b, "coupling": "market, product and same-named channels shared"}
        | {name: estimate.to_dict() for name, estimate in result.compare(a, b).items()}
        for a, b in combinations(result.strategies, 2)
    ]
