"""Search for the starting capital that is enough for one strategy: a grid, then a bisection where ruin falls.

`search` asks `Trials`, which simulate one capital after the other, and returns a `CapitalNeeded`. The grid is nine
capitals spaced evenly on a log scale about the median peak funding, and more upwards where that is too little. The
chance of ruin need not fall with capital, since who has more cash may advertise more and lose more. So it is checked:
where no capital of the grid does worse than a smaller one beyond the noise of paired differences, the crossing of the
level is found by bisection to within a quarter of 1%. Elsewhere the answer is the lowest capital of the grid from which
on ruin stays at or under the level, and is called not monotone. Between two capitals of the grid nothing is checked.

The interval holds the capitals at which the level lies within the interval of the chance of ruin: below ``low`` ruin is
surely more frequent, from ``high`` on surely no more frequent. It is simulation error only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates import Estimate, Sample
from sim.results.result import Result
from sim.results.run import run
from sim.scenario.scenario import Scenario
from sim.simulation.plan import Plan, PlanError
from sim.text.numbers import money, with_error
from sim.text.shown import Shown

GRID_POINTS = 9
MAX_GRID_POINTS = 17

REACH = 8.0
"""The grid spans the median peak funding divided and multiplied by this."""

RESOLUTION = 1.0025
"""Ratio of the two capitals between which a crossing is left: finer than the noise of 8,192 worlds."""

FOUND, SMALLEST_ENOUGH, NONE_ENOUGH, NOT_MONOTONE = "found", "smallest_enough", "none_enough", "not_monotone"

Hits = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class Trial(Shown):
    """What happens with one starting capital.

    Parameters
    ----------
    capital : float
        Scenario currency.
    ruin, profit : Estimate
        P(ruined by the horizon), P(profit at the horizon).
    ruined : (n_paths,) bool
    """

    capital: float
    ruin: Estimate
    profit: Estimate
    ruined: Hits

    def line(self) -> str:
        """Return it in one line."""
        ruin, profit = (with_error(chance.to_dict()) for chance in (self.ruin, self.profit))
        return f"{money(self.capital)}: out of cash {ruin}, a profit {profit}"

    def _told(self) -> tuple[str, Iterable[str]]:
        return f"Trial of {self.line()}", ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"capital": self.capital, "ruin": self.ruin.to_dict(), "profit": self.profit.to_dict()}


@dataclass(frozen=True, repr=False)
class CapitalNeeded(Shown):
    """The answer for one strategy.

    Parameters
    ----------
    level : float
        Chance of ruin that is accepted.
    status : {"found", "smallest_enough", "none_enough", "not_monotone"}
    capital : float or None
        Least starting capital found to keep ruin at the level or below, scenario currency; None if none in the range.
    low, high : float or None
        Ends of its interval; None where it lies outside the range.
    at : Trial or None
        What happens with that capital.
    curve : tuple of Trial
        The grid.
    rise : tuple of (float, float) or None
        Two capitals of the grid, the larger of which does worse; None where ruin falls throughout.
    """

    strategy: str
    level: float
    status: str
    capital: float | None
    low: float | None
    high: float | None
    at: Trial | None
    curve: tuple[Trial, ...]
    rise: tuple[float, float] | None
    runs: int

    def line(self) -> str:
        """Return the answer in one line."""
        between = f"[{money(self.low)}, {money(self.high)}]"
        return f"{self.strategy}: {money(self.capital)} {between} for ruin of {self.level:.3g} ({self.status})"

    def _told(self) -> tuple[str, Iterable[str]]:
        return f"CapitalNeeded by {self.line()}", (trial.line() for trial in self.curve)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "strategy": self.strategy,
            "ruin": self.level,
            "status": self.status,
            "capital": self.capital,
            "low": self.low,
            "high": self.high,
            "at_this_capital": None if self.at is None else self.at.to_dict(),
            "curve": [trial.to_dict() for trial in self.curve],
            "monotone": self.rise is None,
            "rise_between": None if self.rise is None else list(self.rise),
            "runs": self.runs,
        }


class Trials:
    """One strategy with any starting capital, on the same shocks; ``on_run`` is told the simulations made so far."""

    def __init__(
        self,
        scenario: Scenario,
        strategy: str,
        plan: Plan,
        n_jobs: int = 1,
        on_run: Callable[[int], None] = lambda runs: None,
    ) -> None:
        self.strategy = strategy
        self.plan = plan
        self.n_jobs = n_jobs
        self.runs = 0
        self._on_run = on_run
        self._known: dict[float, Trial] = {}
        # A condition may speak of the other strategies; without one there is no need to simulate them.
        if not scenario.condition:
            scenario = scenario.with_({"strategies": {strategy: list(scenario.strategies[strategy])}})
        base = self._run(scenario)
        self.plan = replace(plan, worlds=base.plan.worlds)  # a condition may have asked for more
        self.sample: Sample = base.sample
        funding = np.asarray(base.record(strategy).paths["peak_funding"], dtype=float)
        self.median_funding = float(np.median(self.sample.chosen(funding)))
        # What was seen was seen with the scenario's own capital: its paths are kept whatever the capital.
        self._free = scenario.with_({"condition": []}) if scenario.condition else scenario

    def at(self, capital: float) -> Trial:
        """Simulate one starting capital, or recall it."""
        if capital not in self._known:
            result = self._run(self._free.with_({"wallet.capital": capital}))
            ruined = np.isfinite(result.record(self.strategy).paths["ruin_day"])
            profitable = result.profitable(self.strategy)[-1]
            ruin, profit = self.sample.probability(ruined), self.sample.probability(profitable)
            self._known[capital] = Trial(capital, ruin, profit, ruined)
        return self._known[capital]

    def _run(self, scenario: Scenario) -> Result:
        result = run(scenario, **self.plan.size, n_jobs=self.n_jobs)
        self.runs += 1
        self._on_run(self.runs)
        return result


def grid_about(centre: float, between: tuple[float | None, float | None] = (None, None)) -> list[float]:
    """Return capitals evenly spaced on a log scale about the median peak funding, between the ends to keep to."""
    low, high = between
    if (low is None or high is None) and centre <= 0.0:
        raise PlanError("half of all histories never need any money: give a range with --from and --to")
    low = min(centre, centre if high is None else high) / REACH if low is None else low
    high = max(centre, low) * REACH if high is None else high
    inner = [float(f"{capital:.4g}") for capital in np.geomspace(low, high, GRID_POINTS)[1:-1]]
    return sorted({low, *(capital for capital in inner if low < capital < high), high})


def rise_in(grid: Sequence[Trial], sample: Sample) -> tuple[float, float] | None:
    """Return two capitals, the larger of which is ruined more often beyond the noise; None where there are none.

    Every pair of the grid is held against a paired interval that allows for the number of pairs (Bonferroni).
    """
    pairs = list(combinations(grid, 2))
    level = 1.0 - 0.05 / len(pairs)
    for smaller, larger in pairs:
        more = larger.ruin.estimate > smaller.ruin.estimate
        if more and sample.difference(larger.ruined, smaller.ruined, level).low > 0.0:
            return smaller.capital, larger.capital
    return None


def search(trials: Trials, capitals: Sequence[float], level: float, may_extend: bool = False) -> CapitalNeeded:
    """Look at a grid of rising capitals, then close in where ruin falls with capital.

    Parameters
    ----------
    may_extend : bool
        Whether the grid may go on upwards while ruin is above the level.
    """
    grid = [trials.at(capital) for capital in capitals]
    while may_extend and grid[-1].ruin.estimate > level and len(grid) < MAX_GRID_POINTS:
        # The peak funding of shops that soon ran dry says little about what they would have needed.
        grid.append(trials.at(float(f"{grid[-1].capital ** 2 / grid[-2].capital:.4g}")))
    rise = rise_in(grid, trials.sample)

    def crossing(limit: Callable[[Estimate], float]) -> tuple[float | None, float | None]:
        """Return the largest capital above the level and the smallest from which on it holds."""
        above = [position for position, trial in enumerate(grid) if limit(trial.ruin) > level]
        last = above[-1] if above else -1
        too_little = grid[last].capital if above else None
        enough = grid[last + 1].capital if last + 1 < len(grid) else None
        if rise is None and too_little is not None and enough is not None:
            return bisect(trials, too_little, enough, lambda ruin: limit(ruin) > level)
        return too_little, enough

    too_little, capital = crossing(lambda ruin: ruin.estimate)
    # Outwards: where even the lower limit is above the level, and where even the upper one is not.
    low = crossing(lambda ruin: ruin.low)[0]
    high = crossing(lambda ruin: ruin.high)[1]
    if capital is not None:  # three searches, each within its noise: they must not cross
        low = None if low is None else min(low, capital)
        high = None if high is None else max(high, capital)
    status = FOUND if rise is None else NOT_MONOTONE
    if capital is None:
        status = NONE_ENOUGH
    elif too_little is None:
        status = SMALLEST_ENOUGH
    at = None if capital is None else trials.at(capital)
    return CapitalNeeded(trials.strategy, level, status, capital, low, high, at, tuple(grid), rise, trials.runs)


def bisect(trials: Trials, too_little: float, enough: float, above: Callable[[Estimate], bool]) -> tuple[float, float]:
    """Return two capitals within a quarter of 1% of each other, the smaller too little and the larger enough."""
    while enough / too_little > RESOLUTION:
        middle = float(np.sqrt(too_little * enough))
        if above(trials.at(middle).ruin):
            too_little = middle
        else:
            enough = middle
    return too_little, enough
