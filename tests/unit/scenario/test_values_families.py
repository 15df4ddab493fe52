"""A family of distributions from outside the package is one class: everything that reads numbers then knows it."""

import math
from dataclasses import dataclass
from typing import ClassVar

import jsonschema
import numpy as np
import pytest

import sim
from sim.randomness.distributions import FAMILIES, Distribution, DistributionError, Truncated, from_leaf, register
from sim.scenario import ConfigError, explain, loads, schema
from sim.scenario.values import scaled
from tests.builders import write_sweep

HEAD = "name: shop\nstrategies: {independent: [store]}\n"
PRICE = "store.prices.mean_value"


@dataclass(frozen=True)
class Weibull(Distribution):
    """A waiting time or an amount with a tail that is a power of the exponential's."""

    family: ClassVar[str] = "weibull"
    shapes: ClassVar[tuple[str, ...]] = ("shape",)

    shape: float
    scale: float

    def ppf(self, u):
        return self.scale * (-np.log1p(-np.asarray(u))) ** (1.0 / self.shape)

    def cdf(self, x):
        return -np.expm1(-((np.maximum(x, 0.0) / self.scale) ** self.shape))

    @property
    def support(self):
        return 0.0, math.inf


@pytest.fixture
def weibull(monkeypatch):
    """Registered for one test only."""
    monkeypatch.setitem(FAMILIES, "weibull", None)  # taken out again at the end
    assert register(Weibull) is Weibull


def test_yaml_reads_it_and_it_is_written_back(weibull):
    scenario = loads(HEAD + "store: {repeat: {gap: {weibull: {shape: 2, scale: 80}, truncate: [5, 300]}}}\n")
    assert scenario.numbers()["store.repeat.gap"] == Truncated(Weibull(2.0, 80.0), 5.0, 300.0)
    plain = {"weibull": {"shape": 2.0, "scale": 80.0}, "truncate": [5.0, 300.0]}
    assert scenario.to_mapping()["store"]["repeat"]["gap"] == plain
    assert "{weibull: {shape: 2.0, scale: 80.0}, truncate: [5.0, 300.0]}" in explain("store.repeat.gap", scenario)


def test_it_is_cut_to_the_range_of_its_field(weibull):
    wide = "store: {returns: {return_rate: {weibull: {shape: 2, scale: 0.5}}}}\n"
    found = loads(HEAD + wide).numbers()["store.returns.return_rate"]
    assert found == Truncated(Weibull(2.0, 0.5), 0.0, 1.0)
    assert found.to_mapping() == {"weibull": {"shape": 2.0, "scale": 0.5}, "truncate": [0.0, 1.0]}
    with pytest.raises(ConfigError, match="of this distribution lies outside"):
        loads(HEAD + wide.replace("0.5", "2"))


def test_in_another_currency_its_amounts_are_converted_and_its_shape_stays(weibull):
    stated = {"weibull": {"shape": 2, "scale": 80}, "truncate": [10, None]}
    assert scaled(stated, 7.0) == {"weibull": {"shape": 2, "scale": 560}, "truncate": [70, None]}
    mixed = {"mixture": {"components": [stated, 100], "weights": [1, 3]}}
    assert scaled(mixed, 0.5)["mixture"]["components"] == [scaled(stated, 0.5), 50]
    assert scaled(mixed, 0.5)["mixture"]["weights"] == [1, 3]


def test_the_schema_and_the_refusal_of_an_unknown_family_name_it(weibull):
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid({"store": {"prices": {"mean_value": {"weibull": {"shape": 2, "scale": 80}}}}})
    with pytest.raises(DistributionError, match=r"did you mean 'weibull'\? there are: .*weibull"):
        from_leaf({"weibul": {"shape": 2, "scale": 80}})


def test_without_its_registration_nothing_knows_it():
    validator = jsonschema.Draft202012Validator(schema())
    assert not validator.is_valid({"store": {"prices": {"mean_value": {"weibull": {"shape": 2, "scale": 80}}}}})
    with pytest.raises(DistributionError, match="unknown distribution 'weibull'"):
        from_leaf({"weibull": {"shape": 2, "scale": 80}})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"shape": 2}, "weibull: missing 1 required positional argument: 'scale'"),
        ({"shape": 2, "scale": 1, "rate": 3}, "weibull: got an unexpected keyword argument 'rate'"),
        ({"shape": 2, "scale": True}, "scale must be a number"),
        ({"shape": math.inf, "scale": 1}, "shape must be a finite number"),
        ({"shape": "2", "scale": 1}, "shape must be a number .*: write 2"),
    ],
)
def test_its_numbers_are_checked_without_a_line_of_its_own(weibull, given, message):
    with pytest.raises(DistributionError, match=message):
        from_leaf({"weibull": given})


def test_a_reader_of_its_own_takes_other_names(weibull):
    register(Weibull, lambda mean: Weibull(1.0, mean))
    assert from_leaf({"weibull": {"mean": 3.0}}) == Weibull(1.0, 3.0)


def test_a_sweep_varies_its_numbers_alone_and_together(weibull, tmp_path):
    base = "store: {prices: {mean_value: {weibull: {shape: 2, scale: 80}}}}\n"
    (tmp_path / "base.yaml").write_text(HEAD + base, encoding="utf-8")
    head = "name: small\nbase: base.yaml\nworlds: 64\n"
    axes = f"axes: {{{PRICE}.weibull.shape: [1, 3], {PRICE}.weibull.scale: [70, 90]}}\n"
    sweep = sim.load_sweep(write_sweep(tmp_path, axes, head))
    found = [cell.scenario.numbers()[PRICE].inner for cell in sweep.cells]
    assert found == [Weibull(1.0, 70.0), Weibull(1.0, 90.0), Weibull(3.0, 70.0), Weibull(3.0, 90.0)]
    with pytest.raises(ConfigError, match=r"use its names, or vary store\.prices\.mean_value itself"):
        sim.load_sweep(write_sweep(tmp_path, axes.replace("scale", "median"), head))
