"""A sweep that is killed, again and again, ends as if nothing had happened; a full disk and a second sweep do no harm.

Real processes and real signals. The moments are random with the tests' seed; every file that was finished before a kill
must be the same file afterwards, inode and all: nothing is computed twice.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.builders import HEAD, contents, write_sweep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are found and killed as on Linux"),
]

CELLS = 12
KILLS = 10
BODY = """
axes:
  store.meta.cpc.lognormal.median: {logspace: {from: 0.6, to: 2.4, n: 4}}
  store.returns.return_rate: [0.1, 0.2, 0.3]
"""
LONGER = HEAD.replace("worlds: 64", "worlds: 256").replace("horizon_days: 30", "horizon_days: 60")


def start(sweep_file, folder, *words):
    code = [sys.executable, "-c", "from sim.cli.app import main; main()"]
    call = [*code, "sweep", str(sweep_file), "--out", str(folder), "--jobs", "2", *words]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def finish(process):
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def finished(folder):
    """Return (inode, time of change) of every finished cell."""
    there = [file.stat() for file in sorted(Path(folder).glob("cells/*.parquet"))]
    return {(found.st_ino, found.st_mtime_ns) for found in there}


def workers(process):
    """Return the processes that compute for a sweep."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    found = [int(pid) for pid in children.read_text().split()] if children.exists() else []
    return [pid for pid in found if b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def until(process, folder, cells):
    """Wait for so many finished cells."""
    while process.poll() is None and len(finished(folder)) < cells:
        time.sleep(0.01)


def gone(pids, seconds=10.0):
    """Return whether these processes end by themselves."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def sweep_file(tmp_path_factory):
    return write_sweep(tmp_path_factory.mktemp("design"), BODY, LONGER)


@pytest.fixture(scope="module")
def undisturbed(sweep_file, tmp_path_factory):
    """Return the folder of a run left in peace."""
    folder = tmp_path_factory.mktemp("undisturbed") / "sweep"
    status, _, err = finish(start(sweep_file, folder))
    assert status == 0, err
    assert len(finished(folder)) == CELLS
    return folder


def test_kill_of_the_sweep_at_ten_random_moments(sweep_file, undisturbed, tmp_path, rng):
    whole = undisturbed
    kills = rounds = partly = 0
    while kills < KILLS:
        folder = tmp_path / f"sweep{rounds}"
        rounds += 1
        before = set()
        while kills < KILLS and len(before) < CELLS:
            process = start(sweep_file, folder)
            until(process, folder, int(rng.integers(len(before), CELLS)))
            time.sleep(rng.uniform(0.0, 0.3))
            computing = workers(process) if process.poll() is None else []
            process.kill()
            finish(process)
            kills += 1
            assert gone(computing), "a worker goes on computing for nobody"
            after = finished(folder)
            assert before <= after, "a finished cell was computed again"
            partly += 0 < len(after) < CELLS
            before = after
        status, out, err = finish(start(sweep_file, folder))
        assert status == 0, err
        assert f"{len(before)} were there" in out
        assert before <= finished(folder)
        assert contents(folder) == contents(whole)
    assert partly, "no kill came in the middle: choose other moments"


def test_kill_of_a_worker_at_random_moments(sweep_file, undisturbed, tmp_path, rng):
    whole = undisturbed
    hit = 0
    for attempt in range(4):
        folder = tmp_path / f"sweep{attempt}"
        process = start(sweep_file, folder)
        until(process, folder, int(rng.integers(CELLS - 2)))
        time.sleep(rng.uniform(0.0, 0.1))
        found = workers(process)
        if found and process.poll() is None:
            os.kill(int(rng.choice(found)), signal.SIGKILL)
            hit += 1
        status, _, err = finish(process)
        assert status == 0, err
        assert contents(folder) == contents(whole)
    assert hit >= 2, "hardly any worker was there to be killed"


def test_ctrl_c_ends_with_130_and_nothing_half_written(sweep_file, undisturbed, tmp_path):
    whole = undisturbed
    folder = tmp_path / "sweep"
    process = start(sweep_file, folder)
    until(process, folder, 1)
    computing = workers(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    status, _, err = finish(process)
    assert status == 130, err
    assert "Traceback" not in err
    assert re.search(rf"[1-9]\d* of \d+ cells are kept in {folder}; the same command goes on", err)
    assert gone(computing)
    assert not list(folder.rglob("*.partial"))
    assert finish(start(sweep_file, folder))[0] == 0
    assert contents(folder) == contents(whole)


def test_a_second_sweep_on_the_folder_is_sent_away(sweep_file, undisturbed, tmp_path):
    whole = undisturbed
    folder = tmp_path / "sweep"
    first = start(sweep_file, folder)
    until(first, folder, 1)
    first.send_signal(signal.SIGSTOP)  # else it may be done before the second has started
    try:
        status, _, err = finish(start(sweep_file, folder))
    finally:
        first.send_signal(signal.SIGCONT)
    assert status == 2
    assert f"process {first.pid}" in err
    assert "Traceback" not in err
    assert finish(first)[0] == 0
    assert contents(folder) == contents(whole)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs Linux and root")
def test_a_really_full_disk(sweep_file, undisturbed, tmp_path):
    whole = undisturbed
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        (disk / "ballast").write_bytes(np.zeros(24_000, dtype=np.uint8).tobytes())
        folder = disk / "sweep"
        status, _, err = finish(start(sweep_file, folder))
        assert status == 2, err
        assert "No space left on device" in err
        assert "run the same command again" in err
        assert "Traceback" not in err
        kept = finished(folder)
        assert 0 < len(kept) < CELLS
        assert not list(folder.rglob("*.partial"))
        subprocess.run(["mount", "-o", "remount,size=512k", str(disk)], check=True)
        status, out, err = finish(start(sweep_file, folder))
        assert status == 0, err
        assert f"{len(kept)} were there" in out
        assert kept <= finished(folder)
        assert contents(folder) == contents(whole)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
