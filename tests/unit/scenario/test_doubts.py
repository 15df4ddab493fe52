"""Doubts: known keys with two values each, read as the keys' own values are."""

import json

import jsonschema
import pytest

import sim
from sim.scenario import ConfigError, explain, loads, schema
from sim.scenario.doubts import MAX_DOUBTS

HEAD = "name: shop\nstrategies: {shop: [store]}\n"
MARGIN = "store.goods.gross_margin"


def doubts(text, *overrides):
    return loads(f"{HEAD}doubts: {text}\n", "s.yaml", list(overrides)).doubts


def test_values_are_read_as_those_of_the_key():
    found = doubts(f"[[{MARGIN}, 30%, {{beta: {{mean: 0.5, sd: 0.1}}}}], [store.opening.compliance_cost, 7000 CNY, 5]]")
    assert [value.mean for value in found[MARGIN]] == pytest.approx([0.3, 0.5])
    assert [value.mean for value in found["store.opening.compliance_cost"]] == [1000.0, 5.0]
    switch = doubts("[[store.repeat.enabled, true, false], [store.freight.carrier, dhl, packet]]")
    assert switch == {"store.repeat.enabled": (True, False), "store.freight.carrier": ("dhl", "packet")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[[{MARGIN}x, 1, 2]]", "no such key; did you mean 'store.goods.gross_margin'?"),
        ("[[horizon_days, 60, 90]]", "no such key"),
        (f"[[{MARGIN}, 1.5, 0.3]]", f"{MARGIN}: must lie between 0 and 1"),
        (f"[[{MARGIN}, 0.3, 0.3]]", "give two values that differ"),
        (f"[[{MARGIN}, 0.3]]", "is required"),
        (f"[[{MARGIN}, 0.3, 0.4, 0.5]]", "doubts"),
        (f"[[{MARGIN}, 0.3, 0.4], [{MARGIN}, 0.3, 0.5]]", "stands twice"),
        ("[[store.repeat.enabled, 1, 0]]", "must be true or false"),
        ("[[store.freight.carrier, pigeon, dhl]]", "must be one of"),
        ("[[5, 1, 2]]", "must be text"),
        ("5", "must be a list"),
        (f"[[{MARGIN}, !!python/object:os.system x, 0.3]]", "s.yaml"),
        (f"[[{MARGIN}, {{empirical: {{file: /etc/passwd, column: a}}}}, 0.3]]", "doubts"),
        (f"[[{'x' * 5000}, 1, 2]]", "no such key"),
    ],
)
def test_what_is_no_doubt_is_refused(text, said):
    with pytest.raises(ConfigError) as refused:
        doubts(text)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 1000


def test_there_are_not_too_many():
    rows = ", ".join(f"[{MARGIN}, 0.3, 0.4]" for _ in range(MAX_DOUBTS + 1))
    with pytest.raises(ConfigError, match="at most"):
        doubts(f"[{rows}]")


def test_they_survive_a_manifest_and_change_no_number():
    scenario = loads(f"{HEAD}doubts: [[{MARGIN}, 0.3, 0.4]]\n")
    again = sim.Scenario.from_mapping(json.loads(json.dumps(scenario.to_mapping())))
    assert again == scenario
    assert again.sha256 == scenario.sha256
    assert scenario.with_({"wallet.capital": 5}).doubts == scenario.doubts
    assert scenario.numbers() == loads(HEAD).numbers()


def test_a_file_replaces_those_it_inherits(tmp_path):
    (tmp_path / "base.yaml").write_text(f"{HEAD}doubts: [[{MARGIN}, 0.3, 0.4]]\n", encoding="utf-8")
    for text, keys in (("", [MARGIN]), ("doubts: [[store.repeat.enabled, true, false]]\n", ["store.repeat.enabled"])):
        (tmp_path / "top.yaml").write_text(f"extends: base.yaml\n{text}", encoding="utf-8")
        assert list(sim.load(tmp_path / "top.yaml").doubts) == keys
    assert list(doubts("[]", f"doubts=[[{MARGIN}, 0.3, 0.4]]")) == [MARGIN]


def test_schema_and_explain_know_them():
    checker = jsonschema.Draft202012Validator(schema())
    good = {"doubts": [[MARGIN, 0.3, {"beta": {"mean": 0.5, "sd": 0.1}}]]}
    assert not list(checker.iter_errors(good))
    assert list(checker.iter_errors({"doubts": [[MARGIN, 0.3]]}))
    assert "two values it might have" in explain("doubts")
