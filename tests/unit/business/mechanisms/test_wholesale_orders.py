"""Business orders one mechanism at a time: who is taken, what waits in production, what a closed shop still does."""

import numpy as np
import pytest

from sim.business.accounts import ADVERTISING, STAFF, SUBSCRIPTIONS, TOOLS
from sim.business.delays import Delay
from sim.business.mechanisms.inquiries import Inquiries, WholesaleOrders
from sim.business.mechanisms.platform import SellerCosts
from sim.business.mechanisms.shared import OrderEconomics, open_orders, order_book
from sim.business.mechanisms.violations import Violations
from sim.business.mechanisms.visits import PayForPerformance
from sim.business.mechanisms.warehouse import CoAdvertising, Warehouse
from sim.business.mechanisms.wholesale import (
    Production,
    WholesaleAcceptance,
    WholesaleGoods,
    WholesalePrices,
)
from sim.business.state import Today, Visits
from tests.unit.business.mechanisms.lone_mechanism import Lone, Means
from tests.unit.business.mechanisms.platform_harness import days

ORDERS = {"paid_orders": np.full(2, 3.0), "free_orders": np.full(2, 2.0)}
BUYING = {"limit_by_cash": True, "keeps_cash_for_shipment": True, "cash_reserve": 500.0}


def taken(cash, *, priced=5000.0, goods_price=1.0, spoken_for=0.0, production=False, **values):
    """Five orders of $1,000 on average: goods 750, freight 60; the supplier takes a fifth of the goods down."""
    making = [("production", Production, {"production_days": days(5, 5)})] if production else []
    shop = Lone(("acceptance", WholesaleAcceptance, BUYING | values), *making, capital=cash)
    shop.state.keep(OrderEconomics(value=1000.0, goods=750.0, outlay=810.0))
    order_book(shop.state).down_payment = 0.2
    shop.wallet.commitments["alibaba.production"] = spoken_for
    shop.environment.goods_price = goods_price
    shop.live(**ORDERS, list_sales=np.full(2, priced))
    return order_book(shop.state).taken


@pytest.mark.parametrize(
    ("cash", "orders", "paid"), [(1e6, 5, 3), (4 * 810 + 500, 4, 2), (3739, 3, 1), (2120, 2, 0), (1309, 0, 0)]
)
def test_orders_whose_goods_and_freight_can_be_paid_are_taken_free_ones_first(cash, orders, paid):
    batch = taken(cash)
    assert (batch.orders[0], batch.paid[0]) == (orders, paid)
    assert batch.value[0] == pytest.approx(1000 * orders)
    assert batch.cost[0] == pytest.approx(750 * orders)


def test_a_dear_yuan_and_a_dear_day_take_more_cash():
    assert taken(4 * 810 + 500.0, goods_price=1.2).orders[0] == 3  # 960 each
    assert taken(4 * 810 + 500.0, priced=10_000.0).orders[0] == 2
    assert taken(1e6, goods_price=1.2).cost[0] == pytest.approx(5 * 900)


def test_cash_that_is_spoken_for_buys_no_goods():
    assert taken(4 * 810 + 500.0, spoken_for=811.0).orders[0] == 2


def test_who_looks_at_the_down_payment_alone_takes_what_that_allows():
    assert taken(500.0 + 4 * 150, spoken_for=400.0, production=True, keeps_cash_for_shipment=False).orders[0] == 4
    # Without production everything is paid at once: there is nothing else to look at.
    assert taken(500.0 + 4 * 150, keeps_cash_for_shipment=False).orders[0] == 0


def test_a_closed_shop_takes_no_orders():
    shop = Lone(("acceptance", WholesaleAcceptance, BUYING))
    shop.state.keep(OrderEconomics(value=1000.0, goods=750.0, outlay=810.0))
    shop.state.closed[0], shop.state.halted[1] = True, True
    shop.live(**ORDERS, list_sales=np.full(2, 5000.0))
    assert order_book(shop.state).taken.orders.tolist() == [0, 0]


