"""Where the program begins, as ``sim`` or ``python -m sim``."""

from __future__ import annotations

import atexit
import gc
import signal
import sys


def main() -> None:
    """Read the program, then run it; Ctrl-C before there is anything to clear up ends it without a word."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # in the background of a script it is ignored
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from sim.cli.app import main as command_line

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    atexit.register(leave_memory)
    command_line()


def leave_memory() -> None:
    """Let memory go with the process: to look through it for cycles first takes half a second after a run."""
    if "duckdb" not in sys.modules:  # it would complain of what is left
        gc.freeze()


if __name__ == "__main__":
    main()
