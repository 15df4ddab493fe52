import io
import json

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.estimates import Sample, conditioned
from sim.simulation.plan import Plan, PlanError
from sim.simulation.side_by_side import Unlike
from sim.studies.capital import CapitalReport, capital_needed, unchanged
from sim.studies.capital_screen import capital_screen, rounded_down, rounded_up
from sim.studies.capital_search import (
    FOUND,
    KEY,
    NONE_ENOUGH,
    NOT_MONOTONE,
    SMALLEST_ENOUGH,
    CapitalSearch,
    grid_about,
)
from sim.studies.trials import Lived, Trials
from tests.builders import command, small_run

GRID = grid_about(50.0, (10.0, 400.0))


class Toy:
    """Histories of which it is known when they are ruined, in place of a simulation."""

    strategy = "toy"

    def __init__(self, ruined_with, n, money=-1.0, ads=lambda capital: 0.0):
        self.ruined_with, self.money, self.ads = ruined_with, money, ads
        self.sample = self.small_sample = Sample(1)
        self.plan, self.small_plan = Plan(1, n, 1), Plan(1, n // 4, 1)
        self.runs = 0
        self.scenario = sim.load("configs/article.yaml").with_({KEY: 50.0})
        self.lived = self.life(50.0, n)

    def life(self, capital, n):
        ruined = np.asarray(self.ruined_with(capital))[:n]
        money = np.full(len(ruined), self.money) + np.arange(len(ruined)) % 2 / 10
        pays = ~ruined & (np.arange(len(ruined)) % 2 == 0)
        return Lived(pays, ruined, money, np.full(len(ruined), 50.0), self.ads(capital))

    def of_small_look(self, lived):
        return self.life(50.0, self.small_plan.n_paths)

    def at(self, changes, plans, on_run=None):
        self.runs += len(changes)
        return [self.life(change[KEY], plan.n_paths) for change, plan in zip(changes, plans, strict=True)]


def needing(needed, **how):
    """Histories that are ruined with less than they need."""
    return Toy(lambda capital: capital < needed, len(needed), **how)


def search(toy, grid, level, may_extend=False):
    return CapitalSearch(toy, level).search(list(grid), may_extend)


def test_the_answer_is_the_quantile_of_what_histories_need(rng):
    needed = rng.uniform(0, 100, 4000)
    found = search(needing(needed), GRID, 0.05)
    assert found.status == FOUND
    assert found.capital == pytest.approx(np.quantile(needed, 0.95), rel=0.01)
    # The limits of an order statistic: ranks 0.95 n -+ 1.96 sqrt(n .95 .05).
    low, high = np.quantile(needed, [0.95 - 0.00675, 0.95 + 0.00675])
    assert found.low == pytest.approx(low, rel=0.012)
    assert found.high == pytest.approx(high, rel=0.012)
    assert found.low < found.capital < found.high
    assert found.at.capital == pytest.approx(found.capital, rel=0.05)
    assert found.at.ruin.n == 4000
    assert found.curve[0].ruin.n == 1000


@pytest.mark.slow
def test_the_interval_covers_the_true_capital(rng):
    repetitions, covered = 200, 0
    for _ in range(repetitions):
        found = search(needing(rng.uniform(0, 100, 400)), GRID, 0.05)
        covered += (found.low or 0.0) <= 95.0 <= (found.high or np.inf)
    assert covered / repetitions > 0.95 - 4 * np.sqrt(0.05 * 0.95 / repetitions)
    assert covered / repetitions < 0.999, "an interval that always covers is too wide"


def tempted_shops(rng, ads=lambda capital: capital):
    tempted = rng.random(4000) < 0.3
    # Below 30 nobody can afford to advertise; above it three in ten lose it all, unless they have 200.
    return Toy(lambda capital: tempted & (capital > 30.0) & (capital < 200.0), 4000, ads=ads)


def test_where_more_money_ruins_more_the_answer_holds_from_there_on(rng):
    found = search(tempted_shops(rng), GRID, 0.05)
    assert found.status == NOT_MONOTONE
    assert found.to_dict()["monotone"] is False
    smaller, larger = found.rise
    assert smaller <= 30 < larger < 200
    assert found.low < 200 <= found.capital < 210
    assert found.rise_by_ads
    assert not search(tempted_shops(rng, ads=lambda capital: 5.0), GRID, 0.05).rise_by_ads


def test_a_rise_within_the_noise_is_none(rng):
    needed = rng.uniform(0, 100, 2000)
    unlucky = np.arange(2000) < 3

    def ruined(capital):
        return (capital < needed) | (unlucky & (capital > 300))  # three histories that more money ruins

    found = search(Toy(ruined, 2000), GRID, 0.05)
    assert found.curve[-1].ruin.estimate > found.curve[-2].ruin.estimate
    assert (found.status, found.rise) == (FOUND, None)
    assert "Where the table goes up by less than" in shown(found)


def test_a_range_that_holds_no_answer_is_said_to(rng):
    needed = rng.uniform(500, 1000, 1000)
    none = search(needing(needed), GRID, 0.05)
    assert (none.status, none.capital, none.at, none.high) == (NONE_ENOUGH, None, None, None)
    assert none.low == GRID[-1]
    reached = search(needing(needed), GRID, 0.05, may_extend=True)
    assert reached.status == FOUND
    assert reached.capital == pytest.approx(np.quantile(needed, 0.95), rel=0.02)
    never = search(Toy(lambda capital: np.ones(500, dtype=bool), 500), GRID, 0.05, may_extend=True)
    assert never.status == NONE_ENOUGH
    smallest = search(needing(needed / 1000), GRID, 0.05)
    assert (smallest.status, smallest.capital, smallest.low) == (SMALLEST_ENOUGH, GRID[0], None)


def test_no_amount_pays_where_none_does(rng):
    needed = rng.uniform(0, 100, 2000)
    losing = search(needing(needed), GRID, 0.05)
    assert losing.to_dict()["some_amount_pays"] is False
    assert "No amount of starting money makes it pay: at best, with" in shown(losing)
    assert "启动资金再多也不赚钱" in shown(losing, "zh")
    paying = search(needing(needed, money=5.0), GRID, 0.05)
    assert paying.pays
    assert "makes it pay" not in shown(paying)
    open_ = search(needing(needed, money=-0.05), GRID, 0.05)
    assert not open_.pays
    assert "With no amount tried is it sure to pay" in shown(open_)


def test_the_grid_keeps_to_its_ends():
    default = grid_about(1000.0)
    assert (default[0], default[-1], len(default)) == (125.0, 8000.0, 9)
    assert np.diff(np.log(default)) == pytest.approx([np.log(64) / 8] * 8, rel=2e-3)
    assert grid_about(1000.0, (12345.0, None))[0] == 12345.0
    assert grid_about(1000.0, (None, 77.77))[-1] == 77.77
    assert sorted(grid_about(1000.0, (3.0, 3.0001))) == grid_about(1000.0, (3.0, 3.0001))
    with pytest.raises(PlanError, match="--from and --to"):
        grid_about(0.0)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"ruin": 0.0}, "--ruin"),
        ({"ruin": 1.0}, "--ruin"),
        ({"ruin": float("nan")}, "--ruin"),
        ({"ruin": "0.05"}, "--ruin: found '0.05'; give a share between 0 and 1"),
        ({"ruin": 5}, "--ruin: found 5; give a share between 0 and 1"),
        ({"between": 1000}, "between: found 1000; give the smallest and the largest amount"),
        ({"between": (1000,)}, "between: found .1000,.; give the smallest and the largest amount"),
        ({"between": ("1000", "8000")}, "--from: found '1000'; give an amount above 0"),
        ({"strategies": ["nobody"]}, "there are: independent"),
        ({"between": (5.0, 2.0)}, "--from 5 must be less"),
        ({"between": (5.0, 5.0)}, "--from 5 must be less"),
        ({"between": (0.0, 2.0)}, "--from"),
        ({"between": (None, float("inf"))}, "--to"),
    ],
)
def test_questions_without_an_answer_are_refused(question, message):
    with pytest.raises(PlanError, match=message):
        capital_needed(sim.load("configs/article.yaml"), worlds=16, **question)


