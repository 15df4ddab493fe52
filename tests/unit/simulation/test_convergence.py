"""When a run is finished: sharp enough, kept enough, or at the cap; and what a stopped run is."""

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.estimates import Estimate, EstimateRefused, looks
from sim.estimates.probability import limits, totals_of_counts
from sim.randomness.streams import BLOCK
from sim.results.result import Result
from sim.simulation.convergence import Goal, Stop, check_sampling, simulate_until
from sim.simulation.engine import Run, simulate
from sim.simulation.plan import Plan, PlanError
from tests.builders import command

ARTICLE = Path(__file__).parents[3] / "configs" / "article.yaml"
LOW, HIGH = 0.9335, 0.9655


def scenario_with(**changes):
    data = sim.load(ARTICLE, ["horizon_days=60"]).to_mapping()
    data["strategies"] = {name: data["strategies"][name] for name in ("independent", "aliexpress")}
    return sim.Scenario.from_mapping(data | changes)


def widest_of(result):
    return max(e.half_width for name in result.strategies for e in result.estimate_profit(name))


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def stopped(told):
    return sim.run(
        scenario_with(),
        replicates=2,
        seed=11,
        precision=0.015,
        on_progress=lambda done, most: told.append((done, most)),
    )


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        (("0.01", None), r"precision must lie between 0.0005 and 0.5, .*found '0.01'"),
        ((None, "5000"), r"max-paths must be a whole number \(found '5000'\)"),
        ((None, 2.5), r"max-paths must be a whole number \(found 2.5\)"),
    ],
)
def test_a_goal_is_a_number(goal, message):
    with pytest.raises(PlanError, match=message):
        Goal(*goal)


def test_a_goal_is_written_down_whichever_library_counted_it():
    goal = Goal(np.float32(0.25), np.int64(5000))
    assert json.dumps([goal.precision, goal.most_paths]) == "[0.25, 5000]"


def test_every_headline_interval_is_as_narrow_as_was_asked(stopped):
    assert stopped.stop.converged
    assert stopped.stop.widest == widest_of(stopped) <= 0.015
    # And it was not at the look before.
    before = [worlds for worlds in looks(65_536, 1024) if worlds < stopped.plan.worlds]
    assert before
    earlier = sim.run(scenario_with(), worlds=before[-1], replicates=2, seed=11)
    assert widest_of(earlier) > 0.015


@pytest.mark.slow
def test_a_stopped_run_is_the_prefix_of_a_longer_one(stopped):
    plain = sim.run(scenario_with(), worlds=stopped.plan.worlds, replicates=2, seed=11)
    assert plain.sha256 == stopped.sha256
    longer = sim.run(scenario_with(), worlds=stopped.plan.worlds + BLOCK, replicates=2, seed=11)
    paths = stopped.plan.n_paths
    for strategy in stopped.strategies:
        for (_, table), (_, others) in zip(
            stopped.record(strategy).groups(), longer.record(strategy).groups(), strict=True
        ):
            for name, values in table.items():
                np.testing.assert_array_equal(values, others[name][..., :paths], err_msg=name)
    for name, values in stopped.worlds.items():
        np.testing.assert_array_equal(values, longer.worlds[name][: stopped.plan.worlds])


def test_progress_only_rises(stopped, told):
    assert told[-1] == (stopped.plan.n_paths, stopped.plan.n_paths)
    done, most = np.array(told).T
    assert (np.diff(done) > 0).all()
    assert (done <= most).all()


@pytest.mark.slow
def test_the_workers_change_nothing(stopped):
    again = sim.run(scenario_with(), replicates=2, seed=11, precision=0.015, n_jobs=2, backend="threading")
    assert again.sha256 == stopped.sha256
    assert again.stop == stopped.stop


