"""Customers who come back: how many within a year, how soon, and that nobody comes twice."""

import numpy as np
import pytest

from sim.business.mechanisms.retention import RepeatOrders
from sim.business.mechanisms.shared import Customers
from tests.unit.business.mechanisms.lone_mechanism import Lone


def after_one_good_day(n_days, **values):
    """A hundred customers keep their goods on day 0: (n_days, n_paths) repeat orders."""
    numbers = {"rate_within_year": 0.2, "orders_a_repeater": 1.0, "gap": 90.0} | values
    shop = Lone(("repeat", RepeatOrders, numbers))
    first = shop.live(kept_customers=np.array([100.0, 0.0])).repeat_orders
    return shop, np.array([first, *(shop.live(kept_customers=np.zeros(2)).repeat_orders for _ in range(n_days - 1))])


@pytest.mark.parametrize("gap", [20.0, 90.0, 300.0])
def test_the_stated_share_comes_back_within_a_year(gap):
    _, orders = after_one_good_day(365, gap=gap)
    np.testing.assert_allclose(orders.sum(axis=0), [20, 0])


def test_they_come_back_after_an_exponential_gap():
    _, orders = after_one_good_day(180)
    by_then = orders[:, 0].cumsum() / (20 / (1 - np.exp(-365 / 90)))
    np.testing.assert_allclose(by_then, 1 - np.exp(-np.arange(1, 181) / 90))


def test_a_repeater_orders_so_many_times():
    _, orders = after_one_good_day(365, orders_a_repeater=1.3)
    assert orders[:, 0].sum() == pytest.approx(26)


def test_no_more_come_back_than_there_are():
    """95% within a year at a gap of 300 days would be 135% in the end."""
    shop, orders = after_one_good_day(6000, rate_within_year=0.95, gap=300.0)
    assert orders[:, 0].sum() == pytest.approx(100, abs=1e-4)
    assert shop.state.recall(Customers).kept.tolist() == [100, 0]


def test_a_shop_that_gave_up_takes_no_repeat_orders():
    shop, _ = after_one_good_day(1)
    shop.state.closed[:] = True
    assert not shop.live(kept_customers=np.zeros(2)).repeat_orders.any()


def test_repeat_orders_follow_season_and_weekday():
    shop, (first,) = after_one_good_day(1)
    shop.environment.demand = 1.3
    again = shop.live(kept_customers=np.zeros(2)).repeat_orders
    assert again[0] == pytest.approx(1.3 * first[0] * np.exp(-1 / 90))
