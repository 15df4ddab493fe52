"""Conditions: every construct of the small language, texts that are none, and what a run keeps by them."""

import re
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import sim
from sim.estimates import EstimateRefused
from sim.results.run import _widest
from sim.scenario.conditions import (
    FLOWS,
    LEVELS,
    QUANTITIES,
    RATIOS,
    TESTS,
    Clause,
    ConditionError,
    agreeing,
    parse_condition,
)
from sim.scenario.scenario import ScenarioError
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from tests.builders import command

ARTICLE = Path(__file__).parents[3] / "configs" / "article.yaml"
NAMES = ("independent", "aliexpress", "own store", "a.b", 'the "best"', "店", "a", "x[1]", "50% off")
MONTHLY = {  # (2 months, 4 paths)
    "orders": np.array([[1, 0, 3, 0], [2, 0, 4, 5]]),
    "ad_spend": np.array([[10.0, 20, 30, 0], [10, 0, 30, 0]]),
    "paid_sales": np.array([[40.0, 0, 60, 0], [10, 0, 60, 0]]),
    "cash": np.array([[100.0, -5, 30, 7], [90, -9, 50, 7.5]]),
}


def read(text):
    return parse_condition(text, NAMES, 8)


def the_one(text):
    (clause,) = read(text)
    return clause


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("a.acos[1] between 0.35 and 0.50", Clause("a", "acos", (1, 1), "between", 0.35, 0.5)),
        ("a.acos[1] between 35% and 50%", Clause("a", "acos", (1, 1), "between", 0.35, 0.5)),
        ("a.acos[1] between 0.35 and 50%", Clause("a", "acos", (1, 1), "between", 0.35, 0.5)),
        ("a.conversion[1] > 33.3%", Clause("a", "conversion", (1, 1), ">", 0.333, 0.333)),
        ("  a.orders[1..8]>=20\n", Clause("a", "orders", (1, 8), ">=", 20, 20)),
        ("a.cash[2] < -12.5", Clause("a", "cash", (2, 2), "<", -12.5, -12.5)),
        ("a.cash[2] <= +12", Clause("a", "cash", (2, 2), "<=", 12, 12)),
        ("a.orders[3..3]  =  0", Clause("a", "orders", (3, 3), "=", 0, 0)),
        ("own store.orders[1] = 1", Clause("own store", "orders", (1, 1), "=", 1, 1)),
        ('"own store".orders[1] = 1', Clause("own store", "orders", (1, 1), "=", 1, 1)),
        ('"a.b".orders[1] = 1', Clause("a.b", "orders", (1, 1), "=", 1, 1)),
        ("a.b.orders[1] = 1", Clause("a.b", "orders", (1, 1), "=", 1, 1)),
        ('"the "best"".orders[1] = 1', Clause('the "best"', "orders", (1, 1), "=", 1, 1)),
        ("店.orders[1] = 1", Clause("店", "orders", (1, 1), "=", 1, 1)),
        ("x[1].orders[1] = 1", Clause("x[1]", "orders", (1, 1), "=", 1, 1)),
        ("50% off.orders[1] = 1", Clause("50% off", "orders", (1, 1), "=", 1, 1)),
    ],
)
def test_every_construct_is_read(text, clause):
    assert the_one(text) == clause


@pytest.mark.parametrize("figure", QUANTITIES)
@pytest.mark.parametrize("test", TESTS)
def test_every_figure_takes_every_test(figure, test):
    assert the_one(f"a.{figure}[2..3] {test} 5").figure == figure