@pytest.mark.parametrize("cap", [1024, 3000])
def test_the_cap_ends_the_run_and_says_so(cap):
    found = sim.run(scenario_with(), replicates=2, precision=0.001, max_paths=cap)
    assert found.plan.n_paths == cap
    assert found.stop.converged is False
    assert found.stop.widest == widest_of(found) > 0.001
    plain = sim.run(scenario_with(), worlds=cap // 2, replicates=2)
    assert plain.sha256 == found.sha256


def test_a_cap_counts_paths_and_is_never_passed():
    found = sim.run(scenario_with(), replicates=4, precision=0.001, max_paths=1023)
    assert found.plan.worlds == 255


def test_a_run_of_a_fixed_size_has_no_stop():
    assert sim.run(scenario_with(), worlds=64, replicates=1).stop is None


@pytest.mark.slow
def test_not_converged_is_in_the_files_and_no_failure(tmp_path, monkeypatch, capsys):
    words = ("run", ARTICLE, "--set", "horizon_days=30", "--replicates", "2", "--precision", "0.001")
    outcome = command(monkeypatch, capsys, *words, "--max-paths", "512", "--out", tmp_path / "run")
    assert outcome.status == 0, outcome.err
    assert "NOT AS PRECISE AS ASKED" in outcome.out
    stop = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))["stop"]
    assert stop["converged"] is False
    assert stop["goal"] == {"precision": 0.001, "most_paths": 512}
    assert stop["widest"] > 0.001
    again = sim.read(tmp_path / "run")
    assert isinstance(again.stop, Stop)
    assert again.stop.converged is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--precision", "0"), "precision must lie between"),
        (("--precision", "0.0004"), "precision must lie between"),
        (("--precision", "-0.01"), "precision must lie between"),
        (("--precision", "0.5"), "precision must lie between"),
        (("--precision", "5"), "precision must lie between"),
        (("--precision", "nan"), "precision must lie between"),
        (("--precision", "inf"), "precision must lie between"),
        (("--precision", "0.01", "--max-paths", "0"), "max-paths must be at least 1"),
        (("--precision", "0.01", "--max-paths", "-5"), "max-paths must be at least 1"),
        (("--precision", "0.01", "--max-paths", "3"), "at least the 4 replicates"),
        (("--max-paths", "1000"), "give one of them too"),
        (("--precision", "0.01", "--max-paths", "8192", "--set", "sampling=sobol"), "take --max-paths 16384"),
    ],
)
def test_goals_that_cannot_be_are_refused_with_status_2(tmp_path, monkeypatch, capsys, words, said):
    outcome = command(monkeypatch, capsys, "run", ARTICLE, *words, "--out", tmp_path / "run")
    assert outcome.status == 2
    assert said in " ".join(outcome.err.split())
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("precision", [0.0005, 0.499])
def test_the_ends_of_what_may_be_asked(precision):
    assert Goal(precision, 1).precision == precision


# ----- the loop itself, with an answer that costs nothing -----


def looks_taken(goal, answer, worlds=64, replicates=1, **changes):
    taken = []

    def widest(run):
        taken.append(run.plan.worlds)
        return answer(run.plan.worlds)

    run, stop = simulate_until(scenario_with(horizon_days=30, **changes), Plan(1, worlds, replicates), goal, widest)
    assert run.plan.worlds == taken[-1]
    return taken, stop


@pytest.mark.slow
def test_it_looks_at_whole_blocks_on_a_growing_grid():
    taken, stop = looks_taken(Goal(0.01, 5000), lambda worlds: (1.0, worlds))
    assert taken == [1024, 2048, 3072, 4096, 5000]
    assert stop == Stop(Goal(0.01, 5000), 64, False, 1.0)


def test_it_stops_at_the_first_look_that_is_sharp():
    taken, stop = looks_taken(Goal(0.01, 5000), lambda worlds: (0.01 if worlds >= 2048 else 0.0101, worlds))
    assert taken == [1024, 2048]
    assert stop.converged


def test_worlds_that_conclude_nothing_yet_are_no_answer():
    taken, stop = looks_taken(Goal(0.01, 5000), lambda worlds: (None if worlds < 2048 else 0.001, worlds))
    assert taken == [1024, 2048]
    assert stop.converged
    with pytest.raises(EstimateRefused, match="too few of 1,500 worlds"):
        looks_taken(Goal(0.01, 1500), lambda worlds: (None, 0))


SEEN = ["independent.orders[1] >= 1"]


@pytest.mark.slow
def test_a_condition_wants_its_worlds_and_a_precision_both():
    def answer(worlds):
        return 0.02 if worlds < 3072 else 0.01, worlds // 2

    taken, _ = looks_taken(Goal(None, 9000), answer, worlds=1024, condition=SEEN)
    assert taken == [1024, 2048]
    taken, _ = looks_taken(Goal(0.01, 9000), answer, worlds=1024, condition=SEEN)
    assert taken == [1024, 2048, 3072]
    taken, _ = looks_taken(Goal(0.02, 9000), answer, worlds=2000, condition=SEEN)
    assert taken == [1024, 2048, 3072, 4096]


def test_evenly_spread_worlds_are_first_looked_at_after_sixteen_scrambles():
    taken, stop = looks_taken(Goal(0.01, 6000), lambda worlds: (1.0, worlds), sampling="sobol")
    assert taken == [4096, 5120, 5888]  # whole scrambles alone: below the cap
    assert not stop.converged
    with pytest.raises(PlanError, match="take --max-paths 4096"):
        looks_taken(Goal(0.01, 4095), lambda worlds: (1.0, worlds), sampling="sobol")


