"""The end of a strategy's day: credit, bills that cannot be paid, interest.

:class:`Solvency` stands beside the mechanisms: they belong to a channel, the wallet to the whole strategy.

Ignored: creditors that petition, and a seller who puts in fresh money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.business.calendar import DAYS_A_YEAR
from sim.business.ledger import CAPITAL, CASH, CREDIT_LINE, INTEREST, UNPAID_BILLS, Book
from sim.business.parameters import Number, needs, number, switch
from sim.business.seller_tax import SellerTax
from sim.business.state import NEVER, Wallet


@dataclass(frozen=True, kw_only=True)
class Solvency(SellerTax):
    """Keep the wallet of one strategy honest.

    When in the day: once a strategy, after all its channels. Posts: cash, owner's capital, credit line, unpaid bills,
    interest. Assumes: goods and ads are never bought without money (selling is throttled instead), so what drives cash
    below zero are fixed costs, refunds and suppliers' bills that are due. Source: docs/model.md.
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
        True, meaning="A bill that cannot be paid ends advertising and selling; off: cash may go below zero."
    )

    def begin(self, ledger: Book) -> None:
        """Pay in the capital."""
        ledger.post(self.capital, debit=CASH, credit=CAPITAL)

    def close(self, day: int, wallet: Wallet, ledger: Book) -> None:
        """Repay, draw and, where nothing helps, record the insolvency."""
        if not self.insolvency:
            return
        cash, unpaid, credit = (ledger.balance(a) for a in (CASH, UNPAID_BILLS, CREDIT_LINE))
        if not ((cash < 0) | (unpaid < 0) | (credit < 0)).any():
            return
        ledger.post(-credit * self.credit_rate / DAYS_A_YEAR, debit=INTEREST, credit=CREDIT_LINE)
        spare = np.maximum(cash, 0.0)
        ledger.post(np.minimum(spare, -unpaid), debit=UNPAID_BILLS, credit=CASH)
        ledger.post(np.minimum(np.maximum(cash, 0.0), -credit), debit=CREDIT_LINE, credit=CASH)
        lacking = np.maximum(-cash, 0.0)
        ledger.post(np.minimum(lacking, np.maximum(self.credit_limit + credit, 0.0)), debit=CASH, credit=CREDIT_LINE)
        lacking = np.maximum(-cash, 0.0)
        ledger.post(lacking, debit=CASH, credit=UNPAID_BILLS)
        failed = (lacking > 0) & (wallet.insolvent_since == NEVER)
        wallet.insolvent_since[failed] = day
