"""Every estimate of a run as plain data: the content of ``summary.json`` and the source of the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import combinations
from typing import Any, Protocol

import numpy as np

from sim.estimates import Estimate, EstimateRefused
from sim.estimates.comparison import COUPLING
from sim.estimates.survival import incidence_of
from sim.results.from_paths import View
from sim.scenario.scenario import Scenario
from sim.simulation.convergence import Stop
from sim.simulation.plan import Plan
from sim.simulation.recorder import PROFIT_READINGS

Plain = dict[str, Any]


class Summarised(Protocol):
    """What a summary needs of a run, whether its paths were kept or counted."""

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""

    @property
    def plan(self) -> Plan:
        """How much, and with which luck."""

    @property
    def stop(self) -> Stop | None:
        """How a run with a goal ended."""

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names, in the scenario's order."""

    @property
    def n_months(self) -> int:
        """Full months of 30 days."""

    @property
    def keep(self) -> str:
        """Whether ``paths`` were kept, or counts only: ``summary``."""

    def seen(self) -> Plain | None:
        """Return the condition and how much of the run agrees with it."""

    def view(self, strategy: str) -> View:
        """Return the estimates of one strategy."""

    def compare(self, a: str, b: str) -> dict[str, Estimate]:
        """Return two strategies' differences at the horizon; what cannot be told is left out."""


PERCENTILES = (0.05, 0.50, 0.95)


def summarise(result: Summarised) -> Plain:
    """Return the summary of a run."""
    scenario = result.scenario
    return {
        "scenario": scenario.name,
        "currency": scenario.currency,
        "months": list(range(1, result.n_months + 1)),
        "worlds": result.plan.worlds,
        "replicates": result.plan.replicates,
        "sampling": scenario.sampling,
        "keep": result.keep,
        "condition": result.seen(),
        "stop": None if result.stop is None else asdict(result.stop),
        "strategies": {
            strategy: summarise_strategy(result.view(strategy), scenario.strategies[strategy])
            for strategy in result.strategies
        },
        "comparisons": [
            {"a": a, "b": b, "coupling": COUPLING} | {name: e.to_dict() for name, e in result.compare(a, b).items()}
            for a, b in combinations(result.strategies, 2)
        ],
    }


def plain(estimates: list[Estimate]) -> list[Plain]:
    """Return estimates as plain data."""
    return [estimate.to_dict() for estimate in estimates]


def or_reason(make: Callable[[], Any]) -> Any:
    """Return plain data, or why the histories cannot support it."""
    try:
        return make()
    except EstimateRefused as reason:
        return {"refused": str(reason)}


def summarise_strategy(view: View, channels: tuple[str, ...]) -> Plain:
    """Return every estimate of one strategy."""
    return {
        "channels": list(channels),
        "probability_of_profit": {reading: chances(view, f"profit.{reading}") for reading in PROFIT_READINGS},
        "settled_profit": quantiles(view, "settled_profit")
        | {
            "mean": view.mean("settled_profit").to_dict(),
            "mean_of_worst_5": or_reason(lambda: view.shortfall("settled_profit").to_dict()),
        },
        # Insolvent paths needed at least that much.
        "cash_needed": quantiles(view, "cash_needed") | {"at_least_share": view.pointwise("insolvent")[0].to_dict()},
        "ruin": plain(view.pointwise("ruin")),
        **{name: incidence(view, name) for name in ("time_to_profit", "stable_profit", "ruined_first")},
        "fans": {name: or_reason(partial(fans, view, name)) for name in ("cash", "settled_profit")},
        "freezes": freezes(view),
        "funnel": funnel(view),
        "figures": {name: float(view.average(f"figure.{name}")) for name in view.names("figure")},
    }


def chances(view: View, name: str) -> Plain:
    """Return a chance by month with its three kinds of "how sure"."""
    return {
        "pointwise": plain(view.pointwise(name)),
        "simultaneous": plain(view.band(name)),
        "parameter_band": or_reason(lambda: plain(view.parameter_band(name))),
    }


def quantiles(view: View, name: str) -> Plain:
    """Return the 5, 50 and 95% points with their intervals."""
    return {f"p{round(100 * p)}": view.quantile(name, p).to_dict() for p in PERCENTILES}


def incidence(view: View, name: str) -> Plain:
    """Return the running share of *all* paths that got there before anything else ended them."""
    found = incidence_of(view.band(name))
    medians = {"median_month": found.median, "median_low": found.median_low, "median_high": found.median_high}
    return {"incidence": plain(list(found.bands))} | medians


def fans(view: View, name: str) -> Plain:
    """Return the range of outcomes by week: percentiles week by week, and two lines that hold whole paths."""
    weekly = view.fan(name)
    return {
        "weeks": list(range(1, weekly.lines.shape[1] + 1)),
        "levels": list(weekly.levels),
        "lines": np.round(weekly.lines, 2).tolist(),
        "whole_paths": or_reason(lambda: whole_paths(view, name)),
    }


def whole_paths(view: View, name: str) -> Plain:
    """Return two lines that hold whole paths, and the share they hold."""
    found = view.whole_path_fan(name)
    return {"share": found.whole_paths, "low_high": np.round(found.lines, 2).tolist()}


def freezes(view: View) -> Plain:
    """Return how often accounts were frozen, and how long and how much where they were."""
    if not view.asks("frozen"):
        return {}
    share = view.pointwise("frozen")[0]
    affected = {
        name: float(view.average(f"frozen.{name}")) / share.estimate if share.estimate > 0 else None
        for name in view.names("frozen")
    }
    return {"share_of_paths": share.to_dict(), "mean_where_frozen": affected}


def funnel(view: View) -> Plain:
    """Return traffic and orders: means over all paths by month, and ratios of totals."""
    means = {name: view.average(f"funnel.{name}") for name in view.names("funnel")}
    return {name: found.tolist() for name, found in means.items()} | {
        "cost_per_click": ratio(means["ad_spend"].sum(), means["clicks"].sum()),
        "orders_per_visit": ratio(means["orders"].sum(), means["clicks"].sum()),
        "acos": ratio(means["ad_spend"].sum(), means["paid_sales"].sum()),
    }


def ratio(part: float, whole: float) -> float | None:
    """Return part / whole; None where there is nothing to divide by."""
    return float(part / whole) if whole > 0 else None
