"""Returns, chargebacks and who pays the refunds: booked when they happen, provided for before."""

import numpy as np
import pytest

from sim.business.accounts import PAYMENT_FEES, REFUNDS, REFUNDS_PAYABLE, VAT_PAYABLE
from sim.business.delays import Delay, DelayLine
from sim.business.mechanisms.returns import (
    CHARGEBACK_PROVISION,
    CHARGEBACKS,
    RETURN_HANDLING,
    RETURNS_PROVISION,
    SALVAGE,
    Chargebacks,
    Refunds,
    Returns,
)
from sim.business.mechanisms.shared import open_orders
from sim.business.state import Processor, processor_accounts
from tests.unit.business.mechanisms.lone_mechanism import Lone

RETURNING = {"return_rate": 0.2, "refunded_without_return": 0.25, "handling_cost": 8.0, "salvage": 0.5}
RETURNING |= {"fee_given_back": False, "fee_rate": 0.03}
DECIDED = {"decided_orders": np.array([10.0, 0.0]), "decided_sales": np.array([1000.0, 0.0])}
DECIDED |= {"decided_cost": np.array([400.0, 0.0]), "kept_customers": np.array([6.0, 0.0])}


def with_open_orders(*parts, orders=0.0, sales=0.0, cost=0.0, **more):
    """A shop with such orders on their way."""
    shop = Lone(*parts, **more)
    line = open_orders(shop.state).line = DelayLine(2, 50, 4)
    line.schedule(0, 50, orders, sales, cost, orders)
    return shop


def returns(vat_share=0.0, **values):
    orders = values.pop("open_orders", {})
    shop = with_open_orders(("returns", Returns, RETURNING | values), **orders)
    shop.state.vat_share = vat_share
    return shop


def test_a_return_costs_the_price_and_where_goods_come_back_handling_less_salvage():
    shop = returns()
    today = shop.live(**DECIDED)
    # Two of ten come back; of three quarters of them the goods too, worth $40 each.
    assert today.returns.tolist() == [2, 0]
    assert shop.balance(REFUNDS) == pytest.approx([200, 0])
    assert shop.balance(REFUNDS_PAYABLE) == pytest.approx([-200, 0])
    assert shop.balance(RETURN_HANDLING) == pytest.approx([1.5 * 8, 0])
    assert shop.balance(SALVAGE) == pytest.approx([-1.5 * 20, 0])
    assert shop.balance(PAYMENT_FEES).tolist() == [0, 0]
    kept = [today.kept_orders, today.kept_sales, today.kept_customers]
    np.testing.assert_allclose(np.array(kept)[:, 0], [8, 800, 4.8])


def test_the_vat_of_a_refund_was_never_income():
    shop = returns(vat_share=0.06)
    shop.live(**DECIDED)
    assert shop.balance(REFUNDS)[0] == pytest.approx(188)
    assert shop.balance(VAT_PAYABLE)[0] == pytest.approx(12)
    assert shop.balance(REFUNDS_PAYABLE)[0] == pytest.approx(-200)


def test_where_the_fee_is_given_back_it_follows_the_refund():
    shop = returns(fee_given_back=True)
    cash = shop.cash[0]
    shop.live(**DECIDED)
    assert shop.balance(PAYMENT_FEES)[0] == pytest.approx(-6)
    assert shop.cash[0] - cash == pytest.approx(6 - 12 + 30)


@pytest.mark.parametrize("values", [{}, {"fee_given_back": True}, {"refunded_without_return": 1.0}])
@pytest.mark.parametrize("vat_share", [0.0, 0.06])
def test_the_provision_is_what_open_orders_will_cost_when_they_are_decided(values, vat_share):
    waiting = returns(vat_share, open_orders={"orders": 10.0, "sales": 1000.0, "cost": 400.0}, **values)
    waiting.live(**{name: np.zeros(2) for name in DECIDED})
    decided = returns(vat_share, **values)
    decided.live(**DECIDED)
    cost = sum(decided.balance(account)[0] for account in (REFUNDS, RETURN_HANDLING, SALVAGE, PAYMENT_FEES))
    assert -waiting.balance(RETURNS_PROVISION)[0] == pytest.approx(cost)


DISPUTED = {"chargeback_rate": 0.1, "lag_days": {"uniform": {"low": 30, "high": 30.4}}, "fee": 15.0}
DISPUTED |= {"appeal": True, "win_rate": 0.4, "win_rate_without_appeal": 0.1}
KEPT = {"kept_orders": np.array([10.0, 0.0]), "kept_sales": np.array([1000.0, 0.0])}
NOTHING_KEPT = {name: np.zeros(2) for name in KEPT}


