"""Files that lie in the working folder are read, never executed, whatever they are called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import write_sweep

NAMES = ("random", "joblib", "numpy", "sim", "socket", "pickle")
SCRIPT = "from sim.__main__ import main\n\nmain()\n"
"""What an installer makes of the entry point: a file of another folder, which Python then looks into first."""


@pytest.fixture
def folder(tmp_path):
    """Return a working folder full of strangers' modules, each of which says that it was executed."""
    folder = tmp_path / "work"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'a').write('{name} ')\n")
    return folder


def called(folder, *words):
    script = folder.parent / "bin" / "sim"
    script.parent.mkdir(exist_ok=True)
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    environment["PYTHONPATH"] = str(Path.cwd())
    call = [sys.executable, str(script), *map(str, words)]
    return subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300)


def check(folder, done):
    assert done.returncode == 0, done.stderr
    executed = folder.parent / "executed"
    assert not executed.exists(), executed.read_text(encoding="utf-8")


@pytest.mark.slow
def test_no_helper_of_a_run_executes_them(folder):
    article = Path("configs/article.yaml").absolute()
    words = ("--worlds", "1024", "--set", "horizon_days=60", "--jobs", "2", "--out", "run")
    check(folder, called(folder, "run", article, *words))


@pytest.mark.slow
def test_no_process_of_a_sweep_executes_them(folder):
    sweep = write_sweep(folder)
    check(folder, called(folder, "sweep", sweep, "--jobs", "2", "--out", "sweep"))


@pytest.mark.slow
def test_no_worker_of_a_cluster_executes_them(folder):
    distributed = pytest.importorskip("distributed")
    environment = os.environ | {"PYTHONPATH": str(Path.cwd()), "PYTHONSAFEPATH": "1"}  # as docs/sweeps.md says
    dask, known = [sys.executable, "-m", "dask"], ["--scheduler-file", "known.json", "--no-dashboard"]
    calls = ["scheduler", "--host", "127.0.0.1", "--port", "0"], ["worker", "--nworkers", "1", "--nthreads", "1"]
    words = {"cwd": folder, "env": environment, "start_new_session": True, "stdout": subprocess.DEVNULL}
    started = [subprocess.Popen([*dask, *call, *known], stderr=subprocess.DEVNULL, **words) for call in calls]
    try:
        with distributed.Client(scheduler_file=str(folder / "known.json"), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
            address = client.scheduler.address
        more = ("--backend", "dask", "--scheduler", address, "--out", "sweep")
        check(folder, called(folder, "sweep", write_sweep(folder), *more))
    finally:
        for process in started:
            os.killpg(process.pid, 9)
            process.wait(timeout=30)
