"""Scenarios side by side in one span: each becomes what it becomes by itself, to the last bit."""

from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim.randomness.luck import SpanLuck
from sim.randomness.streams import BLOCK
from sim.results.run import run_side_by_side
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from sim.simulation.side_by_side import Unlike, shared_out, simulate_side_by_side
from tests.builders import assert_same

PLAN = Plan(seed=5, worlds=200, replicates=4)  # not a whole block: what is beyond is cut from every part

SETTINGS = (
    {},
    {"wallet.capital": 3000.0, "wallet.grace_days": 5.0},  # bills wait, and ruin, in one part alone
    {"store.goods.gross_margin": 0.62, "store.prices.mean_value": 90.0},
    {"store.returns.return_rate": {"beta": {"mean": 0.3, "sd": 0.05}}},
    {"store.paypal.payout_days": 9.0, "store.paypal.reserve_rate": 0.1, "store.paypal.hold_for": 0.0},
    {"store.paypal_freeze.annual_probability": 0.95, "store.stripe_reserve.annual_probability": 0.9},
    {"market.ad_price_volatility": 0.0, "store.meta.click_dispersion": 3.0},
)


def scenarios(config, *overrides, settings=SETTINGS):
    base = sim.load(f"configs/{config}.yaml", overrides)
    return [base.with_(setting) for setting in settings]


def assert_as_alone(found, plan=PLAN):
    for scenario, records in zip(found, simulate_side_by_side(found, plan), strict=True):
        alone = simulate(scenario, plan).records
        assert records.keys() == alone.keys()
        for name, record in records.items():
            assert_same(record, alone[name])


def test_each_is_what_it_is_alone():
    assert_as_alone(scenarios("article", "horizon_days=65"))


@pytest.mark.slow
@pytest.mark.parametrize(("config", "days"), [("article", 240), ("market", 90), ("dual", 90)])
def test_each_is_what_it_is_alone_for_longer(config, days):
    assert_as_alone(scenarios(config, f"horizon_days={days}"))


def test_trade_rules_that_may_come_differ_between_worlds_of_one_scenario():
    assert_as_alone(scenarios("market", "horizon_days=61", settings=({}, {"store.import_charges.us_share": 0.9})))


def test_results_are_those_of_a_run():
    found = scenarios("article", "horizon_days=30", settings=SETTINGS[:2])
    together = run_side_by_side(found, PLAN)
    assert [result.sha256 for result in together] == [sim.run(s, **PLAN.size, n_jobs=1).sha256 for s in found]


def test_expected_counts_stand_side_by_side_too():
    assert_as_alone(scenarios("article", "horizon_days=40", "counts=expected", settings=SETTINGS[:3]))


@pytest.mark.parametrize(
    "setting",
    [
        {"horizon_days": 31},
        {"store.fixed_costs.shop_system": "magento"},
        {"store.stock.enabled": True},
        {"store.chargebacks.lag_days": {"lognormal": {"median": 30, "log_sd": 0.5}}},
        {"market.weekdays": False},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_more_than_numbers_is_refused(setting):
    base = sim.load("configs/article.yaml", ["horizon_days=30"])
    with pytest.raises(Unlike):
        simulate_side_by_side([base, base.with_(setting)], PLAN)


def test_a_condition_is_refused():
    base = sim.load("configs/article.yaml", ["horizon_days=60"])
    with pytest.raises(Unlike):
        run_side_by_side([base, base.with_({"condition": ["independent.orders[1] >= 1"]})], PLAN)


def test_every_copy_has_the_same_luck():
    luck = SpanLuck(3, range(2), copies=3)
    for day in (0, 1, 7):
        luck.day = day
        one = SpanLuck(3, range(2))
        one.day = day
        np.testing.assert_array_equal(
            luck.uniform("store.funnel.orders"), np.tile(one.uniform("store.funnel.orders"), 3)
        )
    np.testing.assert_array_equal(luck.fixed("a.b", 2), np.tile(SpanLuck(3, range(2)).fixed("a.b", 2), (1, 3)))
    assert luck.n_paths == 6 * BLOCK


@pytest.mark.parametrize(
    ("count", "blocks", "processes", "sizes"),
    [(51, 1, 2, [7, 7, 7, 8, 7, 7, 8]), (3, 1, 2, [1, 2]), (1, 1, 4, [1]), (5, 4, 1, [1, 2, 2]), (3, 16, 2, [1, 1, 1])],
)
def test_as_many_as_fit_a_span_and_work_for_every_process(count, blocks, processes, sizes):
    found = [SimpleNamespace(number=number) for number in range(count)]
    parts = shared_out(found, blocks, processes)
    assert [len(part) for part in parts] == sizes
    assert [each for part in parts for each in part] == found
