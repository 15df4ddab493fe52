"""A real Dask scheduler and three worker processes over TCP: same files as at home, and nothing lost with a worker."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.studies.sweeps import dask_pool
from sim.studies.sweeps.store import Store
from tests import builders
from tests.builders import contents, write_sweep

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

WORKERS = 3


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """Yield the address of a scheduler with three workers of one thread, each watched by a nanny."""
    folder = tmp_path_factory.mktemp("cluster")
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    dask = [sys.executable, "-m", "dask"]
    known = folder / "scheduler.json"
    words = ["--scheduler-file", str(known), "--no-dashboard"]
    calls = [
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *words],
        [*dask, "worker", *words, "--nworkers", str(WORKERS), "--nthreads", "1", "--local-directory", str(folder)],
    ]
    with (folder / "log").open("w") as log:
        words = {"env": environment, "stdout": log, "stderr": log, "start_new_session": True}
        started = [subprocess.Popen(call, **words) for call in calls]
        try:
            with distributed.Client(scheduler_file=str(known), timeout=60, set_as_default=False) as client:
                client.wait_for_workers(WORKERS, timeout=60)
                yield client.scheduler.address
        finally:
            # The whole group at once: nannies in the middle of replacing a worker do not listen to less.
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=30)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    body = "axes: {wallet.capital: [5000, 6000, 7000, 8000, 9000, 10000, 11000, 12000]}\n"
    return sim.load_sweep(write_sweep(tmp_path_factory.mktemp("design"), body))


@pytest.fixture(scope="module")
def at_home(sweep, tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "sweep"
    sim.run_sweep(sweep, folder, n_jobs=2)
    return folder


def test_the_cluster_writes_the_same_files(scheduler, sweep, at_home, tmp_path):
    outcome = sim.run_sweep(sweep, tmp_path / "s", backend="dask", scheduler=scheduler)
    assert (outcome.computed, outcome.failed) == (8, {})
    assert contents(tmp_path / "s") == contents(at_home)


def test_a_worker_killed_half_way_loses_nothing(scheduler, sweep, at_home, tmp_path):
    killed = []

    def kill_one(done, total, failed):
        if done == 3 and not killed:
            with distributed.Client(scheduler, timeout=30, set_as_default=False) as client:
                pids = client.run(os.getpid)
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    words = {"backend": "dask", "scheduler": scheduler, "work": builders.slow, "on_progress": kill_one}
    outcome = sim.run_sweep(sweep, tmp_path / "s", **words)
    assert killed
    assert (outcome.computed, outcome.failed) == (8, {})
    assert contents(tmp_path / "s") == contents(at_home)


def test_a_poison_cell_ends_as_one_failed_cell(scheduler, sweep, tmp_path):
    outcome = sim.run_sweep(sweep, tmp_path / "s", backend="dask", scheduler=scheduler, work=builders.dies_at_6000)
    bad = next(cell.run_hash for cell in sweep.cells if cell.values["wallet.capital"] == 6000)
    assert list(outcome.failed) == [bad]
    assert "killed" in outcome.failed[bad]
    assert outcome.computed == 7


def test_an_error_in_a_cell_comes_back_with_its_message(scheduler, sweep, tmp_path):
    outcome = sim.run_sweep(sweep, tmp_path / "s", backend="dask", scheduler=scheduler, work=builders.raises_at_6000)
    assert list(outcome.failed.values()) == ["ZeroDivisionError: no capital left to divide by"]
    assert outcome.computed == 7


def test_nobody_at_the_address(sweep, tmp_path, monkeypatch):
    monkeypatch.setattr(dask_pool, "CONNECT_SECONDS", 1)
    with pytest.raises(StorageError, match="no Dask scheduler answers"):
        sim.run_sweep(sweep, tmp_path / "s", backend="dask", scheduler="tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_waited_for_and_then_left(sweep, tmp_path, monkeypatch):
    monkeypatch.setattr(dask_pool, "PATIENCE_SECONDS", 2.0)
    words = {"n_workers": 0, "processes": False, "dashboard_address": None}
    with (
        distributed.LocalCluster(**words) as empty,
        pytest.raises(StorageError, match=r"no worker for 2 s.*run the same command again"),
    ):
        sim.run_sweep(sweep, tmp_path / "s", backend="dask", scheduler=empty.scheduler_address)


def test_a_scheduler_that_dies_stops_the_sweep_with_its_cells_kept(sweep, tmp_path):
    code = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    known = tmp_path / "scheduler.json"
    first = subprocess.Popen([*code, "--scheduler-file", str(known)], stderr=subprocess.DEVNULL)
    try:
        with distributed.Client(scheduler_file=str(known), timeout=60, set_as_default=False) as client:
            address = client.scheduler.address
        threading.Timer(3.0, first.kill).start()
        started = time.monotonic()
        with pytest.raises(StorageError, match="run the same command again"):
            sim.run_sweep(sweep, tmp_path / "s", backend="dask", scheduler=address)
        assert time.monotonic() - started < 100
    finally:
        first.kill()
        first.wait()
    assert Store(tmp_path / "s").design().name == "small"
