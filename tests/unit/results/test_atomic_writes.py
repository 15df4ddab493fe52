"""What stands on the disk when a process is killed, stopped or out of space while it writes: all of it, or nothing."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.results import atomic_writes
from sim.results.atomic_writes import STALE_SECONDS, StorageError, whole_folder, write_whole

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

KILLED = """
import os, pathlib, signal, sys
from sim.results import atomic_writes

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

directory, moment = pathlib.Path(sys.argv[1]), sys.argv[2]
if moment == "flushed":
    atomic_writes.os.fsync = die
if moment == "swapped":
    atomic_writes.shutil.rmtree = die
with atomic_writes.whole_folder(directory) as folder:
    (folder / "manifest.json").write_text("new")
    if moment == "begun":
        die()
"""


def killed(directory, moment):
    ended = subprocess.run([sys.executable, "-c", KILLED, str(directory), moment], check=False)
    assert ended.returncode == -signal.SIGKILL


def grow_old(paths):
    for path in paths:
        then = time.time() - STALE_SECONDS - 60
        os.utime(path, (then, then))


def hidden(folder):
    return sorted(path for path in folder.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize(("moment", "found"), [("begun", "old"), ("flushed", "old"), ("swapped", "new")])
def test_a_kill_leaves_the_old_folder_or_the_new_one(moment, found, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "manifest.json").write_text("old")
    killed(run, moment)
    assert (run / "manifest.json").read_text() == found


def test_what_killed_processes_left_is_cleared_when_the_name_is_written_again(tmp_path):
    run = tmp_path / "run"
    killed(run, "begun")
    assert not run.exists()
    with whole_folder(run):
        pass
    killed(run, "swapped")
    ends = {path.suffix for path in hidden(tmp_path)}
    assert ends == {".partial", ".replaced"}, "what may be in the making stays"
    grow_old(hidden(tmp_path))
    with whole_folder(run):
        pass
    assert hidden(tmp_path) == []


def test_only_what_this_package_left_beside_this_name_is_cleared(tmp_path):
    theirs = [
        ".run.backup",
        ".run.notes",
        ".runs.abc.partial",
        "run.abc.partial",
        ".other.abc.replaced",
        ".run[1].x.partial",
    ]
    for name in theirs:
        (tmp_path / name).mkdir()
    grow_old(tmp_path / name for name in theirs)
    with whole_folder(tmp_path / "run"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*theirs, "run"])
    with whole_folder(tmp_path / "run[1]"):
        pass
    assert not (tmp_path / ".run[1].x.partial").exists()


def test_a_link_that_looks_like_a_leftover_leads_nobody_away(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("kept")
    (tmp_path / ".run.x.partial").symlink_to(elsewhere)
    grow_old([elsewhere])
    with whole_folder(tmp_path / "run"):
        pass
    assert (elsewhere / "precious").read_text() == "kept"


def test_a_second_ctrl_c_does_not_stop_the_clearing_up(tmp_path, monkeypatch):
    clear = shutil.rmtree

    def impatient(folder, **how):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        clear(folder, **how)

    monkeypatch.setattr(atomic_writes.shutil, "rmtree", impatient)
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "run"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_keeps_the_old_folder_and_says_so(tmp_path, monkeypatch):
    run = tmp_path / "run"
    run.mkdir()
    (run / "manifest.json").write_text("old")
    monkeypatch.setattr(atomic_writes.os, "fsync", full)
    with pytest.raises(StorageError, match=r"No space left on device.*nothing was kept"), whole_folder(run) as folder:
        (folder / "manifest.json").write_text("new")
    assert (run / "manifest.json").read_text() == "old"
    assert hidden(tmp_path) == []


def test_a_full_disk_keeps_the_old_file(tmp_path, monkeypatch):
    page = tmp_path / "report.html"
    write_whole(page, b"old")
    monkeypatch.setattr(atomic_writes.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(page, b"new")
    assert page.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_file_is_readable_by_others_as_one_written_by_hand(tmp_path):
    write_whole(tmp_path / "report.html", b"page")
    assert Path(tmp_path / "report.html").stat().st_mode & 0o777 == 0o644
