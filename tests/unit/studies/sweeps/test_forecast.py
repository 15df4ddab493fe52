"""What a sweep will take: measured where it can be, carried by a straight line where not, and nothing written."""

from datetime import UTC, datetime, timedelta

import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.simulation.plan import PlanError
from sim.studies.sweeps.forecast import Probe, carried, forecast, measured_cell
from sim.studies.sweeps.reader import time_left
from sim.studies.sweeps.rows import estimate_rows
from sim.studies.sweeps.sealed_files import encode_cell
from sim.studies.sweeps.store import Store
from tests import builders
from tests.builders import write_sweep

LARGE = builders.HEAD.replace("worlds: 64", "worlds: 4096")


def linear(sweep, histories):
    """Stand for a machine on which a cell takes half a second and a millisecond a history."""
    return Probe(histories, 0.5 + histories / 1000, 10_000)


def swept(folder, head=LARGE):
    return sim.load_sweep(write_sweep(folder, head=head))


def with_cells(sweep, folder, seconds):
    """Return the folder with as many finished cells as there are times, and these in its log."""
    store = Store(folder / "s")
    store.prepare()
    store.begin(sweep)
    for cell, took in zip(sweep.cells, seconds, strict=False):
        content = encode_cell(estimate_rows(builders.summary()), {"run_hash": cell.run_hash})
        store.write(store.cell_file(cell.run_hash), content)
        store.log("finished", cell=cell.run_hash, seconds=took)
    return store


def test_without_a_finished_cell_probes_are_carried_to_the_size_asked_for(tmp_path):
    found = forecast(swept(tmp_path), tmp_path / "s", n_jobs=2, measure=linear)
    assert found.seconds_a_cell == pytest.approx(0.5 + 16.384)
    assert found.seconds == pytest.approx(2 * (0.5 + 16.384))
    assert (found.measured, found.probes, found.jobs, found.to_do) == (0, (1024, 4096), 2, 4)
    assert not (tmp_path / "s").exists()


def test_more_processes_than_cells_help_nobody(tmp_path):
    found = forecast(swept(tmp_path), tmp_path / "s", n_jobs=9, measure=linear)
    assert (found.jobs, found.seconds) == (4, found.seconds_a_cell)
    three = forecast(swept(tmp_path), tmp_path / "s", n_jobs=3, measure=linear)
    assert three.seconds == pytest.approx(2 * three.seconds_a_cell)


def test_finished_cells_tell_their_own_time_and_nothing_is_probed(tmp_path):
    sweep = swept(tmp_path)
    store = with_cells(sweep, tmp_path, [7.0, 9.0])
    store.log("finished", cell="f" * 64, seconds=500.0)  # another design's, in the same folder
    before = {file: file.read_bytes() for file in store.directory.rglob("*") if file.is_file()}

    def never(*_):
        raise AssertionError("probed")

    found = forecast(sweep, store.directory, n_jobs=1, measure=never)
    assert (found.finished, found.measured, found.seconds_a_cell, found.seconds) == (2, 2, 8.0, 16.0)
    assert {file: file.read_bytes() for file in store.directory.rglob("*") if file.is_file()} == before


def test_a_finished_sweep_takes_no_time_and_a_damaged_file_counts_as_to_do(tmp_path):
    sweep = swept(tmp_path)
    store = with_cells(sweep, tmp_path, [1.0, 1.0, 1.0, 1.0])
    done = forecast(sweep, store.directory, measure=linear)
    assert (done.to_do, done.seconds, done.disk_bytes) == (0, None, 0)
    file = store.cell_file(sweep.cells[0].run_hash)
    file.write_bytes(file.read_bytes()[:-9])
    found = forecast(sweep, store.directory, n_jobs=1, measure=linear)
    assert (found.to_do, found.damaged, found.seconds) == (1, 1, 1.0)


def test_a_folder_of_something_else_and_a_choice_that_cannot_be_are_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="no sweep"):
        forecast(swept(tmp_path), tmp_path, measure=linear)
    with pytest.raises(PlanError, match="--scheduler"):
        forecast(swept(tmp_path), tmp_path / "s", backend="dask", measure=linear)
    cluster = forecast(swept(tmp_path), tmp_path / "s", backend="dask", scheduler="tcp://a:1", measure=linear)
    assert cluster.jobs is None
    assert cluster.seconds == pytest.approx(4 * cluster.seconds_a_cell)


def test_a_probe_is_a_cell_of_the_size_it_says_and_no_larger_than_the_cell(tmp_path):
    sweep = swept(tmp_path, builders.HEAD.replace("worlds: 64", "worlds: 8"))
    probe = measured_cell(sweep, 4096)
    assert probe.histories == 32
    assert probe.seconds > 0.0
    assert probe.file_bytes > 1000


def test_one_probe_is_carried_in_proportion_and_time_never_falls():
    assert carried([Probe(32, 2.0, 0), Probe(32, 3.0, 0)], 64) == 6.0
    assert carried([Probe(10, 2.0, 0), Probe(20, 1.0, 0)], 1000) == 1.0


def test_time_left_is_at_the_pace_since_the_last_start():
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    start = {"event": "start", "time": (now - timedelta(seconds=60)).isoformat()}
    old = {"event": "start", "time": (now - timedelta(days=3)).isoformat()}
    done = {"event": "finished", "seconds": 1.0}
    assert time_left([old, done, start, done, done, done], 10, now) == pytest.approx(200.0)
    assert time_left([old, done, start], 10, now) is None
    assert time_left([start, done], 0, now) is None
    assert time_left([done], 5, now) is None
    for time in ("yesterday", "2026-11-30T12:00:00"):
        assert time_left([{"event": "start", "time": time}, done], 5, now) is None
