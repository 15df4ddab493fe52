"""Scenarios that earlier versions saved: what is gone is passed over and told of, what came since is off."""

import json
from copy import deepcopy

import pytest

import sim
from sim.scenario import ConfigError, Scenario
from sim.scenario.former import GONE, OFF, as_saved
from sim.scenario.problems import ScenarioError

KEY = "store.owner_pay.keep_cash"


@pytest.fixture
def saved():
    """Today's scenario of one store, as version 0.2.0 would have saved it."""
    content = sim.load("configs/article.yaml").with_({"strategies": {"own": ["store"]}}).to_mapping()
    content = json.loads(json.dumps(content))
    content["store"]["owner_pay"]["keep_cash"] = 1000.0
    for key in OFF:
        owner, *section, name = key.split(".")
        inner = content.get(owner)
        for part in section:
            inner = (inner or {}).get(part)
        (inner or {}).pop(name, None)
    return content


def test_a_key_that_is_gone_is_passed_over_and_told_of(saved):
    before = deepcopy(saved)
    with pytest.warns(UserWarning, match=rf"^{KEY}: saved by an earlier version; today's model has no such key"):
        scenario = Scenario.from_mapping(as_saved(saved))
    assert saved == before, "what was read is left as it is"
    assert "keep_cash" not in scenario.section("store", "owner_pay").values


def test_what_came_since_is_off(saved):
    del saved["store"]["owner_pay"]["keep_cash"]
    scenario = Scenario.from_mapping(as_saved(saved))
    assert scenario.numbers()["wallet.grace_days"].mean == 0
    assert scenario.section("store", "budget").values["weeks"] == "calendar"


def test_what_todays_version_saved_stays_as_it_is():
    content = json.loads(json.dumps(sim.load("configs/article.yaml").to_mapping()))
    assert as_saved(content) == content


def test_a_correlation_with_a_number_that_is_gone_goes_with_it(saved):
    saved["correlations"] = [[KEY, "store.prices.mean_value", 0.5], ["store.prices.mean_value", "market.demand", 0.1]]
    with pytest.warns(UserWarning, match=KEY):
        assert as_saved(saved)["correlations"] == [["store.prices.mean_value", "market.demand", 0.1]]


@pytest.mark.parametrize("broken", [{"store": 1}, {"store": {"owner_pay": 1}}, {"wallet": None, "correlations": 3}, {}])
def test_what_is_no_scenario_is_left_to_be_refused(broken):
    assert as_saved(broken).keys() == broken.keys()


def test_in_a_file_that_somebody_writes_it_stays_an_error_that_says_why(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\nstrategies: {own: [store]}\nstore: {owner_pay: {keep_cash: 5}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"mine.yaml:3: {KEY}: found 5; is gone: owner's pay is owed"):
        sim.load(file)
    with pytest.raises(ScenarioError, match="is gone: owner's pay is owed and never drawn"):
        sim.load("configs/article.yaml").with_({KEY: 5})


def test_every_key_that_is_gone_is_gone(saved):
    for key in GONE:
        section, name = key.split(".")
        assert name not in sim.load("configs/article.yaml").section("store", section).values


def test_the_manifest_of_a_run_is_read_in_the_model_it_was_simulated_with(saved, tmp_path):
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({"scenario": saved}), encoding="utf-8")
    with pytest.warns(UserWarning, match=KEY):
        scenario = sim.load(file)
    assert scenario.section("store", "budget").values["weeks"] == "calendar"
