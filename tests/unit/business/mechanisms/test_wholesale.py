"""Inquiries, orders after talks, prices, acceptance, production, shipment, goods, freight."""

import numpy as np
import pytest

from sim.business.accounts import COST_OF_GOODS, FREIGHT, PREPAID_GOODS, SALES
from sim.business.ledger import PROFIT_KINDS, UNPAID_BILLS
from sim.business.mechanisms.escrow import CUSTOMER_DEPOSITS
from sim.business.mechanisms.inquiries import Talks
from sim.business.mechanisms.shared import order_book
from tests.unit.business.mechanisms.platform_harness import N, World, days

QUIET = dict.fromkeys(
    ("owner_pay", "stop_loss", "monthly_costs", "disputes", "p4p_policy", "reviews", "reorders"), False
)
CERTAIN = {  # every inquiry orders the next day, goods are ready five days later
    "orders": {"orders_per_inquiry": 1.0, "order_days": days(1, 1)},
    "production": {"production_days": days(5, 5)},
}


SPREAD = {"mean_value": 600 * np.exp(1.1**2 / 2), "log_sd": 1.1}
"""Order values with a median of 600."""


def world(settings=None, *, expected=True, **rest):
    values = {"capital": 1e7} | rest
    return World(["alibaba"], settings={"alibaba": QUIET | (settings or {})}, expected=expected, **values)


def test_inquiries_are_a_share_of_visits():
    shop = world({"inquiries": {"inquiries_per_visit": 0.04}}).run(60).shops["alibaba"]
    assert shop.total("inquiries")[0] / shop.total("clicks")[0] == pytest.approx(0.04)


def test_inquiries_never_exceed_visits():
    settings = {"inquiries": {"inquiries_per_visit": 0.9, "inquiry_dispersion": 0.5}}
    shop = world(settings, expected=False).run(60, audit=False).shops["alibaba"]
    assert (shop.total("inquiries") <= shop.total("clicks")).all()
    assert (shop.figures()["orders.won"] <= shop.total("inquiries")).all()


def test_orders_follow_inquiries_after_their_talks():
    settings = {"orders": {"orders_per_inquiry": 0.5, "order_days": days(6, 6)}, "production": False}
    history = world(settings).run(60).shops["alibaba"].history
    for day in range(30, 60):
        asked = sum(visits.inquiries[0] for visits in history[day - 6].sources.values())
        assert history[day].orders[0] == pytest.approx(0.5 * asked)


def test_orders_are_whole_and_none_is_lost_on_the_way():
    shop = world(expected=False).run(300).shops["alibaba"]
    for today in shop.history:
        assert (np.asarray(today.orders) % 1 == 0).all()
    figures, book = shop.figures(), order_book(shop.state)
    in_production = book.line.held()[0]
    assert figures["shipment.orders_taken"] == pytest.approx(shop.total("orders") + in_production)
    talks = shop.state.recall(Talks)
    in_talks = talks.paid.held()[0] + talks.free.held()[0]
    assert figures["shipment.orders_taken"] == pytest.approx(figures["orders.won"] - in_talks), "rich: all are taken"


def test_talks_last_as_stated():
    w = world({"orders": {"order_days": {"lognormal": {"median": 6, "log_sd": 0.5}}}}, expected=False)
    figures = w.run(80, audit=False).shops["alibaba"].figures()
    mean = figures["orders.order_days"].sum() / figures["orders.won"].sum()
    assert mean == pytest.approx(6 * np.exp(0.5**2 / 2), rel=0.02)


def test_order_values_have_the_stated_mean():
    settings = {"orders": {"orders_per_inquiry": 0.2}, "prices": SPREAD}
    shop = world(settings, expected=False).run(150, audit=False).shops["alibaba"]
    orders, value = (shop.figures()[f"shipment.{name}"] for name in ("orders_taken", "value_taken"))
    mean = SPREAD["mean_value"]
    spread = mean * np.sqrt(np.expm1(1.1**2)) / np.sqrt(orders.sum())
    assert value.sum() / orders.sum() == pytest.approx(mean, abs=4 * spread)


def test_one_order_has_the_median_of_its_mean_and_spread():
    values = []
    shop = world({"prices": SPREAD}, expected=False)
    for _ in range(80):
        shop.run(1, audit=False)
        taken = order_book(shop.shops["alibaba"].state).taken
        values.extend(taken.value[taken.orders == 1])
    half = 1.2533 * 1.1 * 600 / np.sqrt(len(values))  # standard error of a lognormal's median
    assert np.median(values) == pytest.approx(600, abs=4 * half)


def test_money_of_one_order_by_hand():
    """An order of 1,000: 300 down by the buyer, 225 to the supplier; at the shipment 525 and 60 freight."""
    settings = CERTAIN | {
        "prices": {"mean_value": 1000.0, "log_sd": 0.0},
        "goods": {"gross_margin": 0.25},
        "membership": False,
        "deposit": False,
        "commission": {"commission_rate": 0.02},
    }
    w = world(settings)
    shop = w.shops["alibaba"]
    book = shop.book
    first = int(shop.state.opens[0]) + 1
    w.run(first)
    cash = w.wallet.cash[0]
    w.run(1)
    taken = order_book(shop.state).taken.orders[0]
    assert taken > 0
    assert book.balance(CUSTOMER_DEPOSITS)[0] == pytest.approx(-300 * taken)
    assert book.balance(PREPAID_GOODS)[0] == pytest.approx(225 * taken)
    assert cash - w.wallet.cash[0] - 20 == pytest.approx(225 * taken), "P4P's 20 aside"
    assert book.balance(SALES)[0] == 0, "no sale before the shipment"
    w.run(5)
    assert book.balance(SALES)[0] == pytest.approx(-1000 * taken)
    assert book.balance(COST_OF_GOODS)[0] == pytest.approx(750 * taken)
    assert book.balance(FREIGHT)[0] == pytest.approx(60 * taken)
    assert shop.today.gross_sales[0] == pytest.approx(1000 * taken)
    pending = shop.state.processors["escrow"].pending
    assert pending.available[0] == pytest.approx(980 * taken), "less the commission"


