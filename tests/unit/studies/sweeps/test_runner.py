"""Running a sweep: resumed, never repeated; one cell's misfortune is its own."""

import os
import signal
import time

import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.simulation.plan import PlanError
from sim.studies.sweeps import runner
from sim.studies.sweeps.local_pool import LocalPool
from sim.studies.sweeps.reader import sweep_status
from sim.studies.sweeps.store import Store
from tests import builders
from tests.builders import contents, write_sweep

pytestmark = pytest.mark.slow  # real processes, killed and replaced: a minute and more


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    return sim.load_sweep(write_sweep(tmp_path_factory.mktemp("design")))


@pytest.fixture(scope="module")
def undisturbed(sweep, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed") / "sweep"
    assert sim.run_sweep(sweep, folder, n_jobs=2).computed == 4
    return folder


def of_capital(sweep, capital):
    return next(cell.run_hash for cell in sweep.cells if cell.values["wallet.capital"] == capital)


def test_the_tidy_frame_has_every_estimate_with_its_axes(undisturbed, sweep):
    frame = sim.read_sweep(undisturbed)
    assert list(frame.columns[:5]) == ["cell", "wallet.capital", "strategy", "month", "figure"]
    assert sorted(frame["wallet.capital"].unique()) == [5000, 6000, 7000, 8000]
    assert set(frame["cell"]) == {cell.run_hash for cell in sweep.cells}
    short = sim.read_sweep(undisturbed, headlines=True)
    for table in (frame, short):
        found = dict(zip(table["cell"], table["wallet.capital"], strict=True))
        assert found == {cell.run_hash: cell.values["wallet.capital"] for cell in sweep.cells}
    assert len(short) == 4
    assert ((short["chance_low"] <= short["chance"]) & (short["chance"] <= short["chance_high"])).all()


def test_all_cells_meet_the_same_shocks(undisturbed):
    # Capital that nobody runs out of changes no profit: any other luck would.
    short = sim.read_sweep(undisturbed, headlines=True)
    assert (short["ruin"] == 0).all()
    assert short["profit_p50"].nunique() == 1


def test_again_computes_nothing_and_changes_nothing(undisturbed, sweep):
    before = contents(undisturbed)
    times = {file: file.stat().st_mtime_ns for file in (undisturbed / "cells").iterdir()}
    again = sim.run_sweep(sweep, undisturbed, n_jobs=2, work=builders.dies_at_6000)
    assert (again.computed, again.reused) == (0, 4)
    assert contents(undisturbed) == before
    assert {file: file.stat().st_mtime_ns for file in (undisturbed / "cells").iterdir()} == times


def test_processes_do_not_matter(undisturbed, sweep, tmp_path):
    sim.run_sweep(sweep, tmp_path / "s", n_jobs=1)
    assert contents(tmp_path / "s") == contents(undisturbed)


def test_damaged_and_missing_files_are_computed_anew(undisturbed, sweep, tmp_path):
    sim.run_sweep(sweep, tmp_path / "s", n_jobs=2)
    store = Store(tmp_path / "s")
    flipped, cut, gone = (store.cell_file(of_capital(sweep, capital)) for capital in (5000, 6000, 7000))
    content = bytearray(flipped.read_bytes())
    content[len(content) // 2] ^= 4
    flipped.write_bytes(bytes(content))
    cut.write_bytes(cut.read_bytes()[:-50])
    gone.unlink()
    (tmp_path / "s" / "index.parquet").unlink()
    status = sweep_status(tmp_path / "s")
    assert (status.finished, len(status.damaged), status.to_do) == (1, 2, 3)
    outcome = sim.run_sweep(sweep, tmp_path / "s", n_jobs=2)
    assert set(outcome.damaged) == {of_capital(sweep, 5000), of_capital(sweep, 6000)}
    assert (outcome.computed, outcome.reused) == (3, 1)
    assert contents(tmp_path / "s") == contents(undisturbed)


def test_a_cell_that_raises_stops_no_other(sweep, undisturbed, tmp_path):
    outcome = sim.run_sweep(sweep, tmp_path / "s", n_jobs=2, work=builders.raises_at_6000)
    bad = of_capital(sweep, 6000)
    assert outcome.failed == {bad: "ZeroDivisionError: no capital left to divide by"}
    assert outcome.computed == 3
    assert sweep_status(tmp_path / "s").failed == outcome.failed
    short = sim.read_sweep(tmp_path / "s", headlines=True)
    assert list(short.loc[short["status"] == "missing", "cell"]) == [bad]
    assert list(short["chance"].isna()) == list(short["cell"] == bad)
    healed = sim.run_sweep(sweep, tmp_path / "s", n_jobs=2)
    assert (healed.computed, healed.reused, healed.failed) == (1, 3, {})
    assert contents(tmp_path / "s") == contents(undisturbed)
    assert sweep_status(tmp_path / "s").failed == {}


def test_a_cell_that_kills_its_process_fails_after_two_deaths(sweep, tmp_path):
    outcome = sim.run_sweep(sweep, tmp_path / "s", n_jobs=2, work=builders.dies_at_6000)
    assert list(outcome.failed) == [of_capital(sweep, 6000)]
    assert "killed 2 times" in outcome.failed[of_capital(sweep, 6000)]
    assert outcome.computed == 3
    died = [event for event in Store(tmp_path / "s").events() if event["event"] == "died"]
    assert [event["deaths"] for event in died] == [1, 2]


def test_a_cell_whose_process_dies_once_is_finished(sweep, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setenv("SWEEP_TEST_MARK", str(tmp_path / "mark"))
    outcome = sim.run_sweep(sweep, tmp_path / "s", n_jobs=2, work=builders.dies_once)
    assert (outcome.computed, outcome.failed) == (4, {})
    assert contents(tmp_path / "s") == contents(undisturbed)


def test_an_idle_process_that_is_killed_is_replaced():
    pool = LocalPool(1)
    try:
        first = pool.submit(os.getpid)
        pool.wait([first])
        os.kill(pool.result_of(first), signal.SIGKILL)
        time.sleep(0.5)
        second = pool.submit(os.getpid)
        pool.wait([second])
        assert isinstance(pool.result_of(second), int)
    finally:
        pool.close()


def test_a_longer_axis_in_the_same_folder_computes_only_what_is_new(sweep, tmp_path):
    sim.run_sweep(sweep, tmp_path / "s", n_jobs=2)
    longer = sim.load_sweep(write_sweep(tmp_path, "axes: {wallet.capital: [9000, 5000, 6000, 7000, 8000]}\n"))
    outcome = sim.run_sweep(longer, tmp_path / "s", n_jobs=1)
    assert (outcome.computed, outcome.reused) == (1, 4)
    assert sorted(sim.read_sweep(tmp_path / "s")["wallet.capital"].unique()) == [5000, 6000, 7000, 8000, 9000]


def test_a_full_disk_stops_and_loses_no_finished_cell(sweep, tmp_path, monkeypatch):
    original, written = Store.write, []

    def write(self, path, content):
        if path.parent.name == "cells":
            written.append(path)
            if len(written) > 2:
                raise StorageError(f"{path}: writing failed (No space left on device)")
        original(self, path, content)

    monkeypatch.setattr(Store, "write", write)
    with pytest.raises(StorageError, match="No space left"):
        sim.run_sweep(sweep, tmp_path / "s", n_jobs=2)
    monkeypatch.undo()
    outcome = sim.run_sweep(sweep, tmp_path / "s", n_jobs=2)
    assert (outcome.computed, outcome.reused) == (2, 2)


def test_progress_counts_every_cell(sweep, tmp_path):
    seen = []
    sim.run_sweep(sweep, tmp_path / "s", n_jobs=2, work=builders.raises_at_6000, on_progress=lambda *n: seen.append(n))
    assert seen[0] == (0, 4, 0)
    assert seen[-1] == (4, 4, 1)
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


def test_interrupted_in_the_middle_it_leaves_no_process_behind(sweep, tmp_path, monkeypatch):
    closed = []
    original = runner.LocalPool.close
    monkeypatch.setattr(runner.LocalPool, "close", lambda self: (original(self), closed.append(self)))

    def stop(done, total, failed):
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sim.run_sweep(sweep, tmp_path / "s", n_jobs=2, on_progress=stop)
    assert len(closed) == 1
    assert sweep_status(tmp_path / "s").working is None
    assert sim.run_sweep(sweep, tmp_path / "s", n_jobs=2).reused >= 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"n_jobs": 0}, "--jobs"),
        ({"n_jobs": -2}, "--jobs"),
        ({"backend": "ray"}, "--backend"),
        ({"backend": "dask"}, "--scheduler"),
        ({"scheduler": "tcp://a:1"}, "--backend dask"),
    ],
)
def test_choices_that_cannot_be_write_nothing(words, message, sweep, tmp_path):
    with pytest.raises(PlanError, match=message):
        sim.run_sweep(sweep, tmp_path / "s", **words)
    assert not (tmp_path / "s").exists()


def test_a_scheduler_that_does_not_answer_leaves_no_files(tmp_path, monkeypatch):
    def unreachable(address):
        raise StorageError(f"--scheduler {address}: no Dask scheduler answers there")

    monkeypatch.setattr("sim.studies.sweeps.dask_pool.ClusterPool", unreachable)
    sweep = sim.load_sweep(write_sweep(tmp_path))
    with pytest.raises(StorageError, match="no Dask scheduler answers"):
        sim.run_sweep(sweep, tmp_path / "out" / "sweep", backend="dask", scheduler="tcp://127.0.0.1:1")
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.yaml"]
