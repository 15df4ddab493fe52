"""The words of the command line for Python and Jupyter: `load` a scenario, `run` it, `read` a saved run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from sim.estimates import EstimateRefused
from sim.estimates.conditioned import MIN_WORLDS
from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.atomic_writes import StorageError, put_back
from sim.results.files import read_summary, read_tables
from sim.results.from_counts import condense
from sim.results.preview import OnPreview, Preview
from sim.results.result import CountedResult, Result
from sim.results.seals import check_files, check_result
from sim.scenario.conditions import ConditionError
from sim.scenario.former import as_saved
from sim.scenario.scenario import Scenario, check_scenario
from sim.simulation.convergence import MAX_PATHS, Goal, Stop, check_sampling, simulate_until
from sim.simulation.engine import Run, simulate, simulate_parts
from sim.simulation.plan import Plan, PlanError, check_helpers
from sim.simulation.recorder import Record
from sim.simulation.side_by_side import Unlike, simulate_side_by_side
from sim.simulation.spans import OnProgress
from sim.simulation.worlds import draw_worlds
from sim.text.messages import shortened

if TYPE_CHECKING:
    pass

KEEP = ("paths", "summary")
"""What of a run is kept."""


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
    if Path(path).suffix == ".json":
        put_back(Path(path).parent)
    return load_config(path, overrides)


@overload
def run(
    scenario: Scenario,
    *,
    worlds: int = ...,
    replicates: int = ...,
    seed: int = ...,
    n_jobs: int = ...,
    backend: str = ...,
    keep: Literal["paths"] = ...,
    on_progress: OnProgress | None = ...,
    on_preview: OnPreview | None = ...,
    precision: float | None = ...,
    max_paths: int | None = ...,
) -> Result: ...
@overload
def run(
    scenario: Scenario,
    *,
    worlds: int = ...,
    replicates: int = ...,
    seed: int = ...,
    n_jobs: int = ...,
    backend: str = ...,
    keep: Literal["summary"],
    on_progress: OnProgress | None = ...,
    on_preview: OnPreview | None = ...,
) -> CountedResult: ...
def run(
    scenario: Scenario,
    *,
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = -1,
    backend: str = "auto",
    keep: Literal["paths", "summary"] = "paths",
    on_progress: OnProgress | None = None,
    on_preview: OnPreview | None = None,
    precision: float | None = None,
    max_paths: int | None = None,
) -> Result | CountedResult:
    """Simulate a scenario.

    Parameters
    ----------
    worlds, replicates : int
        Draws of what the seller does not know, and of luck in each; paths = worlds x replicates.
    seed : int
    n_jobs : int
        Processes; -1 for all cores, where the run is large enough for helpers to pay. Never changes a result.
    backend : {"auto", "loky", "threading"}
    keep : {"paths", "summary"}
        Every path, or counts only, for millions of paths in little memory: probabilities and their intervals are the
        same, amounts are exact to half a per cent, and what needs every path (pictures, frames, money compared path by
        path) is refused by name.
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
    Result or CountedResult
        With a condition in the scenario, ``worlds`` counts those that keep a path; more are simulated for them.

    Raises
    ------
    PlanError
        Before anything is simulated: sizes, processes or a backend that cannot be; a cap without what it caps; where
        counts are to be kept, a condition, a precision or worlds spread evenly, which need every path.
    """
    check_scenario(scenario)
    check_helpers(n_jobs, backend)
    started = time.perf_counter()
    plan, goal = Plan(seed, worlds, replicates), Goal(precision, max_paths)
    check_told(on_progress=on_progress, on_preview=on_preview)
    check_keep(keep, scenario, None if goal == Goal() else goal)
    check_cap(scenario, goal)
    how: dict[str, Any] = {"n_jobs": n_jobs, "backend": backend, "on_progress": on_progress}
    if keep == "summary":
        return _counted(scenario, plan, on_preview, started, **how)
    return _kept(scenario, plan, goal, on_preview, started, **how)


def check_told(**told: object) -> None:
    """Refuse, by the names under which they were given, what is to be called and cannot be."""
    for name, found in told.items():
        if found is not None and not callable(found):
            raise TypeError(f"{name}: found {shortened(found)}; give a function")


def check_cap(scenario: Scenario, goal: Goal) -> None:
    """Refuse a cap where nothing asks for more paths."""
    if goal.most_paths is not None and goal.precision is None and not scenario.condition:
        raise PlanError("max_paths caps what a precision or a condition asks for: give one of them too")


def check_keep(keep: str, scenario: Scenario, goal: Goal | None) -> None:
    """Refuse what cannot be kept: a condition chooses paths, and evenly spread worlds' intervals need every world."""
    if keep not in KEEP:
        raise PlanError(f"keep: found {keep!r}; give one of: {', '.join(KEEP)}")
    if keep == "paths":
        return
    if goal is not None:
        raise PlanError("--keep summary counts a fixed number of paths: leave --precision and conditions away")
    if scenario.condition:
        raise PlanError("a condition chooses paths, and counts do not know them: run it with --keep paths")
    if scenario.sampling != "random":
        raise PlanError(f"sampling: {scenario.sampling} has intervals that need every path: run it with --keep paths")


def _since(started: float) -> float:
    """Return the seconds since then, to the millisecond: so they are saved, and read back as they were shown."""
    return round(time.perf_counter() - started, 3)


