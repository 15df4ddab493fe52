"""Counts of a run that keeps no paths (``keep="summary"``), and the estimates from them.

`condense` reduces a span's records to whole counts and sums; `RunCounts.add` merges spans in the order of the blocks,
as sums of floats depend on it. `CountEvidence` estimates from all of them: probabilities are exact, money to half a per
cent. Refused by name: the mean of the worst twentieth, whole-path fans, and by the result frames of paths, pictures and
conditions. Ten million paths with all their figures fill a disk; their counts take some hundred megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from operator import add
from typing import Any

import numpy as np

from sim.estimates import Estimate, EstimateRefused, Fan
from sim.estimates.bands import band_of, correlation_of_sums
from sim.estimates.fans import LEVELS
from sim.estimates.histograms import ClusteredHistogram, Histogram, bins_of
from sim.estimates.money import mean_of
from sim.estimates.parameter_band import bands_of_counts
from sim.estimates.probability import limits
from sim.estimates.shops import Shops, shops_of_counts
from sim.estimates.tallies import Hits, Means, Pairs
from sim.randomness.streams import BLOCK, Array
from sim.results.evidence import PERCENTILES, names_in
from sim.results.outcomes import Outcomes, Values, outcomes_of
from sim.results.per_order import by_world
from sim.results.statement import ALWAYS, STATEMENTS, TOTALS, statement_tables
from sim.simulation.recorder import Record

Line = tuple[str, bool, str]
"""Statement, whether over all months, and line."""


@dataclass
class StrategyCounts:
    """What is kept of one strategy.

    Parameters
    ----------
    weekly : dict of str to list of Histogram
        A histogram a week.
    lines : dict of Line to list of Histogram
        A histogram a month, or one over all of them.
    marked : dict of str to Histogram
        Of money that is a lower bound on some paths: of these.
    orders : dict of str to Histogram
        Of each line of an order: over worlds that have one.
    worlds : list of dict of str to Means
        Worlds' mean money, block by block; one entry once merged.
    sums : list of dict of str to (...,) float
        Sums over paths of what is only averaged, likewise; lines of statements under both their names.
    """

    hits: dict[str, Hits]
    money: dict[str, ClusteredHistogram]
    weekly: dict[str, list[Histogram]]
    lines: dict[Line, list[Histogram]]
    marked: dict[str, Histogram]
    orders: dict[str, Histogram]
    worlds: list[dict[str, Means]] = field(default_factory=list)
    sums: list[dict[Any, Array]] = field(default_factory=list)
    n_paths: int = 0

    def add(self, other: StrategyCounts) -> None:
        """Take in what follows, block after block: sums of floats depend on their order."""
        self.hits, self.money = _add_each(self.hits, other.hits), _add_each(self.money, other.money)
        self.marked = _add_each(self.marked, other.marked)
        self.orders = _add_each(self.orders, other.orders)
        self.weekly = {name: _added(weeks, other.weekly[name]) for name, weeks in self.weekly.items()}
        self.lines = {line: _added(months, other.lines[line]) for line, months in self.lines.items()}
        self.worlds = [reduce(_add_each, [*self.worlds, *other.worlds])]
        self.sums = [reduce(_add_each, [*self.sums, *other.sums])]
        self.n_paths += other.n_paths


def _added(first: list[Histogram], second: list[Histogram]) -> list[Histogram]:
    return [a + b for a, b in zip(first, second, strict=True)]


def _add_each(first: dict[Any, Any], second: dict[Any, Any]) -> dict[Any, Any]:
    return {name: value + second[name] for name, value in first.items()}


@dataclass
class RunCounts:
    """What is kept of all strategies, of a span or of a whole run.

    Parameters
    ----------
    pairs : dict of (str, str) to Pairs
        Profit at the horizon, of every strategy against every other.
    beats : dict of (str, str) to Hits
        Whether the first ends with more money.
    """

    strategies: dict[str, StrategyCounts]
    pairs: dict[tuple[str, str], Pairs]
    beats: dict[tuple[str, str], Hits]

    def add(self, other: RunCounts) -> None:
        """Take in what follows."""
        for name, counts in self.strategies.items():
            counts.add(other.strategies[name])
        self.pairs = _add_each(self.pairs, other.pairs)
        self.beats = _add_each(self.beats, other.beats)


def condense(records: dict[str, Record], replicates: int) -> RunCounts:
    """Count the records of a span; path = world * replicates + replicate."""
    outcomes = {name: outcomes_of(record) for name, record in records.items()}
    pairs, beats, profit = {}, {}, "profit.settled_profit"
    for a, b in product(records, repeat=2):
        ours, theirs = outcomes[a], outcomes[b]
        pairs[a, b] = Pairs.of(ours.hits[profit][-1], theirs.hits[profit][-1], replicates)
        beats[a, b] = Hits.of((ours.money["settled_profit"] > theirs.money["settled_profit"])[None], replicates)
    strategies = {name: _counts_of(record, outcomes[name], replicates) for name, record in records.items()}
    return RunCounts(strategies, pairs, beats)


def _counts_of(record: Record, outcomes: Outcomes, replicates: int) -> StrategyCounts:
    lines: dict[Line, Values] = {
        (kind, total, line): table
        for kind, total in product(STATEMENTS, (False, True))
        for line, table in statement_tables(record, kind, total).items()
    }
    averages: dict[Any, Values] = {**outcomes.averages, **lines}
    money = outcomes.money
    n_paths = outcomes.hits["insolvent"].shape[1]
    blocks = [slice(first, min(first + BLOCK, n_paths)) for first in range(0, n_paths, BLOCK)]
    return StrategyCounts(
        {name: Hits.of(hits, replicates) for name, hits in outcomes.hits.items()},
        {name: ClusteredHistogram.of(values, replicates) for name, values in money.items()},
        {name: [Histogram.of(week) for week in weeks] for name, weeks in outcomes.weekly.items()},
        {line: [Histogram.of(month) for month in table] for line, table in lines.items()},
        {name: Histogram.of(money[name][flags]) for name, flags in outcomes.marked.items()},
        _orders(outcomes, replicates),
        [{name: _worlds(values[block], replicates) for name, values in money.items()} for block in blocks],
        [{name: values[..., block].sum(axis=-1, dtype=float) for name, values in averages.items()} for block in blocks],
        n_paths,
    )


def _orders(outcomes: Outcomes, replicates: int) -> dict[str, Histogram]:
    totals = {name: outcomes.averages[f"order.{name}"] for name in names_in("order", outcomes.averages)}
    lines = by_world(totals, replicates) if totals else {}
    return {line: Histogram.of(values[np.isfinite(values)]) for line, values in lines.items()}


def _worlds(values: Values, replicates: int) -> Means:
    return Means.of(np.asarray(values, dtype=float).reshape(-1, replicates).mean(axis=1))


def refusal(what: str) -> EstimateRefused:
    """Return why something cannot be given."""
    return EstimateRefused(f"{what} needs every path, and this run kept counts only: run it with --keep paths")


@dataclass(frozen=True)
class CountEvidence:
    """Estimates of one strategy from counts."""

    counts: StrategyCounts

    def names(self, group: str) -> list[str]:
        """Return the averages of a group."""
        return names_in(group, self.counts.sums[0])

    def has(self, name: str) -> bool:
        """Whether there is such an outcome."""
        return name in self.counts.hits

    def pointwise(self, name: str, level: float = 0.95) -> list[Estimate]:
        """Return a probability month by month."""
        return probabilities(self.counts.hits[name], level)

    def band(self, name: str) -> list[Estimate]:
        """Return a probability with simultaneous intervals."""
        hits = self.counts.hits[name]
        return band_of(hits.totals, correlation_of_sums(hits.totals, hits.products))

    def parameter_band(self, name: str) -> list[Estimate]:
        """Return the parameter band."""
        return bands_of_counts(self.counts.hits[name].counts)

    def shops(self, name: str) -> Shops:
        """Return shares of worlds by P(hit | world) at the last month."""
        return shops_of_counts(self.counts.hits[name].counts[-1])

    def quantile(self, name: str, p: float) -> Estimate:
        """Return a quantile of money, to the bin."""
        return self.counts.money[name].quantile(p)

    def at_least(self, name: str, amount: float) -> bool:
        """Whether money is a lower bound on any path on which it lies at or below an amount, to the bin."""
        return self.counts.marked[name].up_to(int(bins_of(np.array([amount]))[0])) > 0

    def mean(self, name: str) -> Estimate:
        """Return mean money."""
        means = reduce(add, (block[name] for block in self.counts.worlds))
        return mean_of(float(means.mean), float(means.variance), means.count)

    def shortfall(self, name: str) -> Estimate:
        """Refuse: sections need the worst paths of each."""
        raise refusal("the mean of the worst twentieth")

    def average(self, name: str | Line) -> Any:
        """Return a plain mean over paths."""
        return reduce(add, (block[name] for block in self.counts.sums)) / self.counts.n_paths

    def order_points(self) -> tuple[dict[str, dict[str, float]], float]:
        """Return the percentiles over worlds of each line of an order, and the share of worlds without an order."""
        orders, n_worlds = self.counts.orders, int(self.counts.hits["insolvent"].counts[0].sum())
        points = {line: {f"p{p}": found.quantile(p / 100) for p in PERCENTILES} for line, found in orders.items()}
        return points, 1.0 - orders["price"].size / n_worlds

    def fan(self, name: str) -> Fan:
        """Return percentiles week by week, to the bin."""
        weeks = self.counts.weekly[name]
        return Fan(LEVELS, np.array([[week.quantile(level) for week in weeks] for level in LEVELS]))

    def whole_path_fan(self, name: str) -> Fan:
        """Refuse: whole paths are not there."""
        raise refusal("a range that holds whole paths")

    def statement(self, kind: str, total: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the rows of a statement, percentiles to the bin."""
        for key, months in self.counts.lines.items():
            line = key[-1]
            if key[:-1] != (kind, total) or not (line in ALWAYS[kind] or any(month.moved for month in months)):
                continue
            means = self.average(key)
            for month, histogram in enumerate(months):
                points = {f"p{p}": histogram.quantile(p / 100) for p in PERCENTILES}
                told = {"line": line, "subtotal": line in TOTALS[kind], "month": month + 1}
                yield told | {"mean": float(means[month]), **points}


def probabilities(hits: Hits, level: float = 0.95) -> list[Estimate]:
    """Estimate a probability month by month from what was counted."""
    return limits(hits.totals, level).estimates()