def test_without_insolvency_there_is_no_ruin():
    scenario = sim.load("configs/article.yaml", ["wallet.insolvency=false"])
    with pytest.raises(PlanError, match="ask again with --set wallet"):
        capital_needed(scenario, worlds=16)


def report(*answers, days=60):
    return CapitalReport("toy", "USD", days, 1000, 1, 1, 250, answers, {"store.stop_loss.largest_loss": 6000.0})


def shown(found, language="en", days=60):
    console = Console(file=io.StringIO(), width=300)
    console.print(capital_screen(report(found, days=days).to_dict(), language))
    return console.file.getvalue()


def test_one_plain_sentence(rng):
    needed = rng.uniform(0, 6500, 4000)
    found = search(needing(needed), grid_about(4000.0), 0.05)
    page = shown(found)
    low, capital, high = (
        f"{v:,.0f}" for v in (rounded_down(found.low), rounded_up(found.capital), rounded_up(found.high))
    )
    assert low < capital < high
    assert f"with {capital} ({low}–{high}) of starting money, at most 5% of such shops run out of cash" in page
    assert "The tables rest on the first 250 worlds" in page
    assert "store.stop_loss.largest_loss 6,000" in page
    assert f"启动资金 {capital}" in shown(found, "zh")
    assert "not even 400" in shown(search(needing(needed + 9000), GRID, 0.05))
    assert "even 10, the least" in shown(search(needing(needed / 9000), GRID, 0.05))
    assert "With more money more is advertised, and lost" in shown(search(tempted_shops(rng), GRID, 0.05))
    assert "more is advertised" not in shown(search(tempted_shops(rng, ads=lambda capital: 5.0), GRID, 0.05))
    json.dumps(report(found).to_dict(), allow_nan=False)


