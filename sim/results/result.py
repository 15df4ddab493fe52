"""The two results of a run: `Result` keeps every path, `CountedResult` counts of them.

Both answer as a `FinishedRun`. What needs every path (frames, pictures, conditions) a `Result` gives and a
`CountedResult` refuses by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Self

import numpy as np
from numpy.typing import NDArray

from sim.estimates import Estimate, EstimateRefused, Sample
from sim.estimates.comparison import COUPLING, difference_of
from sim.randomness.streams import Array
from sim.results.evidence import Evidence
from sim.results.files import save
from sim.results.finished_run import MODEL_DOUBT, Columns, FinishedRun
from sim.results.from_counts import CountEvidence, RunCounts, probabilities, refusal
from sim.results.from_paths import PathEvidence
from sim.results.outcomes import AFTER_PAY, Flags, profitable
from sim.results.shown import AMOUNT_COLUMNS, shown_record, shown_statements
from sim.scenario.conditions import Clause, ConditionError, Monthly, agreeing, why_none_agrees
from sim.simulation.convergence import Stop
from sim.simulation.engine import Run
from sim.simulation.recorder import PROFIT_READINGS, Record

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sim.show.plots.accessor import PlotAccessor

Chooser = slice | NDArray[np.bool_]
"""What chooses paths of all: every one, or those of a (n_paths,) mask."""


@dataclass(frozen=True, repr=False, eq=False)
class Result(FinishedRun):
    """A run of which every path was kept.

    Parameters
    ----------
    records : dict of str to Record
        By strategy.
    worlds : dict of str to (n_worlds,) float
        The uncertain parameters that were drawn.
    statements : DataFrame, optional
        Of a run that was read back: its statements, whose lines are not kept path by path.
    saved_summary : dict, optional
        Of a run that was read back: its summary, whose fans rest on weeks that are not kept path by path either.
    saved_clauses : tuple of Clause
        Of a run that was read back: the clauses its statements and its summary were made under.
    """

    records: dict[str, Record]
    worlds: dict[str, Array]
    statements: pd.DataFrame | None = None
    saved_summary: dict[str, Any] | None = None
    saved_clauses: tuple[Clause, ...] = ()

    _inner: ClassVar[frozenset[str]] = FinishedRun._inner | {
        "of",
        "saved_clauses",
        "saved_summary",
        "statements",
        "why_none_agrees",
    }

    keep: ClassVar[Literal["paths"]] = "paths"
    kind: ClassVar[str] = "Result"

    @classmethod
    def of(cls, run: Run, seconds: float = 0.0, stop: Stop | None = None) -> Result:
        """Wrap an engine's run; the scenario's own condition holds from the start."""
        found = cls(run.scenario, run.plan, run.records, run.worlds, seconds=seconds, stop=stop)
        return replace(found, clauses=found.of_scenario)

    def given(self, *conditions: str) -> Result:
        """Return the result over the paths that agree with what was seen, on top of earlier conditions.

        Parameters
        ----------
        *conditions : str
            ``"independent.acos[1] between 0.35 and 0.50"``; grammar: ``sim.scenario.conditions``. The same paths
            are kept for every strategy.

        Raises
        ------
        ConditionError
            For a text that cannot be read, and where no path agrees.
        """
        if not all(isinstance(text, str) for text in conditions):
            raise ConditionError('give conditions one by one: result.given("a.orders[1] >= 5", "a.cash[1] >= 0")')
        found = replace(self, clauses=(*self.clauses, *self._parsed(conditions)))
        if found.sample.mask is not None and not found.sample.mask.any():
            raise ConditionError(found.why_none_agrees())
        return found

    def why_none_agrees(self) -> str:
        """Return why no path agrees with the clauses, and what would."""
        return why_none_agrees(self.clauses, self._monthly_tables)

    @cached_property
    def sample(self) -> Sample:
        """How the paths came about: replicates, spread of the worlds, and which ones a condition keeps."""
        mask = agreeing(self.clauses, self._monthly_tables) if self.clauses else None
        return Sample(self.plan.replicates, self.scenario.sampling != "random", mask)

    @property
    def _monthly_tables(self) -> dict[str, Monthly]:
        return {name: record.monthly for name, record in self.records.items()}

    def seen(self) -> dict[str, Any] | None:
        """Return what the seller has seen and how much of the run agrees; None without a condition."""
        kept = self.sample.kept
        if kept is None:
            return None
        return {"clauses": [str(clause) for clause in self.clauses], "paths": kept.paths, "worlds": kept.worlds}

    def record(self, strategy: str) -> Record:
        """Return a strategy's record, or say which there are."""
        self.check_strategy(strategy)
        return self.records[strategy]

    def profitable(self, strategy: str, reading: str = PROFIT_READINGS[0]) -> Flags:
        """(n_months, n_paths) whether a reading of profit is above zero and the strategy is not ruined by then.

        A row for each of ``months``; of operating profit for full months only.
        """
        return profitable(self.record(strategy), reading)

    def evidence(self, strategy: str) -> PathEvidence:
        """Return the estimates of one strategy."""
        return PathEvidence(self.record(strategy), self.sample)

    def compare(self, a: str, b: str, month: float | None = None) -> dict[str, Estimate]:
        """Compare two strategies on the same paths at the end of one of ``months`` (the last by default).

        Returns
        -------
        dict
            ``probability`` (difference of P(profit), a less b), ``money`` (mean difference of settled profit) and
            ``a_beats_b``; the coupling is: market, product and same-named channels shared.
        """
        month = self.months[-1] if month is None else month
        if month not in self.months:
            raise EstimateRefused(f"months run from 1 to {self.months[-1]} (found {month!r})")
        at = self.months.index(month)
        money = [np.asarray(self.record(name).monthly["settled_profit"][at], dtype=float) for name in (a, b)]
        hits = [self.profitable(name)[at] for name in (a, b)]
        return {
            "probability": self.sample.difference(hits[0], hits[1]),
            "money": self.sample.gap(money[0], money[1]),
            "a_beats_b": self.sample.beats(money[0], money[1]),
        }

    def _at(self, rate: float) -> Self:
        records = {name: shown_record(record, rate) for name, record in self.records.items()}
        statements = None if self.statements is None else shown_statements(self.statements, rate)
        return replace(self, shown_at=rate, as_kept=self, records=records, statements=statements)

    def summary(self) -> dict[str, Any]:
        """Return every estimate as plain data, the content of ``summary.json``."""
        if self.as_kept is None and self.saved_summary is not None and self.clauses == self.saved_clauses:
            return self._completed(deepcopy(self.saved_summary))
        return super().summary()

    def _completed(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Return a saved summary with what one of an earlier version does not say yet."""
        summary.setdefault(MODEL_DOUBT, None)
        if "recommendation" not in summary:
            for name, told in summary["strategies"].items():
                told[AFTER_PAY] = {"mean": self.evidence(name).mean(AFTER_PAY).to_dict()}
            summary["recommendation"] = self.recommendation()
        return summary

    def _statement(self, strategy: str, kind: str, total: bool, evidence: Evidence) -> Iterable[dict[str, Any]]:
        if self.statements is None:
            return super()._statement(strategy, kind, total, evidence)
        if self.clauses != self.saved_clauses:
            raise ConditionError("a run that was read back has no lines path by path: run again for statements")
        kept = self.statements
        rows = kept[(kept["strategy"] == strategy) & (kept["statement"] == kind) & (kept["month"].isna() == total)]
        if total:
            rows = rows.assign(month=self.months[-1])
        return ({str(name): value for name, value in row.items()} for row in rows.to_dict("records"))

    def _orders(self) -> dict[str, dict[str, Any] | None]:
        if self.as_kept is not None or self.saved_summary is None or self.clauses != self.saved_clauses:
            return super()._orders()
        return {name: told.get("per_order") for name, told in self.saved_summary["strategies"].items()}

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

    def tables(self) -> Iterator[tuple[str, list[Columns]]]:
        """Yield the tables to be saved, of all paths, each with its name and a strategy after the other."""
        yield "worlds", [self._world_columns()]
        yield "paths", list(self._path_columns(slice(None), sorted))
        yield "monthly", list(self._monthly_columns(slice(None)))

    @property
    def monthly(self) -> pd.DataFrame:
        """Tidy frame: one row a strategy, path and month; under a condition, of the paths that agree."""
        import pandas as pd

        frame = _frame(self._monthly_columns(self._kept))
        return frame.astype({"strategy": pd.CategoricalDtype(list(self.strategies))})

    @property
    def paths(self) -> pd.DataFrame:
        """Tidy frame: one row a strategy and path; under a condition, of the paths that agree."""
        return _frame(self._path_columns(self._kept, list))

    @property
    def worlds_frame(self) -> pd.DataFrame:
        """The parameters drawn, one row a world."""
        return _frame([self._world_columns()])

    @property
    def _kept(self) -> Chooser:
        return slice(None) if self.sample.mask is None else self.sample.mask

    def _monthly_columns(self, kept: Chooser) -> Iterator[Columns]:
        numbers = np.arange(self.plan.n_paths, dtype=np.int32)[kept]
        months = np.array(self.months, dtype=np.int8 if self.months[-1] == self.n_months else float)
        keys = {"path": np.tile(numbers, len(months)), "month": np.repeat(months, len(numbers))}
        for strategy, record in self.records.items():
            figures = {name: table[:, kept].reshape(-1) for name, table in record.monthly.items()}
            yield {"strategy": strategy, **keys, **figures}

    def _path_columns(self, kept: Chooser, order: Callable[[Iterable[str]], list[str]]) -> Iterator[Columns]:
        numbers = np.arange(self.plan.n_paths, dtype=np.int32)[kept]
        keys = {"path": numbers, "world": numbers // self.plan.replicates, "replicate": numbers % self.plan.replicates}
        for strategy, record in self.records.items():
            settled = record.monthly["settled_profit"][-1][kept]
            figures = {name: record.paths[name][kept] for name in order(record.paths)}
            yield {"strategy": strategy, **keys, "settled_profit": settled, **figures}

    def _world_columns(self) -> Columns:
        return {"world": np.arange(self.plan.worlds), **self.worlds}

    @property
    def plot(self) -> PlotAccessor:
        """Pictures of this result: ``result.plot.probability_of_profit()``, and so on."""
        # By name: pictures are drawn above, and a result knows nothing of them.
        accessor: PlotAccessor = import_module("sim.show.plots.accessor").PlotAccessor(self)
        return accessor

    def save(self, directory: str | Path) -> Path:
        """Write the run's files into a folder, whole or not at all."""
        return save(self, directory)


def _frame(parts: Iterable[Columns]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)


@dataclass(frozen=True, repr=False, eq=False)
class CountedResult(FinishedRun):
    """A run of which counts were kept, of all spans together."""

    counts: RunCounts

    _inner: ClassVar[frozenset[str]] = FinishedRun._inner | {
        *("counts", "given", "monthly", "paths", "plot", "seen", "worlds_frame")  # they refuse
    }

    keep: ClassVar[Literal["summary"]] = "summary"
    kind: ClassVar[str] = "Counts"

    def _statement(self, strategy: str, kind: str, total: bool, evidence: Evidence) -> Iterable[dict[str, Any]]:
        for row in super()._statement(strategy, kind, total, evidence):
            yield row | {name: row[name] * self.shown_at for name in AMOUNT_COLUMNS}

    def evidence(self, strategy: str) -> CountEvidence:
        """Return the estimates of one strategy."""
        self.check_strategy(strategy)
        return CountEvidence(self.counts.strategies[strategy])

    def compare(self, a: str, b: str) -> dict[str, Estimate]:
        """Compare two strategies at the horizon; money path by path cannot be told from counts, and is left out."""
        self.check_strategy(a)
        self.check_strategy(b)
        (better,) = probabilities(self.counts.beats[a, b])
        return {
            "probability": difference_of(self.counts.pairs[a, b]),
            "a_beats_b": replace(better, method=f"{better.method}; coupling: {COUPLING}"),
        }

    @property
    def sha256(self) -> str:
        """Hash over the summary."""
        return hashlib.sha256(json.dumps(self.summary(), sort_keys=True).encode()).hexdigest()

    def given(self, *conditions: str) -> CountedResult:
        """Refuse: a condition chooses paths."""
        raise refusal("a condition")

    @property
    def monthly(self) -> pd.DataFrame:
        """Refuse: one row a path, or a world."""
        raise refusal("a frame of paths or worlds")

    paths = worlds_frame = monthly

    @property
    def plot(self) -> NoReturn:
        """Refuse: pictures draw paths."""
        raise refusal("a picture")

    def save(self, directory: str | Path) -> Path:
        """Write the run's files into a folder, whole or not at all."""
        return save(self, directory)
