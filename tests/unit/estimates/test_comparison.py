"""Two strategies on the same paths: paired intervals."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import compare_money, compare_probability, variance_reduction
from sim.estimates.comparison import bonett_price, effective_pairs
from sim.estimates.tallies import Pairs


def discordant(only_a, only_b, both, neither):
    a = np.repeat([True, False, True, False], [only_a, only_b, both, neither])
    b = np.repeat([False, True, True, False], [only_a, only_b, both, neither])
    return a, b


def test_the_worked_number_of_the_module():
    found = compare_probability(*discordant(60, 40, 500, 400))
    assert found.estimate == pytest.approx(0.02)
    assert (round(100 * found.low, 2), round(100 * found.high, 2)) == (0.02, 3.97)
    assert (found.method, found.n) == ("Bonett-Price", 1000)


@pytest.mark.parametrize(("only_a", "only_b", "n"), [(0, 0, 10), (3, 0, 20), (60, 40, 1000), (5, 50, 60)])
def test_bonett_price_is_the_published_formula(only_a, only_b, n):
    # Laplace-adjusted discordant shares (x + 1) / (n + 2).
    p12, p21 = (only_a + 1) / (n + 2), (only_b + 1) / (n + 2)
    half = stats.norm.ppf(0.975) * np.sqrt((p12 + p21 - (p12 - p21) ** 2) / (n + 2))
    low, high = bonett_price(only_a, only_b, n)
    assert (low, high) == (pytest.approx(max(p12 - p21 - half, -1)), pytest.approx(min(p12 - p21 + half, 1)))


def test_strategies_that_never_differ_still_have_an_interval():
    for m in (1, 4):
        hits = np.arange(400) < 100
        found = compare_probability(hits, hits, m)
        assert found.estimate == 0
        assert found.low < 0 < found.high
        assert found.n == 400 // m
    always = compare_probability(np.ones(400, dtype=bool), np.zeros(400, dtype=bool), 4)
    assert always.estimate == always.high == 1.0
    assert always.low < 1.0


def test_replicates_are_averaged_within_their_world(rng):
    a, b = rng.random((300, 8)) < rng.random((300, 1)), rng.random((300, 8)) < 0.4
    found = compare_probability(a.ravel(), b.ravel(), 8)
    means = a.mean(axis=1) - b.mean(axis=1)
    expected = stats.t.interval(0.95, 299, means.mean(), stats.sem(means))
    np.testing.assert_allclose((found.low, found.high), expected)
    assert found.estimate == pytest.approx(a.mean() - b.mean())
    assert (found.method, found.n) == ("paired t over worlds", 300)


def test_turning_the_question_turns_the_answer(rng):
    a, b = rng.random(800) < 0.5, rng.random(800) < 0.3
    for m in (1, 4):
        one, other = compare_probability(a, b, m), compare_probability(b, a, m)
        np.testing.assert_allclose((one.estimate, one.low, one.high), (-other.estimate, -other.high, -other.low))


def test_money_is_compared_path_by_path(rng):
    shared = rng.normal(0, 1000, 2000)
    a, b = shared + 10 + rng.normal(0, 5, 2000), shared + rng.normal(0, 5, 2000)
    found = compare_money(a, b)
    expected = stats.t.interval(0.95, 1999, (a - b).mean(), stats.sem(a - b))
    np.testing.assert_allclose((found.low, found.high), expected)
    assert found.high - found.low < 2
    assert found.method == "paired t over worlds"


def test_pairing_helps_where_luck_is_shared_and_not_where_it_is_not(rng):
    shared, own = rng.normal(0, 3, 20_000), rng.normal(0, 1, (3, 20_000))
    # var a + var b = 20, var(a - b) = 2.
    assert variance_reduction(shared + own[0], shared + own[1]) == pytest.approx(10, rel=0.1)
    assert variance_reduction(own[0], own[1]) == pytest.approx(1, abs=0.1)
    assert variance_reduction(own[0], -own[0]) == pytest.approx(0.5)
    assert variance_reduction(own[0], own[0]) == np.inf


def test_few_differing_pairs_do_not_rest_on_their_spread():
    a = np.zeros(4096, dtype=bool)
    a[[5, 900, 2000]] = True
    found = compare_probability(a, np.zeros(4096, dtype=bool), 4)
    assert found.method == "Bonett-Price on the effective number of pairs"
    assert (found.low, found.high) == pytest.approx(bonett_price(3, 0, found.n), abs=1e-9)


def test_a_constant_difference_in_money_is_named():
    a = np.arange(64.0)
    assert compare_money(a + 5.0, a, 4).method == "the same difference in every world"


def test_different_paths_cannot_be_paired():
    with pytest.raises(ValueError, match="same paths"):
        compare_money(np.zeros(4), np.zeros(8))


@pytest.mark.parametrize(
    ("gaps", "worth"),
    [
        # (3/8 + 1/8 - (2/8)^2) over the variance of the worlds' means 1, -.5, 0, .5, which is 5/12, / 4.
        ([(1, 1), (-1, 0), (0, 0), (1, 0)], 4.2),
        ([(1, 1), (-1, -1), (0, 0), (1, 1)], 4),  # 3.0 by the formula: as many as there are worlds
        ([(1, -1), (1, -1), (1, 0), (-1, 0)], 8),  # 18 by the formula: no more than there are paths
    ],
)
def test_pairs_are_worth_between_their_worlds_and_their_paths(gaps, worth):
    gap = np.ravel(gaps)
    assert effective_pairs(Pairs.of(gap > 0, gap < 0, 2)) == pytest.approx(worth)


@pytest.mark.parametrize(("differing", "method"), [(19, "Bonett-Price"), (21, "paired t over worlds")])
def test_twenty_pairs_that_differ_are_enough_for_the_spread_between_worlds(differing, method):
    a = np.zeros((1000, 2), dtype=bool)
    a[:differing, 0] = True  # one a world, so each path is worth one
    assert compare_probability(a.ravel(), np.zeros(2000, dtype=bool), 2).method.startswith(method)


@pytest.mark.parametrize("level", [0.3, 0.95, 0.999])
@pytest.mark.parametrize("replicates", [1, 16])
def test_a_difference_lies_in_its_interval_and_that_within_one(level, replicates):
    a = np.ones(64, dtype=bool)
    for b in (~a, np.arange(64) % 16 == 0, np.arange(64) == 0):
        for found in (compare_probability(a, b, replicates, level), compare_probability(b, a, replicates, level)):
            assert -1.0 <= found.low <= found.estimate <= found.high <= 1.0


def test_the_gain_of_pairing_is_that_of_the_worlds_means():
    # Worlds of two paths; both strategies have the means 0, 2, 4, and luck of their own that cancels within a world.
    a, b = np.array([1.0, -1, 3, 1, 5, 3]), np.array([-1.0, 1, 1, 3, 4, 4])
    assert variance_reduction(a, b, 2) == np.inf
    assert variance_reduction(a, b, 1) < np.inf
