"""Evenly spread worlds: how much variance they save, and how often their intervals hold.

A small model with truths in closed form: four uncertain inputs, each standard normal in its logarithm or as it is, and
luck on top. Accepted for 95%: [.9335, .9655], 3.2 standard errors of 2,000 repetitions.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

import sim
from sim.estimates import Sample
from sim.estimates.sobol_intervals import MIN_SCRAMBLES
from sim.randomness.world_sampling import WORLDS_A_SCRAMBLE, uniforms_of_worlds
from sim.results.result import Result
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan

ARTICLE = Path(__file__).parents[2] / "configs" / "article.yaml"
STREAMS = tuple(f"world.small.{name}" for name in "abcd")
EVEN = ("latin_hypercube", "sobol")
LOW, HIGH = 0.9335, 0.9655
LUCK = 0.5
WEIGHTS = np.array([0.6, 0.5, 0.5, 0.374])  # squares sum to 1
THRESHOLDS = np.array([0.5, 0.0, -0.5])
P = ndtr(-THRESHOLDS / np.sqrt(1 + LUCK**2))
MEAN = 4 * np.exp(0.25**2 / 2)


def inputs(how, seed, scrambles):
    """(4, n_scrambles, 256) standard normal inputs."""
    drawn = uniforms_of_worlds(how, seed, STREAMS, 0, scrambles * WORLDS_A_SCRAMBLE)
    return ndtri(np.array([drawn[name] for name in STREAMS])).reshape(4, scrambles, WORLDS_A_SCRAMBLE)


def score(z):
    return np.einsum("i,i...->...", WEIGHTS / np.sqrt(WEIGHTS @ WEIGHTS), z)


def money(z):
    return np.exp(0.25 * z).sum(axis=0)


@pytest.fixture(scope="module")
def ratios(seed):
    """By spread and figure: variance of the mean of 256 random worlds over that of a scramble's."""
    found = {}
    for how in EVEN:
        z = inputs(how, seed, 800)
        for name, values in (("share", score(z) > 0.5), ("mean", money(z)), ("product", np.exp(0.25 * z.sum(axis=0)))):
            found[how, name] = values.var() / WORLDS_A_SCRAMBLE / values.mean(axis=1).var(ddof=1)
    return found


def test_sobol_worlds_save_much_where_few_inputs_act(ratios):
    assert ratios["sobol", "share"] > 3
    assert ratios["sobol", "mean"] > 300
    assert ratios["sobol", "product"] > 100


def test_latin_worlds_save_much_where_the_answer_is_a_sum(ratios):
    assert ratios["latin_hypercube", "mean"] > 300
    assert ratios["latin_hypercube", "share"] > 2
    assert ratios["latin_hypercube", "product"] > 6
    assert ratios["sobol", "share"] > ratios["latin_hypercube", "share"]


@pytest.mark.parametrize("how", EVEN)
def test_they_are_not_biased(seed, how):
    z = inputs(how, seed, 200)
    for values, truth in ((score(z) > 0.5, ndtr(-0.5)), (money(z), MEAN)):
        means = values.mean(axis=1)
        assert means.mean() == pytest.approx(truth, abs=4.5 * means.std(ddof=1) / np.sqrt(200))


REPETITIONS = 2000
RARE = -ndtri(0.003) * np.sqrt(1 + LUCK**2)  # the score above which three in 1,000 end


def outcomes(rng, z):
    """Scores of two strategies with luck of their own, and amounts with and without luck: (n_paths,) each."""
    one, other = (score(inputs) + LUCK * rng.normal(size=inputs.shape[1:]) for inputs in (z, z[::-1]))
    return one.ravel(), other.ravel(), (money(z) + LUCK * rng.normal(size=one.shape)).ravel(), money(z).ravel()


@pytest.mark.slow
@pytest.mark.parametrize("how", EVEN)
def test_their_intervals_hold(rng, seed, how):
    sample, wide = Sample(1, even=True), np.sqrt(1 + LUCK**2)
    held = dict.fromkeys(("rare", "tenth", "half", "mean", "skewed", "difference", "median", "tail", "band"), 0)
    for repetition in range(REPETITIONS):
        one, other, amounts, skewed = outcomes(rng, inputs(how, seed + 1 + repetition, MIN_SCRAMBLES))
        asked = {
            "rare": (sample.probability(one > RARE), 0.003),
            "tenth": (sample.probability(one > -ndtri(0.1) * wide), 0.1),
            "half": (sample.probability(one > 0.0), 0.5),
            "mean": (sample.mean(amounts), MEAN),
            "skewed": (sample.mean(skewed), MEAN),
            "difference": (sample.difference(one > THRESHOLDS[2], other > THRESHOLDS[0]), P[2] - P[0]),
            "median": (sample.quantile(one, 0.5), 0.0),
            "tail": (sample.quantile(one, 0.05), ndtri(0.05) * wide),
        }
        for name, (found, truth) in asked.items():
            held[name] += found.low <= truth <= found.high
        band = sample.band(one > THRESHOLDS[:, None])
        held["band"] += all(month.low <= p <= month.high for month, p in zip(band, P, strict=True))
    shares = {name: count / REPETITIONS for name, count in held.items()}
    rare, band = shares.pop("rare"), shares.pop("band")
    assert {name: share for name, share in shares.items() if not LOW <= share <= HIGH} == {}
    assert LOW <= rare <= 0.99  # exact intervals where fewer than ten were seen: at least
    assert LOW <= band <= 0.985  # Bonferroni over months that resemble each other gives more


def test_intervals_for_random_worlds_would_be_far_too_wide(rng, seed):
    z = inputs("sobol", seed, 2 * MIN_SCRAMBLES)
    hits = (score(z) > 0.5).ravel()
    assert Sample(1).probability(hits).half_width > 1.5 * Sample(1, even=True).probability(hits).half_width


@pytest.mark.slow
def test_the_article_scenario_gains_from_sobol_worlds():
    # 64 scrambles: `benchmarks/sobol_variance.py` measures it with more. A ratio of 1 would pass 2 in 10 billion times.
    whole = sim.load(ARTICLE, ["horizon_days=120"])
    scenario = replace(whole, sampling="sobol", strategies={"independent": whole.strategies["independent"]})
    result = Result.of(simulate(scenario, Plan(seed=1, worlds=64 * WORLDS_A_SCRAMBLE, replicates=1)))
    settled = result.record("independent").monthly["settled_profit"][-1].astype(float)
    means = settled.reshape(64, WORLDS_A_SCRAMBLE).mean(axis=1)
    assert settled.var() / WORLDS_A_SCRAMBLE / means.var(ddof=1) > 4
