"""Pieces of work come back in their order, whoever computed them; a helper that fails or dies is heard of."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

import sim
from sim.simulation import processes

PROC = Path("/proc/self/task")
needs_proc = pytest.mark.skipif(not PROC.exists(), reason="looks at processes in /proc")


def who(piece):
    time.sleep(0.05)
    return piece, os.getpid(), threading.get_ident()


def meet(folder, together, piece):
    """Say who computes this piece, once so many have come: a busy machine may start helpers late."""
    (folder / f"{os.getpid()}-{threading.get_ident()}").touch()
    limit = time.monotonic() + 60
    while len(list(folder.iterdir())) < together and time.monotonic() < limit:
        time.sleep(0.01)
    return piece, os.getpid(), threading.get_ident()


def fail_at(bad, piece):
    if piece == bad:
        raise ArithmeticError(f"piece {piece}")
    return piece


def end_unless(parent, folder, piece):
    """End as a helper; as the parent wait until one did."""
    if os.getpid() != parent:
        (folder / "killed").touch()
        os.kill(os.getpid(), signal.SIGTERM)
    limit = time.monotonic() + 60
    while not (folder / "killed").exists() and time.monotonic() < limit:
        time.sleep(0.01)
    return piece


def note(folder, piece):
    (folder / str(piece)).touch()
    time.sleep(0.3)
    return piece


@pytest.mark.parametrize(
    ("n_jobs", "backend"), [(1, "loky"), (2, "auto"), (2, "threading"), (3, "loky"), (3, "threading")]
)
def test_pieces_come_back_in_order_and_this_process_does_the_first(tmp_path, n_jobs, backend):
    found = list(processes.ordered_map(partial(meet, tmp_path, n_jobs), range(40), n_jobs, backend))
    assert [piece for piece, _, _ in found] == list(range(40))
    assert found[0][1:] == (os.getpid(), threading.get_ident())
    seen, threads = {process for _, process, _ in found}, {found[1:] for found in found}
    assert len(seen) == (1 if backend == "threading" else n_jobs)
    assert len(threads) == n_jobs


def test_one_piece_or_none_needs_no_helper():
    assert [piece for piece, process, _ in processes.ordered_map(who, [7], 2) if process == os.getpid()] == [7]
    assert list(processes.ordered_map(who, [], 2)) == []


def slow_set(piece):
    time.sleep(0.05)
    return {piece}


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_what_was_handed_out_is_not_held_while_the_next_is_computed(backend):
    handed_out = []

    def look_and_compute(piece):
        limit = time.monotonic() + 5
        while any(earlier() for earlier in handed_out) and time.monotonic() < limit:
            time.sleep(0.01)  # another thread may be about to let go of it
        assert not any(earlier() for earlier in handed_out)
        return slow_set(piece)

    for found in processes.ordered_map(slow_set, range(8), 2, backend, look_and_compute):
        handed_out.append(weakref.ref(found))
        del found
    assert len(handed_out) == 8


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("bad", [0, 1, 5])
def test_what_a_piece_failed_with_comes_at_its_turn(backend, bad):
    found = processes.ordered_map(partial(fail_at, bad), range(8), 2, backend)
    assert [next(found) for _ in range(bad)] == list(range(bad))
    with pytest.raises(ArithmeticError, match=f"piece {bad}"):
        next(found)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_who_stops_asking_has_nothing_more_begun(tmp_path, backend):
    found = processes.ordered_map(partial(note, tmp_path), range(40), 2, backend)
    next(found)
    found.close()
    begun = len(list(tmp_path.iterdir()))
    assert begun <= 3
    time.sleep(0.7)
    assert len(list(tmp_path.iterdir())) == begun


@pytest.mark.filterwarnings("ignore:A worker stopped:UserWarning")
def test_a_killed_helper_is_heard_of_and_replaced(tmp_path):
    with pytest.raises(processes.HelperEnded, match="fewer --jobs"):
        list(processes.ordered_map(partial(end_unless, os.getpid(), tmp_path), range(4), 2))
    (tmp_path / "killed").unlink()
    found = processes.ordered_map(partial(meet, tmp_path, 2), range(20), 2)
    assert len({process for _, process, _ in found}) == 2


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_one_core_is_enough(monkeypatch, backend):
    monkeypatch.setattr(processes, "cores", lambda n_jobs: 1)
    assert {process for _, process, _ in processes.ordered_map(who, range(3), -1, backend)} == {os.getpid()}


def leave_unless(parent, backend, piece):
    elsewhere = threading.current_thread() is not threading.main_thread() if backend == "threading" else True
    if elsewhere and (os.getpid(), threading.get_ident()) != parent:
        sys.exit("a piece that ends its process")
    time.sleep(0.2)
    return piece


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_who_waits_for_a_piece_that_left_is_told(backend):
    me = (os.getpid(), threading.get_ident())
    with pytest.raises((SystemExit, processes.HelperEnded)):
        list(processes.ordered_map(partial(leave_unless, me, backend), range(20), 2, backend))


def test_work_that_cannot_be_sent_fails_and_says_so():
    work = partial(late_and, threading.Lock())
    with pytest.raises((TypeError, pickle.PicklingError)):
        list(processes.ordered_map(work, range(20), 2, "loky"))


def late_and(_, piece):
    time.sleep(0.2)
    return piece


def test_all_cores_is_at_least_one():
    assert processes.cores(-1) >= 1
    assert processes.cores(3) == 3


def children(pid):
    found = [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    return [child for child in found if b"popen_loky" in Path(f"/proc/{child}/cmdline").read_bytes()]


@needs_proc
def test_a_process_begun_while_interrupts_are_held_back_never_hears_of_them():
    deaf = "import signal, time; print('begun', flush=True); time.sleep(1); print('slept')"
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(True))
    try:
        with processes.interrupts_held_back():
            process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, text=True)
            assert process.stdout.readline() == "begun\n"
            os.kill(process.pid, signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            assert heard == []
        assert process.communicate(timeout=20)[0] == "slept\n"
        assert heard == [True]  # this process only waited
    finally:
        signal.signal(signal.SIGINT, before)


def gone(processes, seconds):
    """Whether they are all gone within this time."""
    limit = time.monotonic() + seconds
    while any(Path(f"/proc/{process}").exists() for process in processes):
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def pid_of(_):
    return os.getpid()


@pytest.mark.slow
@needs_proc
def test_called_helpers_do_the_work_and_end_with_the_command(tmp_path):
    with processes.helpers_called(1, "auto", "sim.text.numbers"), processes._processes(1) as helpers:
        called = helpers.submit(pid_of, 0).result()
        found = processes.ordered_map(partial(meet, tmp_path, 2), range(20), 2)
        assert called in {process for _, process, _ in found}
    assert gone([called], 4)
    with (
        suppress(ZeroDivisionError),
        processes.helpers_called(1, "auto", "sim.text.numbers"),
        processes._processes(1) as helpers,
    ):
        called = helpers.submit(pid_of, 0).result()
        raise ZeroDivisionError
    assert gone([called], 4)


def test_nobody_is_called_where_nobody_is_needed(monkeypatch):
    called = []
    monkeypatch.setattr(processes, "_processes", called.append)
    for number, backend in ((0, "auto"), (-1, "loky"), (3, "threading")):
        with processes.helpers_called(number, backend, "sim.text.numbers"):
            pass
    assert called == []


def sign_of(process):
    return Path(tempfile.gettempdir()) / f"late-helper-of-{process}"


def late(_):
    time.sleep(1.5)
    sign_of(os.getppid()).touch()


@pytest.mark.slow
def test_nobody_waits_for_a_helper_that_is_not_there_yet(monkeypatch):
    monkeypatch.setattr(processes, "_unpack", late)
    sign = sign_of(os.getpid())
    assert {process for _, process, _ in processes.ordered_map(who, range(4), 2)} == {os.getpid()}
    assert not sign.exists()
    limit = time.monotonic() + 60
    while not sign.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    sign.unlink()  # it did come, later


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_helpers_do_not_outlive_a_stopped_run(tmp_path, sign, status, after):
    words = ["run", "configs/article.yaml", "--worlds", "16384", "--jobs", "2", "--out", str(tmp_path / "run")]
    call = [sys.executable, "-c", "from sim.cli.app import main; main()", *words]
    process = subprocess.Popen(call, stderr=subprocess.PIPE, text=True, start_new_session=True)
    limit = time.monotonic() + 60
    while not (helpers := children(process.pid)) and time.monotonic() < limit:
        time.sleep(0.005)
    assert helpers
    time.sleep(after)
    # Ctrl-C goes to the whole group, as from a terminal.
    (os.killpg if sign == signal.SIGINT else os.kill)(process.pid, sign)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert ("stopped; nothing half-written\n" in errors) == (sign == signal.SIGINT)
    assert gone(helpers, 4)  # a span takes longer
    assert not (tmp_path / "run").exists()


def shared_cores(_):
    return processes.cores(-1)


@pytest.mark.slow
def test_a_process_that_was_started_to_share_the_cores_has_one(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 8)
    assert processes.cores(-1) == 8
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(shared_cores, [0]) == [1]
        assert pool.map(processes.cores, [3]) == [3], "what is said by number holds"


def test_a_small_run_starts_no_process_whatever_the_cores(monkeypatch):
    def starts(number):
        raise AssertionError(f"{number} processes")

    monkeypatch.setattr(processes, "_processes", starts)
    monkeypatch.setattr("joblib.cpu_count", lambda: 64)
    scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={dual: [alibaba, store]}"])
    assert sim.run(scenario, worlds=1024, replicates=2).plan.n_paths == 2048
    with pytest.raises(AssertionError, match="1 processes"):
        sim.run(scenario, worlds=3072, replicates=1)


SCRIPT = """
import sim
scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={dual: [alibaba, store]}"])
print(sim.run(scenario, worlds=4096, replicates=1).sha256)
print(sim.run(scenario, worlds=4096, replicates=1, n_jobs=1).sha256)
from joblib.externals.loky import reusable_executor
print(reusable_executor._executor is not None)
"""


@pytest.mark.slow
def test_a_plain_script_needs_no_guard(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    env = os.environ | {"LOKY_MAX_CPU_COUNT": "2", "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, str(tmp_path / "script.py")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    first, second, helped = ended.stdout.split()
    assert first == second
    assert helped == "True"
    assert ended.stderr == ""
