"""How much money does it take to start, if no more than one shop in twenty shall run out of cash?

The same shocks are lived through with different starting capital (``wallet.capital``). First on a coarse grid, nine
capitals spaced evenly on a log scale about the median peak funding, and more upwards where that is too little. The
chance of ruin need not fall with capital, since who has more cash may advertise more and lose more. So it is checked:
where no capital of the grid does worse than a smaller one beyond the noise of paired differences, the crossing of the
level is found by bisection to within a quarter of 1%. Elsewhere the answer is the lowest capital of the grid from which
on ruin stays at or under the level, and is called not monotone. Between two capitals of the grid nothing is checked.

The interval holds the capitals at which the level lies within the interval of the chance of ruin: below ``low`` ruin is
surely more frequent, from ``high`` on surely no more frequent. It is simulation error only.

What is stated in money stays as it is while capital changes: a stop-loss, a cash reserve, the credit line. A shop whose
stop-loss is near its capital gives up before it is ruined.

Worked number: with one cost of 100 x (a uniform number) and nothing else, ruin at capital c is 1 - c/100, and 95 keeps
it at 5%.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.api import run
from sim.engine import PlanError
from sim.estimates import Estimate, Sample
from sim.estimates.estimate import number
from sim.results import Result
from sim.scenario import Scenario
from sim.streams import REPLICATES, SEED, WORLDS

GRID_POINTS = 9
MOST_GRID_POINTS = 17

REACH = 8.0
"""The grid spans the median peak funding divided and multiplied by this."""

RESOLUTION = 1.0025
"""Ratio of the two capitals between which a crossing is left: finer than the noise of 8,192 worlds."""

MOST_STEPS = 24
"""Simulations that three crossings take between two capitals of the default grid, for the progress bar."""

STATED_IN_MONEY = ("largest_loss", "cash_reserve", "keep_cash", "credit_limit")
"""Settings that decisions about cash rest on and that do not move with capital."""

FOUND, SMALLEST_ENOUGH, NONE_ENOUGH, NOT_MONOTONE = "found", "smallest_enough", "none_enough", "not_monotone"

Hits = NDArray[np.bool_]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Trial:
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

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"capital": self.capital, "ruin": self.ruin.to_dict(), "profit": self.profit.to_dict()}


@dataclass(frozen=True)
class CapitalNeeded:
    """The answer for one strategy.

    Parameters
    ----------
    strategy : str
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
    runs : int
        Simulations made.
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


@dataclass(frozen=True)
class CapitalReport:
    """The answers for all strategies asked for, and what stayed as it is."""

    scenario: str
    currency: str
    months: int
    worlds: int
    replicates: int
    seed: int
    answers: tuple[CapitalNeeded, ...]
    unchanged: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "scenario": self.scenario,
            "currency": self.currency,
            "month": self.months,
            "worlds": self.worlds,
            "replicates": self.replicates,
            "seed": self.seed,
            "strategies": {answer.strategy: answer.to_dict() for answer in self.answers},
            "unchanged_with_capital": {name: number(value) for name, value in self.unchanged.items()},
        }


class Trials:
    """One strategy with any starting capital, on the same shocks.

    Parameters
    ----------
    scenario : Scenario
    strategy : str
    size : tuple of int
        Worlds, replicates, seed.
    n_jobs : int
    tell : callable, optional
        Called after every simulation with their number so far.
    """

    def __init__(
        self,
        scenario: Scenario,
        strategy: str,
        size: tuple[int, int, int],
        n_jobs: int = 1,
        tell: Callable[[int], None] | None = None,
    ) -> None:
        self.strategy = strategy
        self.worlds, self.replicates, self.seed = size
        self.n_jobs = n_jobs
        self.runs = 0
        self._tell = tell
        self._known: dict[float, Trial] = {}
        # A condition may speak of the other strategies; without one there is no need to simulate them.
        if not scenario.condition:
            scenario = scenario.with_({"strategies": {strategy: list(scenario.strategies[strategy])}})
        base = self._run(scenario)
        self.worlds = base.plan.worlds  # a condition may have asked for more
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
        result = run(scenario, worlds=self.worlds, replicates=self.replicates, seed=self.seed, n_jobs=self.n_jobs)
        self.runs += 1
        if self._tell is not None:
            self._tell(self.runs)
        return result


