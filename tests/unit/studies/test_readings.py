"""Model doubt: paired with the scenario as it stands, one change at a time."""

import io
import json

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

import sim
from sim.estimates import EstimateRefused, Sample
from sim.results.outcomes import profitable
from sim.results.recommendation import recommend_over
from sim.studies.readings import largest, readings_of
from sim.studies.readings_screen import moves_table, readings_screen
from sim.text.labels import speaker
from tests import builders

CAPITAL = "wallet.capital"
MARGIN = "store.goods.gross_margin"
SIZE = {"worlds": 256, "replicates": 2, "seed": 3}


def scenario(*changes):
    doubts = f"doubts=[[{MARGIN}, 0.3, 0.8], [{CAPITAL}, 2000, 10000], [aliexpress.deposit.amount, 1, 2]]"
    strategies = "strategies={independent: [store], alibaba: [alibaba]}"
    return sim.load("configs/article.yaml", ["horizon_days=60", strategies, doubts, *changes])


@pytest.fixture(scope="module")
def found():
    return sim.readings(scenario(), **SIZE)


def of(found, name, option):
    return next(each for each in found.tried if (each.variant.name, each.variant.option) == (name, option))


def test_differences_are_those_of_two_runs_on_the_same_paths(found):
    base = sim.run(scenario(), **SIZE)
    other = sim.run(scenario(f"{MARGIN}=0.8"), **SIZE)
    shift = of(found, MARGIN, 0.8).shifts["independent"]
    records = other.record("independent"), base.record("independent")
    hits = [profitable(record)[-1] for record in records]
    money = [record.monthly["profit_after_owner_pay"][-1].astype(float) for record in records]
    assert shift.chance_difference == Sample(2).difference(*hits)
    assert shift.chance_difference.estimate == pytest.approx(hits[0].mean() - hits[1].mean())
    worlds = (money[0] - money[1]).reshape(-1, 2).mean(axis=1)
    assert shift.expected_difference.estimate == pytest.approx(worlds.mean())
    error = worlds.std(ddof=1) / np.sqrt(256)
    assert shift.expected_difference.high - worlds.mean() == pytest.approx(error * 1.969, rel=1e-3), "over worlds"
    assert shift.chance.estimate == hits[0].mean()


def test_a_strategy_that_is_not_touched_is_left_as_it_is(found):
    assert list(of(found, MARGIN, 0.3).shifts) == ["independent"]
    assert list(of(found, CAPITAL, 2000.0).shifts) == ["independent", "alibaba"]
    frame = found.to_frame()
    rows = frame[(frame["name"] == MARGIN) & (frame["strategy"] == "alibaba")]
    assert not rows["touched"].any()
    assert (rows[["chance_difference", "expected_difference_high"]] == 0.0).all(axis=None)


def test_the_recommendation_is_that_of_the_whole_variant(found):
    for option in (0.3, 0.8):
        whole = sim.run(scenario(f"{MARGIN}={option}"), **SIZE)
        assert of(found, MARGIN, option).recommendation == whole.recommendation()
    assert found.recommendation == sim.run(scenario(), **SIZE).recommendation()
    assert sum(found.first.values()) == len(found.tried)


def test_what_moves_most_comes_first(found):
    assert [largest(each) for each in found.tried] == sorted(map(largest, found.tried), reverse=True)


def test_a_run_at_hand_gives_the_same(found):
    assert readings_of(sim.run(scenario(), **SIZE)).to_dict() == found.to_dict()
    with pytest.raises(EstimateRefused, match="--keep paths"):
        readings_of(sim.run(scenario(), keep="summary", worlds=64))


@pytest.mark.slow
def test_under_a_condition_the_paths_that_agree_as_things_stand_count():
    condition = "condition=['independent.orders[1] >= 12']"
    found = sim.readings(scenario(condition), worlds=256, replicates=4)
    base = sim.run(scenario(condition), worlds=256, replicates=4)
    other = sim.run(scenario(f"{MARGIN}=0.8"), **base.plan.size)
    tried = of(found, MARGIN, 0.8)
    assert tried.recommendation == recommend_over(other.records, base.sample)
    hits = [profitable(result.record("independent"))[-1][base.sample.mask] for result in (other, base)]
    assert tried.shifts["independent"].chance_difference.estimate == pytest.approx(hits[0].mean() - hits[1].mean())


