"""The table of targets for speed and memory: ``python benchmarks/targets.py [--before COMMIT] [--only NAME ...]``.

The working tree as it is now against a named commit, each installed in an environment of its own; all that is measured
is a fresh process, and both sides take turns. Then the peers' race. A machine that does other work spoils the times:
trust ratios before seconds, and look at the load beside them. The exit status tells nothing about the targets.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import sys
import tempfile
from pathlib import Path

from measuring.measure import measure
from measuring.race import race
from measuring.rows import rows
from measuring.table import HEAD, Line, machine, write_json
from measuring.versions import former, present

BEFORE = "8ed648a"
"""The state before counts were made cheaper: the targets were set from its figures."""
RACE = "peers"


def main() -> None:
    """Make both versions, measure, print."""
    wanted = arguments()
    # Told to stop, the process ends as after Ctrl-C: checkouts are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="sim-targets-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        environments = (wanted.environments or work / "environments").resolve()
        os.environ["TMPDIR"] = folder  # of the jobs: what a killed one leaves is removed, too
        before, after = former(wanted.before, work / "before", environments), present(work / "after", environments)
        for version in (before, after):
            version.python()  # without it there is nothing to measure
        told = machine() | {"versions": f"{before.name}; {after.name}", "rounds": str(wanted.rounds)}
        print("| | |\n|---|---|", *(f"| {name} | {value} |" for name, value in told.items()), "", HEAD, sep="\n")
        lines: list[Line] = []
        printed = ""
        chosen = [row for row in rows(wanted.quick, wanted.full_sweep) if row.key in wanted.only]
        for _, together in itertools.groupby(chosen, key=lambda row: row.key):
            lines += show(measure(list(together), before, after, wanted.rounds))
        if RACE in wanted.only:
            for extra in ("", "fast"):
                found, said = race(after, extra, wanted.quick)
                lines += show(found)
                printed += f"\nThe peers' race{' with `fast`' if extra else ''}:\n\n{said}" if said else ""
        print(printed, end="")
    if wanted.json:
        write_json(wanted.json, told, lines)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    names = [*dict.fromkeys(row.key for row in rows()), RACE]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", default=BEFORE, metavar="COMMIT", help=f"default {BEFORE}")
    parser.add_argument("--rounds", type=int, help="5, or 2 with --quick")
    parser.add_argument("--only", nargs="+", default=names, choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="smaller sizes where a round takes minutes")
    parser.add_argument("--full-sweep", action="store_true", help="all 441 cells: 15 minutes a round")
    parser.add_argument("--environments", type=Path, metavar="DIR", help="keep environments here for the next time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all values")
    wanted = parser.parse_args()
    wanted.rounds = (2 if wanted.quick else 5) if wanted.rounds is None else wanted.rounds
    if wanted.rounds < 1:
        parser.error("--rounds must be at least 1")
    return wanted


def show(lines: list[Line]) -> list[Line]:
    """Print the rows as soon as they are known."""
    print(*(line.markdown() for line in lines), sep="\n", flush=True)
    return lines


if __name__ == "__main__":
    main()
