"""The seller's rule for P4P: look at what it brought, spend more or less, pause, try again.

Ignored: what a buyer is worth beyond this order (reviews, reorders), and judgement beyond the rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from sim.business.calendar import DAYS_A_WEEK
from sim.business.ledger import Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import KeywordAds
from sim.business.order_terms import Price
from sim.business.parameters import Number, number, rate
from sim.business.state import NEVER, Days, State, Today
from sim.randomness.luck import Luck
from sim.randomness.memory import zeros
from sim.randomness.streams import Array


@dataclass
class Verdicts:
    """Memory of the policy.

    Parameters
    ----------
    earned : (longest window + 1, n_paths) float
        Running total, at the end of each of the last days, of what P4P brought less what it cost.
    total : (n_paths,) float
        The same at the end of yesterday.
    advertised, next_look : (n_paths,) float
        Days of advertising since the first one or the last pause, and how many there are at the next look.
    looks, pauses : (n_paths,) float
        Looks and pauses so far.
    resumes : (n_paths,) int
        Day on which the pause is over; NEVER outside one.
    """

    earned: Array
    total: Array
    advertised: Array
    next_look: Array
    looks: Array
    pauses: Array
    resumes: Days


@dataclass(frozen=True, kw_only=True)
class P4PPolicy(Mechanism):
    """Move P4P's daily budget by what it earned, and pause it where it does not pay.

    A look adds up, over the trailing days, the orders *taken* that bought visits brought and the part of those from
    free visits that followed the ads, each at what an order is *expected* to contribute before ads
    (:class:`~sim.business.order_terms.OrderTerms`: what the seller knows of his prices and costs, not the luck of
    these orders), less the spend. More than nothing: the budget rises by the step. Otherwise it falls by the step, and
    where it is at its lowest already, P4P pauses; after the pause it is tried again at the lowest budget. Each pause is
    longer than the one before.

    The first look is after ``first_look`` days of advertising, over ``first_trailing`` days; a retry is looked at
    after ``retry_look`` days, and otherwise every seventh day of advertising, over ``trailing_days``. Orders are
    counted every day, so the rule asks for no count that was not made already.

    When in the day: after the orders are taken; it sets tomorrow's budget. Posts: nothing. Assumes: an order of a free
    visitor is owed to the ads with the chance that a free visit of the day is (business buyers' talks shift that by
    weeks); orders that could not be taken for want of cash count for nothing; a budget of nothing stays so. Source:
    steps, limits, days [j].
    """

    does: ClassVar[str] = "tomorrow's P4P budget by what the ads earned; pauses where they do not pay"

    step_size: Number = rate(0.10, unit="per week", meaning="Weekly change of the P4P budget.")
    lowest: Number = number(20.0, unit="money a day", meaning="Lowest daily P4P budget, but for pauses.")
    highest: Number = number(150.0, unit="money a day", meaning="Highest daily P4P budget.")
    trailing_days: Number = number(28.0, unit="days", low=1.0, high=365.0, meaning="Days that a look adds up.")
    first_look: Number = number(
        30.0, unit="days", low=1.0, high=365.0, meaning="Days of advertising until the first look."
    )
    first_trailing: Number = number(30.0, unit="days", low=1.0, high=365.0, meaning="Days that the first look adds up.")
    retry_look: Number = number(
        30.0, unit="days", low=1.0, high=365.0, meaning="Days of advertising after a pause until the next look."
    )
    pause_days: Number = number(30.0, unit="days", low=1.0, high=365.0, meaning="Length of the first pause.")
    pause_growth: Number = number(
        2.0, unit="factor", low=1.0, high=10.0, meaning="Length of a pause, relative to the one before."
    )
    an_order: Number = 0.0

    def at_price(self, price: Price) -> Self:
        """Know what an order is expected to bring."""
        return replace(self, an_order=price.brings)

    def begin(self, state: State, luck: Luck) -> None:
        """Start with nothing to look at."""
        n = state.n_paths
        longest = int(np.rint(max(np.max(self.trailing_days), np.max(self.first_trailing))))
        total, advertised, looks, pauses = np.zeros((4, n))
        next_look = np.broadcast_to(np.rint(self.first_look), (n,)).copy()
        earned = zeros((longest + 1, n))
        state.keep(Verdicts(earned, total, advertised, next_look, looks, pauses, np.full(n, NEVER)))

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Add up today, look where it is time, end pauses tomorrow."""
        memory, ads, day = state.recall(Verdicts), state.recall(KeywordAds), environment.day
        owed = today.free_orders * ads.share_of_free
        owed += today.paid_orders
        owed *= self.an_order
        owed -= today.ad_spend
        memory.total += owed
        memory.earned[day % len(memory.earned)] = memory.total
        memory.advertised += np.greater(today.ad_spend, 0.0)
        back = memory.resumes == day + 1
        if back.any():
            ads.budget[back] = np.broadcast_to(self.lowest, back.shape)[back]
            memory.resumes[back] = NEVER
        looks = (memory.advertised >= memory.next_look).nonzero()[0]
        if looks.size:
            self._look(memory, ads, day, looks)

    def _look(self, memory: Verdicts, ads: KeywordAds, day: int, at: Days) -> None:
        """Judge these paths, and set their budgets and next looks."""
        step, lowest, highest, first, usual, retry = (
            np.broadcast_to(value, memory.total.shape)[at]
            for value in (
                *(self.step_size, self.lowest, self.highest),
                *(self.first_trailing, self.trailing_days, self.retry_look),
            )
        )
        window = np.rint(np.where(memory.looks[at] == 0, first, usual)).astype(np.int64)
        before = memory.earned[(day - window) % len(memory.earned), at]
        pays = memory.total[at] - before > 0.0
        budget = ads.budget[at]
        pauses = ~pays & (budget <= lowest)
        changed = np.where(pays, np.minimum(budget * (1.0 + step), highest), budget * (1.0 - step))
        ads.budget[at] = np.where(pauses, 0.0, np.maximum(changed, lowest))
        memory.looks[at] += 1
        memory.advertised[at] = np.where(pauses, 0.0, memory.advertised[at])
        memory.next_look[at] = np.where(pauses, np.rint(retry), memory.next_look[at] + DAYS_A_WEEK)
        self._pause(memory, day, at[pauses])

    def _pause(self, memory: Verdicts, day: int, at: Days) -> None:
        length, growth = (
            np.broadcast_to(value, memory.total.shape)[at] for value in (self.pause_days, self.pause_growth)
        )
        days = np.minimum(length * growth ** memory.pauses[at], float(NEVER // 2))
        memory.resumes[at] = day + 1 + np.rint(days).astype(np.int64)
        memory.pauses[at] += 1

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """How often the ads paused, and what the seller thinks that they earned."""
        yield "pauses", state.recall(Verdicts).pauses
        yield "earned", state.recall(Verdicts).total
