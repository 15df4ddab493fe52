"""Whether a platform's paid clicks (P4P) pay: `with_and_without_p4p` compares each strategy with itself, path by path.

Without means a daily budget of nothing: no click is bought, the policy has nothing to move, and everything else, the
price of a click by which free visits are stated too, stays as it was. (With the section switched off the base of free
visits would refer to ``visits.reference_clicks``, the same in every world, and the pairing would lose that.)
"""

from __future__ import annotations

from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.paired import PairedComparison, compare_strategies
from sim.results.run import run
from sim.scenario.scenario import Scenario

SECTION = "p4p"


def advertised(scenario: Scenario) -> dict[str, list[str]]:
    """Return the channels of each strategy that may buy P4P clicks, for the strategies that have one."""
    may = {name for name, sections in scenario.channels.items() if SECTION in sections and sections[SECTION].enabled}
    found = {
        name: [channel for channel in channels if channel in may] for name, channels in scenario.strategies.items()
    }
    return {name: channels for name, channels in found.items() if channels}


def with_and_without_p4p(
    scenario: Scenario, *, worlds: int = WORLDS, replicates: int = REPLICATES, seed: int = SEED, n_jobs: int = 1
) -> dict[str, PairedComparison]:
    """Compare each strategy that buys P4P clicks with itself without them.

    Returns
    -------
    dict of str to PairedComparison
        By strategy; differences are with P4P less without. ``beats`` is the share of paths on which P4P paid: settled
        profit with it above settled profit without. Empty where nobody buys any.
    """
    channels = advertised(scenario)
    if not channels:
        return {}
    with_it = scenario.with_({"strategies": {name: list(scenario.strategies[name]) for name in channels}})
    budgets = {f"{channel}.{SECTION}.daily_budget": 0 for used in channels.values() for channel in used}
    one, other = (
        run(scenario, worlds=worlds, replicates=replicates, seed=seed, n_jobs=n_jobs)
        for scenario in (with_it, with_it.with_(budgets))
    )
    return {name: compare_strategies(one, name, other, name) for name in channels}
