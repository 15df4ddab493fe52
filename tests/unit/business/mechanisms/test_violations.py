"""Diversion, warnings, points, closure; the lawful profile link; diverted orders in the store."""

import numpy as np
import pytest

import sim
from sim.business.accounts import DEPOSIT_PAID
from sim.business.channels import channel
from sim.business.mechanisms.violations import DEPOSIT_FORFEITED, DivertedOrders, Penalties
from sim.business.state import State, Today, Wallet
from sim.simulation.engine import prepare, reports_of
from sim.simulation.plan import Plan
from tests.unit.business.mechanisms.platform_harness import N, World, days

QUIET = {"owner_pay": False, "stop_loss": False}
AS_OFTEN = dict.fromkeys(("p4p_policy", "reviews", "reorders"), False)
"""Who was led away orders no less and no more on the platform afterwards."""
SIX_POINTS = {"uniform": {"low": 6, "high": 6 + 1e-9}}


def dual(violations, *, channels=("alibaba", "store"), expected=False, platform=None, **rest):
    settings = {"alibaba": QUIET | AS_OFTEN | {"violations": violations} | (platform or {}), "store": QUIET}
    settings = {name: settings[name] for name in channels}
    return World(list(channels), settings=settings, expected=expected, **({"capital": 1e6} | rest))


def many_orders(share=0.5, **violations):
    """Return a platform with a few orders a day, many of them led away."""
    platform = {"orders": {"orders_per_inquiry": 0.5, "order_days": days(1, 1)}}
    return {"violations": {"share_diverted": share} | violations, "platform": platform}


def test_diversion_is_off_unless_chosen():
    assert not channel("alibaba").part("violations").enabled
    assert not channel("aliexpress").part("violations").enabled


def test_diverted_buyers_leave_the_platform():
    none, half = (dual(**many_orders(share, detection_rate=0.0)).run(60) for share in (0.0, 0.5))
    ordered = [w.shops["alibaba"].figures()["shipment.orders_taken"] for w in (none, half)]
    diverted = half.shops["alibaba"].figures()["violations.diverted"]
    assert ordered[0] == pytest.approx(ordered[1] + diverted)
    assert diverted.sum() / ordered[0].sum() == pytest.approx(0.5, abs=0.02)


def test_without_a_store_nobody_is_led_anywhere():
    w = dual(**many_orders(), channels=("alibaba",)).run(60)
    figures = w.shops["alibaba"].figures()
    assert figures["violations.diverted"].max() == 0
    assert figures["violations.warnings"].max() == 0


def test_the_third_warning_is_the_first_to_deduct():
    w = dual(**many_orders(detection_rate=1.0, points_each=SIX_POINTS, points_limit=1e9)).run(60)
    record = w.shops["alibaba"].state.recall(Penalties)
    assert record.warnings.max() > 5
    assert record.points == pytest.approx(6 * np.maximum(record.warnings - 2, 0))


def test_points_lie_between_six_and_twelve():
    w = dual(**many_orders(detection_rate=0.2, points_limit=1e9)).run(90)
    record = w.shops["alibaba"].state.recall(Penalties)
    deducted = record.warnings > 2
    each = record.points[deducted] / (record.warnings[deducted] - 2)
    assert each.min() >= 6
    assert each.max() <= 12
    assert np.average(each, weights=record.warnings[deducted] - 2) == pytest.approx(9, abs=0.15)


def test_at_the_limit_the_shop_is_closed_and_the_deposit_lost():
    w = dual(**many_orders(detection_rate=1.0, points_each=SIX_POINTS, points_limit=48.0)).run(90)
    shop = w.shops["alibaba"]
    record = shop.state.recall(Penalties)
    closed = record.points >= 48
    assert closed.mean() > 0.9
    assert (shop.state.closed == closed).all()
    assert shop.figures()["violations.closed_by_platform"] == pytest.approx(closed.astype(float))
    assert shop.book.balance(DEPOSIT_FORFEITED)[closed] == pytest.approx(1500)
    assert shop.book.balance(DEPOSIT_PAID)[closed] == pytest.approx(0)
    assert shop.book.balance(DEPOSIT_PAID)[~closed] == pytest.approx(1500)
    assert not w.shops["store"].state.closed.all(), "the store goes on"


