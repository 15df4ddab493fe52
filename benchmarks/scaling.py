"""How do time and memory grow with paths, days, strategies and cells? ``python benchmarks/scaling.py``.

Every measurement is a fresh process that simulates the article's scenario and tells its wall time and the largest
resident size of any of its processes; the sizes of a row take turns, round after round, so that a busy minute hits all
of them. A row tells the median of the rounds, and how many times the time and the memory of its first size the others
take. No ratio is asserted.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import sim

STORE = "strategies={independent: [store]}"
ROUNDS = 3


@dataclass(frozen=True)
class Job:
    """One thing to measure.

    Parameters
    ----------
    overrides : tuple of str
    worlds : int
        Of four paths each.
    keep : {"paths", "summary"}
    jobs : int
        Processes.
    cells : int
        Above 0: a sweep of so many cells instead of a run.
    """

    overrides: tuple[str, ...] = (STORE, "horizon_days=60")
    worlds: int = 2048
    keep: Literal["paths", "summary"] = "paths"
    jobs: int = 1
    cells: int = 0


def strategies(count: int) -> str:
    """Return the article's first strategies."""
    names = ["independent: [store]", "alibaba: [alibaba]", "aliexpress: [aliexpress]", "dual: [alibaba, store]"]
    return f"strategies={{{', '.join(names[:count])}}}"


ROWS: tuple[tuple[str, str, tuple[object, ...], Callable[[int], Job]], ...] = (
    ("paths kept", "{:,} paths", (8192, 32_768, 131_072), lambda n: Job(worlds=n // 4)),
    ("paths counted", "{:,} paths", (8192, 32_768, 131_072), lambda n: Job(worlds=n // 4, keep="summary")),
    ("days", "{} days", (60, 120, 240), lambda n: Job((STORE, f"horizon_days={n}"))),
    ("strategies", "{}", (1, 2, 3, 4), lambda n: Job((strategies(n), "horizon_days=60"))),
    ("cells", "{} cells", (4, 8, 16), lambda n: Job(worlds=256, jobs=2, cells=n)),
)


def work(job: Job) -> None:
    """Do a job in this process and print its wall seconds and megabytes."""
    started = time.perf_counter()
    scenario = sim.load("configs/article.yaml", job.overrides)
    if job.cells:
        sweep(job)
    else:
        sim.run(scenario, worlds=job.worlds, n_jobs=job.jobs, keep=job.keep).summary()
    seconds = time.perf_counter() - started
    sizes = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps([seconds, max(sizes) / 1024]))


def sweep(job: Job) -> None:
    """Compute a sweep over capital."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sweep.yaml"
        base = Path("configs/article.yaml").resolve()
        capital = f"{{linspace: {{from: 5000, to: 9000, n: {job.cells}}}}}"
        file.write_text(
            f"name: scaling\nbase: {base}\nstrategies: [independent]\nworlds: {job.worlds}\n"
            f"set: {{horizon_days: 60}}\naxes: {{wallet.capital: {capital}}}\n",
            encoding="utf-8",
        )
        sim.run_sweep(sim.load_sweep(file), Path(folder) / "out", n_jobs=job.jobs)


def measure(row: int, position: int) -> tuple[float, float]:
    """Return wall seconds and megabytes of a job in a process of its own."""
    command = [sys.executable, __file__, "--one", str(row), str(position)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds, megabytes = json.loads(answer.strip().splitlines()[-1])
    return seconds, megabytes


def main() -> None:
    """Measure all rows, or do one job."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--one", nargs=2, type=int, metavar=("ROW", "SIZE"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one:
        row, position = wanted.one
        _, _, sizes, make = ROWS[row]
        work(make(sizes[position]))
        return
    print("| | size | seconds | x first | megabytes | x first |\n|---|---|--:|--:|--:|--:|")
    for row, (name, words, sizes, _) in enumerate(ROWS):
        found: list[list[tuple[float, float]]] = [[] for _ in sizes]
        for _ in range(wanted.rounds):
            for position in range(len(sizes)):
                found[position].append(measure(row, position))
        medians = [[statistics.median(column) for column in zip(*runs, strict=True)] for runs in found]
        for size, (seconds, megabytes) in zip(sizes, medians, strict=True):
            first = medians[0]
            print(
                f"| {name} | {words.format(size)} | {seconds:.2f} | {seconds / first[0]:.2f} | {megabytes:.0f} "
                f"| {megabytes / first[1]:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
