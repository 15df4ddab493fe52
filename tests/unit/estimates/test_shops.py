"""Shares of shops that lose, are open, win: against worlds whose chances are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.estimates import EstimateRefused, Sample
from sim.estimates.shops import Shops, shops, shops_of_counts, shops_of_moments


def drawn(chances, replicates, rng):
    return (rng.random((len(chances), replicates)) < chances[:, None]).reshape(-1)


def known(chances):
    return np.array([(chances < 0.05).mean(), ((chances >= 0.05) & (chances <= 0.95)).mean(), (chances > 0.95).mean()])


def shares(found: Shops):
    return np.array([found.lose, found.open, found.win])


@pytest.mark.parametrize("replicates", [2, 4, 16])
@pytest.mark.parametrize(("a", "b"), [(2, 2), (0.2, 0.6), (0.5, 0.1), (5, 20)])
def test_shares_of_a_beta_are_found_again(rng, a, b, replicates):
    chances = stats.beta(a, b).rvs(8192, random_state=rng)
    found = shops(drawn(chances, replicates, rng), replicates)
    np.testing.assert_allclose(shares(found), known(chances), atol=0.04)
    assert shares(found).sum() == pytest.approx(1.0)


def test_two_kinds_of_shops_are_told_apart(rng):
    chances = np.where(rng.random(4096) < 0.7, 0.0, stats.beta(6, 2).rvs(4096, random_state=rng))
    found = shops(drawn(chances, 16, rng), 16)
    np.testing.assert_allclose(shares(found), known(chances), atol=0.06)
    assert "contradict" in found.method


def test_shops_that_are_all_alike_are_where_their_chance_is(rng):
    assert shares(shops(drawn(np.full(4096, 0.5), 4, rng), 4))[1] > 0.97
    assert shares(shops_of_moments(0.5, 0.0)).tolist() == [0, 1, 0]
    assert shares(shops_of_moments(0.01, -1e-4)).tolist() == [1, 0, 0]


def test_where_nothing_or_all_was_seen_all_lose_or_win():
    assert shares(shops(np.zeros(400, dtype=bool), 4)).tolist() == [1, 0, 0]
    assert shares(shops(np.ones(400, dtype=bool), 4)).tolist() == [0, 0, 1]


def test_the_worked_number():
    found = shops_of_moments(0.5, 0.05)  # Beta(2, 2)
    assert found.lose == pytest.approx(0.00725)
    assert found.open == pytest.approx(0.9855)


def test_one_replicate_tells_nothing_and_counts_are_paths(rng):
    with pytest.raises(EstimateRefused, match="at least 2 replicates"):
        shops(np.zeros(10, dtype=bool), 1)
    hits = drawn(stats.beta(0.3, 0.5).rvs(1024, random_state=rng), 4, rng)
    counts = np.bincount(hits.reshape(-1, 4).sum(axis=1), minlength=5)
    assert shops(hits, 4) == shops_of_counts(counts)
    everything = Sample(4, mask=np.ones(4096, dtype=bool)).shops(hits)
    np.testing.assert_allclose(shares(everything), shares(shops(hits, 4)), atol=0.03)
