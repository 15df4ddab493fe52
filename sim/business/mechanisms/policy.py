"""The seller's decisions by rule: test, review, scale, give up.

Ignored: judgement beyond these rules, and changes of product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.business.calendar import DAYS_A_WEEK
from sim.business.ledger import Book
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism
from sim.business.mechanisms.shared import note_refused_ads
from sim.business.order_flow import OrderFlow
from sim.business.parameters import Number, choice, needs, number, rate, switch
from sim.business.state import State, Today
from sim.business.visitors import end_piece_at
from sim.randomness.luck import Luck
from sim.randomness.streams import Array


@dataclass
class Scaling:
    """Memory of the budget: today's daily level; at the last look the contribution, and days of advertising since."""

    level: Array
    contribution: Array
    days: Array


@dataclass
class Test:
    """Memory of the test phase: what the ads brought in it, and who was stopped by the gate."""

    impressions: Array
    clicks: Array
    carts: Array
    stopped: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Budget(Mechanism):
    """Set the day's advertising budget: a cheap test, a review without ads, then weekly scaling.

    When in the day: before advertising. Posts: nothing. Assumes: the seller looks at contribution after ads of the last
    week, expected returns included, and stops the ads the day after no payment account is left to sell through.
    Source: F22, F23; limits and steps [j].
    """

    does: ClassVar[str] = "budget: test, review, then scaled weekly by contribution"

    test_days: Number = number(7.0, unit="days", high=365, meaning="Length of the test.", source="F22")
    test_budget: Number = number(30.0, unit="money a day", meaning="Daily budget of the test.", source="F22")
    review_days: Number = number(0.0, unit="days", high=365, meaning="Days without ads after the test.", source="F23")
    first_budget: Number = number(50.0, unit="money a day", meaning="Daily budget after the review.")
    lowest: Number = number(
        30.0, unit="money a day", meaning="Lowest daily budget while selling.", used_when=needs("scaling", True)
    )
    highest: Number = number(
        150.0, unit="money a day", meaning="Highest daily budget.", used_when=needs("scaling", True)
    )
    step_up: Number = number(
        0.15,
        unit="per week",
        meaning="Weekly rise while contribution is positive.",
        high=10.0,
        used_when=needs("scaling", True),
    )
    step_down: Number = rate(
        0.05, unit="per week", meaning="Weekly cut while it is not.", used_when=needs("scaling", True)
    )
    scaling: bool = switch(True, meaning="Change the budget weekly; off: the first budget stays.")
    weeks: str = choice(
        "of_advertising",
        ("of_advertising", "calendar"),
        meaning="Look every seventh day of advertising, counted from the first; or every seventh day from day 0.",
        used_when=needs("scaling", True),
    )
    cash_reserve: Number = number(
        1000.0, unit="money", meaning="Cash that is never spent on ads.", used_when=needs("limit_by_cash", True)
    )
    limit_by_cash: bool = switch(True, meaning="Spend on ads only the cash above the reserve.")

    def foretell(self, flow: OrderFlow) -> None:
        """Say what is spent a day: the first budget, after the test."""
        flow.budget = self.first_budget

    def begin(self, state: State, luck: Luck) -> None:
        """Start at the first budget."""
        level = np.broadcast_to(np.asarray(self.first_budget, dtype=float), (state.n_paths,)).copy()
        state.keep(Scaling(level, *np.zeros((2, state.n_paths))))
        state.lowest_budget = np.minimum(self.lowest, self.first_budget) if self.scaling else self.first_budget
        end_piece_at(state, np.rint(self.test_days) - 1)  # whether or not a gate looks: it changes no count

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Scale once a week, then set today's budget by phase."""
        memory = state.recall(Scaling)
        age = state.age(environment.day)
        selling_from = np.rint(self.test_days) + np.rint(self.review_days)
        if self.scaling:
            self._look(memory, ledger, age >= selling_from + DAYS_A_WEEK, environment.day)
        budget = np.where(age < np.rint(self.test_days), self.test_budget, memory.level)
        budget[(age >= np.rint(self.test_days)) & (age < selling_from)] = 0.0
        # Nobody buys visitors for a checkout known to be closed: the day it closes still costs that day's ads.
        wanted = np.where(today.wanted & ~state.halted, budget, 0.0)
        today.budget = wanted if today.in_arrears is None else np.where(today.in_arrears, 0.0, wanted)
        if self.limit_by_cash:
            spare = np.maximum(state.wallet.free_cash - self.cash_reserve, 0.0)
            today.budget = np.minimum(today.budget, spare)
        note_refused_ads(state, today, wanted)
        memory.days += today.budget > 0

    def _look(self, memory: Scaling, ledger: Book, scales: NDArray[np.bool_], day: int) -> None:
        """Compare with the last look, where a week is over, and change the level, where it is time to."""
        calendar = self.weeks == "calendar"
        looks = np.full(scales.shape, day % DAYS_A_WEEK == 0) if calendar else memory.days == DAYS_A_WEEK
        if not looks.any():
            return
        contribution = ledger.contribution()
        better = contribution > memory.contribution
        changed = memory.level * np.where(better, 1.0 + self.step_up, 1.0 - self.step_down)
        memory.level[:] = np.where(scales & looks, np.clip(changed, self.lowest, self.highest), memory.level)
        memory.contribution[looks] = contribution[looks]
        memory.days[looks] = 0.0


