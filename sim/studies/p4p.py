"""Whether a platform's paid clicks (P4P) pay: `with_and_without_p4p` compares each strategy with itself, path by path.

Without means a daily budget of nothing: no click is bought, the policy has nothing to move, and everything else, the
price of a click by which free visits are stated too, stays as it was. (With the section switched off the base of free
visits would refer to ``visits.reference_clicks``, the same in every world, and the pairing would lose that.)
"""

from __future__ import annotations

from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.paired import PairedComparison, compare_strategies
from sim.results.result import Result
from sim.results.run import run
from sim.scenario.scenario import Scenario
from sim.simulation.spans import OnProgress
from sim.simulation.worlds import worlds_apart

SECTION = "p4p"


def advertised(scenario: Scenario) -> dict[str, list[str]]:
    """Return the channels of each strategy that may buy P4P clicks, for the strategies that have one."""
    may = {name for name, sections in scenario.channels.items() if SECTION in sections and sections[SECTION].enabled}
    found = {
        name: [channel for channel in channels if channel in may] for name, channels in scenario.strategies.items()
    }
    return {name: channels for name, channels in found.items() if channels}


def no_budgets(scenario: Scenario) -> dict[str, int]:
    """Return, by dotted key, the budgets of nothing with which nobody buys a click."""
    used = {channel for channels in advertised(scenario).values() for channel in channels}
    return {f"{channel}.{SECTION}.daily_budget": 0 for channel in sorted(used)}


def with_and_without_p4p(
    scenario: Scenario, *, worlds: int = WORLDS, replicates: int = REPLICATES, seed: int = SEED, n_jobs: int = -1
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
    one, other = (
        run(each, worlds=worlds, replicates=replicates, seed=seed, n_jobs=n_jobs)
        for each in (with_it, with_it.with_(no_budgets(with_it)))
    )
    return {name: compare_strategies(one, name, other, name) for name in channels}


def without_clicks(scenario: Scenario) -> Scenario | None:
    """Return a scenario that buys no P4P clicks; None where nobody may, or where it would see other worlds."""
    budgets = no_budgets(scenario)
    other = scenario.with_(budgets | ({"condition": []} if scenario.condition else {}))
    return other if budgets and not worlds_apart(scenario, other) else None


def better_without_p4p(base: Result, n_jobs: int, on_progress: OnProgress) -> dict[str, PairedComparison]:
    """Compare a run with itself without P4P, and return the strategies that are surely better off in money without.

    Surely: the 95% interval of the difference of mean settled profit lies below nothing.
    """
    other = without_clicks(base.scenario)
    if other is None:
        return {}
    result = run(other, **base.plan.size, n_jobs=n_jobs, on_progress=on_progress)
    # The paths that count are those of the scenario as it stands: it is the second, its gap the other way round.
    found = {name: compare_strategies(result, name, base, name) for name in advertised(base.scenario)}
    return {name: gap for name, gap in found.items() if gap.money[-1].low > 0}
