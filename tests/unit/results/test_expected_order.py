"""One order before any run: the same lines, ads and repeat orders as the books of a run without chance have."""

import numpy as np
import pytest

import sim
from sim.business.ledger import PROFIT_KINDS
from sim.business.order_terms import LINES
from sim.business.statement import Part
from sim.results.expected_order import expected_order, expected_orders
from sim.results.per_order import PARTS, order_totals
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan
from sim.simulation.worlds import draw_worlds

PLAN = Plan(seed=3, worlds=64, replicates=16)
STEADY = {
    "store": {
        "store.meta.fatigue": False,
        "store.improvement.gain": 0,
        "store.organic.enabled": False,
        "store.repeat.enabled": False,
        "store.test_gate.enabled": False,
        "store.budget.test_days": 0,
        "store.budget.review_days": 0,
        "store.budget.scaling": False,
        "store.budget.limit_by_cash": False,
        "store.acceptance.limit_by_cash": False,
        "store.stop_loss.enabled": False,
        "store.paypal_payouts.withdrawal_fee": 0,
        "store.paypal_payouts.conversion_fee": 0,
        "store.stripe_payouts.conversion_fee": 0,
        "store.opening.setup_days": 0,
        "store.opening.review_days": 0,
    },
    "alibaba": {
        "alibaba.commission.given_back": False,
        "alibaba.visits.enabled": False,
        "alibaba.reviews.enabled": False,
        "alibaba.reorders.enabled": False,
        "alibaba.stop_loss.enabled": False,
        "alibaba.p4p_policy.enabled": False,
        "alibaba.p4p.cpc_drift": 0,
        "alibaba.opening.setup_days": 0,
        "alibaba.opening.review_days": 0,
    },
    "aliexpress": {
        "aliexpress.commission.given_back": False,
        "aliexpress.visits.enabled": False,
        "aliexpress.reviews.enabled": False,
        "aliexpress.reorders.enabled": False,
        "aliexpress.stop_loss.enabled": False,
        "aliexpress.p4p_policy.enabled": False,
        "aliexpress.p4p.cpc_drift": 0,
        "aliexpress.opening.setup_days": 0,
        "aliexpress.opening.review_days": 0,
    },
}
"""A shop in which nothing grows or moves, by channel."""

CALM = {
    "market.season": False,
    "market.weekdays": False,
    "market.ad_price_drift": 0,
    "market.yuan_moves": False,
    "market.ad_price_volatility": 0,
}


def known(channel, *changes, days=54, **grows):
    """Return the shipped market of one channel, without chance and every number known: its mean."""
    head = [f"strategies={{all: [{channel}]}}", "wallet.capital=100000000", f"horizon_days={days}", "counts=expected"]
    found = sim.load("configs/market.yaml", [*head, *changes])
    means = {key: leaf.mean for key, leaf in found.numbers().items()}
    return found.with_(means | CALM | STEADY[channel] | grows)


def lived(scenario):
    """Return what each line of a statement came to, and orders, repeat ones and ads day by day, of path 0."""
    environment, (strategy,), luck = prepare(scenario, PLAN, range(1))
    (channel,) = strategy.channels
    flows = []
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        strategy.live(environment)
        today = channel.today
        each = (today.orders_taken if channel.name == "alibaba" else today.orders, today.repeat_orders, today.ad_spend)
        flows.append([float(np.ravel(flow)[0]) for flow in each])
    book = strategy.ledger.books[channel.name]
    booked = dict.fromkeys(Part, 0.0)
    for owner, account in strategy.ledger.entries:
        if owner and account.kind in PROFIT_KINDS:
            booked[account.part] -= book.balance(account)[0]
    return {line: sum(booked[part] for part in parts) for line, parts in PARTS.items()}, np.array(flows).T


def foreseen(scenario):
    """Return the channel's order, of one world in which all is known."""
    (channel,) = scenario.channels
    return expected_order(scenario, channel, draw_worlds(scenario, 3, 0, 1), 1)