def test_what_is_known_is_not_simulated_again():
    scenario = scenario_with(horizon_days=30)
    whole = simulate(scenario, Plan(3, 2048, 1))
    known = simulate(scenario, Plan(3, 1024, 1))
    told = []
    longer = simulate(scenario, Plan(3, 2048, 1), known=known, on_progress=lambda done, most: told.append(done))
    assert min(told) > 1024
    assert told[-1] == 2048
    assert Result.of(longer).sha256 == Result.of(whole).sha256


def test_an_interval_to_one_side_counts_in_full():
    # Nobody of 1,024 worlds: the interval ends .0029 away, all of it above the estimate.
    none = Estimate(0.0, 0.0, 0.0029, 0.95, "any", 1024)
    assert none.half_width == 0.0029
    loss = {"store.goods.gross_margin": 0.01, "aliexpress.goods.gross_margin": 0.01}
    loss |= {"store.pricing.rule": "as_given", "aliexpress.pricing.rule": "as_given"}
    found = sim.run(scenario_with().with_(loss), replicates=1, precision=0.002, max_paths=4096)
    headlines = [e for name in found.strategies for e in found.estimate_profit(name)]
    assert any(e.estimate == 0.0 for e in headlines)
    assert found.stop.converged
    assert all(e.high - e.estimate <= 0.002 for e in headlines)


@pytest.fixture
def steps(monkeypatch):
    """Of every step, without simulating it: its plan, and how many worlds were there already."""
    found = []

    def step(_scenario, plan, *, known, **_how):
        found.append((plan, known.plan.worlds if known else 0))
        return Run(_scenario, plan, {}, {})

    monkeypatch.setattr(sim.simulation.convergence, "simulate", step)
    return found


def test_every_step_goes_on_from_the_last_with_the_same_luck(steps):
    simulate_until(scenario_with(), Plan(9, 64, 4, audit=True), Goal(0.01, 4 * 3072), lambda run: (1.0, 0))
    assert steps == [(Plan(9, worlds, 4, audit=True), worlds - 1024) for worlds in (1024, 2048, 3072)]


@pytest.mark.parametrize(("asked", "last"), [(4096, 32_768), (40_000, 40_000)])
def test_without_a_cap_it_ends_at_131072_paths_or_at_what_was_asked(steps, asked, last):
    run, stop = simulate_until(scenario_with(), Plan(1, asked, 4), Goal(0.001), lambda run: (1.0, 0))
    assert (run.plan.worlds, stop.converged) == (last, False)


def test_a_cap_that_just_holds_sixteen_scrambles_is_enough(steps):
    goal = Goal(0.001, 4 * 4096)
    run, _ = simulate_until(scenario_with(sampling="sobol"), Plan(1, 64, 4), goal, lambda run: (1.0, 0))
    assert run.plan.worlds == 4096


@pytest.mark.parametrize(("worlds", "take"), [(1024, 4096), (4095, 4096), (4097, 4352)])
def test_evenly_spread_worlds_come_in_whole_scrambles_sixteen_at_least(worlds, take):
    even = scenario_with(sampling="latin_hypercube")
    with pytest.raises(PlanError, match=f"take --worlds {take}$"):
        check_sampling(even, worlds)
    check_sampling(even, take)
    check_sampling(scenario_with(), worlds)


# ----- coverage under the rule -----


def stopped_shares(rng, p, precision, repetitions, correlation=0.3, replicates=4, most=65_536):
    """Share of runs, each stopped by the rule, whose interval holds ``p``; and how many reached the goal."""
    a, b = p * (1 / correlation - 1), (1 - p) * (1 / correlation - 1)
    held, reached = 0, 0
    for _ in range(repetitions):
        shares = np.empty(0)
        for worlds in looks(most, 1024):
            more = worlds - len(shares)
            shares = np.concatenate([shares, rng.binomial(replicates, rng.beta(a, b, more)) / replicates])
            found = limits(totals_of_counts(shares * replicates, replicates))
            if max(found.high - shares.mean(), shares.mean() - found.low) <= precision:
                reached += 1
                break
        held += bool(found.low <= p <= found.high)
    return held / repetitions, reached / repetitions


@pytest.mark.parametrize(
    ("p", "precision", "repetitions"),
    [
        (0.5, 0.015, 2000),
        pytest.param(0.1, 0.012, 10_000, marks=pytest.mark.slow),  # .941: the rule costs a little
        pytest.param(0.5, 0.0085, 2000, marks=pytest.mark.slow),
        pytest.param(0.003, 0.002, 10_000, marks=pytest.mark.slow),  # .940
    ],
)
def test_the_interval_at_the_end_is_covered(rng, p, precision, repetitions):
    held, reached = stopped_shares(rng, p, precision, repetitions)
    assert LOW <= held <= HIGH
    assert reached == 1.0
