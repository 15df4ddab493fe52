"""What a run says on the way: the final estimate of the paths done, early, and at no cost to the result."""

import dataclasses
import os
import re
import sys

import numpy as np
import pytest

import sim
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

WORLDS, REPLICATES = 600, 4  # 2,400 paths: two whole blocks and a part of a third


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/article.yaml", ["horizon_days=60"])


@pytest.fixture
def looked():
    found = []
    return found, found.append


def at_the_horizon(result):
    return {name: result.estimate_profit(name)[-1] for name in result.strategies}


def same(a, b):
    return a.keys() == b.keys() and all(
        dataclasses.astuple(a[name])[:4] == pytest.approx(dataclasses.astuple(b[name])[:4], rel=1e-12) for name in a
    )


def test_the_first_look_is_the_estimate_of_one_block_and_the_last_that_of_the_run(scenario, looked):
    looks, look = looked
    result = sim.run(scenario, worlds=WORLDS, replicates=REPLICATES, on_preview=look)
    assert len(looks) == 2
    assert same(looks[0], at_the_horizon(sim.run(scenario, worlds=256, replicates=REPLICATES)))
    assert same(looks[-1], at_the_horizon(result))
    assert not same(looks[0], looks[-1])


@pytest.mark.slow
def test_looking_changes_no_digit(scenario, looked):
    plain = sim.run(scenario, worlds=WORLDS, replicates=REPLICATES)
    assert sim.run(scenario, worlds=WORLDS, replicates=REPLICATES, on_preview=looked[1]).sha256 == plain.sha256


@pytest.mark.slow
def test_counts_say_the_same_as_paths(scenario, looked):
    looks, look = looked
    sim.run(scenario, worlds=WORLDS, replicates=REPLICATES, on_preview=look)
    sim.run(scenario, worlds=WORLDS, replicates=REPLICATES, keep="summary", on_preview=look)
    assert len(looks) == 4
    assert all(same(paths, counts) for paths, counts in zip(looks[:2], looks[2:], strict=True))


@pytest.mark.parametrize("size", [{"worlds": 8, "replicates": 1}, {"worlds": 256, "replicates": 4}])
def test_a_run_of_one_block_is_looked_at_once(scenario, looked, size):
    looks, look = looked
    result = sim.run(scenario, **size, on_preview=look)
    assert len(looks) == 1
    assert same(looks[0], at_the_horizon(result))


@pytest.mark.slow
def test_nothing_is_said_where_not_all_paths_count(scenario, looked):
    looks, look = looked
    conditioned = sim.load(
        "configs/article.yaml", ["horizon_days=60", "condition=['independent.acos[1] between 0.1 and 2']"]
    )
    sim.run(conditioned, worlds=256, on_preview=look)
    sim.run(scenario, worlds=256, precision=0.2, on_preview=look)
    even = sim.load("configs/article.yaml", ["horizon_days=30", "sampling=sobol", "strategies={independent: [store]}"])
    sim.run(even, worlds=8192, replicates=1, on_preview=look)
    assert looks == []


def test_the_engine_shows_each_span_in_order(scenario):
    seen = []
    run = simulate(scenario, Plan(1, WORLDS, REPLICATES), watch=seen.append)
    for name, record in run.records.items():
        shown = np.concatenate([part[name].monthly["settled_profit"] for part in seen], axis=1)
        np.testing.assert_array_equal(shown, record.monthly["settled_profit"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs POSIX")
def test_a_terminal_sees_a_first_impression_before_the_answer(tmp_path):
    words = ["run", "configs/article.yaml", "--set", "horizon_days=30", "--worlds", "300", "--jobs", "1"]
    call = [sys.executable, "-c", "from sim.cli.app import main; main()", *words, "--out", str(tmp_path / "run")]
    master, slave = os.openpty()
    process = os.posix_spawn(
        sys.executable,
        call,
        os.environ | {"COLUMNS": "160", "TERM": "xterm"},
        file_actions=[(os.POSIX_SPAWN_DUP2, slave, 1), (os.POSIX_SPAWN_DUP2, slave, 2)],
    )
    os.close(slave)
    said = b""
    while True:
        try:
            more = os.read(master, 65536)
        except OSError:  # Linux ends a terminal whose last writer has gone with an error
            break
        if not more:
            break
        said += more
    os.close(master)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    text = said.decode()
    assert re.search(r"first impression: own store [<\d]", text)
    assert text.index("first impression") < text.index("histories of each way") < text.index("written to")