@dataclass(frozen=True, kw_only=True)
class TestGate(Mechanism):
    """Give the product up after the test unless click-through and add-to-cart reach their thresholds.

    When in the day: after the funnel. Posts: nothing. Assumes: sources pooled; a gate without clicks is not passed.
    Source: F22; thresholds [j].
    """

    __test__: ClassVar[bool] = False  # not a test case, whatever its name suggests
    does: ClassVar[str] = "at the end of the test: go on only if CTR and add-to-cart suffice"

    test_days: Number = number(7.0, unit="days", high=365, meaning="Length of the test.", source="F22")
    least_ctr: Number = rate(0.008, meaning="Click-through rate needed.")
    least_add_to_cart: Number = rate(0.025, meaning="Carts per click needed.")

    def begin(self, state: State, luck: Luck) -> None:
        """Start counting; have visitors counted on the last day of the test."""
        n = state.n_paths
        state.keep(Test(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n, dtype=bool)))
        end_piece_at(state, np.rint(self.test_days) - 1)

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Count during the test, decide on its last day."""
        age = state.age(environment.day)
        last = np.rint(self.test_days) - 1
        if not (age <= last).any():
            return
        memory = state.recall(Test)
        during = (age >= 0) & (age <= last)
        memory.impressions += np.where(during, today.impressions, 0.0)
        memory.clicks += np.where(during, today.paid_clicks, 0.0)
        memory.carts += np.where(during, today.paid_carts, 0.0)
        fails = (
            (memory.clicks < self.least_ctr * memory.impressions)
            | (memory.carts < self.least_add_to_cart * memory.clicks)
            | (memory.clicks == 0)
        )
        stopped = (age == last) & fails & ~state.closed
        memory.stopped |= stopped
        state.closed |= stopped

    def figures(self, state: State) -> Iterator[tuple[str, Array]]:
        """Who was stopped at the test."""
        yield "stopped", state.recall(Test).stopped.astype(float)


@dataclass(frozen=True, kw_only=True)
class StopLoss(Mechanism):
    """Give up when the channel has lost too much.

    When in the day: before the budget, once a week. Posts: nothing. Source: [j].
    """

    does: ClassVar[str] = "give up when the cumulative loss passes its limit"

    largest_loss: Number = number(6000.0, unit="money", meaning="Cumulative loss at which the seller gives up.")

    def step(self, state: State, today: Today, ledger: Book, environment: Environment, luck: Luck) -> None:
        """Look once a week."""
        if environment.day % DAYS_A_WEEK:
            return
        profit = ledger.profit()
        state.closed |= profit < -np.asarray(self.largest_loss)
