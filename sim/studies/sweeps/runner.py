"""The computation of a sweep, a few cells at a time in processes of their own; what is finished is never done again.

`run_sweep` is the entry; `simulate_cells` is what a process does for the cells it is given, side by side where they
differ in numbers alone, and `simulate_cell` for one. A cell that raises is kept as failed, with its message. Cells
whose process dies are put off to the end and then run one by one with nothing beside them; a second death makes a cell
failed. Nothing that happens to one cell stops another.
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.files import run_hash as run_hash_of
from sim.results.result import Result
from sim.results.run import run, run_side_by_side
from sim.scenario.scenario import Scenario
from sim.simulation.interrupts import remembered_interrupts
from sim.simulation.plan import Plan, PlanError, check_helpers
from sim.simulation.spans import MAX_BLOCKS
from sim.studies.sweeps.answer import sweep_answer
from sim.studies.sweeps.design import Sweep, SweepCell
from sim.studies.sweeps.local_pool import Ended, Finished, LocalPool, Pool, Work
from sim.studies.sweeps.lock import locked
from sim.studies.sweeps.reader import read_sweep
from sim.studies.sweeps.rows import estimate_rows
from sim.studies.sweeps.sealed_files import encode_cell
from sim.studies.sweeps.store import Store
from sim.text.messages import shortened
from sim.text.shown import Shown
from sim.text.version import package_version

if TYPE_CHECKING:
    import pandas as pd

    from sim.show.plots.sweeps.accessor import SweepPlots

BACKENDS = ("loky", "dask")
MAX_MESSAGE_LENGTH = 1000
MAX_DEATHS = 2

Task = tuple[Scenario, str, dict[str, Any]]
"""A cell: its scenario, its run hash and its values."""

OneCell = Callable[[Scenario, Plan, str, dict[str, Any]], Finished]
"""Computes one cell."""

OnCells = Callable[[int, int, int], None]
"""Told the cells done, those to do in all, and how many of them failed."""


@dataclass(frozen=True, repr=False)
class SweepRun(Shown):
    """How a sweep ended.

    Parameters
    ----------
    computed, reused : int
        Cells finished now, and cells that were there already.
    failed : dict of str to str
        By run hash: why. They are tried again when the sweep is run again.
    damaged : dict of str to str
        By run hash: what was wrong with the file that was found; the cell was computed anew.
    """

    sweep: Sweep
    directory: Path
    computed: int
    reused: int
    failed: dict[str, str]
    damaged: dict[str, str]
    seconds: float

    def answer(self) -> dict[str, Any]:
        """Return what to take in how many cells, the best and the worst, and where the answer turns.

        As :func:`sim.studies.sweeps.answer.sweep_answer` does.
        """
        return sweep_answer(self.directory)

    def to_frame(self, *, headlines: bool = True) -> pd.DataFrame:
        """Return a row a cell and strategy with the figures at the horizon, or a row an estimate."""
        return read_sweep(self.directory, headlines=headlines)

    @property
    def plot(self) -> SweepPlots:
        """Pictures of this sweep: ``swept.plot.lines("wallet.capital")``, and so on."""
        # By name: pictures are drawn above, and a sweep knows nothing of them.
        accessor = import_module("sim.show.plots.sweeps.accessor")
        plots: SweepPlots = accessor.SweepPlots(self.to_frame(), self.sweep.cells[0].scenario.currency)
        return plots

    def _told(self) -> tuple[str, Iterable[str]]:
        head = f"SweepRun of {self.sweep.name}: {self.computed} cells computed, {self.reused} reused"
        wrong = {"failed": self.failed, "damaged, computed anew": self.damaged}
        lines = [f"{cell[:8]} {what}: {why}" for what, cells in wrong.items() for cell, why in cells.items()]
        return f"{head}, {len(self.failed)} failed; {self.seconds:.0f} s", [str(self.directory), *lines]


def simulate_cell(scenario: Scenario, plan: Plan, run_hash: str, values: dict[str, Any]) -> Finished:
    """Simulate one cell and return its file and the seconds it took; refused where the package is not the sweep's."""
    started = time.perf_counter()
    check_version(scenario, plan, run_hash)
    content = file_of(run(scenario, **plan.size, n_jobs=1), plan, run_hash, values)
    return content, time.perf_counter() - started


