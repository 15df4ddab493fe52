"""The search of ``sim need`` for one strategy: every number alone, then the best two together.

`NeedSearch` looks at settings through `sim.studies.trials`, has `sim.studies.crossing` close in on where the chance of
a profit is the one asked for, and returns a `Finding` a number. All numbers are searched in step, so that all cores
have work.

Two numbers move together by the same part of their way: from where the scenario stands to the good end of what is
likely. From what each does alone the chance is expected to add up in log-odds; the three pairs that should need the
smallest part are looked at, the best of these is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from sim.studies.crossing import SMALL, Crossing, Search, seek, together
from sim.studies.crossing_line import Hits, Target, log_odds
from sim.studies.need_keys import Move
from sim.studies.trials import Lived, Looker, Trials, looker
from sim.text.shown import Shown

PARTS = (0.0, 0.15, 0.4, 1.0)
"""Of the way of a pair, at which it is surveyed."""

PAIRS = 3
"""Pairs that are looked at."""


@dataclass(frozen=True, repr=False)
class Finding(Shown):
    """A number, and where the chance of a profit is the one asked for."""

    move: Move
    crossing: Crossing

    def _told(self) -> tuple[str, Iterable[str]]:
        place = self.crossing.place
        value = "" if place is None else f", {self.move.value(place):.4g}"
        return f"Finding on {self.move.key}: {self.crossing.status}{value}", ()


@dataclass(frozen=True)
class Pair:
    """Two numbers that move together; a place is the part of their way."""

    moves: tuple[Move, Move]
    upwards: tuple[bool, bool]

    def values(self, part: float) -> tuple[float, float]:
        """Return both values a part of the way."""
        first, second = (m.value(m.part_way(part, up)) for m, up in zip(self.moves, self.upwards, strict=True))
        return first, second

    def changes(self, place: float) -> dict[str, Any]:
        """Return the settings a part of the way."""
        return {move.key: value for move, value in zip(self.moves, self.values(place), strict=True)}


@dataclass(frozen=True, repr=False)
class PairFinding(Shown):
    """The best two numbers together."""

    pair: Pair
    crossing: Crossing

    def _told(self) -> tuple[str, Iterable[str]]:
        first, second = (move.key for move in self.pair.moves)
        return f"PairFinding on {first} and {second}: {self.crossing.status}", ()


class NeedSearch:
    """The search for one strategy.

    Parameters
    ----------
    trials : Trials
    asked : float
        Chance of a profit that is asked for.
    on_work : callable
        Told of work done, in small looks.
    """

    def __init__(self, trials: Trials, asked: float, on_work: Callable[[float], None] = lambda work: None) -> None:
        self.trials, self.asked, self.on_work = trials, asked, on_work
        self.today = trials.sample.probability(trials.lived.profitable)
        small = trials.of_small_look(trials.lived).profitable
        self.small_today = trials.small_sample.probability(small)
        self.shift = self.today.estimate - self.small_today.estimate

    def singles(self, moves: Sequence[Move]) -> list[Finding]:
        """Search every number alone."""
        sought: dict[Hashable, Search[Crossing]] = {
            move.key: seek(self._target(move.place(move.now[1])), move.survey(), self.trials.small_sample)
            for move in moves
        }
        found = together(sought, self._looker({move.key: move for move in moves}))
        return [Finding(move, found[move.key]) for move in moves]

    def best_pair(self, singles: Sequence[Finding]) -> PairFinding | None:
        """Search the two numbers that should need the smallest part of their ways; None where no two have one."""
        promising = self.promising(singles)
        if not promising or self.asked <= self.today.estimate:
            return None
        named = {str(number): pair for number, (_, pair) in enumerate(promising)}
        looker = self._looker(named)
        asks: list[tuple[Hashable, float, str]] = [
            (name, part, SMALL) for name, (part, _) in zip(named, promising, strict=True)
        ]
        chances = [look.chance.estimate for look in looker(asks)]
        # Log-odds that are left over, each bought by a part of the way.
        parts = [
            part * self._climb(self.asked) / max(self._climb(chance + self.shift), 1e-6)
            for (part, _), chance in zip(promising, chances, strict=True)
        ]
        best = str(int(np.argmin(parts)))
        search: dict[Hashable, Search[Crossing]] = {best: seek(self._target(0.0), PARTS, self.trials.small_sample)}
        return PairFinding(named[best], together(search, looker)[best])

    def promising(self, singles: Sequence[Finding]) -> list[tuple[float, Pair]]:
        """Return pairs with the part of their way that they should need, the smallest first."""
        able = [each for each in singles if each.crossing.turn is None and each.move.can_move(each.crossing.upwards)]
        found = []
        for one, other in combinations(able, 2):
            if one.move.role == other.move.role == "conversion":
                continue
            moves, upwards = (one.move, other.move), (one.crossing.upwards, other.crossing.upwards)
            part = self._part_needed(one, other)
            found.append((part, Pair(moves, upwards)))
        return sorted(found, key=lambda entry: entry[0])[:PAIRS]

    def _part_needed(self, one: Finding, other: Finding) -> float:
        parts = np.linspace(0.0, 1.0, 41)
        gained = np.array([self._gain(one, part) + self._gain(other, part) for part in parts])
        enough = parts[gained >= self._climb(self.asked)]
        return float(enough[0]) if enough.size else float(1.0 + self._climb(self.asked) - gained[-1])

    def _gain(self, finding: Finding, part: float) -> float:
        """Return the log-odds that a number gains alone, a part of its way; from the value it has, if fixed there."""
        survey = finding.crossing.survey
        places = [look.place for look in survey]
        odds = [log_odds(look.chance.estimate + self.shift) for look in survey]
        move, upwards = finding.move, finding.crossing.upwards
        here, there = (np.interp(move.part_way(p, upwards), places, odds) for p in (0.0, part))
        return float(there - here)

    def _climb(self, chance: float) -> float:
        """Return the log-odds between a chance and today's."""
        return log_odds(chance) - log_odds(self.today.estimate)

    def _target(self, now: float) -> Target:
        return Target.of(self.asked, now, self.today, self.small_today)

    def _looker(self, moves: Mapping[str, Move | Pair]) -> Looker:
        """Return what looks at a batch of places of several moves."""
        return looker(self.trials, lambda name, place: moves[str(name)].changes(place), profits, self.on_work)


def profits(lived: Lived) -> Hits:
    """Return which histories end with a settled profit, and without ruin."""
    return lived.profitable
