"""What would have to be true: answers held against scans of their own, and questions that are refused."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest

import sim
from sim.simulation.plan import PlanError
from sim.studies.need import usual
from sim.studies.need_keys import ROLES, SELL_AT, chosen, move, moves_of
from tests.builders import command

SHORT = ["strategies={independent: [store]}", "horizon_days=60", "store.opening.setup_days=1"]
SIZE = {"worlds": 256, "replicates": 4}
LOSES = {
    "store.prices.mean_value": 35,
    "store.goods.gross_margin": 0.45,
    "store.pricing.rule": "as_given",
}


@pytest.fixture(scope="module")
def short():
    return sim.load("configs/article.yaml", SHORT)


def chance_of(scenario, changes, strategy="independent", **size):
    """Return the chance of a profit with some settings, from a run of its own."""
    alone = scenario.with_({"strategies": {strategy: list(scenario.strategies[strategy])}, **changes})
    return sim.run(alone, **(SIZE | size)).estimate_profit(strategy)[-1]


def needed(report):
    (answer,) = report.to_dict()["strategies"].values()
    return answer


def test_a_value_gives_the_chance_that_was_asked_for(short):
    report = sim.need(short, 0.30, keys=["price", "returns"], **SIZE)
    answer = needed(report)
    assert answer["asked"] == 0.30
    assert answer["today"] == chance_of(short, {}).to_dict()
    for each in answer["keys"]:
        assert each["status"] == "found"
        assert each["low"] < each["value"] < each["high"]
        assert chance_of(short, {each["key"]: each["value"]}).estimate == pytest.approx(0.30, abs=0.02)
        ends = [chance_of(short, {each["key"]: each[end]}) for end in ("low", "high")]
        bad, good = ends if each["or"] == "more" else ends[::-1]
        assert bad.high == pytest.approx(0.30, abs=0.02)
        assert good.low == pytest.approx(0.30, abs=0.02)
    assert [each["or"] for each in answer["keys"]] == ["more", "less"]


def test_two_together_take_less_of_each_than_one_alone(short):
    answer = needed(sim.need(short, 0.30, keys=["click_price", "conversion"], **SIZE))
    pair = answer["pair"]
    assert pair["status"] == "found"
    changes = {each["key"]: each["value"] for each in pair["keys"]}
    assert chance_of(short, changes).estimate == pytest.approx(0.30, abs=0.025)
    alone = {each["key"]: each for each in answer["keys"]}
    for each in pair["keys"]:
        steps = [abs(math.log(found["value"] / each["now"]["p50"])) for found in (each, alone[each["key"]])]
        assert 0.0 < steps[0] < steps[1]
        assert each["likely"]["p5"] <= each["value"] <= each["likely"]["p95"]


@pytest.mark.slow
def test_the_best_two_are_those_that_need_the_smallest_part_of_their_ways(short):
    keys = ["click_price", "conversion", "repeat", "freight"]
    pair = needed(sim.need(short, 0.30, keys=keys, **SIZE))["pair"]
    assert {each["role"] for each in pair["keys"]} == {"click_price", "conversion"}


def test_the_report_shows_itself_and_its_frame_is_tidy(short):
    report = sim.need(short, 0.30, keys=["click_price", "conversion"], **SIZE)
    json.dumps(report.to_dict(), allow_nan=False)
    assert len(repr(report).splitlines()) <= 15
    assert "click price" in repr(report)
    assert "what would have to be true" in report._repr_html_()
    frame = report.to_frame()
    assert list(frame["with"] == "") == [True, True, False, False]
    assert set(frame["key"]) == {"store.meta.cpc", "store.funnel.start_conversion_social"}
    alone = frame[frame["with"] == ""]
    assert (alone["low"] < alone["value"]).all()
    assert (alone["value"] < alone["high"]).all()
    assert (frame["chance_asked"] == 0.30).all()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"chance": 0.0}, "--chance: found 0.0; give a share between 0 and 1"),
        ({"chance": 1.0}, "--chance"),
        ({"chance": float("nan")}, "--chance"),
        ({"chance": "0.5"}, "--chance: found '0.5'"),
        ({"chance": True}, "--chance: found True"),
        ({"strategy": "independant"}, "did you mean 'independent'"),
        ({"strategy": ["all", "independent"]}, "no strategy 'all'"),
        ({"keys": ["prices"]}, "did you mean 'price'"),
        ({"keys": ["store.goods.margin"]}, "no number of this scenario"),
        ({"keys": ["store.pricing.rule"]}, "no number of this scenario"),
        ({"keys": ["store.meta.cpm"]}, "changes nothing, because"),
        ({"keys": ["alibaba.goods.gross_margin"], "strategy": "independent"}, "independent does not sell by alibaba"),
        ({"keys": ["view_price"], "strategy": "independent"}, "independent has none of these"),
        ({"keys": ["view_price"]}, "no strategy has view_price"),
        ({"keys": [3]}, "--keys: found"),
    ],
)
def test_questions_without_an_answer_are_refused_before_anything_runs(question, message, monkeypatch):
    monkeypatch.setattr("sim.studies.trials.run", None)
    with pytest.raises(PlanError, match=message):
        sim.need(sim.load("configs/article.yaml"), **question)


def test_what_is_no_scenario_and_sobol_are_refused():
    with pytest.raises(TypeError, match="give a scenario"):
        sim.need("configs/article.yaml")
    with pytest.raises(PlanError, match="take sampling: latin_hypercube or random"):
        sim.need(sim.load("configs/article.yaml", ["sampling=sobol"]))


@pytest.mark.parametrize(("today", "asked"), [(0.0, 0.10), (0.4211, 0.52), (0.90, 0.80), (0.95, 0.85), (1.0, 0.90)])
def test_the_usual_question_is_ten_points_more_or_less(today, asked):
    assert usual(today) == asked


def test_the_numbers_of_a_strategy_are_those_of_its_channels():
    scenario = sim.load("configs/article.yaml")
    dual = chosen(scenario, "dual")
    assert {key.split(".")[0] for _, key in dual} == {"alibaba", "store", "wallet"}
    assert ("price", f"store.{SELL_AT}") in dual
    assert ("click_price", "store.meta.cpc") in dual
    assert "view_price" not in dict(dual), "the scenario's price is that of a click"
    assert {role for role, _ in dual} == set(ROLES) - {"view_price"}
    by_views = chosen(sim.load("configs/market.yaml"), "independent")
    assert ("view_price", "store.meta.cpm") in by_views
    assert ("freight", "store.freight.packet_cost") in by_views
    assert ("freight", "store.freight.dhl_cost") not in by_views


def test_what_is_likely_is_the_declarations_default_in_the_scenarios_currency():
    dollars, yuan = (
        sim.Scenario.from_mapping(
            {"name": "shop", "strategies": {"independent": ["store"]}, "currency": code, "exchange_rates": rates}
        )
        for code, rates in (("USD", {"CNY": 7.14}), ("CNY", {"USD": 0.14}))
    )
    found = [move(s, "freight", "store.freight.packet_cost", (5.0, 5.0, 5.0)) for s in (dollars, yuan)]
    assert found[0].likely[1] == pytest.approx(5.5)
    assert found[1].likely[1] == pytest.approx(5.5 / 0.14)
    fixed = move(dollars, "capital", "wallet.capital", (9000.0, 9000.0, 9000.0))
    assert fixed.likely is None
    assert fixed.ends == (9000.0 / 16, 9000.0 * 16)
    assert fixed.is_within_reach(1e6, upwards=True) is None


def test_a_survey_keeps_to_its_range_and_to_what_the_scenario_takes():
    scenario = sim.load("configs/article.yaml", ["store.funnel.cart_completion=0.06"])
    found = move(scenario, "conversion", "store.funnel.start_conversion_social", (0.0085, 0.0165, 0.0319))
    assert 0.03 < found.ends[1] <= 0.06, "never more orders than carts"
    assert found.ends[0] == 0.0
    values = [found.value(place) for place in found.survey()]
    assert values == sorted(values)
    assert (values[0], values[-1]) == pytest.approx(found.ends)
    assert min(abs(value - 0.0165) for value in values) < 1e-9
    assert found.is_within_reach(0.02, upwards=True)
    assert not found.is_within_reach(0.05, upwards=True)
    assert found.is_within_reach(0.0, upwards=True), "worse than what is likely is within reach too"


def test_the_price_of_today_is_the_one_that_is_charged():
    changes = ["strategies={independent: [store]}", "store.pricing.rule=cover_costs"]
    scenario = sim.load("configs/article.yaml", [*changes, "store.prices.mean_value=60"])
    base = sim.run(scenario, worlds=64, replicates=4)
    (found,) = moves_of(base, "independent", ["price"])
    assert found.now[1] > 60.0
    assert found.now[1] == pytest.approx(np.median(base.record("independent").paths["store.pricing.price"]))


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["as_given", "cover_costs"])
def test_the_price_works_under_both_rules(short, rule):
    scenario = short.with_({"store.pricing.rule": rule, "store.prices.mean_value": 150.0})
    answer = needed(sim.need(scenario, 0.35, keys=["price"], **SIZE))
    (price,) = answer["keys"]
    assert price["status"] == "found"
    assert price["or"] == "more"
    assert chance_of(scenario, {price["key"]: price["value"]}).estimate == pytest.approx(0.35, abs=0.02)
    # The same at today's price is today.
    same = chance_of(scenario, {price["key"]: 150.0}).estimate
    if rule == "as_given":
        assert same == answer["today"]["estimate"]


@pytest.mark.slow
def test_a_shop_that_loses_on_every_order_is_told_what_would_do():
    scenario = sim.load("configs/article.yaml", ["strategies={independent: [store]}"]).with_(LOSES)
    answer = needed(sim.need(scenario, 0.50, **SIZE))
    assert answer["today"]["estimate"] == 0.0
    assert {each["role"] for each in answer["keys"]} == set(ROLES) - {"view_price"}
    for each in answer["keys"]:
        low, high = each["range"]
        values = np.linspace(low, high, 5) if low <= 0.0 else np.geomspace(low, high, 5)
        chances = [chance_of(scenario, {each["key"]: float(value)}).estimate for value in values]
        enough = [value for value, chance in zip(values, chances, strict=True) if chance >= 0.50]
        if each["status"] == "found":
            assert enough, each["key"]
            step = max(b / max(a, 1e-9) for a, b in pairwise(values[1:]))
            nearest = min(enough) if each["or"] == "more" else max(enough)
            assert nearest / step <= each["value"] <= nearest * step
        else:
            assert each["status"] in ("never", "no_effect")
            assert not enough, each["key"]
    found = {each["role"] for each in answer["keys"] if each["status"] == "found"}
    assert "price" in found
    assert "capital" not in found, "no money helps a shop that loses on every order"


@pytest.mark.slow
def test_values_hold_on_a_new_seed():
    scenario = sim.load("configs/article.yaml")
    size = {"worlds": 512, "replicates": 4}
    keys = ["price", "margin", "click_price", "conversion", "returns"]
    answer = needed(sim.need(scenario, strategy="aliexpress", keys=keys, **size))
    found = [each for each in answer["keys"] if each["status"] == "found"]
    assert len(found) >= 5
    of_search = (answer["today"]["high"] - answer["today"]["low"]) / 2
    for each in found:
        again = chance_of(scenario, {each["key"]: each["value"]}, "aliexpress", seed=2, **size)
        assert abs(again.estimate - answer["asked"]) <= math.hypot(of_search, again.half_width) * 1.25


@pytest.mark.slow
def test_what_was_seen_was_seen_as_the_scenario_stands():
    seen = {"condition": ["independent.orders[1] >= 1"], "horizon_days": 60}
    scenario = sim.load("configs/article.yaml", ["strategies={independent: [store]}"]).with_(seen)
    report = sim.need(scenario, keys=["margin"], **SIZE)
    assert report.to_dict()["condition"] == ["independent.orders[1] >= 1"]
    answer = needed(report)
    first = sim.run(scenario, **SIZE)
    assert answer["today"] == first.estimate_profit("independent")[-1].to_dict()
    (margin,) = answer["keys"]
    free = scenario.with_({"condition": [], margin["key"]: margin["value"]})
    hits = sim.run(free, worlds=first.plan.worlds, replicates=4).profitable("independent")[-1]
    assert hits[first.sample.mask].mean() == pytest.approx(answer["asked"], abs=0.02)


@pytest.mark.slow
def test_the_strategy_is_the_one_recommended_or_that_leads(short):
    scenario = sim.load("configs/article.yaml", ["horizon_days=60"])
    report = sim.need(scenario, keys=["margin"], worlds=64, replicates=4)
    advice = sim.run(scenario, worlds=64, replicates=4).recommendation()
    assert [a.strategy for a in report.answers] == [advice["strategy"] or advice["leading"]]
    assert report.chosen_as == ("recommended" if advice["strategy"] else "nearest")
    every = sim.need(scenario, strategy="all", keys=["margin"], worlds=64, replicates=4)
    assert [a.strategy for a in every.answers] == list(scenario.strategies)


@pytest.mark.slow
def test_the_command(tmp_path, monkeypatch, capsys):
    words = ("need", "configs/article.yaml", "--strategy", "independent", "--keys", "price,margin", "--chance", "0.3")
    words += ("--worlds", "64", "--jobs", "1", "--set", "horizon_days=60")
    outcome = command(monkeypatch, capsys, *words, "--json", "--out", tmp_path / "answer.json")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == (tmp_path / "answer.json").read_text(encoding="utf-8")
    assert list(json.loads(outcome.out)["strategies"]) == ["independent"]
    page = command(monkeypatch, capsys, *words).out
    assert "what would have to be true?" in page
    assert "Asked for: 30%" in page
    assert "目标：30%" in command(monkeypatch, capsys, *words, "--language", "zh").out
    refused = command(monkeypatch, capsys, *words, "--chance", "2")
    assert (refused.status, refused.out) == (2, "")
    assert "--chance: found 2" in refused.err
