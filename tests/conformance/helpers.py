"""Run the command line in this process, as a person would."""

import sys
from dataclasses import dataclass

from sim.cli.app import main


@dataclass
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str


def command(monkeypatch, capsys, *words):
    """Run ``sim`` with these words."""
    monkeypatch.setattr(sys, "argv", ["sim", *map(str, words)])
    status = 0
    try:
        main()
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else 0
    captured = capsys.readouterr()
    return Outcome(status, captured.out, captured.err)
