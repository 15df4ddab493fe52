"""The answers every finished run gives, whether its paths were kept or counted.

`FinishedRun` is the base of both results. They say what their evidence is and how two strategies compare; chances of
profit, statements and the summary follow from it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import combinations
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from sim.estimates import Estimate, EstimateRefused
from sim.estimates.comparison import COUPLING
from sim.estimates.estimate import check_level
from sim.results.evidence import PERCENTILES, Evidence
from sim.results.expected_order import customers
from sim.results.outcomes import check_reading
from sim.results.per_order import per_order
from sim.results.reason import reasons
from sim.results.recommendation import candidate, recommend
from sim.results.shown import display_of, shown_summary
from sim.results.statement import check_statement
from sim.results.summary import figures_of, summarise_strategy
from sim.scenario.conditions import Clause, parse_condition
from sim.scenario.scenario import Scenario
from sim.simulation.convergence import Stop
from sim.simulation.plan import Plan
from sim.simulation.recorder import PROFIT_READINGS
from sim.text.numbers import with_error
from sim.text.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

MODEL_DOUBT = "model_doubt"
"""In a summary: what ``sim run --readings`` found, as ``sim readings --json`` writes it; None where it was not run."""

Columns = dict[str, Any]
"""Of a table, by name: an array with a value a row, or a text that stands in every row."""


@dataclass(frozen=True, repr=False, eq=False)
class FinishedRun(Shown, ABC):
    """A finished run and the answers drawn from it, whether its paths were kept or counted.

    Parameters
    ----------
    seconds : float
        Wall time, to the millisecond.
    stop : Stop, optional
        How a run with a goal (a precision, a condition) ended.
    clauses : tuple of Clause
        What the seller has seen; none where counts were kept.
    shown_at : float
        Units of the currency its amounts are in for one of the scenario's own; 1 but for what `shown` returns.
    as_kept : FinishedRun, optional
        Of what `shown` returned: the run in the scenario's own currency, which knows what an order brings.
    """

    scenario: Scenario
    plan: Plan
    seconds: float = field(default=0.0, kw_only=True)
    stop: Stop | None = field(default=None, kw_only=True)
    clauses: tuple[Clause, ...] = field(default=(), kw_only=True)
    shown_at: float = field(default=1.0, kw_only=True)
    as_kept: FinishedRun | None = field(default=None, kw_only=True)

    keep: ClassVar[Literal["paths", "summary"]]
    kind: ClassVar[str]

    _inner: ClassVar[frozenset[str]] = frozenset(
        {
            "as_kept",
            "check_strategy",
            "evidence",
            "further_conditions",
            "keep",
            "kind",
            "of_scenario",
            "shown",
            "shown_at",
        }
        | {"statement_rows", "tables"}
    )

    @property
    @abstractmethod
    def sha256(self) -> str:
        """Hash over what was found."""

    @abstractmethod
    def evidence(self, strategy: str) -> Evidence:
        """Return the estimates of one strategy, or say which strategies there are."""

    @abstractmethod
    def compare(self, a: str, b: str) -> dict[str, Estimate]:
        """Compare two strategies on the same paths at the horizon; what cannot be told is left out."""

    def shown(self) -> Self:
        """Return the run with its amounts in the currency its scenario is shown in; itself where that is its own."""
        return self if self.currency == self.scenario.shown_currency else self._at(self.scenario.shown_rate)

    def _at(self, rate: float) -> Self:
        return replace(self, shown_at=rate, as_kept=self)

    def check_strategy(self, name: str) -> None:
        """Refuse a strategy that there is not, and say which there are."""
        if name not in self.strategies:
            raise KeyError(f"no strategy '{name}' in this result; there are: {', '.join(self.strategies)}")

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies, in the scenario's order."""
        return tuple(self.scenario.strategies)

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.scenario.currency if self.shown_at == 1.0 else self.scenario.shown_currency

    @property
    def n_months(self) -> int:
        """Full months of 30 days."""
        return self.scenario.n_months

    @property
    def months(self) -> tuple[float, ...]:
        """When the books were read, in months: at the end of each full one, and on the last day (8.5 is day 255)."""
        return self.scenario.months

    @property
    def of_scenario(self) -> tuple[Clause, ...]:
        """The scenario's own condition."""
        return self._parsed(self.scenario.condition)

    def _parsed(self, texts: Iterable[str]) -> tuple[Clause, ...]:
        return tuple(clause for text in texts for clause in parse_condition(text, self.strategies, self.n_months))

    @property
    def further_conditions(self) -> tuple[str, ...]:
        """What was given on top of the scenario's own condition."""
        return tuple(str(clause) for clause in self.clauses[len(self.of_scenario) :])

    def seen(self) -> dict[str, Any] | None:
        """Return what the seller has seen and how much of the run agrees; None without a condition."""
        return None

    def tables(self) -> Iterator[tuple[str, list[Columns]]]:
        """Yield the tables to be saved, each with its name and in parts; there are none of counts."""
        yield from ()

    def probability_of_profit(self, reading: str = PROFIT_READINGS[0], level: float = 0.95) -> pd.DataFrame:
        """Return P(profit) by strategy and month with its simulation interval: one row each."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"strategy": strategy, "month": month, **estimate.to_dict()}
                for strategy in self.strategies
                for month, estimate in zip(self.months, self.estimate_profit(strategy, reading, level), strict=False)
            ]
        )

    def estimate_profit(self, strategy: str, reading: str = PROFIT_READINGS[0], level: float = 0.95) -> list[Estimate]:
        """Estimate P(profit) month by month; intervals count worlds, not paths.

        The last one is that at the horizon; of operating profit, that of the last full month.
        """
        check_reading(reading)
        check_level(level)
        return self.evidence(strategy).pointwise(f"profit.{reading}", level)

    def statement(self, strategy: str, kind: str = "profit_and_loss", total: bool = False) -> pd.DataFrame:
        """Return a statement by month: mean and percentiles of every line; of counts, percentiles to the bin.

        Parameters
        ----------
        kind : {"profit_and_loss", "cash_flow"}
        total : bool
            Over all months together; ``month`` is the last one then.
        """
        import pandas as pd

        return pd.DataFrame(self.statement_rows(strategy, kind, total))

    def statement_rows(
        self, strategy: str, kind: str = "profit_and_loss", total: bool = False
    ) -> tuple[dict[str, Any], ...]:
        """Return a statement as plain rows, for files and pages: what pandas takes to be loaded is a tenth of a run."""
        evidence = self.evidence(strategy)
        check_statement(kind)
        asked = (strategy, kind, total)
        if asked not in self._statements:
            self._statements[asked] = tuple(self._statement(*asked, evidence))
        return self._statements[asked]

    @cached_property
    def _statements(self) -> dict[tuple[str, str, bool], tuple[dict[str, Any], ...]]:
        # The files and the page both ask for every statement, and its percentiles take a tenth of a second each.
        return {}

    def _statement(self, strategy: str, kind: str, total: bool, evidence: Evidence) -> Iterable[dict[str, Any]]:
        named = {"strategy": strategy, "statement": kind}
        for row in sorted(evidence.statement(kind, total), key=itemgetter("month")):  # lines stay in their order
            yield named | row | {"month": self.months[-1 if total else row["month"] - 1]}

    def per_order(self) -> pd.DataFrame:
        """Return what one order brought and cost: a row a strategy and line, mean and 5, 50, 95% points over worlds.

        Means are totals over totals and add up to ``before_ads`` and ``after_ads``; points over worlds do not.
        """
        import pandas as pd

        rows = [
            {"strategy": name, **line} for name, order in self._orders().items() if order for line in order["lines"]
        ]
        return pd.DataFrame(rows, columns=["strategy", "line", "mean", *(f"p{p}" for p in PERCENTILES)])

    def break_even(self) -> pd.DataFrame:
        """Return where an order neither brings nor costs: a row a strategy and point; NaN where no value would do."""
        import pandas as pd

        rows = [
            {"strategy": name, "point": point, "value": value}
            for name, order in self._orders().items()
            if order
            for point, value in order["break_even"].items()
        ]
        return pd.DataFrame(rows, columns=["strategy", "point", "value"]).astype({"value": float})

    def _orders(self) -> dict[str, dict[str, Any] | None]:
        if self.as_kept is not None:
            return {name: told["per_order"] for name, told in self.summary()["strategies"].items()}
        evidences = {name: self.evidence(name) for name in self.strategies}
        return {name: per_order(evidence, figures_of(evidence)) for name, evidence in evidences.items()}

    def recommendation(self) -> dict[str, Any]:
        """Return which strategy to take, or None for doing nothing, and why: ``sim.results.recommendation``."""
        return recommend({name: candidate(self.evidence(name)) for name in self.strategies})

    def summary(self) -> dict[str, Any]:
        """Return every estimate as plain data, the content of ``summary.json``."""
        if self.as_kept is not None:
            return shown_summary(self.as_kept.summary())
        scenario = self.scenario
        strategies = {
            name: {"channels": list(channels), **summarise_strategy(self.evidence(name), self.months)}
            for name, channels in scenario.strategies.items()
        }
        orders = {name: order for name, found in strategies.items() if "lines" in (order := found["per_order"] or {})}
        worth = customers(scenario)
        for name, order in orders.items():
            order["customer"] = worth[name]
        return {
            "scenario": scenario.name,
            "currency": self.currency,
            "display": display_of(scenario),
            "months": list(self.months),
            "worlds": self.plan.worlds,
            "replicates": self.plan.replicates,
            "sampling": scenario.sampling,
            "keep": self.keep,
            "condition": self.seen(),
            "stop": None if self.stop is None else asdict(self.stop),
            "recommendation": self.recommendation(),
            MODEL_DOUBT: None,
            "why": reasons(scenario, orders),
            "strategies": strategies,
            "comparisons": [
                {"a": a, "b": b, "coupling": COUPLING} | {name: e.to_dict() for name, e in self.compare(a, b).items()}
                for a, b in combinations(self.strategies, 2)
            ],
        }

    def __eq__(self, other: object) -> bool:
        """Whether both answer alike: the same scenario, size, seed, conditions and, to the bit, findings."""
        if not isinstance(other, type(self)):
            return NotImplemented
        same = (self.scenario, self.plan, self.clauses) == (other.scenario, other.plan, other.clauses)
        return same and (self is other or self.sha256 == other.sha256)

    def __hash__(self) -> int:
        return hash((self.sha256, self.clauses))

    @property
    def _head(self) -> str:
        reached = ", NOT CONVERGED" if self.stop is not None and not self.stop.converged else ""
        size = f"{self.plan.worlds:,} worlds x {self.plan.replicates}, seed {self.plan.seed}"
        return f"{self.kind} of {self.scenario.name}: {size}, to month {self.months[-1]:g}{reached}"

    def _told(self) -> tuple[str, Iterable[str]]:
        lines = [f"given {clause}" for clause in self.clauses]
        try:
            ends = {name: self.estimate_profit(name)[-1].to_dict() for name in self.strategies}
        except EstimateRefused as reason:  # a condition that keeps too little
            return self._head, [*lines, *str(reason).split("; ")]
        return self._head, [*lines, *(f"{name}: a profit in {with_error(end)}" for name, end in ends.items())]

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.text.html import result_html, table_html
        from sim.text.table import Table

        try:
            summary = shown_summary(self.summary())
        except EstimateRefused as reason:  # a condition that keeps too little
            given = "".join(f", given {clause}" for clause in self.clauses)
            return table_html(Table(f"{self._head}{given}", [], note=str(reason)))
        return result_html(self.scenario.title or self.scenario.name, summary, self.scenario.language or "en")