def test_production_takes_its_days():
    settings = {"production": {"production_days": days(12, 12)}}
    slow = world(settings).run(80).shops["alibaba"].history
    at_once = world({"production": False}).run(80).shops["alibaba"].history
    for day in range(40, 80):
        assert slow[day].orders[0] == pytest.approx(at_once[day - 12].orders[0])


def test_without_production_nothing_is_paid_down():
    w = world({"production": False}).run(60)
    book = w.shops["alibaba"].book
    assert not book.balance(PREPAID_GOODS).any()
    assert not book.balance(CUSTOMER_DEPOSITS).any()
    assert order_book(w.shops["alibaba"].state).line is None


def test_profit_does_not_depend_on_down_payments():
    profits = []
    for share in (0.0, 0.3, 1.0):
        w = world(
            {"goods": {"supplier_down_payment": share}, "production": {"buyer_deposit": share}},
            expected=False,
        )
        profits.append(w.run(120).ledger.profit(PROFIT_KINDS))
    assert profits[0] == pytest.approx(profits[1], rel=1e-9)
    assert profits[1] == pytest.approx(profits[2], rel=1e-9)


def test_goods_follow_the_yuan_until_the_order():
    settings = CERTAIN | {"goods": {"gross_margin": 0.25}}
    w = world(settings)
    w.run(20)
    w.environment.goods_price = 1.1
    w.run(1)
    taken = order_book(w.shops["alibaba"].state).taken
    assert taken.cost[0] / taken.value[0] == pytest.approx(0.75 * 1.1)
    shipped = order_book(w.shops["alibaba"].state).shipped
    assert shipped.cost[0] / shipped.value[0] == pytest.approx(0.75), "agreed before"


def test_orders_that_cannot_be_paid_are_not_taken():
    poor = world(expected=False, capital=7_000.0, worlds=2, settings={"membership": {"annual_fee": 1800}}).run(240)
    rich = world(expected=False, worlds=2, settings={"membership": {"annual_fee": 1800}}).run(240)
    taken = [w.shops["alibaba"].figures()["shipment.orders_taken"] for w in (poor, rich)]
    assert taken[0].sum() < 0.95 * taken[1].sum()
    assert (poor.wallet.insolvent_since > 240).all(), "selling is throttled, not ruined"
    assert poor.wallet.cash.min() > 0
    assert not poor.ledger.books[""].balance(UNPAID_BILLS).any()


def test_cash_for_orders_in_production_is_spoken_for():
    w = world(expected=False).run(80)
    shop = w.shops["alibaba"]
    line = order_book(shop.state).line.held()
    due = 0.7 * line[2] + 0.06 * line[1]
    assert w.wallet.cash - w.wallet.free_cash == pytest.approx(due)
    assert due.max() > 0


def test_a_careless_seller_looks_at_the_down_payment_alone():
    capital = {"capital": 6_000.0, "expected": False, "worlds": 4}
    settings = {"membership": {"annual_fee": 1800}, "orders": {"orders_per_inquiry": 0.10}}
    careful = world(settings, **capital).run(200)
    careless = world(settings | {"acceptance": {"keeps_cash_for_shipment": False}}, **capital).run(200)
    ruined = [(w.wallet.insolvent_since < 200).mean() for w in (careful, careless)]
    assert ruined[0] == 0
    assert ruined[1] > 0.1


def test_a_shop_that_was_closed_ships_what_it_took():
    w = world(CERTAIN).run(40)
    shop = w.shops["alibaba"]
    shop.state.closed[:] = True
    before = shop.total("orders")[0]
    waiting = order_book(shop.state).line.held()[0][0]
    assert waiting > 0
    w.run(60)
    assert shop.total("orders")[0] == pytest.approx(before + waiting)
    assert not order_book(shop.state).line.held().any()


def test_attribution_survives_production():
    shop = world(expected=False).run(150).shops["alibaba"]
    paid, free, orders = (shop.total(name) for name in ("paid_orders", "free_orders", "orders"))
    assert paid + free == pytest.approx(orders)
    assert 0.2 < paid.sum() / orders.sum() < 0.8
    assert (paid >= -1e-9).all()
    assert (free >= -1e-9).all()


def test_expected_counts_are_the_mean_of_the_luck():
    exact = world({"production": False}).run(200, audit=False).shops["alibaba"]
    drawn = world({"production": False}, expected=False).run(200, audit=False).shops["alibaba"]
    for flow in ("clicks", "inquiries", "orders", "gross_sales"):
        total = drawn.total(flow)
        error = total.std() / np.sqrt(N)
        assert total.mean() == pytest.approx(exact.total(flow)[0], abs=4 * error)


def test_more_margin_never_means_less_profit_when_cash_is_no_limit():
    low, high = (
        world({"goods": {"gross_margin": margin}}, expected=False).run(150, audit=False).ledger.profit(PROFIT_KINDS)
        for margin in (0.20, 0.30)
    )
    assert (high >= low - 1e-6).all()
    assert high.mean() > low.mean()
