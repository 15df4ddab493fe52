"""Intervals for a probability: against statsmodels, clustered by world, never empty at 0 or 1."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from sim.estimates import clopper_pearson, effective_number, estimate_probability, wilson
from sim.estimates.probability import limits, totals_of, wilson_with

CASES = [(0, 10), (1, 10), (5, 10), (10, 10), (3, 1000), (410, 1000), (999, 1000), (1000, 1000), (8000, 16384)]


def paths(rng, worlds, replicates, a, b):
    """Hits of paths whose worlds have beta-distributed probabilities."""
    return (rng.random((worlds, replicates)) < rng.beta(a, b, (worlds, 1))).ravel()


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize(("hits", "n"), CASES)
def test_wilson_is_statsmodels(hits, n, level):
    expected = proportion_confint(hits, n, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(wilson(hits, n, level), expected, atol=1e-12)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize(("hits", "n"), CASES)
def test_clopper_pearson_is_statsmodels(hits, n, level):
    expected = proportion_confint(hits, n, alpha=1 - level, method="beta")
    np.testing.assert_allclose(clopper_pearson(hits, n, level), expected, atol=1e-12)


def test_the_worked_number_of_the_module():
    hits = np.arange(1000) < 410
    found = estimate_probability(hits)
    assert (found.estimate, found.n) == (0.41, 1000)
    assert (round(found.low, 3), round(found.high, 3)) == (0.380, 0.441)


def test_limits_take_arrays_and_numbers_that_are_not_whole():
    low, high = wilson(np.array([1.5, 20.0]), np.array([30.7, 60.0]))
    assert low.shape == high.shape == (2,)
    assert (low < np.array([1.5 / 30.7, 1 / 3])).all()
    assert (high > np.array([1.5 / 30.7, 1 / 3])).all()
    low, high = clopper_pearson(np.array([0.0, 1.5, 30.7]), 30.7)
    assert low[0] == 0.0
    assert high[2] == 1.0
    assert 0 < low[1] < 1.5 / 30.7 < high[1] < 1


def test_a_wider_critical_value_is_a_wider_interval():
    narrow, wide = wilson_with(0.3, 200, 1.96), wilson_with(0.3, 200, 2.7)
    assert wide[0] < narrow[0] < 0.3 < narrow[1] < wide[1]


def test_one_replicate_counts_paths(rng):
    assert effective_number(rng.random(777) < 0.3, 1) == 777


def test_replicates_that_are_all_alike_count_worlds(rng):
    hits = np.repeat(rng.random(300) < 0.4, 8)
    assert effective_number(hits, 8) == pytest.approx(300)
    found = estimate_probability(hits, 8)
    alone = estimate_probability(hits[::8])
    np.testing.assert_allclose((found.low, found.high), (alone.low, alone.high), rtol=1e-9)


def test_replicates_without_worlds_in_common_count_paths(rng):
    assert effective_number(rng.random(4000 * 4) < 0.3, 4) > 0.93 * 16_000
    table = np.tile([True, False], (500, 2))  # less spread between worlds than chance: never above n
    assert effective_number(table.ravel(), 4) == 2000


@pytest.mark.parametrize("m", [2, 4, 16])
def test_the_effective_number_follows_the_correlation_within_a_world(rng, m):
    worlds, a, b = 20_000, 2.0, 3.0
    rho = 1 / (a + b + 1)  # of a beta-binomial
    expected = worlds * m / (1 + (m - 1) * rho)
    assert effective_number(paths(rng, worlds, m, a, b), m) == pytest.approx(expected, rel=0.03)


def test_the_interval_has_the_standard_error_of_the_worlds_means(rng):
    worlds, m = 5000, 8
    hits = paths(rng, worlds, m, 1.0, 2.0)
    found = estimate_probability(hits, m)
    error = hits.reshape(worlds, m).mean(axis=1).std(ddof=1) / np.sqrt(worlds)
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(error, rel=0.01)
    assert found.n < worlds * m
    assert found.method == "Wilson, clustered by world"


@pytest.mark.parametrize("m", [1, 4])
def test_no_event_at_all_gives_the_rule_of_three_on_worlds(m):
    worlds = 1000
    never = estimate_probability(np.zeros(worlds * m, dtype=bool), m)
    assert (never.estimate, never.low) == (0.0, 0.0)
    assert never.high == pytest.approx(1 - 0.05 ** (1 / worlds))
    assert never.high == pytest.approx(3 / worlds, rel=0.01)
    always = estimate_probability(np.ones(worlds * m, dtype=bool), m)
    assert (always.estimate, always.high) == (1.0, 1.0)
    assert always.low == pytest.approx(0.05 ** (1 / worlds))
    assert never.n == always.n == worlds


@pytest.mark.parametrize("hits", [5, 9, 991, 995])
def test_few_events_on_either_side_take_the_exact_interval(hits):
    found = estimate_probability(np.arange(1000) < hits)
    assert found.method.startswith("Clopper-Pearson")
    expected = proportion_confint(hits, 1000, method="beta")
    np.testing.assert_allclose((found.low, found.high), expected, atol=1e-12)


def test_few_effective_events_count_even_where_the_share_is_large():
    assert estimate_probability(np.arange(30) < 9).method.startswith("Clopper-Pearson")
    assert estimate_probability(np.arange(30) < 11).method.startswith("Wilson")
    assert estimate_probability(np.arange(1000) < 10).method.startswith("Wilson")


def test_the_other_outcome_mirrors_the_interval(rng):
    hits = paths(rng, 400, 4, 1, 6)
    one, other = estimate_probability(hits, 4), estimate_probability(~hits, 4)
    np.testing.assert_allclose((other.low, other.high), (1 - one.high, 1 - one.low), atol=1e-12)


def test_a_higher_level_is_a_wider_interval(rng):
    hits = paths(rng, 400, 4, 2, 2)
    widths = [(e := estimate_probability(hits, 4, level)).high - e.low for level in (0.5, 0.9, 0.95, 0.99)]
    assert (np.diff(widths) > 0).all()


def test_a_single_world_is_one_observation():
    assert effective_number(np.array([True, False, True, True]), 4) == 1.0


def test_few_events_do_not_prove_independence():
    hits = np.zeros(1024 * 16, dtype=bool)
    hits[0] = True
    found = estimate_probability(hits, 16)
    assert found.n == pytest.approx(1024 * 16 / (1 + 15 / 16))
    assert found.high > clopper_pearson(1, 1024 * 16)[1]


@pytest.mark.parametrize("m", [2, 4])
def test_the_likeness_within_a_world_is_that_of_an_analysis_of_variance(rng, m):
    hits = paths(rng, 30, m, 1, 1)
    f = stats.f_oneway(*hits.reshape(30, m).astype(float)).statistic
    rho = (f - 1) / (f + m - 1)
    assert 0 < rho < 1
    assert effective_number(hits, m) == pytest.approx(30 * m / (1 + (m - 1) * rho))


def test_a_rare_miss_is_as_sure_as_a_rare_hit():
    hits = np.zeros(4 * 400, dtype=bool)
    hits[[0, 1, 2, 800, 1200]] = True  # three of them in one world
    one, other = estimate_probability(hits, 4), estimate_probability(~hits, 4)
    assert one.method.startswith("Clopper-Pearson")
    assert (other.n, other.low, other.high) == pytest.approx((one.n, 1 - one.high, 1 - one.low))


def test_paths_that_are_all_alike_count_worlds_though_nothing_varies():
    assert effective_number(np.zeros(4 * 25, dtype=bool), 4) == 25


def test_a_month_is_worth_the_same_beside_a_rare_one(rng):
    common = paths(rng, 400, 4, 2, 3)
    together = limits(totals_of(np.stack([common, np.arange(1600) < 4]), 4))
    alone = limits(totals_of(common, 4))
    assert (together.n[0], together.low[0], together.high[0]) == (alone.n, alone.low, alone.high)
