"""From visitors to orders: what a page has learnt, visits nobody pays for, coupons, prices, and what can be served."""

from datetime import date

import numpy as np
import pytest
from scipy.special import expit

from sim.business.mechanisms.demand import Funnel, OrganicTraffic, PageImprovement
from sim.business.mechanisms.orders import Acceptance, Coupons, OrderValue
from sim.business.mechanisms.shared import Conversion, Customers, OrderEconomics, ReferenceTraffic, Stockroom
from sim.business.state import Today, Visits
from tests.unit.business.mechanisms.lone_mechanism import Lone, Means

PAGE = {"gain": 0.8, "learning_days": 50.0, "monthly_cost": 0.0, "page_milliseconds": 200.0, "platform_data_lift": 1.1}
PAGE |= {"lost_per_100_milliseconds": 0.02}


def page(channels=("store",), **values):
    shop = Lone(("improvement", PageImprovement, PAGE | values), channels=channels)
    shop.state.keep(Conversion({}))
    return shop


def lift(shop):
    return np.broadcast_to(shop.state.recall(Conversion).lift, (2,))


def test_the_page_learns_on_days_with_ads_alone():
    shop = page()
    shop.live(10, ad_spend=np.array([30.0, 0.0]))
    shop.live(ad_spend=np.zeros(2))
    np.testing.assert_allclose(lift(shop), [1 + 0.8 * (1 - np.exp(-10 / 50)), 1.0])


@pytest.mark.parametrize(("milliseconds", "kept"), [(150, 1.0), (200, 1.0), (300, 0.98), (450, 0.98**2.5)])
def test_a_slow_page_loses_a_share_of_its_orders_each_tenth_of_a_second(milliseconds, kept):
    shop = page(page_milliseconds=float(milliseconds))
    shop.live(ad_spend=np.zeros(2))
    np.testing.assert_allclose(lift(shop), kept)


@pytest.mark.parametrize(("channels", "factor"), [(("store",), 1.0), (("store", "alibaba"), 1.1)])
def test_platform_data_help_only_who_sells_on_a_platform_too(channels, factor):
    shop = page(channels)
    shop.live(ad_spend=np.zeros(2))
    np.testing.assert_allclose(lift(shop), factor)


def organic(**values):
    numbers = {"orders_per_paid_order": 0.4, "midpoint": 10.0, "width": 5.0, "orders_per_past_customer": 0.0}
    shop = Lone(("organic", OrganicTraffic, numbers | values))
    shop.state.keep(Conversion({"social": 0.01, "search": 0.03, "organic": 0.02}))
    shop.state.keep(ReferenceTraffic({"social": 50.0, "search": 20.0}))
    return shop


def test_organic_visits_grow_along_a_logistic_of_the_shops_age():
    """50 clicks at 1% and 20 at 3% are 1.1 orders a day; at maturity 0.44 organic ones, of 22 visits."""
    shop = organic()
    shop.state.opens[:] = 3, 0
    visits = [shop.live().sources["organic"] for _ in range(30)]
    assert not visits[0].paid
    clicks = np.array([day.clicks[0] for day in visits])
    np.testing.assert_allclose(clicks[3:], 22 * expit((np.arange(27) - 10) / 5))
    assert not clicks[:3].any()


def test_past_customers_bring_so_many_orders_a_year_whatever_the_page_has_learnt():
    shop = organic(orders_per_paid_order=0.0, orders_per_past_customer=0.5)
    shop.state.keep(Customers(kept=np.array([0.0, 73.0]), pool=np.zeros(2)))
    for lift in (1.0, 1.6):
        shop.state.recall(Conversion).lift = lift
        orders = shop.live().sources["organic"].clicks * 0.02 * lift
        np.testing.assert_allclose(orders, [0, 73 * 0.5 / 365])


def test_visits_through_the_platforms_profile_come_while_the_store_trades():
    shop = organic()
    shop.wallet.profile_visits = np.array([3.0, 3.0])
    shop.state.closed[1] = True
    profile = shop.live().sources["profile"]
    assert profile.clicks.tolist() == [3, 0]
    assert (profile.kind, profile.paid) == ("organic", False)


def funnel(sources, **values):
    rates = {"start_conversion_social": 0.01, "start_conversion_search": 0.03, "start_conversion_organic": 0.02}
    shop = Lone(("funnel", Funnel, rates | {"cart_completion": 0.25, "noise": False} | values))
    shop.begin().state.recall(Conversion).lift = 1.5
    shop.environment.demand, shop.environment.day = 1.2, 28  # visitors are counted on the last day of a month
    return shop.live(sources=sources)


def test_clicks_become_carts_and_orders_by_kind_of_source():
    sources = {"meta": Visits("social", paid=True, clicks=np.full(2, 100.0)), "organic": Visits("organic", clicks=50.0)}
    today = funnel(sources)
    # 100 x 1% x 1.5 x 1.2 bought, 50 x 2% x 1.8 not; four carts an order.
    np.testing.assert_allclose(today.paid_orders, 1.8)
    np.testing.assert_allclose(today.free_orders, 1.8)
    np.testing.assert_allclose([today.carts, today.clicks], [[14.4] * 2, [150.0] * 2])
    np.testing.assert_allclose([today.paid_carts, today.paid_clicks], [[7.2] * 2, [100.0] * 2])


def test_there_are_never_more_carts_than_clicks():
    today = funnel({"google": Visits("search", paid=True, clicks=np.full(2, 8.0))}, start_conversion_search=0.9)
    np.testing.assert_allclose([today.carts, today.paid_orders], [[8, 8], [2, 2]])


