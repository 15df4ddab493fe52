import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import pytest

import sim
from sim.business.channels import Channel, Part, base, register
from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.parameters import Number, choice, delay, number, rate, switch
from sim.randomness.distributions import Constant
from sim.randomness.distributions.families import Beta, LogNormal, Uniform
from sim.scenario.problems import ScenarioError
from sim.scenario.resolution import exchange_rates, resolve
from sim.scenario.scenario import Scenario
from sim.scenario.values import scaled


@dataclass(frozen=True, kw_only=True)
class Stall(Mechanism):
    """A toy: carts and orders of a market stall."""

    phase: ClassVar[Phase] = Phase.TRADING
    does: ClassVar[str] = "sells from a table"

    price: Number = number(20.0, unit="money an order", low=0.01, meaning="Price.")
    conversion: Number = rate({"beta": {"mean": 0.1, "sd": 0.02}}, meaning="Orders a visitor.")
    completion: Number = rate(0.5, meaning="Orders a cart.")
    wait: object = delay({"uniform": {"low": 1, "high": 3}}, meaning="Days to the money.")
    weather: str = choice("fair", ("fair", "rain"), meaning="Weather.")
    awning: bool = switch(True, meaning="A roof.")

    @classmethod
    def check(cls, values):
        if values["completion"].mean < values["conversion"].mean:
            yield "completion", "cannot be below the conversion: more orders than carts"


@pytest.fixture(autouse=True)
def stall(monkeypatch):
    """Make a toy channel of two stalls known for one test."""
    monkeypatch.setattr(base, "_CHANNELS", dict(base._CHANNELS))
    parts = (
        Part("table", Stall, required=True, defaults=(("price", 30.0),)),
        Part("annex", Stall, enabled=False),
    )
    return register(Channel("market_stall", "Market stall", parts))


def scenario(**keys):
    return Scenario.from_mapping({"name": "fair", "strategies": {"summer": ["market_stall"]}} | keys)


def problems(**keys):
    with pytest.raises(ScenarioError) as error:
        scenario(**keys)
    return {problem.key: f"{problem.found}: {problem.message}" for problem in error.value.problems}


def test_defaults_come_from_the_declaration_then_the_channel_then_the_scenario():
    values = scenario(market_stall={"annex": {"price": 44}}).channels["market_stall"]
    assert values["table"].values["price"] == Constant(30.0)
    assert values["annex"].values["price"] == Constant(44.0)
    assert isinstance(values["table"].values["conversion"], Beta)
    assert isinstance(values["table"].values["wait"], Uniform)
    assert values["table"].values["weather"] == "fair"
    assert (values["table"].enabled, values["annex"].enabled) == (True, False)


def test_defaults_of_the_head():
    plain = scenario()
    assert (plain.currency, plain.horizon_days, plain.counts, plain.stable_months) == ("USD", 240, "random", 3)
    assert plain.start_date == date(2026, 9, 7)
    assert plain.exchange_rates == {"CNY": 7.0}


def test_only_channels_in_use_are_kept():
    assert set(scenario().channels) == {"market_stall"}
    both = scenario(strategies={"a": ["market_stall"], "b": ["store", "market_stall"]})
    assert set(both.channels) == {"market_stall", "store"}


def test_numbers_are_those_of_enabled_sections_and_leave_delays_out():
    names = {name for name in scenario().numbers() if name.startswith("market_stall")}
    assert names == {f"market_stall.table.{name}" for name in ("price", "conversion", "completion")}
    on = scenario(market_stall={"annex": {"enabled": True}}).numbers()
    assert {"market_stall.annex.price", "wallet.capital", "market.yuan_start"} <= set(on)


def test_a_distribution_is_cut_to_the_range_and_refused_where_it_leaves_it():
    cut = scenario(market_stall={"table": {"completion": {"normal": {"mean": 0.9, "sd": 0.05}}}})
    assert cut.numbers()["market_stall.table.completion"].support == (0.0, 1.0)
    # 0.9 + 2 sd is 1: 2.3% outside is cut; 0.95 + 1 sd is 1: 16% outside is a mistake.
    outside = problems(market_stall={"table": {"completion": {"normal": {"mean": 0.95, "sd": 0.05}}}})
    assert "16% of this distribution lies outside" in outside["market_stall.table.completion"]