def test_clauses_are_joined_by_and():
    found = read("a.orders[1] between 1 and 2 and a.b.cash[2] > 3 and\n 店.acos[1] <= 4%")
    assert [clause.strategy for clause in found] == ["a", "a.b", "店"]
    assert [clause.low for clause in found] == [1, 3, 0.04]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no strategy ''"),
        ("independant.orders[1] > 1", "did you mean 'independent'"),
        ("a.ordres[1] > 1", "did you mean 'orders'"),
        ("a.orders[0] > 1", "months run from 1 to 8"),
        ("a.orders[9] > 1", "months run from 1 to 8"),
        ("a.orders[2..9] > 1", "months run from 1 to 8"),
        ("a.orders[3..2] > 1", "months run from 1 to 8"),
        ("a.orders[1] between 3 and 2", "the smaller one first"),
        ("a.orders[1] > 1 or a.orders[2] > 1", "join two conditions by 'and'"),
        ("a.orders[1] > 1and a.orders[2] > 1", "join two conditions by 'and'"),
        ("a.orders[1] > 1 and", "join two conditions by 'and'"),
        ("a.orders[1] > 1 and and a.orders[2] > 1", "no strategy"),
        ("a.orders[1] > 1e3", "cannot be read from 'e3'"),
        ("a.orders[1] > 1,200", "cannot be read from ',200'"),
        ("a.orders[1] > .5", "cannot be read"),
        ("a.orders[1] > inf", "cannot be read"),
        ("a.orders[1] > nan", "cannot be read"),
        ("a.orders[1] == 1", "cannot be read"),
        ("a.orders[1] != 1", "cannot be read"),
        ("a.orders [1] > 1", "cannot be read"),
        ("a.orders[1.5] > 1", "cannot be read"),
        ("a.orders[-1] > 1", "cannot be read"),
        ("a.orders > 1", "cannot be read"),
        ("a.orders[1] > __import__('os').system('true')", "cannot be read"),
        ("__import__('os').orders[1] > 1", "no strategy"),
        ("a.__class__[1] > 1", "no figure '__class__'"),
        ("a.orders[1] between 1% and 2%%", "cannot be read from '%'"),
    ],
)
def test_what_is_no_condition_is_refused_with_the_place(text, said):
    with pytest.raises(ConditionError, match=re.escape(said)):
        read(text)


LONG = 100_000
PATIENCE = 30.0
"""Seconds for what takes some milliseconds, and took for ever if it were read by trial and error."""


@pytest.mark.parametrize(
    "text",
    [
        "a.orders[1] > " + "9" * LONG,
        "a.orders[1] >" + " " * LONG,
        "a.orders[1] between" + " " * LONG + "1 and" + " " * LONG,
        "a.orders[1] > 1" + " " * LONG + "an",
        "a.orders[" + "1" * LONG + "] > 1",
        "a." + "o" * LONG + "[1] > 1",
        "a" * LONG,
        "a." * LONG,
        '"' * LONG,
        "(" * LONG + "a.orders[1] > 1" + ")" * LONG,
        "a.orders[1] > 1." + "0" * LONG + "%",
        "\u202e\x00\ud800" * LONG,
        "𝟙" * LONG,
    ],
    ids=range(13),
)
def test_hostile_texts_are_refused_at_once(text):
    started = time.perf_counter()
    with pytest.raises(ConditionError) as refusal:
        read(text)
    assert time.perf_counter() - started < PATIENCE
    assert len(str(refusal.value)) < 500


def test_thousands_of_clauses_are_read_at_once():
    started = time.perf_counter()
    assert len(read(" and ".join(["a.orders[1] > 1"] * 5000))) == 5000
    assert time.perf_counter() - started < PATIENCE


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for attempt in (text, f"a.{text}", f"a.orders[1] {text}", f"a.orders[1] > 1{text}"):
        with suppress(ConditionError):  # and no other exception
            assert all(isinstance(clause, Clause) for clause in read(attempt))


DIGITS = st.from_regex(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?%?", fullmatch=True)


@given(
    st.sampled_from(NAMES),
    st.sampled_from(QUANTITIES),
    st.tuples(st.integers(1, 8), st.integers(1, 8)).map(sorted),
    st.sampled_from((*TESTS, "between")),
    DIGITS,
    DIGITS,
)
@example("a", "orders", [1, 1], "=", "1234567", "0")
@example("a", "orders", [1, 1], "=", "999999999999999.999999999999999", "0")
@example("a", "orders", [1, 1], "=", "0.000000000000001%", "0")
@example("a", "orders", [1, 1], "=", "-0", "0")
def test_a_clause_reads_its_own_words_back(name, figure, months, test, low, high):
    low, high = sorted((low, high), key=lambda text: Fraction(text.rstrip("%")) / (100 if "%" in text else 1))
    number = f"{low} and {high}" if test == "between" else low
    clause = the_one(f'"{name}".{figure}[{months[0]}..{months[1]}] {test} {number}')
    assert the_one(str(clause)) == clause


@given(st.lists(st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1, max_size=60), min_size=1))
def test_whatever_a_strategy_is_called_a_clause_reads_its_own_words_back(names):
    for name in names:
        clause = Clause(name, "orders", (1, 2), "between", 1.0, 2.0)
        assert parse_condition(str(clause), names, 8) == [clause]


def test_quotes_around_a_name_are_not_part_of_another_name():
    names = ("own store", '"own store"', "own", "own store.orders")
    for name in names:
        clause = Clause(name, "orders", (1, 1), ">", 0.0, 0.0)
        assert parse_condition(str(clause), names, 8) == [clause]
    assert parse_condition('"own store".orders[1] > 0', names, 8)[0].strategy == "own store"


