"""What a store costs before it sells: opening, bills of a rented or a self-hosted shop, the owner's pay."""

import numpy as np
import pytest

from sim.business.accounts import STAFF, SUBSCRIPTIONS, TOOLS
from sim.business.ledger import CASH
from sim.business.mechanisms.costs import COMPLIANCE, OWNER_PAY, OWNER_PAY_DUE, SETUP, FixedCosts, Opening, OwnerPay
from sim.business.mechanisms.demand import IMPROVEMENT, PageImprovement
from sim.business.mechanisms.shared import Conversion
from tests.unit.business.mechanisms.lone_mechanism import Lone

BILLS = {"shopify_fee": 39.0, "magento_hosting": 80.0, "magento_maintenance": 150.0}
BILLS |= {"apps": 60.0, "erp": 30.0, "crm": 25.0, "cdn": 20.0, "staff": 400.0}


@pytest.mark.parametrize(("compliance", "cost"), [(False, 0.0), (True, 7000.0)])
def test_one_off_costs_are_paid_on_day_0_and_compliance_stands_apart(compliance, cost):
    values = {"setup_days": 3.0, "review_days": 2.0, "setup_cost": 200.0}
    shop = Lone(("opening", Opening, values | {"compliance": compliance, "compliance_cost": 7000.0}), capital=10_000.0)
    shop.live(40)
    assert shop.balance(SETUP).tolist() == [200, 200]
    assert shop.balance(COMPLIANCE).tolist() == [cost, cost]
    assert shop.cash[0] == 10_000 - 200 - cost


def test_a_channel_opens_when_set_up_and_reviewed():
    shop = Lone(("opening", Opening, {"setup_days": np.array([3.4, 4.6]), "review_days": 2.0}))
    shop.begin()
    assert shop.state.opens.tolist() == [5, 7]
    assert [shop.state.trading(day).tolist() for day in (4, 5, 7)] == [[False, False], [True, False], [True, True]]


@pytest.mark.parametrize(("system", "subscriptions"), [("shopify", 39 + 20), ("magento", 80 + 150 + 20)])
def test_bills_come_on_the_first_day_of_each_month(system, subscriptions):
    shop = Lone(("fixed_costs", FixedCosts, BILLS | {"shop_system": system}))
    for months, days in ((1, 1), (1, 29), (2, 1), (2, 29), (3, 1)):
        shop.live(days)
        assert shop.balance(SUBSCRIPTIONS)[0] == months * subscriptions
        assert shop.balance(TOOLS)[0] == months * (60 + 30 + 25)
        assert shop.balance(STAFF)[0] == months * 400


def test_who_gave_up_or_is_ruined_has_no_more_bills_and_no_pay():
    pay = {"monthly_pay": 100.0, "keep_cash": 0.0}
    shop = Lone(("fixed_costs", FixedCosts, BILLS), ("owner_pay", OwnerPay, pay), n_paths=3)
    shop.live(2)
    shop.state.closed[1] = True
    shop.wallet.insolvent_since[2] = 2
    shop.live(29)
    assert shop.balance(TOOLS).tolist() == [230, 115, 115]
    assert shop.balance(OWNER_PAY).tolist() == [100, 0, 0]


def test_the_page_costs_from_its_first_month_on():
    improvement = {"monthly_cost": 100.0, "from_month": 3.0}
    shop = Lone(("improvement", PageImprovement, improvement))
    shop.state.keep(Conversion({}))
    for days, paid in ((60, 0), (1, 100), (29, 100), (1, 200)):
        shop.live(days)
        assert shop.balance(IMPROVEMENT)[0] == paid


def owner(cash, keeps=1000.0):
    return Lone(("owner_pay", OwnerPay, {"monthly_pay": 600.0, "keep_cash": keeps}), accounts=(SETUP,), capital=cash)


def test_the_owner_is_paid_at_the_end_of_a_month():
    shop = owner(10_000.0)
    shop.live(29)
    assert not shop.balance(OWNER_PAY).any()
    shop.live()
    assert shop.balance(OWNER_PAY).tolist() == [600, 600]
    assert shop.cash.tolist() == [9400, 9400]


def test_the_owner_is_paid_for_the_last_days_of_the_horizon():
    shop = owner(10_000.0)
    shop.environment.last_day = 44
    shop.live(45)
    assert shop.balance(OWNER_PAY).tolist() == [900, 900]
    assert shop.cash.tolist() == [9100, 9100]


def test_pay_that_cash_does_not_allow_is_owed_and_drawn_later():
    shop = owner(1200.0)
    shop.live(30)
    assert (shop.cash[0], shop.balance(OWNER_PAY_DUE)[0]) == (1000, -400)
    shop.live(29)
    shop.book.post(5000.0, debit=CASH, credit=SETUP)
    shop.live()
    # Both months: what was left of the first, and the second.
    assert (shop.cash[0], shop.balance(OWNER_PAY_DUE)[0]) == (5000, 0)
    assert shop.balance(OWNER_PAY)[0] == 1200


def test_the_owner_leaves_alone_what_is_spoken_for():
    shop = owner(1500.0)
    shop.wallet.commitments["store.vat"] = np.array([300.0, 0.0])
    shop.live(30)
    assert shop.cash.tolist() == [1300, 1000]
