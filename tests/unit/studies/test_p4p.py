"""P4P on against off: which strategies are compared, with what, and what "paid" counts."""

import numpy as np
import pytest

import sim
from sim.studies.p4p import advertised, with_and_without_p4p

HEAD = ["horizon_days=60", "strategies={shop: [store], both: [alibaba, store], consumers: [aliexpress]}"]


def test_the_strategies_that_may_buy_clicks_are_compared():
    scenario = sim.load("configs/article.yaml", HEAD)
    assert advertised(scenario) == {"both": ["alibaba"], "consumers": ["aliexpress"]}
    assert advertised(scenario.with_({"alibaba.p4p.enabled": False})) == {"consumers": ["aliexpress"]}
    assert with_and_without_p4p(scenario.with_({"strategies": {"shop": ["store"]}})) == {}


def test_each_is_compared_with_itself_without_a_budget_on_the_same_paths():
    scenario = sim.load("configs/article.yaml", [*HEAD[:1], "strategies={consumers: [aliexpress]}"])
    found = with_and_without_p4p(scenario, worlds=64, replicates=2, seed=3)
    one, other = (
        sim.run(each, worlds=64, replicates=2, seed=3).record("consumers").monthly
        for each in (scenario, scenario.with_({"aliexpress.p4p.daily_budget": 0}))
    )
    assert one["ad_spend"][-1].min() > 0
    assert other["ad_spend"].max() == 0
    gap = found["consumers"]
    more = one["settled_profit"][-1].astype(float) - other["settled_profit"][-1]
    assert gap.money[-1].estimate == pytest.approx(more.mean())
    assert gap.beats.estimate == pytest.approx(np.mean(more > 0))
