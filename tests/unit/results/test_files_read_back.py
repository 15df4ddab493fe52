"""A run that was read back says what the run said; and whoever reads may end in the next moment."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import sim
from sim.scenario.conditions import ConditionError
from tests.builders import write_sweep

CODE = """
import os, sys
import pandas, pyarrow.parquet, sim

threads = lambda: set(os.listdir("/proc/self/task"))
read = getattr(sim, sys.argv[1])  # imports what it needs
before = threads()
assert read(sys.argv[2]) is not None
print(len(threads() - before))
"""


@pytest.fixture(scope="module")
def fresh():
    scenario = sim.load(
        "configs/article.yaml", ["horizon_days=60", "strategies={independent: [store], alibaba: [alibaba]}"]
    )
    return sim.run(scenario, worlds=256, replicates=2, seed=1)


@pytest.fixture(scope="module")
def run_folder(fresh, tmp_path_factory):
    return fresh.save(tmp_path_factory.mktemp("reading") / "run")


@pytest.fixture(scope="module")
def sweep_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading")
    sim.run_sweep(sim.load_sweep(write_sweep(folder)), folder / "sweep", n_jobs=1)
    return folder / "sweep"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted as on Linux")
@pytest.mark.parametrize(("reader", "folder"), [("read", "run_folder"), ("read_sweep", "sweep_folder")])
def test_no_thread_is_left_behind(reader, folder, request):
    # A thread of Arrow that outlives the answer aborts, now and then, the process that ends: see read_parquet.
    call = [sys.executable, "-c", CODE, reader, str(request.getfixturevalue(folder))]
    ended = subprocess.run(call, capture_output=True, text=True, check=True)
    assert ended.stdout == "0\n"


def test_a_run_read_back_has_the_summary_of_the_run(fresh, run_folder):
    read = sim.read(run_folder)
    assert read.summary() == fresh.summary()
    assert read.sha256 == fresh.sha256
    assert read._repr_html_() == fresh._repr_html_()
    read.summary()["strategies"].clear()
    assert read.summary() == fresh.summary(), "a summary is the reader's own"


def test_the_time_it_took_is_shown_as_it_was(monkeypatch, tmp_path):
    # 0.4497 s was shown as 0.4 and, saved to the millisecond, read back as 0.5.
    clock = iter([10.0, 10.4497])
    monkeypatch.setattr("sim.results.run.time", SimpleNamespace(perf_counter=lambda: next(clock)))
    scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={alibaba: [alibaba]}"])
    result = sim.run(scenario, worlds=16, replicates=1)
    shown = f"{result.seconds:.1f}"
    assert f"{sim.read(result.save(tmp_path / 'run')).seconds:.1f}" == shown == "0.5"


def test_a_run_read_back_can_be_saved_again(run_folder, tmp_path):
    again = sim.read(run_folder).save(tmp_path / "again")
    for file in sorted(run_folder.iterdir()):
        assert (again / file.name).read_bytes() == file.read_bytes(), file.name


def test_what_is_not_kept_path_by_path_cannot_be_asked_of_other_paths(fresh, run_folder):
    fresh, read = (
        result.given("independent.orders[1] between 0 and 1000000", "alibaba.orders[1] <= 3")
        for result in (fresh, sim.read(run_folder))
    )
    expected, found = fresh.summary(), read.summary()
    for strategy in fresh.strategies:
        of_weeks = found["strategies"][strategy].pop("fans")
        del expected["strategies"][strategy]["fans"]
        assert all("run again for fans" in fan["refused"] for fan in of_weeks.values())
        assert "run again for what an order costs" in found["strategies"][strategy].pop("per_order")["refused"]
        del expected["strategies"][strategy]["per_order"]
    assert all(reason["largest_term"] is None for reason in found.pop("why").values()), "which needs those lines"
    assert all(reason["largest_term"] for reason in expected.pop("why").values())
    assert found == expected
    with pytest.raises(ConditionError, match="run again for statements"):
        read.statement("independent")