@pytest.mark.slow
def test_evenly_spread_worlds_have_intervals_over_scrambles():
    gain = "store.improvement.gain"
    even = scenario("sampling=sobol", "horizon_days=30", f"doubts=[[{MARGIN}, 0.3, 0.8], [{gain}, 0.5, 2]]")
    found = sim.readings(even, worlds=4096, replicates=1)
    left_out = {each.name for each in found.left_out}
    assert gain in left_out, "a number that becomes known changes the worlds"
    assert MARGIN not in left_out, "unless it is coupled, and drawn all the same"
    shifts = [shift for each in found.tried for shift in each.shifts.values()]
    assert all("scramble" in shift.expected_difference.method for shift in shifts)
    # A chance that hardly moves has too few scrambles that tell: then it says what it did instead.
    told = [shift.chance_difference.method for shift in shifts]
    assert {"as if worlds were random" in method for method in told if "scramble" not in method} <= {True}
    assert any("scramble" in method for method in told)


@pytest.mark.slow
def test_progress_rises_to_the_end():
    steps = []
    sim.readings(scenario(), worlds=32, replicates=1, on_progress=lambda done, total: steps.append((done, total)))
    done, totals = zip(*steps, strict=True)
    assert len(set(totals)) == 1
    assert list(done) == sorted(done)
    assert done[-1] == totals[-1]


def test_plain_data_is_json_and_shows_again(found):
    kept = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    for language in ("en", "zh"):
        assert printed(kept, language) == printed(found.to_dict(), language)
    assert "<pre" in found._repr_html_()


def printed(content, language="en", width=80):
    console = Console(file=io.StringIO(), width=width)
    console.print(readings_screen(content, language))
    return console.file.getvalue()


def test_the_screen_fits_eighty_columns_in_both_languages(found):
    for language in ("en", "zh"):
        page = printed(found.to_dict(), language)
        assert max(map(cell_len, page.splitlines())) <= 80
        assert "…" not in page
    assert "Not tried, aliexpress.deposit.amount = 1: no strategy sells by aliexpress." in " ".join(
        printed(found.to_dict()).split()
    )


def test_every_figure_in_its_place():
    content = builders.model_doubt()
    table = moves_table(content, speaker("en"), "chance")
    assert [column.header for column in table.columns] == [
        *("read or judged otherwise", "to be taken", "own store", "AliExpress"),
    ]
    assert table.rows == [
        ("F26, margin 50%: after freight", "own store", "+12.0 ±3.0", "–"),
        ("aliexpress.deposit.amount = 1200", "do nothing", "–", "−4.0 ±1.0"),
    ]
    money = moves_table(content, speaker("en"), "expected")
    assert [row[2:] for row in money.rows] == [("+1,500 ±200", "–"), ("–", "−300 ±50")]
    page = " ".join(printed(content).split())
    assert "Tried 2 readings and judgements, one at a time. To be taken: own store under 1; do nothing under 1." in page
    assert (
        "Most is moved by F26, margin 50%: after freight: the chance of a profit with own store by +12.0 ±3.0" in page
    )


def test_p4p_that_does_not_pay_is_to_be_left_off():
    content = builders.model_doubt()
    gap = {"gain": {"estimate": 2427.0, "low": 2362.0, "high": 2492.0}, "better": {"estimate": 0.97}}
    content["better_without_p4p"] = {"aliexpress": gap}
    page = " ".join(printed(content).split())
    assert "AliExpress: leave P4P off: it costs 2,427 [2,362, 2,492] USD on average; 97 of 100 histories" in page
    assert "不要投 P4P：平均损失 2,427 [2,362, 2,492] USD" in printed(content, "zh", 400)


def test_what_p4p_costs_is_the_difference_of_two_runs():
    alone = sim.load("configs/article.yaml", ["horizon_days=60", "strategies={x: [aliexpress]}", "doubts=[]"])
    found = sim.readings(alone, **SIZE).to_dict()["better_without_p4p"]["x"]
    runs = (sim.run(each, **SIZE) for each in (alone.with_({"aliexpress.p4p.daily_budget": 0}), alone))
    less, more = (result.record("x").monthly["settled_profit"][-1].astype(float) for result in runs)
    assert found["gain"]["estimate"] == pytest.approx((less - more).mean())
    assert found["gain"]["low"] > 0
    assert found["better"]["estimate"] == pytest.approx((less > more).mean())


def test_a_scenario_without_open_readings_says_so():
    own = ["aliexpress.visits.enabled=false", "doubts=[]"]  # AliExpress's only reading is of its free visits
    alone = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={mine: [aliexpress]}", *own])
    found = sim.readings(alone, worlds=32, replicates=1)
    assert found.tried == ()
    assert "No reading is open in this scenario" in printed(found.to_dict())
