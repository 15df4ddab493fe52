"""Starting capital that keeps the chance of running out of cash at a level, such as one in twenty.

`capital_needed` lives through the same shocks with different ``wallet.capital``, one strategy after the other, and
returns a `CapitalReport`; how the least that is enough is found stands in :mod:`sim.studies.capital_search`.

What is stated in money stays as it is while capital changes: a stop-loss, a cash reserve, the credit line. A strategy
whose stop-loss is near its capital gives up before it is ruined.

Worked number: with one cost of 100 x (a uniform number) and nothing else, ruin at capital c is 1 - c/100, and 95 keeps
it at 5%.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.business.calendar import reading_times
from sim.estimates.estimate import number
from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.shown import display_of
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.plan import Plan, PlanError
from sim.simulation.spans import OnProgress
from sim.studies.capital_search import GRID_POINTS, SMALL_BLOCKS, CapitalNeeded, CapitalSearch, grid_about
from sim.studies.trials import Trials, Work, as_it_stands, whole_weight
from sim.text.messages import as_list
from sim.text.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

WHOLE_LOOKS = 4
"""Whole looks of a search, about, for the progress bar."""

STATED_IN_MONEY = ("largest_loss", "cash_reserve", "credit_limit")
"""Settings that decisions about cash rest on and that do not move with capital."""


@dataclass(frozen=True, repr=False)
class CapitalReport(Shown):
    """The answers for all strategies asked for, and what stayed as it is.

    Parameters
    ----------
    days : int
        The horizon, over which ruin is counted and at whose end profit is.
    small : int
        Worlds, the first of the run, that the curves rest on.
    display : dict, optional
        In which currency screens show its amounts: ``sim.results.shown``.
    """

    scenario: str
    currency: str
    days: int
    worlds: int
    replicates: int
    seed: int
    small: int
    answers: tuple[CapitalNeeded, ...]
    unchanged: dict[str, float]
    display: dict[str, Any] | None = None

    def _told(self) -> tuple[str, Iterable[str]]:
        head = f"CapitalReport of {self.scenario}: {self.days} days, {self.worlds:,} worlds x {self.replicates}"
        return f"{head}, {self.currency}", (answer.line() for answer in self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "display": self.display,
            "month": reading_times(self.days)[-1],
            "worlds": self.worlds,
            "replicates": self.replicates,
            "seed": self.seed,
            "worlds_of_the_curve": self.small,
            "strategies": {answer.strategy: answer.to_dict() for answer in self.answers},
            "unchanged_with_capital": {name: number(value) for name, value in self.unchanged.items()},
        }

    def to_frame(self) -> pd.DataFrame:
        """Tidy frame: one row a strategy and capital that was tried, with the answer beside it.

        ``ruin``, ``profit`` and ``expected`` with the ends of their intervals; ``is_answer`` marks what happens about
        the answer, from the whole run, the others rest on its first worlds.
        """
        import pandas as pd

        return pd.DataFrame(list(self._rows()))

    def _rows(self) -> Iterator[dict[str, Any]]:
        for answer in self.answers:
            head: dict[str, Any] = {"strategy": answer.strategy, "status": answer.status}
            head |= {"needed": answer.capital, "needed_low": answer.low, "needed_high": answer.high}
            trials = [(trial, False) for trial in answer.curve]
            if answer.at is not None:
                trials.append((answer.at, True))
            for trial, is_answer in sorted(trials, key=lambda pair: pair[0].capital):
                row = head | {"capital": trial.capital, "is_answer": is_answer}
                for name in ("ruin", "profit", "expected"):
                    found = getattr(trial, name)
                    row |= {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}
                yield row | {"pays": trial.pays}

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
        All by default, the one first that the recommendation names.
    between : tuple of float or None
        Smallest and largest capital to try, scenario currency; by default about the median peak funding.
    worlds, replicates, seed, n_jobs
        As for ``sim.run``.
    on_progress : callable, optional
        Called with (work done, work expected).

    Raises
    ------
    PlanError
        Where the question cannot be asked: insolvency off, a level outside (0, 1), an empty range.
    """
    check_scenario(scenario)
    chosen = list(dict.fromkeys(as_list(strategies))) or list(scenario.strategies)
    check_question(scenario, ruin, chosen, between)
    work = Work(on_progress)
    base = as_it_stands(scenario, chosen, Plan(seed, worlds, replicates), n_jobs, work.of_base())
    if not as_list(strategies):
        first = base.recommendation()["named"]
        chosen = [first, *(name for name in chosen if name != first)]
    answers = []
    for position, strategy in enumerate(chosen):
        trials = Trials(base, strategy, n_jobs, SMALL_BLOCKS)
        work.begins(GRID_POINTS + WHOLE_LOOKS * whole_weight(trials), len(chosen) - position)
        funding = float(np.median(base.sample.chosen(trials.lived.peak_funding.astype(float))))
        search = CapitalSearch(trials, ruin, work.add)
        answers.append(search.search(grid_about(funding, between), may_extend=between[1] is None))
    work.end()
    about = (scenario.name, scenario.currency, scenario.horizon_days)
    return CapitalReport(
        *about,
        **base.plan.size,
        small=trials.small_plan.worlds,
        answers=tuple(answers),
        unchanged=unchanged(scenario, chosen),
        display=display_of(scenario),
    )


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
