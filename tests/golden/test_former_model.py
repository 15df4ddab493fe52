"""The model of version 0.2.0 inside today's: with all that came since switched off, its paths to the cent.

``former_model/<name>.json`` holds a scenario as version 0.2.0 resolved it, without owner's pay, and what 64 of its
paths came to: settled profit, cash, orders and money for ads, by month. `OFF` is what switches off what the model has
learnt since; where a new number has no switch, its value without effect.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from sim.scenario import Scenario
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

FORMER = Path(__file__).with_name("former_model")
PLAN = Plan(seed=1, worlds=32, replicates=2)
FIGURES = ("settled_profit", "cash", "orders", "ad_spend")

OFF: dict[str, object] = {
    "market.ad_price_november": 1.30,
    "market.ad_price_december": 1.35,
    "market.ad_price_january": 0.90,
    "market.demand_november": 1.30,
    "market.demand_december": 1.20,
    "store.paypal_reserve.enabled": False,
    "store.stripe_reserve.enabled": False,
    "alibaba.prices.mean_value": 600 * math.exp(1.1**2 / 2),
}
"""By dotted key."""

GONE = ("alibaba.prices.median_value",)
"""Keys of the former model that have another name now; `OFF` holds what they came to."""


def channels_of(mapping):
    return {channel for channels in mapping["strategies"].values() for channel in channels}


@pytest.mark.parametrize("name", ["article", "market", "dual"])
def test_with_all_new_parts_off_the_former_paths_come_out(name):
    kept = json.loads((FORMER / f"{name}.json").read_text(encoding="utf-8"))
    for key in GONE:
        channel, section, field = key.split(".")
        kept["scenario"].get(channel, {}).get(section, {}).pop(field, None)
    known = channels_of(kept["scenario"]) | {"market", "wallet"}
    off = [(key, value) for key, value in OFF.items() if key.split(".")[0] in known]
    records = simulate(Scenario.from_mapping(kept["scenario"], overrides=off), PLAN).records
    for strategy, figures in kept["paths"].items():
        for figure in FIGURES:
            now = records[strategy].monthly[figure]
            np.testing.assert_allclose(now, figures[figure], rtol=1e-6, atol=0.005, err_msg=f"{strategy} {figure}")
