"""More cost never makes more profit on any path; a better price or conversion never makes less on average."""

import numpy as np
import pytest

import sim
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

PLAN = Plan(seed=21, worlds=128, replicates=8)
CHANNELS = ("store", "aliexpress", "alibaba")
UNCOUPLED = [
    *("horizon_days=90", "wallet.insolvency=false", "wallet.capital=100000"),
    *("store.test_gate.enabled=false", "store.budget.scaling=false", "store.budget.limit_by_cash=false"),
    *(f"{channel}.stop_loss.enabled=false" for channel in CHANNELS),
    *(f"{channel}.acceptance.limit_by_cash=false" for channel in CHANNELS),
    *("aliexpress.p4p.limit_by_cash=false", "alibaba.p4p.limit_by_cash=false"),
    # As the store's scaling: who earns less advertises less, which may be just as well.
    *("aliexpress.p4p_policy.enabled=false", "alibaba.p4p_policy.enabled=false"),
    # A lump per withdrawal: a dearer fee can leave nothing to withdraw that day, and save more than it costs.
    "store.paypal_payouts.withdrawal_fee=0",
    # A seller who covers a cost by the price may sell less at a better one; by the calendar these duties are idle.
    *(f"{channel}.pricing.rule=as_given" for channel in ("store", "alibaba", "aliexpress")),
    *("market.trade_rules={}", "market.trade_regime=''"),
]
COSTS = {
    "store": [
        *("store.fixed_costs.apps", "store.fixed_costs.staff", "store.opening.setup_cost"),
        *("store.improvement.monthly_cost", "store.freight.packet_cost"),
        *("store.import_charges.us_duty", "store.import_charges.us_parcel_fee", "store.import_charges.eu_parcel_fee"),
        *("store.import_charges.eu_vat", "store.paypal.fee_rate", "store.stripe.fixed_fee"),
        *("store.stripe.extra_fee_rate", "store.returns.handling_cost", "store.chargebacks.fee"),
        *("store.paypal_payouts.conversion_fee", "store.meta.renewal_cost"),
    ],
    "aliexpress": [
        *("aliexpress.monthly_costs.erp", "aliexpress.opening.setup_cost", "aliexpress.commission.commission_rate"),
        *("aliexpress.freight.packet_cost", "aliexpress.import_charges.us_duty", "aliexpress.import_charges.us_share"),
        *("aliexpress.affiliates.affiliate_rate", "aliexpress.returns.handling_cost"),
    ],
    "alibaba": [
        *("alibaba.monthly_costs.erp", "alibaba.membership.annual_fee", "alibaba.commission.commission_rate"),
        *("alibaba.freight.share_of_value", "alibaba.escrow_releases.payout_fee_rate"),
    ],
}


def random_scenario(number):
    """A market with some numbers moved at random."""
    rng = np.random.default_rng(100 + number)
    return [
        *UNCOUPLED,
        f"store.returns.return_rate={rng.uniform(0.05, 0.35):.3f}",
        f"store.goods.gross_margin={rng.uniform(0.3, 0.7):.3f}",
        f"store.funnel.start_conversion_social={rng.uniform(0.005, 0.03):.4f}",
        f"store.budget.first_budget={rng.uniform(20, 120):.1f}",
        f"store.paypal_freeze.annual_probability={rng.uniform(0.05, 0.6):.2f}",
        f"store.paypal.reserve_rate={rng.choice([0.0, 0.1])}",
        f"store.returns.refunded_without_return={rng.uniform(0, 1):.2f}",
        f"aliexpress.orders.conversion_rate={rng.uniform(0.01, 0.03):.4f}",
        f"aliexpress.p4p.daily_budget={rng.uniform(20, 60):.1f}",
        f"alibaba.orders.orders_per_inquiry={rng.uniform(0.02, 0.1):.3f}",
        f"alibaba.goods.gross_margin={rng.uniform(0.15, 0.5):.3f}",
    ]


def settled(scenario, overrides, strategy):
    changed = scenario.with_(overrides) if overrides else scenario
    return simulate(changed, PLAN).records[strategy].monthly["settled_profit"][-1].astype(float)


@pytest.mark.parametrize(
    "number", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize(
    "strategy", [pytest.param(name, marks=[pytest.mark.slow] * (name == "store")) for name in COSTS]
)
def test_a_higher_cost_never_raises_profit_on_any_path(strategy, number):
    overrides = [*random_scenario(number), f"strategies={{{strategy}: [{strategy}]}}"]
    scenario = sim.load("configs/market.yaml", overrides)
    known = scenario.numbers()
    before = settled(scenario, {}, strategy)
    for key in COSTS[strategy]:
        dearer = settled(scenario, {key: known[key].mean * 1.5 + 0.001}, strategy)
        # The cost may have been uncertain: compare with its mean first.
        base = settled(scenario, {key: known[key].mean}, strategy) if known[key].sd > 0 else before
        tolerance = 1e-5 * (1.0 + np.abs(base)) + 0.02  # readings are kept as float32
        assert (dearer <= base + tolerance).all(), key
        assert dearer.mean() < base.mean(), key


@pytest.mark.parametrize("key", ["store.prices.mean_value", "store.funnel.start_conversion_social"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_better_price_or_conversion_never_lowers_the_mean(key, number):
    overrides = [*random_scenario(number), "strategies={store: [store]}", "store.goods.gross_margin=0.7"]
    overrides += ["store.prices.mean_value=120", "store.returns.return_rate=0.1"]
    scenario = sim.load("configs/market.yaml", overrides)
    base = scenario.numbers()[key].mean
    means = [settled(scenario, {key: base * factor}, "store").mean() for factor in (1.0, 1.1, 1.3)]
    assert means == sorted(means)
    assert means[2] > means[0]
