"""Starting capital that keeps the chance of running out of cash at a level, such as one in twenty.

`capital_needed` lives through the same shocks with different ``wallet.capital``, one strategy after the other, and
returns a `CapitalReport`; how the least that is enough is found stands in :mod:`sim.studies.capital_search`.

What is stated in money stays as it is while capital changes: a stop-loss, a cash reserve, the credit line. A strategy
whose stop-loss is near its capital gives up before it is ruined.

Worked number: with one cost of 100 x (a uniform number) and nothing else, ruin at capital c is 1 - c/100, and 95 keeps
it at 5%.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from sim.business.calendar import reading_times
from sim.estimates.estimate import number
from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.plan import Plan, PlanError
from sim.simulation.spans import OnProgress
from sim.studies.capital_search import GRID_POINTS, CapitalNeeded, Trials, grid_about, search
from sim.text.messages import as_list
from sim.text.shown import Shown

MAX_STEPS = 24
"""Simulations that three crossings take between two capitals of the default grid, for the progress bar."""

STATED_IN_MONEY = ("largest_loss", "cash_reserve", "credit_limit")
"""Settings that decisions about cash rest on and that do not move with capital."""


@dataclass(frozen=True, repr=False)
class CapitalReport(Shown):
    """The answers for all strategies asked for, and what stayed as it is.

    Parameters
    ----------
    days : int
        The horizon, over which ruin is counted and at whose end profit is.
    """

    scenario: str
    currency: str
    days: int
    worlds: int
    replicates: int
    seed: int
    answers: tuple[CapitalNeeded, ...]
    unchanged: dict[str, float]

    def _told(self) -> tuple[str, Iterable[str]]:
        head = f"CapitalReport of {self.scenario}: {self.days} days, {self.worlds:,} worlds x {self.replicates}"
        return f"{head}, {self.currency}", (answer.line() for answer in self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "month": reading_times(self.days)[-1],
            "worlds": self.worlds,
            "replicates": self.replicates,
            "seed": self.seed,
            "strategies": {answer.strategy: answer.to_dict() for answer in self.answers},
            "unchanged_with_capital": {name: number(value) for name, value in self.unchanged.items()},
        }

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        from sim.studies.capital_screen import capital_screen
        from sim.text.table import as_html

        return as_html(capital_screen(self.to_dict()))


def capital_needed(
    scenario: Scenario,
    ruin: float = 0.05,
    *,
    strategies: Sequence[str] = (),
    between: tuple[float | None, float | None] = (None, None),
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = -1,
    on_progress: OnProgress | None = None,
) -> CapitalReport:
    """Find the starting capital that keeps the chance of running out of cash at a level, strategy by strategy.

    Parameters
    ----------
    ruin : float
        Chance of ruin by the horizon that is accepted, within (0, 1).
    strategies : sequence of str
        All by default.
    between : tuple of float or None
        Smallest and largest capital to try, scenario currency; by default about the median peak funding.
    worlds, replicates, seed, n_jobs
        As for ``sim.run``.
    on_progress : callable, optional
        Called with (simulations done, simulations expected).

    Raises
    ------
    PlanError
        Where the question cannot be asked: insolvency off, a level outside (0, 1), an empty range.
    """
    check_scenario(scenario)
    chosen = list(dict.fromkeys(as_list(strategies))) or list(scenario.strategies)
    check_question(scenario, ruin, chosen, between)
    plan = Plan(seed, worlds, replicates)
    report = on_progress or (lambda done, total: None)
    expected = len(chosen) * (1 + GRID_POINTS + MAX_STEPS)
    answers = []
    for position, strategy in enumerate(chosen):

        def on_run(runs: int, first: int = position * expected // len(chosen)) -> None:
            report(first + runs, expected)

        trials = Trials(scenario, strategy, plan, n_jobs, on_run)
        answers.append(search(trials, grid_about(trials.median_funding, between), ruin, between[1] is None))
    report(expected, expected)
    about = (scenario.name, scenario.currency, scenario.horizon_days)
    return CapitalReport(*about, **trials.plan.size, answers=tuple(answers), unchanged=unchanged(scenario, chosen))


def check_question(
    scenario: Scenario, ruin: float, strategies: Sequence[str], between: tuple[float | None, float | None]
) -> None:
    """Refuse a question without an answer."""
    if not isinstance(ruin, Real) or not 0.0 < ruin < 1.0:
        raise PlanError(f"--ruin: found {ruin!r}; give a share between 0 and 1, as 0.05 for one shop in twenty")
    unknown = [name for name in strategies if name not in scenario.strategies]
    if unknown:
        raise PlanError(f"--strategy: found '{unknown[0]}'; there are: {', '.join(scenario.strategies)}")
    if not scenario.wallet["insolvency"]:
        raise PlanError(
            "wallet.insolvency is off: cash may go below zero and nobody is ever ruined; "
            "ask again with --set wallet.insolvency=true"
        )
    if not isinstance(between, Sequence) or len(between) != 2:
        raise PlanError(f"between: found {between!r}; give the smallest and the largest amount, as (1000, 8000)")
    low, high = between
    for name, value in (("--from", low), ("--to", high)):
        if value is not None and not (isinstance(value, Real) and 0.0 < value < float("inf")):
            raise PlanError(f"{name}: found {value!r}; give an amount above 0")
    if low is not None and high is not None and low >= high:
        raise PlanError(f"--from {low:g} must be less than --to {high:g}")


def unchanged(scenario: Scenario, strategies: Sequence[str]) -> dict[str, float]:
    """Return the amounts above zero that decisions about cash rest on and that stay as they are."""
    channels = {"wallet", *(channel for name in strategies for channel in scenario.strategies[name])}
    return {
        name: leaf.mean
        for name, leaf in scenario.numbers().items()
        if name.split(".")[0] in channels and name.rpartition(".")[2] in STATED_IN_MONEY and leaf.mean > 0.0
    }
