"""Facts of the article the project was created from (F1 to F31), beside what a simulated year gives.

`facts` simulates, `facts_of` takes a run that is at hand, `facts_table` is what `sim facts` prints. A row is *emergent*
(it comes out of the model, and is judged), *solved for* (a number was chosen so that it comes out), *input* (what was
put in comes out again) or *shown*; only emergent rows are counted. *Inside* means: a range holds the simulated median;
a point figure is within 10% of the simulated mean; "often negative" is at least half of the paths, by at least its
simulation error. F22 and F27 are shown: the article gives no figure for the first, and eight months of a new seller are
not the yearly growth of an old one.

F21 is judged on 540 days of the store alone, by the reading ``stable_profit``: ``those_that_get_there``, the median
month among the paths stable within 18 months lies in 6 to 8 and at least half of all paths are among them; or
``all_stores``, the month in which the share of all paths that are stable reaches one half lies in 6 to 8. Within eight
months the first could only lie in 3 to 8, a check that hardly fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.business.calendar import DAYS_A_YEAR
from sim.estimates import estimate_probability
from sim.randomness.streams import Array
from sim.scenario.scenario import Scenario
from sim.simulation.engine import Run, simulate
from sim.simulation.plan import Plan
from sim.simulation.recorder import Record
from sim.text.labels import Say, speaker
from sim.text.numbers import with_numbers
from sim.text.table import NAME, WORDS, Column, Table

EIGHT_MONTHS = 8
STABLE_DAYS = 540
STABLE_MONTHS = 18
"""Over which F21 is judged."""

BY_MONTH = (*range(3, 13), 15, 18)
"""Months by which the share of stable paths is shown."""

EMERGENT = "emergent"

NEARNESS = 0.10
HALF = 0.5
NO_POINTS = (float("nan"),) * 3
FIRST_MONTH_COSTS = (
    *("set-up", "compliance and CRM", "subscriptions", "tools", "staff", "page improvement"),
    *("advertising", "ad creatives"),
)
"""Lines of month 1 that F23 covers: site, ads, ERP; not goods, freight, fees and refunds."""

Spread = tuple[float, float, float, float]
"""The 5, 50 and 95% points over paths, and the mean."""

FREEZE, ESCROW = "store.paypal_freeze", "alibaba.escrow_releases"


@dataclass(frozen=True)
class Fact:
    """One row.

    Parameters
    ----------
    number : str
        F-number of the article.
    figure : str
        What the article says.
    low, middle, high, mean : float
        5, 50 and 95% points over paths, and the mean or pooled ratio; NaN where there is none.
    inside : bool or None
        None: not judged.
    judged_by : str
        What was held against the figure.
    kind : {"emergent", "solved", "input", "shown"}
    solved_by : str
        The number that was chosen so that a solved row comes out.
    unit : {"%", "", "USD"}
    """

    number: str
    quantity: str
    figure: str
    low: float
    middle: float
    high: float
    mean: float
    inside: bool | None
    judged_by: str
    unit: str = ""
    kind: str = "shown"
    solved_by: str = ""


def facts(scenario: Scenario, plan: Plan, n_jobs: int = -1) -> list[Fact]:
    """Simulate a year, and 540 days of the store alone, and compare; months 1 to 8 are those of any shorter run.

    Rows whose strategy the scenario does not have are left out.
    """
    year = simulate(scenario.with_({"horizon_days": DAYS_A_YEAR}), plan, n_jobs=n_jobs)
    store = store_alone(scenario)
    return facts_of(year, None if store is None else simulate(store, plan, n_jobs=n_jobs))


def store_alone(scenario: Scenario) -> Scenario | None:
    """Return 540 days of the scenario's store alone; None where no strategy is that."""
    name = next((name for name, used in scenario.strategies.items() if used == ("store",)), None)
    if name is None:
        return None
    # Conditions may speak of other strategies, and no path is chosen here.
    return scenario.with_({"strategies": {name: ["store"]}, "horizon_days": STABLE_DAYS, "condition": []})


def facts_of(run: Run, store: Run | None = None) -> list[Fact]:
    """Compare a run that is at hand; rows that need more months than it has are left out.

    Parameters
    ----------
    store : Run, optional
        540 days of the store alone, on which F21 is judged; without it, the shares by month are shown as far as they
        are there.
    """
    return sorted(_rows(run, store), key=lambda fact: int(fact.number[1:]))


