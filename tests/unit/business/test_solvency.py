"""The end of a day without money: what is borrowed, left unpaid, paid back, and what interest it bears."""

import numpy as np
import pytest

from sim.business.accounts import SALES, TOOLS
from sim.business.ledger import CAPITAL, CASH, CREDIT_LINE, INTEREST, UNPAID_BILLS, Ledger
from sim.business.parameters import parameters_of
from sim.business.solvency import Solvency
from sim.business.state import NEVER, Wallet


class Till:
    """A wallet of $100 that earns and pays, closed at the end of each day."""

    def __init__(self, **values):
        self.ledger = Ledger({"store": [SALES, TOOLS]}, 2)
        self.book, self.store = self.ledger.books[""], self.ledger.books["store"]
        self.wallet = Wallet(("store",), self.book, 2)
        numbers = {name: parameter.default for name, parameter in parameters_of(Solvency).items()}
        numbers |= {"capital": 100.0, "credit_limit": 0.0, "credit_rate": 0.0, "insolvency": True, "grace_days": 0.0}
        numbers |= values
        self.solvency, self.day = Solvency(**numbers), -1
        self.solvency.begin(self.book)

    def close(self, earned=0.0, paid=0.0):
        """Live a day: what comes in pays arrears before anything else is paid."""
        self.day += 1
        self.store.post(earned, debit=CASH, credit=SALES)
        self.solvency.pay_arrears(self.wallet, self.book)
        self.store.post(paid, debit=TOOLS, credit=CASH)
        self.solvency.close(self.day, self.wallet, self.book)
        return self

    def owes(self, account):
        return -self.book.balance(account)


def test_the_capital_is_paid_in():
    till = Till()
    assert till.wallet.cash.tolist() == till.owes(CAPITAL).tolist() == [100, 100]


def test_what_is_lacking_is_borrowed_up_to_the_limit_and_no_ruin():
    till = Till(credit_limit=50.0).close(paid=np.array([120.0, 150.0]))
    assert till.owes(CREDIT_LINE).tolist() == [20, 50]
    assert till.wallet.cash.tolist() == [0, 0]
    assert (till.wallet.insolvent_since == NEVER).all()


def test_what_the_bank_does_not_lend_is_left_unpaid_and_ruins():
    till = Till(credit_limit=50.0).close(paid=120.0).close(paid=np.array([30.0, 30.25]))
    assert till.owes(CREDIT_LINE).tolist() == [50, 50]
    assert till.owes(UNPAID_BILLS).tolist() == [0, 0.25]
    assert till.wallet.insolvent_since.tolist() == [NEVER, 1]


def test_ruin_dates_from_the_first_bill_that_was_not_paid():
    till = Till().close().close(paid=101.0).close().close(paid=7.0)
    assert till.wallet.insolvent_since.tolist() == [1, 1]
    assert till.owes(UNPAID_BILLS).tolist() == [8, 8]


def test_receipts_pay_unpaid_bills_first_then_the_bank():
    till = Till(credit_limit=50.0).close(paid=180.0).close(earned=40.0)
    assert till.owes(UNPAID_BILLS).tolist() == [0, 0]
    assert till.owes(CREDIT_LINE).tolist() == [40, 40]
    till.close(earned=np.array([40.0, 65.0]))
    assert till.owes(CREDIT_LINE).tolist() == [0, 0]
    assert till.wallet.cash.tolist() == [0, 25]


def test_an_overdraft_bears_a_365th_of_the_yearly_interest_a_day():
    till = Till(credit_limit=1000.0, credit_rate=0.365).close(paid=300.0)
    assert not till.book.balance(INTEREST).any(), "the first night is not over"
    till.close()
    assert till.book.balance(INTEREST) == pytest.approx(0.2)
    till.close()
    assert till.owes(CREDIT_LINE) == pytest.approx(200.2 * 1.001)


def test_interest_above_the_limit_leaves_nothing_to_borrow():
    till = Till(credit_limit=50.0, credit_rate=3.65).close(paid=150.0).close().close(paid=1.0)
    assert till.owes(CREDIT_LINE) == pytest.approx(50 * 1.01**2)
    assert till.owes(UNPAID_BILLS).tolist() == [1, 1]


def test_without_insolvency_cash_goes_below_zero():
    till = Till(insolvency=False, credit_limit=50.0).close(paid=130.0)
    assert till.wallet.cash.tolist() == [-30, -30]
    assert not till.owes(CREDIT_LINE).any()
    assert (till.wallet.insolvent_since == NEVER).all()


