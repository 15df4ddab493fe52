"""Run a case's commands: in this process by `tests.builders.command`, or in one of its own where that is not safe.

In this process a command takes a tenth of a second, in its own two. Its own is needed where the streams or the rights
of a process are what is tried. What a command leaves behind is a `Left`, for `judging` to judge.
"""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import FrameType

import pytest

import sim
from tests.builders import Ended, command
from tests.fuzz.case import REPOSITORY, Case, Surroundings

PATIENCE = 120
"""Seconds a command may take; it takes one, and many times that on a machine with much else to do."""


class TooSlow(BaseException):
    """A command did not end; no ``except Exception`` of the product may catch that."""


@dataclass
class Left:
    """What the commands of a case left behind.

    Parameters
    ----------
    ended : list of (words, Ended)
        Every command that was run, and how it ended.
    errors : list of str
        Tracebacks of what the product let through.
    warned : list of str
        Raw warnings of libraries.
    before, after : dict
        What lay in the folder, by name: its kind and, of files, a digest.
    """

    ended: list[tuple[tuple[str, ...], Ended]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    before: dict[str, tuple[int, str]] = field(default_factory=dict)
    after: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Of the last command."""
        return self.ended[-1][1].status


class Streams:
    """Standard output and error of one encoding, in the place of pytest's capturing: that can hold every sign."""

    def __init__(self, encoding: str) -> None:
        self.out, self.err = io.BytesIO(), io.BytesIO()
        self.encoding = encoding
        self.writers = (
            io.TextIOWrapper(self.out, encoding, errors="strict", write_through=True),
            io.TextIOWrapper(self.err, encoding, errors="backslashreplace", write_through=True),
        )

    def readouterr(self) -> Ended:
        """Return what was written so far, as ``capsys`` does."""
        return Ended(0, self.out.getvalue().decode(self.encoding), self.err.getvalue().decode(self.encoding))


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raise `TooSlow` in the block when it takes longer."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"not ended after {seconds} s")

    former = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


@contextmanager
def largest_file(size: int | None) -> Iterator[None]:
    """Let no file grow beyond a size; Python ignores the signal, so writing raises."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    if size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


@contextmanager
def reader_of(pipe: Path | None) -> Iterator[None]:
    """Read a FIFO until the block ends, so that opening it for writing does not wait."""
    if pipe is None:
        yield
        return
    handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    done = threading.Event()

    def read() -> None:
        while not done.wait(0.005):
            with suppress(BlockingIOError):
                os.read(handle, 1 << 16)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        os.close(handle)


def failing(name: str, number: int) -> Callable[..., object]:
    """Return a function of ``os`` whose call of this number finds the disk full."""
    true, calls = getattr(os, name), iter(range(10_000))

    def call(*words: object, **further: object) -> object:
        if next(calls) == number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return true(*words, **further)

    return call


def in_this_process(words: tuple[str, ...], around: Surroundings, left: Left) -> None:
    """Run a command in this process."""
    streams = Streams(around.encoding)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        patch.setattr(sys, "stdout", streams.writers[0])
        patch.setattr(sys, "stderr", streams.writers[1])
        patch.setattr(sys, "dont_write_bytecode", True)  # a module imported on a full disk would stay cut off
        if around.fails is not None:
            patch.setattr(os, around.fails[0], failing(*around.fails))
        if around.sweep_is_read_only:
            patch.setattr(sim, "run_sweep", lambda *_, **__: sys.exit(0))
        try:
            with patience(PATIENCE), largest_file(around.largest_file):
                ended = command(patch, streams, *words)
        except (Exception, TooSlow, KeyboardInterrupt) as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            left.errors.append(shortened(error))
            ended = Ended(1, *_texts(streams))
    left.warned += [f"{warning.category.__name__}: {warning.message}" for warning in warned]
    left.ended.append((words, ended))


def shortened(error: BaseException) -> str:
    """Return an error and the way to it through the product's own files."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{REPOSITORY}/sim/" in frame.filename]
    way = [f"\n    {Path(frame.filename).relative_to(REPOSITORY)}:{frame.lineno} {frame.name}" for frame in frames]
    return f"{type(error).__name__}: {str(error)[:300]}{''.join(way)}"


def _texts(streams: Streams) -> tuple[str, str]:
    read = streams.readouterr()
    return read.out, read.err


def apart(words: tuple[str, ...], around: Surroundings, left: Left) -> None:
    """Run a command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": around.encoding, "HOME": "/tmp"}
    call = [sys.executable, "-m", "sim", *words]
    if around.bound_by_rights and os.geteuid() == 0:
        call = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *call]
    out = {"closed": subprocess.DEVNULL, "full": None}.get(around.standard_output, subprocess.PIPE)
    if around.standard_output == "closed":
        call = ["sh", "-c", 'exec "$@" >&-', "sh", *call]
    with Path("/dev/full").open("wb") as full:
        out = full if around.standard_output == "full" else out
        process = subprocess.Popen(call, stdout=out, stderr=subprocess.PIPE, cwd=REPOSITORY, env=environment)
    if around.standard_output == "unread":
        process.stdout.close()
        process.stdout = None
    try:
        printed, told = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, told = process.communicate()
        left.errors.append(f"not ended after {PATIENCE} s")
    texts = [(text or b"").decode(around.encoding, "replace") for text in (printed, told)]
    left.ended.append((words, Ended(process.returncode, *texts)))


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Return what lies in a folder by name: its kind and, of files, a digest; links are not followed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        kind = stat.S_IFMT(path.lstat().st_mode)
        content = str(path.readlink()) if path.is_symlink() else ""
        if stat.S_ISREG(kind) and os.access(path, os.R_OK):
            content = sha256(path.read_bytes()).hexdigest()
        found[path.relative_to(folder).as_posix()] = (kind, content)
    return found


def run(case: Case, folder: Path) -> Left:
    """Run the commands of a case, one after another until one does not end well."""
    left = Left(before=contents(folder))
    execute = apart if case.around.apart else in_this_process
    with reader_of(case.pipe):
        for words in case.commands:
            execute(words, case.around, left)
            if left.status != 0:
                break
    left.after = contents(folder)
    return left


@contextmanager
def workshop(kept: Path | None = None) -> Iterator[Path]:
    """Yield an empty folder that every user may enter, removed afterwards unless it is one to be kept."""
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="sim-fuzz-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for inner in [folder, *folder.iterdir()]:
            if inner.is_dir() and not inner.is_symlink():
                inner.chmod(0o755)
        shutil.rmtree(folder)
