"""Bills that cannot be paid: credit and its interest, arrears that are first in line, ruin when they grow too old.

:class:`Solvency` stands beside the mechanisms: they belong to a channel, the wallet to the whole strategy.

Ignored: creditors that petition, interest on arrears, and a seller who puts in fresh money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.business.arrears import HALF_A_CENT, Arrears
from sim.business.calendar import DAYS_A_YEAR
from sim.business.ledger import CAPITAL, CASH, CREDIT_LINE, INTEREST, UNPAID_BILLS, Book
from sim.business.parameters import Number, needs, number, switch
from sim.business.seller_tax import SellerTax
from sim.business.state import NEVER, Wallet
from sim.randomness.streams import Array


@dataclass(frozen=True, kw_only=True)
class Solvency(SellerTax):
    """Keep the wallet of one strategy honest.

    What is due and cannot be paid from cash and credit waits as arrears. Every receipt pays them first, the oldest
    before the others; until all are paid there are no ads and no new orders. A bill due on day ``d`` has to be paid by
    the end of day ``d + grace``: what then is left of it is older than the grace, and a ruin.

    When in the day: once a strategy, after the receipts of all its channels, and after all else. Posts: cash, owner's
    capital, credit line, unpaid bills, interest. Assumes: goods and ads are never bought without money (selling is
    throttled instead), so what drives cash below zero are fixed costs, refunds and suppliers' bills that are due.
    Source: docs/model.md.
    """

    capital: Number = number(10_000.0, unit="money", meaning="Cash the seller starts with, each strategy.")
    credit_limit: Number = number(
        0.0, unit="money", meaning="Overdraft the bank grants.", used_when=needs("insolvency", True)
    )
    credit_rate: Number = number(
        0.12,
        unit="per year",
        meaning="Interest on the overdraft.",
        high=5.0,
        used_when=needs("insolvency", True) + needs("credit_limit", unlike=0.0),
    )
    insolvency: bool = switch(
        True, meaning="A bill that cannot be paid holds up advertising and selling; off: cash may go below zero."
    )
    grace_days: Number = number(
        15.0,
        unit="days",
        high=365,
        meaning="Days after which a bill left unpaid is a ruin; 0: on the day it is due.",
        used_when=needs("insolvency", True),
    )

    def begin(self, ledger: Book) -> None:
        """Pay in the capital."""
        ledger.post(self.capital, debit=CASH, credit=CAPITAL)
        ledger.received[:] = 0.0

    def pay_arrears(self, wallet: Wallet, ledger: Book) -> None:
        """Pay arrears from what came in since this was last asked, before anything else is paid from it."""
        if wallet.arrears is not None:
            # Receipts that cancel out may come to less than nothing by rounding.
            paid = np.minimum(np.maximum(ledger.received, 0.0), -ledger.balance(UNPAID_BILLS))
            ledger.post(paid, debit=UNPAID_BILLS, credit=CASH)
            wallet.arrears.pay(paid)
            wallet.in_arrears = ledger.balance(UNPAID_BILLS) < -HALF_A_CENT
        ledger.received[:] = 0.0

    def close(self, day: int, wallet: Wallet, ledger: Book) -> None:
        """Pay arrears, repay or draw credit and, where nothing helps, leave bills unpaid; ruin where they are old."""
        if not self.insolvency:
            return
        self.pay_arrears(wallet, ledger)
        cash, credit = ledger.balance(CASH), ledger.balance(CREDIT_LINE)
        if wallet.arrears is None and not ((cash < 0) | (credit < 0)).any():
            return
        self._use_credit(cash, credit, ledger)
        lacking = np.maximum(-cash, 0.0)
        if wallet.arrears is None and lacking.any():
            wallet.arrears = Arrears(len(cash), int(np.max(np.rint(self.grace_days))))
        if wallet.arrears is not None:
            ledger.post(lacking, debit=CASH, credit=UNPAID_BILLS)
            wallet.arrears.add(day, lacking)
            self._judge(day, wallet, wallet.arrears, ledger)
        ledger.received[:] = 0.0  # what was borrowed is no receipt

    def _use_credit(self, cash: Array, credit: Array, ledger: Book) -> None:
        ledger.post(-credit * self.credit_rate / DAYS_A_YEAR, debit=INTEREST, credit=CREDIT_LINE)
        ledger.post(np.minimum(np.maximum(cash, 0.0), -credit), debit=CREDIT_LINE, credit=CASH)
        lacking = np.maximum(-cash, 0.0)
        ledger.post(np.minimum(lacking, np.maximum(self.credit_limit + credit, 0.0)), debit=CASH, credit=CREDIT_LINE)

    def _judge(self, day: int, wallet: Wallet, arrears: Arrears, ledger: Book) -> None:
        """Say who is in arrears, and who is ruined by them."""
        wallet.in_arrears = ledger.balance(UNPAID_BILLS) < -HALF_A_CENT
        if not wallet.in_arrears.any():
            return
        wallet.held_back |= wallet.in_arrears
        grace = np.broadcast_to(np.rint(self.grace_days), wallet.in_arrears.shape).astype(np.int64)
        ruined = wallet.in_arrears & arrears.older_than(grace, day) & (wallet.insolvent_since == NEVER)
        wallet.insolvent_since[ruined] = day
