"""Every family is shown with every way to write it: on the page of `sim explain`, in the schema, in the docs."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import jsonschema
import numpy as np
import pytest

from sim.randomness.distributions import FAMILIES, Distribution, from_leaf, register
from sim.randomness.distributions.parse import QUANTILES
from sim.scenario import ConfigError, explain, schema
from sim.scenario.distribution_forms import INTERVALS, TRUNCATED, distributions_page, family_page
from sim.scenario.yaml_reader import parse
from sim.text.labels import label
from tests.builders import command

WAYS = [(name, way) for name, family in FAMILIES.items() for way in family.ways()]


def read(text):
    return parse(f"key: {text}\n", "s.yaml").data["key"]


def with_a_price(value):
    return {"store": {"prices": {"mean_value": value}}}


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_every_way_of_every_family(language):
    page = distributions_page(language)
    for name, way in WAYS:
        assert f"\n{name}: {label(f'family_{name}', language)}\n" in page
        assert f"\n  {way}" in page
    for text in (*INTERVALS, TRUNCATED):
        assert f"\n  {text}\n" in page


def test_the_command_prints_it_in_both_languages(monkeypatch, capsys):
    for language in ("en", "zh"):
        outcome = command(monkeypatch, capsys, "explain", "distributions", "--language", language)
        assert outcome.out == distributions_page(language) + "\n"
    assert command(monkeypatch, capsys, "explain", "pert").out == family_page("pert") + "\n"
    assert explain("distribution") == explain("distributions")


def test_two_quantiles_may_be_any_and_what_may_be_left_out_is_said():
    page = distributions_page()
    assert page.count("two quantiles, any") == sum(QUANTILES in map(tuple, f.forms) for f in FAMILIES.values()) == 4
    assert "low, high: may be left out" in family_page("interval")
    assert "weights: may be left out" in family_page("choice")
    assert from_leaf({"normal": {"p10": 1, "p90": 3}}).mean == pytest.approx(2)


@pytest.mark.parametrize("text", [*INTERVALS, TRUNCATED])
def test_the_short_forms_and_the_truncation_can_be_written(text):
    key = "returns.return_rate" if "%" in text else "meta.cpm"
    section, name = key.split(".")
    from sim.scenario import loads

    value = f'"{text}"' if text in INTERVALS else text
    found = loads(f"name: s\nstrategies: {{a: [store]}}\nstore: {{{section}: {{{name}: {value}}}}}\n")
    assert found.numbers()[f"store.{key}"].sd > 0


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_the_schema_takes_every_way(validator, name, way):
    assert validator.is_valid(with_a_price(read(way)))
    assert validator.is_valid(with_a_price(read(way) | {"truncate": [0, None]}))


@pytest.mark.parametrize("name", FAMILIES)
def test_the_schema_refuses_what_a_family_does_not_take(validator, name):
    family = FAMILIES[name]
    for form in map(dict, family.forms):
        assert not validator.is_valid(with_a_price({name: form | {"typo": 1}}))
        assert not validator.is_valid(with_a_price({name: form | {next(iter(form)): True}}))
        for left_out in form:
            rest = {key: value for key, value in form.items() if key != left_out}
            assert validator.is_valid(with_a_price({name: rest})) == (left_out in family.optional)


def test_the_schema_takes_any_two_quantiles_and_no_more(validator):
    assert validator.is_valid(with_a_price({"lognormal": {"p10": 20, "p97.5": 90}}))
    assert not validator.is_valid(with_a_price({"lognormal": {"p10": 20, "p50": 40, "p90": 90}}))
    assert not validator.is_valid(with_a_price({"lognormal": {"p100": 20, "p50": 40}}))
    assert not validator.is_valid(with_a_price({"mixture": {"components": [{"pert": {"low": 1}}], "weights": [1]}}))
    assert validator.is_valid(
        with_a_price(
            {
                "mixture": {
                    "components": ["20 to 30", 45, {"pert": {"low": 1, "mode": 2, "high": 3}}],
                    "weights": [1, 1, 1],
                }
            }
        )
    )


def test_a_family_from_outside_is_on_the_page_with_the_first_line_of_its_class(monkeypatch):
    monkeypatch.setitem(FAMILIES, "halves", None)  # taken out again at the end

    @register
    @dataclass(frozen=True)
    class Halves(Distribution):
        """Twice what is left.

        Not shown.
        """

        family: ClassVar[str] = "halves"

        first: float
        last: float

        def ppf(self, u):
            return np.asarray(u) * self.last + self.first

        def cdf(self, x):
            return (np.asarray(x) - self.first) / self.last

    assert "\nhalves: Twice what is left.\n  {halves: {first: …, last: …}}\n" in distributions_page()
    checked = jsonschema.Draft202012Validator(schema())
    assert checked.is_valid(with_a_price({"halves": {"first": 1, "last": 2}}))
    assert not checked.is_valid(with_a_price({"halves": {"first": 1}}))


def test_the_page_of_the_docs_has_every_family_and_way_and_nothing_else():
    page = Path("docs/distributions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| (.*?) \| (`.*`) \|$", page, flags=re.MULTILINE)
    shown = {name: (words, re.findall("`(.*?)`", ways)) for name, words, ways in rows}
    assert shown == {name: (label(f"family_{name}"), family.ways()) for name, family in FAMILIES.items()}
    for text in (*INTERVALS, TRUNCATED):
        assert f"`{text}`" in page


def test_an_unknown_key_is_still_unknown():
    with pytest.raises(ConfigError, match="there is no key 'distributoins'"):
        explain("distributoins")
