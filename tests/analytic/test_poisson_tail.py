"""With a fixed price and rate and nothing else, P(profit) is the tail of a Poisson or negative binomial count."""

import numpy as np
import pytest
from scipy import stats

import sim

HORIZON = 60


def chance(overrides, worlds, replicates, seed):
    scenario = sim.load("tests/analytic/scenarios/bare.yaml", [f"horizon_days={HORIZON}", *overrides])
    result = sim.run(scenario, worlds=worlds, replicates=replicates, seed=seed)
    return result.profitable("store")[-1]


@pytest.mark.parametrize(
    ("value", "conversion", "budget", "fixed"),
    [(100, 0.028, 30, 0), (60, 0.07, 20, 130), (150, 0.016, 50, 0)],
)
def test_chance_of_profit_is_the_poisson_tail(value, conversion, budget, fixed, seed):
    overrides = [
        *(f"store.prices.mean_value={value}", f"store.funnel.start_conversion_social={conversion}"),
        *(f"store.budget.first_budget={budget}", f"store.opening.setup_cost={fixed}"),
    ]
    contribution = value * 0.5 - 12 - 0.029 * value - 0.3
    needed = np.floor((budget * HORIZON + fixed) / contribution)
    exact = stats.poisson.sf(needed, HORIZON * budget * conversion)
    assert 0.02 < exact < 0.98
    n = 32_768
    found = chance(overrides, worlds=n, replicates=1, seed=seed).mean()
    assert abs(found - exact) < 4 * np.sqrt(exact * (1 - exact) / n)


@pytest.mark.parametrize(
    ("shape", "mean", "value", "budget"), [(8.0, 0.02, 150, 30), (3.0, 0.03, 100, 40), (25.0, 0.045, 80, 20)]
)
def test_uncertain_conversion_gives_the_negative_binomial_tail(shape, mean, value, budget, seed):
    """Orders are Poisson given a gamma rate; the conversion is gamma, far below the completion."""
    overrides = [
        f"store.funnel.start_conversion_social={{gamma: {{shape: {shape}, scale: {mean / shape}}}}}",
        *("store.funnel.cart_completion=1", f"store.prices.mean_value={value}", f"store.budget.first_budget={budget}"),
    ]
    contribution = value * 0.5 - 12 - 0.029 * value - 0.3
    needed = np.floor(budget * HORIZON / contribution)
    rate = HORIZON * budget * mean
    exact = stats.nbinom.sf(needed, shape, shape / (shape + rate))
    assert 0.02 < exact < 0.98
    worlds = 8192
    hits = chance(overrides, worlds=worlds, replicates=4, seed=seed).reshape(worlds, 4)
    standard_error = hits.mean(axis=1).std(ddof=1) / np.sqrt(worlds)
    assert abs(hits.mean() - exact) < 4 * standard_error


def test_uncertain_fixed_cost_gives_a_mixture_of_poisson_tails(seed):
    """A cost that is one of three, each as likely: the tails' mean."""
    value, budget, conversion = 100, 30, 0.028
    contribution = value * 0.5 - 12 - 0.029 * value - 0.3
    costs = (0, 150, 600)
    tails = [
        stats.poisson.sf(np.floor((budget * HORIZON + cost) / contribution), HORIZON * budget * conversion)
        for cost in costs
    ]
    overrides = [
        *(f"store.prices.mean_value={value}", f"store.funnel.start_conversion_social={conversion}"),
        "store.opening.setup_cost={choice: {values: [0, 150, 600]}}",
    ]
    worlds = 32_768
    exact = np.mean(tails)
    found = chance(overrides, worlds=worlds, replicates=1, seed=seed).mean()
    assert abs(found - exact) < 4 * np.sqrt(exact * (1 - exact) / worlds)
