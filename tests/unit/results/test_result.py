"""What a result gives: its frames, statements and comparisons, read off a run that was made by hand."""

import copy
import pickle
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.estimates import EstimateRefused, conditioned
from sim.scenario.conditions import ConditionError
from sim.simulation.convergence import Goal, Stop
from tests.builders import PATHS, small_run

CASH_LINES = ["cash at the beginning", "received", "cash at the end"]


@pytest.fixture
def result():
    return small_run()


def test_the_monthly_frame_has_a_row_a_strategy_month_and_path(result):
    frame = result.monthly
    assert len(frame) == 2 * 2 * 40
    row = frame[(frame["strategy"] == "platform") & (frame["month"] == 2) & (frame["path"] == 7)]
    assert row["settled_profit"].tolist() == [7 - 9.5 - 10]
    assert row["clicks"].tolist() == [150]


def test_the_frame_of_paths_names_world_and_replicate(result):
    frame = result.paths
    row = frame[(frame["strategy"] == "shop") & (frame["path"] == 7)]
    assert row[["world", "replicate"]].to_numpy().tolist() == [[3, 1]]
    assert row["settled_profit"].tolist() == [7 - 9.5]
    assert row["peak_funding"].tolist() == [107]
    assert result.worlds_frame.to_dict("list") == {"world": list(range(20)), "market.demand": list(range(20))}


def test_a_result_that_did_not_get_as_sharp_as_was_asked_says_so(result):
    stop = Stop(Goal(0.01, 40), 20, False, 0.2)
    first = repr(replace(result, stop=stop)).splitlines()[0]
    assert first.endswith("20 worlds x 2, seed 1, to month 2, NOT CONVERGED>")
    assert "CONVERGED" not in repr(replace(result, stop=replace(stop, converged=True))) + repr(result)


def test_chances_come_by_strategy_month_reading_and_level(result):
    frame = result.probability_of_profit("cumulative_profit", 0.8)
    assert frame["strategy"].tolist() == ["shop"] * 2 + ["platform"] * 2
    assert frame["month"].tolist() == [1, 2] * 2
    assert (40 * frame["estimate"][:2]).tolist() == pytest.approx([13, 32])
    assert set(frame["level"]) == {0.8}
    wide = result.probability_of_profit("cumulative_profit")
    assert (wide["high"] - wide["low"] > frame["high"] - frame["low"]).all()


@pytest.mark.parametrize(("month", "shop", "platform"), [(1, 8, 0), (2, 27, 20), (None, 27, 20)])
def test_strategies_are_compared_at_the_end_of_a_month(result, month, shop, platform):
    result.records["platform"].monthly["settled_profit"][0] -= 90.0
    there, back = result.compare("shop", "platform", month), result.compare("platform", "shop", month)
    assert 40 * there["probability"].estimate == pytest.approx(shop - platform)
    assert there["money"].estimate == pytest.approx(100.0 if month == 1 else 10.0)
    assert there["a_beats_b"].estimate == 1.0
    assert [back[name].estimate for name in ("probability", "money", "a_beats_b")] == pytest.approx(
        [-there["probability"].estimate, -there["money"].estimate, 0.0]
    )


@pytest.mark.parametrize("month", [0, -1, 3, 1.5, "2"])
def test_a_month_that_was_not_simulated_is_not_answered_by_another(result, month):
    with pytest.raises(EstimateRefused, match=re.escape(f"months run from 1 to 2 (found {month!r})")):
        result.compare("shop", "platform", month)


@pytest.mark.parametrize("level", [95, 1, 0, -0.5, "0.95", float("nan")])
def test_a_level_is_a_share(result, level):
    with pytest.raises(EstimateRefused, match=r"a level lies strictly between 0 and 1, as 0.95"):
        result.probability_of_profit(level=level)


@pytest.mark.parametrize("reading", ["settled", "cash", None])
def test_what_is_no_reading_of_profit_has_no_chance_of_profit(result, reading):
    with pytest.raises(EstimateRefused, match=f"no reading of profit '{reading}'.*there are: settled_profit, "):
        result.probability_of_profit(reading)


@pytest.mark.parametrize("read_back", [False, True])
def test_a_statement_that_there_is_not_is_no_empty_one(result, read_back):
    if read_back:
        result = replace(result, statements=result.statement("shop"))
    with pytest.raises(EstimateRefused, match=r"no statement 'cash'.*there are: profit_and_loss, cash_flow"):
        result.statement("shop", "cash")
    with pytest.raises(KeyError, match="no strategy 'shopp' in this result; there are: shop, platform"):
        result.statement("shopp")


def test_a_statement_has_mean_and_percentiles_of_every_line_that_moves(result):
    frame = result.statement("shop").set_index(["line", "month"])
    assert "staff" not in frame.index.get_level_values("line")
    # Sales of 600 and the path's number: the 2nd, 20th and 38th of forty, and their mean.
    assert frame.loc[("sales", 2), ["p5", "p50", "p95", "mean"]].tolist() == pytest.approx([601, 619, 637, 619.5])
    assert frame.loc[("profit to date", 1), "p50"] == 19 - 29.5
    # Of the second month the lines are those it was made of, whatever its readings say.
    assert frame.loc[("operating profit", 2), "p50"] == 619
    assert frame.loc[("profit brought forward", 2), "p50"] == 19 - 29.5
    assert frame.loc[("profit after owner's pay, to date", 1), "p50"] == 19 - 33.5
    assert (
        result.statement("shop", "cash_flow").set_index(["line", "month"]).loc[("cash at the end", 2), "p50"] == 1009.5
    )
    assert result.statement("shop", "cash_flow").set_index(["line", "month"]).loc[("received", 1), "p50"] == 200 - 20


