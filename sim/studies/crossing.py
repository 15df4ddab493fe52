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

from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

from sim.estimates import Sample
from sim.studies.crossing_line import Bracket, Line, Look, Place, Target

FOUND, ALWAYS, NEVER, NO_EFFECT = "found", "always", "never", "no_effect"

SMALL, WHOLE = "small", "whole"

MOST_WHOLE = 10
"""Whole looks of one search; two or three are usual, a chance that jumps takes more."""

WIDER = 1.2
"""Simulation errors above and below the level at which the first whole looks are aimed."""

NEAR_MISS = 0.06
"""How far from the level the best of a survey may be and still be looked at as a whole."""


@dataclass(frozen=True)
class Ask:
    """Places to look at, and how closely."""

    places: tuple[float, ...]
    size: str


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
