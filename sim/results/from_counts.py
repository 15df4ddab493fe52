"""What is kept of a run whose paths are not? Counts and sums of each span, merged in the order of the blocks.

Ten million paths with all their figures fill a disk; their counts fit into some hundred megabytes and support the same
estimates. What they cannot support is refused by name: money compared path by path, whole-path fans, the mean of the
worst twentieth, and conditions, which would have to be known before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.histograms import ClusteredHistogram, Histogram
from sim.estimates.tallies import Hits, Means, Pairs
from sim.randomness.streams import BLOCK, Array
from sim.results.outcomes import STATEMENTS, Outcomes, outcomes_of, statement_lines
from sim.simulation.recorder import Record

Values = NDArray[Any]
Line = tuple[str, str]
"""Statement and line."""


@dataclass
class StrategyCounts:
    """What is kept of one strategy.

    Parameters
    ----------
    hits : dict of str to Hits
    money : dict of str to ClusteredHistogram
    weekly : dict of str to list of Histogram
        A histogram a week.
    lines : dict of Line to list of Histogram
        A histogram a month.
    worlds : list of dict of str to Means
        Worlds' mean money, block by block; one entry once merged.
    sums : list of dict of str to (...,) float
        Sums over paths of what is only averaged, likewise; lines of statements under both their names.
    n_paths : int
    """

    hits: dict[str, Hits]
    money: dict[str, ClusteredHistogram]
    weekly: dict[str, list[Histogram]]
    lines: dict[Line, list[Histogram]]
    worlds: list[dict[str, Means]] = field(default_factory=list)
    sums: list[dict[Any, Array]] = field(default_factory=list)
    n_paths: int = 0

    def add(self, other: StrategyCounts) -> None:
        """Take in what follows, block after block: sums of floats depend on their order."""
        self.hits = {name: hits + other.hits[name] for name, hits in self.hits.items()}
        self.money = {name: found + other.money[name] for name, found in self.money.items()}
        self.weekly = {name: _added(found, other.weekly[name]) for name, found in self.weekly.items()}
        self.lines = {line: _added(found, other.lines[line]) for line, found in self.lines.items()}
        self.worlds = [reduce(_add_each, [*self.worlds, *other.worlds])]
        self.sums = [reduce(_add_each, [*self.sums, *other.sums])]
        self.n_paths += other.n_paths


def _added(first: list[Histogram], second: list[Histogram]) -> list[Histogram]:
    return [a + b for a, b in zip(first, second, strict=True)]


def _add_each(first: dict[Any, Any], second: dict[Any, Any]) -> dict[Any, Any]:
    return {name: value + second[name] for name, value in first.items()}


@dataclass
class Span:
    """What is kept of all strategies.

    Parameters
    ----------
    strategies : dict of str to StrategyCounts
    pairs : dict of (str, str) to Pairs
        Profit at the horizon, of every strategy against every other.
    beats : dict of (str, str) to Hits
        Whether the first ends with more money.
    """

    strategies: dict[str, StrategyCounts]
    pairs: dict[tuple[str, str], Pairs]
    beats: dict[tuple[str, str], Hits]

    def add(self, other: Span) -> None:
        """Take in what follows."""
        for name, condensed in self.strategies.items():
            condensed.add(other.strategies[name])
        self.pairs = _add_each(self.pairs, other.pairs)
        self.beats = _add_each(self.beats, other.beats)


def condense(records: dict[str, Record], replicates: int) -> Span:
    """Count the records of a span; path = world * replicates + replicate."""
    asked = {name: outcomes_of(record) for name, record in records.items()}
    pairs, beats = {}, {}
    for a, b in product(records, repeat=2):
        profits = [asked[name].hits["profit.settled_profit"][-1] for name in (a, b)]
        money = [np.asarray(asked[name].money["settled_profit"], dtype=float) for name in (a, b)]
        pairs[a, b] = Pairs.of(profits[0], profits[1], replicates)
        beats[a, b] = Hits.of((money[0] > money[1])[None], replicates)
    strategies = {name: _condensed(record, asked[name], replicates) for name, record in records.items()}
    return Span(strategies, pairs, beats)


def _condensed(record: Record, asked: Outcomes, replicates: int) -> StrategyCounts:
    lines: dict[Line, Values] = {
        (kind, line): table for kind in STATEMENTS for line, table in statement_lines(record, kind).items()
    }
    averages: dict[Any, Values] = {**asked.averages, **lines}
    n_paths = asked.hits["insolvent"].shape[1]
    blocks = [slice(first, min(first + BLOCK, n_paths)) for first in range(0, n_paths, BLOCK)]
    return StrategyCounts(
        {name: Hits.of(hits, replicates) for name, hits in asked.hits.items()},
        {name: ClusteredHistogram.of(values, replicates) for name, values in asked.money.items()},
        {name: [Histogram.of(week) for week in weeks] for name, weeks in asked.weekly.items()},
        {line: [Histogram.of(month) for month in table] for line, table in lines.items()},
        [{name: _worlds(values[block], replicates) for name, values in asked.money.items()} for block in blocks],
        [{name: values[..., block].sum(axis=-1, dtype=float) for name, values in averages.items()} for block in blocks],
        n_paths,
    )


def _worlds(values: Values, replicates: int) -> Means:
    return Means.of(np.asarray(values, dtype=float).reshape(-1, replicates).mean(axis=1))
