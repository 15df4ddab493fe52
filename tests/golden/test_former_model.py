"""The model of version 0.2.0 inside today's: with all that came since switched off, its paths to the cent.

``former_model/<name>.json`` holds a scenario as version 0.2.0 resolved it, without owner's pay, and what 64 of its
paths came to: settled profit, cash, orders and money for ads, by month. `former.OFF` is what switches off what the
model has learnt since; where a new number has no switch, its value without effect.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from sim.scenario import Scenario
from sim.scenario.former import as_saved
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

FORMER = Path(__file__).with_name("former_model")
PLAN = Plan(seed=1, worlds=32, replicates=2)
FIGURES = ("settled_profit", "cash", "orders", "ad_spend")


@pytest.mark.parametrize("name", ["article", "market", "dual"])
def test_with_all_new_parts_off_the_former_paths_come_out(name):
    kept = json.loads((FORMER / f"{name}.json").read_text(encoding="utf-8"))
    with pytest.warns(UserWarning, match=r"owner_pay\.keep_cash: saved by an earlier version"):
        saved = as_saved(kept["scenario"])
    records = simulate(Scenario.from_mapping(saved), PLAN).records
    for strategy, figures in kept["paths"].items():
        for figure in FIGURES:
            now = records[strategy].monthly[figure]
            np.testing.assert_allclose(now, figures[figure], rtol=1e-6, atol=0.005, err_msg=f"{strategy} {figure}")