def test_who_is_ready_to_order_while_the_shop_is_closed_is_lost():
    talks = {"orders_per_inquiry": 0.5, "order_days": days(2, 2)}
    inquiries = {"inquiries_per_visit": 0.1, "noise": False}
    shop = Lone(("inquiries", Inquiries, inquiries), ("orders", WholesaleOrders, talks))
    shop.begin()
    visits = {"p4p": Visits("p4p", paid=True, clicks=np.full(2, 40.0)), "free": Visits("free", clicks=np.full(2, 60.0))}
    shop.live(sources=visits)
    shop.state.closed[1] = True
    nobody = {name: Visits(name, paid=found.paid, clicks=np.zeros(2)) for name, found in visits.items()}
    shop.live(sources=nobody)
    today = shop.live(sources=nobody)
    assert today.paid_orders == pytest.approx([2, 0])
    assert today.free_orders == pytest.approx([3, 0])
    shop.state.closed[:] = False
    assert not shop.live(sources=nobody).free_orders.any(), "who found it closed does not come again"


def test_cash_due_at_the_shipment_is_the_rest_of_the_goods_and_the_freight():
    goods = {"gross_margin": 0.25, "supplier_down_payment": 0.2}
    parts = (("acceptance", WholesaleAcceptance, BUYING), ("production", Production, {"production_days": days(5, 5)}))
    shop = Lone(*parts, ("goods", WholesaleGoods, goods))
    shop.state.keep(OrderEconomics(value=1000.0, goods=0.0, outlay=60.0))
    shop.live(**ORDERS, list_sales=np.full(2, 5000.0))
    assert shop.wallet.commitments["store.production"] == pytest.approx(5 * (0.8 * 750 + 60))
    shop.live(5, list_sales=np.zeros(2), paid_orders=np.zeros(2), free_orders=np.zeros(2))
    assert shop.wallet.commitments["store.production"] == pytest.approx(0)


class Remembering(Means):
    def sum_of(self, stream, number, mean, relative_variance):
        self.relative_variance = relative_variance
        return number * mean


