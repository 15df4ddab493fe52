"""Histories of one strategy under changed settings, on the same market and luck: `Trials`.

Changes are simulated in several processes, where there are any, and only what is asked of them comes back. Small looks
at the first worlds of a run see the same shocks as it does; some of them stand side by side in one span, where each
costs a thirtieth of a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates import EstimateRefused, Sample
from sim.randomness.streams import BLOCK
from sim.results.outcomes import AFTER_PAY, profitable
from sim.results.result import Result
from sim.results.run import run
from sim.scenario.scenario import Scenario
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from sim.simulation.processes import cores, ordered_map
from sim.simulation.recorder import Record
from sim.simulation.side_by_side import Unlike, shared_out, simulate_side_by_side
from sim.simulation.spans import OnProgress
from sim.studies.crossing import SMALL, WHOLE
from sim.studies.crossing_line import Hits, Look

Changes = Mapping[str, Any]
"""Values by dotted key."""


@dataclass(frozen=True)
class Lived:
    """What became of the histories of one strategy.

    Parameters
    ----------
    profitable, ruined : (n_paths,) bool
        Settled profit at the horizon without ruin; ruined by then.
    money : (n_paths,) float32
        Profit after owner's pay at the horizon, scenario currency.
    peak_funding : (n_paths,) float32
        Capital less lowest cash.
    advertising : float
        Mean spending on ads over the horizon, scenario currency.
    """

    profitable: Hits
    ruined: Hits
    money: NDArray[np.float32]
    peak_funding: NDArray[np.float32]
    advertising: float

    @classmethod
    def of(cls, record: Record) -> Lived:
        """Take it from a strategy's record."""
        return cls(
            profitable(record)[-1],
            np.isfinite(record.paths["ruin_day"]),
            record.monthly[AFTER_PAY][-1],
            record.paths["peak_funding"],
            float(record.monthly["ad_spend"].sum(axis=0).mean()),
        )


def live(strategy: str, scenario: Scenario, plan: Plan) -> Lived:
    """Simulate a scenario in this process; what is left is what became of one strategy."""
    return Lived.of(simulate(scenario, plan).records[strategy])


def live_together(strategy: str, together: tuple[Sequence[Scenario], Plan]) -> list[Lived]:
    """Simulate scenarios in this process: side by side, as far as they differ in numbers alone."""
    scenarios, plan = together
    if len(scenarios) > 1:
        try:
            return [Lived.of(records[strategy]) for records in simulate_side_by_side(scenarios, plan)]
        except Unlike:
            pass  # one after the other, then
    return [live(strategy, scenario, plan) for scenario in scenarios]


class Trials:
    """One strategy under any settings, on the shocks of one run.

    Parameters
    ----------
    base : Result
        The scenario as it stands. Under a condition the paths that agree with it here count, whatever is changed.
    strategy : str
    n_jobs : int
        Processes; -1 for all cores.
    small_blocks : int
        Blocks of paths of a small look; more where a condition keeps too few of them.
    """

    def __init__(self, base: Result, strategy: str, n_jobs: int = 1, small_blocks: int = 1) -> None:
        self.strategy, self.n_jobs = strategy, n_jobs
        self.plan, self.sample = base.plan, base.sample
        self.small_plan, self.small_sample = small_look(base, small_blocks)
        self.scenario = alone(base.scenario, strategy)
        self.lived = Lived.of(base.record(strategy))
        self.runs = 0
        self._known: dict[tuple[str, int], Lived] = {}

    def at(self, changes: Iterable[Changes], plans: Iterable[Plan], on_run: OnProgress | None = None) -> list[Lived]:
        """Simulate some settings, each at its size, or recall them.

        Parameters
        ----------
        on_run : callable, optional
            Called with (simulations done, simulations asked for) of this batch.
        """
        wanted = list(zip(changes, plans, strict=True))
        names = [(repr(sorted(change.items())), plan.worlds) for change, plan in wanted]
        new = {name: pair for name, pair in zip(names, wanted, strict=True) if name not in self._known}
        # The largest first: two cores then end together.
        new = dict(sorted(new.items(), key=lambda entry: -entry[1][1].worlds))
        pieces = []
        for plan, asked in groupby(new.values(), key=lambda pair: pair[1]):
            scenarios = [self.scenario.with_(change) for change, _ in asked]
            pieces += [(part, plan) for part in shared_out(scenarios, plan.blocks, cores(self.n_jobs))]
        done = ordered_map(partial(live_together, self.strategy), pieces, self.n_jobs)
        for number, (name, lived) in enumerate(zip(new, chain.from_iterable(done), strict=True), start=1):
            self._known[name] = lived
            self.runs += 1
            if on_run is not None:
                on_run(number, len(new))
        return [self._known[name] for name in names]

    def of_small_look(self, lived: Lived) -> Lived:
        """Return what became of the histories of a small look, of those of the whole run."""
        n = self.small_plan.n_paths
        first = lived.profitable[:n], lived.ruined[:n], lived.money[:n], lived.peak_funding[:n]
        return Lived(*first, advertising=lived.advertising)


