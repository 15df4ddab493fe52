"""Atomic writes: a file or folder appears complete or not at all.

`write_whole` and `whole_folder` write under a hidden name beside the target, flush, rename. A killed process leaves the
old content; its leftover is removed by a later write, once an hour old (`clear_leftovers`). A kill in the instant in
which one folder makes room for another leaves the old one hidden: `put_back` is called by whoever reads or writes that
name. Links are followed: what they point to is replaced, the link stays. `check_writable` refuses a folder before
anything runs.
"""

from __future__ import annotations

import errno
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

RUN, GONE = "run", "gone"
"""Names within a replaced folder's hidden one: of what may have to be put back, and of what was replaced for good."""

STALE_SECONDS = 3600.0
"""A hidden name this old belongs to nobody: writing takes seconds."""


class StorageError(ValueError):
    """A run cannot be written or read; the message says which file and what to do."""


def check_writable(directory: Path) -> None:
    """Refuse, before anything runs, a folder that cannot be made."""
    put_back(directory)
    try:
        parent = real_path(directory)
        str(parent).encode()  # what writes the tables takes names in UTF-8 alone
        while not parent.exists():
            parent = parent.parent
        if not parent.is_dir():
            raise StorageError(f"{directory}: cannot write there, {parent} is {kind_of(parent)}; choose another --out")
        if not os.access(parent, os.W_OK):
            raise StorageError(f"{directory}: no permission to write into {parent}; choose another --out")
        if directory.is_dir() and any(directory.iterdir()) and not (directory / "manifest.json").exists():
            raise StorageError(f"{directory}: holds files that are not a run; choose an empty folder with --out")
    except OSError as error:
        raise StorageError(f"{directory}: cannot write there ({error.strerror}); choose another --out") from error
    except UnicodeEncodeError as error:
        raise StorageError(f"{directory}: is not a name in UTF-8; choose another --out") from error


def real_path(path: Path) -> Path:
    """Return where a path leads once its links are followed; links that lead round and round raise OSError."""
    with suppress(FileNotFoundError, NotADirectoryError):  # what is to be made is not there yet
        path.stat()
    return Path(os.path.realpath(path))


def kind_of(path: Path) -> str:
    """Return in words what stands at a path that is no folder."""
    if path.is_file():
        return "a file"
    known = {"a pipe": path.is_fifo(), "a socket": path.is_socket()}
    return next((kind for kind, found in known.items() if found), "a device")


@contextmanager
def whole_folder(directory: Path) -> Iterator[Path]:
    """Yield a temporary folder that takes the target's place when the block ends well, and vanishes otherwise."""
    try:
        directory = real_path(directory)
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
        with interrupts_held_back():
            _take_its_place(temporary, directory)
    except OSError as error:
        raise StorageError(f"{directory}: writing failed ({error.strerror}); nothing was kept") from error
    finally:
        with interrupts_held_back():  # a second Ctrl-C, out of impatience, must not stop the clearing up
            shutil.rmtree(temporary, ignore_errors=True)


def _take_its_place(temporary: Path, directory: Path) -> None:
    """Give a folder the name of another. In between nobody has it for an instant: `put_back` knows how to end that."""
    while True:
        replaced = _hidden_folder(directory, REPLACED) if directory.exists() else None
        if replaced:
            directory.rename(replaced / RUN)
        try:
            temporary.rename(directory)
            break
        except OSError as error:
            put_back(directory)
            if replaced is None or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            # In that instant somebody looked, and put the old one back: once more.
    _settle(directory.parent)
    if replaced:
        (replaced / RUN).rename(replaced / GONE)
        shutil.rmtree(replaced)


def put_back(directory: Path) -> None:
    """Give a folder its name again where a kill took it away before the new one was there."""
    directory = Path(os.path.realpath(directory))
    if os.path.lexists(directory):
        return
    for left in directory.parent.glob(f".{escape(directory.name)}.*{REPLACED}"):
        with suppress(OSError):  # what is not there, or not ours to move, is missed by whoever reads it, and by name
            (left / RUN).rename(directory)
            left.rmdir()
            _settle(directory.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; where the disk does not take it, what was there is still there, and OSError is raised."""
    path = real_path(path)
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, f"it is {'a folder' if path.is_dir() else kind_of(path)}", str(path))
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
    put_back(path)
    for left in path.parent.glob(f".{escape(path.name)}.*"):
        with suppress(OSError):  # somebody else clears, or may not be cleared after
            if left.suffix in (PARTIAL, REPLACED) and time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _hidden_folder(directory: Path, end: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f".{directory.name}.", suffix=end, dir=directory.parent))


def _settle(folder: Path) -> None:
    """Make the names in a folder last through a power cut, where the system lets one flush a folder.

    Where it does not, what was written is whole and has its name all the same: to report a failure would be untrue.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
