"""What can be told of a run whose paths were counted, not kept? The same estimates, and by name what cannot be told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from sim.estimates import Estimate, EstimateRefused, Fan
from sim.estimates.bands import band_of, correlation_of_sums
from sim.estimates.comparison import COUPLING, difference_of
from sim.estimates.estimate import check_level
from sim.estimates.fans import LEVELS
from sim.estimates.money import mean_of
from sim.estimates.parameter_band import bands_of_counts
from sim.estimates.probability import Totals, probability_of
from sim.results.from_counts import Line, Span, StrategyCounts
from sim.results.from_paths import by_month
from sim.results.outcomes import TOTALS, check_reading, check_statement
from sim.results.summary import PERCENTILES, summarise
from sim.scenario.scenario import Scenario
from sim.simulation.plan import Plan
from sim.simulation.recorder import PROFIT_READINGS

if TYPE_CHECKING:
    import pandas as pd


def refusal(what: str) -> EstimateRefused:
    """Return why something cannot be given."""
    return EstimateRefused(f"{what} needs every path, and this run kept counts only: run it with --keep paths")


@dataclass(frozen=True)
class CountView:
    """Estimates of one strategy from counts."""

    found: StrategyCounts

    def names(self, group: str) -> list[str]:
        """Return the averages of a group."""
        names = [name for name in self.found.sums[0] if isinstance(name, str)]
        return [name.removeprefix(f"{group}.") for name in names if name.startswith(f"{group}.")]

    def asks(self, name: str) -> bool:
        """Whether there is such a question."""
        return name in self.found.hits

    def pointwise(self, name: str) -> list[Estimate]:
        """Return a probability month by month."""
        return [probability_of(totals) for totals in months_of(self.found.hits[name].totals)]

    def band(self, name: str) -> list[Estimate]:
        """Return a probability with simultaneous intervals."""
        hits = self.found.hits[name]
        return band_of(hits.totals, correlation_of_sums(hits.totals, hits.products))

    def parameter_band(self, name: str) -> list[Estimate]:
        """Return the parameter band."""
        return bands_of_counts(self.found.hits[name].counts)

    def quantile(self, name: str, p: float) -> Estimate:
        """Return a quantile of money, to the bin."""
        return self.found.money[name].quantile(p)

    def mean(self, name: str) -> Estimate:
        """Return mean money."""
        means = reduce(add, (block[name] for block in self.found.worlds))
        return mean_of(float(means.mean), float(means.variance), means.count)

    def shortfall(self, name: str) -> Estimate:
        """Refuse: sections need the worst paths of each."""
        raise refusal("the mean of the worst twentieth")

    def average(self, name: str | Line) -> Any:
        """Return a plain mean over paths."""
        return reduce(add, (block[name] for block in self.found.sums)) / self.found.n_paths

    def fan(self, name: str) -> Fan:
        """Return percentiles week by week, to the bin."""
        weeks = self.found.weekly[name]
        return Fan(LEVELS, np.array([[week.quantile(level) for week in weeks] for level in LEVELS]))

    def whole_path_fan(self, name: str) -> Fan:
        """Refuse: whole paths are not there."""
        raise refusal("a range that holds whole paths")

    def statement(self, kind: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a statement: lines that ever moved, by month."""
        for (statement, line), months in self.found.lines.items():
            if statement != kind or not (line in TOTALS[kind] or any(month.moved for month in months)):
                continue
            means = self.average((statement, line))
            for month, histogram in enumerate(months):
                points = {f"p{round(100 * p)}": histogram.quantile(p) for p in PERCENTILES}
                yield {"line": line, "month": month + 1, "mean": float(means[month]), **points}


def months_of(totals: Totals) -> Iterator[Totals]:
    """Yield each month's totals."""
    for hits, squares in zip(totals.hits, totals.squares, strict=True):
        yield Totals(totals.worlds, totals.replicates, hits, squares)


