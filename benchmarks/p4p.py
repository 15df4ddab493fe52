"""What P4P does to each platform: ``python benchmarks/p4p.py [--config FILE]... [--worlds N] [--set KEY=VALUE]...``.

A line a strategy: P(profit) with P4P and without, the differences of P(profit) and of expected settled profit with
their intervals, and the share of paths on which P4P paid.
"""

from __future__ import annotations

import argparse

import sim
from sim.estimates import Estimate
from sim.studies.p4p import with_and_without_p4p

PLATFORMS = "strategies={alibaba: [alibaba], aliexpress: [aliexpress]}"


def interval(estimate: Estimate, form: str) -> str:
    """Return an estimate with its interval."""
    return f"{estimate.estimate:{form}} [{estimate.low:{form}}, {estimate.high:{form}}]"


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", action="append")
    parser.add_argument("--worlds", type=int, default=4096)
    parser.add_argument("--replicates", type=int, default=4)
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    for config in arguments.config or ["configs/article.yaml", "configs/market.yaml"]:
        scenario = sim.load(config, [PLATFORMS, *arguments.set])
        found = with_and_without_p4p(scenario, worlds=arguments.worlds, replicates=arguments.replicates)
        for name, gap in found.items():
            print(
                f"{scenario.name:8} {name:11} P {gap.chance_a.estimate:.3f} with, {gap.chance_b.estimate:.3f} without,",
                f"difference {interval(gap.probability[-1], '+.3f')}, money {interval(gap.money[-1], '+,.0f')},",
                f"paid on {gap.beats.estimate:.3f} of paths",
            )


if __name__ == "__main__":
    main()
