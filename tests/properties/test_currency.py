"""The currency a seller counts in changes every amount and nothing else: no mechanism knows a sum in dollars."""

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

RATE = 8.0
"""A power of two: products with it are exact."""

STRATEGIES = {"store": ["store"], "alibaba": ["alibaba"], "aliexpress": ["aliexpress"], "dual": ["alibaba", "store"]}
AMOUNTS = {
    *("ad_spend", "gross_sales", "paid_sales", "refunds", "cost_of_goods", "cash", "refused_ads", "refused_orders"),
    *("operating_profit", "cumulative_profit", "settled_profit", "profit_after_owner_pay"),
}


def months(**keys):
    scenario = Scenario.from_mapping({"name": "plan", "horizon_days": 120, "strategies": STRATEGIES} | keys)
    return simulate(scenario, Plan(seed=11, worlds=256, replicates=4)).records


@pytest.mark.slow
def test_yuan_for_dollars_is_eight_times_everything():
    dollars = months(exchange_rates={"CNY": RATE})
    yuan = months(currency="CNY", exchange_rates={"USD": 1 / RATE})
    for strategy, record in dollars.items():
        for name, values in record.monthly.items():
            asked = values * (RATE if name in AMOUNTS else 1.0)
            scale = 1.0 + np.abs(asked).max()
            # A count may turn on the last bit of an amount: one path in a thousand at most.
            off = (np.abs(yuan[strategy].monthly[name] - asked) > 1e-5 * scale).any(axis=0)
            assert off.mean() <= 1e-3, (strategy, name, off.mean())
        assert record.monthly["gross_sales"].sum() > 0