def test_a_name_is_quoted_only_where_it_must():
    assert str(the_one("independent.acos[1] between 35% and 0.50")) == "independent.acos[1] between 0.35 and 0.5"
    assert str(the_one("own store.orders[1..2] >= 20")) == '"own store".orders[1..2] >= 20'


def holds(text):
    return the_one(text).holds(MONTHLY).tolist()


def test_what_holds_by_hand():
    assert holds("a.orders[1] >= 1") == [True, False, True, False]
    assert holds("a.orders[1] > 1") == [False, False, True, False]
    assert holds("a.orders[1..2] = 5") == [False, False, False, True]
    assert holds("a.orders[2] < 2") == [False, True, False, False]
    assert holds("a.orders[2] <= 2") == [True, True, False, False]
    assert holds("a.orders[1..2] between 3 and 5") == [True, False, False, True]


def test_a_ratio_is_one_of_totals_over_the_months():
    assert holds("a.acos[1] = 0.25") == [True, False, False, False]
    assert holds("a.acos[1..2] = 40%") == [True, False, False, False]  # 20 / 50, not the mean of .25 and 1
    assert holds("a.acos[1..2] = 50%") == [False, False, True, False]


def test_a_ratio_without_a_denominator_is_infinite():
    # Path 1 spent and sold nothing; path 3 did neither: 0/0 is no evidence of cheap advertising either.
    assert holds("a.acos[1] >= 999999") == [False, True, False, True]
    assert holds("a.acos[1] between 0 and 999999") == [True, False, True, False]
    assert holds("a.acos[1] < 999999") == [True, False, True, False]


def test_a_level_is_read_at_the_end_of_the_last_month():
    assert holds("a.cash[1..2] = 90") == [True, False, False, False]
    assert holds("a.cash[1] = 100") == [True, False, False, False]


def test_paths_agree_with_all_clauses_of_all_strategies():
    other = {name: table[:, ::-1] for name, table in MONTHLY.items()}
    clauses = read("a.orders[1] >= 1 and aliexpress.orders[2] >= 4")
    assert agreeing(clauses, {"a": MONTHLY, "aliexpress": other}).tolist() == [True, False, False, False]


def test_conditions_use_only_what_is_recorded(plain):
    for record in plain.records.values():
        assert set(FLOWS.values()) | {n for pair in RATIOS.values() for n in pair} | set(LEVELS) <= set(record.monthly)


# ----- whole runs -----

SEEN = "independent.acos[1] between 0.20 and 2 and aliexpress.orders[1..2] >= 1"


def scenario_with(*conditions, days=60):
    whole = sim.load(ARTICLE, [f"horizon_days={days}"])
    data = whole.to_mapping()
    data["strategies"] = {name: data["strategies"][name] for name in ("independent", "aliexpress")}
    data["condition"] = list(conditions)
    return sim.Scenario.from_mapping(data)


@pytest.fixture(scope="module")
def plain():
    return sim.run(scenario_with(), worlds=1024, replicates=2, seed=3)


def kept_by_a_plain_loop(result):
    store, platform = (result.record(name).monthly for name in ("independent", "aliexpress"))
    kept = []
    for path in range(result.plan.n_paths):
        spent, sold = float(store["ad_spend"][0][path]), float(store["paid_sales"][0][path])
        orders = float(platform["orders"][0][path]) + float(platform["orders"][1][path])
        if sold > 0 and 0.20 <= spent / sold <= 2 and orders >= 1:
            kept.append(path)
    return kept


def test_a_result_keeps_the_paths_that_a_plain_loop_keeps(plain):
    kept = kept_by_a_plain_loop(plain)
    assert 0.1 * plain.plan.n_paths < len(kept) < 0.9 * plain.plan.n_paths
    given_that = plain.given(SEEN)
    assert np.flatnonzero(given_that.sample.mask).tolist() == kept
    for strategy in plain.strategies:  # the same paths for each
        expected = plain.profitable(strategy)[-1][kept].mean()
        assert given_that.estimate_profit(strategy)[-1].estimate == pytest.approx(expected)


def test_conditions_add_up_in_any_order(plain):
    first, second = SEEN.split(" and aliexpress")
    second = f"aliexpress{second}"
    masks = [plain.given(*texts).sample.mask for texts in ((SEEN,), (first, second), (second, first))]
    masks.append(plain.given(first).given(second).sample.mask)
    for mask in masks[1:]:
        np.testing.assert_array_equal(mask, masks[0])


