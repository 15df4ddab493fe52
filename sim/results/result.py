"""A finished run: arrays a path, provenance, tidy frames and the answers drawn from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from sim.estimates import Estimate, EstimateRefused, Sample
from sim.estimates.estimate import check_level
from sim.randomness.streams import Array
from sim.results.from_paths import PathView, by_month
from sim.results.outcomes import TOTALS, check_statement, outcomes_of, profitable, statement_lines
from sim.scenario.conditions import Clause, ConditionError, agreeing, parse_condition
from sim.scenario.scenario import Scenario
from sim.simulation.convergence import Stop
from sim.simulation.engine import Run
from sim.simulation.plan import Plan
from sim.simulation.recorder import PROFIT_READINGS, Record

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

Hits = NDArray[np.bool_]


@dataclass(frozen=True, repr=False, eq=False)
class Result:
    """What a run found.

    Parameters
    ----------
    scenario : Scenario
    plan : Plan
        Seed, worlds, replicates.
    records : dict of str to Record
        By strategy.
    worlds : dict of str to (n_worlds,) float
        The uncertain parameters that were drawn.
    seconds : float
        Wall time.
    statements : DataFrame, optional
        Of a run that was read back: its statements, whose lines are not kept path by path.
    saved_summary : dict, optional
        Of a run that was read back: its summary, whose fans rest on weeks that are not kept path by path either.
    clauses : tuple of Clause
        What the seller has seen: every estimate counts the paths that agree.
    saved_clauses : tuple of Clause
        Of a run that was read back: the clauses its statements and its summary were made under.
    stop : Stop, optional
        How a run with a goal (a precision, a condition) ended.
    """

    scenario: Scenario
    plan: Plan
    records: dict[str, Record]
    worlds: dict[str, Array]
    seconds: float = 0.0
    statements: pd.DataFrame | None = None
    saved_summary: dict[str, Any] | None = None
    clauses: tuple[Clause, ...] = ()
    stop: Stop | None = None
    saved_clauses: tuple[Clause, ...] = ()

    @classmethod
    def of(cls, run: Run, seconds: float = 0.0, stop: Stop | None = None) -> Result:
        """Wrap an engine's run; the scenario's own condition holds from the start."""
        found = cls(run.scenario, run.plan, run.records, run.worlds, seconds, stop=stop)
        return replace(found, clauses=found.of_scenario)

    def given(self, *conditions: str) -> Result:
        """Return the result over the paths that agree with what was seen, on top of earlier conditions.

        Parameters
        ----------
        *conditions : str
            ``"independent.acos[1] between 0.35 and 0.50"``; grammar: ``sim.scenario.conditions``. The same paths
            are kept for every strategy.
        """
        if not all(isinstance(text, str) for text in conditions):
            raise ConditionError('give conditions one by one: result.given("a.orders[1] >= 5", "a.cash[1] >= 0")')
        clauses = [c for text in conditions for c in parse_condition(text, self.strategies, self.n_months)]
        return replace(self, clauses=(*self.clauses, *clauses))

    @property
    def of_scenario(self) -> tuple[Clause, ...]:
        """The scenario's own condition."""
        texts = self.scenario.condition
        return tuple(c for text in texts for c in parse_condition(text, self.strategies, self.n_months))

    @property
    def further_conditions(self) -> tuple[str, ...]:
        """What was given on top of the scenario's own condition."""
        return tuple(str(clause) for clause in self.clauses[len(self.of_scenario) :])

    @cached_property
    def sample(self) -> Sample:
        """How the paths came about: replicates, spread of the worlds, and which ones a condition keeps."""
        tables = {name: record.monthly for name, record in self.records.items()}
        mask = agreeing(self.clauses, tables) if self.clauses else None
        return Sample(self.plan.replicates, self.scenario.sampling != "random", mask)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies, in the scenario's order."""
        return tuple(self.records)

    @property
    def n_months(self) -> int:
        """Full months of 30 days."""
        return self.scenario.n_months

    def record(self, strategy: str) -> Record:
        """Return a strategy's record, or say which there are."""
        if strategy not in self.records:
            raise KeyError(f"no strategy '{strategy}' in this result; there are: {', '.join(self.records)}")
        return self.records[strategy]

    def profitable(self, strategy: str, reading: str = PROFIT_READINGS[0]) -> Hits:
        """(n_months, n_paths) whether a reading of profit is above zero and the strategy is not ruined by then."""
        return profitable(self.record(strategy), reading)

    def view(self, strategy: str) -> PathView:
        """Return the estimates of one strategy."""
        return PathView(outcomes_of(self.record(strategy)), self.sample)

    def seen(self) -> dict[str, Any] | None:
        """Return what the seller has seen and how much of the run agrees; None without a condition."""
        kept = self.sample.kept
        if kept is None:
            return None
        return {"clauses": [str(clause) for clause in self.clauses], "paths": kept.paths, "worlds": kept.worlds}

    @property
    def sha256(self) -> str:
        """Hash over the arrays by path and by world: name, dtype, shape, bytes in C order."""
        digest = hashlib.sha256()
        for name, array in self._arrays():
            digest.update(f"{name}|{array.dtype.str}|{array.shape}|".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def _arrays(self) -> Iterator[tuple[str, NDArray[Any]]]:
        for strategy, record in self.records.items():
            for group, table in (("monthly", record.monthly), ("paths", record.paths)):
                for name in sorted(table):
                    yield f"{strategy}.{group}.{name}", table[name]
        for name in sorted(self.worlds):
            yield f"worlds.{name}", self.worlds[name]

    def probability_of_profit(self, reading: str = PROFIT_READINGS[0], level: float = 0.95) -> pd.DataFrame:
        """Return P(profit) by strategy and month with its simulation interval: one row each."""
        import pandas as pd

        chances = {strategy: self.estimate_profit(strategy, reading, level) for strategy in self.strategies}
        return pd.DataFrame(by_month(chances))

    def estimate_profit(self, strategy: str, reading: str = PROFIT_READINGS[0], level: float = 0.95) -> list[Estimate]:
        """Estimate P(profit) month by month; intervals count worlds, not paths."""
        check_level(level)
        return [self.sample.probability(hits, level) for hits in self.profitable(strategy, reading)]

    def compare(self, a: str, b: str, month: int | None = None) -> dict[str, Estimate]:
        """Compare two strategies on the same paths at the end of a month (from 1; the last by default).

        Returns
        -------
        dict
            ``probability`` (difference of P(profit), a less b), ``money`` (mean difference of settled profit) and
            ``a_beats_b``; the coupling is: market, product and same-named channels shared.
        """
        month = self.n_months if month is None else month
        if month not in range(1, self.n_months + 1):
            raise EstimateRefused(f"months run from 1 to {self.n_months} (found {month!r})")
        at = int(month) - 1
        money = [np.asarray(self.record(s).monthly["settled_profit"][at], dtype=float) for s in (a, b)]
        hits = [self.profitable(s)[at] for s in (a, b)]
        return {
            "probability": self.sample.difference(hits[0], hits[1]),
            "money": self.sample.gap(money[0], money[1]),
            "a_beats_b": self.sample.beats(money[0], money[1]),
        }

    @property
    def monthly(self) -> pd.DataFrame:
        """Tidy frame: one row a strategy, path and month; under a condition, of the paths that agree."""
        import pandas as pd

        frames = []
        numbers, kept = self._kept()
        for strategy, record in self.records.items():
            columns: dict[str, Any] = {
                "strategy": pd.Categorical(
                    [strategy] * (self.n_months * len(numbers)), categories=list(self.strategies)
                ),
                "path": np.tile(numbers, self.n_months),
                "month": np.repeat(np.arange(1, self.n_months + 1, dtype=np.int8), len(numbers)),
            }
            columns |= {name: table[:, kept].reshape(-1) for name, table in record.monthly.items()}
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

    @property
    def paths(self) -> pd.DataFrame:
        """Tidy frame: one row a strategy and path; under a condition, of the paths that agree."""
        import pandas as pd

        numbers, kept = self._kept()
        frames = [
            pd.DataFrame(
                {
                    "strategy": strategy,
                    "path": numbers,
                    "world": numbers // self.plan.replicates,
                    "replicate": numbers % self.plan.replicates,
                    "settled_profit": record.monthly["settled_profit"][-1][kept],
                    **{name: values[kept] for name, values in record.paths.items()},
                }
            )
            for strategy, record in self.records.items()
        ]
        return pd.concat(frames, ignore_index=True)

    def _kept(self) -> tuple[NDArray[np.int32], slice | NDArray[np.bool_]]:
        """Return the numbers of the paths that count, and what chooses them of all."""
        numbers = np.arange(self.plan.n_paths, dtype=np.int32)
        kept = slice(None) if self.sample.mask is None else self.sample.mask
        return numbers[kept], kept

    @property
    def worlds_frame(self) -> pd.DataFrame:
        """The parameters drawn, one row a world."""
        import pandas as pd

        return pd.DataFrame({"world": np.arange(self.plan.worlds), **self.worlds})

    def statement(self, strategy: str, kind: str = "profit_and_loss") -> pd.DataFrame:
        """Return a statement by month: mean and percentiles of every line.

        Parameters
        ----------
        kind : {"profit_and_loss", "cash_flow"}
        """
        self.record(strategy)  # names what there is where it is not
        check_statement(kind)
        if (strategy, kind) not in self._made:
            self._made[strategy, kind] = self._statement(strategy, kind)
        return self._made[strategy, kind].copy()

    @cached_property
    def _made(self) -> dict[tuple[str, str], pd.DataFrame]:
        # The files and the page both ask for every statement, and its percentiles take a tenth of a second each.
        return {}

    def _statement(self, strategy: str, kind: str) -> pd.DataFrame:
        import pandas as pd

        if self.statements is not None:
            if self.clauses != self.saved_clauses:
                raise ConditionError("a run that was read back has no lines path by path: run again for statements")
            kept = self.statements
            return kept[(kept["strategy"] == strategy) & (kept["statement"] == kind)].reset_index(drop=True)
        rows = []
        for line, whole in statement_lines(self.record(strategy), kind).items():
            if line not in TOTALS[kind] and not whole.any():
                continue
            table = self.sample.chosen(whole)
            low, middle, high = np.percentile(table, (5, 50, 95), axis=1, method="inverted_cdf")
            for month in range(self.n_months):
                rows.append(
                    {
                        "strategy": strategy,
                        "statement": kind,
                        "line": line,
                        "month": month + 1,
                        "mean": float(np.mean(table[month], dtype=float)),
                        "p5": float(low[month]),
                        "p50": float(middle[month]),
                        "p95": float(high[month]),
                    }
                )
        return pd.DataFrame(rows)

    def summary(self) -> dict[str, Any]:
        """Return every estimate as plain data, the content of ``summary.json``."""
        from sim.results.summary import summarise

        if self.saved_summary is not None and self.clauses == self.saved_clauses:
            return deepcopy(self.saved_summary)
        return summarise(self)

    def __eq__(self, other: object) -> bool:
        """Whether both answer alike: the same scenario, size, seed, conditions and, to the bit, histories."""
        if not isinstance(other, Result):
            return NotImplemented
        same = (self.scenario, self.plan, self.clauses) == (other.scenario, other.plan, other.clauses)
        return same and (self is other or self.sha256 == other.sha256)

    def __hash__(self) -> int:
        return hash((self.sha256, self.clauses))

    def __repr__(self) -> str:
        given = f", given {', '.join(map(str, self.clauses))}" if self.clauses else ""
        size = f"{self.plan.worlds:,} worlds x {self.plan.replicates}, seed {self.plan.seed}"
        reached = ", NOT CONVERGED" if self.stop is not None and not self.stop.converged else ""
        return f"<Result of {self.scenario.name}: {', '.join(self.strategies)}; {size}{given}{reached}>"

    keep: ClassVar[Literal["paths"]] = "paths"

    @property
    def plot(self) -> Any:
        """Pictures of this result: ``result.plot.probability_of_profit()``, and so on."""
        # By name: pictures are drawn above, and a result knows nothing of them.
        return import_module("sim.show.plots.accessor").PlotAccessor(self)

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.text.html import result_html, table_html

        try:
            summary = self.summary()
        except EstimateRefused as reason:  # a condition that keeps too little
            return table_html(repr(self), [], [], str(reason))
        return result_html(self.scenario.title or self.scenario.name, summary)

    def save(self, directory: str | Path) -> Path:
        """Write the run's files into a folder, whole or not at all."""
        from sim.results.files import save

        return save(self, directory)