def test_the_frame_has_a_row_a_capital(rng):
    found = search(needing(rng.uniform(0, 100, 2000)), GRID, 0.05)
    frame = report(found).to_frame()
    assert len(frame) == len(GRID) + 1
    assert frame["capital"].is_monotonic_increasing
    (answer,) = frame[frame["is_answer"]].to_dict("records")
    assert answer["ruin"] == found.at.ruin.estimate
    assert (frame["needed"] == found.capital).all()
    assert not frame["pays"].any()


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [(30, "1 month", "1 个月"), (60, "2 months", "2 个月"), (61, "61 days", "61 天"), (269, "269 days", "269 天")],
)
def test_ruin_and_profit_are_told_for_the_days_they_are_counted_over(rng, days, english, chinese):
    found = search(needing(rng.uniform(0, 6500, 4000)), grid_about(4000.0), 0.05)
    page = shown(found, "en", days)
    assert f"run out of cash within {english}; " in page
    assert f"how much starting money for {english}?" in page
    assert f"{chinese}内资金断裂" in shown(found, "zh", days)


def test_the_command_tells_the_days(tmp_path, monkeypatch, capsys):
    words = ("--set", "horizon_days=59", "--worlds", "64", "--replicates", "2", "--jobs", "1")
    outcome = command(
        monkeypatch, capsys, "cash", "configs/article.yaml", *words, "--strategy", "independent", "--from", "3000"
    )
    assert outcome.status == 0, outcome.err
    assert "how much starting money for 59 days?" in outcome.out


def test_amounts_are_rounded_outwards():
    assert (rounded_up(6171.0), rounded_down(6179.0), rounded_up(6170.0), rounded_up(0.5)) == (6180, 6170, 6170, 0.5)


@pytest.mark.slow
def test_a_condition_keeps_the_paths_of_the_scenarios_own_capital():
    seen = {"condition": ["independent.orders[1] >= 1"], "horizon_days": 60}
    scenario = sim.load("configs/article.yaml", ["strategies={independent: [store]}"]).with_(seen)
    found = capital_needed(scenario, 0.5, between=(300.0, 3000.0), worlds=256, replicates=2)
    (answer,) = found.answers
    first = sim.run(scenario, worlds=256, replicates=2)
    assert found.worlds == first.plan.worlds
    trial = answer.curve[3]
    free = scenario.with_({"condition": [], "wallet.capital": trial.capital})
    ruined = np.isfinite(sim.run(free, worlds=found.worlds, replicates=2).record("independent").paths["ruin_day"])
    assert trial.ruin.estimate == pytest.approx(ruined[first.sample.mask].mean())
    assert "given the condition" in trial.ruin.method


