"""Every figure of a summary, read off a run whose histories were made by hand."""

import json

import numpy as np
import pytest

from tests.builders import FLOWS, small_run


@pytest.fixture(scope="module")
def summary():
    return json.loads(json.dumps(small_run().summary(), allow_nan=False))


@pytest.fixture(scope="module")
def shop(summary):
    return summary["strategies"]["shop"]


def shares(estimates):
    return [40 * estimate["estimate"] for estimate in estimates]


def test_a_profit_counts_where_there_was_no_ruin_by_then(shop):
    # Settled profit is above zero from path 30 on, then from 10 on; 36 and 37 are ruined in month 1, 38 in month 2.
    assert shares(shop["probability_of_profit"]["settled_profit"]["pointwise"]) == pytest.approx([8, 27])
    readings = shop["probability_of_profit"]
    assert {name: shares(found["pointwise"])[0] for name, found in readings.items()} == pytest.approx(
        {"settled_profit": 8, "cumulative_profit": 13, "operating_profit": 10, "profit_after_owner_pay": 4}
    )


def test_the_three_kinds_of_how_sure(shop):
    chance = shop["probability_of_profit"]["settled_profit"]
    for month in range(2):
        alone, together = chance["pointwise"][month], chance["simultaneous"][month]
        assert together["estimate"] == alone["estimate"] == chance["parameter_band"][month]["estimate"]
        assert together["low"] < alone["low"] < alone["high"] < together["high"]
        assert chance["parameter_band"][month]["level"] == 0.90


def test_ruin_and_who_comes_first(shop):
    assert shares(shop["ruin"]) == pytest.approx([2, 3])
    assert shares([shop["cash_needed"]["at_least_share"]]) == pytest.approx([3])
    assert shares(shop["time_to_profit"]["incidence"]) == pytest.approx([8, 28])  # path 38 had its profit before
    assert shares(shop["ruined_first"]["incidence"]) == pytest.approx([2, 2])
    assert shares(shop["stable_profit"]["incidence"]) == pytest.approx([1, 2])  # path 38 is ruined in its stable month


@pytest.mark.parametrize("what", ["time_to_profit", "ruined_first"])
def test_the_median_is_reached_when_half_are_and_first_by_the_upper_limit(shop, what):
    found = shop[what]
    for name, end in (("median_month", "estimate"), ("median_low", "high"), ("median_high", "low")):
        reached = [month for month, band in enumerate(found["incidence"], 1) if band[end] >= 0.5]
        assert found[name] == (reached[0] if reached else None)
    assert shop["time_to_profit"]["median_month"] == 2


def test_money_at_the_horizon_and_cash_that_was_needed(shop):
    # Forty values one apart: the 2nd, the 20th and the 38th.
    points = {name: found["estimate"] for name, found in shop["settled_profit"].items() if name.startswith("p")}
    assert points == {"p5": -8.5, "p50": 9.5, "p95": 27.5}
    assert shop["settled_profit"]["mean"]["estimate"] == pytest.approx(10.0)
    assert "50 effective paths" in shop["settled_profit"]["mean_of_worst_5"]["refused"]
    points = {name: found["estimate"] for name, found in shop["cash_needed"].items() if name.startswith("p")}
    assert points == {"p5": 101, "p50": 119, "p95": 137}


def test_freezes_are_told_of_the_frozen(shop, summary):
    # Four paths for 10 days and 100 each; one of them 5 days, 50 and a loss of 8 more, with the other processor.
    assert shares([shop["freezes"]["share_of_paths"]]) == pytest.approx([4])
    assert shop["freezes"]["mean_where_frozen"] == pytest.approx(
        {"frozen_days": 45 / 4, "frozen_money": 450 / 4, "forfeited": 8 / 4}
    )
    assert shop["figures"]["store.paypal_freeze.frozen_days"] == pytest.approx(40 / 40)
    assert summary["strategies"]["platform"]["freezes"] == {}


def test_the_funnel_by_month_and_its_ratios_of_totals(shop):
    for name, months in FLOWS.items():
        assert shop["funnel"][name] == pytest.approx(months)
    assert shop["funnel"]["cost_per_click"] == pytest.approx(120 / 200)
    assert shop["funnel"]["orders_per_visit"] == pytest.approx(8 / 200)
    assert shop["funnel"]["acos"] == pytest.approx(120 / 480)


