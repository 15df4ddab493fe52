"""What if Ctrl-C lands where Python throws it away? It is remembered, and raised again at the next cell.

An exception inside a garbage collector's or a weak reference's callback is printed and dropped, a KeyboardInterrupt
too; process pools are full of such callbacks. A sweep would then go on for hours as if nobody had asked it to stop.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


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
