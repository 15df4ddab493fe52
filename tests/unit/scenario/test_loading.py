import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML

import sim
from sim.cli.options import goal_of, size_of
from sim.randomness.distributions import Constant
from sim.randomness.distributions.families import Beta, LogNormal
from sim.scenario import explain, loads, manifest_goal, manifest_size, schema
from sim.scenario.article_readings import all_readings
from sim.scenario.declarations import declared
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import ConfigError
from sim.simulation.convergence import Goal
from sim.simulation.plan import PlanError

SHIPPED = sorted(Path("configs").glob("*.yaml"))
HEAD = "name: shop\nstrategies: {independent: [store]}\n"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_scenarios_load_fit_the_schema_and_round_trip(file):
    scenario = sim.load(file)
    again = Scenario.from_mapping(json.loads(json.dumps(scenario.to_mapping())))
    assert again.sha256 == scenario.sha256
    assert again == scenario
    jsonschema.validate(YAML(typ="safe", pure=True).load(file), _textual_dates(schema()))


def _textual_dates(found):
    # YAML reads an unquoted date as a date; editors check its text.
    found["properties"]["start_date"] = {}
    (rule,) = found["properties"]["market"]["properties"]["trade_rules"]["patternProperties"].values()
    rule["properties"]["starts"] = {}
    return found


def test_the_schema_refuses_what_the_scenario_refuses():
    validator = jsonschema.Draft202012Validator(schema())
    assert not validator.is_valid({"store": {"meta": {"cmp": 1}}})
    assert not validator.is_valid({"strategies": {"a": ["stor"]}})
    assert validator.is_valid({"store": {"meta": {"cpm": {"lognormal": {"p5": 1, "p95": 2}}}}})


def test_values_are_read_as_written():
    text = HEAD + (
        "exchange_rates: {CNY: 8}\n"
        "store:\n"
        "  prices: {mean_value: 60 to 90}\n"
        "  returns: {return_rate: {beta: {mean: 0.2, sd: 0.05}, truncate: [0.1, null]}}\n"
        "  opening: {setup_cost: 4000 CNY}\n"
        "  repeat: {gap: 45}\n"
    )
    scenario = loads(text)
    values = {
        key: scenario.numbers()[f"store.{key}"] for key in ("prices.mean_value", "opening.setup_cost", "repeat.gap")
    }
    price = values["prices.mean_value"]
    assert isinstance(getattr(price, "inner", price), LogNormal)
    np.testing.assert_allclose(price.ppf(np.array([0.05, 0.95])), [60, 90])
    assert values["opening.setup_cost"] == Constant(500.0)
    assert values["repeat.gap"] == Constant(45.0)
    returns = scenario.numbers()["store.returns.return_rate"]
    assert returns.support == (0.1, 1.0)


def test_extends_lays_over_value_by_value(tmp_path):
    (tmp_path / "base.yaml").write_text(
        HEAD + "store:\n  prices: {mean_value: 50, log_sd: 0.3}\n  returns: {return_rate: 0.1 to 0.2}\n"
        "correlations:\n  - [store.meta.cpm, store.meta.ctr, 0.5]\n",
        encoding="utf-8",
    )
    (tmp_path / "mine.yaml").write_text(
        "extends: base.yaml\nname: mine\nstore:\n  prices: {mean_value: {beta: {mean: 0.5, sd: 0.1}}}\n"
        "correlations:\n  - [store.meta.ctr, store.meta.cpm, -0.25]\n",
        encoding="utf-8",
    )
    scenario = sim.load(tmp_path / "mine.yaml")
    assert scenario.name == "mine"
    inner = scenario.numbers()["store.prices.mean_value"]
    assert isinstance(getattr(inner, "inner", inner), Beta)
    assert scenario.numbers()["store.prices.log_sd"] == Constant(0.3)
    assert scenario.correlations == {("store.meta.cpm", "store.meta.ctr"): -0.25}


