"""Where the time of the article scenario goes: ``python benchmarks/profile_article.py [--worlds N] [--config FILE]``.

One process, one span of 8,192 paths unless told otherwise; processor time, so that a busy machine disturbs it less.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from unittest import mock

import sim
from sim.business.market import Environment
from sim.business.mechanisms.base import Phase
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from sim.simulation.strategy_run import ChannelRun


def main() -> None:
    """Run once plainly for the rate, once with a watch on every section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=2048)
    parser.add_argument("--config", default="configs/article.yaml")
    arguments = parser.parse_args()
    scenario = sim.load(arguments.config)
    plan = Plan(seed=1, worlds=arguments.worlds, replicates=4)
    started = time.process_time()
    simulate(scenario, plan)
    seconds = time.process_time() - started
    channels = sum(len(channels) for channels in scenario.strategies.values())
    path_days = plan.n_paths * scenario.horizon_days
    print(f"{seconds:.2f} s processor time for {plan.n_paths:,} paths x {scenario.horizon_days} days")
    print(f"{path_days / seconds / 1e6:.2f} million path-days a second, all {len(scenario.strategies)} strategies each")
    print(f"{path_days * channels / seconds / 1e6:.2f} million channel-path-days a second ({channels} channels a path)")
    spent: Counter[str] = Counter()

    def run(shop: ChannelRun, phase: Phase, environment: Environment, _before: object) -> None:
        for step in shop.steps:
            if step.mechanism.phase is phase:
                since = time.process_time()
                step.mechanism.step(shop.state, shop.today, shop.book, environment, step.luck)
                spent[f"{shop.name}.{step.mechanism.section}"] += time.process_time() - since

    with mock.patch.object(ChannelRun, "run", run):
        simulate(scenario, plan)
    for section, took in spent.most_common(15):
        print(f"{section:<32}{took:7.2f} s  {1e9 * took / path_days:6.0f} ns a path-day")


if __name__ == "__main__":
    main()
