"""Where a chance reaches a level as one setting moves: a survey, then a secant with an interval.

`seek` is one search, `together` conducts several in step so that all cores have work. A search asks for looks at places
on its scale, small ones first (the first worlds of a run), then whole ones:

1. *Survey*: small looks over the range. Every two are held against a paired interval that allows for the number of
   pairs (Bonferroni). The chance is *monotone* where none of them contradict each other. Small looks are corrected by
   how far the whole run of the scenario as it stands lies above its own small look.
2. *Bracket*: two neighbours, one below the level and one at it: of a monotone chance the last such pair, else the one
   whose good end is nearest to where the scenario stands.
3. *Whole looks* where the chance is expected to be the level less and plus its simulation error, and further ones by
   the secant, or halfway where that leaves the bracket, until the crossings of the chance, of its lower and of its
   upper limit are known. The interval holds the places at which the level lies within the interval of the chance.

Worked number: histories that pay from a place on that is uniform over 0 to 100 have the chance x/100 at x; the level
.30 is reached at 30, and 1,000 of them give about 30 [27.2, 32.9].

Reference: inversion of a test, as of Fieller (1954), J. R. Stat. Soc. B 16, 175-185; Press et al., Numerical Recipes,
section 9.2 (secant, false position).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.estimates import Estimate, Sample

FOUND, ALWAYS, NEVER, NO_EFFECT = "found", "always", "never", "no_effect"

SMALL, WHOLE = "small", "whole"

MOST_WHOLE = 8
"""Whole looks of one search; two or three are usual, a chance that jumps takes more."""

WIDER = 1.2
"""Simulation errors above and below the level at which the first whole looks are aimed."""

FAR = 0.5
"""Part of the gap between two whole looks by which a crossing may lie outside them."""

NEAR_MISS = 0.06
"""How far from the level the best of a survey may be and still be looked at as a whole."""

STEEP = 6.0
"""Simulation errors between two whole looks beside each other, from which on the chance is taken to jump."""

FINE = 0.01
"""Part of the range to which a jump is found."""

Hits = NDArray[np.bool_]


@dataclass(frozen=True)
class Look:
    """A place on the scale, what happens there and how likely it is."""

    place: float
    hits: Hits
    chance: Estimate


@dataclass(frozen=True)
class Ask:
    """Places to look at, and how closely."""

    places: tuple[float, ...]
    size: str


Bracket = tuple[Look, Look]
"""Two looks, the first below the level and the second at it."""

Answer = TypeVar("Answer")
Search = Generator[Ask, list[Look], Answer]


@dataclass(frozen=True)
class Crossing:
    """Where the chance reaches the level.

    Parameters
    ----------
    status : {"found", "always", "never", "no_effect"}
        ``always`` and ``never``: everywhere and nowhere within the range.
    place : float or None
    not_enough, enough : float or None
        Ends of its interval: up to the first the chance is surely below the level, from the second on surely not.
        None where they lie outside the range.
    upwards : bool
        Whether the chance rises with the place, at the crossing.
    survey : tuple of Look
        By place; small looks.
    best : Look
        Where the chance was greatest, of the closest looks there are.
    turn : tuple of (float, float) or None
        Two places, the one farther in the direction of the crossing being worse; None where the chance is monotone.
    whole : tuple of Look
        The whole looks about the place.
    """

    status: str
    place: float | None
    not_enough: float | None
    enough: float | None
    upwards: bool
    survey: tuple[Look, ...]
    best: Look
    turn: tuple[float, float] | None = None
    whole: tuple[Look, ...] = ()


def together(
    searches: Mapping[Hashable, Search[Answer]],
    look: Callable[[list[tuple[Hashable, float, str]]], list[Look]],
) -> dict[Hashable, Answer]:
    """Conduct searches in step: what all of them ask next is looked at in one batch.

    Parameters
    ----------
    look : callable
        From (name of the search, place, size) to a look each.
    """
    found: dict[Hashable, Answer] = {}
    asked: dict[Hashable, Ask] = {}

    def advance(name: Hashable, seen: list[Look] | None) -> None:
        try:
            asked[name] = next(searches[name]) if seen is None else searches[name].send(seen)
        except StopIteration as ended:
            found[name] = ended.value

    for name in searches:
        advance(name, None)
    while asked:
        batch = [(name, place, ask.size) for name, ask in asked.items() for place in ask.places]
        looks = iter(look(batch))
        turn, asked = asked, {}
        for name, ask in turn.items():
            advance(name, [next(looks) for _ in ask.places])
    return {name: found[name] for name in searches}


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


def seek(target: Target, places: Sequence[float], sample: Sample) -> Search[Crossing]:
    """Survey a range, then close in on where the chance reaches the level.

    Parameters
    ----------
    places : sequence of float
        The survey, rising; its ends are those of the range.
    sample : Sample
        How the paths of a small look came about.
    """
    survey = yield Ask(tuple(places), SMALL)
    return (yield from close_in(target, survey, sample))


def close_in(target: Target, survey: Sequence[Look], sample: Sample) -> Search[Crossing]:
    """Do the same from a survey that is at hand."""
    survey = tuple(sorted(survey, key=lambda each: each.place))
    rise, fall = moves(survey, sample)
    best = max(survey, key=lambda each: each.chance.estimate)
    if rise is None and fall is None:
        status = ALWAYS if target.reached_by(best) else NO_EFFECT
        return Crossing(status, None, None, None, best.place >= target.now, survey, best)
    both = rise is not None and fall is not None
    upwards = target.from_there_on or (best.place >= target.now if both else rise is not None)
    bracket = bracket_of(target, survey, upwards, monotone=target.from_there_on or not both)
    if isinstance(bracket, str):
        bracket, best = yield from look_at_end(target, survey, bracket, upwards)
    if isinstance(bracket, str):
        return Crossing(bracket, None, None, None, upwards, survey, best, turn_of(rise, fall, upwards))
    upwards = bracket[1].place > bracket[0].place
    (place, not_enough, enough), seen = yield from settle(target, bracket, survey)
    best = max(seen, key=lambda each: each.chance.estimate)
    status, turn = NEVER if place is None else FOUND, turn_of(rise, fall, upwards)
    return Crossing(status, place, not_enough, enough, upwards, survey, best, turn, tuple(seen))


def turn_of(
    rise: tuple[float, float] | None, fall: tuple[float, float] | None, upwards: bool
) -> tuple[float, float] | None:
    """Return two places between which the chance goes against the direction of its crossing; None where nowhere."""
    return fall if upwards else rise


def moves(survey: Sequence[Look], sample: Sample) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return two places between which the chance rises beyond the noise, and two between which it falls."""
    pairs = list(combinations(survey, 2))
    rise = fall = None
    for first, second in pairs:
        up = second.chance.estimate > first.chance.estimate
        if (rise if up else fall) is not None or second.chance.estimate == first.chance.estimate:
            continue
        better, worse = (second, first) if up else (first, second)
        if sample.difference(better.hits, worse.hits, 1.0 - 0.05 / len(pairs)).low > 0.0:
            rise, fall = ((first.place, second.place), fall) if up else (rise, (first.place, second.place))
    return rise, fall


