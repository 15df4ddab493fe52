import io
import json

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.estimates import Sample, conditioned
from sim.simulation.plan import Plan, PlanError
from sim.studies.capital import CapitalReport, capital_needed, unchanged
from sim.studies.capital_screen import capital_screen, rounded_down, rounded_up
from sim.studies.capital_search import (
    FOUND,
    NONE_ENOUGH,
    NOT_MONOTONE,
    RESOLUTION,
    SMALLEST_ENOUGH,
    Trial,
    Trials,
    grid_about,
    rise_in,
    search,
)
from tests.builders import command, small_run

GRID = grid_about(50.0, (10.0, 400.0))


class Toy:
    """Paths of which it is known when they are ruined, in place of a simulation."""

    strategy = "toy"

    def __init__(self, ruined_with, sample):
        self.ruined_with, self.sample, self.runs = ruined_with, sample, 0

    def at(self, capital):
        self.runs += 1
        ruined = self.ruined_with(capital)
        estimate = self.sample.probability(ruined)
        return Trial(capital, estimate, self.sample.probability(~ruined), ruined)


def needing(needed):
    """Paths that are ruined with less than they need."""
    return Toy(lambda capital: capital < needed, Sample(1))


def test_the_answer_is_the_quantile_of_what_paths_need(rng):
    needed = rng.uniform(0, 100, 4000)
    found = search(needing(needed), GRID, 0.05)
    exact = np.quantile(needed, 0.95)
    assert found.status == FOUND
    assert exact / RESOLUTION <= found.capital <= exact * RESOLUTION
    assert found.at.ruin.estimate <= 0.05
    # The limits of an order statistic: ranks 0.95 n -+ 1.96 sqrt(n .95 .05).
    low, high = np.quantile(needed, [0.95 - 0.00675, 0.95 + 0.00675])
    assert found.low == pytest.approx(low, rel=0.012)
    assert found.high == pytest.approx(high, rel=0.012)
    assert found.low <= found.capital <= found.high


@pytest.mark.slow
def test_the_interval_covers_the_true_capital(rng):
    repetitions, covered = 400, 0
    for _ in range(repetitions):
        found = search(needing(rng.uniform(0, 100, 400)), GRID, 0.05)
        covered += found.low <= 95.0 <= found.high
    assert covered / repetitions > 0.95 - 4 * np.sqrt(0.05 * 0.95 / repetitions)
    assert covered / repetitions < 0.999, "an interval that always covers is too wide"


def test_few_ruins_take_the_exact_interval(rng):
    found = search(needing(rng.uniform(0, 100, 300)), GRID, 0.01)
    assert found.at.ruin.method.startswith("Clopper-Pearson")
    assert found.high > 100 * 0.99


def test_where_more_money_ruins_more_the_answer_is_not_bisected(rng):
    tempted = rng.random(2000) < 0.3

    def ruined(capital):
        # Below 30 nobody can afford to advertise; above it three in ten lose it all, unless they have 200.
        return tempted & (capital > 30.0) & (capital < 200.0)

    toy = Toy(ruined, Sample(1))
    found = search(toy, GRID, 0.05)
    assert found.status == NOT_MONOTONE
    assert found.to_dict()["monotone"] is False
    smaller, larger = found.rise
    assert smaller <= 30 < larger < 200
    assert found.capital == min(capital for capital in GRID if capital >= 200)
    assert found.low == max(capital for capital in GRID if capital < 200)
    assert toy.runs == len(GRID) + 1, "nothing beyond the grid, and the answer once more"


def test_a_rise_within_the_noise_is_none(rng):
    needed = rng.uniform(0, 100, 2000)
    unlucky = np.arange(2000) < 3

    def ruined(capital):
        return (capital < needed) | (unlucky & (capital > 300))  # three paths that more money ruins

    found = search(Toy(ruined, Sample(1)), GRID, 0.05)
    assert found.curve[-1].ruin.estimate > found.curve[-2].ruin.estimate
    assert (found.status, found.rise) == (FOUND, None)
    assert found.capital == pytest.approx(np.quantile(needed, 0.95), rel=RESOLUTION - 1)


def test_a_rise_is_judged_on_pairs_of_paths():
    few, more = np.zeros(2000, dtype=bool), np.zeros(2000, dtype=bool)
    few[:500] = True
    more[:530] = True  # thirty more, none less: plain for pairs, invisible to two separate intervals
    toy = Toy(lambda capital: more if capital > 1 else few, Sample(1))
    trials = [toy.at(1.0), toy.at(2.0)]
    assert trials[1].ruin.low < trials[0].ruin.high
    assert rise_in(trials, toy.sample) == (1.0, 2.0)
    assert rise_in(trials[::-1], toy.sample) is None


def test_only_the_kept_paths_tell_whether_ruin_rises():
    mask = np.arange(4000) % 2 == 0
    sample = Sample(1, mask=mask)
    few, many = np.arange(4000) % 20 == 0, np.arange(4000) % 4 == 0  # of the kept ones: .1 and .5
    rest = np.where(mask, False, True)
    trials = [
        Trial(capital, sample.probability(ruined), sample.probability(~ruined), ruined)
        for capital, ruined in ((1.0, few | rest), (2.0, many))
    ]
    assert trials[0].ruined.sum() > trials[1].ruined.sum()
    assert rise_in(trials, sample) == (1.0, 2.0)


