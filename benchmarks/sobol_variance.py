"""How much do evenly spread worlds save? ``python benchmarks/sobol_variance.py [--blocks N] [--scramble WORLDS]``.

Scrambles are independent of each other whichever way their worlds are spread, so the variance of their means is the
error of a run of one scramble. Against random worlds, whose variance all worlds together tell; the ratio's interval is
that of a chi-square with ``scrambles - 1`` degrees of freedom. Of the variance a part is luck within the worlds, that
no spread of worlds lessens: the last columns leave it out. ``--scramble`` measures scrambles of another size than the
package's.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

import sim
from sim.randomness import world_sampling
from sim.randomness.streams import BLOCK
from sim.results.result import Result
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

Array = NDArray[np.float64]


def main() -> None:
    """Run the scenario under each spread of worlds and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=16)
    parser.add_argument("--replicates", type=int, default=4)
    parser.add_argument("--config", default="configs/article.yaml")
    parser.add_argument("--strategies", default="independent,aliexpress")
    parser.add_argument("--scramble", type=int, default=world_sampling.WORLDS_A_SCRAMBLE, help="worlds, divides 1,024")
    arguments = parser.parse_args()
    size = world_sampling.WORLDS_A_SCRAMBLE = arguments.scramble
    wanted = arguments.strategies.split(",")
    whole = sim.load(arguments.config)
    plan = Plan(seed=1, worlds=arguments.blocks * BLOCK, replicates=arguments.replicates)
    found: dict[str, dict[str, Array]] = {}
    for sampling in ("random", "latin_hypercube", "sobol"):
        scenario = replace(whole, sampling=sampling, strategies={name: whole.strategies[name] for name in wanted})
        found[sampling] = figures(Result.of(simulate(scenario, plan)))
    freedom = plan.worlds // size - 1
    spread = [freedom / stats.chi2.ppf(q, freedom) for q in (0.975, 0.025)]
    print(f"{freedom + 1} scrambles of {size} worlds, {arguments.replicates} replicates: variance of a scramble's mean")
    print("under random worlds over that under each spread [95%], and of the worlds' part alone")
    for name, random in found["random"].items():
        usual = random.mean(axis=1).var(ddof=1) / size
        luck = float(random.var(axis=1, ddof=1).mean()) / arguments.replicates / size
        print(f"{name}: mean {random.mean():.4g}, luck is {100 * luck / usual:.0f}% of the variance")
        for sampling in ("random", "latin_hypercube", "sobol"):
            even = found[sampling][name].mean(axis=1).reshape(-1, size).mean(axis=1).var(ddof=1)
            ratio = usual / even
            low, high = ratio / spread[1], ratio / spread[0]
            rest = max(even - luck, 0.0)
            alone = f"{(usual - luck) / rest:.2f}" if rest > 0.0 else "too large to tell"
            print(f"  {sampling:<16} {ratio:6.2f} [{low:.2f}, {high:.2f}]   worlds' part {alone}")


def figures(result: Result) -> dict[str, Array]:
    """Return (n_worlds, replicates) of each strategy's figures at the horizon."""
    out = {}
    for strategy in result.strategies:
        settled = np.asarray(result.record(strategy).monthly["settled_profit"][-1], dtype=float)
        out[f"{strategy}, P(profit)"] = result.profitable(strategy)[-1].astype(float)
        out[f"{strategy}, mean settled profit"] = settled
    return {name: values.reshape(-1, result.plan.replicates) for name, values in out.items()}


if __name__ == "__main__":
    main()
