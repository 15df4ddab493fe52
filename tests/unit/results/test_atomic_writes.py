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
from sim.results.atomic_writes import (
    STALE_SECONDS,
    StorageError,
    check_writable,
    clear_leftovers,
    put_back,
    whole_folder,
    write_whole,
)
from tests.builders import command

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
if moment == "between":
    rename, renamed = pathlib.Path.rename, []

    def once(path, target):
        if renamed:
            die()
        renamed.append(target)
        rename(path, target)

    pathlib.Path.rename = once
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


def test_a_kill_between_two_renames_is_mended_at_the_next_look(tmp_path):
    run = tmp_path / "run"
    for look in (put_back, clear_leftovers, check_writable):
        run.mkdir(exist_ok=True)
        (run / "manifest.json").write_text("old")
        killed(run, "between")
        assert not run.exists()
        grow_old(hidden(tmp_path))
        look(run)
        assert (run / "manifest.json").read_text() == "old"
        look(run)
        clear_leftovers(run)
        assert hidden(tmp_path) == []
    link = tmp_path / "link"
    link.symlink_to(run)
    killed(link, "between")
    put_back(link)
    assert (link / "manifest.json").read_text() == "old"


def test_what_was_replaced_for_good_is_not_put_back(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    killed(run, "swapped")
    shutil.rmtree(run)
    put_back(run)
    assert not run.exists()


def test_somebody_who_looks_between_two_renames_stops_nobody(tmp_path, monkeypatch):
    run, rename, looked = tmp_path / "run", Path.rename, []
    run.mkdir()
    (run / "manifest.json").write_text("old")

    def watched(path, target):
        rename(path, target)
        if path == run and not looked:
            looked.append(put_back(run))
            assert (run / "manifest.json").read_text() == "old"

    monkeypatch.setattr(Path, "rename", watched)
    with whole_folder(run) as folder:
        (folder / "manifest.json").write_text("new")
    assert looked
    assert (run / "manifest.json").read_text() == "new"
    assert hidden(tmp_path) == []


def test_a_rename_that_fails_leaves_the_old_folder_under_its_name(tmp_path, monkeypatch):
    run, rename = tmp_path / "run", Path.rename
    run.mkdir()
    (run / "manifest.json").write_text("old")

    def refused(path, target):
        if path.suffix == ".partial":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rename(path, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(StorageError, match="nothing was kept"), whole_folder(run) as folder:
        (folder / "manifest.json").write_text("new")
    assert (run / "manifest.json").read_text() == "old"


def test_links_are_followed_and_stay(tmp_path):
    (tmp_path / "there").mkdir()
    for name, target in (("file", "there/page"), ("folder", "there/run")):
        (tmp_path / name).symlink_to(tmp_path / target)
    for content in ("first", "second"):
        write_whole(tmp_path / "file", content.encode())
        with whole_folder(tmp_path / "folder") as folder:
            (folder / "manifest.json").write_text(content)
        assert (tmp_path / "file").is_symlink()
        assert (tmp_path / "folder").is_symlink()
        assert (tmp_path / "there" / "page").read_text() == content
        assert (tmp_path / "there" / "run" / "manifest.json").read_text() == content
    assert {path.name for path in (tmp_path / "there").iterdir()} == {"page", "run"}


@pytest.mark.parametrize("end", ["", "run"])
def test_links_that_lead_round_are_refused(tmp_path, end):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(StorageError, match="symbolic links"):
        check_writable(tmp_path / "a" / end)
    with pytest.raises(StorageError, match="symbolic links"), whole_folder(tmp_path / "a" / end):
        pass
    with pytest.raises(OSError, match="symbolic links"):
        write_whole(tmp_path / "a" / end, b"")


def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for target in ("/dev/null", tmp_path / "pipe", tmp_path):
        with pytest.raises(OSError, match=r"it is a (device|pipe|folder)"):
            write_whole(Path(target), b"x")
        if target != tmp_path:
            with pytest.raises(StorageError, match=r"is a (device|pipe)"):
                check_writable(Path(target))


RERUNS = """
import os, random, signal, sys, time
from pathlib import Path
import sim

folder, times, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={alibaba: [alibaba]}"])
runs = [sim.run(scenario, worlds=8, replicates=2, seed=seed) for seed in (1, 2)]
known = {run.sha256 for run in runs}
runs[0].save(folder)
began = time.perf_counter()
runs[0].save(folder)
takes = time.perf_counter() - began
chance, put_back = random.Random(seed), 0
for number in range(times):
    child = os.fork()
    if not child:
        for turn in range(1000):
            runs[turn % 2].save(folder)
        os._exit(0)
    time.sleep(chance.uniform(0, 4 * takes))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    put_back += not folder.exists()
    assert sim.read(folder).sha256 in known, number
print(put_back)
"""


@pytest.mark.slow
def test_a_hundred_kills_of_forced_reruns_leave_a_whole_run(tmp_path, seed):
    call = [sys.executable, "-W", "ignore", "-c", RERUNS, str(tmp_path / "run"), "100", str(seed)]
    ended = subprocess.run(call, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("look", ["report", "run", "manifest"])
def test_each_command_finds_a_run_that_a_kill_hid(look, tmp_path, monkeypatch, capsys):
    run = tmp_path / "run"
    words = ("run", "configs/article.yaml", "--worlds", "8", "--jobs", "1", "--set", "horizon_days=30", "--out", run)
    assert command(monkeypatch, capsys, *words).status == 0
    killed(run, "between")
    assert not run.exists()
    again = {"report": ("report", run), "run": words, "manifest": ("validate", run / "manifest.json")}
    ended = command(monkeypatch, capsys, *again[look])
    assert ended.status == 0, ended.err
    assert look != "run" or "was there already" in ended.out
    assert (run / "manifest.json").is_file()


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


def test_a_folder_that_cannot_be_flushed_does_not_unmake_what_was_written(monkeypatch, tmp_path):
    flushed = []

    def refuse_folders(handle):
        flushed.append(handle)
        if len(flushed) == 2:  # the file first, then its folder
            raise OSError(errno.EIO, "no such thing here")

    monkeypatch.setattr(os, "fsync", refuse_folders)
    write_whole(tmp_path / "answer.csv", b"whole")
    assert (tmp_path / "answer.csv").read_bytes() == b"whole"
    assert len(flushed) == 2
