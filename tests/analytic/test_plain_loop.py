"""The engine against a slow plain loop that shares none of its code: quantiles, means and chances by month."""

import numpy as np
import pytest
from scipy import stats

import sim
from sim.simulation.engine import simulate
from sim.simulation.plan import Plan
from tests.analytic.plain_loop import simulate as simulate_slowly

READINGS = {"settled": "settled_profit", "cash": "cash", "orders": "orders", "ads": "ad_spend"}
MONTHS = (1, 4, 8)


@pytest.fixture(scope="module")
def engine():
    overrides = ["strategies={independent: [store]}", "store.paypal_freeze.enabled=false"]
    run = simulate(sim.load("configs/article.yaml", overrides), Plan(seed=2, worlds=16_384, replicates=1))
    return run.records["independent"].monthly


@pytest.mark.parametrize("n_paths", [200, pytest.param(1500, marks=pytest.mark.slow)])
def test_the_engine_agrees_with_the_plain_loop(engine, n_paths, seed):
    slow = simulate_slowly(n_paths, seed)
    for name, reading in READINGS.items():
        for month in MONTHS:
            found, reference = engine[reading][month - 1].astype(float), slow[name][month - 1]
            gap = abs(found.mean() - reference.mean())
            error = np.hypot(found.std() / np.sqrt(found.size), reference.std() / np.sqrt(n_paths))
            assert gap <= 4 * error + 1e-6, f"mean of {name}, month {month}"
            for p in (0.05, 0.25, 0.50, 0.75, 0.95):
                # Share of the reference below the engine's quantile: binomial around p (counts have ties: both sides).
                point = np.quantile(found, p, method="inverted_cdf")
                below, upto = (reference < point - 0.01).mean(), (reference <= point + 0.01).mean()
                margin = 4 * np.sqrt(p * (1 - p) * (1 / n_paths + 1 / found.size))
                assert below - margin <= p <= upto + margin, f"{p} quantile of {name}, month {month}"
    for month in range(8):
        p, q = (engine["settled_profit"][month] > 0).mean(), (slow["settled"][month] > 0).mean()
        margin = 4 * np.sqrt(p * (1 - p) * (1 / n_paths + 1 / engine["cash"].shape[1]))
        assert abs(p - q) <= margin, f"P(profit), month {month + 1}"


def test_the_comparison_sees_a_slip_of_a_few_percent(engine):
    """Planted: a return rate three points off moves the settled profit by more than the slow test's margin."""
    overrides = ["strategies={independent: [store]}", "store.paypal_freeze.enabled=false"]
    slip = [*overrides, "store.returns.return_rate={beta: {mean: 0.26, sd: 0.045}}"]
    run = simulate(sim.load("configs/article.yaml", slip), Plan(seed=2, worlds=16_384, replicates=1))
    moved = run.records["independent"].monthly["settled_profit"][7].astype(float)
    original = engine["settled_profit"][7].astype(float)
    share = (moved <= np.quantile(original, 0.25)).mean()
    assert share - 0.25 > 4 * np.sqrt(0.25 * 0.75 / 1500) * 0.5
    assert stats.ks_2samp(moved, original).pvalue < 1e-6