def disputes(proof=1.0, decides_after=1, **values):
    orders = values.pop("open_orders", {})
    shop = with_open_orders(("chargebacks", Chargebacks, DISPUTED | values), **orders)
    open_orders(shop.state).delivery = Delay((0.0,) * decides_after + (1.0,))
    shop.state.proof_of_delivery = proof
    return shop


@pytest.mark.parametrize(("appeal", "win_rate"), [(True, 0.4), (False, 0.1)])
@pytest.mark.parametrize("proof", [1.0, 0.5])
def test_a_chargeback_costs_its_fee_and_unless_it_is_won_the_price(appeal, win_rate, proof):
    won = win_rate * proof
    shop = disputes(proof, appeal=appeal)
    shop.live(**KEPT)
    provided = -shop.balance(CHARGEBACK_PROVISION)[0]
    for _ in range(40):
        shop.live(**NOTHING_KEPT)
    # One of ten orders of $100.
    assert shop.balance(CHARGEBACKS) == pytest.approx([100 * (1 - won) + 15, 0])
    assert shop.balance(REFUNDS_PAYABLE) == pytest.approx([-100 * (1 - won), 0])
    assert provided == pytest.approx(100 * (1 - won) + 15)
    assert shop.balance(CHARGEBACK_PROVISION) == pytest.approx([0, 0], abs=1e-9)


def test_days_until_a_chargeback_count_from_the_order():
    shop, days = disputes(decides_after=12), []
    shop.live(**KEPT)
    for day in range(1, 31):
        if shop.live(**NOTHING_KEPT).chargebacks[0] > 0:
            days.append(day)
    assert days == [30 - 12]


def test_of_open_orders_only_those_that_stay_may_be_charged_back():
    shop = disputes(open_orders={"orders": 10.0, "sales": 1000.0})
    open_orders(shop.state).return_rate = 0.2
    shop.live(**NOTHING_KEPT)
    assert -shop.balance(CHARGEBACK_PROVISION)[0] == pytest.approx(0.1 * (800 * 0.6 + 8 * 15))


def refunder(waiting, **values):
    """Two processors with (share, pending, held, reserve) each; $100 are owed."""
    accounts = [account for name in waiting for account in processor_accounts(name)]
    shop = Lone(("refunds", Refunds, values), accounts=(*accounts, REFUNDS), capital=1000.0)
    for name, (share, *money) in waiting.items():
        processor = shop.state.processors[name] = Processor(name, 2, share, (10, 10, 10))
        for bucket, amount in zip(processor.buckets, money, strict=True):
            if amount:
                bucket.line.schedule(0, 5, amount)
                shop.book.post(amount, debit=bucket.account, credit=REFUNDS)
    shop.book.post(100.0, debit=REFUNDS, credit=REFUNDS_PAYABLE)
    shop.live()
    left = {name: [bucket.available[0] for bucket in shop.state.processors[name].buckets] for name in waiting}
    for name, amounts in left.items():
        balances = [shop.balance(account)[0] for account in processor_accounts(name)[:3]]
        assert balances == pytest.approx(amounts)
    assert not shop.balance(REFUNDS_PAYABLE).any()
    return left, 1000.0 - shop.cash[0]


@pytest.mark.parametrize(
    ("waiting", "left", "from_cash"),
    [
        ({"a": (0.6, 500.0, 0, 0), "b": (0.4, 500.0, 0, 0)}, {"a": [440, 0, 0], "b": [460, 0, 0]}, 0),
        ({"a": (0.6, 20.0, 500.0, 0), "b": (0.4, 500.0, 0, 0)}, {"a": [0, 460, 0], "b": [460, 0, 0]}, 0),
        ({"a": (0.6, 20.0, 10.0, 0), "b": (0.4, 500.0, 0, 0)}, {"a": [0, 0, 0], "b": [460, 0, 0]}, 30),
        ({"a": (0.6, 20.0, 0, 500.0), "b": (0.4, 0, 0, 500.0)}, {"a": [0, 0, 500], "b": [0, 0, 500]}, 80),
    ],
)
def test_each_processor_pays_its_share_from_pending_then_held_never_from_the_reserve(waiting, left, from_cash):
    found, paid = refunder(waiting)
    assert {name: pytest.approx(amounts) for name, amounts in left.items()} == found
    assert paid == pytest.approx(from_cash)


def test_refunds_may_be_paid_from_cash_alone():
    found, paid = refunder({"a": (1.0, 500.0, 0, 0)}, from_processors=False)
    assert (found["a"][0], paid) == (500, 100)