@pytest.mark.parametrize(("month", "depth"), [(1, 0.10), (10, 0.10), (11, 0.16), (12, 0.16)])
def test_coupons_are_deeper_in_november_and_december(month, depth):
    shop = Lone(("coupons", Coupons, {"share_of_orders": 0.25, "depth": 0.10, "depth_in_season": 0.16})).begin()
    shop.environment.date = date(2026, month, 15)
    today = shop.today(gross_sales=np.array([100.0, 40.0]), list_sales=np.array([100.0, 40.0]))
    np.testing.assert_allclose(today.gross_sales, np.array([100, 40]) * (1 - 0.25 * depth))
    np.testing.assert_allclose(today.list_sales, [100, 40])


class Spread(Means):
    """Remembers the relative variance it is asked for."""

    def sum_of(self, stream, number, mean, relative_variance):
        self.relative_variance = relative_variance
        return super().sum_of(stream, number, mean, relative_variance)


def test_the_value_of_a_days_orders_has_the_mean_and_the_spread_of_its_orders():
    """A lognormal of log-sd s has the squared coefficient of variation exp(s^2) - 1."""
    luck = Spread(3)
    shop = Lone(("prices", OrderValue, {"mean_value": 80.0, "log_sd": 0.7}), n_paths=3, luck=luck)
    today = shop.live(paid_orders=np.array([0.0, 1.0, 2.0]), free_orders=np.array([0.0, 0.0, 2.0]))
    np.testing.assert_allclose(today.list_sales, [0, 80, 320])
    assert luck.relative_variance == pytest.approx(np.expm1(0.49))


ORDERS = {"repeat_orders": np.full(2, 2.0), "free_orders": np.full(2, 3.0), "paid_orders": np.full(2, 4.0)}


def accepted(cash, priced=None, **values):
    """Mean order $100: goods 50, freight 10; nine orders want to be served."""
    shop = Lone(("acceptance", Acceptance, {"limit_by_cash": True, "cash_reserve": 0.0} | values), capital=cash)
    shop.state.keep(OrderEconomics(value=100.0, goods=50.0, outlay=60.0))
    flows = {} if priced is None else {"list_sales": np.full(2, priced), "gross_sales": np.full(2, priced)}
    return shop.live(**ORDERS, **flows)


@pytest.mark.parametrize(
    ("cash", "served"), [(1e6, (2, 3, 4)), (8 * 60, (2, 3, 3)), (4 * 60, (2, 2, 0)), (119, (1, 0, 0)), (59, (0, 0, 0))]
)
def test_who_comes_back_is_served_first_then_who_came_for_free(cash, served):
    today = accepted(cash)
    found = [kind[0] for kind in (today.repeat_orders, today.free_orders, today.paid_orders)]
    assert found == list(served)
    assert today.orders[0] == sum(served)


def test_orders_leave_the_reserve_alone():
    assert accepted(700.0, cash_reserve=400.0).orders.tolist() == [5, 5]


def test_dear_orders_take_more_cash_and_cheap_ones_still_their_freight():
    # Twice the mean value: goods 100, freight and duty 20. Half: goods 25, freight 10.
    assert accepted(600.0, priced=1800.0).orders[0] == 5
    assert accepted(120.0, priced=450.0).orders[0] == 3
    assert accepted(120.0, priced=450.0).gross_sales[0] == pytest.approx(150)


def test_orders_that_cash_turned_down_are_told_with_their_value():
    today = accepted(5 * 60.0)
    assert today.refused_order_count.tolist() == [4, 4]
    assert today.refused_orders.tolist() == [400, 400], "at the mean value"
    assert accepted(5 * 120.0, priced=1800.0).refused_orders[0] == pytest.approx(4 * 200), "at the day's own value"
    assert accepted(1e6).refused_order_count == 0.0


def test_who_is_in_arrears_turns_all_orders_down_and_a_closed_checkout_is_no_want_of_cash():
    shop = Lone(("acceptance", Acceptance, {"limit_by_cash": True, "cash_reserve": 0.0}), n_paths=3)
    shop.state.keep(OrderEconomics(value=100.0, goods=50.0, outlay=60.0))
    shop.state.halted[1] = True
    today = Today(np.ones(3, dtype=bool), **{name: np.full(3, found[0]) for name, found in ORDERS.items()})
    today.hold_back(np.array([True, True, False]))
    shop.mechanisms[0].step(shop.state, today, shop.book, shop.environment, shop.luck)
    assert today.orders.tolist() == [0, 0, 9]
    assert today.refused_order_count.tolist() == [9, 0, 0]
    assert shop.wallet.held_back.tolist() == [True, False, False]


def test_orders_that_empty_shelves_turn_down_are_not_refused_for_want_of_cash():
    shop = Lone(("acceptance", Acceptance, {"limit_by_cash": True, "cash_reserve": 0.0}), capital=10.0)
    shop.state.keep(OrderEconomics(value=100.0, goods=50.0, outlay=60.0))
    shop.state.keep(Stockroom(np.array([3.0, 12.0]), *np.zeros((3, 2))))
    today = shop.live(**ORDERS)
    # The goods are paid; freight of 10 can be paid once: of three that stand there two are refused, of nine eight.
    assert today.orders.tolist() == [1, 1]
    assert today.refused_order_count.tolist() == [2, 8]


def test_a_closed_checkout_serves_nobody():
    shop = Lone(("acceptance", Acceptance, {"limit_by_cash": False}))
    shop.state.halted[1] = True
    assert shop.live(**ORDERS).orders.tolist() == [9, 0]
