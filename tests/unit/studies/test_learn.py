"""What to find out first, on results whose answer is known."""

import io
import json

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

import sim
from sim.cli.app import app
from sim.estimates import EstimateRefused
from sim.results.outcomes import FUNNEL
from sim.results.result import Result
from sim.simulation.plan import Plan
from sim.simulation.recorder import Record
from sim.studies.learn import NOT_STARTING, learn, payoffs_of, worth_of_each, worth_of_sections
from sim.studies.learn_screen import learning_screen
from tests.builders import PATHS, small_run

WORLDS, REPLICATES = 4096, 4


def made(payoffs, inputs, replicates=REPLICATES):
    """A result with one month whose settled profit is given: (n_paths,) by strategy."""
    scenario = sim.load("configs/article.yaml", ["horizon_days=30"]).with_(
        {"strategies": {name: ["aliexpress"] for name in payoffs}}
    )
    records = {}
    for name, money in payoffs.items():
        settled = money[None].astype(np.float32)
        monthly = dict.fromkeys(("settled_profit", "profit_after_owner_pay", "operating_profit"), settled)
        monthly |= {"cumulative_profit": settled, "ruined": np.zeros((1, money.size), np.float32)}
        never = np.full(money.size, np.inf, np.float32)
        flows = dict.fromkeys(FUNNEL, np.zeros((1, money.size), np.float32))
        paths = {"ruin_day": never, "first_stable_month": never, "peak_funding": 0.0 * never[:0]}
        records[name] = Record(monthly=monthly | flows, paths=paths)
    return Result(scenario, Plan(1, WORLDS * REPLICATES // replicates, replicates), records, inputs)


@pytest.fixture(scope="module")
def additive():
    """y = 3 a + 4 b + luck: shares 9/26 and 16/26, luck 1/26; c does nothing."""
    rng = np.random.default_rng(5)
    a, b, c = rng.standard_normal((3, WORLDS))
    world = np.repeat(3 * a + 4 * b, REPLICATES)
    return made(
        {"x": world + rng.standard_normal(world.size)}, {"store.meta.cpc": a, "store.meta.ctr": b, "market.c": c}
    )


def test_shares_and_luck_of_an_additive_result(additive):
    found = learn(additive)
    shares = {name: months[0].estimate for name, months in found.money["x"].shares.items()}
    assert shares["store.meta.cpc"] == pytest.approx(9 / 26, abs=0.03)
    assert shares["store.meta.ctr"] == pytest.approx(16 / 26, abs=0.03)
    assert shares["market.c"] <= found.money["x"].noise_floor[0] < 0.02
    assert found.money["x"].luck[0] == pytest.approx(1 / 26, abs=0.01)


def test_worlds_and_replicates_are_not_mixed_up(additive):
    mixed = made(
        {"x": additive.records["x"].monthly["settled_profit"][0].reshape(-1, REPLICATES).T.ravel()}, additive.worlds
    )
    assert learn(mixed).money["x"].shares["store.meta.ctr"][0].estimate < 0.05, "the planted mistake shows"


def test_worth_of_a_choice_in_closed_form():
    """Take x (worth u, uniform -1..1) or do not start: E max(u, 0) = 1/4; an input beside it is worth nothing."""
    rng = np.random.default_rng(6)
    u, idle = rng.uniform(-1, 1, (2, WORLDS))
    result = made({"x": np.repeat(u - u.mean(), REPLICATES)}, {"store.meta.cpc": u, "store.meta.ctr": idle})
    found = learn(result)
    assert dict(found.choices)[NOT_STARTING] == 0.0
    assert found.first.inputs == ("store.meta.cpc",)
    assert found.first.gain.estimate == pytest.approx(0.25, abs=0.01)
    assert found.first.gain.low < 0.25 < found.first.gain.high
    assert found.everything[0] <= found.first.gain.estimate + 0.01
    assert found.everything[1] == pytest.approx(0.25, abs=0.01)
    worthless = next(worth for worth in found.single if worth.inputs == ("store.meta.ctr",))
    assert not worthless.worth_knowing
    assert worthless.gain.low == 0.0
    assert worthless.gain.high < 0.03
    together = found.sections["store.meta"]
    assert found.first.gain.estimate <= together.gain.estimate <= found.everything[1] + 1e-9


def test_what_changes_no_choice_is_worth_nothing():
    rng = np.random.default_rng(7)
    u = rng.uniform(0, 1, WORLDS)
    result = made({"x": np.repeat(5 + u, REPLICATES), "y": np.repeat(u, REPLICATES)}, {"store.meta.cpc": u})
    found = learn(result)
    assert found.best == "x"
    assert found.first is None
    assert found.everything == (0.0, 0.0)
    assert found.money["x"].shares["store.meta.cpc"][0].estimate > 0.95, "it drives the result all the same"


def test_payoffs_hold_every_strategy_and_not_starting(additive):
    payoffs = payoffs_of(additive)
    np.testing.assert_array_equal(payoffs[0], additive.records["x"].monthly["settled_profit"][-1])
    assert not payoffs[1].any()
    worlds = payoffs.reshape(2, -1, REPLICATES).mean(axis=2)
    gains = [worth.gain.estimate for worth in worth_of_each(worlds, additive.worlds)]
    assert gains == sorted(gains, reverse=True)


def test_refusals():
    rng = np.random.default_rng(8)
    money = rng.standard_normal(WORLDS * REPLICATES)
    with pytest.raises(EstimateRefused, match="nothing is uncertain"):
        learn(made({"x": money}, {}))
    with pytest.raises(EstimateRefused, match="replicates"):
        learn(made({"x": money}, {"market.c": rng.standard_normal(WORLDS * REPLICATES)}, replicates=1))


@pytest.mark.parametrize(("language", "words"), [("en", "Find out first: store.meta.ctr"), ("zh", "最先要弄清")])
def test_the_screen_names_the_first_thing_and_the_luck(additive, language, words):
    console = Console(width=160, record=True, file=io.StringIO())
    known = {name: column for name, column in additive.worlds.items() if name != "market.c"}
    found = learn(made({"x": additive.records["x"].monthly["settled_profit"][0]}, known))
    console.print(learning_screen(found.to_dict(), language))
    shown = console.export_text()
    assert words in shown
    assert "x 4%" in shown


SMALL = ["--worlds", "256", "--jobs", "1", "--set", "horizon_days=60", "--set", "strategies={aliexpress: [aliexpress]}"]


def test_the_command_prints_json_and_nothing_else(tmp_path):
    out = tmp_path / "learn.json"
    answer = CliRunner().invoke(app, ["learn", "configs/article.yaml", *SMALL, "--json", "--out", str(out)])
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    assert found == json.loads(out.read_text(encoding="utf-8"))
    assert set(found["choices"]) == {"aliexpress", NOT_STARTING}
    months = found["share_of_money"]["aliexpress"]["inputs"]["aliexpress.goods.gross_margin"]
    assert len(months) == 2


def test_a_condition_is_refused():
    scenario = sim.load("configs/article.yaml", ["horizon_days=60", "strategies={x: [aliexpress]}"])
    result = sim.run(scenario, worlds=256, replicates=4).given("x.orders[1] >= 0")
    with pytest.raises(EstimateRefused, match="leave the condition out"):
        learn(result)


# ----- what is worth knowing, on worlds of two choices -----


def choices_and_inputs(rng, names, worlds=256):
    """Do nothing, or take what the inputs bring: each less than the one before it."""
    inputs = {name: rng.standard_normal(worlds) for name in names}
    brings = sum(column / (place + 1) for place, column in enumerate(inputs.values()))
    return np.stack([np.zeros(worlds), brings]), inputs


@pytest.fixture
def floors(monkeypatch):
    """A floor that tells of how many inputs known together, and of how many tries, it is."""
    monkeypatch.setattr("sim.studies.learn.evppi_noise_floor", lambda _, n_inputs=1, tries=1: 100.0 * n_inputs + tries)


def test_the_floor_is_for_as_many_numbers_as_are_looked_at(rng, floors):
    worlds, inputs = choices_and_inputs(rng, [f"store.meta.n{place}" for place in range(7)])
    assert {worth.noise_floor for worth in worth_of_each(worlds, inputs)} == {107.0}


def test_of_a_section_the_three_that_are_worth_most_are_found_out_together(rng, floors):
    names = [*(f"store.meta.{letter}" for letter in "abcd"), "store.prices.e", "store.prices.f", "market.g"]
    worlds, inputs = choices_and_inputs(rng, names)
    single = worth_of_each(worlds, inputs)
    found = worth_of_sections(worlds, inputs, single)
    assert set(found) == {"store.meta", "store.prices"}, "a number alone in its section is no set"
    order = [name for worth in single for name in worth.inputs]
    meta = [name for name in order if name.startswith("store.meta")]
    assert found["store.meta"].inputs == tuple(meta[:3])
    gains = [worth.gain.estimate for worth in found.values()]
    assert gains == sorted(gains, reverse=True)
    assert {name: worth.noise_floor for name, worth in found.items()} == {"store.meta": 302.0, "store.prices": 202.0}


def test_payoffs_are_those_of_the_last_month():
    result = small_run()
    np.testing.assert_array_equal(payoffs_of(result), [PATHS - 13.5, PATHS - 13.5, np.zeros(40)])


@pytest.fixture(scope="module")
def learned(additive):
    steps = []
    return learn(additive, lambda done, total: steps.append((done, total))), steps


def test_progress_goes_one_step_at_a_time_to_the_end(learned):
    assert learned[1] == [(done, 4) for done in range(1, 5)]


def test_what_drives_the_chance_is_not_what_drives_the_money(learned):
    found, kept = learned[0], learned[0].to_dict()
    assert found.chance["x"].luck[0] > found.money["x"].luck[0]  # money has more to tell of a world than its sign
    assert kept["share_of_chance"]["x"]["luck"] == list(found.chance["x"].luck)
    assert kept["share_of_money"]["x"]["luck"] == list(found.money["x"].luck)
    assert kept["share_of_money"]["x"]["inputs"]["market.c"][0]["estimate"] < 0.02
    assert 0.0 < kept["knowing_everything"]["low"] < kept["knowing_everything"]["high"]
