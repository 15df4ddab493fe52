"""One strategy against another, figure by figure, on a run that was made by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest

from sim.estimates import Sample, conditioned
from sim.results.paired import compare_strategies, differing_figures
from sim.simulation.plan import Plan, PlanError
from sim.simulation.recorder import Record
from sim.studies.compare_screen import same_chance, same_profit
from tests.builders import PATHS, small_run


@pytest.fixture
def run():
    return small_run()


@pytest.fixture
def gap(run):
    return compare_strategies(run, "shop", run, "platform")


def changed(**monthly):
    """The run with other monthly tables of the shop."""
    run = small_run()
    run.records["shop"].monthly.update(monthly)
    return run


def test_differences_month_by_month_are_the_first_less_the_second(gap):
    # Of the shop 8 and then 27 of 40 have a profit, of the platform none and then 20; each path is 10 ahead.
    assert (40 * gap.chance_a.estimate, 40 * gap.chance_b.estimate) == pytest.approx((27, 20))
    assert [40 * month.estimate for month in gap.probability] == pytest.approx([8, 7])
    assert [month.estimate for month in gap.money] == pytest.approx([10, 10])
    assert gap.beats.estimate == gap.beats_other_luck.estimate == 1.0


def test_the_gain_of_seeing_the_same_shocks(gap):
    assert gap.gain_money == np.inf, "the difference never varies"
    shop, platform = (
        hits.reshape(20, 2).mean(axis=1) for hits in ((PATHS >= 10) & ~np.isin(PATHS, (36, 37, 38)), PATHS >= 20)
    )
    assert gap.gain_probability == pytest.approx((shop.var() + platform.var()) / (shop - platform).var())
    assert json.loads(json.dumps(gap.to_dict()))["variance_reduction"]["money"] is None


def test_what_differs_is_named(gap, run):
    frozen = {f"store.paypal_freeze.{name}" for name in ("freezes", "frozen_days", "frozen_money")}
    assert frozen < set(gap.differs), "the platform has no account to freeze: 0 there"
    assert {"settled_profit", "ruined", "ruin_day", "peak_funding", "first_stable_month"} < set(gap.differs)
    assert "clicks" not in gap.differs
    assert set(compare_strategies(run, "platform", run, "shop").differs) == set(gap.differs)
    assert not gap.same


@pytest.mark.parametrize(
    ("differs", "same", "profit", "chance"),
    [
        ((), True, True, True),
        (("cash",), False, True, True),
        (("ruined",), False, True, False),
        (("settled_profit",), False, False, False),
    ],
)
def test_how_much_is_the_same(gap, differs, same, profit, chance):
    found = replace(gap, differs=differs)
    plain = found.to_dict()
    assert (found.same, same_profit(plain), same_chance(plain)) == (same, profit, chance)


def test_what_is_no_number_on_either_side_does_not_differ():
    one, other = (Record({"clicks": np.array([[np.nan, 1.0]])}) for _ in range(2))
    assert differing_figures(one, other, Sample(1)) == ()


def test_after_owners_pay_at_the_horizon(gap):
    # Both are left with settled profit of the shop less 4: above zero from path 14 on, but for the three ruined.
    assert 40 * gap.after_pay.chance_a.estimate == pytest.approx(23)
    assert 40 * gap.after_pay.chance_b.estimate == pytest.approx(26)
    assert gap.after_pay.money.estimate == 0.0
    other = changed(profit_after_owner_pay=np.stack([PATHS - 1000.0, PATHS - 6.5]))
    assert compare_strategies(other, "shop", small_run(), "shop").after_pay.money.estimate == pytest.approx(7.0)


def test_the_same_pay_is_not_compared_again():
    run = small_run()
    more = {name: run.record("shop").monthly[name] + 100.0 for name in ("settled_profit", "profit_after_owner_pay")}
    assert compare_strategies(changed(**more), "shop", run, "shop").after_pay is None


@pytest.mark.parametrize(("millions", "pay", "told"), [(0.0, 0.005, False), (0.0, 0.05, True), (20.0, 2.0, False)])
def test_cents_and_what_single_precision_loses_are_no_pay(millions, pay, told):
    settled = np.full((2, 40), 1e6 * millions)
    none, some = (changed(settled_profit=settled, profit_after_owner_pay=settled - drawn) for drawn in (0.0, pay))
    assert (compare_strategies(some, "shop", none, "shop").after_pay is not None) == told


def test_the_paths_that_count_are_the_second_sides(run, monkeypatch):
    monkeypatch.setattr(conditioned, "MIN_WORLDS", 2)
    seen = run.given("shop.cash[2] >= 1010")  # paths 20 to 39
    gap = compare_strategies(run, "shop", seen, "platform")
    assert (gap.chance_a.estimate, gap.chance_b.estimate) == (17 / 20, 1.0)
    assert "store.paypal_freeze.freezes" not in gap.differs, "only paths 0 to 3 were ever frozen"
    assert "condition" in gap.beats_other_luck
    assert compare_strategies(seen, "shop", run, "platform").chance_b.estimate == 20 / 40


@pytest.mark.parametrize("plan", [Plan(2, 20, 2), Plan(1, 40, 2), Plan(1, 20, 1)])
def test_other_shocks_are_refused(run, plan):
    with pytest.raises(PlanError, match="same seed, worlds and replicates"):
        compare_strategies(run, "shop", replace(run, plan=plan), "shop")


def test_pay_on_paths_that_do_not_count_is_not_told(run, monkeypatch):
    monkeypatch.setattr(conditioned, "MIN_WORLDS", 2)
    left = run.record("shop").monthly["profit_after_owner_pay"] - np.where(PATHS < 20, 500.0, 0.0)
    seen = run.given("shop.cash[2] >= 1010")
    assert compare_strategies(changed(profit_after_owner_pay=left), "shop", seen, "shop").after_pay is None
    assert compare_strategies(changed(profit_after_owner_pay=left), "shop", run, "shop").after_pay is not None