def test_strategies_are_replaced_whole(tmp_path):
    (tmp_path / "base.yaml").write_text("name: base\nstrategies: {a: [store], b: [aliexpress]}\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("extends: base.yaml\nname: mine\nstrategies: {c: [store]}\n", encoding="utf-8")
    assert sim.load(tmp_path / "mine.yaml").strategies == {"c": ("store",)}


def test_an_inherited_mistake_is_reported_where_it_stands(tmp_path):
    (tmp_path / "base.yaml").write_text(HEAD + "store:\n  prices:\n    mean_value: -1\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("extends: base.yaml\nname: mine\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"base\.yaml:5: store\.prices\.mean_value: found -1"):
        sim.load(tmp_path / "mine.yaml")


def test_overrides_win_and_are_named_in_errors():
    assert sim.load("configs/market.yaml", ["store.repeat.gap=33"]).numbers()["store.repeat.gap"] == Constant(33.0)
    with pytest.raises(ConfigError, match=r"--set store\.repeat\.gap=0"):
        sim.load("configs/market.yaml", ["store.repeat.gap=0"])


def test_all_problems_are_told_at_once():
    with pytest.raises(ConfigError) as error:
        loads(HEAD + "store:\n  prices: {mean_value: -1}\n  returns: {return_rate: 2}\n  nonsense: {}\n")
    assert len(str(error.value).splitlines()) == 3


def test_data_columns_are_read_from_beside_the_scenario(tmp_path):
    (tmp_path / "orders.csv").write_text("day,value\n1,50\n2,70\n3,90\n", encoding="utf-8")
    leaf = "{empirical: {file: orders.csv, column: value}}"
    (tmp_path / "s.yaml").write_text(HEAD + f"store: {{prices: {{mean_value: {leaf}}}}}\n", encoding="utf-8")
    scenario = sim.load(tmp_path / "s.yaml")
    np.testing.assert_allclose(scenario.numbers()["store.prices.mean_value"].ppf(np.array([0.25, 0.5])), [50, 70])
    assert "50.0" in json.dumps(scenario.to_mapping())


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside.csv").write_text("value\n1\n2\n", encoding="utf-8")
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    leaf = "{empirical: {file: link.csv, column: value}}"
    (folder / "s.yaml").write_text(HEAD + f"store: {{prices: {{mean_value: {leaf}}}}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="outside the scenario's folder"):
        sim.load(folder / "s.yaml")


def test_every_key_explains_itself():
    scenario = sim.load("configs/market.yaml")
    keys = [name for name, _, _ in declared()]
    assert len(keys) > 200
    for key in keys:
        page = explain(key, scenario)
        assert "meaning:" in page
        assert f"in {scenario.name}:" in page or "in market" in page
    assert len(explain("*.fee_rate").splitlines()) >= 4
    with pytest.raises(ConfigError, match=r"store\.meta\.cpm"):
        explain("store.meta.cmp")


FACTS_ONLY = {"test_acos", "stable_profit"}


@pytest.mark.parametrize("name", all_readings())
def test_every_option_of_every_reading_makes_a_difference(name):
    plain = sim.load("configs/market.yaml")
    seen = set()
    for option in all_readings()[name].options:
        chosen = sim.load("configs/market.yaml", [f"readings={{{name}: {option}}}"])
        sections = {key: value for key, value in chosen.to_mapping().items() if key != "readings"}
        seen.add(json.dumps(sections, sort_keys=True))
    if name in FACTS_ONLY:
        assert len(seen) == 1
    else:
        assert len(seen) == len(all_readings()[name].options), plain.name


def test_a_base_in_another_currency_is_refused(tmp_path):
    (tmp_path / "base.yaml").write_text(HEAD, encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: base.yaml\nname: mine\ncurrency: CNY\n", encoding="utf-8")
    with pytest.raises(sim.ConfigError, match=r"mine\.yaml:3: currency: found 'CNY'; base\.yaml is in 'USD'"):
        sim.load(mine)
    mine.write_text("extends: base.yaml\nname: mine\ncurrency: USD\n", encoding="utf-8")
    assert sim.load(mine).currency == "USD"
    with pytest.raises(sim.ConfigError, match="--set currency=CNY"):
        sim.load(mine, ["currency=CNY"])


@pytest.mark.parametrize(("key", "low", "high"), [("horizon_days", 30, 1095), ("stable_months", 1, 24)])
def test_the_ends_of_a_range_are_allowed_and_nothing_beyond(key, low, high):
    found = schema()["properties"][key]
    assert (found["minimum"], found["maximum"]) == (low, high)
    for value in (low, high):
        assert getattr(loads(f"{HEAD}{key}: {value}\n"), key) == value
    for value in (low - 1, high + 1):
        with pytest.raises(ConfigError, match=rf"<text>:3: {key}: found {value}; must be at"):
            loads(f"{HEAD}{key}: {value}\n")


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
def test_the_first_and_the_last_day_are_allowed(day):
    assert loads(f"{HEAD}start_date: {day}\n").start_date.isoformat() == day


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("wallet.capital", "in shop:     1234.0"),
        ("market.yuan_start", "in shop:     6.5"),
        ("store.meta.cpm", "in shop:     14.0"),
        ("store.google.cpc", "in shop:     switched off"),
        ("store.google.enabled", "in shop:     false"),
        ("alibaba.p4p.cpc", "in shop:     channel not used"),
        ("store.meta.cpm", "drawn:       once a shop"),
        ("alibaba.orders.order_days", "drawn:       between orders or events"),
        ("store.freight.carrier", "options:     packet, dhl"),
    ],
)
def test_a_page_says_what_holds_in_this_scenario(key, row):
    sections = "store: {meta: {cpm: 14, budget_share: 1}, google: {enabled: false}}\n"
    scenario = loads(f"{HEAD}wallet: {{capital: 1234}}\nmarket: {{yuan_start: 6.5}}\n{sections}")
    assert row in explain(key, scenario).splitlines()


def test_the_first_equals_sign_parts_key_and_value():
    assert loads(HEAD, overrides=["title=more = better"]).title == "more = better"


def manifest(folder, **changes):
    """Write the manifest of a run and return its file."""
    content = {"scenario": loads(HEAD).to_mapping(), "worlds": 4096, "replicates": 4, "seed": 0, "stop": None}
    file = folder / "manifest.json"
    file.write_text(json.dumps(content | changes), encoding="utf-8")
    return file


def test_a_run_is_repeated_with_its_size(tmp_path):
    file = manifest(tmp_path)
    assert (manifest_size(file), manifest_goal(file)) == ((4096, 4, 0), (None, None))


def test_a_run_that_grew_is_repeated_with_what_was_asked_of_it(tmp_path):
    file = manifest(tmp_path, stop={"asked_worlds": 512, "goal": {"precision": 0.01, "most_paths": 50_000}})
    assert (manifest_size(file), manifest_goal(file)) == ((512, 4, 0), (0.01, 50_000))


@pytest.mark.parametrize(
    "wrong", [{"seed": True}, {"seed": -1}, {"worlds": 1.5}, {"worlds": "7"}, {"replicates": None}]
)
def test_a_size_that_is_none_is_refused(wrong, tmp_path):
    with pytest.raises(ConfigError, match="worlds, replicates and seed must be whole numbers"):
        manifest_size(manifest(tmp_path, **wrong))


@pytest.mark.parametrize("goal", [3, None, {"precision": "1%", "most_paths": 5}, {"precision": 0.1, "most_paths": 5.5}])
def test_a_goal_that_is_none_is_refused(goal, tmp_path):
    with pytest.raises(ConfigError, match=r"stop\.goal must hold"):
        manifest_goal(manifest(tmp_path, stop={"asked_worlds": 512, "goal": goal}))


def test_what_is_asked_for_wins_over_the_manifest(tmp_path):
    grown = manifest(tmp_path, stop={"asked_worlds": 512, "goal": {"precision": 0.01, "most_paths": 50_000}})
    scenario = loads(HEAD)
    assert goal_of(grown, scenario, None, None) == Goal(0.01, 50_000)
    assert goal_of(grown, scenario, 0.02, None) == Goal(0.02, None)
    assert size_of(grown, None, 2, None) == {"worlds": 512, "replicates": 2, "seed": 0}
    assert size_of(grown, 64, None, 5) == {"worlds": 64, "replicates": 4, "seed": 5}


def test_without_a_manifest_the_size_is_what_is_asked_for_or_usual():
    file = Path("shop.yaml")
    assert size_of(file, None, None, None) == {"worlds": 4096, "replicates": 4, "seed": 1}
    assert size_of(file, None, None, 0) == {"worlds": 4096, "replicates": 4, "seed": 0}
    assert goal_of(file, loads(HEAD), None, None) is None
    with pytest.raises(PlanError, match="--max-paths caps what --precision or a condition asks for"):
        goal_of(file, loads(HEAD), None, 500)