def test_a_mechanism_states_its_own_rules():
    found = problems(market_stall={"table": {"completion": 0.05}})
    assert found == {"market_stall.table.completion": "0.05: cannot be below the conversion: more orders than carts"}
    off = scenario(market_stall={"annex": {"enabled": False, "completion": 0.05}})
    assert not off.section("market_stall", "annex").enabled


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ({"price": 0}, "at least 0.01"),
        ({"price": "45%"}, "a percentage is taken for a fraction only"),
        ({"completion": 1.1}, "between 0 and 1"),
        ({"completion": 45}, "did you mean 0.45?"),
        ({"weather": "hail"}, "fair, rain"),
        ({"awning": 1}, "true or false"),
        ({"wait": -1}, "between 0 and 730"),
        ({"enabled": False}, "switched off"),
    ],
)
def test_each_form_of_field_refuses_what_it_cannot_be(leaf, message):
    (found,) = problems(market_stall={"table": leaf}).values()
    assert message in found


def test_every_problem_is_told():
    assert len(problems(market_stall={"table": {"price": -1, "completion": 2, "weather": 3, "roof": 1}})) == 4


def test_the_resolved_form_reads_back_to_the_same():
    first = scenario(
        market_stall={"table": {"price": "20 to 40", "wait": 2}},
        correlations=[["market_stall.table.price", "market_stall.table.conversion", -0.3]],
    )
    again = Scenario.from_mapping(json.loads(json.dumps(first.to_mapping(), allow_nan=False)))
    assert again == first
    assert again.sha256 == first.sha256


def test_the_hash_depends_on_content_alone():
    one = scenario(market_stall={"table": {"price": 40, "completion": 0.4}})
    other = scenario(market_stall={"table": {"completion": 0.4, "price": 40.0}})
    assert one.sha256 == other.sha256
    assert one.with_({"market_stall.table.price": 41}).sha256 != one.sha256
    assert one.with_({}) == one


def test_with_changes_by_dotted_key_and_leaves_the_original():
    first = scenario()
    second = first.with_({"market_stall.table.price": LogNormal(25.0, 0.1), "horizon_days": 60})
    assert (first.horizon_days, second.horizon_days) == (240, 60)
    assert first.numbers()["market_stall.table.price"] == Constant(30.0)
    assert second.numbers()["market_stall.table.price"].ppf(0.5) == pytest.approx(25.0)
    with pytest.raises(ScenarioError, match=r"market_stall\.table\.prise"):
        first.with_({"market_stall.table.prise": 3})


def test_a_mapping_given_to_with_is_not_changed_by_a_later_key():
    leaf = {"cpm": 3}
    shop = scenario(strategies={"shop": ["store"]})
    shop.with_({"store.meta": leaf, "store.meta.ctr": 0.01})
    assert leaf == {"cpm": 3}


def test_a_scenario_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario().name = "other"


MARGIN = "store.goods.gross_margin"


def shop(**keys):
    return scenario(strategies={"shop": ["store"]}, **keys)


def test_a_reading_sets_its_values_and_what_is_changed_by_hand_wins_over_it():
    read = shop(readings={"margin": "after_freight"}, store={"goods": {"gross_margin": 0.2}})
    assert read.numbers()[MARGIN].mean == pytest.approx(0.61, abs=1e-3)
    changed = read.with_({MARGIN: 0.3})
    assert changed.numbers()[MARGIN] == Constant(0.3)
    assert changed.readings == {"margin": "after_freight"}


def test_a_change_made_over_a_reading_survives_the_manifest():
    changed = shop(readings={"margin": "after_freight"}).with_({MARGIN: 0.3})
    again = Scenario.from_mapping(json.loads(json.dumps(changed.to_mapping())))
    assert again == changed
    assert again.with_({"horizon_days": 60}).numbers()[MARGIN] == Constant(0.3)


def test_a_changed_reading_is_applied_to_a_resolved_scenario():
    before = shop(readings={"margin": "after_freight"})
    after = before.with_({"readings.margin": "before_freight"})
    assert after.numbers()[MARGIN].mean == pytest.approx(0.52, abs=1e-3)
    both = before.with_({MARGIN: 0.4, "readings.margin": "before_freight"})
    assert both.numbers()[MARGIN] == Constant(0.4)


@pytest.mark.parametrize("option", [["after_freight"], {"a": 1}, 3, None, True])
def test_an_option_that_is_no_text_is_refused(option):
    assert "before_freight, after_freight" in problems(readings={"margin": option})["readings.margin"]


def test_a_reading_does_not_hide_a_wrong_section():
    with pytest.raises(ScenarioError) as error:
        shop(readings={"margin": "after_freight"}, store={"goods": 4})
    assert [problem.key for problem in error.value.problems] == ["store.goods"]
    with pytest.raises(ScenarioError):
        shop(readings={"margin": "after_freight"}, store=4)


def test_overrides_apply_in_their_order():
    first = resolve({"name": "a"}, [("x.y", 1), ("x", {"y": 2, "z": 3}), ("x.z", 4)])
    assert first["x"] == {"y": 2, "z": 4}


