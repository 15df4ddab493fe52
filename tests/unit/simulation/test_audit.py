"""The audit: it says which path of the whole run is wrong, sees what is no number, and passes over rounding."""

import re

import numpy as np
import pytest

import sim
from sim.business.ledger import CASH, LedgerError
from sim.simulation.audit import audit
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan


@pytest.fixture
def strategy():
    scenario = sim.load("configs/article.yaml", ["strategies={independent: [store]}"])
    environment, (found,), luck = prepare(scenario, Plan(), range(1))
    for luck.day in range(9):
        environment.step(luck.day)
        found.live(environment)
    return found


def test_books_that_hold_pass(strategy):
    audit(strategy, 8, 0)


def test_rounding_is_no_error(strategy):
    strategy.wallet.cash[:] *= 1 + 1e-13
    audit(strategy, 8, 0)


def test_a_wrong_path_is_named_by_its_number_in_the_run(strategy):
    strategy.wallet.cash[7] += 0.01
    message = "independent: the sum of all accounts does not reconcile on path 2055, day 8: the books say 0.010000"
    with pytest.raises(LedgerError, match=re.escape(message)):
        audit(strategy, 8, 2048)


def test_what_is_no_number_does_not_reconcile(strategy):
    strategy.ledger.books["store"].balance(CASH)[5] = np.nan
    with pytest.raises(LedgerError, match="path 5, day 8: the books say nan"):
        audit(strategy, 8, 0)