def small_look(base: Result, blocks: int) -> tuple[Plan, Sample]:
    """Return the size of a small look, and how its paths came about.

    Worlds spread evenly need more of them for an interval of their own: in a small look they pass for random ones.
    """
    replicates, mask = base.plan.replicates, base.sample.mask
    while True:
        worlds = min(blocks * BLOCK // replicates, base.plan.worlds)
        first = None if mask is None else mask[: worlds * replicates]
        sample = Sample(replicates, mask=first)
        try:
            if first is None or sample.kept is not None:
                return replace(base.plan, worlds=worlds), sample
        except EstimateRefused:  # the condition keeps too few worlds of so few
            if worlds == base.plan.worlds:
                raise
        blocks *= 2


def alone(scenario: Scenario, strategy: str) -> Scenario:
    """Return a scenario of one strategy, without condition: what was seen was seen as the scenario stood."""
    kept: dict[str, Any] = {
        "strategies": {strategy: list(scenario.strategies[strategy])},
        "doubts": [],
        "condition": [],
    }
    if scenario.sampling == "sobol":
        del kept["strategies"]  # a number's points depend on which others are drawn
    return scenario.with_(kept)


def as_it_stands(
    scenario: Scenario, strategies: Sequence[str], plan: Plan, n_jobs: int, on_progress: OnProgress | None = None
) -> Result:
    """Run a scenario with the strategies that are asked about; a condition may speak of others, which then run too."""
    if not scenario.condition and scenario.sampling != "sobol":
        scenario = scenario.with_({"strategies": {name: list(scenario.strategies[name]) for name in strategies}})
    return run(scenario, **plan.size, n_jobs=n_jobs, on_progress=on_progress)


Batch = list[tuple[Hashable, float, str]]
Looker = Callable[[Batch], list[Look]]


def looker(
    trials: Trials,
    changes: Callable[[Hashable, float], Changes],
    hits: Callable[[Lived], Hits],
    on_work: Callable[[float], None] = lambda work: None,
) -> Looker:
    """Return what looks at a batch of places, for `sim.studies.crossing.together`.

    Parameters
    ----------
    changes : callable
        From (name of a search, place) to settings.
    hits : callable
        Which histories count.
    on_work : callable
        Told of work done, in small looks.
    """
    weights = {SMALL: 1.0, WHOLE: whole_weight(trials)}
    plans = {SMALL: trials.small_plan, WHOLE: trials.plan}
    samples = {SMALL: trials.small_sample, WHOLE: trials.sample}

    def look(batch: Batch) -> list[Look]:
        each = sum(weights[size] for _, _, size in batch) / len(batch)
        asked = [changes(name, place) for name, place, _ in batch], [plans[size] for _, _, size in batch]
        lived = trials.at(*asked, lambda done, total: on_work(each))
        found = [hits(one) for one in lived]
        return [Look(p, h, samples[size].probability(h)) for (_, p, size), h in zip(batch, found, strict=True)]

    return look


def whole_weight(trials: Trials) -> float:
    """Return how much longer a whole look takes than a small one, about: a look has a cost that does not grow."""
    return max(1.0, 0.4 * trials.plan.n_paths / trials.small_plan.n_paths)


class Work:
    """How far searches are, in small looks; one that takes more than expected waits at its end."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self.report = on_progress or (lambda done, total: None)
        self.done, self.end_of_this, self.total = 0.0, 1.0, 1.0

    def of_base(self) -> OnProgress:
        """Return what the run of the scenario as it stands reports to: a tenth of all."""
        return lambda done, total: self.report(round(100 * done / max(total, 1)), 1000)

    def begins(self, expected: float, left: int) -> None:
        """Expect the work of a strategy, and as much of each of those that are left, this one counted."""
        self.done = self.end_of_this if self.done else 0.0
        self.end_of_this = self.done + expected
        self.total = self.done + left * expected

    def add(self, work: float) -> None:
        """Count work that was done."""
        self.done = min(self.done + work, self.end_of_this)
        self.report(round(100 + 900 * self.done / self.total), 1000)

    def end(self) -> None:
        """Be done."""
        self.report(1000, 1000)