def test_amounts_use_the_rates_of_the_scenario():
    def price(**keys):
        return scenario(market_stall={"table": {"price": "700 CNY"}}, **keys).numbers()["market_stall.table.price"]

    assert price() == Constant(100.0)
    assert price(exchange_rates={"CNY": 10}) == Constant(70.0)
    assert price(exchange_rates={"EUR": 0.9}) == Constant(100.0)
    assert price(currency="CNY") == Constant(700.0)
    assert price(currency="EUR", exchange_rates={"CNY": 7.5, "USD": 1.1}).value == pytest.approx(93.3333333)


def test_defaults_are_dollars_whatever_the_currency():
    def price(**keys):
        return scenario(**keys).numbers()["market_stall.table.price"]

    assert price() == Constant(30.0) == price(exchange_rates={"CNY": 10})
    assert price(currency="CNY").value == pytest.approx(210.0)
    assert price(currency="CNY", exchange_rates={"USD": 0.125}) == Constant(240.0)
    assert price(currency="EUR", exchange_rates={"CNY": 7.5, "USD": 1.25}) == Constant(24.0)
    yuan = scenario(currency="CNY")
    assert Scenario.from_mapping(yuan.to_mapping()).sha256 == yuan.sha256
    assert yuan.wallet["capital"] == Constant(10_000.0 * 7)


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({"lognormal": {"median": 10, "log_sd": 0.4}}, {"lognormal": {"median": 20, "log_sd": 0.4}}),
        ({"lognormal": {"p5": 1, "p95": 3}}, {"lognormal": {"p5": 2, "p95": 6}}),
        (
            {"uniform": {"low": 1, "high": 2}, "truncate": [1.2, None]},
            {"uniform": {"low": 2, "high": 4}, "truncate": [2.4, None]},
        ),
        ({"choice": {"values": [1, 2], "weights": [0.3, 0.7]}}, {"choice": {"values": [2, 4], "weights": [0.3, 0.7]}}),
        (
            {"student_t": {"location": 10, "scale": 2, "degrees_of_freedom": 5}},
            {"student_t": {"location": 20, "scale": 4, "degrees_of_freedom": 5}},
        ),
        ({"gamma": {"shape": 3, "scale": 5}}, {"gamma": {"shape": 3, "scale": 10}}),
        ({"beta": {"alpha": 3, "beta": 5}}, {"beta": {"alpha": 3, "beta": 5}}),
        ("50000 CNY", "50000 CNY"),
    ],
)
def test_a_distribution_of_amounts_is_scaled_by_its_amounts_alone(stated, found):
    assert scaled(stated, 2.0) == found


def test_another_currency_would_change_what_amounts_mean():
    with pytest.raises(ScenarioError, match="the amounts are in USD and would be read as others"):
        scenario().with_({"currency": "CNY"})
    assert scenario().with_({"currency": "USD"}).currency == "USD"


@pytest.mark.parametrize("rate", [0, -7, float("nan"), float("inf"), True, "7", [7], None])
def test_rates_are_numbers_above_zero(rate):
    assert list(problems(exchange_rates={"CNY": rate})) == ["exchange_rates.CNY"]


def test_rates_name_currencies_and_not_the_scenarios_own():
    assert "three capital letters" in problems(exchange_rates={"cny": 7})["exchange_rates.cny"]
    assert "leave it out" in problems(exchange_rates={"USD": 2})["exchange_rates.USD"]
    assert "add USD and CNY" in problems(currency="EUR")["exchange_rates"]
    assert "add USD, units" in problems(currency="EUR", exchange_rates={"CNY": 7.5})["exchange_rates"]
    assert exchange_rates({"currency": "CNY"}) == {"USD": pytest.approx(1 / 7)}
    assert list(problems(exchange_rates=[7])) == ["exchange_rates"]


PRICE, CONVERSION, COMPLETION = (f"market_stall.table.{name}" for name in ("price", "conversion", "completion"))


def test_a_correlation_with_a_fixed_number_or_a_channel_not_used_is_kept_without_effect():
    rows = [[PRICE, CONVERSION, 0.9], ["store.meta.cpm", "store.meta.ctr", 0.5]]
    assert len(scenario(correlations=rows).correlations) == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["market_stall.table.prise", CONVERSION, 0.1], "did you mean 'market_stall.table.price'"),
        (["stor.meta.cpm", "store.meta.ctr", 0.1], "no such number"),
        (["store.meta.cpmm", "store.meta.ctr", 0.1], "no such number"),
        (["market_stall.table.wait", CONVERSION, 0.1], "no such number"),
        ([PRICE, CONVERSION, 1.5], "between -1 and 1"),
        ([PRICE, PRICE, 0.5], "with itself"),
    ],
)
def test_a_wrong_row_of_correlations_is_named_once(row, message):
    found = problems(correlations=[[PRICE, COMPLETION, 0.1], row])
    assert list(found) == ["correlations.1"]
    assert message in found["correlations.1"]


