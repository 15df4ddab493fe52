"""Which months count: an order, half of the lowest budget where the shop lives on ads, and not given up."""

from datetime import date

import numpy as np
import pytest

from sim.business.activity import Activity
from sim.business.ledger import Ledger
from sim.business.market import Environment
from sim.business.state import State, Today, Wallet

N = 3


class Months:
    """Channels of one strategy, whose flows of each day are told."""

    def __init__(self, channels, last_day=239):
        self.wallet = Wallet(tuple(channels), Ledger({name: () for name in channels}, N).books[""], N)
        self.states = {name: State(name, self.wallet, N) for name in channels}
        self.activity = Activity(len(channels), N)
        self.environment = Environment(None, date(2026, 9, 7), None, last_day + 1)
        self.day = -1

    def live(self, n_days, **flows):
        for _ in range(n_days):
            self.day += 1
            self.environment.day = self.day
            days = {name: Today(np.ones(N, dtype=bool), **flows.get(name, {})) for name in self.states}
            self.activity.close(self.environment, self.wallet, [(self.states[name], days[name]) for name in days])
        return self.wallet.at_work.tolist()


def test_a_month_without_an_order_is_none_of_a_shop_at_work():
    months = Months(["alibaba"])
    assert months.live(29, alibaba={"orders": np.array([0.0, 1.0, 0.0])}) == [True] * N, "no month is over"
    assert months.live(1, alibaba={"orders": np.array([0.0, 0.0, 1.0])}) == [False, True, True]
    assert months.live(30) == [False] * N, "each month anew"


def test_an_order_counts_on_the_day_it_is_taken_not_when_it_is_shipped():
    months = Months(["alibaba"])
    taken, shipped = np.array([1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0])
    assert months.live(30, alibaba={"orders": shipped, "orders_taken": taken}) == [True, False, True]


@pytest.mark.parametrize(("days", "least"), [(30, 450.0), (15, 225.0)])
def test_who_lives_on_ads_spends_half_of_the_lowest_budget(days, least):
    """Of 30 a day half is 15: 450 in a month, 225 in 15 days after the last full one."""
    months = Months(["store"], last_day=days - 1)
    months.states["store"].lowest_ads = 30.0
    spent = np.array([least, least - 1.0, 2 * least]) / days
    assert months.live(days, store={"orders": np.ones(N), "ad_spend": spent}) == [True, False, True]


def test_who_has_given_up_is_not_at_work():
    months = Months(["store"])
    months.states["store"].closed[1] = True
    assert months.live(30, store={"orders": np.ones(N)}) == [True, False, True]


def test_a_strategy_is_at_work_where_one_of_its_channels_is():
    """An order of the one channel and the ads of the other make no shop at work."""
    months = Months(["alibaba", "store"])
    months.states["store"].lowest_ads = 30.0
    months.states["alibaba"].closed[2] = True
    alibaba = {"orders": np.array([1.0, 0.0, 1.0])}
    store = {"orders": np.array([0.0, 0.0, 0.0]), "ad_spend": np.full(N, 20.0)}
    assert months.live(30, alibaba=alibaba, store=store) == [True, False, False]
    assert months.live(30, alibaba=alibaba, store=store | {"orders": np.ones(N)}) == [True] * N
