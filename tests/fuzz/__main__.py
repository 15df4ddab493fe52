"""Fuzzing by hand: ``python -m tests.fuzz --seed 7 --cases 500``, or one case again: ``--seed 7 --case 33``."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tests.fuzz.rounds import Judged, judged, one


def main() -> None:
    """Draw cases, show what they broke, end with status 1 where there was something."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=500, help="how many")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--case", type=int, help="this one alone")
    parser.add_argument("--keep", type=Path, help="with --case: lay its files out in this new folder, and leave them")
    asked = parser.parse_args()
    if asked.case is not None:
        found = one(asked.seed, asked.case, asked.keep)
        print(found)
        for words in found.case.commands:
            print("  sim", *words)
        raise SystemExit(bool(found.broke))
    raise SystemExit(bool(evening(asked.seed, range(asked.first, asked.first + asked.cases))))


def evening(seed: int, cases: range) -> list[Judged]:
    """Run a round, with a line of progress every ten seconds and each failure as it comes."""
    started = said = time.monotonic()
    failed = []
    for number, found in enumerate(judged(seed, cases), 1):
        if found.broke:
            failed.append(found)
            print(found, flush=True)
        if time.monotonic() - said > 10:
            said = time.monotonic()
            print(f"{number} of {len(cases)} cases, {len(failed)} failed, {said - started:.0f} s", flush=True)
    print(f"{len(cases)} cases of seed {seed}: {len(failed)} failed, {time.monotonic() - started:.0f} s")
    return failed


if __name__ == "__main__":
    main()