def test_a_range_that_holds_no_answer_is_said_to(rng):
    needed = rng.uniform(500, 1000, 1000)
    none = search(needing(needed), GRID, 0.05)
    assert (none.status, none.capital, none.at, none.high) == (NONE_ENOUGH, None, None, None)
    assert none.low == GRID[-1]
    reached = search(needing(needed), GRID, 0.05, may_extend=True)
    assert reached.status == FOUND
    assert reached.capital == pytest.approx(np.quantile(needed, 0.95), rel=RESOLUTION - 1)
    never = search(Toy(lambda capital: np.ones(500, dtype=bool), Sample(1)), GRID, 0.05, may_extend=True)
    assert never.status == NONE_ENOUGH
    smallest = search(needing(needed / 1000), GRID, 0.05)
    assert (smallest.status, smallest.capital, smallest.low) == (SMALLEST_ENOUGH, GRID[0], None)


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
    return CapitalReport("toy", "USD", days, 1000, 1, 1, answers, {"store.stop_loss.largest_loss": 6000.0})


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
    assert f"with {capital} ({low}–{high}) of starting money, at most 5% of such shops run out of cash" in page
    assert "store.stop_loss.largest_loss 6,000" in page
    assert f"启动资金 {capital}" in shown(found, "zh")
    assert "not even 400" in shown(search(needing(needed + 9000), GRID, 0.05))
    assert "even 10, the least" in shown(search(needing(needed / 9000), GRID, 0.05))
    risky = Toy(lambda capital: (needed > 3000) & (30 < capital < 200), Sample(1))
    assert "In between it is not so simple" in shown(search(risky, GRID, 0.05))
    json.dumps(report(found).to_dict(), allow_nan=False)


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
    needed = np.where(np.arange(2000) < 100, 1000.0, 1.0)  # one in twenty is ruined with any money of the grid
    found = search(needing(needed), GRID, 0.05)
    assert (found.status, found.capital) == (SMALLEST_ENOUGH, GRID[0])


def test_the_more_pairs_are_looked_at_the_more_it_takes_to_call_a_rise_one():
    # Eight more and one less ruined: 7 / 3 = 2.3 standard errors, enough for one pair and not for one of thirty-six.
    most, last = np.zeros(2000, dtype=bool), np.zeros(2000, dtype=bool)
    most[:101] = last[1:109] = True
    toy = Toy(lambda capital: last if capital == GRID[-1] else most, Sample(1))
    assert last.sum() - most.sum() == 7
    trials = [toy.at(capital) for capital in GRID]
    assert rise_in(trials, toy.sample) is None
    assert rise_in(trials[-2:], toy.sample) == (GRID[-2], GRID[-1])


@pytest.fixture
def asked(monkeypatch):
    """Scenario and size of every simulation that is asked for; all are answered with the run made by hand."""
    found = []

    def run(scenario, **size):
        found.append((scenario, size))
        return small_run().given(*scenario.condition)

    monkeypatch.setattr("sim.studies.capital_search.run", run)
    monkeypatch.setattr(conditioned, "MIN_WORLDS", 2)
    return found


def test_only_kept_paths_count_and_the_condition_is_seen_once(asked):
    seen = small_run(condition=["platform.cash[2] >= 1010"]).scenario  # paths 20 to 39, which needed 120 to 139
    trials = Trials(seen, "shop", Plan(7, 20, 2))
    assert trials.median_funding == 129.5
    trial = trials.at(500.0)
    assert (trial.ruin.estimate, trial.profit.estimate) == (3 / 20, 17 / 20)  # 36, 37 and 38 are ruined
    assert trials.at(500.0) is trial
    assert [(list(s.condition), s.wallet["capital"].mean) for s, _ in asked][1:] == [([], 500.0)]
    assert all(list(s.strategies) == ["shop", "platform"] for s, _ in asked), "the condition speaks of the platform"
    assert all(size == {"worlds": 20, "replicates": 2, "seed": 7, "n_jobs": 1} for _, size in asked)


def test_without_a_condition_the_other_strategies_are_not_simulated(asked):
    Trials(small_run().scenario, "shop", Plan(7, 20, 2)).at(500.0)
    assert [list(scenario.strategies) for scenario, _ in asked] == [["shop"], ["shop"]]


@pytest.mark.parametrize(("most", "reached"), [(400.0, 400.0), (None, 800.0)])
def test_the_grid_goes_no_further_than_it_was_told(asked, most, reached):
    # Three in forty are ruined with any money.
    (answer,) = capital_needed(small_run().scenario, 0.05, strategies=["shop"], between=(100.0, most)).answers
    assert answer.status == NONE_ENOUGH
    last = answer.curve[-1].capital
    assert last == reached if most else last > reached


def test_ruin_above_the_level_within_its_noise_is_still_too_much():
    # Eighteen of 300, 6% (3.8% to 9.3%), with the least money of the grid and none with more.
    found = search(needing(np.where(np.arange(300) < 18, GRID[0] * 1.01, 1.0)), GRID, 0.05)
    assert (found.status, found.low) == (FOUND, None)
    assert found.capital > GRID[0]
    assert found.to_dict()["monotone"] is True


def test_what_stays_in_money_is_told_of_the_wallet_and_of_the_channels_in_use():
    changes = {"wallet.credit_limit": 700.0, "store.budget.cash_reserve": 900.0, "store.acceptance.cash_reserve": 0.0}
    scenario = sim.load("configs/article.yaml").with_(changes)
    found = unchanged(scenario, ["independent"])
    assert found["wallet.credit_limit"] == 700.0
    assert found["store.budget.cash_reserve"] == 900.0
    assert "store.acceptance.cash_reserve" not in found, "nothing is kept back"
    assert {name.split(".")[0] for name in found} == {"wallet", "store"}
