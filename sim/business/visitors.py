"""Visitors, counted by how far they get: `Stages`, and `piece_ends` for the days on which they are counted.

Of a day's visitors some fill a cart (or ask), and of those some order. With a mean of ``v`` visitors, ``a`` of whom
fill a cart and ``o`` of whom order, the orders, the carts without an order and the visits without a cart are
independent Poissons of the means ``o``, ``a - o`` and ``v - a``: the same joint law as counting visitors first and
thinning them twice, for less, and each count is monotone in its own mean.

Orders are counted every day. Who gets less far is nobody's business on that day: the means add up, and are counted
where a piece of the calendar ends (a month, a test of the product, the horizon). Poissons add, so that is exact; and no
piece depends on what happens, so a condition changes no count, and a shorter horizon none but that of its last days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np

from sim.business.market import Environment
from sim.business.state import Mask, State, Visits
from sim.randomness.luck import Luck
from sim.randomness.streams import Array

GROUPS = ("paid", "free")
"""Visitors that were bought, and the others."""

Pair = tuple[Array, Array]
"""(n_paths,) counts of the two groups."""


class Stages:
    """Counts of how far the visitors of a channel get, in two groups.

    Parameters
    ----------
    names : sequence of str
        From all visitors to those who get furthest: fields of :class:`Visits`, and the streams they are counted by.
    """

    def __init__(self, names: Sequence[str], n_paths: int) -> None:
        *self.short, self.furthest = names
        self._furthest = {group: np.zeros(n_paths) for group in GROUPS}
        self._means = {(group, name): np.zeros(n_paths) for group in GROUPS for name in self.short}

    def count_furthest(self, sources: Iterable[Visits], luck: Luck) -> Pair:
        """Count who gets furthest today, and add up the means of the others.

        Parameters
        ----------
        sources : iterable of Visits
            Means of today, by source.
        """
        here = list(sources)
        paid = self._count(GROUPS[0], [visits for visits in here if visits.paid], luck)
        return paid, self._count(GROUPS[1], [visits for visits in here if not visits.paid], luck)

    def _count(self, group: str, sources: list[Visits], luck: Luck) -> Array:
        if not sources:
            return np.zeros_like(self._furthest[group])
        stages = (*self.short, self.furthest)
        means = [reduce(add, (getattr(visits, name) for visits in sources)) for name in stages]
        for name, (mean, further) in zip(self.short, pairwise(means), strict=True):
            self._means[group, name] += mean - further
        count = luck.poisson(f"{self.furthest}.{group}", means[-1])
        self._furthest[group] += count
        return count

    def count_others(self, ends: Mask, luck: Luck) -> dict[str, Pair]:
        """Count, where a piece of the calendar ends, who got to each of the other stages since the last one did.

        Parameters
        ----------
        ends : (n_paths,) bool

        Returns
        -------
        dict of str to pair of (n_paths,) float
            By stage; those who got further are among them. Nothing where no piece ends.
        """
        reached = [take(self._furthest[group], ends) for group in GROUPS]
        found: dict[str, Pair] = {}
        for name in reversed(self.short):
            for position, group in enumerate(GROUPS):
                mean = take(self._means[group, name], ends)
                reached[position] = reached[position] + luck.poisson(f"{name}.{group}", mean)
            found[name] = reached[0], reached[1]
        return found


def take(values: Array, where: Mask) -> Array:
    """Return the values there and zero elsewhere, and set them to zero."""
    taken = np.where(where, values, 0.0)
    values[where] = 0.0
    return taken


@dataclass
class LastDays:
    """Ages of the channel, days, at whose end a test is judged; after ``latest`` no path of these has one to come."""

    ages: list[Array | float] = field(default_factory=list)
    latest: float = -1.0


def end_piece_at(state: State, age: Array | float) -> None:
    """Have visitors counted, too, on the day on which the channel has this age."""
    if not state.has(LastDays):
        state.keep(LastDays())
    tests = state.recall(LastDays)
    tests.ages.append(age)
    tests.latest = max(tests.latest, float(np.max(state.opens + age)))


def piece_ends(state: State, environment: Environment) -> Mask | None:
    """(n_paths,) whether a piece of the calendar ends today, a month, a test or all of it; None where on no path."""
    if environment.ends_period:
        return np.ones(state.n_paths, dtype=bool)
    if not state.has(LastDays) or environment.day > state.recall(LastDays).latest:
        return None
    age = state.age(environment.day)
    ends = np.any([age == last for last in state.recall(LastDays).ages], axis=0)
    return ends if ends.any() else None