def test_a_total_is_shown_though_it_never_moves(result):
    result.records["shop"].monthly["cash"][:] = 0.0
    assert result.statement("shop", "cash_flow")["line"].tolist() == CASH_LINES * 2


def test_whoever_changes_a_statement_changes_a_copy(result):
    mine = result.statement("shop")
    mine["mean"] = 0.0
    assert result.statement("shop")["mean"].abs().max() > 0.0


def test_two_results_are_the_same_that_answer_alike(result):
    again, other, seen = small_run(), small_run(), result.given("shop.cash[2] >= 1000")
    other.records["shop"].monthly["cash"][1, 7] += 0.01
    assert result == again == pickle.loads(pickle.dumps(result)) == copy.deepcopy(result)
    assert len({result, again, other, seen}) == 3
    assert result != other
    assert result != seen
    assert seen == again.given("shop.cash[2] >= 1000")
    assert result in [3, other, again]


def test_conditions_add_up_and_keep_the_same_paths_everywhere(result):
    later = result.given("shop.cash[2] >= 1000").given("platform.settled_profit[1] < -10")
    assert [str(clause) for clause in later.clauses] == ["shop.cash[2] >= 1000", "platform.settled_profit[1] < -10"]
    np.testing.assert_array_equal(PATHS[later.sample.mask], range(10, 30))
    assert result.sample.mask is None


def test_frames_hold_the_paths_that_agree_under_their_numbers(result):
    seen = result.given("shop.cash[2] >= 1010", "platform.settled_profit[1] < -10")  # paths 20 to 29
    assert seen.paths.groupby("strategy")["path"].agg(list).tolist() == [list(range(20, 30))] * 2
    assert seen.paths["world"].tolist() == [path // 2 for path in range(20, 30)] * 2
    row = seen.monthly[(seen.monthly["strategy"] == "platform") & (seen.monthly["month"] == 2)]
    assert row["path"].tolist() == list(range(20, 30))
    assert row["settled_profit"].tolist() == [path - 9.5 - 10 for path in range(20, 30)]
    assert seen.paths["settled_profit"][:10].tolist() == [path - 9.5 for path in range(20, 30)]


def test_a_condition_that_keeps_nothing_is_refused_when_it_is_said(result):
    says = r"no path agrees with shop\.cash\[2\] >= 99999: there it is between 990\.5 and 1029\.5"
    with pytest.raises(ConditionError, match=says):
        result.given("shop.cash[2] >= 99999")
    with pytest.raises(ConditionError, match="each holds on some paths, all together on none"):
        result.given("shop.cash[2] >= 1010").given("shop.cash[2] < 1000")
    with pytest.raises(ConditionError, match=r"platform\.acos\[1\] < 0: there it is between"):
        result.given("shop.cash[2] >= 1010", "platform.acos[1] < 0")
    assert len(result.given("shop.cash[2] >= 1029").paths) == 2, "one path for each strategy is still one"


def test_lines_of_a_run_that_was_read_back_are_those_that_were_written(result):
    kinds = ("profit_and_loss", "cash_flow")
    written = pd.concat([result.statement(strategy, kind) for strategy in result.strategies for kind in kinds])
    for record in result.records.values():
        record.profit_and_loss.clear()
    again = type(result)(result.scenario, result.plan, result.records, result.worlds, statements=written)
    for strategy in result.strategies:
        found = again.statement(strategy, "cash_flow")
        assert set(found["strategy"]) == {strategy}
        assert found["line"].tolist() == CASH_LINES * 2
    with pytest.raises(ConditionError, match="run again for statements"):
        again.given("shop.cash[2] >= 0").statement("shop")


def test_evenly_spread_worlds_and_the_draws_of_worlds_are_part_of_what_a_result_is(result):
    assert small_run(sampling="sobol").sample.even
    assert not result.sample.even
    other = small_run()
    assert other.sha256 == result.sha256
    other.worlds["market.demand"][3] += 1.0
    assert other.sha256 != result.sha256


def test_under_a_condition_statements_and_averages_are_those_of_the_kept_paths(result, monkeypatch):
    monkeypatch.setattr(conditioned, "MIN_WORLDS", 2)
    seen = result.given("shop.cash[2] >= 1010")  # paths 20 to 39
    frame = seen.statement("shop").set_index(["line", "month"])
    assert frame.loc[("sales", 2), ["p5", "p50", "p95", "mean"]].tolist() == pytest.approx([620, 629, 638, 629.5])
    assert seen.evidence("shop").average("figure.store.paypal_freeze.frozen_days") == 0.0
    assert result.evidence("shop").average("figure.store.paypal_freeze.frozen_days") == 1.0
