"""Race this toolkit against its peers on one small model: ``python benchmarks/peers/run.py [--quick] [--rounds N]``.

All versions simulate the model of ``model.py`` on one core, taking turns, and every round gives each version's speed
as a ratio to the plain vectorised loop of the same round; processor time, so that a busy machine disturbs it less. The
table is printed only if all versions agree on the outcome. Needs ``pip install -e ".[bench]"``; a library that is
missing is listed as missing.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.metadata
import itertools
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from model import DAYS, Array

TOLERANCE = 4.0
"""Standard errors by which two versions may differ."""
BUSY = 1.5
"""Load of the last minute from which a round is repeated: this process is 1."""
THRESHOLDS = (-5000.0, 0.0, 10_000.0)
"""P(settled profit above) is compared at each; at 0 it is P(profit)."""


@dataclass
class Version:
    """One way to simulate the model.

    Parameters
    ----------
    module : str
        File beside this one with ``profits(n_paths, seed)``.
    title : str
    package : str
        Distribution it needs; empty for what this toolkit needs anyway.
    n_paths : int
        Paths a round: about a second or two.
    """

    module: str
    title: str
    package: str
    n_paths: int
    rates: list[float] = field(default_factory=list)
    outcomes: list[Array] = field(default_factory=list)

    def import_profits(self) -> Callable[[int, int], Array] | None:
        """Return the function to race; None where its library is not installed."""
        try:
            found: Callable[[int, int], Array] = importlib.import_module(self.module).profits
        except ModuleNotFoundError as error:
            if self.package and error.name == self.package.replace("-", "_"):
                return None
            raise
        return found

    def readings(self) -> list[tuple[str, float, float]]:
        """Return what versions must agree on: (name, estimate, its standard error) over all rounds."""
        profit = np.concatenate(self.outcomes)
        rows = [("mean settled profit", float(profit.mean()), float(profit.std(ddof=1)) / profit.size**0.5)]
        for threshold in THRESHOLDS:
            share = float((profit > threshold).mean())
            error = max(share * (1.0 - share) / profit.size, 1.0 / profit.size**2) ** 0.5
            rows.append((f"P(profit above {threshold:,.0f})", share, error))
        return rows


PLAIN = "plain_numpy"


def versions(quick: bool) -> list[Version]:
    """Return all versions."""
    known = [
        Version("with_numba", "fused loop, numba", "numba", 131_072),
        Version(PLAIN, "plain vectorised loop, NumPy", "", 65_536),
        Version("toolkit", "**this toolkit**, books on", "", 16_384),
        Version("with_monaco", "monaco", "monaco", 8_192),
        Version("with_ema_workbench", "EMA Workbench", "ema_workbench", 8_192),
        Version("with_squigglepy", "squigglepy", "squigglepy", 4_096),
        Version("plain_python", "plain Python loop", "", 2_048),
        Version("with_simpy", "SimPy", "simpy", 2_048),
    ]
    for version in known:
        if quick:
            # Vectorised versions keep their full width: narrower is slower a path.
            version.n_paths = version.n_paths // 2 if version.module == "toolkit" else version.n_paths // 4
    return known


def load() -> float:
    """Return the machine's load of the last minute; nan where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def race(entered: dict[str, Callable[[int, int], Array]], by_name: dict[str, Version], rounds: int) -> list[float]:
    """Run the rounds; return the load at the end of each that counts.

    A round on a busy machine is repeated, until ``rounds`` were quiet or twice as many are over; the quietest count.
    """
    loads: list[float] = []
    while len(loads) < 2 * rounds and sum(not at > BUSY for at in loads) < rounds:
        turn = len(loads)
        names = list(entered)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            version = by_name[name]
            gc.collect()
            started = time.process_time()
            profit = entered[name](version.n_paths, 1 + turn)
            seconds = time.process_time() - started
            version.rates.append(version.n_paths * DAYS / seconds / 1e6)
            version.outcomes.append(profit)
        loads.append(load())
        print(f"round {turn + 1}: load {loads[-1]:.1f}", file=sys.stderr)
    quietest = sorted(np.argsort(np.nan_to_num(loads), kind="stable")[:rounds])
    for name in entered:
        by_name[name].rates = [by_name[name].rates[turn] for turn in quietest]
    return [loads[turn] for turn in quietest]


