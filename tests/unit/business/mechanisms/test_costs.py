"""What a store costs before it sells: opening, bills of a rented or a self-hosted shop, the owner's pay."""

import numpy as np
import pytest

from sim.business.accounts import STAFF, SUBSCRIPTIONS, TOOLS
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
    pay = {"monthly_pay": 100.0}
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


def owner(cash, pay=600.0):
    return Lone(("owner_pay", OwnerPay, {"monthly_pay": pay}), capital=cash)


@pytest.mark.parametrize("cash", [10_000.0, 0.0])
def test_the_owners_pay_is_charged_at_the_end_of_a_month_and_owed(cash):
    shop = owner(cash)
    shop.live(29)
    assert not shop.balance(OWNER_PAY).any()
    shop.live(31)
    assert shop.balance(OWNER_PAY).tolist() == [1200, 1200]
    assert shop.balance(OWNER_PAY_DUE).tolist() == [-1200, -1200]
    assert shop.cash.tolist() == [cash, cash], "nothing is drawn"


def test_the_owners_pay_of_the_last_days_of_the_horizon_is_charged_too():
    shop = owner(10_000.0)
    shop.environment.last_day = 44
    shop.live(45)
    assert shop.balance(OWNER_PAY).tolist() == [900, 900]
    assert shop.cash.tolist() == [10_000, 10_000]
