"""Which strategy to take, or none: the rule by hand, and the same answer wherever it is asked for."""

import dataclasses
import json

import numpy as np
import pytest
from scipy import stats

import sim
from sim.results.recommendation import Candidate, candidates_in, recommend
from tests import builders

AFTER_PAY = "profit_after_owner_pay"


def told(low, middle, high, chance=0.4):
    return Candidate({"estimate": middle, "low": low, "high": high}, {"estimate": chance})


@pytest.mark.parametrize(
    ("candidates", "strategy", "leading", "reason"),
    [
        ({"a": told(100, 300, 500), "b": told(50, 400, 750)}, "b", "b", "gain"),
        ({"a": told(100, 300, 500), "b": told(-50, 400, 850)}, None, "b", "not_told_from_nothing"),
        ({"a": told(0.0, 300, 600)}, None, "a", "not_told_from_nothing"),
        ({"a": told(-900, -500, 0.0)}, None, "a", "not_told_from_nothing"),
        ({"a": told(-900, -500, -100), "b": told(-400, -200, -1)}, None, "b", "loss"),
        ({"a": told(None, 300, None)}, None, "a", "no_interval"),
        ({"a": told(1, 2, 3), "b": told(1, 2, 3)}, "a", "a", "gain"),
        # Another is likelier: money decides, not how often.
        ({"a": told(1, 2, 3, 0.9), "b": told(2, 3, 4, 0.1)}, "b", "b", "gain"),
    ],
)
def test_the_rule(candidates, strategy, leading, reason):
    found = recommend(candidates)
    assert (found["strategy"], found["leading"], found["reason"]) == (strategy, leading, reason)
    assert (found["expected"], found["chance"]) == tuple(candidates[leading][:2])
    assert found["named"] == leading
    assert found["among"] == len(candidates)


@pytest.mark.parametrize(
    ("before_pay", "named"), [((-2000.0, 4311.0), "b"), ((300.0, -50.0), "a"), ((None, 4311.0), "a")]
)
def test_where_all_lose_the_one_nearest_to_a_profit_before_pay_is_named(before_pay, named):
    """Who soon gives up loses least, for his pay ends too; why he loses helps nobody."""
    pays = (told(-2100, -2000, -1900), told(-4000, -3700, -3400))
    candidates = {
        name: pay._replace(before_pay=before) for name, pay, before in zip("ab", pays, before_pay, strict=True)
    }
    found = recommend(candidates)
    assert (found["strategy"], found["leading"], found["named"]) == (None, "a", named)


def test_a_run_by_hand():
    """After pay the shop ends with path - 13.5, which is 6 on average over paths 0 to 39, in worlds of two."""
    found = builders.small_run().recommendation()
    worlds = np.arange(40).reshape(20, 2).mean(axis=1) - 13.5
    half = stats.t.ppf(0.975, 19) * worlds.std(ddof=1) / np.sqrt(20)
    assert (found["strategy"], found["leading"], found["reason"]) == ("shop", "shop", "gain")
    assert found["expected"]["estimate"] == pytest.approx(6.0)
    assert found["expected"]["low"] == pytest.approx(6.0 - half)
    # Above 0 are paths 14 to 39, three of them ruined by then: their money counts, but they are in no profit.
    assert found["chance"]["estimate"] == pytest.approx((26 - 3) / 40)


def test_doing_nothing_where_the_interval_holds_nothing():
    run = builders.small_run()
    monthly = {
        name: {**record.monthly, AFTER_PAY: record.monthly[AFTER_PAY] - 4} for name, record in run.records.items()
    }
    poorer = {name: dataclasses.replace(record, monthly=monthly[name]) for name, record in run.records.items()}
    found = dataclasses.replace(run, records=poorer).recommendation()
    assert found["expected"]["low"] < 0 < found["expected"]["estimate"]
    assert (found["strategy"], found["leading"]) == (None, "shop")


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/article.yaml", ["horizon_days=60"])


def test_paths_and_counts_recommend_the_same(scenario):
    size = {"worlds": 128, "replicates": 4}
    kept, counted = (sim.run(scenario, keep=keep, **size).recommendation() for keep in ("paths", "summary"))
    assert (kept["strategy"], kept["leading"], kept["reason"]) == (
        counted["strategy"], counted["leading"], counted["reason"],
    )  # fmt: skip
    for name in ("expected", "chance"):
        for end in ("estimate", "low", "high"):
            assert kept[name][end] == pytest.approx(counted[name][end], rel=1e-6)


def test_the_summary_holds_it_and_what_it_rests_on(scenario):
    summary = sim.run(scenario, worlds=64).summary()
    assert summary["recommendation"] == recommend(candidates_in(summary["strategies"]))
    json.dumps(summary, allow_nan=False)


def test_one_world_cannot_tell(scenario):
    found = sim.run(scenario, worlds=1).recommendation()
    assert (found["strategy"], found["reason"]) == (None, "no_interval")
    assert found["expected"]["low"] is None


def test_one_strategy_alone(scenario):
    found = sim.run(scenario.with_({"strategies": {"mine": ["store"]}}), worlds=64).recommendation()
    assert (found["leading"], found["among"]) == ("mine", 1)


def test_under_a_condition_the_paths_that_agree_count():
    run = sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=1024, replicates=2)
    rich = run.given("independent.settled_profit[1] >= -500")
    kept = run.record("independent").monthly["settled_profit"][0] >= -500
    assert 0 < kept.sum() < kept.size
    found = rich.recommendation()
    of_all = {name: record.monthly[AFTER_PAY][1][kept].mean(dtype=float) for name, record in run.records.items()}
    assert found["leading"] == max(of_all, key=of_all.get)
    assert found["expected"]["estimate"] == pytest.approx(of_all[found["leading"]])
    with pytest.raises(sim.estimates.EstimateRefused, match="nothing is concluded"):
        builders.small_run().given("shop.settled_profit[2] >= 10").recommendation()


@pytest.mark.slow
def test_with_evenly_spread_worlds_the_interval_is_over_scrambles():
    even = sim.load("configs/article.yaml", ["horizon_days=30", "sampling=sobol"])
    found = sim.run(even, worlds=4096, replicates=1).recommendation()
    assert "scrambles" in found["expected"]["method"]
    assert found["expected"]["n"] == 16


def test_a_run_that_was_saved_says_the_same_and_an_older_one_is_completed(scenario, tmp_path):
    result = sim.run(scenario, worlds=64)
    result.save(tmp_path / "run")
    saved = sim.read(tmp_path / "run")
    assert saved.summary()["recommendation"] == result.summary()["recommendation"]
    assert saved.recommendation() == result.recommendation()
    older = dict(result.summary())
    del older["recommendation"]
    for told_of in older["strategies"].values():
        del told_of[AFTER_PAY]
    completed = dataclasses.replace(saved, saved_summary=older).summary()
    assert completed == result.summary()
    assert "recommendation" not in older, "what was saved stays as it was"
