"""The journal of one path: its postings day by day, as an accountant asks for them.

`journal` simulates the path's block again, with books that note every posting.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.business.ledger import CAPITAL, CASH, Account, Book, Ledger
from sim.randomness.streams import BLOCK, Array
from sim.scenario.scenario import Scenario
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan, PlanError
from sim.simulation.strategy_run import StrategyRun

Row = tuple[int, str, str, str, str, str, str]

MIN_AMOUNT = 0.005
"""Amounts below half a cent are left out."""


class Scribe:
    """Write down what is posted on one path."""

    def __init__(self, column: int) -> None:
        self.column = column
        self.day, self.date, self.section = 0, "", ""
        self.rows: list[Row] = []

    def begin(self, section: str) -> None:
        """Hear who posts from now on."""
        self.section = section

    def note(self, channel: str, amount: Array | float, debit: Account, credit: Account) -> None:
        """Note one posting."""
        value = float(np.broadcast_to(amount, (BLOCK,))[self.column])
        if abs(value) < MIN_AMOUNT:
            return
        if value < 0:
            value, debit, credit = -value, credit, debit
        who = channel or "wallet", self.section
        self.rows.append((self.day, self.date, *who, debit.name, credit.name, f"{value:.2f}"))


class WatchedBook(Book):
    """A channel's book that tells a scribe of every posting."""

    def __init__(self, ledger: Ledger, channel: str, scribe: Scribe) -> None:
        super().__init__(ledger, channel)
        self._scribe = scribe

    def post(self, amount: Array | float, *, debit: Account, credit: Account) -> None:
        """Post, and note it."""
        super().post(amount, debit=debit, credit=credit)
        self._scribe.note(self.channel, amount, debit, credit)


def journal(scenario: Scenario, plan: Plan, strategy: str, path: int) -> Iterator[Row]:
    """Yield the postings of one path: (day, date, channel, mechanism, debit, credit, amount).

    Parameters
    ----------
    path : int
        Number of the path, from 0; its block is simulated as in any run.

    Raises
    ------
    PlanError
        For a strategy or a path that the run does not have.
    """
    if strategy not in scenario.strategies:
        raise PlanError(f"no strategy '{strategy}'; there are: {', '.join(scenario.strategies)}")
    if path not in range(plan.n_paths):
        raise PlanError(f"paths run from 0 to {plan.n_paths - 1} (found {path!r})")
    block = path // BLOCK
    environment, [run], luck = prepare(scenario, plan, range(block, block + 1), only=strategy)
    scribe = Scribe(path % BLOCK)
    scribe.date, scribe.section = scenario.start_date.isoformat(), "opening balance"
    scribe.note("", np.broadcast_to(run.solvency.capital, (BLOCK,)), CASH, CAPITAL)
    watch(run, scribe)
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        scribe.day, scribe.date = day, environment.date.isoformat()
        run.live(environment, before=scribe.begin)
        yield from scribe.rows
        scribe.rows.clear()


def watch(strategy: StrategyRun, scribe: Scribe) -> None:
    """Put watched books in place of a strategy's own (the capital is already paid in)."""
    for name in strategy.ledger.books:
        strategy.ledger.books[name] = WatchedBook(strategy.ledger, name, scribe)
    strategy.wallet.book = strategy.ledger.books[""]
    for channel in strategy.channels:
        channel.book = strategy.ledger.books[channel.name]
