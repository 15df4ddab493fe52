"""Search for the starting capital that is enough for one strategy: small looks over a grid, then a secant.

The grid is nine capitals spaced evenly on a log scale about the median peak funding, and more upwards where that is too
little. The chance of ruin need not fall with capital, since who has more cash may advertise more and lose more. So it
is checked: every two capitals are held against a paired interval. The answer is always the least capital from which on
ruin stays at or under the level, as far as the grid tells; how it is closed in on, and how its interval is made, stands
in :mod:`sim.studies.crossing`. Between two capitals of the grid nothing is checked.

Of every capital the expected profit is known too: whether any of them pays follows the rule of
``sim.results.recommendation``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.estimates import Estimate, Sample
from sim.results.recommendation import GAIN, reason_of
from sim.simulation.plan import PlanError
from sim.studies import crossing
from sim.studies.crossing import SMALL, WHOLE, Ask, Crossing, Search, close_in, together
from sim.studies.crossing_line import Hits, Look, Target
from sim.studies.trials import Lived, Trials, looker
from sim.text.numbers import money, with_error
from sim.text.shown import Shown

GRID_POINTS = 9
MAX_GRID_POINTS = 17

REACH = 8.0
"""The grid spans the median peak funding divided and multiplied by this."""

SMALL_BLOCKS = 2
"""Blocks of paths of a small look."""

FOUND, SMALLEST_ENOUGH, NONE_ENOUGH, NOT_MONOTONE = "found", "smallest_enough", "none_enough", "not_monotone"

KEY = "wallet.capital"


@dataclass(frozen=True, repr=False)
class Trial(Shown):
    """What happens with one starting capital.

    Parameters
    ----------
    capital : float
        Scenario currency.
    ruin, profit : Estimate
        P(ruined by the horizon), P(profit at the horizon).
    expected : Estimate
        Mean profit after owner's pay at the horizon, scenario currency.
    advertising : float
        Mean spending on ads, scenario currency.
    """

    capital: float
    ruin: Estimate
    profit: Estimate
    expected: Estimate
    advertising: float

    @classmethod
    def of(cls, capital: float, lived: Lived, sample: Sample) -> Trial:
        """Estimate it from what became of the histories."""
        ruin, profit = sample.probability(lived.ruined), sample.probability(lived.profitable)
        return cls(capital, ruin, profit, sample.mean(lived.money.astype(float)), lived.advertising)

    @property
    def pays(self) -> bool:
        """Whether it would be recommended against doing nothing."""
        return reason_of(self.expected.to_dict()) == GAIN

    def line(self) -> str:
        """Return it in one line."""
        ruin, profit = (with_error(chance.to_dict()) for chance in (self.ruin, self.profit))
        return f"{money(self.capital)}: out of cash {ruin}, a profit {profit}"

    def _told(self) -> tuple[str, Iterable[str]]:
        return f"Trial of {self.line()}", ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        estimates = {name: getattr(self, name).to_dict() for name in ("ruin", "profit", "expected")}
        return {"capital": self.capital, **estimates, "advertising": self.advertising, "pays": self.pays}


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
        What happens with that capital, or with the nearest that was looked at as a whole.
    curve : tuple of Trial
        The grid, in small looks.
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

    @property
    def pays(self) -> bool:
        """Whether some amount that was tried makes the strategy pay."""
        return any(trial.pays for trial in (*self.curve, *((self.at,) if self.at else ())))

    @property
    def rise_by_ads(self) -> bool:
        """Whether more is advertised with the larger of the two amounts of ``rise``."""
        if self.rise is None:
            return False
        smaller, larger = (min(self.curve, key=lambda trial: abs(trial.capital - end)) for end in self.rise)
        return larger.advertising > smaller.advertising

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
            "rise_by_ads": self.rise_by_ads,
            "some_amount_pays": self.pays,
            "runs": self.runs,
        }


def grid_about(centre: float, between: tuple[float | None, float | None] = (None, None)) -> list[float]:
    """Return capitals evenly spaced on a log scale about the median peak funding, between the ends to keep to."""
    low, high = between
    if (low is None or high is None) and centre <= 0.0:
        raise PlanError("half of all histories never need any money: give a range with --from and --to")
    low = min(centre, centre if high is None else high) / REACH if low is None else low
    high = max(centre, low) * REACH if high is None else high
    inner = [float(f"{capital:.4g}") for capital in np.geomspace(low, high, GRID_POINTS)[1:-1]]
    return sorted({low, *(capital for capital in inner if low < capital < high), high})


def capital_at(place: float) -> float:
    """Return the capital at a place of the search, its logarithm; without what the logarithm rounded."""
    return float(f"{math.exp(place):.10g}")


def survives(lived: Lived) -> Hits:
    """Return which histories are not ruined by the horizon."""
    return ~lived.ruined


def grid_search(target: Target, capitals: list[float], sample: Sample, may_extend: bool) -> Search[Crossing]:
    """Look at a grid of rising capitals, further upwards while none is enough, then close in."""
    survey = list((yield Ask(tuple(math.log(capital) for capital in capitals), SMALL)))
    while may_extend and not target.reached_by(survey[-1]) and len(survey) < MAX_GRID_POINTS:
        # The peak funding of shops that soon ran dry says little about what they would have needed.
        further = 2.0 * survey[-1].place - survey[-2].place
        survey += yield Ask((further,), SMALL)
    return (yield from close_in(target, survey, sample))


class CapitalSearch:
    """The search for one strategy.

    Parameters
    ----------
    level : float
        Chance of ruin that is accepted.
    """

    def __init__(self, trials: Trials, level: float, on_work: Callable[[float], None] = lambda work: None) -> None:
        self.trials, self.level = trials, level
        self.look = looker(trials, lambda name, place: {KEY: capital_at(place)}, survives, on_work)

    def search(self, capitals: list[float], may_extend: bool = False) -> CapitalNeeded:
        """Find the least capital that is enough.

        Parameters
        ----------
        capitals : list of float
            The grid, rising.
        may_extend : bool
            Whether the grid may go on upwards while ruin is above the level.
        """
        trials = self.trials
        whole = trials.sample.probability(survives(trials.lived))
        small = trials.small_sample.probability(survives(trials.of_small_look(trials.lived)))
        now = math.log(max(trials.scenario.numbers()[KEY].mean, capitals[0]))
        target = Target.of(1.0 - self.level, now, whole, small, from_there_on=True)
        named: dict[Hashable, Search[Crossing]] = {
            trials.strategy: grid_search(target, capitals, trials.small_sample, may_extend)
        }
        return self._answer(together(named, self.look)[trials.strategy])

    def _answer(self, found: Crossing) -> CapitalNeeded:
        curve = tuple(self._trial(look, SMALL) for look in found.survey)
        rise = None if found.turn is None else (capital_at(found.turn[0]), capital_at(found.turn[1]))
        capital, low, high = (
            None if place is None else capital_at(place) for place in (found.place, found.not_enough, found.enough)
        )
        at, status = None, FOUND if rise is None else NOT_MONOTONE
        if found.status == crossing.FOUND:
            nearest = min(found.whole, key=lambda look: abs(look.place - (found.place or 0.0)))
            at = self._trial(nearest, WHOLE)
        elif found.status == crossing.ALWAYS:
            status, at, capital = SMALLEST_ENOUGH, curve[0], curve[0].capital
        else:
            status, low = NONE_ENOUGH, curve[-1].capital
        return CapitalNeeded(
            self.trials.strategy, self.level, status, capital, low, high, at, curve, rise, self.trials.runs
        )

    def _trial(self, look: Look, size: str) -> Trial:
        plan, sample = (
            (self.trials.plan, self.trials.sample)
            if size == WHOLE
            else (self.trials.small_plan, self.trials.small_sample)
        )
        capital = capital_at(look.place)
        (lived,) = self.trials.at([{KEY: capital}], [plan])
        return Trial.of(capital, lived, sample)