def test_the_plain_result_stays_as_it_was(plain):
    before = plain.estimate_profit("independent")
    plain.given(SEEN)
    assert plain.clauses == ()
    assert plain.estimate_profit("independent") == before


def test_a_condition_in_the_scenario_equals_given_on_the_plain_run(plain):
    # 256 kept worlds are asked for and 1,024 is the smallest look: the same worlds as the plain run.
    seen = sim.run(scenario_with(SEEN), worlds=256, replicates=2, seed=3)
    assert seen.stop is not None
    assert seen.stop.converged
    assert seen.plan.worlds == 1024
    mine, given_that = seen.summary(), plain.given(SEEN).summary()
    assert mine.pop("stop") is not None
    assert given_that.pop("stop") is None
    assert mine == given_that
    assert mine["condition"]["paths"] == len(kept_by_a_plain_loop(plain))


def test_more_worlds_are_simulated_until_so_many_are_kept():
    seen = sim.run(scenario_with("independent.orders[1] >= 5", days=30), worlds=1000, replicates=1)
    kept = seen.sample.kept
    assert kept.worlds >= 1000
    assert seen.plan.worlds > 1024
    assert seen.plan.worlds % 1024 == 0
    assert seen.stop.converged
    assert seen.stop.asked_worlds == 1000


def test_a_cap_that_keeps_fewer_than_asked_is_said():
    seen = sim.run(scenario_with("independent.orders[1] >= 5", days=30), worlds=1000, replicates=1, max_paths=1024)
    assert seen.plan.worlds == 1024
    assert seen.sample.kept.worlds < 1000
    assert seen.stop.converged is False
    # Also where the cap lies below the worlds asked for and every one is kept.
    seen = sim.run(scenario_with("independent.orders[1] >= 0", days=30), worlds=1000, replicates=1, max_paths=512)
    assert seen.sample.kept.worlds == 512
    assert seen.stop.converged is False


def test_too_few_worlds_conclude_nothing_and_say_so(plain):
    narrow = plain.given("independent.orders[1] >= 20")
    with pytest.raises(EstimateRefused, match=r"in \d+ worlds of 1024; nothing is concluded from fewer than 200"):
        narrow.summary()
    with pytest.raises(EstimateRefused, match="nothing is concluded"):
        narrow.statement("independent")
    few = "independent.orders[1] >= 20"
    with pytest.raises(EstimateRefused, match="keeps too few of 1,024 worlds"):
        sim.run(scenario_with(few, days=30), worlds=256, replicates=1, max_paths=1024)


def test_a_condition_that_no_path_agrees_with_ends_a_run_at_its_first_look(plain):
    impossible, seen = scenario_with("independent.orders[1] >= 100000", days=30), []
    with pytest.raises(ConditionError, match=r"condition: no path agrees with .*: there it is between 0 and \d+; ask"):
        sim.run(impossible, worlds=256, replicates=1, max_paths=8192, on_progress=lambda *told: seen.append(told[1]))
    assert set(seen) == {1024}
    raw = simulate(impossible, Plan(worlds=64, replicates=1))
    assert _widest(raw, most=3200) == (None, 0), "4 in 64 of 3,200 would be enough"
    with pytest.raises(ConditionError, match="no path agrees"):
        _widest(raw, most=3199)


def test_the_command_line_says_it_too(tmp_path, monkeypatch, capsys):
    path = tmp_path / "seen.yaml"
    condition = '["independent.orders[1] >= 100"]'
    path.write_text(f"extends: {ARTICLE}\nname: seen\nhorizon_days: 30\ncondition: {condition}\n", encoding="utf-8")
    words = ("run", path, "--worlds", "64", "--max-paths", "256", "--replicates", "1", "--out", tmp_path / "run")
    outcome = command(monkeypatch, capsys, *words)
    assert outcome.status == 2
    assert "ask for what lies in that range, or raise --max-paths" in " ".join(outcome.err.split())
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [("independant.orders[1] > 1", "independent"), ("independent.orders[3] > 1", "months run from 1 to 2")],
)
def test_a_scenario_with_a_condition_that_cannot_be_is_refused(text, said):
    with pytest.raises(ScenarioError, match=said):
        scenario_with(text)


def test_evenly_spread_worlds_take_no_condition(plain):
    data = scenario_with(SEEN).to_mapping() | {"sampling": "sobol"}
    with pytest.raises(ScenarioError, match="must be random"):
        sim.Scenario.from_mapping(data)
