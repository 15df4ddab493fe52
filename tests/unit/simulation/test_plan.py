"""How much is simulated: sizes that cannot be are refused, replicates stand side by side, books are checked."""

import json
import re

import numpy as np
import pytest

import sim
from sim.randomness.streams import BLOCK
from sim.simulation.engine import simulate_parts, simulate_span, span_worlds
from sim.simulation.plan import Plan, PlanError
from sim.simulation.worlds import draw_worlds


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"worlds": 0}, "worlds and replicates must be at least 1"),
        ({"replicates": 0}, "worlds and replicates must be at least 1"),
        ({"replicates": 3}, "replicates must divide 1024"),
        ({"replicates": 2048}, "replicates must divide 1024"),
        ({"worlds": 2**31, "replicates": 1}, "at most 2,147,483,647"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"seed": True}, "seed must be a whole number .found True"),
        ({"seed": None}, "seed must be a whole number .found None"),
        ({"worlds": 2.5}, "worlds must be a whole number .found 2.5"),
        ({"worlds": "256"}, "worlds must be a whole number .found '256'"),
        ({"replicates": float("nan")}, "replicates must be a whole number .found nan"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(sizes, message):
    with pytest.raises(PlanError, match=message):
        Plan(**sizes)


def test_the_largest_and_the_smallest_plan_can_be():
    assert Plan(seed=0, worlds=2**31 - 1, replicates=1).blocks == 2**21
    assert Plan(seed=0, worlds=1, replicates=BLOCK).blocks == 1


def test_a_whole_number_is_one_whoever_counted_it():
    plan = Plan(np.int64(7), 1e3, np.float32(4))
    assert plan == Plan(7, 1000, 4)
    assert json.dumps([plan.seed, plan.worlds, plan.replicates]) == "[7, 1000, 4]"


@pytest.mark.parametrize(
    ("helpers", "message"),
    [
        ({"n_jobs": 0}, "n_jobs: found 0; give 1 and up, or -1 for all cores"),
        ({"n_jobs": -2}, "n_jobs: found -2; give 1 and up, or -1 for all cores"),
        ({"n_jobs": 1.5}, "n_jobs must be a whole number (found 1.5)"),
        ({"backend": "dask"}, "backend: found 'dask'; give one of: auto, loky, threading"),
    ],
)
def test_helpers_that_cannot_be_are_refused_where_none_are_needed_too(helpers, message):
    scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={independent: [store]}"])
    for keep in ("paths", "summary"):
        with pytest.raises(PlanError, match=re.escape(message)):
            sim.run(scenario, worlds=16, replicates=4, keep=keep, **helpers)


@pytest.mark.parametrize("replicates", [1, 8])
def test_each_world_is_given_to_its_replicates_wherever_the_span_begins(replicates):
    scenario, plan = (
        sim.load("configs/article.yaml"),
        Plan(seed=3, worlds=4 * BLOCK // replicates, replicates=replicates),
    )
    drawn = draw_worlds(scenario, plan.seed, 0, plan.worlds)
    span = span_worlds(scenario, plan, range(2, 4))
    assert len(span) > 20
    for name, values in span.items():
        expected = [drawn[name][path // replicates] for path in range(2 * BLOCK, 4 * BLOCK)]
        np.testing.assert_array_equal(values, expected, err_msg=name)


@pytest.mark.parametrize(("every_day", "days"), [(False, [29]), (True, list(range(30)))])
def test_the_books_are_checked_on_the_last_day_and_where_asked_on_every_day(monkeypatch, every_day, days):
    checked = []
    monkeypatch.setattr(
        "sim.simulation.engine.audit", lambda strategy, day, first_path: checked.append((day, first_path))
    )
    scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={independent: [store]}"])
    simulate_span(scenario, Plan(worlds=2 * BLOCK, replicates=1, audit=every_day), range(1, 2))
    assert checked == [(day, BLOCK) for day in days]


def test_of_the_last_block_only_the_paths_that_were_asked_for_are_kept():
    scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={independent: [store]}"])
    plan = Plan(worlds=BLOCK + 76, replicates=1)
    parts = simulate_parts(scenario, plan, lambda found: found["independent"].monthly["cash"].shape[1], span_blocks=1)
    assert list(parts) == [BLOCK, 76]
