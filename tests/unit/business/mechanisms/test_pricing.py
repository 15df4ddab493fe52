"""The price in a channel: what the books leave of it, and how demand answers."""

import numpy as np
import pytest

import sim
from sim.business.market import Environment
from sim.business.mechanisms.orders import OrderValue
from sim.business.mechanisms.pricing import Pricing, priced
from sim.simulation.engine import mechanisms_of, prepare, span_worlds
from sim.simulation.plan import Plan
from tests.unit.business.mechanisms.platform_harness import bind as bound

PLAN = Plan(seed=3, worlds=64, replicates=16)
RICH = ["wallet.capital=100000000", "horizon_days=54", "counts=expected"]
NO_WITHDRAWAL = {
    "store": {
        "store.paypal_payouts.withdrawal_fee": 0,
        "store.paypal_payouts.conversion_fee": 0,
        "store.stripe_payouts.conversion_fee": 0,
        "store.test_gate.enabled": False,
    }
}


def market(channel, *changes):
    """Return the shipped market of one channel, every number known: its mean."""
    found = sim.load("configs/market.yaml", [f"strategies={{all: [{channel}]}}", *RICH, *changes])
    known = {key: leaf.mean for key, leaf in found.numbers().items()}
    return found.with_(known | NO_WITHDRAWAL.get(channel, {}))


def lived(scenario):
    """Return contribution before ads and list price of all orders, of every path."""
    environment, (strategy,), luck = prepare(scenario, PLAN, range(1))
    book, listed = strategy.ledger.books[strategy.channels[0].name], 0.0
    for day in range(scenario.horizon_days):
        luck.day = day
        environment.step(day)
        strategy.live(environment)
        listed = listed + strategy.channels[0].today.list_sales
    ads = {"advertising", "ad creatives"}
    left = [book.balance(a) for owner, a in strategy.ledger.entries if owner and a.variable and a.name not in ads]
    return -sum(left), listed


@pytest.mark.parametrize("channel", ["store", "alibaba", "aliexpress"])
@pytest.mark.parametrize("duty_on", ["factory_price", "checkout_price"])
@pytest.mark.parametrize("share", [0.25, 0.31])
def test_an_order_contributes_the_asked_share_of_its_price(channel, duty_on, share):
    scenario = market(channel, f"{channel}.pricing.contribution={share}", f"market.duty_on={duty_on}")
    contribution, listed = lived(scenario)
    assert (listed > 0).all()
    np.testing.assert_allclose(contribution / listed, share, rtol=0, atol=1e-9)


def test_as_given_sells_at_the_stated_price_and_leaves_what_it_leaves():
    asked, given = (mechanisms(market("aliexpress", f"aliexpress.pricing.rule={rule}")) for rule in RULES)
    assert value_of(given) == pytest.approx(60 * np.exp(0.45**2 / 2), rel=1e-4)
    assert value_of(asked) > 1.5 * value_of(given)
    contribution, listed = lived(market("aliexpress", "aliexpress.pricing.rule=as_given"))
    np.testing.assert_allclose(contribution / listed, told(given).contribution, rtol=0, atol=1e-9)


RULES = ("cover_costs", "as_given")


def mechanisms(scenario, environment=None):
    environment = environment or prepare(scenario, PLAN, range(1))[0]
    (channel,) = scenario.channels
    return priced(mechanisms_of(scenario, channel, span_worlds(scenario, PLAN, range(1))), environment)


def of_kind(found, section):
    return next(each for each in found if each.section == section)


def value_of(found):
    return np.max(of_kind(found, "prices").mean_value)


def told(found):
    return of_kind(found, "pricing").reckoning