def _rows(run: Run, long: Run | None) -> Iterator[Fact]:
    store, alibaba, both = _find(run, "store"), _find(run, "alibaba"), _find(run, "alibaba", "store")
    if alibaba is not None:
        days = _spread(_per_path(alibaba, f"{ESCROW}.days_to_money", f"{ESCROW}.orders"))
        yield _fact("days_to_money", days)
    if store is not None:
        yield from _store_rows(run, store)
        yield from _stable_rows(run, store) if long is None else _judged_rows(long)
    if alibaba is not None:
        yield _fact("escrow_days", days)
    if alibaba is not None and both is not None and run.scenario.n_months >= EIGHT_MONTHS:
        yield _fact("both_channels", _pooled(both.monthly["gross_sales"][7], alibaba.monthly["gross_sales"][7]))


def _store_rows(run: Run, store: Record) -> Iterator[Fact]:
    monthly, paths = store.monthly, store.paths
    yield _fact("returns", _spread(_ratio(monthly["returns"].sum(axis=0), monthly["decided_orders"].sum(axis=0))))
    if f"{FREEZE}.freezes" in paths and run.scenario.horizon_days >= DAYS_A_YEAR:
        share = estimate_probability(paths[f"{FREEZE}.freezes"] > 0, run.plan.replicates)
        yield _fact("frozen", (share.low, share.estimate, share.high, share.estimate))
    sales = monthly["gross_sales" if run.scenario.readings.get("test_acos") == "blended" else "paid_sales"][0]
    yield _fact("test_acos", _pooled(monthly["ad_spend"][0], sales))
    negative = estimate_probability(monthly["operating_profit"][0] < 0, run.plan.replicates)
    yield _fact("first_month_negative", (negative.low, negative.estimate, negative.high, negative.estimate))
    yield _fact("conversion", _pooled(monthly["paid_orders"][0], monthly["clicks"][0]))
    for flow in ("clicks", "orders"):
        yield _fact("test_traffic", _spread(np.asarray(monthly[flow][0], dtype=float)), flow=flow)
    lines = [table[0] for line, table in store.profit_and_loss.items() if line in FIRST_MONTH_COSTS]
    yuan = {**run.scenario.exchange_rates, run.scenario.currency: 1.0}["CNY"]
    yield _fact("first_month_costs", _spread(-np.sum(lines, axis=0, dtype=float)), yuan, run.scenario.currency)
    if f"{FREEZE}.decided" in paths:
        yield _fact("freeze_days", _spread(_per_path(store, f"{FREEZE}.handled_days", f"{FREEZE}.decided")))
        yield _fact("appeals_won", _spread(_per_path(store, f"{FREEZE}.appeals_won", f"{FREEZE}.decided")))


def _stable_rows(run: Run, store: Record) -> Iterator[Fact]:
    first_stable = store.paths["first_stable_month"]
    for month in BY_MONTH:
        if month <= run.scenario.n_months:
            yield _fact("stable_by_month", (*NO_POINTS, float(np.mean(first_stable <= month))), month=month)


def _judged_rows(long: Run) -> Iterator[Fact]:
    """Yield F21 under the scenario's reading of it, and the share of all paths that are stable beside it."""
    [store] = long.records.values()
    first_stable = store.paths["first_stable_month"].astype(float)
    first_stable[first_stable > STABLE_MONTHS] = np.inf
    reached = np.isfinite(first_stable)
    share = float(np.mean(reached))
    if long.scenario.readings.get("stable_profit") == "all_stores":
        yield _fact("stable_of_all", _spread(first_stable))
    else:
        found = _fact("stable_among_those", _spread(first_stable[reached]), share=100 * share)
        yield replace(found, inside=bool(found.inside) and share >= HALF)
    yield from _stable_rows(long, store)


def _find(run: Run, *channels: str) -> Record | None:
    return next((run.records[name] for name, used in run.scenario.strategies.items() if used == channels), None)


def _per_path(record: Record, total: str, number: str) -> Array:
    count = np.asarray(record.paths[number], dtype=float)
    happened = count > 0
    return np.asarray(record.paths[total][happened] / count[happened])


