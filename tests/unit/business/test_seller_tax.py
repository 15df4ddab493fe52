"""The seller's tax in China: by hand over a few months, and the books of a run."""

from datetime import date

import numpy as np
import pytest

import sim
from sim.business.accounts import REFUNDS, SALES
from sim.business.ledger import CAPITAL, CASH, Ledger
from sim.business.market import Environment
from sim.business.seller_tax import SELLER_TAX, TAX_PAYABLE, SellerTax, TaxReturn
from sim.business.state import Wallet
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

NUMBERS = {
    "deemed_profit_rate": 0.04,
    "income_tax_rate": 0.05,
    "sales_tax_rate": 0.13,
    "share_without_papers": 1.0,
    "sales_tax_threshold": 1000.0,
}


class Shop:
    """One channel that sells and refunds what the tests say, day by day."""

    def __init__(self, kind, **changes):
        self.rules = SellerTax(seller_tax=kind, **(NUMBERS | changes))
        self.ledger = Ledger({"": self.rules.tax_accounts, "shop": (SALES, REFUNDS)}, 2)
        self.wallet = Wallet(("shop",), self.ledger.books[""], 2)
        self.ledger.books[""].post(1e6, debit=CASH, credit=CAPITAL)
        self.tax = TaxReturn(self.rules, self.ledger, 2)
        self.environment = Environment(None, date(2026, 9, 7), None)

    def sell(self, sales, refunds=0.0):
        self.environment.day += 1
        book = self.ledger.books["shop"]
        book.post(np.asarray(sales, dtype=float), debit=CASH, credit=SALES)
        book.post(np.full(2, refunds), debit=REFUNDS, credit=CASH)
        self.tax.live(self.environment, self.wallet, self.ledger)
        for account, balance in self.tax.reconcile():
            np.testing.assert_allclose(balance, self.book.balance(account), atol=1e-9)

    @property
    def book(self):
        return self.ledger.books[""]

    @property
    def paid(self):
        return (self.book.balance(SELLER_TAX) + self.book.balance(TAX_PAYABLE)).tolist()


def test_deemed_profit_by_hand():
    """30 days of 100 and a refund of 500: (3,000 - 500) x 4% x 5% = 5, paid on day 30."""
    shop = Shop("deemed_profit")
    for day in range(30):
        shop.sell([100.0, 0.0], 500.0 if day == 20 else 0.0)
    assert shop.book.balance(SELLER_TAX) == pytest.approx([5.0, -1.0])
    assert shop.wallet.commitments["seller_tax"] == pytest.approx([5.0, 0.0])
    assert shop.paid == pytest.approx([0, 0])
    shop.sell([0.0, 0.0])
    assert shop.paid == pytest.approx([5.0, 0.0]), "what refunds took back waits for sales"
    for _ in range(30):
        shop.sell([0.0, 100.0])
    assert shop.paid == pytest.approx([5.0, 5.0 - 0.2]), "29 x .2 - 1: the last day's is due next month"


def test_a_large_firm_pays_five_times_a_small_ones():
    small, large = (Shop("deemed_profit", income_tax_rate=rate) for rate in (0.05, 0.25))
    for shop in (small, large):
        shop.sell([100.0, 70.0])
    assert large.book.balance(SELLER_TAX) == pytest.approx(5 * small.book.balance(SELLER_TAX))


def test_without_papers_vat_is_due_from_the_day_after_the_threshold_was_passed():
    """300 a day passes 1,000 on the fourth; the fifth day's 300 hold 300 x 13 / 113. 100 a day: from day 11 on."""
    shop = Shop("without_export_papers")
    for _ in range(5):
        shop.sell([300.0, 100.0])
    assert shop.book.balance(SELLER_TAX) == pytest.approx([300 * 13 / 113, 0.0])
    for _ in range(7):
        shop.sell([0.0, 100.0])
    assert shop.book.balance(SELLER_TAX) == pytest.approx([300 * 13 / 113, 100 * 13 / 113])


def test_the_threshold_looks_a_year_back_and_who_passed_it_stays_liable():
    shop = Shop("without_export_papers")
    shop.sell([990.0, 1001.0])
    for _ in range(364):
        shop.sell([0.0, 0.0])
    shop.sell([20.0, 20.0])
    shop.sell([20.0, 20.0])
    assert shop.book.balance(SELLER_TAX) == pytest.approx([0.0, 40 * 13 / 113])


def test_a_part_that_left_with_papers_is_free():
    whole, half = (
        Shop("without_export_papers", share_without_papers=share, sales_tax_threshold=0.0) for share in (1, 0.5)
    )
    for shop in (whole, half):
        for _ in range(3):
            shop.sell([50.0, 60.0])
    assert half.book.balance(SELLER_TAX) == pytest.approx(whole.book.balance(SELLER_TAX) / 2)
    assert whole.book.balance(SELLER_TAX) == pytest.approx([100 * 13 / 113, 120 * 13 / 113])


def test_a_run_pays_it_and_its_books_hold_on_every_day():
    base = sim.load("configs/dual.yaml", ["horizon_days=90", "wallet.capital=200000"])
    plan = Plan(seed=2, worlds=32, replicates=2, audit=True)
    free, taxed = (
        simulate(base.with_({"wallet.seller_tax": kind, "wallet.income_tax_rate": 0.25}), plan).records["dual"]
        for kind in ("none", "deemed_profit")
    )
    net = sum(taxed.profit_and_loss[line] for line in ("sales", "refunds")).sum(axis=0)
    tax = taxed.profit_and_loss["seller's tax in China"].sum(axis=0)
    np.testing.assert_allclose(tax, -0.01 * net, rtol=1e-4, atol=1e-2)
    np.testing.assert_array_equal(free.monthly["orders"], taxed.monthly["orders"])
    lost = free.monthly["settled_profit"][-1] - taxed.monthly["settled_profit"][-1]
    np.testing.assert_allclose(lost, 0.01 * net, rtol=1e-3, atol=0.05)
    assert "seller's tax in China" not in free.profit_and_loss
