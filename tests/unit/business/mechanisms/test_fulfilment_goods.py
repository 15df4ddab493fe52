"""Goods: on a supplier's terms, at the day's yuan, or from a stock that is reordered, paid in two parts and valued."""

import numpy as np
import pytest

from sim.business.accounts import COST_OF_GOODS, PREPAID_GOODS
from sim.business.ledger import CAPITAL as CAPITAL_PAID
from sim.business.ledger import CASH
from sim.business.mechanisms.fulfilment import EXPECTED_STOCK_LOSS, INVENTORY, STOCK_PROVISION, SUPPLIERS, Goods, Stock
from sim.business.mechanisms.orders import Acceptance
from sim.business.mechanisms.shared import OrderEconomics, Stockroom
from tests.unit.business.mechanisms.lone_mechanism import Lone

CAPITAL = 100_000.0
TERMS = {"minimum_order": 100.0, "lead_time": 20.0, "cover_days": 30.0, "down_payment": 0.3, "salvage": 0.4}


def on_terms(days):
    return Lone(("goods", Goods, {"gross_margin": 0.4, "supplier_credit_days": days}), capital=CAPITAL)


def with_stock(capital=CAPITAL, accept=None, **terms):
    """A shop whose goods cost $5: half the mean price of an order."""
    goods, accepts = ("goods", Goods, {"gross_margin": 0.5}), ("acceptance", Acceptance, accept or {})
    shop = Lone(("stock", Stock, TERMS | terms), accepts, goods, capital=capital)
    shop.state.keep(OrderEconomics(value=10.0))
    return shop


def on_hand(shop):
    return shop.state.recall(Stockroom).on_hand[0]


@pytest.mark.parametrize("days", [1, 2, 30])
def test_a_supplier_is_paid_on_the_last_day_of_the_credit(days):
    shop = on_terms(float(days))
    shop.live(list_sales=np.array([100.0, 0.0]))
    assert shop.balance(COST_OF_GOODS).tolist() == [60, 0]
    assert shop.balance(SUPPLIERS).tolist() == [-60, 0]
    if days > 1:
        shop.live(days - 1)
    assert shop.cash.tolist() == [CAPITAL, CAPITAL]
    shop.live()
    assert shop.cash.tolist() == [CAPITAL - 60, CAPITAL]
    assert not shop.balance(SUPPLIERS).any()


def test_paths_without_credit_pay_at_once_beside_those_with_it():
    shop = on_terms(np.array([0.0, 1.0]))
    shop.live(list_sales=np.full(2, 100.0))
    assert shop.cash.tolist() == [CAPITAL - 60, CAPITAL]
    assert shop.balance(COST_OF_GOODS).tolist() == [60, 60]
    shop.live(list_sales=np.zeros(2))
    assert shop.cash.tolist() == [CAPITAL - 60, CAPITAL - 60]


def test_goods_cost_what_the_yuan_of_the_day_makes_of_them():
    shop = on_terms(0.0)
    shop.environment.goods_price = 1.25
    today = shop.live(list_sales=np.array([100.0, 40.0]))
    np.testing.assert_allclose(today.cost_of_goods, [75, 30])
    np.testing.assert_allclose(shop.cash, [CAPITAL - 75, CAPITAL - 30])


def test_the_first_stock_is_paid_in_two_parts_and_arrives_after_the_lead_time():
    shop = with_stock()
    shop.live()
    # 100 units of $5: $150 down.
    assert shop.cash[0] == CAPITAL - 150
    assert shop.balance(PREPAID_GOODS)[0] == 150
    shop.live(19)
    assert (on_hand(shop), shop.cash[0]) == (0, CAPITAL - 150)
    shop.live()
    assert (on_hand(shop), shop.cash[0]) == (100, CAPITAL - 500)
    assert (shop.balance(INVENTORY)[0], shop.balance(PREPAID_GOODS)[0]) == (500, 0)


def test_goods_leave_the_shelf_at_their_average_cost():
    shop = with_stock()
    shop.live(21)
    shop.live(paid_orders=np.array([30.0, 0.0]))
    assert shop.balance(COST_OF_GOODS)[0] == pytest.approx(150)
    assert (on_hand(shop), shop.balance(INVENTORY)[0]) == (70, pytest.approx(350))


def test_leftovers_are_worth_their_salvage_in_settled_profit():
    shop = with_stock()
    shop.live(21)
    # $500 on the shelves would fetch $200.
    assert shop.balance(EXPECTED_STOCK_LOSS)[0] == pytest.approx(300)
    shop.live(paid_orders=np.array([50.0, 0.0]))
    assert shop.balance(EXPECTED_STOCK_LOSS)[0] == pytest.approx(150)
    np.testing.assert_allclose(shop.balance(STOCK_PROVISION), [-150, -300])


def test_a_first_order_that_cannot_be_paid_whole_waits_for_the_money():
    shop = with_stock(capital=499.0)
    shop.live(3)
    assert (shop.state.recall(Stockroom).on_order[0], shop.cash[0]) == (0, 499)
    shop.book.post(1.0, debit=CASH, credit=CAPITAL_PAID)
    shop.live()
    assert (shop.state.recall(Stockroom).on_order[0], shop.cash[0]) == (100, 350)


@pytest.mark.parametrize(("limit", "orders"), [(True, 2), (False, 5)])
def test_what_stands_on_the_shelf_still_needs_money_for_its_freight(limit, orders):
    shop = with_stock(accept={"limit_by_cash": limit})
    shop.live(21)
    shop.state.recall(OrderEconomics).outlay += 4.0
    shop.book.post(10.0 - shop.cash, debit=CASH, credit=CAPITAL_PAID)
    assert shop.live(paid_orders=np.full(2, 5.0)).orders.tolist() == [orders, orders]


def plainly_reordered(demand, n_days, capital=CAPITAL, unit_cost=5.0, minimum=100, lead=20, cover=30):
    """Units on the shelves and on order, and cash, day by day."""
    shelf, mean, cash, arriving, history = 0.0, 0.0, capital, {}, []
    for day in range(n_days):
        if day in arriving:
            units = arriving.pop(day)
            shelf += units
            cash -= 0.7 * units * unit_cost
        mean += (demand - mean) / 30
        batch = float(np.ceil(max(minimum, mean * cover)))
        if shelf <= mean * cover and not arriving and cash >= batch * unit_cost:
            arriving[day + lead] = batch
            cash -= 0.3 * batch * unit_cost
        sold = min(demand, shelf)
        shelf -= sold
        history.append((shelf, sum(arriving.values()), cash))
    return np.array(history)


@pytest.mark.parametrize(("demand", "capital"), [(1.0, CAPITAL), (8.0, CAPITAL), (8.0, 900.0)])
def test_stock_is_reordered_as_a_plain_loop_would(demand, capital):
    """One order on the way at a time, of at least the minimum, when the shelves hold no more than the cover."""
    shop, found = with_stock(capital=capital), []
    for _ in range(150):
        shop.live(paid_orders=np.full(2, demand))
        found.append((on_hand(shop), shop.state.recall(Stockroom).on_order[0], shop.cash[0]))
    np.testing.assert_allclose(found, plainly_reordered(demand, 150, capital), atol=1e-9)


def test_nobody_who_gave_up_reorders():
    shop = with_stock()
    shop.live()
    shop.state.closed[1] = True
    shop.live(60, paid_orders=np.full(2, 8.0))
    room = shop.state.recall(Stockroom)
    assert room.on_hand[0] + room.on_order[0] > room.on_hand[1] + room.on_order[1] == 100