def test_correlations_must_hold_together():
    rows = [[PRICE, CONVERSION, 0.9], [CONVERSION, COMPLETION, 0.9], [PRICE, COMPLETION, -0.9]]
    assert "positive semi-definite" in problems(correlations=rows)["correlations.2"], "the row that is one too many"


def test_a_correlation_given_twice_with_other_values_is_refused_whichever_name_comes_first():
    rows = [[PRICE, CONVERSION, 0.5], [CONVERSION, PRICE, -0.5]]
    assert "given twice" in problems(correlations=rows)["correlations.1"]
    assert len(scenario(correlations=[rows[0], [CONVERSION, PRICE, 0.5]]).correlations) == 1


def of_store(**sections):
    return {"strategies": {"shop": ["store"]}, "store": sections}


@pytest.mark.parametrize(
    ("sections", "key", "found"),
    [
        ({"paypal": {"share": 0.6}, "stripe": {"share": 0.35}}, "store.paypal.share", "paypal 0.6 + stripe 0.35"),
        ({"paypal": {"share": 0.6}, "stripe": {"share": 0.45}}, "store.paypal.share", "paypal 0.6 + stripe 0.45"),
        ({"meta": {"budget_share": 0.7}, "google": {"budget_share": 0.25}}, "store.meta.budget_share", "0.7 + google"),
        ({"meta": {"enabled": False}, "google": {"budget_share": 0.95}}, "store.google.budget_share", "google 0.95"),
    ],
)
def test_parts_of_a_whole_must_make_the_whole(sections, key, found):
    said = problems(**of_store(**sections))
    assert list(said) == [key]
    assert found in said[key]
    assert "must sum to 1" in said[key]


def test_parts_of_a_whole_may_be_thirds_and_leave_out_what_is_off():
    thirds = {"paypal": {"share": 0.3333333}, "stripe": {"share": 0.6666667}}
    assert scenario(**of_store(**thirds)).section("store", "paypal").values["share"] == Constant(0.3333333)
    assert scenario(**of_store(meta={"enabled": False}, google={"budget_share": 1.0}))


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        (["store", "store"], "a channel stands twice"),
        ([], "needs at least one channel"),
        (["stor"], "no such channel; did you mean 'store'?"),
    ],
)
def test_a_strategy_names_each_of_its_channels_once(channels, message):
    assert message in problems(strategies={"shop": channels})["strategies.shop"]


@pytest.mark.parametrize("day", ["9999-12-30", "0001-01-01", "1999-12-31"])
def test_days_that_no_run_could_count_are_refused(day):
    assert "2000 to 2100" in problems(start_date=day)["start_date"]


def test_a_channel_registered_anew_is_validated_anew(stall):
    scenario()
    register(Channel("market_stall", "Market stall", stall.parts[:1]))
    assert list(problems(market_stall={"annex": {"price": 3}})) == ["market_stall.annex"]


def test_reading_yaml_is_not_imported_with_the_scenario():
    code = "import sys, sim.scenario.scenario; assert not {'ruamel', 'pandas', 'matplotlib'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_strategy_cannot_take_a_word_of_the_screen():
    with pytest.raises(sim.ConfigError, match="found 'orders'; the program has this word for something else"):
        sim.load("configs/article.yaml", ["strategies={orders: [store]}"])


def test_a_scenario_stays_what_it_was():
    article = sim.load("configs/article.yaml")
    store = article.channels["store"]
    for mapping in (article.wallet, article.market, article.strategies, store, store["prices"].values):
        before, key = dict(mapping), next(iter(mapping))
        for change in (
            lambda mapping=mapping, key=key: mapping.__setitem__(key, 5000),
            lambda mapping=mapping, key=key: mapping.pop(key),
            lambda mapping=mapping: mapping.update(capital=5000),
            lambda mapping=mapping: mapping.clear(),
        ):
            with pytest.raises(TypeError, match="a scenario does not change; make another: scenario"):
                change()
        assert dict(mapping) == before
    plain = article.to_mapping()
    plain["wallet"]["capital"] = plain["exchange_rates"]["CNY"] = plain["strategies"]["new"] = 1
    assert article == pickle.loads(pickle.dumps(article)) == copy.deepcopy(article)
    assert article.sha256 == sim.load("configs/article.yaml").sha256
