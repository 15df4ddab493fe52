"""Every estimate of a run as plain data: the content of ``summary.json`` and the source of the screen."""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates import Estimate, EstimateRefused, Sample
from sim.recorder import DAYS_A_MONTH, READINGS, Record

if TYPE_CHECKING:
    from sim.results import Result

Array = NDArray[np.float64]
Values = NDArray[Any]

PERCENTILES = (0.05, 0.50, 0.95)


def summarise(result: Result) -> dict[str, Any]:
    """Return the summary of a run."""
    return {
        "scenario": result.scenario.name,
        "currency": result.scenario.currency,
        "months": list(range(1, result.n_months + 1)),
        "worlds": result.plan.worlds,
        "replicates": result.plan.replicates,
        "sampling": result.scenario.sampling,
        "condition": condition(result),
        "stop": None if result.stop is None else asdict(result.stop),
        "strategies": {strategy: summarise_strategy(result, strategy) for strategy in result.strategies},
        "comparisons": comparisons(result),
    }


def plain(estimates: list[Estimate]) -> list[dict[str, Any]]:
    """Return estimates as plain data."""
    return [estimate.to_dict() for estimate in estimates]


def condition(result: Result) -> dict[str, Any] | None:
    """Return what the seller has seen and how much of the run agrees; None without a condition."""
    kept = result.sample.kept
    if kept is None:
        return None
    return {"clauses": [str(clause) for clause in result.clauses], "paths": kept.paths, "worlds": kept.worlds}


def summarise_strategy(result: Result, strategy: str) -> dict[str, Any]:
    """Return every estimate of one strategy."""
    record, sample = result.record(strategy), result.sample
    settled = np.asarray(record.monthly["settled_profit"][-1], dtype=float)
    profit = {
        reading: {
            "pointwise": plain(result.estimate_profit(strategy, reading)),
            "simultaneous": plain(sample.band(result.profitable(strategy, reading))),
            "parameter_band": parameter_band(result.profitable(strategy, reading), sample),
        }
        for reading in READINGS
    }
    return {
        "channels": list(result.scenario.strategies[strategy]),
        "probability_of_profit": profit,
        "settled_profit": quantiles(settled, sample)
        | {"mean": sample.mean(settled).to_dict(), "mean_of_worst_5": shortfall(settled, sample)},
        "cash_needed": cash_needed(record, sample),
        "ruin": plain([sample.probability(ruined > 0) for ruined in record.monthly["ruined"]]),
        "time_to_profit": incidence(first_profitable_month(result, strategy), result.n_months, sample),
        "stable_profit": incidence(record.paths["first_stable_month"], result.n_months, sample, ruin_month(record)),
        "ruined_first": incidence(
            ruin_month(record), result.n_months, sample, first_profitable_month(result, strategy)
        ),
        "fans": {name: fans(values, sample) for name, values in record.weekly.items()},
        "freezes": freezes(record, sample),
        "funnel": funnel(record, sample),
        "figures": {
            name: float(np.mean(sample.chosen(v), dtype=float)) for name, v in record.paths.items() if "." in name
        },
    }


def parameter_band(hits: NDArray[np.bool_], sample: Sample) -> list[dict[str, Any]] | dict[str, str]:
    """Return the 5-95% points of P(profit | world) by month; with one replicate a world, why there is none."""
    try:
        return plain(sample.parameter_bands(hits))
    except EstimateRefused as reason:
        return {"refused": str(reason)}


def shortfall(values: Array, sample: Sample) -> dict[str, Any]:
    """Return the mean of the worst twentieth of outcomes (CVaR), or why too few paths lie there."""
    try:
        return sample.shortfall(values).to_dict()
    except EstimateRefused as reason:
        return {"refused": str(reason)}


def quantiles(values: Array, sample: Sample) -> dict[str, Any]:
    """Return the 5, 50 and 95% points with their intervals."""
    return {f"p{round(100 * p)}": sample.quantile(values, p).to_dict() for p in PERCENTILES}


def cash_needed(record: Record, sample: Sample) -> dict[str, Any]:
    """Return percentiles of peak funding: capital less lowest cash; insolvent paths needed *at least* that."""
    funding = np.asarray(record.paths["peak_funding"], dtype=float)
    insolvent = np.isfinite(record.paths["ruin_day"])
    return quantiles(funding, sample) | {"at_least_share": sample.probability(insolvent).to_dict()}


def first_profitable_month(result: Result, strategy: str) -> Array:
    """(n_paths,) first month, from 1, whose end sees a settled cumulative profit before any ruin; infinite if none."""
    hits = result.profitable(strategy)
    return np.where(hits.any(axis=0), hits.argmax(axis=0) + 1.0, np.inf)


def ruin_month(record: Record) -> Array:
    """(n_paths,) month of ruin, from 1; infinite where there was none."""
    return np.asarray(np.floor(np.asarray(record.paths["ruin_day"], dtype=float) / DAYS_A_MONTH) + 1.0)


def incidence(event: Values, n_months: int, sample: Sample, ends: Array | None = None) -> dict[str, Any]:
    """Return the running share of *all* paths that got there, unless something else ended them first."""
    found = sample.incidence(event, n_months, ends)
    medians = {"median_month": found.median, "median_low": found.median_low, "median_high": found.median_high}
    return {"incidence": plain(list(found.bands))} | medians


def fans(values: Values, sample: Sample) -> dict[str, Any]:
    """Return the range of outcomes by week: percentiles week by week, and two lines that hold whole paths."""
    weekly, whole = sample.fan(values), sample.simultaneous_fan(values)
    return {
        "weeks": list(range(1, len(values) + 1)),
        "levels": list(weekly.levels),
        "lines": np.round(weekly.lines, 2).tolist(),
        "whole_paths": {"share": whole.whole_paths, "low_high": np.round(whole.lines, 2).tolist()},
    }


def freezes(record: Record, sample: Sample) -> dict[str, Any]:
    """Return how often accounts were frozen, and how long and how much where they were."""
    totals: dict[str, Array] = {}
    for name, values in record.paths.items():
        figure = name.rsplit(".", 1)[-1]
        if figure in ("freezes", "frozen_days", "frozen_money", "forfeited"):
            totals[figure] = totals.get(figure, 0.0) + np.asarray(values, dtype=float)
    if not totals:
        return {}
    hit = totals["freezes"] > 0
    counted = sample.chosen(hit)
    affected = {
        name: float(sample.chosen(totals[name])[counted].mean()) if counted.any() else None
        for name in totals
        if name != "freezes"
    }
    return {"share_of_paths": sample.probability(hit).to_dict(), "mean_where_frozen": affected}


def funnel(record: Record, sample: Sample) -> dict[str, Any]:
    """Return traffic and orders: totals over all paths by month, and ratios of totals."""
    names = ("impressions", "clicks", "carts", "orders", "paid_orders", "ad_spend", "paid_sales", "gross_sales")
    totals = {name: sample.chosen(record.monthly[name]).mean(axis=1, dtype=float) for name in names}
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