def _ratio(part: NDArray[np.float32], whole: NDArray[np.float32]) -> Array:
    """(n_paths,) part / whole; infinite without a denominator, left out where there is neither."""
    known = (part > 0) | (whole > 0)
    with np.errstate(divide="ignore"):
        return np.asarray(part[known].astype(float) / whole[known])


def _pooled(part: NDArray[np.float32], whole: NDArray[np.float32]) -> Spread:
    """Return the spread of (n_paths,) part / whole; in place of the mean, the ratio of all paths together."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.divide(part.sum(dtype=float), whole.sum(dtype=float))
    return (*_spread(_ratio(part, whole))[:3], float(ratio))


def _spread(values: Array) -> Spread:
    """Return the 5, 50 and 95% points of (n_paths,) values, and the mean of those that are finite."""
    if values.size == 0:
        return (*NO_POINTS, float("nan"))
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), method="inverted_cdf")
    finite = values[np.isfinite(values)]
    return float(low), float(middle), float(high), float(finite.mean()) if finite.size else float("inf")


@cache
def article() -> dict[str, dict[str, Any]]:
    """Return what the article says, by fact, as ``article.toml`` has it."""
    import tomllib

    return tomllib.loads((resources.files(__package__) / "article.toml").read_text(encoding="utf-8"))


def _fact(key: str, spread: Spread, rate: float = 1.0, unit: str | None = None, **blanks: object) -> Fact:
    """Hold a spread against what the article says, in a currency of which one unit is ``rate`` of the article's."""
    said = article()[key]
    judged_by, inside = said.get("judged_by", ""), None
    found = {"median": spread[1], "share less its error": spread[0]}.get(judged_by, spread[3])
    if "range" in said:
        inside = said["range"][0] <= found <= said["range"][1]
    elif "point" in said:
        blanks["point"] = said["point"] / rate
        inside = abs(found / (said["point"] / rate) - 1.0) <= NEARNESS if said["kind"] == EMERGENT else None
    number, quantity, figure = (said[name].format(**blanks) for name in ("number", "quantity", "figure"))
    unit = said.get("unit", "") if unit is None else unit
    return Fact(number, quantity, figure, *spread, inside, judged_by, unit, said["kind"], said.get("solved_by", ""))


def facts_table(rows: list[Fact], language: str = "en") -> Table:
    """Return the table that `sim facts` prints."""
    say = speaker(language)
    names = Column("", NAME), Column(say("report_quantity"), NAME)
    figures = Column(say("report_simulated")), Column(say("report_mean"))
    words = Column(say("report_figure"), WORDS, "right"), Column(say("fact_kind"), WORDS)
    table = Table(headline(rows, say), [*names, words[0], *figures, words[1]])
    for fact in rows:
        said = with_numbers(fact.quantity, say), unparted(say(fact.figure))
        table.add_row(fact.number, *said, between(fact), shown(fact.mean, fact.unit), verdict(fact, say))
    return table


def unparted(figure: str) -> str:
    """Return a figure of the article whose ratio stays on one line."""
    return figure.replace(" / ", "\u00a0/\u00a0")


def headline(rows: list[Fact], say: Say) -> str:
    """Return how many of the emergent rows are inside; no other row counts."""
    emergent = [fact for fact in rows if fact.kind == EMERGENT]
    inside = sum(fact.inside is True for fact in emergent)
    return say("facts_headline", inside=inside, judged=len(emergent))


def verdict(fact: Fact, say: Say) -> str:
    """Return what kind of row it is, and of an emergent one whether it is inside."""
    if fact.kind == EMERGENT:
        return say("fact_inside" if fact.inside else "fact_outside", by=say(fact.judged_by))
    if fact.kind == "solved":
        return say("fact_solved_by", by=say(fact.solved_by))
    return say({"input": "fact_input", "shown": "fact_shown"}[fact.kind])


def between(fact: Fact) -> str:
    """Return the 5, 50 and 95% points of a fact; one dash where there are none."""
    points = fact.low, fact.middle, fact.high
    return "–" if np.isnan(points).all() else " – ".join(shown(point, fact.unit) for point in points)


def shown(value: float, unit: str) -> str:
    """Return a fact's figure in its unit; a dash where there is none."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞"
    return f"{100 * value:.1f}%" if unit == "%" else f"{value:,.1f}"
