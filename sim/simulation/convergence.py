"""Runs with a goal: worlds are added in whole blocks until the answer is as sharp as was asked for.

`simulate_until` runs towards a `Goal` and returns how it ended, a `Stop`. Two reasons to go on: an interval of the
headline that is still too wide (``precision``), and a condition that keeps fewer worlds than were asked for. A stopped
run equals the first worlds of a longer one. At the cap the run ends too, and says NOT CONVERGED.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

from sim.estimates import EstimateRefused, looks
from sim.estimates.sobol_intervals import MIN_SCRAMBLES, WORLDS_A_SCRAMBLE
from sim.randomness.streams import BLOCK
from sim.scenario.scenario import Scenario
from sim.simulation.engine import Run, simulate
from sim.simulation.plan import Plan, PlanError, whole
from sim.simulation.spans import OnProgress

MIN_EVEN_WORLDS = MIN_SCRAMBLES * WORLDS_A_SCRAMBLE
"""Worlds spread evenly that an interval needs."""

MAX_PATHS = 131_072
"""Cap where none is given: about 1.5 GB for four strategies."""


@dataclass(frozen=True)
class Goal:
    """What was asked of a run beyond its size.

    Parameters
    ----------
    precision : float, optional
        Half-width that no headline interval may exceed: no end may be farther from its estimate.
    most_paths : int, optional
        Paths after which the run ends in any case.
    """

    precision: float | None = None
    most_paths: int | None = None

    def __post_init__(self) -> None:
        if self.precision is not None:
            if not isinstance(self.precision, Real) or not 0.0005 <= self.precision < 0.5:
                found = self.precision
                raise PlanError(f"precision must lie between 0.0005 and 0.5, as 0.01 for ±1 point (found {found!r})")
            object.__setattr__(self, "precision", float(self.precision))
        if self.most_paths is not None:
            object.__setattr__(self, "most_paths", whole("max-paths", self.most_paths))
            if self.most_paths < 1:
                raise PlanError(f"max-paths must be at least 1 (found {self.most_paths})")


@dataclass(frozen=True)
class Stop:
    """How a run with a goal ended.

    Parameters
    ----------
    goal : Goal
    asked_worlds : int
    converged : bool
        Whether the goal was reached; if not, the cap ended the run.
    widest : float or None
        Largest half-width among the headline intervals at the end; None where nothing could be estimated.
    """

    goal: Goal
    asked_worlds: int
    converged: bool
    widest: float | None


def check_sampling(scenario: Scenario, worlds: int) -> None:
    """Refuse, before anything runs, evenly spread worlds that could not tell their error."""
    if scenario.sampling == "random":
        return
    if worlds < MIN_EVEN_WORLDS or worlds % WORLDS_A_SCRAMBLE:
        whole_scrambles = -(-worlds // WORLDS_A_SCRAMBLE) * WORLDS_A_SCRAMBLE
        raise PlanError(
            f"sampling: {scenario.sampling} needs whole scrambles of {WORLDS_A_SCRAMBLE} worlds, at least "
            f"{MIN_EVEN_WORLDS:,} (found {worlds:,}): take --worlds {max(whole_scrambles, MIN_EVEN_WORLDS)}"
        )


def simulate_until(
    scenario: Scenario,
    plan: Plan,
    goal: Goal,
    widest: Callable[[Run], tuple[float | None, int]],
    *,
    n_jobs: int = 1,
    backend: str = "auto",
    on_progress: OnProgress | None = None,
) -> tuple[Run, Stop]:
    """Simulate block by block until the goal is reached or the cap is hit.

    Parameters
    ----------
    plan : Plan
        Its worlds: how many a condition shall keep.
    widest : callable
        From a run to its widest headline half-width (None if nothing can be estimated) and the worlds that count.
    """
    cap = (goal.most_paths or max(MAX_PATHS, plan.n_paths)) // plan.replicates
    first = MIN_EVEN_WORLDS if scenario.sampling != "random" else BLOCK
    if goal.precision is None:
        first = max(first, plan.worlds)
    if scenario.sampling != "random":
        cap = cap // WORLDS_A_SCRAMBLE * WORLDS_A_SCRAMBLE
        if cap < first:
            raise PlanError(
                f"sampling: {scenario.sampling} needs at least {first:,} worlds: take --max-paths "
                f"{first * plan.replicates}"
            )
    if cap < 1:
        raise PlanError(f"max-paths must be at least the {plan.replicates} replicates of one world")
    known: Run | None = None
    for worlds in looks(cap, BLOCK, min(first, cap)):
        step = Plan(plan.seed, worlds, plan.replicates, plan.audit)
        known = simulate(scenario, step, n_jobs=n_jobs, backend=backend, on_progress=on_progress, known=known)
        width, counted = widest(known)
        sharp = goal.precision is None or (width is not None and width <= goal.precision)
        if sharp and width is not None and (not scenario.condition or counted >= plan.worlds):
            return known, Stop(goal, plan.worlds, True, width)
    assert known is not None
    if width is None:
        raise EstimateRefused(
            f"the condition keeps too few of {known.plan.worlds:,} worlds to conclude anything: "
            "ask for less, or raise --max-paths"
        )
    return known, Stop(goal, plan.worlds, False, width)
