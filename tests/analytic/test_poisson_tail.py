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


def test_uncertain_conversion_gives_the_negative_binomial_tail(seed):
    """Orders are Poisson given a gamma rate; the conversion is gamma, far below the completion."""
    shape, mean = 8.0, 0.02
    overrides = [
        "store.funnel.start_conversion_social={gamma: {shape: 8, scale: 0.0025}}",
        "store.funnel.cart_completion=1",
        "store.prices.mean_value=150",
    ]
    contribution = 150 * 0.5 - 12 - 0.029 * 150 - 0.3
    needed = np.floor(30 * HORIZON / contribution)
    rate = HORIZON * 30 * mean
    exact = stats.nbinom.sf(needed, shape, shape / (shape + rate))
    worlds = 8192
    hits = chance(overrides, worlds=worlds, replicates=4, seed=seed).reshape(worlds, 4)
    standard_error = hits.mean(axis=1).std(ddof=1) / np.sqrt(worlds)
    assert abs(hits.mean() - exact) < 4 * standard_error