@pytest.mark.slow
def test_the_command(tmp_path, monkeypatch, capsys):
    words = ("cash", "configs/article.yaml", "--strategy", "independent", "--worlds", "64", "--replicates", "4")
    words += ("--jobs", "1", "--set", "horizon_days=60", "--ruin", "0.1")
    outcome = command(monkeypatch, capsys, *words, "--json", "--out", tmp_path / "answer.json")
    assert outcome.status == 0, outcome.err
    assert outcome.err == ""
    assert outcome.out == (tmp_path / "answer.json").read_text(encoding="utf-8")
    found = json.loads(outcome.out)["strategies"]
    assert list(found) == ["independent"]
    assert found["independent"]["at_this_capital"]["ruin"]["estimate"] <= 0.1
    assert "at most 10% of such shops run out of cash" in " ".join(command(monkeypatch, capsys, *words).out.split())
    refused = command(monkeypatch, capsys, *words, "--set", "wallet.insolvency=false")
    assert (refused.status, refused.out) == (2, "")


def test_ruin_just_at_the_level_is_accepted():
    needed = np.where(np.arange(2000) % 20 == 0, 1000.0, 1.0)  # one in twenty is ruined with any money of the grid
    found = search(needing(needed), GRID, 0.05)
    assert (found.status, found.capital) == (SMALLEST_ENOUGH, GRID[0])


@pytest.fixture
def asked(monkeypatch):
    """Scenario and size of every simulation that is asked for; all are answered with the run made by hand."""
    found = []

    def run(scenario, **size):
        found.append((scenario, size))
        return small_run().given(*scenario.condition)

    def simulate(scenario, plan):
        found.append((scenario, plan.size))
        return small_run()

    def one_by_one(scenarios, plan):
        raise Unlike

    monkeypatch.setattr("sim.studies.trials.run", run)
    monkeypatch.setattr("sim.studies.trials.simulate", simulate)
    monkeypatch.setattr("sim.studies.trials.simulate_side_by_side", one_by_one)
    monkeypatch.setattr(conditioned, "MIN_WORLDS", 2)
    return found


def test_only_kept_paths_count_and_the_condition_is_seen_once(asked):
    words = "platform.cash[2] >= 1010"
    seen = small_run(condition=[words]).given(words)  # paths 20 to 39, which needed 120 to 139
    trials = Trials(seen, "shop")
    plans = [trials.plan]
    (lived,) = trials.at([{KEY: 500.0}], plans)
    assert trials.sample.probability(lived.ruined).estimate == 3 / 20  # 36, 37 and 38 are ruined
    assert trials.at([{KEY: 500.0}], plans)[0] is lived
    assert [(list(s.condition), s.numbers()[KEY].mean) for s, _ in asked] == [([], 500.0)]
    assert all(list(s.strategies) == ["shop"] for s, _ in asked), "what the platform did was seen in the run itself"
    assert all(size == {"worlds": 20, "replicates": 2, "seed": 1} for _, size in asked)


def test_without_a_condition_the_other_strategies_are_not_simulated(asked):
    capital_needed(small_run().scenario, 0.05, strategies=["shop"], between=(100.0, 400.0), worlds=20, replicates=2)
    assert all(list(scenario.strategies) == ["shop"] for scenario, _ in asked)
    del asked[:]
    seen = small_run(condition=["platform.cash[2] >= 1010"]).scenario
    capital_needed(seen, 0.05, strategies=["shop"], between=(100.0, 400.0), worlds=20, replicates=2)
    assert list(asked[0][0].strategies) == ["shop", "platform"], "the condition speaks of the platform"


@pytest.mark.parametrize(("most", "reached"), [(400.0, 400.0), (None, 800.0)])
def test_the_grid_goes_no_further_than_it_was_told(asked, most, reached):
    # Three in forty are ruined with any money.
    (answer,) = capital_needed(small_run().scenario, 0.05, strategies=["shop"], between=(100.0, most)).answers
    assert answer.status == NONE_ENOUGH
    last = answer.curve[-1].capital
    assert last == reached if most else last > reached


def test_what_stays_in_money_is_told_of_the_wallet_and_of_the_channels_in_use():
    changes = {"wallet.credit_limit": 700.0, "store.budget.cash_reserve": 900.0, "store.acceptance.cash_reserve": 0.0}
    scenario = sim.load("configs/article.yaml").with_(changes)
    found = unchanged(scenario, ["independent"])
    assert found["wallet.credit_limit"] == 700.0
    assert found["store.budget.cash_reserve"] == 900.0
    assert "store.acceptance.cash_reserve" not in found, "nothing is kept back"
    assert {name.split(".")[0] for name in found} == {"wallet", "store"}
