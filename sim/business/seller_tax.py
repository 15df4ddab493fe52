"""What the seller's own state takes of the sales: a switch, off unless the scenario says otherwise.

:class:`SellerTax` declares it among the wallet's numbers; :class:`TaxReturn` is the memory of one strategy.

Ignored: the owner's income tax, refunds of export VAT, deductions, quarterly returns, sales before day 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.business.accounts import REFUNDS, SALES
from sim.business.calendar import DAYS_A_YEAR
from sim.business.delays import RollingSum
from sim.business.ledger import CASH, Account, Kind, Ledger
from sim.business.market import Environment
from sim.business.parameters import Number, choice, needs, number, rate
from sim.business.state import Wallet
from sim.randomness.streams import Array

SELLER_TAX = Account("seller's tax in China", Kind.EXPENSE, shared=True)
TAX_PAYABLE = Account("seller's tax payable", Kind.LIABILITY, cash_line="seller's tax in China", shared=True)

NONE, DEEMED, NO_PAPERS = "none", "deemed_profit", "without_export_papers"


@dataclass(frozen=True, kw_only=True)
class SellerTax:
    """The seller's tax in China.

    ``deemed_profit``: net sales times a deemed profit times the tax rate (a pilot zone). ``without_export_papers``: VAT
    inside the price, rate / (1 + rate) of the sales that left without papers, once the sales of twelve months have
    passed the threshold; who has passed it stays liable.

    When in the day: once a strategy, after all its channels and before bills that cannot be paid; paid on the first day
    of a month of bills. Posts: seller's tax in China, seller's tax payable, cash. Assumes: net sales are sales less
    refunds of all channels, a refund takes its tax back, and platforms report every sale. Source: Decree 810 (platforms
    report sellers' income since 2025-10).
    """

    seller_tax: str = choice(NONE, (NONE, DEEMED, NO_PAPERS), meaning="What the seller's own state takes of the sales.")
    deemed_profit_rate: Number = rate(
        0.04,
        meaning="Profit that is deemed, of net sales.",
        source="pilot zones",
        used_when=needs("seller_tax", DEEMED),
    )
    income_tax_rate: Number = rate(
        0.05,
        meaning="Tax on the deemed profit: 25%, a small firm 5%.",
        source="pilot zones",
        used_when=needs("seller_tax", DEEMED),
    )
    sales_tax_rate: Number = rate(
        0.13,
        meaning="VAT on sales that left without papers.",
        source="13 / 113",
        used_when=needs("seller_tax", NO_PAPERS),
    )
    share_without_papers: Number = rate(
        1.0, meaning="Sales that left without export papers.", used_when=needs("seller_tax", NO_PAPERS)
    )
    sales_tax_threshold: Number = number(
        "5000000 CNY",
        unit="money",
        meaning="Net sales of twelve months above which VAT is due.",
        source="general taxpayers",
        used_when=needs("seller_tax", NO_PAPERS),
    )

    @property
    def tax_accounts(self) -> tuple[Account, ...]:
        """Accounts posted to; none where there is no tax."""
        return () if self.seller_tax == NONE else (SELLER_TAX, TAX_PAYABLE)


class TaxReturn:
    """One strategy's tax: what was sold so far, who is liable, what is owed, (n_paths,) each."""

    def __init__(self, rules: SellerTax, ledger: Ledger, n_paths: int) -> None:
        self.rules = rules
        self._rows = [row for row, (_, account) in enumerate(ledger.entries) if account in (SALES, REFUNDS)]
        self._sold = np.zeros(n_paths)
        self._year = RollingSum(n_paths, DAYS_A_YEAR) if rules.seller_tax == NO_PAPERS else None
        self._liable = np.zeros(n_paths, dtype=bool)
        self.owed: Array = np.zeros(n_paths)

    def live(self, environment: Environment, wallet: Wallet, ledger: Ledger) -> None:
        """Pay last month's on the first day of a month; set today's aside."""
        if self.rules.seller_tax == NONE:
            return
        book = ledger.books[""]
        if environment.starts_month:
            paid = np.maximum(self.owed, 0.0)
            book.post(paid, debit=TAX_PAYABLE, credit=CASH)
            self.owed -= paid
        sold = -ledger.balances[self._rows].sum(axis=0)
        tax = self._tax(environment.day, sold - self._sold)
        self._sold = sold
        book.post(tax, debit=SELLER_TAX, credit=TAX_PAYABLE)
        self.owed += tax
        wallet.commitments["seller_tax"] = np.maximum(self.owed, 0.0)

    def _tax(self, day: int, sold_today: Array) -> Array:
        rules = self.rules
        if self._year is None:
            return np.asarray(sold_today * rules.deemed_profit_rate * rules.income_tax_rate)
        inside = rules.sales_tax_rate / (1.0 + rules.sales_tax_rate) * rules.share_without_papers
        tax = np.where(self._liable, sold_today * inside, 0.0)  # from the day after the threshold was passed
        self._year.add(day, sold_today)
        self._liable |= self._year.total > rules.sales_tax_threshold
        return tax

    def reconcile(self) -> Iterator[tuple[Account, Array]]:
        """Payable = what was set aside and not yet paid."""
        if self.rules.seller_tax != NONE:
            yield TAX_PAYABLE, -self.owed
