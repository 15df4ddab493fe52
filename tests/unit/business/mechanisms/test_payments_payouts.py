"""Payouts: when the fee of a bank withdrawal is due."""

from types import SimpleNamespace

import numpy as np

from sim.business.accounts import PAYMENT_FEES
from sim.business.ledger import Ledger
from sim.business.mechanisms.payments import Payouts
from sim.business.state import Processor, State, Wallet, processor_accounts

N = 4


def test_the_fee_is_charged_once_a_month_when_more_than_the_fee_waits():
    mechanism = Payouts(section="paypal_payouts", conversion_fee=0.0, withdrawal_fee=35.0, withdrawal_every=30.0)
    ledger = Ledger({"store": [*mechanism.accounts, *processor_accounts("paypal")]}, N)
    book = ledger.books["store"]
    state = State("store", Wallet(("store",), ledger.books[""], N), N)
    state.processors["paypal"] = Processor("paypal", N, 1.0, (10, 1, 1))
    pending = state.processors["paypal"].pending.line
    # Path 0 is paid 20 on day 5 and 20 on day 35, path 1 100 on day 5, path 2 100 on day 30 itself, path 3 nothing.
    paid = {5: [20.0, 100.0, 0.0, 0.0], 30: [0.0, 0.0, 100.0, 0.0], 35: [20.0, 0.0, 0.0, 0.0]}
    mechanism.begin(state, None)
    fees = {}
    for day in range(95):
        pending.schedule(day, 0, np.array(paid.get(day, [0.0] * N)))
        mechanism.step(state, None, book, SimpleNamespace(day=day), None)
        fees[day] = book.balance(PAYMENT_FEES).tolist()
    assert fees[29] == [0, 0, 0, 0]
    assert fees[30] == [0, 35, 35, 0], "what came on other days counts too; 20 is not worth a fee of 35"
    assert fees[60] == [35, 35, 35, 0], "20 waited, 20 more came"
    assert fees[94] == fees[60], "nothing came since"
