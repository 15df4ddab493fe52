"""Reorders on platforms: how many, of what size, that they may reorder again, and how they are served."""

import numpy as np
import pytest

from sim.business.mechanisms.retention import Reorders
from sim.business.mechanisms.shared import Customers, as_equal_orders, order_book
from sim.randomness.luck import Luck, SpanLuck
from tests.unit.business.mechanisms.lone_mechanism import Lone
from tests.unit.business.mechanisms.platform_harness import N, World, days

QUIET = dict.fromkeys(("owner_pay", "stop_loss", "monthly_costs", "p4p_policy", "reviews"), False)


def after_one_good_day(n_days, *, again=False, **values):
    """A hundred orders are kept on day 0: (n_days,) reorders; ``again``: each is kept on the day after."""
    shop = Lone(("reorders", Reorders, {"rate_within_year": 0.3, "gap": 75.0, "order_size": 1.0} | values))
    found = [float(shop.live(kept_orders=np.array([100.0, 0.0])).repeat_orders[0])]
    for _ in range(n_days - 1):
        kept = np.array([found[-1] if again else 0.0, 0.0])
        found.append(float(shop.live(kept_orders=kept).repeat_orders[0]))
    return np.array(found)


def test_the_stated_share_reorders_within_a_year_after_an_exponential_gap():
    orders = after_one_good_day(365)
    assert orders.sum() == pytest.approx(30)
    by_then = orders.cumsum() / (30 / (1 - np.exp(-365 / 75)))
    np.testing.assert_allclose(by_then, 1 - np.exp(-np.arange(1, 366) / 75))


def test_a_reorderer_may_reorder():
    """Of 100 orders 30 / (1 - e^(-365/75)) = 30.233 reorder some day; so do those: 100 x .30233 / (1 - .30233)."""
    orders = after_one_good_day(6000, again=True)
    assert orders.sum() == pytest.approx(43.334, abs=1e-3)


def test_a_shop_that_gave_up_takes_no_reorders():
    shop = Lone(("reorders", Reorders, {}))
    shop.live(kept_orders=np.array([100.0, 0.0]))
    shop.state.closed[:] = True
    assert not shop.live(kept_orders=np.zeros(2)).repeat_orders.any()


def test_orders_of_two_sizes_are_as_many_equal_ones_as_have_their_sum_and_variance():
    """Two of size 1 and one of 2: sum 4, squares 6; 16/6 orders of 6/4."""
    number, size = as_equal_orders(np.array([3.0]), np.array([1.0]), 2.0)
    assert (number[0], size[0]) == pytest.approx((16 / 6, 1.5))
    assert number[0] * size[0] == pytest.approx(4)
    assert number[0] * size[0] ** 2 == pytest.approx(6)
    number, size = as_equal_orders(np.array([0.0, 5.0]), np.zeros(2), 2.0)
    assert (number * size).tolist() == [0.0, 5.0]


def test_the_sum_of_orders_of_two_sizes_has_their_mean_and_spread():
    """Three orders of 100 and two of 150, coefficient of variation .8: mean 600, sd 80 sqrt(3 + 2 x 2.25) = 219.1."""
    span = SpanLuck(3, range(64))
    luck = Luck(span, "alibaba.prices", ("value",))
    number, size = as_equal_orders(np.full(luck.n_paths, 5.0), np.full(luck.n_paths, 2.0), 1.5)
    sums = luck.sum_of("value", number, 100.0 * size, 0.64)
    assert sums.mean() == pytest.approx(600, abs=4 * 219.1 / np.sqrt(sums.size))
    assert sums.std() == pytest.approx(219.1, rel=0.02)


def world(channel, settings, **rest):
    return World([channel], settings={channel: QUIET | settings}, **({"expected": True, "capital": 1e7} | rest))


def test_reorders_need_no_visit():
    """Sixty days of visitors, then none; consumers go on ordering as the pool gives: 1 - e^(-1/90) of it a day."""
    w = world("aliexpress", {"orders": {"conversion_rate": 0.2}}).run(60)
    shop = w.shops["aliexpress"]
    shop.steps = [step for step in shop.steps if step[0].section not in ("p4p", "visits")]
    w.run(1)
    left = shop.state.recall(Customers).pool[0]
    assert not np.any(shop.today.paid_orders + shop.today.free_orders)
    assert shop.today.orders[0] == pytest.approx(left / np.exp(-1 / 90) * -np.expm1(-1 / 90))


def test_business_reorders_are_larger_are_made_and_shipped():
    """First orders are worth 1,000 and reorders 2,000; all are taken, and those not shipped yet are in production."""
    settings = {
        "orders": {"orders_per_inquiry": 0.5, "order_days": days(1, 1)},
        "production": {"production_days": days(5, 5)},
        "prices": {"mean_value": 1000.0, "log_sd": 0.0},
        "reorders": {"rate_within_year": 0.5, "gap": 10.0, "order_size": 2.0},
        "disputes": False,
    }
    shop = world("alibaba", settings).run(100).shops["alibaba"]
    figures = shop.figures()
    first = sum(np.asarray(t.sources["p4p"].orders + t.sources["free"].orders)[0] for t in shop.history[:-1])
    orders, value = figures["shipment.orders_taken"][0], figures["shipment.value_taken"][0]
    reordered = orders - first
    assert reordered > 0
    assert value == pytest.approx(1000 * first + 2000 * reordered)
    assert shop.today.repeat_orders == 0.0, "shipped with the free ones"
    shipped = shop.total("orders")[0] + order_book(shop.state).line.held()[0][0]
    assert shipped == pytest.approx(orders)


def test_reorders_are_served_before_the_others_when_cash_is_short():
    """Goods and freight of an order of 1,000 cost 810: 2,500 above the reserve pay three, of which two are reorders."""
    w = world("alibaba", {"prices": {"mean_value": 1000.0, "log_sd": 0.0}, "reorders": {"order_size": 1.0}})
    shop = w.shops["alibaba"]
    w.run(20)
    steps = {mechanism.section: (mechanism, luck) for mechanism, luck in shop.steps}
    acceptance, luck = steps["acceptance"]
    today = shop.today
    today.repeat_orders, today.free_orders, today.paid_orders = np.full(N, 2.0), np.full(N, 2.0), np.full(N, 2.0)
    today.list_sales = np.full(N, 6000.0)
    shop.state.wallet.commitments = {"other": w.wallet.cash - 3000.0}
    acceptance.step(shop.state, today, shop.book, w.environment, luck)
    assert (today.repeat_orders[0], today.free_orders[0], today.paid_orders[0]) == (2.0, 1.0, 0.0)
    taken = order_book(shop.state).taken
    assert (taken.orders[0], taken.value[0], taken.paid[0]) == (3.0, 3000.0, 0.0)
