"""Atomic writes: a file or folder appears complete or not at all.

`write_whole` and `whole_folder` write under a hidden name beside the target, flush, rename. A killed process leaves the
old content; its leftover is removed by a later write, once an hour old (`clear_leftovers`). `check_writable` refuses a
folder before anything runs.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from sim.simulation.interrupts import interrupts_held_back

PARTIAL, REPLACED = ".partial", ".replaced"
"""Ends of hidden names: of what is not complete yet, and of a folder that is about to vanish."""

STALE_SECONDS = 3600.0
"""A hidden name this old belongs to nobody: writing takes seconds."""


class StorageError(ValueError):
    """A run cannot be written or read; the message says which file and what to do."""


def check_writable(directory: Path) -> None:
    """Refuse, before anything runs, a folder that cannot be made."""
    parent = directory.resolve()
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise StorageError(f"{directory}: cannot write there, {parent} is a file; choose another --out")
    if not os.access(parent, os.W_OK):
        raise StorageError(f"{directory}: no permission to write into {parent}; choose another --out")
    if directory.is_dir() and any(directory.iterdir()) and not (directory / "manifest.json").exists():
        raise StorageError(f"{directory}: holds files that are not a run; choose an empty folder with --out")


@contextmanager
def whole_folder(directory: Path) -> Iterator[Path]:
    """Yield a temporary folder that takes the target's place when the block ends well, and vanishes otherwise."""
    directory = directory.resolve()
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        clear_leftovers(directory)
        temporary = _hidden_folder(directory, PARTIAL)
    except OSError as error:
        raise StorageError(f"{directory}: cannot write there ({error.strerror}); choose another --out") from error
    try:
        yield temporary
        for file in temporary.rglob("*"):
            if file.is_file():
                with file.open("rb+") as handle:
                    os.fsync(handle.fileno())
        _settle(temporary)
        temporary.chmod(0o755)
        if directory.exists():
            replaced = _hidden_folder(directory, REPLACED)
            directory.rename(replaced / "run")
            temporary.rename(directory)
            shutil.rmtree(replaced)
        else:
            temporary.rename(directory)
        _settle(directory.parent)
    except OSError as error:
        raise StorageError(f"{directory}: writing failed ({error.strerror}); nothing was kept") from error
    finally:
        with interrupts_held_back():  # a second Ctrl-C, out of impatience, must not stop the clearing up
            shutil.rmtree(temporary, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; where the disk does not take it, what was there is still there, and OSError is raised."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    _settle(path.parent)


def clear_leftovers(path: Path) -> None:
    """Remove what a process that was killed left hidden beside a path; what may be in the making stays."""
    for left in path.parent.glob(f".{escape(path.name)}.*"):
        with suppress(OSError):  # somebody else clears, or may not be cleared after
            if left.suffix in (PARTIAL, REPLACED) and time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _hidden_folder(directory: Path, end: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f".{directory.name}.", suffix=end, dir=directory.parent))


def _settle(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system lets one flush a folder."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
