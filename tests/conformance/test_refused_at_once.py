"""What cannot be answered is refused when it is said: nothing is simulated, and the message says what would do."""

import re

import pytest

import sim
from sim.simulation import engine
from tests.builders import command, write_sweep


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/article.yaml", ["horizon_days=30"])


@pytest.fixture(scope="module")
def result(scenario):
    return sim.run(scenario, worlds=256, replicates=1)


@pytest.fixture
def nothing_runs(monkeypatch, result):
    def simulates(*_asked):
        raise AssertionError("it was simulated")

    monkeypatch.setattr(engine, "simulate_span", simulates)


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        ({"n_jobs": 0}, "give 1 and up, or -1 for all cores"),
        ({"n_jobs": 1.5}, "n_jobs must be a whole number"),
        ({"backend": "threads"}, "give one of: auto, loky, threading"),
        ({"worlds": 0}, "must be at least 1"),
        ({"replicates": 3}, "replicates must divide 1024"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"keep": "all"}, "give one of: paths, summary"),
        ({"precision": 2}, "as 0.01 for ±1 point"),
        ({"max_paths": 100}, "give one of them too"),
        ({"precision": 0.1, "max_paths": 0}, "must be at least 1"),
        ({"on_progress": 3}, "on_progress: found 3; give a function"),
        ({"on_preview": "look"}, "on_preview: found 'look'; give a function"),
    ],
)
def test_a_run(nothing_runs, scenario, asked, remedy):
    with pytest.raises((ValueError, TypeError), match=re.escape(remedy)):
        sim.run(scenario, **asked)


@pytest.mark.parametrize(
    ("ask", "remedy"),
    [
        (lambda scenario: sim.compare({"a": scenario, "b": scenario}, n_jobs=0), "give 1 and up"),
        (
            lambda scenario: sim.compare({"a": scenario, "b": scenario.with_({"horizon_days": 60})}),
            "make them the same",
        ),
        (lambda scenario: sim.readings(scenario, n_jobs=-2), "give 1 and up"),
        (lambda scenario: sim.capital_needed(scenario, n_jobs=0), "give 1 and up"),
        (lambda scenario: sim.capital_needed(scenario, strategies=["shop"]), "there are: independent, alibaba"),
        (lambda scenario: sim.capital_needed(scenario, 5), "give a share between 0 and 1"),
        (lambda scenario: sim.explore(scenario, language="de"), "give one of: en, zh"),
    ],
)
def test_a_study(nothing_runs, scenario, ask, remedy):
    with pytest.raises(ValueError, match=re.escape(remedy)):
        ask(scenario)


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        ({"n_jobs": 0}, "give 1 and up"),
        ({"backend": "threads"}, "give one of: loky, dask"),
        ({"backend": "dask"}, "give the scheduler's address too"),
        ({"scheduler": "tcp://host:8786"}, "add it, or leave the address away"),
    ],
)
def test_a_sweep(nothing_runs, tmp_path, asked, remedy):
    with pytest.raises(ValueError, match=re.escape(remedy)):
        sim.run_sweep(sim.load_sweep(write_sweep(tmp_path)), tmp_path / "s", **asked)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("ask", "remedy"),
    [
        (lambda result: result.given("independent.orders[1] >= 100000"), "ask for what lies in that range"),
        (lambda result: result.given("shop.orders[1] >= 1"), "there are: independent, alibaba"),
        (lambda result: result.statement("shop"), "there are: independent, alibaba"),
        (lambda result: result.statement("dual", "balance"), "profit_and_loss, cash_flow"),
        (lambda result: result.estimate_profit("dual", "gross_profit"), "settled_profit"),
        (lambda result: result.estimate_profit("dual", level=95), "as 0.95"),
        (lambda result: result.compare("dual", "shop"), "there are: independent, alibaba"),
        (lambda result: result.compare("dual", "alibaba", 9), "months run from 1 to 1"),
        (lambda result: result.plot.funnel("shop"), "there are: independent, alibaba"),
        (lambda result: result.plot.final_profit(["dual", "shop"]), "there are: independent, alibaba"),
        (lambda result: result.plot.path_calendar(256), "paths run from 0 to 255"),
        (lambda result: result.plot.path_calendar(0, theme="pink"), "there are: light, dark"),
        (lambda result: result.plot.path_calendar(0, language="de"), "give one of: en, zh"),
        (sim.learn, "needs 2 replicates a world or more: run with 4"),
    ],
)
def test_a_question_to_a_result(nothing_runs, result, ask, remedy):
    with pytest.raises((ValueError, KeyError), match=re.escape(remedy)):
        ask(result)


@pytest.mark.parametrize(
    ("words", "remedy"),
    [(("--replicates", "1"), "run with 4"), (("--worlds", "8"), "shares of variance need 256 worlds")],
)
def test_learning_by_the_command(nothing_runs, monkeypatch, capsys, words, remedy):
    ended = command(monkeypatch, capsys, "learn", "configs/article.yaml", *words)
    assert ended.status == 2
    assert remedy in " ".join(ended.err.split())
