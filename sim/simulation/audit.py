"""The audit of a strategy's books (`audit`): sums, cash, net worth, and the balances that each mechanism declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.business.ledger import PROFIT_KINDS, Kind, LedgerError
from sim.randomness.streams import Array
from sim.simulation.recorder import ROUNDING

if TYPE_CHECKING:
    from sim.simulation.strategy_run import StrategyRun


def audit(strategy: StrategyRun, day: int, first_path: int) -> None:
    """Check every reconciliation of one strategy; a LedgerError names account, path, day and the two amounts."""
    ledger = strategy.ledger
    tolerance = ROUNDING * (1.0 + ledger.gross())

    def check(what: str, expected: Array, found: Array) -> None:
        wrong = ~(np.abs(expected - found) <= tolerance)
        if wrong.any():
            path = int(np.argmax(wrong))
            raise LedgerError(
                f"{strategy.name}: {what} does not reconcile on path {first_path + path}, day {day}: "
                f"the books say {found[path]:.6f}, it should be {expected[path]:.6f}"
            )

    check("the sum of all accounts", np.zeros(ledger.balances.shape[1]), ledger.balances.sum(axis=0))
    check("cash against the cash-flow statement", ledger.cash_flows.sum(axis=0), strategy.wallet.cash)
    worth = ledger.balances[ledger.rows({Kind.ASSET, Kind.LIABILITY})].sum(axis=0)
    owners = -ledger.balances[ledger.rows({Kind.CAPITAL})].sum(axis=0) + ledger.profit(PROFIT_KINDS | {Kind.DRAWING})
    check("net worth against capital and profit", owners, worth)
    for account, balance in strategy.tax.reconcile():
        check(f"account '{account.name}'", balance, ledger.books[""].balance(account))
    for channel in strategy.channels:
        for step in channel.steps:
            for account, balance in step.mechanism.reconcile(channel.state):
                check(f"{channel.name}, account '{account.name}'", balance, channel.book.balance(account))