def bracket_of(target: Target, survey: Sequence[Look], upwards: bool, monotone: bool) -> Bracket | str:
    """Return the neighbours between which the level is reached, or that it is everywhere or nowhere."""
    ordered = survey if upwards else survey[::-1]
    reached = [target.reached_by(look) for look in ordered]
    if all(reached) or not any(reached):
        return ALWAYS if reached[0] else NEVER
    if monotone:
        last = max(position for position, there in enumerate(reached) if not there)
        return NEVER if last + 1 == len(ordered) else (ordered[last], ordered[last + 1])
    pairs = [
        (one, other) if there else (other, one)
        for (one, before), (other, there) in pairwise(zip(ordered, reached, strict=True))
        if before != there
    ]
    return min(pairs, key=lambda pair: abs(pair[1].place - target.now))


def look_at_end(
    target: Target, survey: Sequence[Look], status: str, upwards: bool
) -> Search[tuple[Bracket | str, Look]]:
    """Look as a whole where the level seems just missed, or just kept; return what that makes of it, and the best."""
    ordered = survey if upwards else survey[::-1]
    best, worst = (choose(survey, key=lambda each: each.chance.estimate) for choose in (max, min))
    edge = best if status == NEVER else worst
    if abs(edge.chance.estimate + target.shift - target.level) > NEAR_MISS:
        return status, best
    (seen,) = yield Ask((edge.place,), WHOLE)
    missed = seen.chance.estimate < target.level
    best = seen if edge is best else best
    if missed == (status == NEVER):
        return status, best
    at = next(position for position, each in enumerate(ordered) if each is edge)
    if status == NEVER:
        return (ordered[at - 1 if at else 1], edge), best
    return (edge, ordered[at + 1 if at + 1 < len(ordered) else at - 1]), best


Place = float | None


def settle(
    target: Target, bracket: Bracket, survey: Sequence[Look]
) -> Search[tuple[tuple[Place, Place, Place], list[Look]]]:
    """Close in on the level between two looks; return the place and the ends of its interval, and the whole looks."""
    (look,) = yield Ask((target.place_between(bracket),), SMALL)
    bracket = (bracket[0], look) if target.reached_by(look) else (look, bracket[1])
    line = Line(target, (survey[0].place, survey[-1].place), bracket)
    aimed = {
        line.clipped(target.place_between(bracket, miss)) for miss in (-WIDER * target.error, WIDER * target.error)
    }
    wanted: tuple[float, ...] = tuple(sorted(aimed))
    while wanted:
        line.add((yield Ask(wanted, WHOLE)))
        further = line.next_place() if len(line.looks) < MOST_WHOLE else None
        wanted = () if further is None else (further,)
    return line.result(), line.looks


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
            return (jump[0].place + jump[1].place) / 2.0
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
