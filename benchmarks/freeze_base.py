"""Solve for the base hazard behind the article's chance of a freeze (F12): ``python benchmarks/freeze_base.py``.

With ``covers: first_year`` the chance of ``store.paypal_freeze.annual_probability`` holds for the first 365 days with
all factors. The new account's is known; the mean of the others, ``other_factors``, is what makes the share of paths
that are frozen come out at that chance. Each line: a value, the share it gives with its 95% interval, and the value
that share asks for, as the hazard is the base over it. It ends where the chance lies within half a standard error.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping
from typing import Any

import sim
from sim.business.calendar import DAYS_A_YEAR
from sim.estimates import Estimate, estimate_probability
from sim.scenario.scenario import Scenario
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from sim.studies.article import FREEZE, store_alone

KEY = f"{FREEZE}.other_factors"
MOST_ROUNDS = 6


def frozen(store: Scenario, plan: Plan, factors: float, n_jobs: int = 1) -> Estimate:
    """Return the share of paths that are frozen within 365 days."""
    run = simulate(store.with_({"horizon_days": DAYS_A_YEAR, KEY: factors}), plan, n_jobs=n_jobs)
    [record] = run.records.values()
    return estimate_probability(record.paths[f"{FREEZE}.freezes"] > 0, plan.replicates)


def solved(scenario: Scenario, plan: Plan, n_jobs: int = 1) -> Iterator[tuple[float, Estimate, float]]:
    """Yield values, the share each gives, and the next value; the first is the scenario's own."""
    store = store_alone(scenario)
    if store is None:
        raise ValueError(f"{scenario.name}: no strategy is the store alone")
    values: Mapping[str, Any] = store.section("store", "paypal_freeze").values
    if values["covers"] != "first_year":
        raise ValueError(f"{scenario.name}: nothing to solve for, {FREEZE}.covers is {values['covers']}")
    chance, factors = values["annual_probability"].mean, float(values["other_factors"].mean)
    for _ in range(MOST_ROUNDS):
        share = frozen(store, plan, factors, n_jobs)
        asked = factors * math.log1p(-share.estimate) / math.log1p(-chance)
        yield factors, share, asked
        if abs(share.estimate - chance) <= (share.high - share.low) / 2 / 1.96 / 2:
            return
        factors = round(asked, 3)
    raise ArithmeticError(f"{scenario.name}: no value found in {MOST_ROUNDS} rounds")


def main() -> None:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default="configs/article.yaml")
    parser.add_argument("--worlds", type=int, default=16384)
    parser.add_argument("--replicates", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    plan = Plan(given.seed, given.worlds, given.replicates)
    print("| other_factors | frozen within 365 days | 95% | asks for |\n|--:|--:|---|--:|")
    for factors, share, asked in solved(sim.load(given.config), plan, given.jobs):
        found = f"{share.estimate:.4f} | {share.low:.4f}-{share.high:.4f}"
        print(f"| {factors:g} | {found} | {asked:.3f} |", flush=True)


if __name__ == "__main__":
    main()