@pytest.mark.parametrize("duty_on", ["factory_price", "checkout_price"])
@pytest.mark.parametrize("channel", ["store", "aliexpress"])
def test_an_order_has_the_lines_that_the_books_of_a_run_without_chance_have(channel, duty_on):
    scenario = known(channel, f"market.duty_on={duty_on}")
    booked, (orders, *_) = lived(scenario)
    order = foreseen(scenario)
    for line, money in booked.items():
        assert order.lines[line][0] == pytest.approx(money / orders.sum(), rel=1e-9, abs=1e-9), line
    assert order.lines["losses"][0] < 0.0 > order.lines["duty"][0]


def test_a_business_order_has_the_lines_of_its_books():
    """Without production everything is earned, and paid, on the day of the order."""
    scenario = known("alibaba", **{"alibaba.production.enabled": False})
    booked, (orders, *_) = lived(scenario)
    order = foreseen(scenario)
    for line in LINES:
        assert order.lines[line][0] == pytest.approx(booked[line] / orders.sum(), rel=1e-9, abs=1e-9), line


@pytest.mark.parametrize("half_life", [1.0, 7.3, 20.0])
def test_a_creative_that_wears_out_costs_visits_and_a_new_one(half_life):
    """Over a whole number of creatives' lives: of 20 days to half, renewed below a half, 21 days each."""
    fatigue = {"store.meta.fatigue": True, "store.meta.half_life": half_life, "store.meta.renew_below": 0.5}
    life = int(half_life) + 1
    scenario = known("store", days=life * (1 + 60 // life), **fatigue)
    booked, (orders, *_) = lived(scenario)
    order = foreseen(scenario)
    first = scenario.numbers()["store.meta.renewal_cost"].mean  # the first creative was there
    assert order.lines["ads"][0] == pytest.approx((booked["ads"] - first) / orders.sum(), rel=1e-9)


def test_ads_of_a_business_order_are_those_of_days_whose_talks_are_over():
    scenario = known("alibaba", **{"alibaba.orders.order_days": {"uniform": {"low": 5, "high": 30}}})
    _, (orders, _, spend) = lived(scenario)
    assert -foreseen(scenario).lines["ads"][0] == pytest.approx(spend[-1] / orders[-1], rel=1e-6)


def test_ads_at_the_start_and_once_grown_are_the_same_where_nothing_grows():
    order = foreseen(known("aliexpress"))
    assert order.ads_at_start[0] == order.lines["ads"][0]


GROWS = {
    "store": {
        "store.improvement.gain": 0.7,
        "store.improvement.learning_days": 20,
        "store.organic.enabled": True,
        "store.organic.orders_per_paid_order": 0.33,
        "store.organic.orders_per_past_customer": 0,
        "store.organic.midpoint": 60,
        "store.organic.width": 5,
        "store.repeat.enabled": True,
        "store.repeat.gap": 20,
        "store.lost_parcels.enabled": False,
    },
    "aliexpress": {
        "aliexpress.visits.enabled": True,
        "aliexpress.visits.half_life": 10,
        "aliexpress.reviews.enabled": True,
        "aliexpress.reviews.halfway": 0.01,
        "aliexpress.reorders.enabled": True,
        "aliexpress.reorders.gap": 20,
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("channel", ["store", "aliexpress"])
def test_a_shop_starts_and_ends_where_its_two_stages_are(channel):
    """Once all has grown, on a late day; on the first one nothing has: of 400 days, each with the same ads."""
    scenario = known(channel, days=400, **GROWS[channel])
    _, (orders, _, spend) = lived(scenario)
    order = foreseen(scenario)
    assert -order.lines["ads"][0] == pytest.approx(spend[-1] / orders[-1], rel=2e-4)
    # A free visit or two come on the first day already.
    assert -order.ads_at_start[0] == pytest.approx(spend[0] / orders[0], rel=1e-5 if channel == "store" else 0.15)
    assert order.ads_at_start[0] < 1.5 * order.lines["ads"][0]


@pytest.mark.parametrize("channel", ["store", "aliexpress"])
def test_repeat_orders_by_age_add_up_to_those_of_a_run(channel):
    """Every day brings as many first orders: repeats of all days are those of one customer at each age."""
    section = {"store": "repeat", "aliexpress": "reorders"}[channel]
    grows = {f"{channel}.{section}.enabled": True, f"{channel}.{section}.gap": 30}
    if channel == "store":
        grows["store.lost_parcels.enabled"] = False  # the run takes all losses, repeats' too, from first orders
    scenario = known(channel, days=100, **grows)
    _, (orders, repeats, _) = lived(scenario)
    by_age = foreseen(scenario).grown.repeats_by_age(99).reshape(100)
    first = orders - repeats
    np.testing.assert_allclose(first, first[0], rtol=1e-9)
    # A store's line of undecided orders holds its customers as a pool: first and repeat orders mix in it.
    close = 1e-9 if channel == "aliexpress" else 0.02
    assert repeats.sum() == pytest.approx(first[0] * by_age.sum(), rel=close)
    assert repeats[-1] == pytest.approx(first[0] * by_age[-1], rel=close)
    assert by_age[-1] > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("channel", ["store", "aliexpress"])
def test_a_run_with_chance_has_these_orders_and_lines_but_for_luck(channel):
    """Over the worlds of a run: orders, and money on each line beyond what its orders explain, are nothing but luck."""
    head = [f"strategies={{all: [{channel}]}}", "wallet.capital=100000000", "horizon_days=60"]
    scenario = sim.load("configs/market.yaml", head).with_(CALM | STEADY[channel])
    worlds = 1024
    run = sim.run(scenario, worlds=worlds, replicates=1, seed=7)
    order = expected_order(scenario, channel, draw_worlds(scenario, 7, 0, worlds), worlds)
    totals = order_totals(run.record("all"))
    orders = totals.pop("orders")
    luck = {"orders": orders - 60 * order.orders}
    luck |= {line: totals[line] - orders * order.lines[line] for line in (*LINES, "before_ads")}
    for name, beyond in luck.items():
        error = beyond.std() / np.sqrt(worlds)
        assert abs(beyond.mean()) <= 4 * error + 1e-4 * abs(totals.get(name, orders)).mean(), name


def test_the_worlds_are_those_of_a_run_of_the_same_seed():
    scenario = sim.load("configs/market.yaml", ["strategies={all: [aliexpress]}", "horizon_days=30"])
    run = sim.run(scenario, worlds=256, replicates=1, seed=5)
    order = expected_order(scenario, "aliexpress", draw_worlds(scenario, 5, 0, 256), 256)
    np.testing.assert_allclose(order.terms.price, run.record("all").paths["aliexpress.pricing.price"], rtol=1e-6)


def test_means_add_up_and_count_each_world_by_its_orders():
    scenario = sim.load("configs/market.yaml")
    found = expected_orders(scenario, worlds=256)
    assert list(found) == [f"{name}/{channel}" for name, of in scenario.strategies.items() for channel in of]
    for order in found.values():
        means = {line["line"]: line["mean"] for line in order["lines"]}
        assert sum(means[line] for line in LINES) == pytest.approx(means["before_ads"], rel=1e-9)
        assert means["before_ads"] + means["ads"] == pytest.approx(means["after_ads"], rel=1e-9)
    drawn = draw_worlds(scenario, 1, 0, 256)
    order = expected_order(scenario, "store", drawn, 256)
    totals = -np.sum(order.grown.spend) / np.sum(order.orders)
    store = {line["line"]: line for line in found["independent/store"]["lines"]}
    assert store["ads"]["mean"] == pytest.approx(totals, rel=1e-12)
    assert store["ads"]["p50"] == pytest.approx(np.median(order.lines["ads"]), rel=1e-12)


def test_ads_that_bring_no_order_are_counted_apart():
    found = expected_orders(known("aliexpress", **{"aliexpress.p4p.threshold": 30}), worlds=64)["all/aliexpress"]
    lines = {line["line"]: line["mean"] for line in found["lines"]}
    assert found["worlds_without_orders"] == 1.0
    assert found["orders_a_month"] == lines["ads"] == 0.0
    assert lines["before_ads"] == lines["after_ads"] > 0


def test_the_frame_has_a_row_for_each_line():
    frame = sim.per_order(sim.load("configs/market.yaml", ["strategies={all: [aliexpress]}"]), worlds=64)
    assert list(frame.columns) == ["strategy", "channel", "line", "mean", "p5", "p50", "p95"]
    assert list(frame["line"]) == [*LINES, "before_ads", "ads", "after_ads"]
    assert set(frame["channel"]) == {"aliexpress"}
