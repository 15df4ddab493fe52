"""The same words as on the command line, for Python and Jupyter: load, run, read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.preview import OnPreview, Preview
from sim.results.result import Result
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.convergence import Goal, check_sampling, simulate_until
from sim.simulation.engine import Run, simulate, simulate_parts
from sim.simulation.plan import Plan, PlanError
from sim.simulation.spans import OnProgress
from sim.text.messages import shortened

if TYPE_CHECKING:
    from sim.results.counted import Counted


def load(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from YAML, or from the manifest of an earlier run.

    Parameters
    ----------
    overrides : sequence of str
        ``"store.prices.mean_value=80"``, as with ``--set``.
    """
    from sim.scenario import load as load_config

    if isinstance(overrides, str | Mapping) or not all(isinstance(text, str) for text in overrides):
        raise TypeError(f'found {shortened(overrides)}: give a list of changes, as ["store.prices.mean_value=80"]')
    return load_config(path, overrides)


def run(
    scenario: Scenario,
    *,
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = 1,
    backend: str = "auto",
    on_progress: OnProgress | None = None,
    on_preview: OnPreview | None = None,
    precision: float | None = None,
    max_paths: int | None = None,
) -> Result:
    """Simulate a scenario and keep every path.

    Parameters
    ----------
    worlds, replicates : int
        Draws of what the seller does not know, and of luck in each; paths = worlds x replicates.
    seed : int
    n_jobs : int
        Processes; -1 for all cores. Never changes a result.
    backend : {"auto", "loky", "threading"}
    on_progress : callable, optional
        Called with (paths done, paths in all).
    on_preview : callable, optional
        Called, as long as the run lasts, with the chance of profit at the horizon by strategy, from the paths done so
        far. Not where a condition or a precision decides which paths count, nor where worlds are spread evenly.
    precision : float, optional
        Add worlds until every headline interval (P(profit) of each strategy and month) is this narrow to either side.
    max_paths : int, optional
        Cap on the paths that a precision or a condition may ask for; what is reached there is NOT CONVERGED.

    Returns
    -------
    Result
        With a condition in the scenario, ``worlds`` counts those that keep a path; more are simulated for them.
    """
    check_scenario(scenario)
    started = time.perf_counter()
    plan, goal = Plan(seed, worlds, replicates), Goal(precision, max_paths)
    if precision is None and not scenario.condition:
        check_sampling(scenario, plan.worlds)
        watch = Preview(on_preview, plan.replicates).records if on_preview and scenario.sampling == "random" else None
        raw = simulate(scenario, plan, n_jobs=n_jobs, backend=backend, on_progress=on_progress, watch=watch)
        return Result.of(raw, time.perf_counter() - started)
    raw, stop = simulate_until(scenario, plan, goal, _widest, n_jobs=n_jobs, backend=backend, on_progress=on_progress)
    return Result.of(raw, time.perf_counter() - started, stop)


def count(
    scenario: Scenario,
    *,
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = 1,
    backend: str = "auto",
    on_progress: OnProgress | None = None,
    on_preview: OnPreview | None = None,
) -> Counted:
    """Simulate a scenario and keep counts only: for millions of paths in little memory.

    The parameters are those of :func:`run`. Probabilities and their intervals are the same; amounts are exact to half a
    per cent; what needs every path (pictures, frames, money compared path by path) is refused by name.

    Raises
    ------
    PlanError
        With a condition, which chooses paths, or with worlds spread evenly, whose intervals need every world.
    """
    from sim.results.counted import Counted
    from sim.results.from_counts import condense

    check_scenario(scenario)
    started = time.perf_counter()
    if scenario.condition:
        raise PlanError("a condition chooses paths, and counts do not know them: run it with --keep paths")
    if scenario.sampling != "random":
        raise PlanError(f"sampling: {scenario.sampling} has intervals that need every path: run it with --keep paths")
    plan = Plan(seed, worlds, replicates)
    keep = partial(condense, replicates=plan.replicates)
    watch = Preview(on_preview, plan.replicates).counts if on_preview else None
    parts = simulate_parts(scenario, plan, keep, n_jobs=n_jobs, backend=backend, on_progress=on_progress, watch=watch)
    found = next(parts)
    for part in parts:
        found.add(part)
    return Counted(scenario, plan, found, time.perf_counter() - started)


def _widest(raw: Run) -> tuple[float | None, int]:
    """Return the widest headline interval's half-width, and the worlds it rests on."""
    from sim.estimates import EstimateRefused

    result = Result.of(raw)
    try:
        kept = result.sample.kept
        widths = [e.half_width for strategy in result.strategies for e in result.estimate_profit(strategy)]
    except EstimateRefused:
        return None, 0
    return max(widths), raw.plan.worlds if kept is None else kept.worlds


def read(directory: str | Path) -> Result:
    """Read a saved run."""
    from sim.results.files import read as read_run

    saved = read_run(directory)
    found = Result(saved.scenario, saved.plan, saved.records, saved.worlds, saved.seconds, saved.statements)
    clauses = replace(found, clauses=found.of_scenario).given(*saved.further_conditions).clauses
    return replace(found, clauses=clauses, stop=saved.stop, saved_summary=saved.summary, saved_clauses=clauses)