def test_a_bill_waits_out_its_grace_and_ruins_on_the_day_by_whose_end_it_had_to_be_paid():
    till = Till(grace_days=np.array([3.0, 0.0])).close(paid=130.0)
    assert till.wallet.in_arrears.tolist() == [True, True]
    assert till.wallet.insolvent_since.tolist() == [NEVER, 0]
    till.close().close()
    assert till.wallet.insolvent_since.tolist() == [NEVER, 0]
    till.close()
    assert till.wallet.insolvent_since.tolist() == [3, 0]


def test_what_is_paid_within_the_grace_is_no_ruin():
    till = Till(grace_days=3.0).close(paid=130.0).close().close().close(earned=30.0)
    assert not till.wallet.in_arrears.any()
    till.close(paid=40.0).close()
    assert till.wallet.in_arrears.all(), "the next bill has a grace of its own"
    assert (till.wallet.insolvent_since == NEVER).all()


def test_the_oldest_bill_is_paid_first():
    """30 due on day 0, 50 on day 2; 30 come in on day 3, or 29: of the oldest bill then 1 is left."""
    till = Till(grace_days=3.0).close(paid=130.0).close().close(paid=50.0).close(earned=np.array([30.0, 29.0]))
    assert till.owes(UNPAID_BILLS).tolist() == [50, 51]
    assert till.wallet.insolvent_since.tolist() == [NEVER, 3]
    till.close().close()
    assert till.wallet.insolvent_since.tolist() == [5, 3]


def test_receipts_go_to_arrears_before_the_days_own_bills():
    """20 come in and 20 are due on the day the grace of the first bill ends: the first is paid, the new one waits."""
    till = Till(grace_days=2.0).close(paid=120.0).close().close(earned=20.0, paid=20.0)
    assert till.owes(UNPAID_BILLS).tolist() == [20, 20]
    assert (till.wallet.insolvent_since == NEVER).all()
    till.close()
    assert (till.wallet.insolvent_since == NEVER).all()
    till.close()
    assert till.wallet.insolvent_since.tolist() == [4, 4]


def test_a_receipt_of_the_trading_day_pays_arrears_at_its_end():
    till = Till(grace_days=9.0).close(paid=150.0)
    till.day += 1
    till.store.post(np.array([20.0, 60.0]), debit=CASH, credit=SALES)
    till.solvency.close(till.day, till.wallet, till.book)
    assert till.owes(UNPAID_BILLS).tolist() == [30, 0]
    assert till.wallet.cash.tolist() == [0, 10]


def test_what_the_bank_lends_is_no_receipt():
    till = Till(credit_limit=50.0, grace_days=9.0).close(paid=170.0)
    assert (till.owes(CREDIT_LINE) == 50).all()
    assert (till.owes(UNPAID_BILLS) == 20).all()
    till.close()
    assert (till.owes(UNPAID_BILLS) == 20).all()


def test_who_was_ever_in_arrears_may_have_needed_more():
    till = Till(grace_days=9.0).close(paid=np.array([100.0, 101.0])).close(earned=5.0)
    assert till.wallet.held_back.tolist() == [False, True]
    assert not till.wallet.in_arrears.any()


def test_refunds_of_the_same_morning_come_after_arrears():
    """30 wait; 50 are refunded and 60 come in: the 30 are paid, and 20 of the refund wait from today on."""
    till = Till(grace_days=1.0).close(paid=130.0)
    till.day += 1
    till.store.post(50.0, debit=TOOLS, credit=CASH)
    till.store.post(60.0, debit=CASH, credit=SALES)
    till.solvency.pay_arrears(till.wallet, till.book)
    assert not till.wallet.in_arrears.any()
    assert till.wallet.cash.tolist() == [-20, -20]
    till.solvency.close(till.day, till.wallet, till.book)
    assert till.owes(UNPAID_BILLS).tolist() == [20, 20]
    assert (till.wallet.insolvent_since == NEVER).all()


def test_receipts_that_cancel_out_pay_nothing():
    # 0.1 + 0.2 - 0.3 comes to less than nothing by rounding; who owes nothing must not come to owe that.
    till = Till().close(paid=np.array([150.0, 0.0]))
    till.book.received[:] = np.array([0.0, 0.1 + 0.2 - 0.3]) * -1.0
    assert till.book.received[1] < 0.0
    till.solvency.pay_arrears(till.wallet, till.book)
    assert till.owes(UNPAID_BILLS).tolist() == [50, 0]
    assert till.wallet.cash.tolist() == [0, 100]