def test_without_a_click_nothing_is_said_of_its_cost():
    result = small_run()
    result.records["shop"].monthly["clicks"][:] = 0.0
    funnel = result.summary()["strategies"]["shop"]["funnel"]
    assert funnel["cost_per_click"] is None
    assert funnel["orders_per_visit"] is None


def test_fans_by_week(shop):
    cash, profit = shop["fans"]["cash"], shop["fans"]["settled_profit"]
    assert cash["weeks"] == list(range(1, 9))
    assert cash["levels"] == [0.05, 0.25, 0.5, 0.75, 0.95]
    # Paths one apart, 100 more a week: the 2nd, 10th, 20th, 30th and 38th of them.
    assert cash["lines"] == [[rank + 100.0 * week for week in range(8)] for rank in (1, 9, 19, 29, 37)]
    assert profit["lines"][0][0] == 8.0
    # Whole paths never cross: two on either side are left out.
    assert cash["whole_paths"]["share"] == pytest.approx(36 / 40)
    assert [line[0] for line in cash["whole_paths"]["low_high"]] == [2.0, 37.0]


def test_strategies_are_compared_in_the_scenarios_order(summary):
    (pair,) = summary["comparisons"]
    assert (pair["a"], pair["b"]) == ("shop", "platform")
    # The platform has its profit from path 20 on; the shop from path 10 on, but for three that are ruined.
    assert 40 * pair["probability"]["estimate"] == pytest.approx(27 - 20)
    assert pair["money"]["estimate"] == pytest.approx(10.0)
    assert pair["a_beats_b"]["estimate"] == 1.0


def test_to_end_with_nothing_gained_is_no_profit():
    result = small_run()
    result.records["shop"].monthly["settled_profit"][:] = 0.0
    assert [estimate.estimate for estimate in result.estimate_profit("shop")] == [0.0, 0.0]


def test_cash_needed_is_at_least_that_from_the_first_path_that_was_held_back(summary):
    """Path 20 needed 120 and was held back: the median, 119, is what was needed, and 137 at least."""
    result = small_run()
    held = np.zeros(40)
    held[[20, 39]] = 1
    result.records["shop"].paths["cash_needed_at_least"] = held
    found = result.summary()["strategies"]["shop"]
    assert found["cash_needed_at_least"] == {"p5": False, "p50": False, "p95": True}
    assert shares([found["cash_needed"]["at_least_share"]]) == pytest.approx([2])
    held[18] = 1
    assert small_run_with(held)["cash_needed_at_least"] == {"p5": False, "p50": True, "p95": True}
    # A run of an earlier version: those who were ruined, and of them the first needed 136.
    assert summary["strategies"]["shop"]["cash_needed_at_least"] == {"p5": False, "p50": False, "p95": True}


def small_run_with(held):
    result = small_run()
    result.records["shop"].paths["cash_needed_at_least"] = held
    return result.summary()["strategies"]["shop"]


def test_what_want_of_cash_cut_is_told_by_month_and_as_a_share_of_orders():
    result = small_run()
    months = {
        "orders_taken": [3, 6],
        "refused_ads": [10, 0],
        "refused_orders": [50, 100],
        "refused_order_count": [1, 2],
    }
    for name, means in months.items():
        result.records["shop"].monthly[name] = np.outer(means, np.ones(40))
    summary = result.summary()["strategies"]
    by_hand = {
        "orders_taken": [3, 6],
        "ads": [10, 0],
        "orders": [50, 100],
        "order_count": [1, 2],
        "share_of_orders": 0.25,
    }
    assert summary["shop"]["refused"] == by_hand
    assert summary["platform"]["refused"] == {}, "a run of an earlier version did not keep it"


def test_a_month_of_a_shop_that_was_not_at_work_is_not_profitable():
    result = small_run()
    at_work = np.ones((2, 40))
    at_work[0, 35], at_work[1, :20] = 0, 0
    result.records["shop"].monthly["at_work"] = at_work
    readings = result.summary()["strategies"]["shop"]["probability_of_profit"]
    # Without path 35 of the ten of month 1; of month 2 paths 8 to 19 of 29.
    assert shares(readings["operating_profit"]["pointwise"]) == pytest.approx([9, 17])
    assert shares(readings["settled_profit"]["pointwise"]) == pytest.approx([8, 27])
