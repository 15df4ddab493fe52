"""Break-even points of an order, and what a customer is worth: by hand, put back, refused where there is none."""

import numpy as np
import pytest

from sim.business.break_even import Told, break_even, conversion_of
from sim.business.customers import cost_of_winning, customer_value, months_until
from sim.business.delays import Delay
from sim.business.order_flow import OrderFlow
from sim.business.order_terms import OrderTerms

ONE = np.ones(1)


def lines_of(terms, ads, weights=ONE):
    """Return the means of an order's lines, in two worlds or one, with ads of so much an order."""
    found = {name: np.average(value * np.ones_like(weights), weights=weights) for name, value in parts(terms)}
    before = sum(found.values())
    return found | {"before_ads": before, "ads": -ads, "after_ads": before - ads}


def parts(terms):
    return terms.lines(terms.price).items()


def test_break_even_points_by_hand():
    """An order of 100 with goods of 40, 10% returned, none of which comes back: 50 before ads, 20 after ads of 30.

    Price: .9 p - 40 = 30 at 77.78. Margin: goods may cost 60, 40%. Conversion: .02 x 30 / 50.
    """
    terms = OrderTerms(price=100.0, goods=40.0, returned=0.1, without_return=1.0)
    found = break_even(lines_of(terms, 30.0), 0.02, Told.by(terms, ONE))
    assert found == pytest.approx(
        {
            "ads_per_order": 50.0,
            "acos": 0.5,
            "roas": 2.0,
            "conversion": 0.012,
            "conversion_now": 0.02,
            "price": 700 / 9,
            "price_now": 100.0,
            "margin": 0.4,
            "margin_now": 0.6,
        },
        rel=1e-12,
    )


def test_over_worlds_the_one_price_and_the_one_cost_of_goods_that_leave_nothing_in_the_mean():
    weights = np.array([3.0, 1.0])
    terms = OrderTerms(price=np.array([60.0, 90.0]), goods=np.array([30.0, 50.0]), returned=np.array([0.1, 0.3]))
    terms.salvage, terms.handling, terms.freight = 0.5, 8.0, 6.0
    found = break_even(lines_of(terms, 25.0, weights), None, Told.by(terms, weights))
    more = found["price"] - found["price_now"]
    assert np.average(terms.brings(terms.price + more), weights=weights) == pytest.approx(25.0, rel=1e-12)
    dearer = (found["margin_now"] - found["margin"]) * found["price_now"]
    terms.goods = terms.goods + dearer
    assert np.average(terms.brings(terms.price), weights=weights) == pytest.approx(25.0, rel=1e-12)
    assert found["conversion"] is found["conversion_now"] is None


def test_a_loss_before_ads_has_no_ads_that_pay_but_a_price_that_does():
    terms = OrderTerms(price=35.0, goods=20.0, freight=18.0)
    found = break_even(lines_of(terms, 10.0), 0.02, Told.by(terms, ONE))
    assert [found[name] for name in ("ads_per_order", "acos", "roas", "conversion")] == [None] * 4
    assert found["price"] == pytest.approx(48.0)
    assert found["margin"] == pytest.approx(1 - 7 / 35)


def test_where_no_value_would_do_there_is_none():
    everything_refunded = OrderTerms(price=35.0, goods=20.0, returned=1.0)
    assert break_even(lines_of(everything_refunded, 1.0), 0.02, Told.by(everything_refunded, ONE))["price"] is None
    free_goods_do_not_help = OrderTerms(price=35.0, goods=5.0, freight=40.0)
    assert (
        break_even(lines_of(free_goods_do_not_help, 1.0), 0.02, Told.by(free_goods_do_not_help, ONE))["margin"] is None
    )
    dear_ads = OrderTerms(price=35.0, goods=30.0)
    assert break_even(lines_of(dear_ads, 50.0), 0.2, Told.by(dear_ads, ONE))["conversion"] is None, (
        "more orders than visits"
    )


def shop(**changes):
    """Return ads of 30 a day that buy 20 clicks, of which one in twenty orders: 30 an order."""
    flow = OrderFlow(conversion={"social": 0.05}, kept=0.8, again=0.5, gap=30.0, window=Delay((0.0, 1.0)), **changes)
    flow.buy("social", 20.0, 20.0, 30.0)
    return flow


def test_orders_of_bought_and_unbought_visits_and_of_who_comes_back():
    flow = shop(organic=0.5)
    assert flow.bought_orders == pytest.approx(1.0)
    assert flow.first_orders == pytest.approx(1.5)
    assert flow.orders == pytest.approx(1.5 * 1.4)
    assert conversion_of(flow) == pytest.approx(0.05)
    assert cost_of_winning(flow) == pytest.approx(20.0)
    assert shop(grown=False).orders == pytest.approx(1.0)
    assert shop(reorders=True).orders == pytest.approx(1.0 / (1 - 0.4)), "each reorder leads to further ones"
    assert shop(completion=0.01).orders == pytest.approx(0.2 * 1.4), "never more orders than carts"


def test_visits_that_follow_the_ads_and_those_of_the_warehouse():
    flow = OrderFlow(conversion={"visit": 0.02}, free_per_bought=1.5, free_base=10.0, extra_visits=0.1)
    flow.buy("visit", 40.0, 40.0, 20.0)
    assert flow.free_orders == pytest.approx(0.02 * 70)
    flow.warehouse = True
    assert flow.free_orders == pytest.approx(0.02 * (70 + 11))


def test_a_customers_repeat_orders_by_age():
    """Decided on day 1; the pool of .8 x .5 gives 1 - exp(-1/30) of itself a day."""
    by_age = shop().repeats_by_age(120)
    assert by_age[0] == 0.0
    np.testing.assert_allclose(by_age[1:], 0.4 * -np.expm1(-np.arange(1, 121) / 30), rtol=1e-12)
    further = shop(reorders=True).repeats_by_age(4000)
    assert further[-1] == pytest.approx(0.4 / 0.6, rel=1e-6)
    assert (np.diff(further) >= 0).all()


def test_what_a_customer_is_worth_and_when_he_is_paid_back():
    """10 an order before ads, 13 to win one: paid back when .3 repeats came, on day 30 ln 4 = 41.6, in month 2."""
    terms = OrderTerms(price=10.0)
    found = customer_value(terms, shop(), 240, ONE, 13.0)
    assert found["months_to_pay_back"] == 2
    assert found["orders_a_customer"] == pytest.approx(1 + 0.4 * -np.expm1(-8))
    assert found["value"] == pytest.approx(10 * found["orders_a_customer"])
    assert customer_value(terms, shop(), 240, ONE, 9.0)["months_to_pay_back"] == 0
    assert customer_value(terms, shop(), 240, ONE, 14.1)["months_to_pay_back"] is None
    assert customer_value(terms, shop(), 240, ONE, None)["months_to_pay_back"] is None
    assert customer_value(terms, OrderFlow(), 240, ONE, 9.0) is None


def test_repeat_orders_of_another_size_are_worth_another_sum():
    terms = OrderTerms(price=10.0, goods=4.0, freight=1.0)
    flow = shop(repeat_size=2.0)
    found = customer_value(terms, flow, 240, ONE, 1.0)
    assert found["value"] == pytest.approx(5 + (20 - 8 - 1) * 0.4 * -np.expm1(-8))


def test_months_are_counted_to_the_next_whole_one():
    value = np.array([0.0] * 30 + [5.0] + [7.0])
    assert [months_until(value, cost) for cost in (0.0, 5.0, 6.0, 8.0)] == [0, 1, 2, None]
