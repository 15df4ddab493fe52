"""Luck drawn anew: how many comparisons the worlds' shares are worth, and what seeing the same shocks bought."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from sim.estimates import Sample
from sim.estimates.coupling import beats_with_other_luck, pairing_gain

WORLDS = 100


def won(shares):
    """Values of A and of B in worlds of two paths, of whose two pairs A wins none, one or both."""
    a = np.stack([np.greater(shares, 0.0), np.greater(shares, 0.5)], axis=1).astype(float)
    return a.ravel(), np.full(a.size, 0.5)


def all_but(others, usual=0.5):
    return np.concatenate([others, np.full(WORLDS - len(others), usual)])


def test_a_draw_is_no_win():
    assert beats_with_other_luck(np.ones(200), np.ones(200), Sample(2)).estimate == 0.0


@pytest.mark.parametrize(
    ("shares", "worth"),
    [
        (all_but([]), 200),  # no spread at all: every path
        (all_but([0.0, 1.0]), 200),  # less spread than chance: no more than there are paths
        (np.arange(WORLDS) % 2, 100),  # all or nothing: 99 by the formula, no fewer than there are worlds
        (all_but(np.repeat([0.0, 1.0], 35)), 0.25 * 100 / (70 * 0.25 / 99)),
    ],
)
def test_comparisons_are_worth_between_their_worlds_and_their_paths(shares, worth):
    found = beats_with_other_luck(*won(shares), Sample(2))
    assert found.estimate == 0.5
    assert found.n == pytest.approx(worth)
    low, high = proportion_confint(0.5 * found.n, found.n, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high))


def test_few_wins_count_worlds_alone():
    found = beats_with_other_luck(*won(all_but(np.full(8, 0.5), 0.0)), Sample(2))
    assert (found.estimate, found.n) == (0.04, WORLDS)
    assert (found.low, found.high) == pytest.approx(proportion_confint(4, WORLDS, method="beta"))


@pytest.mark.parametrize("won_always", [False, True])
def test_all_or_nothing_has_an_interval_to_one_side(won_always):
    found = beats_with_other_luck(*won(np.full(WORLDS, float(won_always))), Sample(2))
    reach = 1 - 0.05 ** (1 / WORLDS)
    assert (found.low, found.high) == pytest.approx((1 - reach, 1.0) if won_always else (0.0, reach))


def test_evenly_spread_worlds_take_the_spread_between_scrambles(rng):
    shares = rng.choice([0.0, 0.5, 1.0], (16, 256))
    found = beats_with_other_luck(*won(shares.ravel()), Sample(2, even=True), 0.8)
    means = shares.mean(axis=1)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.8, 15, means.mean(), stats.sem(means)))


@pytest.mark.parametrize(("even", "together"), [(False, 2), (True, 512)])
def test_the_gain_is_taken_over_what_is_independent(rng, even, together):
    common, own = rng.normal(size=8 * 1024).repeat(2), rng.normal(size=(2, 16 * 1024))
    a, b = common + own[0], common + own[1]
    one, other = (values.reshape(-1, together).mean(axis=1) for values in (a, b))
    expected = (one.var() + other.var()) / (one - other).var()
    assert pairing_gain(a, b, Sample(2, even)) == pytest.approx(expected)
