"""The Gaussian copula: stated correlations on the normal scale, marginals untouched, clashes refused."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from sim.randomness.copula import (
    CorrelationError,
    check_positive_definite,
    correlate,
    correlation_matrix,
    factor,
)
from sim.randomness.distributions.families import Beta, Gamma, LogNormal
from sim.randomness.streams import world_uniforms

N = 200_000
PAIRS = {("cpc", "ctr"): -0.5, ("cpc", "price"): 0.25, ("margin", "price"): 0.6}
NAMES = ("price", "ctr", "margin", "cpc", "alone")


@pytest.fixture
def normals(seed):
    return {name: ndtri(world_uniforms(seed, f"world.{name}", 0, N)) for name in NAMES}


def test_every_pair_has_its_stated_correlation(normals):
    coupled = correlate(normals, PAIRS)
    for i, a in enumerate(NAMES):
        for b in NAMES[:i]:
            stated = PAIRS.get((a, b), PAIRS.get((b, a), 0.0))
            error = (1 - stated**2) / np.sqrt(N)
            assert np.corrcoef(coupled[a], coupled[b])[0, 1] == pytest.approx(stated, abs=4.5 * error), (a, b)


def test_every_parameter_stays_standard_normal(normals):
    for name, values in correlate(normals, PAIRS).items():
        assert stats.kstest(values, "norm").pvalue > 1e-4, name


def test_marginals_of_any_family_survive_the_coupling(normals):
    coupled = correlate(normals, PAIRS)
    families = {
        "cpc": (LogNormal(1.2, 0.5), stats.lognorm(0.5, scale=1.2)),
        "price": (Gamma(2, 3), stats.gamma(2, scale=3)),
    }
    for name, (ours, theirs) in families.items():
        assert stats.kstest(ours.ppf(stats.norm.cdf(coupled[name])), theirs.cdf).pvalue > 1e-4
    ranks = stats.spearmanr(coupled["cpc"], Beta(2, 3).ppf(stats.norm.cdf(coupled["price"]))).statistic
    assert ranks == pytest.approx(6 / np.pi * np.arcsin(0.25 / 2), abs=4.5 / np.sqrt(N))


def test_a_parameter_in_no_pair_comes_back_untouched(normals):
    coupled = correlate(normals, PAIRS)
    assert coupled["alone"] is normals["alone"]
    assert set(coupled) == set(normals)


def test_without_pairs_nothing_changes(normals):
    assert correlate(normals, {}) == normals


def test_a_world_does_not_depend_on_how_many_are_drawn_beside_it(normals):
    whole = correlate(normals, PAIRS)
    for piece in (slice(0, 1), slice(1, 1000), slice(1024, 4096)):
        part = correlate({name: values[piece] for name, values in normals.items()}, PAIRS)
        for name in NAMES:
            np.testing.assert_array_equal(part[name], whole[name][piece])


def test_the_order_of_names_and_pairs_does_not_matter(normals):
    turned = {(b, a): value for (a, b), value in reversed(PAIRS.items())}
    other = correlate(dict(reversed(normals.items())), turned)
    for name, values in correlate(normals, PAIRS).items():
        np.testing.assert_array_equal(other[name], values)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_full_correlation_moves_as_one(normals, sign):
    coupled = correlate(normals, {("cpc", "ctr"): sign})
    np.testing.assert_allclose(coupled["ctr"], sign * coupled["cpc"], atol=1e-9)


def test_the_factor_times_itself_is_the_matrix(rng):
    for size in (1, 2, 5, 9):
        root = rng.standard_normal((size, size + 2))
        covariance = root @ root.T
        scale = np.sqrt(np.diag(covariance))
        matrix = covariance / np.outer(scale, scale)
        lower = factor(matrix)
        np.testing.assert_allclose(lower @ lower.T, matrix, atol=1e-12)
        np.testing.assert_array_equal(lower, np.tril(lower))


def test_the_matrix_names_each_pair_twice():
    matrix = correlation_matrix(["a", "b", "c"], {("c", "a"): 0.3})
    np.testing.assert_array_equal(matrix, [[1, 0, 0.3], [0, 1, 0], [0.3, 0, 1]])


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ({("a", "a"): 0.5}, "with itself"),
        ({("a", "b"): 1.2}, "between -1 and 1"),
        ({("a", "b"): float("nan")}, "between -1 and 1"),
        ({("a", "b"): 0.5, ("b", "a"): 0.4}, "given twice"),
        ({("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}, "contradict each other.*a, b, c"),
    ],
)
def test_correlations_that_cannot_hold_are_refused(normals, pairs, message):
    values = normals["alone"]
    with pytest.raises(CorrelationError, match=message):
        correlate({"a": values, "b": values, "c": values}, pairs)


def test_the_clash_is_looked_for_among_the_right_names():
    pairs = {("x", "y"): 0.1, ("p", "q"): 0.95, ("q", "r"): 0.95, ("p", "r"): 0.1}
    with pytest.raises(CorrelationError, match="p, q, r"):
        check_positive_definite(pairs)
    check_positive_definite(pairs | {("p", "r"): 0.85})
    check_positive_definite({("a", "b"): 1.0, ("b", "c"): 1.0, ("a", "c"): 1.0})


@pytest.mark.parametrize(("correlation", "possible"), [(0.63, True), (0.61, False)])
def test_a_small_contradiction_is_one(correlation, possible):
    # With .9 and .9 the third is at least .81 - .19 = .62.
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): correlation}
    if possible:
        check_positive_definite(pairs)
    else:
        with pytest.raises(CorrelationError, match="contradict each other"):
            check_positive_definite(pairs)


def test_what_is_nearly_fixed_by_another_keeps_its_own_part():
    # The part of its own of a correlation of .999: sqrt(1 - .999^2).
    np.testing.assert_allclose(factor(np.array([[1.0, 0.999], [0.999, 1.0]]))[1], [0.999, 0.0447101778], rtol=1e-8)


def test_names_that_move_together_without_a_clash_are_not_named():
    together = {(a, b): 0.9 for a, b in combinations("stuvw", 2)}
    with pytest.raises(CorrelationError, match=r"those between a, b, c$"):
        check_positive_definite(together | {("a", "b"): 0.6, ("b", "c"): 0.6, ("a", "c"): -0.6})
