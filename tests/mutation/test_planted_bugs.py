"""Planted bugs must be caught: each one is a mistake somebody could make, and the daily audit has to name it."""

import numpy as np
import pytest

import sim
from sim.business.accounts import PAYMENT_FEES, REFUNDS, REFUNDS_PAYABLE, SALES
from sim.business.delays import DelayLine
from sim.business.ledger import CASH, Book, LedgerError
from sim.business.mechanisms import freezes, fulfilment, returns
from sim.business.mechanisms.returns import CHARGEBACKS
from sim.business.state import Bucket
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

OVERRIDES = [
    *("strategies={independent: [store]}", "horizon_days=150", "store.paypal.reserve_rate=0.1"),
    *("store.paypal_freeze.annual_probability=0.95", "store.goods.supplier_credit_days=15"),
    *("store.paypal_freeze.new_sales=frozen_account", "wallet.capital=20000"),
]
PLAN = Plan(seed=6, worlds=64, replicates=16, audit=True)


def run() -> None:
    simulate(sim.load("configs/article.yaml", OVERRIDES), PLAN)


def caught(what: str = "") -> None:
    with pytest.raises(LedgerError) as error:
        run()
    assert what in str(error.value)
    assert "independent" in str(error.value)


def test_without_a_bug_nothing_is_reported():
    run()


def test_a_payout_that_ignores_the_reserve(monkeypatch):
    original = Bucket.release

    def release(self, day):
        paid = original(self, day)
        return paid * 1.1 if "reserve" in self.account.name else paid

    monkeypatch.setattr(Bucket, "release", release)
    caught("reserve")


def test_a_payout_that_forgets_what_was_drawn_for_refunds(monkeypatch):
    def release(self, day):
        return self.line.due(day)[0]

    monkeypatch.setattr(Bucket, "release", release)
    caught("pending")


def post_that(change, monkeypatch):
    original = Book.post

    def post(self, amount, *, debit, credit):
        change(self, original, amount, debit, credit)

    monkeypatch.setattr(Book, "post", post)


def test_a_fee_that_is_not_posted(monkeypatch):
    def change(book, original, amount, debit, credit):
        if debit != PAYMENT_FEES:
            original(book, amount, debit=debit, credit=credit)

    post_that(change, monkeypatch)
    caught("pending")


def test_a_posting_with_one_side_only(monkeypatch):
    def change(book, original, amount, debit, credit):
        original(book, amount, debit=debit, credit=credit)
        if debit == REFUNDS:
            book.balance(REFUNDS)[:] += np.asarray(amount) * 0.01

    post_that(change, monkeypatch)
    caught("sum of all accounts")


def test_cash_taken_past_the_ledger(monkeypatch):
    original = returns.Refunds.step

    def step(self, state, today, ledger, environment, luck):
        original(self, state, today, ledger, environment, luck)
        ledger.balance(CASH)[:] += 1.0
        ledger.balance(SALES)[:] -= 1.0

    monkeypatch.setattr(returns.Refunds, "step", step)
    caught("cash")


def test_a_refund_drawn_twice(monkeypatch):
    original = Bucket.draw

    def draw(self, amount):
        taken = original(self, amount)
        self.drawn += taken
        return taken

    monkeypatch.setattr(Bucket, "draw", draw)
    caught("does not reconcile")


def test_a_freeze_released_twice(monkeypatch):
    original = freezes.Freeze._pay

    def pay(record, account, ledger, paths, amount, forfeited):
        original(record, account, ledger, paths, amount, forfeited)
        released = np.zeros(account.frozen.size)
        released[paths] = amount
        ledger.post(released, debit=CASH, credit=account.frozen_account)

    monkeypatch.setattr(freezes.Freeze, "_pay", staticmethod(pay))
    caught("frozen")


def test_a_freeze_that_forgets_to_cancel_the_releases(monkeypatch):
    def lock(self, paths, share):
        return share * self.available[paths]

    monkeypatch.setattr(Bucket, "lock", lock)
    caught("does not reconcile")


def test_a_supplier_bill_paid_and_still_owed(monkeypatch):
    original = fulfilment.Goods.step

    def step(self, state, today, ledger, environment, luck):
        original(self, state, today, ledger, environment, luck)
        ledger.post(np.full(state.n_paths, 1.0), debit=fulfilment.SUPPLIERS, credit=CASH)

    monkeypatch.setattr(fulfilment.Goods, "step", step)
    caught("owed to suppliers")


def test_a_hold_scheduled_with_the_fee_still_in_it(monkeypatch):
    original = DelayLine.schedule

    def schedule(self, day, lag, *amounts):
        original(self, day, lag, *(amount * 1.029 for amount in amounts))

    monkeypatch.setattr(DelayLine, "schedule", schedule)
    caught("does not reconcile")


def test_a_delay_line_that_drops_a_day(monkeypatch):
    original = DelayLine.due

    def due(self, day):
        out = original(self, day)
        return out * 0.0 if day == 40 else out

    monkeypatch.setattr(DelayLine, "due", due)
    caught("does not reconcile")


def test_a_chargeback_counted_twice_moves_profit_away_from_the_statement_of_one(monkeypatch):
    clean = simulate(sim.load("configs/article.yaml", OVERRIDES), PLAN).records["independent"]

    def change(book, original, amount, debit, credit):
        original(book, amount, debit=debit, credit=credit)
        if debit == CHARGEBACKS and credit == REFUNDS_PAYABLE:
            original(book, amount, debit=debit, credit=credit)

    post_that(change, monkeypatch)
    doubled = simulate(sim.load("configs/article.yaml", OVERRIDES), PLAN).records["independent"]
    # Double entry alone cannot see it; the independent loop and the closed forms of tests/analytic do. Here: the size.
    assert doubled.profit_and_loss["chargebacks"].sum() < 1.2 * clean.profit_and_loss["chargebacks"].sum() < 0
