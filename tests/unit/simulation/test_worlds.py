"""Worlds: each parameter from its own stream, marginals and correlations as stated, constants left out."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim
from sim.randomness.distributions import Constant, Distribution
from sim.randomness.distributions.discrete import Choice
from sim.randomness.distributions.families import Beta, LogNormal, Uniform
from sim.randomness.streams import BLOCK, MIN_UNIFORM, world_uniforms
from sim.simulation.worlds import draw_worlds, other_worlds, worlds_apart

ARTICLE = Path(__file__).parents[3] / "configs" / "article.yaml"
NUMBERS = {
    "store.meta.cpc": LogNormal(1.2, 0.5),
    "store.prices.mean_value": LogNormal(170, 0.25),
    "store.returns.return_rate": Beta(3, 20),
    "store.fixed_costs.apps": Constant(31),
}
PAIRS = {("store.meta.cpc", "store.prices.mean_value"): 0.4}


@dataclass
class Scenario:
    """What worlds need of one."""

    by_name: dict[str, Distribution] = field(default_factory=lambda: dict(NUMBERS))
    correlations: dict[tuple[str, str], float] = field(default_factory=dict)
    sampling: str = "random"

    def numbers(self):
        return self.by_name


def test_a_parameter_is_the_quantile_of_its_own_stream(seed):
    worlds = draw_worlds(Scenario(), seed, 0, 3000)
    for name, values in worlds.items():
        uniforms = world_uniforms(seed, f"world.{name}", 0, 3000)
        np.testing.assert_array_equal(values, NUMBERS[name].ppf(uniforms))


def test_constants_are_left_out(seed):
    assert set(draw_worlds(Scenario(), seed, 0, 5)) == set(NUMBERS) - {"store.fixed_costs.apps"}


def test_a_world_is_the_same_whatever_range_is_asked(seed):
    scenario = Scenario(correlations=PAIRS)
    whole = draw_worlds(scenario, seed, 0, 3 * BLOCK)
    for first, count in ((0, 1), (5, 7), (1000, 100), (BLOCK, BLOCK), (2 * BLOCK + 1, BLOCK - 1)):
        for name, values in draw_worlds(scenario, seed, first, count).items():
            np.testing.assert_array_equal(values, whole[name][first : first + count])


def test_another_parameter_does_not_disturb_the_draws(seed):
    before = draw_worlds(Scenario(correlations=PAIRS), seed, 0, 500)
    more = Scenario({"aliexpress.coupons.share": Uniform(0, 1), **NUMBERS}, PAIRS)
    after = draw_worlds(more, seed, 0, 500)
    for name, values in before.items():
        np.testing.assert_array_equal(after[name], values)


def test_worlds_that_differ_in_one_distribution_share_the_luck(seed):
    dearer = Scenario(NUMBERS | {"store.meta.cpc": LogNormal(2.4, 0.5)})
    np.testing.assert_allclose(
        draw_worlds(dearer, seed, 0, 500)["store.meta.cpc"],
        2 * draw_worlds(Scenario(), seed, 0, 500)["store.meta.cpc"],
    )


def test_correlation_couples_the_pair_and_leaves_marginals_and_the_rest(seed):
    n = 100_000
    alone, coupled = (draw_worlds(Scenario(correlations=pairs), seed, 0, n) for pairs in ({}, PAIRS))
    a, b = next(iter(PAIRS))
    logs = [np.log(coupled[name]) for name in (a, b)]
    assert np.corrcoef(*logs)[0, 1] == pytest.approx(0.4, abs=4 * (1 - 0.4**2) / np.sqrt(n))
    for name, theirs in (("store.meta.cpc", stats.lognorm(0.5, scale=1.2)), (b, stats.lognorm(0.25, scale=170))):
        assert stats.kstest(coupled[name], theirs.cdf).pvalue > 1e-4
    np.testing.assert_array_equal(coupled["store.returns.return_rate"], alone["store.returns.return_rate"])


def test_coupling_starts_from_each_parameters_own_draws(seed):
    alone = draw_worlds(Scenario(), seed, 0, 2000)
    barely = draw_worlds(Scenario(correlations=dict.fromkeys(PAIRS, 1e-9)), seed, 0, 2000)
    fully = draw_worlds(Scenario(correlations=dict.fromkeys(PAIRS, 0.9)), seed, 0, 2000)
    for name, values in alone.items():
        np.testing.assert_allclose(barely[name], values, rtol=1e-6)
    np.testing.assert_allclose(fully["store.meta.cpc"], alone["store.meta.cpc"], rtol=1e-9)


@pytest.mark.parametrize("known", [*NUMBERS, "store.shipping.weight"])
def test_a_number_that_becomes_known_moves_no_other(seed, known):
    """Nor one that no scenario has: its section is switched off."""
    weights = {("store.meta.cpc", "store.fixed_costs.apps"): 0.5, ("store.shipping.weight", "store.meta.cpc"): -0.3}
    uncertain = NUMBERS | {"store.fixed_costs.apps": LogNormal(31, 0.4), "store.shipping.weight": LogNormal(2, 0.1)}
    before = draw_worlds(Scenario(uncertain, PAIRS | weights), seed, 0, 500)
    assert len(before) == 5
    for without in (uncertain | {known: Constant(2)}, {name: d for name, d in uncertain.items() if name != known}):
        after = draw_worlds(Scenario(without, PAIRS | weights), seed, 0, 500)
        assert set(after) == set(before) - {known}
        for name, values in after.items():
            np.testing.assert_array_equal(values, before[name], err_msg=name)


def test_extreme_correlation_keeps_every_value_finite(seed):
    scenario = Scenario(correlations=dict.fromkeys(PAIRS, -1.0))
    for values in draw_worlds(scenario, seed, 0, 200_000).values():
        assert np.isfinite(values).all()


@pytest.fixture(scope="module")
def article():
    return sim.load(ARTICLE)


def test_every_sampled_parameter_of_the_article_has_its_stated_marginal(article, seed):
    worlds = draw_worlds(article, seed, 0, 20_000)
    numbers = article.numbers()
    assert len(worlds) > 20
    for name, values in worlds.items():
        distribution = numbers[name]
        if isinstance(distribution, Choice):
            continue
        low, high = distribution.support
        assert (values >= low).all(), name
        assert (values <= high).all(), name
        # 1e-6: dozens of parameters are looked at.
        assert stats.kstest(values, distribution.cdf).pvalue > 1e-6, name


def test_the_articles_correlations_hold_and_no_others(article, seed):
    n = 20_000
    worlds = draw_worlds(article, seed, 0, n)
    numbers = article.numbers()
    stated = {frozenset(pair): value for pair, value in article.correlations.items()}
    names = [name for name in worlds if not isinstance(numbers[name], Choice)]
    scores = np.array([stats.norm.ppf(numbers[n].cdf(worlds[n]).clip(1e-15, 1 - 1e-15)) for n in names])
    found = np.corrcoef(scores)
    assert any(pair <= set(names) for pair in stated)
    for i, a in enumerate(names):
        for j, b in enumerate(names[:i]):
            # 5.5 standard errors: thousands of pairs are looked at.
            expected = stated.get(frozenset((a, b)), 0.0)
            assert found[i, j] == pytest.approx(expected, abs=5.5 / np.sqrt(n)), (a, b)


def test_the_smallest_uniform_turned_round_is_no_certainty(monkeypatch):
    def smallest(_sampling, _seed, names, _first, count):
        return {name: np.full(count, MIN_UNIFORM) for name in names}

    monkeypatch.setattr(sim.simulation.worlds, "uniforms_of_worlds", smallest)
    for values in draw_worlds(Scenario(correlations=dict.fromkeys(PAIRS, -1.0)), 1, 0, 3).values():
        assert np.isfinite(values).all()


def test_sobol_worlds_are_apart_where_either_side_is_uncertain_of_more():
    more = NUMBERS | {f"store.more.{letter}": Uniform(0, 1) for letter in "dcba"}
    for one, other in (("sobol", "sobol"), ("random", "sobol"), ("sobol", "random")):
        a, b = Scenario(sampling=one), Scenario(more, sampling=other)
        apart = worlds_apart(a, b)
        assert apart == worlds_apart(b, a) == [f"store.more.{letter}" for letter in "abcd"]
        assert worlds_apart(a, Scenario(sampling=other)) == []
    assert worlds_apart(Scenario(), Scenario(more)) == []
    assert "store.more.a, store.more.b, store.more.c and 1 more is" in other_worlds(apart)
    assert "store.more.a, store.more.b, store.more.c is" in other_worlds(apart[:3])