def disagreements(raced: list[Version]) -> list[str]:
    """Return what any two versions do not agree on."""
    found = []
    for one, other in itertools.combinations(raced, 2):
        for (name, a, error_a), (_, b, error_b) in zip(one.readings(), other.readings(), strict=True):
            gap = abs(a - b) / np.hypot(error_a, error_b)
            if not gap <= TOLERANCE:
                found.append(f"{name}: {one.module} {a:,.4g}, {other.module} {b:,.4g}: {gap:.1f} standard errors apart")
    return found


def ratios(version: Version, base: Version) -> Array:
    """Return the speed relative to ``base``, round by round."""
    return np.array(version.rates) / np.array(base.rates)


def show(raced: list[Version], missing: list[Version], loads: list[float]) -> None:
    """Print machine, table and targets as Markdown."""
    by_name = {version.module: version for version in raced}
    plain = by_name[PLAIN]
    packages = ["numpy", "scipy", *(version.package for version in raced if version.package)]
    print("| | |\n|---|---|")
    print(f"| machine | {machine()}, {os.cpu_count()} cores; one used |")
    print(f"| Python | {platform.python_version()} |")
    print(f"| versions | {', '.join(f'{name} {importlib.metadata.version(name)}' for name in packages)} |")
    print(f"| rounds, load after each | {len(loads)}; {', '.join(f'{at:.1f}' for at in loads)} |\n")
    print("| version | paths a round | million path-days a second | x plain loop, median | range |", end="")
    print(" mean settled profit | P(profit) |\n|---|--:|--:|--:|--:|--:|--:|")
    for version in sorted(raced, key=lambda version: -float(np.median(ratios(version, plain)))):
        relative = ratios(version, plain)
        mean, profit = version.readings()[0], version.readings()[1 + THRESHOLDS.index(0.0)]
        print(
            f"| {version.title} | {version.n_paths:,} | {np.median(version.rates):.3g} "
            f"| {np.median(relative):.3g} | {relative.min():.3g}-{relative.max():.3g} "
            f"| {mean[1]:,.0f} ± {mean[2]:,.0f} | {profit[1]:.2%} ± {profit[2]:.2%} |"
        )
    for version in missing:
        print(f"| {version.title} | not installed: `{version.package}` | | | | | |")
    print("\n| target | measured, median and range | |\n|---|--:|---|")
    toolkit = by_name["toolkit"]
    target("at least 2 x the plain vectorised loop", ratios(toolkit, plain), 2.0)
    if "with_numba" in by_name:
        text = "at least 1/4 of the fused numba loop's speed (at most 4 x its time)"
        target(text, ratios(toolkit, by_name["with_numba"]), 0.25)
    if "with_monaco" in by_name:
        target("at least 20 x monaco", ratios(toolkit, by_name["with_monaco"]), 20.0)


def target(text: str, relative: Array, least: float) -> None:
    """Print whether a target is reached, by the median round."""
    verdict = "reached" if np.median(relative) >= least else "**not reached**"
    print(f"| {text} | {np.median(relative):.2g} ({relative.min():.2g}-{relative.max():.2g}) | {verdict} |")


def machine() -> str:
    """Return the processor's name."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def main() -> int:
    """Warm up, race, compare, print; 1 where versions disagree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="3 rounds, fewer paths")
    parser.add_argument("--rounds", type=int, help="rounds that count (7, or 3 with --quick)")
    parser.add_argument("--json", type=Path, help="write million path-days a second of each version, round by round")
    arguments = parser.parse_args()
    default = 3 if arguments.quick else 7
    rounds = default if arguments.rounds is None else arguments.rounds
    if rounds < 1:
        parser.error("--rounds must be at least 1")
    known = versions(arguments.quick)
    by_name = {version.module: version for version in known}
    functions = {version.module: version.import_profits() for version in known}
    entered = {name: profits for name, profits in functions.items() if profits is not None}
    for profits in entered.values():
        profits(64, 0)  # compile, import, fill caches
    loads = race(entered, by_name, rounds)
    raced = [by_name[name] for name in entered]
    wrong = disagreements(raced)
    if wrong:
        print("The versions do not simulate the same model; no table.", *wrong, sep="\n", file=sys.stderr)
        return 1
    if arguments.json:
        arguments.json.write_text(json.dumps({version.module: version.rates for version in raced}), encoding="utf-8")
    show(raced, [version for version in known if version.module not in entered], loads)
    return 0


if __name__ == "__main__":
    sys.exit(main())
