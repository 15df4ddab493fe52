"""Ctrl-C, held back or remembered.

`interrupts_held_back` delays it while something must not be cut short: a rename, the start of a process.
`remembered_interrupts` raises it again where Python drops it: an exception inside a garbage collector's or a weak
reference's callback is printed and thrown away, a KeyboardInterrupt too, and process pools are full of such callbacks.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Hear of Ctrl-C at the end only.

    Processes begun in here inherit that it is held back, and never hear of it: they have no traceback of their own to
    show, from their first moment on.
    """
    pressed = threading.Event()  # another thread may take the signal, and this one would be told at once
    before = signal.getsignal(signal.SIGINT)
    ours = threading.current_thread() is threading.main_thread() and before is not None
    if ours:
        signal.signal(signal.SIGINT, lambda *_: pressed.set())
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if os.name == "posix" else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if ours:
            signal.signal(signal.SIGINT, before)
        if pressed.is_set():
            signal.raise_signal(signal.SIGINT)


@contextmanager
def remembered_interrupts() -> Iterator[Callable[[], None]]:
    """Yield a check that raises KeyboardInterrupt if Ctrl-C was pressed since the beginning.

    Outside the main thread, or where the caller handles the signal in a way of its own, nothing is changed and the
    check never raises.
    """
    pressed = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    ours = threading.current_thread() is threading.main_thread() and before is signal.default_int_handler

    def remember(number: int, frame: FrameType | None) -> None:
        pressed.set()
        signal.default_int_handler(number, frame)

    def check() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    if ours:
        signal.signal(signal.SIGINT, remember)
    try:
        yield check
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)
