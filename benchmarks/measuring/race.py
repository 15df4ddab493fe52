"""The peers' race of the present state, as `benchmarks/peers/run.py` runs it, and its targets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from measuring.rows import AFTER, Target
from measuring.table import Line, Reading
from measuring.turns import NotMeasured, last_line
from measuring.versions import Version

PEERS = {"plain_numpy": "plain NumPy", "with_numba": "fused numba", "with_monaco": "monaco"}
LEAST = {
    "": {"plain_numpy": 0.55},
    "fast": {"plain_numpy": 1.5, "with_numba": 0.75, "with_monaco": 6.0},
}
"""Speed of the toolkit as a multiple of a peer's, by the extra that the toolkit is installed with."""


def race(version: Version, extra: str, quick: bool) -> tuple[list[Line], str]:
    """Return the lines of the race and the table that it prints itself."""
    try:
        rates, printed = run(version, extra, quick)
    except NotMeasured as failed:
        rates, printed = {}, ""
        why = str(failed)
    else:
        why = "not installed"
    lines = []
    for peer, title in PEERS.items():
        target = Target(AFTER, LEAST[extra][peer], least=True) if peer in LEAST[extra] else None
        name = f"small model, speed to {title}{', with `fast`' if extra else ''}"
        after = Reading(why=why)
        if peer in rates:
            after = Reading(tuple(a / b for a, b in zip(rates["toolkit"], rates[peer], strict=True)))
        lines.append(Line(name, "x", Reading(), after, target, os.getloadavg()[0]))
    return lines, printed


def run(version: Version, extra: str, quick: bool) -> tuple[dict[str, list[float]], str]:
    """Race; return the speed of each peer, round by round, and what was printed."""
    python = version.python("bench", *([extra] if extra else []))
    told = Path(version.folder) / "race.json"
    command: list[str | Path] = [python, "benchmarks/peers/run.py", "--json", told, *(["--quick"] if quick else [])]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    print(f"the peers' race, {version.name}", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=version.folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(last_line(done.stderr))
    return json.loads(told.read_text(encoding="utf-8")), done.stdout