def cells_at_once(plan: Plan) -> int:
    """Return how many cells a process is given at a time: as many as fit a span."""
    return max(1, MAX_BLOCKS // plan.blocks)


def check_version(scenario: Scenario, plan: Plan, run_hash: str) -> None:
    """Refuse to compute for a sweep of another version of the package."""
    if run_hash_of(scenario, plan) != run_hash:
        raise ValueError(
            f"this process runs another version of the package ({package_version()}); install the same one"
        )


def file_of(result: Result, plan: Plan, run_hash: str, values: dict[str, Any]) -> bytes:
    """Return the file of a cell."""
    meta = {
        "run_hash": run_hash,
        "values": values,
        "scenario_sha256": result.scenario.sha256,
        **plan.size,
        "result_sha256": result.sha256,
    }
    return encode_cell(estimate_rows(result.summary()), meta)


def simulate_cells(plan: Plan, cells: Sequence[Task]) -> Ended:
    """Simulate some cells of a sweep, together as far as they differ in numbers alone."""
    started = time.perf_counter()
    if len(cells) == 1:
        return one_by_one(simulate_cell, plan, cells)
    try:
        for scenario, run_hash, _ in cells:
            check_version(scenario, plan, run_hash)
        results = run_side_by_side([scenario for scenario, _, _ in cells], plan)
        files = [file_of(result, plan, *cell[1:]) for result, cell in zip(results, cells, strict=True)]
    except Exception:  # of one of them: alone each says its own
        return one_by_one(simulate_cell, plan, cells)
    return [(content, (time.perf_counter() - started) / len(cells)) for content in files]


def one_by_one(work: OneCell, plan: Plan, cells: Sequence[Task]) -> Ended:
    """Compute some cells, one after the other."""
    ended: Ended = []
    for scenario, run_hash, values in cells:
        try:
            ended.append(work(scenario, plan, run_hash, values))
        except Exception as error:  # it is this cell's alone, and is told with it
            ended.append(said(error))
    return ended


def said(error: BaseException) -> str:
    """Return the message of a cell that failed."""
    return f"{type(error).__name__}: {error}"[:MAX_MESSAGE_LENGTH]


def run_sweep(
    sweep: Sweep,
    directory: str | Path | None = None,
    *,
    n_jobs: int = -1,
    backend: str = "loky",
    scheduler: str | None = None,
    on_progress: OnCells | None = None,
    work: OneCell = simulate_cell,
) -> SweepRun:
    """Compute what is missing of a sweep.

    Parameters
    ----------
    directory : path, optional
        The sweep's folder; by default ``outputs/<name>-<hash>``.
    n_jobs : int
        Processes of this machine; -1 for all cores. A cluster's size is its own.
    backend : {"loky", "dask"}
    scheduler : str, optional
        Address of the Dask scheduler, as ``tcp://host:8786``.
    work : callable
        What computes a cell: :func:`simulate_cell`, or something that fails on purpose.

    Raises
    ------
    StorageError
        If the folder is in use or cannot be written; finished cells are kept.
    """
    started = time.perf_counter()
    if not isinstance(sweep, Sweep):
        raise TypeError(
            f'found {shortened(sweep)}: give a sweep, as sim.load_sweep("configs/sweeps/capital.yaml") returns it'
        )
    check_backend(n_jobs, backend, scheduler)
    store = Store(Path(directory) if directory is not None else sweep.default_directory)
    store.check()
    lacks = any(not store.cell_file(cell.run_hash).exists() for cell in sweep.cells)
    new_pool = partial(open_pool, n_jobs, backend, scheduler)
    with ExitStack() as opened:
        # Opened before anything is written: a scheduler that does not answer leaves no files.
        ready = opened.enter_context(closing(new_pool())) if lacks else None
        store.prepare()
        with locked(store.directory):
            store.begin(sweep)
            finished, damaged = looked_through(store, sweep)
            missing = [cell for cell in sweep.cells if cell.run_hash not in finished]
            failed: dict[str, str] = {}
            if missing:
                store.log("start", cells=len(missing), finished=len(finished), backend=backend)
                with remembered_interrupts() as check:
                    pool = ready or opened.enter_context(closing(new_pool()))
                    failed = Queue(store, pool, sweep.plan, work, on_progress, check).compute(missing)
            if len(failed) < len(sweep.cells):
                store.write_index()
            if missing:
                store.log("end", computed=len(missing) - len(failed), failed=len(failed))
    seconds = time.perf_counter() - started
    return SweepRun(sweep, store.directory, len(missing) - len(failed), len(finished), failed, damaged, seconds)


def looked_through(store: Store, sweep: Sweep) -> tuple[set[str], dict[str, str]]:
    """Which cells are there, by run hash; and which files are damaged, with what is wrong, which the log is told."""
    finished, damaged = store.survey([cell.run_hash for cell in sweep.cells])
    for cell, what in damaged.items():
        store.log("damaged", cell=cell, message=what)
    return set(finished), damaged


def check_backend(n_jobs: int, backend: str, scheduler: str | None) -> None:
    """Refuse choices that cannot be, before anything is written."""
    check_helpers(n_jobs, backend, BACKENDS, ("--jobs", "--backend"))
    if backend == "dask" and scheduler is None:
        raise PlanError("--backend dask: give the scheduler's address too, as --scheduler tcp://host:8786")
    if backend != "dask" and scheduler is not None:
        raise PlanError("--scheduler is for --backend dask; add it, or leave the address away")


def open_pool(n_jobs: int, backend: str, scheduler: str | None) -> Pool:
    """Return where the cells will be computed."""
    if backend == "dask":
        from sim.studies.sweeps.dask_pool import ClusterPool

        assert scheduler is not None
        return ClusterPool(scheduler)
    return LocalPool(n_jobs)


@dataclass
class Queue:
    """The cells still to do, and what became of those that were started."""

    store: Store
    pool: Pool
    plan: Plan
    work: OneCell
    on_progress: OnCells | None
    check_interrupt: Callable[[], None]
    deaths: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    def compute(self, cells: list[SweepCell]) -> dict[str, str]:
        """Compute the cells and return those that failed, by run hash, with their message."""
        self.total = len(cells)
        self._tell()
        put_off = self._compute_pass(cells)
        while put_off:
            put_off = self._compute_pass(put_off, 1)
        return self.failed

    @property
    def _given(self) -> tuple[Work, int]:
        """What a process runs on the cells it is given, and how many these are at most."""
        if self.work is simulate_cell:
            return simulate_cells, cells_at_once(self.plan)
        return partial(one_by_one, self.work), 1

    def _compute_pass(self, cells: list[SweepCell], at_once: int | None = None) -> list[SweepCell]:
        """Compute cells, by at most so many processes; return those whose process died and that may try again."""
        (several, most), waiting = self._given, deque(cells)
        running: dict[Any, list[SweepCell]] = {}
        put_off: list[SweepCell] = []
        while waiting or running:
            while waiting and len(running) < (slots := at_once or self.pool.slots()):
                few = 1 if at_once else min(most, math.ceil(len(waiting) / slots))
                together = [waiting.popleft() for _ in range(few)]
                tasks = [(cell.scenario, cell.run_hash, cell.values) for cell in together]
                running[self.pool.submit(several, self.plan, tasks)] = together
            for future in self.pool.wait(running):
                together, came = running.pop(future), self.pool.result_of(future)
                each = [came] * len(together) if isinstance(came, BaseException) else came
                put_off += [cell for cell, its in zip(together, each, strict=True) if self._keep(cell, its)]
                self._tell()
            self.check_interrupt()
        return put_off

    def _keep(self, cell: SweepCell, ended: Finished | str | BaseException) -> bool:
        """Keep what became of a cell; return whether it should be tried once more."""
        if isinstance(ended, tuple):
            content, seconds = ended
            self.store.write(self.store.cell_file(cell.run_hash), content)
            self.store.log("finished", cell=cell.run_hash, seconds=round(seconds, 3))
            self.done += 1
            return False
        if isinstance(ended, self.pool.death):
            self.deaths[cell.run_hash] += 1
            deaths = self.deaths[cell.run_hash]
            self.store.log("died", cell=cell.run_hash, values=cell.values, deaths=deaths)
            if deaths < MAX_DEATHS:
                return True
            message = f"its process was killed {deaths} times (out of memory, or from outside)"
        elif isinstance(ended, str | Exception):
            message = ended if isinstance(ended, str) else said(ended)
        else:
            raise ended
        self.failed[cell.run_hash] = message
        self.store.log("failed", cell=cell.run_hash, values=cell.values, message=message)
        self.done += 1
        return False

    def _tell(self) -> None:
        if self.on_progress is not None:
            self.on_progress(self.done, self.total, len(self.failed))
