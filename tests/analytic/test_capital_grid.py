"""The capital found by searching against closed form and brute force, and against a shop that more money ruins."""

import numpy as np
import pytest

import sim
from sim.studies.capital import capital_needed
from sim.studies.capital_search import FOUND, KEY, NOT_MONOTONE, SMALL_BLOCKS
from sim.studies.trials import Trials

QUIET = {
    "horizon_days": 90,
    "wallet.insolvency": True,
    "store.fixed_costs.enabled": True,
    "store.fixed_costs.shopify_fee": 0,
    "store.fixed_costs.apps": 0,
    "store.fixed_costs.erp": 0,
    "store.fixed_costs.cdn": 0,
}
"""Bills on days 0, 30 and 60, of wages only."""

CLOSE = 1.02
"""Factor by which an answer may lie off the crossing of its own histories: it is read off a line between looks."""


@pytest.fixture(scope="module")
def bare():
    return sim.load("tests/analytic/scenarios/bare.yaml")


@pytest.mark.slow
def test_wages_alone_are_the_capital_needed(bare):
    # Without ads there are no sales: three months' wages, uniform from 0 to 1,000, need 2,850 for 19 shops in 20.
    wages = {"store.fixed_costs.staff": {"uniform": {"low": 0, "high": 1000}}}
    scenario = bare.with_({**QUIET, **wages, "store.budget.first_budget": 0, "store.budget.lowest": 0})
    (found,) = capital_needed(scenario, 0.05, worlds=2048, replicates=1, seed=3).answers
    assert found.status == FOUND
    drawn = sim.run(scenario, worlds=2048, replicates=1, seed=3).worlds["store.fixed_costs.staff"]
    exact = np.quantile(3 * drawn, 0.95)
    assert exact / CLOSE <= found.capital <= exact * CLOSE
    assert found.low < 2850 < found.high
    # The ranks of an order statistic: 0.95 less and plus 1.96 sqrt(.95 x .05 / 2,048).
    low, high = np.quantile(3 * drawn, [0.9406, 0.9594])
    assert low / CLOSE <= found.low <= low * CLOSE
    assert high / CLOSE <= found.high <= high * CLOSE
    for trial in (*found.curve, found.at):
        assert trial.ruin.estimate == pytest.approx(np.mean(3 * drawn[: int(trial.ruin.n)] > trial.capital), abs=1e-12)
    assert found.at.ruin.n == 2048
    assert all(trial.profit.estimate == 0 for trial in found.curve)


@pytest.mark.slow
def test_the_search_answers_within_the_interval_of_brute_force():
    # The article's store for two months: ads, payouts, returns, freezes.
    scenario = sim.load("configs/article.yaml", ["horizon_days=60", "store.fixed_costs.staff=0 to 400"])
    size = {"worlds": 256, "replicates": 4}
    (found,) = capital_needed(scenario, 0.05, strategies=["independent"], **size).answers
    assert found.status == FOUND
    assert found.rise is None
    step = 1.03
    capitals = np.exp(np.arange(np.log(found.low) - 0.15, np.log(found.high) + 0.15, np.log(step)))
    trials = Trials(sim.run(scenario, seed=1, **size), "independent", 1, SMALL_BLOCKS)
    lived = trials.at([{KEY: float(capital)} for capital in capitals], [trials.plan] * len(capitals))
    brute = [trials.sample.probability(each.ruined) for each in lived]

    def from_which_on(under):
        return capitals[max(position for position, ruin in enumerate(brute) if not under(ruin)) + 1]

    low = from_which_on(lambda ruin: ruin.low <= 0.05)
    middle = from_which_on(lambda ruin: ruin.estimate <= 0.05)
    high = from_which_on(lambda ruin: ruin.high <= 0.05)
    assert low < middle < high
    assert low <= found.capital <= high
    off = step * CLOSE
    for searched, tried in ((found.low, low), (found.capital, middle), (found.high, high)):
        assert tried / off <= searched <= tried * off


@pytest.mark.slow
def test_another_seeds_brute_force_agrees():
    scenario = sim.load("configs/article.yaml", ["horizon_days=60", "store.fixed_costs.staff=0 to 400"])
    size = {"strategies": ["independent"], "worlds": 512, "replicates": 2}
    a, b = (capital_needed(scenario, 0.1, seed=seed, **size).answers[0] for seed in (1, 2))
    assert a.capital != b.capital
    assert a.low < b.high
    assert b.low < a.high


def test_a_shop_that_more_money_ruins(bare):
    # Nobody advertises on 60 or less: no orders, no bills, no ruin. With some money every coin goes into ads and
    # goods until the refunds come; with plenty the losses of 40 days are bounded and paid.
    trap = {
        "horizon_days": 90,
        "wallet.insolvency": True,
        "store.budget.limit_by_cash": True,
        "store.budget.cash_reserve": 60,
        "store.acceptance.limit_by_cash": True,
        "store.returns.enabled": True,
        "store.returns.return_rate": 0.7,
        "store.returns.decision_days": 20,
        "store.returns.handling_cost": 30,
        "store.returns.salvage": 0,
        "store.meta.cpc": {"uniform": {"low": 0.5, "high": 1.5}},
    }
    scenario = bare.with_(trap)
    size = {"worlds": 128, "replicates": 2}
    (found,) = capital_needed(scenario, 0.05, between=(20.0, 30_000.0), **size).answers
    ruin = {trial.capital: trial.ruin.estimate for trial in found.curve}
    assert ruin[20.0] == 0.0
    assert ruin[30_000.0] == 0.0
    assert max(ruin.values()) > 0.5
    assert found.status == NOT_MONOTONE
    assert not found.to_dict()["monotone"]
    over = max(capital for capital, share in ruin.items() if share > 0.05)
    assert over < found.capital <= min(capital for capital in ruin if capital > over)
    assert found.at.capital == pytest.approx(found.capital, rel=0.1)
    assert found.at.ruin.low <= 0.05 <= found.at.ruin.high
