"""What a sweep will take before it is computed: cells to do, time and room on the disk. Nothing is written.

`forecast` looks what is finished in the folder. The time of a cell is the mean of the finished ones, by the sweep's own
log; without any it is measured here and now: cells with few and with more histories, as many as a process is given at a
time, whose processor time a straight line carries to the size asked for (a part that does not depend on the histories,
and one that grows with them).

Worked number: 0.8 s with 1,024 histories and 1.7 s with 4,096 make 0.8 + 0.9 / 3,072 x 15,360 = 5.3 s with 16,384.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.results.files import run_hash
from sim.simulation.plan import Plan
from sim.simulation.processes import cores
from sim.studies.sweeps.design import Sweep
from sim.studies.sweeps.runner import cells_at_once, check_backend, simulate_cells
from sim.studies.sweeps.store import Store

PROBES = (1_024, 4_096)
"""Histories of the probe, fewer where a cell has fewer: one block and four, as histories are drawn block by block."""

PAGE_BYTES, ROW_BYTES = 600_000, 1_500
"""Of the page, its pictures and the index; and what a cell and strategy add to them."""


@dataclass(frozen=True)
class Probe:
    """One measured cell, of some that were computed together.

    Parameters
    ----------
    histories : int
    seconds : float
        Of a processor, which other work on the machine does not lengthen.
    file_bytes : int
        Of its file.
    """

    histories: int
    seconds: float
    file_bytes: int


OnCell = Callable[[Sweep, int], Probe]
"""Measures one cell of a sweep with so many histories."""


@dataclass(frozen=True)
class Forecast:
    """What a sweep will take.

    Parameters
    ----------
    directory : Path
    finished : int
        Cells whose sound files are there.
    damaged : int
        Files to be computed anew.
    jobs : int or None
        Cells computed at once; None where a cluster decides.
    seconds_a_cell : float or None
        None where nothing is to do.
    measured : int
        Finished cells whose times this rests on; 0 where it rests on the probes.
    probes : tuple of int
        Histories of the probes it rests on.
    disk_bytes, free_bytes : int
        What the rest of the sweep will fill, and what is free there.
    """

    sweep: Sweep
    directory: Path
    finished: int
    damaged: int
    jobs: int | None
    seconds_a_cell: float | None
    measured: int
    probes: tuple[int, ...]
    disk_bytes: int
    free_bytes: int

    @property
    def to_do(self) -> int:
        """Cells without a sound file."""
        return len(self.sweep.cells) - self.finished

    @property
    def seconds(self) -> float | None:
        """Of the whole: as many rounds as it takes, each as long as a cell."""
        if self.seconds_a_cell is None:
            return None
        return self.seconds_a_cell * -(-self.to_do // (self.jobs or 1))


def measured_cell(sweep: Sweep, histories: int) -> Probe:
    """Compute some cells with so many histories, as a process would, and keep nothing of them: what one took."""
    plan = sweep.plan
    worlds = min(max(histories // plan.replicates, 1), plan.worlds)
    small = Plan(plan.seed, worlds, plan.replicates)
    few = sweep.cells[: cells_at_once(plan)]
    started = time.process_time()
    ended = simulate_cells(small, [(cell.scenario, run_hash(cell.scenario, small), cell.values) for cell in few])
    seconds = (time.process_time() - started) / len(few)
    files = [cell[0] for cell in ended if isinstance(cell, tuple)]
    if not files:
        raise ValueError(f"the first cells of the sweep fail: {ended[0]}")
    return Probe(small.n_paths, seconds, len(files[0]))


def forecast(
    sweep: Sweep,
    directory: str | Path | None = None,
    *,
    n_jobs: int = -1,
    backend: str = "loky",
    scheduler: str | None = None,
    measure: OnCell = measured_cell,
) -> Forecast:
    """Say what a sweep will take.

    Parameters
    ----------
    directory, n_jobs, backend, scheduler
        As of :func:`sim.run_sweep`; a cluster is not asked.
    measure : callable
        What measures one cell, where no cell is finished.

    Raises
    ------
    StorageError
        If the folder holds something else than a sweep.
    """
    check_backend(n_jobs, backend, scheduler)
    store = Store(Path(directory) if directory is not None else sweep.default_directory)
    store.check()
    finished, damaged = store.survey([cell.run_hash for cell in sweep.cells])
    to_do = len(sweep.cells) - len(finished)
    known = times_of(store, finished)
    sizes = [store.cell_file(cell).stat().st_size for cell in finished]
    probes: list[Probe] = []
    if to_do and not known:
        measure(sweep, min(PROBES))  # what is imported and made ready at first is no part of a cell
        probes = [measure(sweep, histories) for histories in PROBES]
        sizes = sizes or [probes[-1].file_bytes]
    seconds = sum(known) / len(known) if known else carried(probes, sweep.plan.n_paths) if probes else None
    rows = len(sweep.cells) * len(sweep.cells[0].scenario.strategies)
    needed = round(sum(sizes) / len(sizes) * to_do + ROW_BYTES * rows + PAGE_BYTES) if to_do else 0
    return Forecast(
        sweep,
        store.directory,
        len(finished),
        len(damaged),
        None if backend == "dask" else max(min(cores(n_jobs), to_do), 1),
        seconds if to_do else None,
        len(known),
        tuple(dict.fromkeys(probe.histories for probe in probes)),
        needed,
        shutil.disk_usage(nearest(store.directory)).free,
    )


def times_of(store: Store, finished: list[str]) -> list[float]:
    """Return the seconds that these cells took when they were last computed, as far as the log says."""
    seconds = {event.get("cell"): event["seconds"] for event in store.events() if event["event"] == "finished"}
    return [float(seconds[cell]) for cell in finished if cell in seconds]


def carried(probes: list[Probe], histories: int) -> float:
    """Return the seconds of a cell of so many histories, by the straight line through two probes."""
    small, large = probes[0], probes[-1]
    if large.histories == small.histories:
        return large.seconds * histories / large.histories
    slope = max(large.seconds - small.seconds, 0.0) / (large.histories - small.histories)
    return max(large.seconds + slope * (histories - large.histories), 0.0)


def nearest(directory: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(folder for folder in (directory.absolute(), *directory.absolute().parents) if folder.is_dir())