def by_hand(scenario, world, section):
    """Return the price of one world, from the model's text: parameters as numbers, means where they are unknown."""
    mean = {key: leaf.mean for key, leaf in scenario.numbers().items()}

    def own(key):
        return world.get(key, mean[key])

    def expected(key):
        return mean[key]

    price = own(f"{section}.prices.mean_value")
    goods = price * (1 - own(f"{section}.goods.gross_margin"))
    if section == "alibaba":
        returned = expected("alibaba.disputes.return_rate")
        left = 1 - returned - own("alibaba.commission.commission_rate") * (1 - returned)
        cost = goods + price * own("alibaba.freight.share_of_value")
        return max(price, cost / (left - 0.25))
    lost = expected(f"{section}.lost_parcels.loss_rate")
    returned = expected(f"{section}.returns.return_rate")
    back = returned * (1 - lost / 2) * (1 - expected(f"{section}.returns.refunded_without_return"))
    refunded = lost / 2 + returned * (1 - lost / 2)
    cost = goods * (1 + 0.55 * 0.20 + lost / 2 - back * expected(f"{section}.returns.salvage"))
    cost += own(f"{section}.freight.packet_cost") * (1 + lost / 2) + 0.55 * 3 + 0.30 * 3.3
    cost += back * expected(f"{section}.returns.handling_cost")
    vat = 0.30 * 0.21 / 1.21
    if section == "aliexpress":
        fees = own("aliexpress.commission.commission_rate") * (1 - refunded) + 0.2 * 0.05
    else:
        paypal, stripe = (own(f"store.{name}_payouts.conversion_fee") for name in ("paypal", "stripe"))
        fees = 0.6 * (0.064 + paypal * 0.936) + 0.4 * (0.054 + stripe * 0.946)
        cost += 0.6 * 0.30 * (1 - paypal) + 0.4 * 0.50 * (1 - stripe)
        disputed = expected("store.chargebacks.chargeback_rate") * (1 - refunded)
        fees += disputed * (1 - 0.7 * expected("store.chargebacks.win_rate"))
        cost += disputed * expected("store.chargebacks.fee")
    left = (1 - 0.35 * 0.10) * ((1 - vat) * (1 - refunded) - fees)
    return max(price, cost / (left - 0.25))


@pytest.mark.parametrize("channel", ["store", "alibaba", "aliexpress"])
def test_prices_of_all_worlds_are_the_closed_form(channel):
    scenario = sim.load("configs/market.yaml", [f"strategies={{all: [{channel}]}}"])
    worlds = span_worlds(scenario, PLAN, range(1))
    found = of_kind(mechanisms(scenario), "prices").mean_value[::16]
    assert len(found) == 64
    for number, price in enumerate(found):
        world = {key: float(values[16 * number]) for key, values in worlds.items()}
        assert price == pytest.approx(by_hand(scenario, world, channel), rel=1e-12)
    assert len(set(found.tolist())) == 64


def test_demand_answers_by_the_ratio_of_prices():
    scenario = sim.load("configs/market.yaml", ["strategies={all: [store]}"])
    worlds = span_worlds(scenario, PLAN, range(1))
    found = mechanisms(scenario)
    ratio = of_kind(found, "prices").mean_value / worlds["store.prices.mean_value"]
    answer = ratio ** -worlds["store.pricing.elasticity"]
    assert ratio.min() >= 1.0
    assert ratio.max() > 1.5
    for kind in ("social", "search", "organic"):
        name = f"start_conversion_{kind}"
        np.testing.assert_allclose(getattr(of_kind(found, "funnel"), name), worlds[f"store.funnel.{name}"] * answer)
    cost = worlds["store.prices.mean_value"] * (1 - worlds["store.goods.gross_margin"])
    goods = of_kind(found, "prices").mean_value * (1 - of_kind(found, "goods").gross_margin)
    np.testing.assert_allclose(goods, cost, rtol=1e-12)


def test_business_buyers_answer_after_their_inquiry_and_freight_does_not_grow_with_the_price():
    scenario = sim.load("configs/market.yaml", ["strategies={all: [alibaba]}"])
    worlds = span_worlds(scenario, PLAN, range(1))
    found = mechanisms(scenario)
    ratio = of_kind(found, "prices").mean_value / worlds["alibaba.prices.mean_value"]
    assert ratio.max() > 1.2
    np.testing.assert_array_equal(
        of_kind(found, "inquiries").inquiries_per_visit, worlds["alibaba.inquiries.inquiries_per_visit"]
    )
    orders = worlds["alibaba.orders.orders_per_inquiry"] * ratio ** -worlds["alibaba.pricing.elasticity"]
    np.testing.assert_allclose(of_kind(found, "orders").orders_per_inquiry, orders)
    freight = of_kind(found, "prices").mean_value * of_kind(found, "freight").share_of_value
    np.testing.assert_allclose(freight, worlds["alibaba.prices.mean_value"] * 0.06, rtol=1e-12)


def test_where_nothing_has_to_rise_nothing_moves_to_the_last_bit():
    cheap = ["strategies={all: [store]}", "store.pricing.contribution=0", "store.goods.gross_margin=0.9"]
    asked, given = (
        mechanisms(sim.load("configs/market.yaml", [*cheap, f"store.pricing.rule={rule}"])) for rule in RULES
    )
    for section, field in (("prices", "mean_value"), ("goods", "gross_margin"), ("funnel", "start_conversion_social")):
        one, other = (getattr(of_kind(found, section), field) for found in (asked, given))
        np.testing.assert_array_equal(one, other)


