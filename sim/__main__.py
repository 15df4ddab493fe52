"""Where the program begins, as ``sim`` or ``python -m sim``."""

from __future__ import annotations

import signal


def main() -> None:
    """Read the program, then run it; Ctrl-C before there is anything to clear up ends it without a word."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # in the background of a script it is ignored
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from sim.cli.app import main as command_line

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command_line()


if __name__ == "__main__":
    main()