@dataclass(frozen=True, repr=False, eq=False)
class Counted:
    """A finished run of which counts were kept.

    Parameters
    ----------
    found : Span
        All spans together.
    seconds : float
        Wall time.
    """

    scenario: Scenario
    plan: Plan
    found: Span
    seconds: float = 0.0
    stop: None = None

    keep: ClassVar[Literal["summary"]] = "summary"
    further_conditions: ClassVar[tuple[str, ...]] = ()

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies, in the scenario's order."""
        return tuple(self.found.strategies)

    @property
    def n_months(self) -> int:
        """Full months of 30 days."""
        return self.scenario.n_months

    def __eq__(self, other: object) -> bool:
        """Whether both answer alike: the same scenario, size, seed and summary."""
        if not isinstance(other, Counted):
            return NotImplemented
        same = (self.scenario, self.plan) == (other.scenario, other.plan)
        return same and (self is other or self.sha256 == other.sha256)

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __repr__(self) -> str:
        size = f"{self.plan.worlds:,} worlds x {self.plan.replicates}, seed {self.plan.seed}"
        return f"<Counts of {self.scenario.name}: {', '.join(self.strategies)}; {size}>"

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.text.html import result_html

        return result_html(self.scenario.title or self.scenario.name, self.summary())

    def seen(self) -> None:
        """Return no condition: it was refused."""

    def view(self, strategy: str) -> CountView:
        """Return the estimates of one strategy."""
        if strategy not in self.found.strategies:
            raise KeyError(f"no strategy '{strategy}' in this result; there are: {', '.join(self.strategies)}")
        return CountView(self.found.strategies[strategy])

    def probability_of_profit(self, reading: str = PROFIT_READINGS[0], level: float = 0.95) -> pd.DataFrame:
        """Return P(profit) by strategy and month with its simulation interval: one row each."""
        import pandas as pd

        chances = {strategy: self.estimate_profit(strategy, reading, level) for strategy in self.strategies}
        return pd.DataFrame(by_month(chances))

    def estimate_profit(self, strategy: str, reading: str = PROFIT_READINGS[0], level: float = 0.95) -> list[Estimate]:
        """Estimate P(profit) month by month; intervals count worlds, not paths."""
        check_reading(reading)
        check_level(level)
        hits = self.view(strategy).found.hits[f"profit.{reading}"]
        return [probability_of(totals, level) for totals in months_of(hits.totals)]

    def compare(self, a: str, b: str) -> dict[str, Estimate]:
        """Compare two strategies at the horizon; money path by path cannot be told from counts, and is left out."""
        for name in (a, b):
            self.view(name)  # names what there is where it is not
        (beats,) = months_of(self.found.beats[a, b].totals)
        better = probability_of(beats)
        return {
            "probability": difference_of(self.found.pairs[a, b]),
            "a_beats_b": replace(better, method=f"{better.method}; coupling: {COUPLING}"),
        }

    def summary(self) -> dict[str, Any]:
        """Return every estimate as plain data, the content of ``summary.json``."""
        return summarise(self)

    def statement(self, strategy: str, kind: str = "profit_and_loss") -> pd.DataFrame:
        """Return a statement by month: mean and percentiles of every line, percentiles to the bin."""
        import pandas as pd

        check_statement(kind)
        named = {"strategy": strategy, "statement": kind}
        return pd.DataFrame([named | row for row in self.view(strategy).statement(kind)])

    @property
    def sha256(self) -> str:
        """Hash over the summary."""
        return hashlib.sha256(json.dumps(self.summary(), sort_keys=True).encode()).hexdigest()

    def given(self, *conditions: str) -> Counted:
        """Refuse: a condition chooses paths."""
        raise refusal("a condition")

    @property
    def monthly(self) -> pd.DataFrame:
        """Refuse: one row a path, or a world."""
        raise refusal("a frame of paths or worlds")

    paths = worlds_frame = monthly

    @property
    def plot(self) -> Any:
        """Refuse: pictures draw paths."""
        raise refusal("a picture")

    def save(self, directory: str | Path) -> Path:
        """Write the run's files into a folder, whole or not at all."""
        from sim.results.files import save

        return save(self, directory)
