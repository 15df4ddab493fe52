"""Quantiles from counts on a fixed grid lie within the bin of those from every value, whatever the order of adding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.estimates import EstimateRefused, effective_number, estimate_quantile
from sim.estimates.histograms import BIN_WIDTH, MAX_AMOUNT, ClusteredHistogram, Histogram, amount_at, bins_of, edges
from sim.estimates.quantiles import rank_of

AMOUNTS = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=60)


def within_the_bin(found, true):
    """Whether two amounts are at most one bin apart."""
    return abs(np.arcsinh(found) - np.arcsinh(true)) <= BIN_WIDTH * (1 + 1e-9)


def test_the_worked_number():
    assert bins_of(np.array([1000.0])) == 1520
    assert amount_at(1520) == pytest.approx(999.1, abs=0.05)
    assert amount_at(0) == 0.0
    assert bins_of(np.array([0.0, -0.001, 0.001])).tolist() == [0, 0, 0]


def test_every_amount_lies_between_its_edges(rng):
    amounts = np.concatenate([rng.normal(0, 10.0**power, 500) for power in range(-3, 12)] + [edges()[::97]])
    at = bins_of(amounts)
    reach = len(edges()) // 2
    inside = np.abs(at) < reach
    assert (edges()[at[inside] + reach - 1] <= amounts[inside]).all()
    assert (amounts[inside] < edges()[at[inside] + reach]).all()
    assert bins_of(np.array([10 * MAX_AMOUNT, -10 * MAX_AMOUNT])).tolist() == [reach, -reach]


@given(AMOUNTS, st.floats(0.001, 0.999))
def test_a_quantile_is_told_to_half_a_bin(amounts, p):
    found = Histogram.of(np.array(amounts)).quantile(p)
    true = np.sort(amounts)[rank_of(p, len(amounts))]
    assert abs(np.arcsinh(found) - np.arcsinh(true)) <= BIN_WIDTH / 2 * (1 + 1e-6)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_order_of_adding_changes_nothing(first, second, third):
    a, b, c = (Histogram.of(np.array(part)) for part in (first, second, third))
    whole = Histogram.of(np.array([*first, *second, *third]))
    for found in ((a + b) + c, c + (b + a), Histogram.of(np.zeros(0)) + a + c + b):
        assert found.first == whole.first
        assert found.counts.tolist() == whole.counts.tolist()


@pytest.mark.parametrize("replicates", [1, 2, 8])
@pytest.mark.parametrize("p", [0.05, 0.5, 0.95])
def test_the_interval_contains_that_from_every_value(rng, replicates, p):
    # Worlds differ, so that the effective number is far from that of the paths.
    worlds = 4096
    values = (rng.normal(0, 3000, (worlds, 1)) + rng.normal(0, 1500, (worlds, replicates))).ravel()
    true = estimate_quantile(values, replicates, p)
    found = ClusteredHistogram.of(values, replicates).quantile(p)
    assert within_the_bin(found.estimate, true.estimate)
    assert found.n == pytest.approx(true.n, rel=0.05)
    for end in ("low", "high"):
        bins = 3 * BIN_WIDTH * abs(getattr(true, end))
        assert getattr(found, end) == pytest.approx(getattr(true, end), abs=bins + 0.1 * true.half_width)
    assert found.low < found.estimate < found.high


def test_the_clustering_is_that_of_the_paths(rng):
    # One bin an amount: effective numbers are exactly those of the indicators.
    values = np.repeat(rng.choice([-300.0, 10.0, 5000.0], (600, 1)), 4, axis=1)
    values[rng.random(values.shape) < 0.3] = 40.0
    for p in (0.2, 0.5, 0.8):
        found = ClusteredHistogram.of(values.ravel(), 4).quantile(p)
        below = [values.ravel() <= edge for edge in (found.estimate - 5, found.estimate + 5)]
        assert found.n == round(min(effective_number(hits, 4) for hits in below if 0 < hits.mean() < 1))


def test_the_ends_may_be_open():
    found = ClusteredHistogram.of(np.array([1.0, 2.0, 3.0]), 1).quantile(0.01)
    assert found.low == -np.inf
    assert np.isinf(ClusteredHistogram.of(np.array([1.0, 2.0, 3.0]), 1).quantile(0.99).high)


def test_refusals():
    with pytest.raises(EstimateRefused, match="finite"):
        Histogram.of(np.array([1.0, np.inf]))
    with pytest.raises(EstimateRefused, match="between 0 and 1"):
        ClusteredHistogram.of(np.array([1.0, 2.0]), 1).quantile(1.0)
    with pytest.raises(EstimateRefused, match="two values"):
        ClusteredHistogram.of(np.array([1.0]), 1).quantile(0.5)


def test_what_never_moved():
    assert not Histogram.of(np.zeros(5)).moved
    assert Histogram.of(np.array([0.0, 12.0])).moved
    assert Histogram.of(np.array([7.0, 12.0])).moved


@pytest.mark.parametrize("amount", [0.0, -500.0, 123.4])
def test_paths_that_all_end_alike_count_as_their_worlds(amount):
    found = ClusteredHistogram.of(np.full(400, amount), 4).quantile(0.05)
    assert found.n == 100
    assert within_the_bin(found.estimate, amount)
    assert found.low <= amount <= found.high