def test_the_value_of_a_days_orders_has_the_mean_and_the_spread_of_its_orders():
    luck = Remembering(3)
    shop = Lone(("prices", WholesalePrices, {"mean_value": 600.0, "log_sd": 1.1}), n_paths=3, luck=luck)
    today = shop.live(paid_orders=np.array([0.0, 1.0, 3.0]), free_orders=np.array([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(today.list_sales, np.array([0, 1, 4]) * 600)
    assert luck.relative_variance == pytest.approx(np.expm1(1.21))


def test_business_orders_that_cash_turned_down_are_told_with_their_value():
    shop = Lone(("acceptance", WholesaleAcceptance, BUYING), capital=3 * 810 + 500.0)
    shop.state.keep(OrderEconomics(value=1000.0, goods=750.0, outlay=810.0))
    today = shop.live(**ORDERS, list_sales=np.full(2, 5000.0))
    assert today.orders_taken.tolist() == [3, 3]
    assert today.refused_order_count.tolist() == [2, 2]
    assert today.refused_orders.tolist() == [2000, 2000]
    assert shop.wallet.held_back.all()


def test_business_buyers_who_are_ready_while_a_bill_is_unpaid_are_turned_down():
    talks = {"orders_per_inquiry": 0.5, "order_days": days(1, 1)}
    inquiries = {"inquiries_per_visit": 0.1, "noise": False}
    parts = (("inquiries", Inquiries, inquiries), ("orders", WholesaleOrders, talks))
    shop = Lone(*parts, ("acceptance", WholesaleAcceptance, BUYING)).begin()
    shop.state.keep(OrderEconomics(value=1000.0, goods=750.0, outlay=810.0))
    for clicks in (40.0, 0.0):
        shop.environment.day += 1
        today = Today(np.ones(2, dtype=bool), sources={"p4p": Visits("p4p", paid=True, clicks=np.full(2, clicks))})
        if not clicks:
            today.hold_back(np.array([True, False]))
        for mechanism in shop.mechanisms:
            mechanism.step(shop.state, today, shop.book, shop.environment, shop.luck)
    assert today.orders_taken.tolist() == [0, 2]
    assert today.refused_order_count.tolist() == [2, 0]


def test_p4p_that_cash_cut_is_told_and_what_has_no_effect_is_not_wanted():
    values = {"daily_budget": 50.0, "cash_reserve": 500.0, "noise": False}
    shop = Lone(("p4p", PayForPerformance, values), capital=530.0)
    shop.wallet.commitments["alibaba.production"] = np.array([0.0, 20.0])
    today = shop.live()
    # What is left above the reserve: 30 and 10, below the threshold of 20.
    assert (today.ad_spend.tolist(), today.refused_ads.tolist()) == ([30, 0], [20, 50])
    small = Lone(("p4p", PayForPerformance, values | {"daily_budget": 19.0}), capital=400.0)
    assert small.live().refused_ads == 0.0
    assert not small.wallet.held_back.any()


def test_p4p_leaves_alone_what_is_spoken_for():
    shop = Lone(
        ("p4p", PayForPerformance, {"daily_budget": 50.0, "cash_reserve": 500.0, "noise": False}), capital=570.0
    )
    shop.wallet.commitments["alibaba.production"] = np.array([0.0, 40.0])
    assert shop.live().ad_spend.tolist() == [50, 30]
    assert shop.balance(ADVERTISING).tolist() == [50, 30]


@pytest.mark.parametrize("premium", [True, False])
def test_a_warehouse_costs_its_fee_each_month_until_the_shop_is_given_up(premium):
    shop = Lone(("warehouse", Warehouse, {"monthly_fee": 150.0, "premium": premium}))
    shop.live(31)
    shop.state.closed[1] = True
    shop.live(30)
    assert shop.balance(SUBSCRIPTIONS).tolist() == ([450, 300] if premium else [0, 0])


def test_bills_of_a_platform_shop_end_when_it_is_given_up():
    shop = Lone(("monthly_costs", SellerCosts, {"erp": 30.0, "crm": 20.0, "staff": 400.0}))
    shop.live(30)
    shop.state.closed[1] = True
    shop.live()
    assert shop.balance(TOOLS).tolist() == [100, 50]
    assert shop.balance(STAFF).tolist() == [800, 400]


def test_of_orders_to_eligible_countries_the_warehouse_delivers_alone():
    shop = Lone(("warehouse", Warehouse, {"eligible_share": 0.25, "delivery_days": days(6, 6)}))
    open_orders(shop.state).delivery = Delay((0.0,) * 10 + (1.0,))
    shop.begin()
    found = open_orders(shop.state).delivery.probability
    assert {lag: share for lag, share in enumerate(found) if share} == {6: 0.25, 10: 0.75}


@pytest.mark.parametrize("premium", [True, False])
def test_joint_advertising_adds_a_share_of_all_other_visits_to_who_uses_the_warehouse(premium):
    advertising = ("co_advertising", CoAdvertising, {"extra_visits": 0.1})
    shop = Lone(advertising, ("warehouse", Warehouse, {"premium": premium}))
    sources = {"p4p": Visits("p4p", True, clicks=np.full(2, 40.0)), "free": Visits("free", clicks=60.0)}
    found = shop.live(sources=sources).sources
    assert ("co_advertising" in found) == premium
    if premium:
        assert found["co_advertising"].clicks.tolist() == [10, 10]


def led_away(**values):
    numbers = {"share_diverted": 0.6, "detection_rate": 0.0, "points_each": days(6, 12), "points_limit": 48.0}
    shop = Lone(("violations", Violations, numbers | values), channels=("alibaba", "store"))
    return shop, shop.live(**ORDERS)


def test_free_buyers_are_led_away_first():
    shop, today = led_away()
    # Three of five: both that came for free, and one of three that ads brought.
    assert (today.free_orders[0], today.paid_orders[0]) == pytest.approx((0, 2))
    assert shop.wallet.diverted_orders == pytest.approx([3, 3])


def test_points_are_deducted_at_their_mean_where_nothing_is_left_to_chance_and_close_at_the_limit():
    numbers = {"share_diverted": 1.0, "detection_rate": 0.4, "points_each": days(6, 12), "points_limit": 18.0}
    shop = Lone(("violations", Violations, numbers), channels=("alibaba", "store"))
    shop.live(**ORDERS)
    assert not shop.state.closed.any(), "two warnings deduct nothing"
    shop.live(**ORDERS)
    assert shop.state.closed.all(), "two more: 18 points"


def test_a_closed_shop_leads_nobody_away():
    shop, _ = led_away()
    shop.state.closed[1] = True
    shop.wallet.diverted_orders = 0.0
    shop.live(**ORDERS)
    assert shop.wallet.diverted_orders == pytest.approx([3, 0])
