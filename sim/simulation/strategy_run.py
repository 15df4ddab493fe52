"""One strategy as it runs: its channels with their mechanisms, state and books, lived through day by day.

`StrategyRun.live` is a day of all its channels on one wallet: receipts, trading, closing. It knows neither how many
paths there are beside these nor what is kept of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.business.activity import Activity
from sim.business.ledger import Ledger
from sim.business.market import Environment
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.seller_tax import TaxReturn
from sim.business.solvency import Solvency
from sim.business.state import State, Today, Wallet
from sim.randomness.luck import Luck, SpanLuck

Announce = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One mechanism at its place in a channel, with its luck."""

    mechanism: Mechanism
    luck: Luck


class ChannelRun:
    """One channel of one strategy, running: its mechanisms, state and books."""

    def __init__(self, name: str, mechanisms: list[Mechanism], wallet: Wallet, ledger: Ledger, luck: SpanLuck) -> None:
        self.name = name
        self.book = ledger.books[name]
        n_paths = ledger.balances.shape[1]
        self.state = State(name, wallet, n_paths)
        self.steps = [Step(m, Luck(luck, f"{name}.{m.section}", m.streams)) for m in mechanisms]
        for step in self.steps:
            step.mechanism.begin(self.state, step.luck)
        self.today = Today(trading=np.zeros(n_paths, dtype=bool))

    def open_day(self, day: int) -> None:
        """Start a day with fresh flows."""
        self.today = Today(trading=self.state.trading(day))

    def run(self, phase: Phase, environment: Environment, before: Announce) -> None:
        """Execute the mechanisms of one phase, in the channel's order."""
        for step in self.steps:
            if step.mechanism.phase is phase:
                before(step.mechanism.section)
                step.mechanism.step(self.state, self.today, self.book, environment, step.luck)

    def accrue(self) -> None:
        """Bring every provision to its target."""
        for step in self.steps:
            step.mechanism.accrue(self.state, self.book)


class StrategyRun:
    """One strategy, running: its channels on one wallet."""

    def __init__(self, name: str, channels: dict[str, list[Mechanism]], solvency: Solvency, luck: SpanLuck) -> None:
        self.name = name
        charts = {channel: [a for m in parts for a in m.accounts] for channel, parts in channels.items()}
        n_paths = luck.n_paths
        self.ledger = Ledger({"": solvency.tax_accounts, **charts}, n_paths)
        self.solvency = solvency
        self.wallet = Wallet(tuple(channels), self.ledger.books[""], n_paths)
        self.tax = TaxReturn(solvency, self.ledger, n_paths)
        solvency.begin(self.ledger.books[""])
        self.activity = Activity(len(channels), n_paths)
        self.channels = [ChannelRun(c, parts, self.wallet, self.ledger, luck) for c, parts in channels.items()]

    def live(self, environment: Environment, before: Announce = lambda _: None) -> None:
        """Live through one day: receipts, arrears, trading, closing.

        ``before`` is told the name of each section before it acts: a journal wants to know who posts.
        """
        for channel in self.channels:
            channel.open_day(environment.day)
        for channel in self.channels:
            channel.run(Phase.RECEIPTS, environment, before)
        before("arrears")
        self._pay_arrears()
        for phase in (Phase.TRADING, Phase.CLOSING):
            for channel in self.channels:
                channel.run(phase, environment, before)
        before("closing")
        self.tax.live(environment, self.wallet, self.ledger)
        self.solvency.close(environment.day, self.wallet, self.ledger.books[""])
        for channel in self.channels:
            channel.accrue()
        self.activity.close(environment, self.wallet, [(channel.state, channel.today) for channel in self.channels])

    def _pay_arrears(self) -> None:
        """Let what came in pay what waits; who still owes sells nothing today."""
        self.solvency.pay_arrears(self.wallet, self.ledger.books[""])
        if self.wallet.in_arrears.any():
            for channel in self.channels:
                channel.today.hold_back(self.wallet.in_arrears)
