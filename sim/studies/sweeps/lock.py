"""The lock of a sweep's folder, held while cells are computed: one of the operating system, gone with its process.

`locked` holds it, `holder` reads who does.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.results.atomic_writes import StorageError

LOCK = "lock"

MAX_ATTEMPTS = 5
"""Tries a tenth of a second apart: `sim status` holds the lock for an instant to see whether it is free."""


def _take(handle: int) -> bool:
    """Try to lock an open file; whoever holds it loses it when it ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # Beyond the text, so that others can still read who holds it: Windows locks bytes, not files.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def _taken(handle: int) -> bool:
    """Try for a moment."""
    for _ in range(MAX_ATTEMPTS):
        if _take(handle):
            return True
        time.sleep(0.1)
    return False


def _opened(path: Path, how: int) -> int:
    try:
        return os.open(path, how, 0o644)
    except OSError as error:
        raise StorageError(f"{path}: cannot be opened ({error.strerror}); remove it, it is only a lock") from error


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold a folder's lock while the block runs, or name who holds it; that of a process that was killed is free."""
    path = directory / LOCK
    handle = _opened(path, os.O_RDWR | os.O_CREAT)
    try:
        if not _taken(handle):
            holder = path.read_text(encoding="utf-8", errors="replace").strip() or "another process"
            raise StorageError(
                f"{directory}: {holder} is working on a sweep in this folder; wait for it, or choose another --out"
            )
        os.lseek(handle, 0, os.SEEK_SET)
        os.truncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        yield
    finally:
        os.close(handle)


def holder(directory: Path) -> str | None:
    """Return who is working in a folder; None if nobody is."""
    path = directory / LOCK
    if not path.exists():
        return None
    handle = _opened(path, os.O_RDWR)
    try:
        return None if _take(handle) else path.read_text(encoding="utf-8", errors="replace").strip()
    finally:
        os.close(handle)
