"""Small sweeps, and cells that fail on purpose; importable by worker processes."""

import os
import signal
import time
from pathlib import Path

from sim.studies.sweeps.runner import simulate_cell

BASE = Path("configs/article.yaml").resolve()

HEAD = f"""
name: small
base: {BASE}
worlds: 64
strategies: [independent]
set: {{horizon_days: 30}}
"""


def write_sweep(folder, body="axes: {wallet.capital: [5000, 6000, 7000, 8000]}\n", head=HEAD):
    """Write a sweep's file and return its path."""
    file = Path(folder) / "sweep.yaml"
    file.write_text(head + body, encoding="utf-8")
    return file


def contents(folder):
    """Return the bytes of every file that must not vary from run to run."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(Path(folder).rglob("*"))
        if file.is_file() and file.name not in ("log.jsonl", "lock")
    }


def raises_at_6000(scenario, plan, run_hash, values):
    """Fail one cell with an ordinary error."""
    if values["wallet.capital"] == 6000:
        raise ZeroDivisionError("no capital left to divide by")
    return simulate_cell(scenario, plan, run_hash, values)


def dies_at_6000(scenario, plan, run_hash, values):
    """Kill the process of one cell, whenever it is tried."""
    if values["wallet.capital"] == 6000:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate_cell(scenario, plan, run_hash, values)


def dies_once(scenario, plan, run_hash, values):
    """Kill the process of one cell at its first try only; the folder to remember it by is the environment's."""
    mark = Path(os.environ["SWEEP_TEST_MARK"])
    if values["wallet.capital"] == 6000 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate_cell(scenario, plan, run_hash, values)


def slow(scenario, plan, run_hash, values):
    """Take long enough to be killed in the middle."""
    time.sleep(1.5)
    return simulate_cell(scenario, plan, run_hash, values)
