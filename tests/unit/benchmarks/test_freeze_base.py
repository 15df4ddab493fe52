"""`benchmarks/freeze_base.py`: the value is found where the share is known in closed form."""

import importlib

import numpy as np
import pytest

import sim
from sim.estimates import estimate_probability
from sim.simulation.plan import Plan

ARTICLE = "configs/article.yaml"


@pytest.fixture
def freeze_base(monkeypatch):
    monkeypatch.syspath_prepend("benchmarks")
    return importlib.import_module("freeze_base")


def known(monkeypatch, freeze_base, mean_of_factors, paths=100_000):
    """A share 1 - (1 - .12)^(mean / value): the year's hazard is the base times the factors' mean, over the value."""

    def frozen(store, plan, factors, n_jobs):
        share = 1 - 0.88 ** (mean_of_factors / factors)
        return estimate_probability(np.arange(paths) < round(share * paths), 1)

    monkeypatch.setattr(freeze_base, "frozen", frozen)


@pytest.mark.parametrize("mean_of_factors", [1.0, 1.08, 1.6])
def test_the_mean_of_the_factors_comes_out(freeze_base, monkeypatch, mean_of_factors):
    known(monkeypatch, freeze_base, mean_of_factors)
    scenario = sim.load(ARTICLE, ["store.paypal_freeze.other_factors=1"])
    *_, (factors, share, asked) = freeze_base.solved(scenario, Plan(1, 64, 1))
    assert factors == pytest.approx(mean_of_factors, abs=0.01)
    assert asked == pytest.approx(mean_of_factors, abs=0.002)
    assert share.low < 0.12 < share.high


def test_what_holds_before_the_factors_is_not_solved_for(freeze_base):
    scenario = sim.load(ARTICLE, ["store.paypal_freeze.covers=base"])
    with pytest.raises(ValueError, match="covers is base"):
        next(freeze_base.solved(scenario, Plan(1, 16, 1)))


def test_a_larger_value_freezes_fewer_of_the_same_paths(freeze_base):
    store = freeze_base.store_alone(sim.load(ARTICLE))
    often, seldom = (freeze_base.frozen(store, Plan(1, 64, 2), factors).estimate for factors in (0.2, 2.0))
    assert often > seldom > 0
