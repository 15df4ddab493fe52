"""Whoever reads a run or a sweep may end in the next moment: nothing goes on reading behind their back."""

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from tests.unit.sweeps.helpers import write_sweep

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
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading") / "run"
    scenario = sim.load("configs/article.yaml", ["horizon_days=30"])
    return sim.run(scenario, worlds=64, replicates=1, seed=1).save(folder)


@pytest.fixture(scope="module")
def sweep_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading")
    sim.run_sweep(sim.load_sweep(write_sweep(folder)), folder / "sweep", n_jobs=1)
    return folder / "sweep"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted as on Linux")
@pytest.mark.parametrize(("reader", "folder"), [("read", "run_folder"), ("read_sweep", "sweep_folder")])
def test_no_thread_is_left_behind(reader, folder, request):
    # A thread of Arrow that outlives the answer aborts, now and then, the process that ends: see read_parquet.
    call = [sys.executable, "-c", CODE, reader, str(request.getfixturevalue(folder))]
    ended = subprocess.run(call, capture_output=True, text=True, check=True)
    assert ended.stdout == "0\n"
