"""Every number that can be set, at each end of its range alone: an answer without a nan, or a refusal with a remedy."""

import math
import warnings

import numpy as np
import pytest

from sim.scenario import Scenario
from sim.scenario.problems import ScenarioError
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from tests.keys import KEYS, in_use, this_part

PLAN = Plan(worlds=64, replicates=4)
NUMBERS = [key for key, (parameter, _) in KEYS.items() if parameter.form in ("number", "delay")]
TINY, HUGE = 1e-12, 1e12


def ends(parameter):
    """Return both ends of a range; just above 0 where it begins there, a huge number where it is open."""
    low = [parameter.low] if parameter.low else [0.0, TINY]
    return [*low, HUGE if math.isinf(parameter.high) else parameter.high]


def read(head, overrides):
    """Return the scenario and nothing, or nothing and why there is none."""
    try:
        return Scenario.from_mapping(head, overrides=overrides), ""
    except ScenarioError as error:
        return None, str(error)


@pytest.mark.slow
@pytest.mark.parametrize("key", this_part(NUMBERS))
def test_an_end_is_handled_or_refused(key):
    parameter, _ = KEYS[key]
    channels, changes = in_use(key)
    head = {"name": "every-end", "horizon_days": 60, "strategies": {"all": list(channels)}}
    for end in ends(parameter):
        scenario, refusal = read(head, [*changes.items(), (key, end)])
        if scenario is None:
            assert key.rpartition(".")[2] in refusal
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            record = simulate(scenario, PLAN).records["all"]
        for table, rows in record.groups():
            for name, row in rows.items():
                may_be_infinite = name in ("ruin_day", "first_stable_month")
                assert (~np.isnan(row) if may_be_infinite else np.isfinite(row)).all(), (key, end, table, name)
