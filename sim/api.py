"""The same words as on the command line, for Python and Jupyter: load, run, read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.engine import Plan, simulate
from sim.results import Result
from sim.scenario import Scenario


def load(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from YAML, or from the manifest of an earlier run.

    Parameters
    ----------
    overrides : sequence of str
        ``"store.prices.mean_value=80"``, as with ``--set``.
    """
    from sim.config import load as load_config

    return load_config(path, overrides)


def run(
    scenario: Scenario,
    *,
    worlds: int = 4096,
    replicates: int = 4,
    seed: int = 1,
    n_jobs: int = 1,
    backend: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Simulate a scenario.

    Parameters
    ----------
    worlds, replicates : int
        Draws of what the seller does not know, and of luck in each; paths = worlds x replicates.
    seed : int
    n_jobs : int
        Processes; -1 for all cores. Never changes a result.
    backend : {"auto", "loky", "threading"}
    progress : callable, optional
        Called with (paths done, paths in all).
    """
    started = time.perf_counter()
    raw = simulate(scenario, Plan(seed, worlds, replicates), n_jobs=n_jobs, backend=backend, progress=progress)
    return Result.of(raw, time.perf_counter() - started)


def read(directory: str | Path) -> Result:
    """Read a saved run."""
    from sim.storage import read as read_run

    saved = read_run(directory)
    return Result(saved.scenario, saved.plan, saved.records, saved.worlds, saved.seconds, saved.statements)