def capital_needed(
    scenario: Scenario,
    ruin: float = 0.05,
    *,
    strategies: Sequence[str] = (),
    between: tuple[float | None, float | None] = (None, None),
    worlds: int = WORLDS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> CapitalReport:
    """Find the starting capital that keeps the chance of running out of cash at a level, strategy by strategy.

    Parameters
    ----------
    ruin : float
        Chance of ruin by the horizon that is accepted, within (0, 1).
    strategies : sequence of str
        All by default.
    between : tuple of float or None
        Smallest and largest capital to try, scenario currency; by default about the median peak funding.
    worlds, replicates, seed, n_jobs
        As for ``sim.run``.
    progress : callable, optional
        Called with (simulations done, simulations expected).

    Raises
    ------
    PlanError
        Where the question cannot be asked: insolvency off, a level outside (0, 1), an empty range.
    """
    chosen = list(dict.fromkeys(strategies)) or list(scenario.strategies)
    check_question(scenario, ruin, chosen, between)
    expected = len(chosen) * (1 + GRID_POINTS + MOST_STEPS)
    answers = []
    used = worlds
    for position, strategy in enumerate(chosen):
        first = position * expected // len(chosen)

        def tell(runs: int, first: int = first) -> None:
            if progress is not None:
                progress(first + runs, expected)

        trials = Trials(scenario, strategy, (worlds, replicates, seed), n_jobs, tell)
        answers.append(search(trials, grid_about(trials.median_funding, between), ruin, between[1] is None))
        used = trials.worlds
    if progress is not None:
        progress(expected, expected)
    size = (used, replicates, seed)
    months = scenario.horizon_days // 30
    return CapitalReport(scenario.name, scenario.currency, months, *size, tuple(answers), unchanged(scenario, chosen))


def check_question(
    scenario: Scenario, ruin: float, strategies: Sequence[str], between: tuple[float | None, float | None]
) -> None:
    """Refuse a question without an answer."""
    if not 0.0 < ruin < 1.0:
        raise PlanError(f"--ruin: found {ruin:g}; give a share between 0 and 1, as 0.05 for one shop in twenty")
    unknown = [name for name in strategies if name not in scenario.strategies]
    if unknown:
        raise PlanError(f"--strategy: found '{unknown[0]}'; there are: {', '.join(scenario.strategies)}")
    if not scenario.wallet["insolvency"]:
        raise PlanError(
            "wallet.insolvency is off: cash may go below zero and nobody is ever ruined; "
            "ask again with --set wallet.insolvency=true"
        )
    if scenario.horizon_days < 30:
        raise PlanError(f"horizon_days: found {scenario.horizon_days}; a chance of profit needs a month of 30 days")
    low, high = between
    for name, value in (("--from", low), ("--to", high)):
        if value is not None and not 0.0 < value < float("inf"):
            raise PlanError(f"{name}: found {value:g}; give an amount above 0")
    if low is not None and high is not None and low >= high:
        raise PlanError(f"--from {low:g} must be less than --to {high:g}")


def grid_about(centre: float, between: tuple[float | None, float | None] = (None, None)) -> list[float]:
    """Return the capitals of the coarse grid, evenly spaced on a log scale.

    Parameters
    ----------
    centre : float
        Median peak funding.
    between : tuple of float or None
        Ends to keep to.
    """
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
    """Look at the grid, then close in where ruin falls with capital.

    Parameters
    ----------
    capitals : sequence of float
        Rising.
    may_extend : bool
        Whether the grid may go on upwards while ruin is above the level.
    """
    grid = [trials.at(capital) for capital in capitals]
    while may_extend and grid[-1].ruin.estimate > level and len(grid) < MOST_GRID_POINTS:
        # The peak funding of shops that soon ran dry says little about what they would have needed.
        grid.append(trials.at(float(f"{grid[-1].capital ** 2 / grid[-2].capital:.4g}")))
    rise = rise_in(grid, trials.sample)

    def crossing(figure: Callable[[Estimate], float]) -> tuple[float | None, float | None]:
        """Return the largest capital above the level and the smallest from which on it holds."""
        above = [position for position, trial in enumerate(grid) if figure(trial.ruin) > level]
        last = above[-1] if above else -1
        too_little = grid[last].capital if above else None
        enough = grid[last + 1].capital if last + 1 < len(grid) else None
        if rise is None and too_little is not None and enough is not None:
            return bisect(trials, too_little, enough, lambda ruin: figure(ruin) > level)
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


def unchanged(scenario: Scenario, strategies: Sequence[str]) -> dict[str, float]:
    """Return the amounts above zero that decisions about cash rest on and that stay as they are."""
    channels = {"wallet", *(channel for name in strategies for channel in scenario.strategies[name])}
    return {
        name: leaf.mean
        for name, leaf in scenario.numbers().items()
        if name.split(".")[0] in channels and name.rpartition(".")[2] in STATED_IN_MONEY and leaf.mean > 0.0
    }
