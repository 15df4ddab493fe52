"""Counts merged span by span give the intervals of the whole."""

from itertools import pairwise

import numpy as np
import pytest

from sim.estimates import compare_probability, estimate_mean, estimate_probability, parameter_bands, simultaneous_band
from sim.estimates.bands import band_of, correlation_of_months, correlation_of_sums
from sim.estimates.comparison import difference_of
from sim.estimates.money import mean_of
from sim.estimates.parameter_band import bands_of_counts
from sim.estimates.probability import counts_by_world, limits
from sim.estimates.tallies import Hits, Means, Pairs


def parts(values, pieces, replicates):
    """Cut paths into pieces of whole worlds."""
    n_worlds = values.shape[-1] // replicates
    cuts = [replicates * (n_worlds * piece // pieces) for piece in range(pieces + 1)]
    return [values[..., first:last] for first, last in pairwise(cuts)]


@pytest.fixture(params=[1, 2, 4, 16])
def replicates(request):
    return request.param


@pytest.fixture(params=[0.3, 0.97, 0.001])
def hits(request, rng, replicates):
    """(5, n_paths) hits that are alike within a world and from month to month."""
    chance = rng.beta(4 * request.param, 4 * (1 - request.param), (3000, 1))
    month = np.arange(5)[:, None, None] / 40
    return (rng.random((3000, replicates)) < chance + month * chance).reshape(5, -1)


def merged(values, kind, replicates):
    first, *rest = (kind.of(part, replicates) for part in parts(values, 7, replicates))
    for part in rest:
        first = first + part
    return first


def test_the_worked_number():
    found = Hits.of(np.array([[1, 1, 0, 1, 0, 0]], dtype=bool), 2)
    assert found.counts.tolist() == [[1, 1, 1]]
    assert found.products.tolist() == [[5]]


def test_chances_and_bands_are_those_of_the_paths(hits, replicates):
    found = merged(hits, Hits, replicates)
    whole = Hits.of(hits, replicates)
    assert found.counts.tolist() == whole.counts.tolist()
    assert found.products.tolist() == whole.products.tolist()
    totals = found.totals
    assert limits(totals).estimates() == [estimate_probability(row, replicates) for row in hits]
    correlation = correlation_of_sums(totals, found.products)
    np.testing.assert_allclose(correlation, correlation_of_months(counts_by_world(hits, replicates)), atol=1e-10)
    for a, b in zip(band_of(totals, correlation), simultaneous_band(hits, replicates), strict=True):
        assert a.method == b.method
        assert (a.estimate, a.low, a.high, a.n) == pytest.approx((b.estimate, b.low, b.high, b.n), abs=1e-9)
    if replicates > 1:
        assert bands_of_counts(found.counts) == parameter_bands(hits, replicates)


def test_differences_are_those_of_the_paths(rng, hits, replicates):
    for a, b in ((hits[0], hits[4]), (hits[1], hits[1]), (hits[0], rng.random(hits.shape[1]) < 0.2)):
        pieces = [
            Pairs.of(x, y, replicates) for x, y in zip(parts(a, 5, replicates), parts(b, 5, replicates), strict=True)
        ]
        found = sum(pieces[1:], pieces[0])
        assert difference_of(found) == compare_probability(a, b, replicates)


def test_differences_against_the_definition(rng):
    a, b = rng.random((2, 4000)) < np.array([[0.5], [0.4]])
    pairs = Pairs.of(a, b, 4)
    means = (a.astype(float) - b).reshape(-1, 4).mean(axis=1)
    assert pairs.mean_and_variance == pytest.approx((means.mean(), means.var(ddof=1)))
    assert (pairs.only_a, pairs.only_b) == (int((a & ~b).sum()), int((b & ~a).sum()))
    with pytest.raises(ValueError, match="same paths"):
        Pairs.of(a, b[:-4], 4)


def test_means_merge_to_those_of_the_whole(rng, replicates):
    values = 1e6 + rng.normal(0, 10, 2000 * replicates)  # a mean far above its spread: where sums of squares fail
    worlds = values.reshape(-1, replicates).mean(axis=1)
    first, *rest = (Means.of(part) for part in parts(worlds, 9, 1))
    for part in rest:
        first = first + part
    found = mean_of(float(first.mean), float(first.variance), first.count)
    true = estimate_mean(values, replicates)
    assert found.method == true.method
    assert (found.low, found.estimate, found.high) == pytest.approx((true.low, true.estimate, true.high), rel=1e-12)


def test_one_value_has_no_variance():
    assert Means.of(np.array([3.0])).variance == 0.0


def test_months_that_exclude_each_other_or_never_vary_have_their_correlation():
    first = np.arange(200) % 2 == 0
    hits = np.stack([first, ~first, np.ones(200, dtype=bool)])
    found = Hits.of(hits, 1)
    np.testing.assert_allclose(correlation_of_sums(found.totals, found.products), [[1, -1, 0], [-1, 1, 0], [0, 0, 1]])