def _kept(
    scenario: Scenario, plan: Plan, goal: Goal, on_preview: OnPreview | None, started: float, **how: Any
) -> Result:
    if goal.precision is not None or scenario.condition:
        most = (goal.most_paths or max(MAX_PATHS, plan.n_paths)) // plan.replicates
        found, stop = simulate_until(scenario, plan, goal, partial(_widest, most=most), **how)
        return Result.of(found, _since(started), stop)
    check_sampling(scenario, plan.worlds)
    watch = Preview(on_preview, plan.replicates).records if on_preview and scenario.sampling == "random" else None
    found = simulate(scenario, plan, watch=watch, **how)
    return Result.of(found, _since(started))


def run_side_by_side(scenarios: Sequence[Scenario], plan: Plan) -> list[Result]:
    """Simulate scenarios that differ in numbers alone, in one span; each as `run` would in this process.

    Raises
    ------
    Unlike
        Where they differ in more, or a condition chooses paths; nothing has been simulated then.
    """
    started = time.perf_counter()
    if any(scenario.condition for scenario in scenarios):
        raise Unlike
    for scenario in scenarios:
        check_sampling(scenario, plan.worlds)
    records = simulate_side_by_side(scenarios, plan)
    each = _since(started) / len(scenarios)
    drawn = [draw_worlds(scenario, plan.seed, 0, plan.worlds) for scenario in scenarios]
    return [Result.of(Run(*found), each) for found in zip(scenarios, [plan] * len(drawn), records, drawn, strict=True)]


def _counted(scenario: Scenario, plan: Plan, on_preview: OnPreview | None, started: float, **how: Any) -> CountedResult:
    watch = Preview(on_preview, plan.replicates).counts if on_preview else None
    parts = simulate_parts(scenario, plan, partial(condense, replicates=plan.replicates), watch=watch, **how)
    counts = next(parts)
    for part in parts:
        counts.add(part)
    return CountedResult(scenario, plan, counts, seconds=_since(started))


def _widest(raw: Run, most: int) -> tuple[float | None, int]:
    """Return the widest headline interval's half-width, and the worlds it rests on.

    Parameters
    ----------
    most : int
        Worlds that may be simulated. A condition that keeps none of these, and hardly enough of so many, is refused.
    """
    result = Result.of(raw)
    mask = result.sample.mask
    # None of n worlds: with 98% fewer than 4 in n agree.
    if mask is not None and not mask.any() and 4 * most < MIN_WORLDS * raw.plan.worlds:
        raise ConditionError(f"condition: {result.why_none_agrees()}, or raise --max-paths")
    try:
        kept = result.sample.kept
        widths = [e.half_width for strategy in result.strategies for e in result.estimate_profit(strategy)]
    except EstimateRefused:
        return None, 0
    return max(widths), raw.plan.worlds if kept is None else kept.worlds


def read(directory: str | Path) -> Result:
    """Read a saved run; of the statements there is what the CSV holds.

    Raises
    ------
    StorageError
        Where the folder holds no run, one of another format or of counts, or one whose files were damaged.
    """
    folder = Path(directory)
    summary, content = read_summary(folder)
    if content.get("keep") != "paths":
        raise StorageError(
            f"{folder}: of this run counts were kept, no paths: read its summary.json and statements.csv, or run the "
            "scenario again with --keep paths"
        )
    try:
        check_files(folder, content)
        found = _saved(content, summary, folder)
    except StorageError:
        raise
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # Whatever someone did to one of seven files: which of many errors it ends in says nothing to the reader.
        kind = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise StorageError(f"{folder}: a file of this run is missing or was changed; run it again ({kind})") from error
    check_result(folder, content, found.sha256)
    return found


def _saved(content: dict[str, Any], summary: dict[str, Any], folder: Path) -> Result:
    """Return the run of a manifest, a summary and the tables of its folder."""
    scenario = Scenario.from_mapping(as_saved(content["scenario"]))
    tables = read_tables(folder, tuple(scenario.strategies), scenario.shown_rate)
    plan = Plan(content["seed"], content["worlds"], content["replicates"])
    if summary["months"] != list(scenario.months):
        raise ValueError(f"it ends with month {summary['months'][-1]}, as saved when later days were left out")
    records = {}
    for strategy in scenario.strategies:
        monthly, paths = (table[table["strategy"] == strategy] for table in (tables["monthly"], tables["paths"]))
        months = monthly.drop(columns=["strategy", "path", "month"])
        figures = paths.drop(columns=["strategy", "path", "world", "replicate", "settled_profit"])
        records[strategy] = Record(
            monthly={str(name): months[name].to_numpy().reshape(len(scenario.months), plan.n_paths) for name in months},
            paths={str(name): figures[name].to_numpy() for name in figures if not figures[name].isna().all()},
            short_month=len(scenario.months) > scenario.n_months,
        )
    worlds = {str(name): drawn.to_numpy() for name, drawn in tables["worlds"].drop(columns="world").items()}
    if any(len(drawn) != plan.worlds for drawn in worlds.values()):
        raise ValueError(f"worlds.parquet does not have the {plan.worlds} worlds of the run")
    stop = content.get("stop")
    ended = None if stop is None else Stop(**(stop | {"goal": Goal(**stop["goal"])}))
    found = Result.of(Run(scenario, plan, records, worlds), content["wall_seconds"], ended)
    found = found.given(*content.get("given", ()))
    return replace(found, statements=tables["statements"], saved_summary=summary, saved_clauses=found.clauses)