def test_what_no_price_covers_and_what_is_sold_below_cost_is_told():
    run = sim.run(
        sim.load("configs/market.yaml", ["strategies={all: [aliexpress]}", "horizon_days=30"]).with_(
            {"aliexpress.pricing.rule": "as_given", "aliexpress.pricing.contribution": 0.9}
        ),
        worlds=256,
        replicates=1,
    )
    figures = run.record("all").paths
    assert figures["aliexpress.pricing.not_covered"].max() == 0.0, "nobody asked for a price that covers"
    assert 0.5 < figures["aliexpress.pricing.below_cost"].mean() < 1.0
    asked = run.scenario.with_({"aliexpress.pricing.rule": "cover_costs"})
    figures = sim.run(asked, worlds=256, replicates=1).record("all").paths
    assert figures["aliexpress.pricing.not_covered"].min() == 1.0
    np.testing.assert_array_equal(
        figures["aliexpress.pricing.price"], run.record("all").paths["aliexpress.pricing.price"]
    )


def test_a_channel_without_a_price_is_left_as_it_is():
    pricing = bound(Pricing, "pricing", {"rule": "cover_costs", "elasticity": 2.0})
    assert priced([pricing], Environment(None, None, None)) == [pricing]
    value = bound(OrderValue, "prices", {"mean_value": 30.0})
    assert priced([value], Environment(None, None, None)) == [value]


@pytest.mark.parametrize("channel", ["store", "alibaba", "aliexpress"])
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("price", [20.0, 90.0, 2000.0])
def test_the_same_goods_at_another_price_cost_what_they_cost_and_are_as_wanted(channel, rule, price):
    before = mechanisms(market(channel, f"{channel}.pricing.rule={rule}"))
    after = mechanisms(market(channel, f"{channel}.pricing.rule={rule}", f"{channel}.pricing.sell_at={price}"))
    assert value_of(after) == price
    goods = [np.max(value_of(found) * (1.0 - of_kind(found, "goods").gross_margin)) for found in (before, after)]
    assert goods[1] == pytest.approx(goods[0], rel=1e-12)
    section, name = ("funnel", "start_conversion_social") if channel == "store" else ("orders", DEMAND[channel])
    wanted = [np.max(getattr(of_kind(found, section), name)) for found in (before, after)]
    assert wanted[1] == wanted[0], "the demand of the rule's price"
    assert told(after).by_rule == pytest.approx(told(before).price)


DEMAND = {"alibaba": "orders_per_inquiry", "aliexpress": "conversion_rate"}


@pytest.mark.parametrize("channel", ["store", "alibaba", "aliexpress"])
@pytest.mark.parametrize("rule", RULES)
def test_an_order_at_another_price_contributes_what_is_reckoned(channel, rule):
    scenario = market(channel, f"{channel}.pricing.rule={rule}", f"{channel}.pricing.sell_at=70")
    contribution, listed = lived(scenario)
    reckoned = told(mechanisms(scenario)).contribution
    np.testing.assert_allclose(contribution / listed, reckoned, rtol=0, atol=1e-9)


NEVER_COVERED = ("store.pricing.rule=cover_costs", "store.pricing.contribution=0.95")


def test_who_asks_another_price_is_told_whether_an_order_costs_more_than_it_brings():
    cheap, dear = (
        sim.run(market("store", *NEVER_COVERED, f"store.pricing.sell_at={price}"), worlds=4) for price in (20, 300)
    )
    figures = [found.record("all").paths for found in (cheap, dear)]
    assert [float(found["store.pricing.below_cost"].mean()) for found in figures] == [1.0, 0.0]
    assert [float(found["store.pricing.price"].mean()) for found in figures] == [20.0, 300.0]
    assert all(float(found["store.pricing.not_covered"].max()) == 0.0 for found in figures)
    stated = sim.run(market("store", *NEVER_COVERED), worlds=4).record("all").paths
    assert float(stated["store.pricing.not_covered"].min()) == 1.0


def test_some_worlds_may_ask_another_price_and_others_the_rules():
    scenario = sim.load("configs/market.yaml", ["strategies={all: [store]}", "store.pricing.rule=as_given"])
    mixed = scenario.with_({"store.pricing.sell_at": {"choice": {"values": [0, 95], "weights": [0.5, 0.5]}}})
    found = of_kind(mechanisms(mixed), "prices").mean_value
    stated = of_kind(mechanisms(scenario), "prices").mean_value
    assert set(np.unique(found[found != stated])) == {95.0}
    assert 0.2 < np.mean(found == stated) < 0.8
