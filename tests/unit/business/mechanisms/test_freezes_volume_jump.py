"""A jump of volume raises the hazard of a freeze; a start after months without sales is none."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.business.delays import RollingSum
from sim.business.ledger import Ledger
from sim.business.mechanisms.freezes import Freeze
from sim.business.mechanisms.shared import ChannelHistory
from sim.business.state import State, Wallet

N = 500
QUIET = 90


def factors_after(sales, quiet):
    """Sell for 60 days, rest, sell again on the last: the factors of that day."""
    numbers = {"reading": "annual_event_probability", "new_account_days": 0.0, "new_account_factor": 2.0}
    numbers |= {"least_sales": 1e9, "ratio_slope": 1.5, "ratio_threshold": 0.015, "jump_factor": 1.5, "jump_ratio": 3.0}
    ledger = Ledger({"store": []}, N)
    state = State("store", Wallet(("store",), ledger.books[""], N), N)
    history = ChannelHistory(*(RollingSum(N, days) for days in (90, 90, 30, 60)))
    state.keep(history)
    flows = [*sales, *np.zeros((quiet, N)), 100.0 * np.ones(N)]
    for day, flow in enumerate(flows):
        history.month.add(day, flow)
        history.two_months.add(day, flow)
    return Freeze._factors(SimpleNamespace(**numbers), state, len(flows))


@pytest.fixture
def sales(rng):
    return rng.lognormal(4.0, 1.0, (60, N))


def test_rounding_of_sums_of_nothing_is_no_month_with_sales(sales):
    history = [RollingSum(N, days) for days in (30, 60)]
    for day, flow in enumerate([*sales, *np.zeros((QUIET, N))]):
        for window in history:
            window.add(day, flow)
    left = history[1].total - history[0].total
    assert (left > 0).any(), "rounding leaves nothing: this test has lost its subject"
    np.testing.assert_array_equal(factors_after(sales, QUIET), np.ones(N))


def test_a_month_with_three_times_the_sales_of_the_one_before_is_a_jump():
    growing = np.concatenate([np.full((30, N), 10.0), np.full((29, N), 40.0)])
    np.testing.assert_array_equal(factors_after(growing, 0), np.full(N, 1.5))
    np.testing.assert_array_equal(factors_after(np.full((59, N), 10.0), 0), np.ones(N))
