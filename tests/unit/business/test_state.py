"""State: when a channel trades, what cash is free, and memories found again by their kind."""

from dataclasses import dataclass

import numpy as np
import pytest

from sim.business.ledger import CAPITAL, CASH, Ledger
from sim.business.state import State, Wallet


@pytest.fixture
def state():
    ledger = Ledger({"store": []}, 4)
    ledger.books[""].post(100.0, debit=CASH, credit=CAPITAL)
    return State("store", Wallet(("store",), ledger.books[""], 4), 4)


def test_a_channel_trades_from_its_opening_until_it_is_closed_or_ruined(state):
    state.opens[:] = 3
    state.closed[1] = True
    state.wallet.insolvent_since[2] = 5
    state.wallet.insolvent_since[3] = 2
    trades = {day: state.trading(day).tolist() for day in (2, 3, 4, 6)}
    assert trades == {
        2: [False, False, False, False],
        3: [True, False, True, False],
        4: [True, False, True, False],
        6: [True, False, False, False],
    }
    assert state.age(2).tolist() == [-1] * 4


def test_free_cash_is_what_nobody_else_will_need(state):
    wallet = state.wallet
    assert wallet.free_cash.tolist() == [100] * 4
    wallet.commitments["store.vat"] = np.array([0.0, 10.0, 0.0, 120.0])
    wallet.commitments["alibaba.production"] = 5.0
    assert wallet.free_cash.tolist() == [95, 85, 95, -25]
    assert wallet.cash.tolist() == [100] * 4


@dataclass
class Note:
    text: str


def test_a_memory_is_found_by_its_kind_and_key(state):
    state.keep(Note("one"))
    state.keep(Note("two"), "meta")
    assert (state.recall(Note).text, state.recall(Note, "meta").text) == ("one", "two")
    assert state.has(Note, "meta")
    assert not state.has(Note, "google")
    with pytest.raises(KeyError):
        state.recall(Note, "google")
