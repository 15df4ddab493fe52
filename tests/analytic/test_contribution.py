"""The contribution per order of the reference table, from YAML alone, to 1e-9."""

import pytest

import sim
from sim.business.ledger import PROFIT_KINDS
from sim.simulation.engine import prepare
from sim.simulation.plan import Plan

CASES = [
    *((85, 0.15, 16.9725), (85, 0.20, 13.385), (85, 0.30, 6.21)),
    *((159, 0.15, 43.5015), (159, 0.20, 37.139), (159, 0.30, 24.414)),
]


def live(scenario, days):
    """Run one block for some days and return the strategy and the orders taken."""
    environment, (strategy,), luck = prepare(scenario, Plan(worlds=64, replicates=16), range(1))
    orders = 0.0
    for day in range(days):
        luck.day = day
        environment.step(day)
        strategy.live(environment)
        orders = orders + strategy.channels[0].today.orders
    return strategy, orders


@pytest.mark.parametrize(("value", "returns", "contribution"), CASES)
def test_contribution_before_ads_per_order(value, returns, contribution):
    overrides = [f"store.prices.mean_value={value}", f"store.returns.return_rate={returns}"]
    scenario = sim.load("tests/analytic/scenarios/contribution.yaml", overrides)
    days = 45
    strategy, orders = live(scenario, days)
    before_ads = strategy.ledger.profit(PROFIT_KINDS) + 30.0 * days
    assert orders == pytest.approx(30.0 * 0.02 * days, abs=1e-9)
    assert before_ads / orders == pytest.approx(contribution, abs=1e-9)


def test_break_even_acos_stays_below_the_stated_bound_at_any_order_value():
    """At margin 50% and 20% returns no order value bears an ACoS of 32.1%."""
    shares = []
    for value in (50, 100, 400, 3000):
        overrides = [f"store.prices.mean_value={value}", "store.returns.return_rate=0.2"]
        strategy, orders = live(sim.load("tests/analytic/scenarios/contribution.yaml", overrides), 20)
        shares.append(((strategy.ledger.profit(PROFIT_KINDS) + 600.0) / orders / value)[0])
    assert shares == sorted(shares)
    assert 0.30 < shares[-1] < 0.321
