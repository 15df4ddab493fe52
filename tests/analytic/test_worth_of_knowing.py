"""What knowing a number is worth, of a small store by the engine, against brute force: intervals cover.

The store spends $30 a day at a click price of $1. With conversion q, price p, margin m, freight f and return rate r an
order brings p - p (1 - m) - f - (.029 p + .3) - r (p + 8 - .5 p (1 - m)), as the table of `test_contribution` has it,
so a day brings 30 (q times that, less 1). It is linear in each of the five numbers, which are independent: given one of
them, the mean over the others has their means in their place, and brute force over that one is a sum without error.
"""

import numpy as np
import pytest

import sim
from sim.estimates import evppi
from sim.studies.learn import payoffs_of

SCENARIO = "tests/analytic/scenarios/worth.yaml"
CONVERSION, PRICE, MARGIN, FREIGHT, RETURNS = NAMES = (
    "store.funnel.start_conversion_social",
    "store.prices.mean_value",
    "store.goods.gross_margin",
    "store.freight.dhl_cost",
    "store.returns.return_rate",
)
WORLDS, REPLICATES, SEEDS = 1024, 4, 20
POINTS = (np.arange(20_000) + 0.5) / 20_000


def brings(q, p, m, f, r, days):
    """Return what the store brings in so many days, by hand."""
    order = p - p * (1 - m) - f - (0.029 * p + 0.3) - r * (p + 8 - 0.5 * p * (1 - m))
    return 30 * days * (q * order - 1)


@pytest.fixture(scope="module")
def scenario():
    return sim.load(SCENARIO)


@pytest.fixture(scope="module")
def truth(scenario):
    """Return by brute force what each number is worth."""
    points = {name: scenario.numbers()[name].ppf(POINTS) for name in NAMES}
    means = {name: column.mean() for name, column in points.items()}
    expected = max(brings(*means.values(), scenario.horizon_days), 0.0)
    known = {name: brings(*(means | {name: points[name]}).values(), scenario.horizon_days) for name in NAMES}
    return {name: np.maximum(worth, 0.0).mean() - expected for name, worth in known.items()}


@pytest.fixture(scope="module")
def runs(scenario):
    return [
        sim.run(scenario, worlds=WORLDS, replicates=REPLICATES, seed=seed, n_jobs=1) for seed in range(1, SEEDS + 1)
    ]


@pytest.mark.slow
def test_a_world_brings_what_the_hand_says(scenario, runs):
    """Of 20 runs together: no difference on average, nor along any number, by four standard errors."""
    by_world = np.concatenate([payoffs_of(run)[0].reshape(-1, REPLICATES).mean(axis=1) for run in runs])
    drawn = [np.concatenate([run.worlds[name] for run in runs]) for name in NAMES]
    apart = by_world - brings(*drawn, scenario.horizon_days)
    error = apart.std() / np.sqrt(apart.size)
    assert abs(apart.mean()) < 4 * error
    for column in drawn:
        tilt = apart * (column - column.mean()) / column.std()
        assert abs(tilt.mean()) < 4 * tilt.std() / np.sqrt(tilt.size)


@pytest.mark.slow
def test_intervals_cover_what_brute_force_finds(truth, runs):
    """Five numbers, large and small, 20 seeds: at least 90 of 100 intervals, and of no number fewer than 16 of 20."""
    assert truth[CONVERSION] > truth[PRICE] > truth[MARGIN] > truth[RETURNS] > truth[FREIGHT] >= 0.0
    covers = dict.fromkeys(NAMES, 0)
    for run in runs:
        worlds = payoffs_of(run).reshape(2, WORLDS, REPLICATES).mean(axis=2)
        for name in NAMES:
            found = evppi(worlds, run.worlds[name])
            covers[name] += found.low <= truth[name] <= found.high
    assert sum(covers.values()) >= 90
    assert min(covers.values()) >= 16
