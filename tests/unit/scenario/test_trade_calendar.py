"""Trade rules in a scenario: what is refused, with file, line, key and remedy; what is without effect."""

import json
from datetime import date

import jsonschema
import pytest

from sim.scenario import Scenario
from sim.scenario.effects import without_effect
from sim.scenario.explanation import explain
from sim.scenario.json_schema import schema
from sim.scenario.loading import loads
from sim.scenario.yaml_reader import ConfigError

HEAD = "name: rules\nstrategies: {s: [store]}\nmarket:\n  trade_rules:\n"
US = "    us: {starts: 2026-01-01, destination: us, duty: 0.2}\n"


def refusal(rules, head=HEAD):
    with pytest.raises(ConfigError) as caught:
        loads(head + rules, "mine.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            "    a: {starts: 2026-02-30, destination: us}\n",
            "market.trade_rules.a.starts: found '2026-02-30'; must be a date",
        ),
        ("    a: {starts: soon, destination: us}\n", "market.trade_rules.a.starts: found 'soon'; must be a date"),
        ("    a: {starts: 20260101, destination: us}\n", "starts: found 20260101; must be a date, YYYY-MM-DD"),
        ("    a: {starts: 1026-01-01, destination: us}\n", "must lie in the years 2000 to 2100"),
        ("    a: {starts: 2026-01-01T10:00:00, destination: us}\n", "must be a date, YYYY-MM-DD"),
        ("    a: {starts: true, destination: us}\n", "must be a date, YYYY-MM-DD"),
        ("    a: {destination: us}\n", "market.trade_rules.a.starts: found nothing; is required: add it"),
        ("    a: {starts: 2026-01-01}\n", "market.trade_rules.a.destination: found nothing; is required: add it"),
        ("    a: {starts: 2026-01-01, destination: uk}\n", "destination: found 'uk'; must be one of: us, eu, other"),
        ("    a: {starts: 2026-01-01, destination: [us]}\n", "must be one of: us, eu, other"),
        ("    a: {starts: 2026-01-01, destination: us, dutty: 1}\n", "unknown key; did you mean 'duty'?"),
        ("    a: {starts: 2026-01-01, destination: us, vat: 21}\n", "a.vat: found 21; must lie between 0 and 1"),
        ("    a: {starts: 2026-01-01, destination: us, duty: -0.1}\n", "a.duty: found -0.1; must lie between 0 and 10"),
        ("    a: {starts: 2026-01-01, destination: us, handling_fee: 2 EUR}\n", "unknown currency EUR"),
        ("    a: {starts: 2026-01-01, destination: us, source: 3}\n", "a.source: found 3; must be text"),
        (
            "    a: {starts: 2026-01-01, destination: us, sure: maybe}\n",
            "must be one of: in_force, passed, proposed, regime",
        ),
        (
            "    a: {starts: 2026-01-01, destination: us, probability: 0.5}\n",
            "a.probability: found 0.5; belongs to a proposed",
        ),
        (
            "    a: {starts: 2026-01-01, destination: us, regime: x}\n",
            "a.regime: found 'x'; belongs to a rule with sure",
        ),
        ("    a: {starts: 2026-01-01, destination: us, sure: regime}\n", "a.regime: found nothing; name the regime"),
        (
            "    a: {starts: 2026-01-01, destination: us, sure: proposed, probability: 0.2 to 0.4}\n",
            "must be one number, not a distribution",
        ),
        (
            "    a b: {starts: 2026-01-01, destination: us}\n",
            "market.trade_rules.a b: found 'a b'; a name must be 1 to 60 letters",
        ),
        ("    a: 3\n", "must be a mapping of keys to values"),
        ("    - a\n", "market.trade_rules: found ['a']; must be a mapping of keys to values"),
        (
            US + "    again: {starts: 2026-01-01, destination: us}\n",
            "trade_rules.again.starts: found 2026-01-01; us has another rule from this day on, us: leave one out",
        ),
        (US + "  trade_regime: high\n", "market.trade_regime: found 'high'; no trade rule has a regime"),
        (
            "    a: {starts: 2026-01-01, destination: us, sure: regime, regime: us_20}\n  trade_regime: us_02\n",
            "market.trade_regime: found 'us_02'; no trade rule is of this regime; did you mean 'us_20'?",
        ),
        (
            "    a: {starts: 2026-01-01, destination: us, sure: regime, regime: us_20}\n",
            "market.trade_regime: found nothing; choose one of the rules' regimes: us_20",
        ),
        (
            US + "  duty_on: shipping\n",
            "market.duty_on: found 'shipping'; must be one of: factory_price, checkout_price",
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_place(rules, said):
    found = refusal(rules)
    assert found.startswith("mine.yaml:")
    assert said in found


def test_the_line_is_the_rules_own():
    assert refusal(US + "    eu:\n      starts: 2026-01-01\n      destination: mars\n").startswith(
        "mine.yaml:8: market.tr"
    )


def test_two_regimes_may_begin_on_one_day_and_a_proposal_may_not():
    regimes = "".join(
        f"    {name}: {{starts: 2026-01-01, destination: us, sure: regime, regime: {name}}}\n" for name in ("a", "b")
    )
    assert len(loads(HEAD + regimes + "  trade_regime: b\n").market["trade_rules"]) == 2
    proposed = "    p: {starts: 2026-01-01, destination: us, sure: proposed, probability: 0.3}\n"
    assert "give them two regimes" in refusal(US + proposed)


def test_a_calendar_survives_being_written_and_read():
    found = loads(HEAD + US.replace("0.2", "{uniform: {low: 0.1, high: 0.25}}"))
    again = Scenario.from_mapping(json.loads(json.dumps(found.to_mapping())))
    assert again == found
    assert again.sha256 == found.sha256
    assert again.market["trade_rules"]["us"]["starts"] == date(2026, 1, 1)
    assert again.with_({"market.trade_rules.us.duty": 0.3}).numbers()["market.trade_rules.us.duty"].mean == 0.3


def test_the_schema_knows_a_rule():
    validator = jsonschema.Draft202012Validator(schema())

    def valid(**values):
        rule = {"starts": "2026-01-01", "destination": "us", **values}
        return validator.is_valid({"market": {"trade_rules": {"a": rule}}})

    assert valid(duty=0.2, sure="proposed", probability=0.3, source="mine")
    assert valid(duty={"uniform": {"low": 0.1, "high": 0.2}})
    assert not valid(dutty=0.2)
    assert not valid(destination="uk")
    assert not valid(sure="maybe")


def test_what_a_rule_replaces_is_without_effect_and_so_is_one_that_never_holds():
    rules = US + (
        "    old: {starts: 2025-01-01, destination: us, duty: 0.1}\n"
        "    late: {starts: 2028-01-01, destination: eu}\n"
        "    open: {starts: 2026-02-01, destination: us, sure: proposed, probability: 0.5}\n"
        "    in_time: {starts: 2026-12-01, destination: eu, item_kind_fee: 3}\n"
    )
    found = loads(HEAD + rules)
    for name, holds in (("us", True), ("old", False), ("late", False), ("open", True), ("in_time", True)):
        assert (without_effect(found, f"market.trade_rules.{name}.duty") == "") is holds, name
    assert "market.trade_rules say what holds for us" in without_effect(found, "store.import_charges.us_duty")
    assert without_effect(found, "store.import_charges.eu_vat") == "", "until December"
    assert without_effect(found, "store.import_charges.item_kinds") == ""
    assert "charges an item kind" in without_effect(loads(HEAD + US), "store.import_charges.item_kinds")
    assert "switched off" in without_effect(
        found.with_({"store.import_charges.enabled": False}), "store.import_charges.us_duty"
    )


def test_a_rule_is_explained():
    found = loads(HEAD + US + "    late: {starts: 2028-01-01, destination: eu, source: mine}\n")
    page = explain("market.trade_rules", found)
    assert "us: {starts: 2026-01-01, destination: us" in page
    assert "but the rule holds on no day of the run" in page
    assert "First day on which it holds." in page
    assert "0.2" in explain("market.trade_rules.us.duty", found)
    assert "fraction of the customs value" in explain("market.trade_rules.us.duty", found)
    assert "First day on which it holds." in explain("market.trade_rules")
