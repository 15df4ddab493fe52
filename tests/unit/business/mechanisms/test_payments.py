"""Payments: which account takes a sale, what it charges, and where and how long the money waits."""

import numpy as np
import pytest

from sim.business.accounts import PAYMENT_FEES, SALES
from sim.business.mechanisms.payments import Checkout, Payment, Payouts
from sim.business.state import Bucket, Processor, processor_accounts
from tests.unit.business.mechanisms.lone_mechanism import Lone

ACCOUNT = {"share": 1.0, "fee_rate": 0.03, "extra_fee_rate": 0.02, "fixed_fee": 0.5, "payout_days": 2.0}
ACCOUNT |= {"first_payout_days": 6.0, "first_payout_for": 3.0, "hold_days": 9.0, "hold_for": 0.0}
ACCOUNT |= {"reserve_rate": 0.0, "reserve_days": 12.0}
SALE = {"orders": np.array([10.0, 0.0]), "gross_sales": np.array([1000.0, 0.0])}
NONE = {"orders": np.zeros(2), "gross_sales": np.zeros(2)}
NET = 1000 * 0.95 - 10 * 0.5


def account(conversion_fee=0.0, **values):
    payouts = {"withdrawal_fee": 0.0, "conversion_fee": conversion_fee}
    return Lone(("paypal_payouts", Payouts, payouts), ("paypal", Payment, ACCOUNT | values), capital=0.0)


def received(shop, n_days=30, opens=0):
    """Sell on the last of the days so far, then wait: what reaches the bank, by days from the sale."""
    shop.begin().state.opens[:] = opens
    shop.live(**SALE)
    cash = [0.0]
    for _ in range(n_days):
        shop.live(**NONE)
        cash.append(shop.cash[0])
    return {day: round(amount, 6) for day, amount in enumerate(np.diff(cash), 1) if amount}


def test_a_payment_costs_its_rates_and_a_fixed_fee():
    shop = account()
    shop.live(**SALE)
    assert shop.balance(SALES).tolist() == [-1000, 0]
    assert shop.balance(PAYMENT_FEES) == pytest.approx([1000 - NET, 0])


def test_two_accounts_share_the_sale_and_its_fixed_fees():
    half = ACCOUNT | {"share": 0.5}
    shop = Lone(("a", Payment, half), ("b", Payment, half))
    shop.live(**SALE)
    assert shop.balance(SALES).tolist() == [-1000, 0]
    assert shop.balance(PAYMENT_FEES) == pytest.approx([1000 - NET, 0])


def test_a_payment_of_cents_is_eaten_by_its_fee_and_leaves_no_debt():
    shop = account()
    shop.live(orders=np.array([10.0, 10.0]), gross_sales=np.array([4.0, 6.0]))
    assert shop.balance(PAYMENT_FEES) == pytest.approx([4.0, 5.3])
    assert shop.state.processors["paypal"].pending.available == pytest.approx([0, 0.7])


@pytest.mark.parametrize(("opened_before", "days"), [(0, 6), (2, 6), (3, 2), (50, 2)])
def test_a_new_account_waits_longer_for_its_payouts(opened_before, days):
    assert received(account(), opens=-opened_before) == {days: NET}


@pytest.mark.parametrize(("opened_before", "days"), [(0, 9), (19, 9), (20, 2)])
def test_a_new_sellers_money_is_held(opened_before, days):
    assert received(account(hold_for=20.0), opens=-opened_before) == {days: NET}


def test_a_reserve_is_kept_back_before_anything_else():
    assert received(account(reserve_rate=0.1), opens=-50) == {2: 0.9 * NET, 12: 0.1 * NET}
    assert received(account(reserve_rate=0.1, hold_for=90.0), opens=-50) == {9: 0.9 * NET, 12: 0.1 * NET}


def test_changing_a_payout_costs_its_share():
    assert received(account(conversion_fee=0.02), opens=-50) == {2: round(0.98 * NET, 6)}


def test_sales_into_a_frozen_account_are_locked():
    shop = account().begin()
    shop.state.processors["paypal"].to_frozen[:] = True
    shop.live(**SALE)
    assert shop.balance(processor_accounts("paypal")[3]) == pytest.approx([NET, 0])
    np.testing.assert_allclose(shop.state.processors["paypal"].frozen, [NET, 0])
    for _ in range(20):
        shop.live(**NONE)
    assert not shop.cash.any()


def routed(opens, stops):
    """Weights of two accounts of 60 and 40%, and whether the checkout is closed."""
    shop = Lone(("checkout", Checkout, {}))
    for (name, share), is_open, stop in zip((("a", 0.6), ("b", 0.4)), opens, stops, strict=True):
        processor = shop.state.processors[name] = Processor(name, 2, share, (1, 1, 1))
        processor.open[:], processor.stops[:] = is_open, stop
    shop.live()
    return [float(p.weight[0]) for p in shop.state.processors.values()], bool(shop.state.halted[0])


@pytest.mark.parametrize(
    ("opens", "weights", "closed"),
    [((True, True), [0.6, 0.4], False), ((False, True), [0, 1], False), ((False, False), [0, 0], True)],
)
def test_sales_go_to_the_accounts_that_are_open(opens, weights, closed):
    found, halted = routed(opens, (False, False))
    assert found == pytest.approx(weights)
    assert halted == closed


def test_a_seller_who_stops_for_one_frozen_account_closes_the_checkout():
    assert routed((False, True), stops=(True, False)) == ([0, 1], True)


def bucket():
    """$100 due on day 3 and $60 on day 5; $50 of it was given back to buyers."""
    found = Bucket(processor_accounts("paypal")[0], 2, 5)
    found.line.schedule(0, 3, 100.0)
    found.line.schedule(0, 5, 60.0)
    assert found.draw(np.full(2, 50.0)).tolist() == [50, 50]
    return found


def test_what_refunds_drew_is_missing_from_the_next_payout():
    assert bucket().available.tolist() == [110, 110]
    assert bucket().draw(np.array([200.0, 20.0])).tolist() == [110, 20]
    found = bucket()
    assert [found.release(day).tolist() for day in (3, 4, 5)] == [[50, 50], [0, 0], [60, 60]]


def test_nothing_is_drawn_from_what_is_not_there():
    found = bucket()
    found.line.scale(np.array([0]), 0.25)  # $40 are left of $160, of which $50 went to buyers
    assert found.draw(np.full(2, 5.0)).tolist() == [0, 5]


def test_a_lock_takes_its_share_of_what_is_left_on_its_paths():
    found = bucket()
    assert found.lock(np.array([1]), 0.6).tolist() == [66]
    assert found.available == pytest.approx([110, 44])
    assert sum(found.release(day) for day in range(1, 6)) == pytest.approx([110, 44])
