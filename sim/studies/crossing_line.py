"""What is sought of a chance, and the line through whole looks that tells where it is reached: `Target`, `Line`.

`Look` is a place on the scale of a search and how likely things are there. How a search goes about it stands in
:mod:`sim.studies.crossing`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.estimates import Estimate

FAR = 0.5
"""Part of the gap between two whole looks by which a crossing may lie outside them."""

STEEP = 6.0
"""Simulation errors between two whole looks beside each other, from which on the chance is taken to jump."""

FINE = 0.002
"""Part of the range to which a jump is found."""

Hits = NDArray[np.bool_]

Place = float | None


@dataclass(frozen=True)
class Look:
    """A place on the scale, what happens there and how likely it is."""

    place: float
    hits: Hits
    chance: Estimate


Bracket = tuple[Look, Look]
"""Two looks, the first below the level and the second at it."""


@dataclass(frozen=True)
class Target:
    """What is sought, and what is known before.

    Parameters
    ----------
    level : float
        The chance asked for.
    now : float
        The place where the scenario stands.
    shift : float
        What small looks are corrected by.
    error : float
        Simulation error to be expected of a whole look.
    from_there_on : bool
        The level is sought upwards and shall hold from there on, whatever the direction is elsewhere.
    """

    level: float
    now: float
    shift: float
    error: float
    from_there_on: bool = False

    @classmethod
    def of(cls, level: float, now: float, whole: Estimate, small: Estimate, *, from_there_on: bool = False) -> Target:
        """Return what is sought, from a whole and a small look at the scenario as it stands."""
        p, spread = whole.estimate, math.sqrt(level * (1.0 - level))
        usual = float(ndtri(0.975)) / math.sqrt(whole.n)
        error = spread * (whole.half_width / math.sqrt(p * (1.0 - p)) if 0.0 < p < 1.0 else usual)
        return cls(level, now, whole.estimate - small.estimate, error, from_there_on)

    def reached_by(self, look: Look) -> bool:
        """Whether a small look, corrected, is at the level."""
        return look.chance.estimate + self.shift >= self.level

    def place_between(self, bracket: Bracket, miss: float = 0.0) -> float:
        """Return where a chance that is logistic through two small looks is the level, or misses it by so much.

        Not nearer than a twentieth to either look.
        """
        (x0, x1), odds = [look.place for look in bracket], [log_odds(look.chance.estimate) for look in bracket]
        gap = odds[1] - odds[0]
        part = 0.5 if gap <= 0.0 else (log_odds(self.level + miss - self.shift) - odds[0]) / gap
        return x0 + float(np.clip(part, 0.05, 0.95)) * (x1 - x0)


def log_odds(share: float) -> float:
    """Return the logarithm of the odds; of nothing and of everything that of one in five hundred."""
    share = min(max(share, 0.002), 0.998)
    return math.log(share / (1.0 - share))


@dataclass(frozen=True)
class Reached:
    """Where a line through whole looks reaches the level.

    Parameters
    ----------
    place : float
        Not a number where the line does not rise there.
    outside : float
        How far outside the looks, as a part of the gap of the nearest two; 0 where it is interpolated.
    """

    place: float
    outside: float


class Line:
    """The chance between whole looks, from bad to good, as a line; and so its upper and its lower limit.

    Parameters
    ----------
    ends : (float, float)
        Of the range.
    bracket : tuple of Look
        Two small looks, between which the level is expected.
    """

    def __init__(self, target: Target, ends: tuple[float, float], bracket: Bracket) -> None:
        self.target, self.ends, self.bracket = target, ends, bracket
        self.towards = math.copysign(1.0, bracket[1].place - bracket[0].place)
        self.looks: list[Look] = []

    def add(self, looks: Sequence[Look]) -> None:
        """Take in further whole looks."""
        self.looks = sorted([*self.looks, *looks], key=lambda each: self.towards * each.place)

    def clipped(self, place: float) -> float:
        """Return the nearest place within the range."""
        return float(np.clip(place, *self.ends))

    def reached(self, name: str) -> Reached:
        """Return the last place at which the line is at the level, or would be if it went straight on.

        Parameters
        ----------
        name : {"high", "estimate", "low"}
            Which line.
        """
        values = [getattr(each.chance, name) for each in self.looks]
        if len(values) < 2:
            return Reached(math.nan, math.inf)
        below = [position for position, value in enumerate(values) if value < self.target.level]
        first = min(below[-1] if below else 0, len(values) - 2)
        rise = values[first + 1] - values[first]
        if rise <= 0.0:
            return Reached(math.nan, math.inf)
        part = (self.target.level - values[first]) / rise
        x0, x1 = self.looks[first].place, self.looks[first + 1].place
        return Reached(x0 + part * (x1 - x0), max(-part, part - 1.0, 0.0))

    def next_place(self) -> float | None:
        """Return where to look next; None where all three lines are known well enough."""
        if (jump := self.jump()) and abs(jump[1].place - jump[0].place) > FINE * (self.ends[1] - self.ends[0]):
            return self.within(jump)
        for name in ("estimate", "high", "low"):
            reached = self.reached(name)
            if reached.outside <= FAR:
                continue
            least, most = self.limits(name)
            if abs(most - least) <= 1e-9 * max(abs(most), abs(least)):
                continue  # the end of the range is known: it lies outside
            between = self.towards * least < self.towards * reached.place < self.towards * most
            if between and reached.outside <= 4.0:
                return reached.place
            other = self.bracket[1].place
            return other if self.towards * least < self.towards * other < self.towards * most else (least + most) / 2.0
        return None

    def within(self, jump: Bracket) -> float:
        """Return a place within a jump: by turns in its middle, and where a line through it is at the level.

        What is merely steep is met by the second, what leaps is narrowed by the first.
        """
        (x0, x1), (y0, y1) = [look.place for look in jump], [look.chance.estimate for look in jump]
        part = 0.5 if len(self.looks) % 2 else float(np.clip((self.target.level - y0) / (y1 - y0), 0.1, 0.9))
        return float(x0 + part * (x1 - x0))

    def jump(self) -> Bracket | None:
        """Return the neighbours between which the chance leaps over the level; None where it rises to it."""
        for one, other in pairwise(self.looks):
            low, high = one.chance.estimate, other.chance.estimate
            if low < self.target.level <= high and high - low > STEEP * self.target.error:
                return one, other
        return None

    def limits(self, name: str) -> tuple[float, float]:
        """Return the places, from bad to good, between which one of the lines is at the level as far as was seen."""
        towards, level = self.towards, self.target.level
        bad = [each.place for each in self.looks if getattr(each.chance, name) < level]
        least = max(bad, key=lambda place: towards * place) if bad else min(self.ends, key=lambda end: towards * end)
        good = [each.place for each in self.looks if towards * (each.place - least) > 0.0]
        return least, min(good, key=lambda p: towards * p) if good else max(self.ends, key=lambda end: towards * end)

    def result(self) -> tuple[Place, Place, Place]:
        """Return the place and the ends of its interval; None what lies outside the range."""
        if jump := self.jump():  # a line between the two would end on the bad side
            return jump[1].place, jump[0].place, jump[1].place
        places = [self.reached(name).place for name in ("estimate", "high", "low")]
        place, below, enough = (each if self.ends[0] <= each <= self.ends[1] else None for each in places)
        if place is not None:  # three lines, each within its noise: they must not cross
            below = None if below is None else min(below, place, key=lambda each: self.towards * each)
            enough = None if enough is None else max(enough, place, key=lambda each: self.towards * each)
        return place, below, enough
