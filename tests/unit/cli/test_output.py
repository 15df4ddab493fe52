"""What `--out` may name: a file, a link to one, a pipe, a device; whatever else is refused, and nothing is replaced."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sim.cli import output
from sim.cli.output import check_target, write_text
from sim.results.atomic_writes import StorageError
from tests.builders import command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="devices and pipes of POSIX")
FEW = ("--worlds", "8", "--replicates", "4", "--jobs", "1", "--set", "horizon_days=30")
ARTICLE = "configs/article.yaml"
FILES = {
    "path": ("path", ARTICLE, "0", "--strategy", "dual", "--set", "horizon_days=30"),
    "compare": ("compare", ARTICLE, *FEW),
    "learn": ("learn", ARTICLE, *FEW, "--worlds", "256"),
    "cash": ("cash", ARTICLE, *FEW, "--strategy", "alibaba", "--ruin", "0.5"),
}


def test_a_device_stays_a_device(monkeypatch, capsys):
    before = Path("/dev/null").stat()
    assert command(monkeypatch, capsys, *FILES["path"], "--out", "/dev/null").status == 0
    after = Path("/dev/null").stat()
    assert stat.S_ISCHR(after.st_mode)
    assert (after.st_ino, after.st_dev) == (before.st_ino, before.st_dev)


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path):
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    for text in ("first", "second"):
        write_text(link, text)
        assert (target.read_text(), link.is_symlink()) == (text, True)


def test_a_pipe_is_written_into(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write_text(pipe, "利润" * 100_000)
    reader.join(10)
    assert read == ["利润" * 100_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_pipe_that_nobody_reads_is_not_waited_for(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(output, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(StorageError, match="nobody reads this pipe"):
        write_text(tmp_path / "pipe", "x")


def test_what_is_no_target_is_refused_before_anything_is_computed(tmp_path, monkeypatch, capsys):
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(tmp_path)  # addresses of sockets are short
        listening.bind("socket")
        monkeypatch.undo()
        (tmp_path / "round").symlink_to(tmp_path / "round")
        (tmp_path / "away").symlink_to(tmp_path / "no" / "file")
        (tmp_path / "file").write_text("mine", encoding="utf-8")
        refused = {
            "socket": "is a socket; name a file",
            ".": "is a folder; name a file",
            "round": "symbolic links",
            "away": "there is no folder",
            "no/file": "there is no folder",
            "file/x": "cannot be written|there is no folder",
        }
        for name, message in refused.items():
            with pytest.raises(StorageError, match=message):
                check_target(tmp_path / name)
            for words in FILES.values():
                ended = command(monkeypatch, capsys, *words, "--out", tmp_path / name)
                assert (ended.status, ended.out) == (2, "")
                assert str(tmp_path / name) in ended.err
        assert stat.S_ISSOCK((tmp_path / "socket").stat().st_mode)
        assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("command_name", ["run", "sweep"])
def test_a_folder_takes_no_place_but_that_of_its_kind(command_name, tmp_path, monkeypatch, capsys):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    words = {"run": ("run", ARTICLE, *FEW), "sweep": ("sweep", "configs/sweeps/capital.yaml", "--jobs", "1")}
    for target in (tmp_path / "pipe", Path("/dev/null"), tmp_path / "round"):
        before = os.lstat(target)
        ended = command(monkeypatch, capsys, *words[command_name], "--out", target)
        assert (ended.status, "Traceback" in ended.err) == (2, False)
        assert ended.err.startswith(f"error: {target}: ")
        assert os.lstat(target).st_ino == before.st_ino


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("end", ["| cat", "> there.txt", "| head -c 1"])
def test_standard_output_by_its_name(name, end, tmp_path):
    program = f"{sys.executable} -c 'from sim.cli.app import main; main()'"
    words = [str(Path(word).absolute()) if word == ARTICLE else word for word in FILES[name]]
    then = "test ${PIPESTATUS[0]} = 0 && cat there.txt 2> /dev/null"
    line = f"{program} {' '.join(words)} --out /dev/stdout {end}; {then}"
    done = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        errors="replace",  # half a sign may be what was read
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert done.stderr == ""
    if "head" not in end and name != "path":
        answer, _ = json.JSONDecoder().raw_decode(done.stdout)
        assert answer
        assert "written to /dev/stdout" in done.stdout
    assert len(done.stdout) > 100 or "head" in end