def test_after_the_closure_no_more_is_sold_or_diverted():
    w = dual(**many_orders(detection_rate=2.0, points_limit=20.0)).run(60)
    shop = w.shops["alibaba"]
    closed = np.nonzero(shop.state.closed)[0]
    before = {name: values[closed].copy() for name, values in shop.figures().items() if "violations" in name}
    w.run(30)
    after = {name: values[closed] for name, values in shop.figures().items() if "violations" in name}
    for name, values in before.items():
        assert (after[name] == values).all()
    assert np.asarray(shop.today.ad_spend)[closed].max() == 0


def test_a_better_price_outside_closes_at_once():
    grave = {
        "better_price_outside": True,
        "grave_closing_rate": 1.0,
        "detection_rate": 0.1,
        "points_limit": 1e9,
    }
    w = dual(**many_orders(**grave)).run(60)
    record = w.shops["alibaba"].state.recall(Penalties)
    assert (w.shops["alibaba"].state.closed == (record.warnings >= 1)).all()


def test_expected_counts_close_nothing_by_chance():
    grave = {"better_price_outside": True, "detection_rate": 0.01}
    w = dual(**many_orders(**grave), expected=True).run(40)
    assert not w.shops["alibaba"].state.closed.any()
    assert w.shops["alibaba"].figures()["violations.warnings"][0] > 0


def test_the_store_takes_diverted_orders_once():
    wallet = Wallet.__new__(Wallet)
    wallet.diverted_orders = np.full(N, 2.0)
    state, today = State("store", wallet, N), Today(trading=np.ones(N, dtype=bool), free_orders=np.ones(N))
    mechanism = DivertedOrders(section="diverted")
    mechanism.step(state, today, None, None, None)
    assert today.free_orders.tolist() == [3.0] * N
    mechanism.step(state, today, None, None, None)
    assert today.free_orders.tolist() == [3.0] * N


def test_every_diverted_buyer_reaches_the_store():
    """The shipped store takes them: as many more orders as the platform lost, none on the way."""
    quiet = [f"store.{section}.enabled=false" for section in ("meta", "organic", "repeat", "test_gate", "stop_loss")]
    rich = ["wallet.capital=1e7", "horizon_days=90", "strategies={dual: [alibaba, store]}"]
    diverting = [
        "alibaba.violations.enabled=true",
        "alibaba.violations.detection_rate=0",
        "store.paypal_freeze.enabled=false",
    ]
    settings = [*quiet, *rich, *diverting, "alibaba.profile_link.enabled=false", "store.stripe_freeze.enabled=false"]
    scenario = sim.load("configs/market.yaml", [*settings, "store.google.enabled=false"])
    environment, [dual], luck = prepare(scenario, Plan(worlds=256), range(1))
    sold = np.zeros(1024)
    for luck.day in range(90):
        environment.step(luck.day)
        dual.live(environment)
        sold += dual.channels[1].today.orders
    diverted = reports_of(dual)["alibaba.violations.diverted"]
    assert diverted.sum() > 100
    np.testing.assert_array_equal(sold, diverted)


def test_profile_link_sends_a_share_of_visitors():
    w = dual({}, platform={"violations": False, "profile_link": {"share_of_visits": 0.01}}, expected=True).run(60)
    shop = w.shops["alibaba"]
    visits = shop.today.sources["p4p"].clicks + shop.today.sources["free"].clicks
    assert w.wallet.profile_visits == pytest.approx(0.01 * visits)
    assert w.shops["store"].today.sources["profile"].clicks == pytest.approx(0.01 * visits)


def test_profile_link_needs_a_store():
    w = World(["alibaba"], expected=True, capital=1e6).run(30)
    assert np.ndim(w.wallet.profile_visits) == 0


def test_dual_reconciles_every_day_in_random_worlds():
    dual({}, worlds=7, capital=20_000.0).run(120)
