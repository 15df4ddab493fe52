"""What drives the result: known shares are found again, inputs without influence stay under the floor."""

import numpy as np
import pytest
from scipy import stats

from sim.estimates import EstimateRefused, first_order_shares
from sim.estimates.importance import bin_edges, quantile_bins


def linear(rng, worlds=4096, replicates=4):
    inputs = {name: rng.normal(size=worlds) for name in ("price", "rate", "idle")}
    world = 3 * inputs["price"] + 4 * inputs["rate"]
    return (world[:, None] + rng.normal(size=(worlds, replicates))).ravel(), inputs


def test_the_worked_number(rng):
    values, inputs = linear(rng)
    found = first_order_shares(values, inputs, 4)
    assert found.shares["price"][0].estimate == pytest.approx(9 / 26, abs=0.04)
    assert found.shares["rate"][0].estimate == pytest.approx(16 / 26, abs=0.04)
    assert found.luck == pytest.approx((1 / 26,), abs=0.003)
    assert found.shares["idle"][0].estimate < 0.01
    assert found.noise_floor[0] < 0.01


def test_luck_is_not_told_from_one_replicate(rng):
    values, inputs = linear(rng, replicates=1)
    assert first_order_shares(values, inputs, 1).luck is None


def test_shares_are_of_the_variance_of_paths_whatever_the_replicates(rng):
    for replicates in (1, 2, 16):
        worlds = 8192
        x = rng.normal(size=worlds)
        values = (x[:, None] + rng.normal(size=(worlds, replicates))).ravel()
        found = first_order_shares(values, {"x": x}, replicates)
        assert found.shares["x"][0].estimate == pytest.approx(0.5, abs=0.05)


def test_ishigami(rng):
    x = rng.uniform(-np.pi, np.pi, (3, 16_384))
    values = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    found = first_order_shares(values, dict(zip("abc", x, strict=True)))
    for name, truth in zip("abc", (0.3139, 0.4424, 0.0), strict=True):
        (share,) = found.shares[name]
        assert share.estimate == pytest.approx(truth, abs=0.02), name


def test_skewed_inputs_keep_their_share(rng):
    x = rng.normal(size=4096)
    values = np.exp(x) + rng.normal(size=4096) * np.sqrt((np.e - 1) * np.e)
    found = first_order_shares(values, {"x": x}).shares["x"][0]
    again = first_order_shares(values, {"x": np.exp(5 * x)}).shares["x"][0]
    assert found.estimate == pytest.approx(0.5, abs=0.08)
    assert again.estimate == found.estimate  # only the order of an input counts


def test_an_indicator_and_several_outcomes_at_once(rng):
    values, inputs = linear(rng)
    both = np.stack([values, values > 0])
    found = first_order_shares(both, inputs, 4)
    alone = first_order_shares(values, inputs, 4).shares["rate"][0]
    together = found.shares["rate"][0]
    assert (together.estimate, together.low, together.high) == pytest.approx((alone.estimate, alone.low, alone.high))
    assert 0.3 < found.shares["rate"][1].estimate < found.shares["rate"][0].estimate
    assert found.luck[1] > found.luck[0]
    assert len(found.noise_floor) == 2


def test_inputs_without_influence_pass_the_floor_one_time_in_twenty(rng):
    worlds, above = 1024, 0
    for repetition in range(20):
        inputs = {str(k): rng.normal(size=worlds) for k in range(10)}
        found = first_order_shares(rng.normal(size=worlds), inputs, seed=repetition)
        above += sum(share[0].estimate > found.noise_floor[0] for share in found.shares.values())
    assert above / 200 == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 200))


@pytest.mark.slow
def test_the_intervals_are_covered(rng):
    held = np.zeros(2)
    for repetition in range(300):
        values, inputs = linear(rng, 1024)
        values = values + 3 * rng.normal(size=values.shape)
        found = first_order_shares(values, inputs, 4, seed=repetition)
        for place, (name, truth) in enumerate((("price", 9 / 35), ("rate", 16 / 35))):
            (share,) = found.shares[name]
            held[place] += share.low <= truth <= share.high
    assert (held / 300 > 0.88).all()  # bins cost about 1% of a share at 1,024 worlds


def test_few_distinct_values_are_bins_of_their_own(rng):
    column = rng.choice([1.0, 2.0, 5.0], 4096)
    np.testing.assert_array_equal(quantile_bins(column), np.searchsorted([1.0, 2.0, 5.0], column))
    found = first_order_shares(column, {"x": column}).shares["x"][0]
    assert found.estimate == pytest.approx(1.0)


def test_one_value_never_lies_in_two_bins(rng):
    column = np.where(rng.random(4096) < 0.6, 0.0, rng.normal(size=4096))
    assert len(np.unique(quantile_bins(column)[column == 0.0])) == 1


def test_bins_are_narrower_towards_the_ends():
    widths = np.diff(np.concatenate([[0.0], bin_edges(4096), [1.0]]))
    assert len(widths) == 32
    assert 8 < 4096 * widths[0] < 12
    np.testing.assert_allclose(widths, widths[::-1])
    assert (np.diff(widths[:16]) > 0).all()


def test_constants_have_no_share(rng):
    found = first_order_shares(np.ones(1024), {"x": rng.normal(size=1024)})
    assert found.shares["x"][0].estimate == 0.0
    flat = first_order_shares(rng.normal(size=1024), {"x": np.ones(1024)})
    assert flat.shares["x"][0].estimate == 0.0


def test_the_same_seed_gives_the_same_answer(rng):
    values, inputs = linear(rng, 512)
    assert first_order_shares(values, inputs, 4) == first_order_shares(values, inputs, 4)
    assert first_order_shares(values, inputs, 4, seed=0) != first_order_shares(values, inputs, 4, seed=1)


def test_few_worlds_are_refused(rng):
    with pytest.raises(EstimateRefused, match="256 worlds"):
        first_order_shares(rng.normal(size=255), {"x": rng.normal(size=255)})
    assert first_order_shares(rng.normal(size=256), {"x": rng.normal(size=256)}).shares["x"]


def test_a_share_is_the_correlation_ratio_without_bias(rng):
    # With equal bins the share is Kelley's epsilon squared, (B - 1) (F - 1) / ((B - 1) F + worlds - B), F of an anova.
    column = np.repeat(np.arange(4.0), 64)
    values = 0.3 * column + rng.normal(size=256)
    f = stats.f_oneway(*values.reshape(4, 64)).statistic
    share = first_order_shares(values, {"x": column}).shares["x"][0]
    assert share.estimate == pytest.approx(3 * (f - 1) / (3 * f + 252))


@pytest.mark.parametrize("replicates", [2, 16])
def test_luck_is_the_part_of_the_variance_of_paths_that_lies_within_worlds(rng, replicates):
    x = rng.normal(size=(8192, 1))
    values = (x + rng.normal(size=(8192, replicates))).ravel()
    # 4 standard errors of a ratio of two variances from 8,192 worlds.
    assert first_order_shares(values, {"x": x.ravel()}, replicates).luck == pytest.approx((0.5,), abs=0.03)


def test_intervals_widen_with_the_normal_quantile_and_stay_shares(rng):
    values, inputs = linear(rng, 512)
    half, most = (first_order_shares(values, inputs, 4, level).shares["rate"][0] for level in (0.5, 0.95))
    assert (most.high - most.low) / (half.high - half.low) == pytest.approx(1.959964 / 0.6744898)
    all_of_it = first_order_shares(inputs["rate"], inputs, 1, 0.999)
    for (share,) in all_of_it.shares.values():
        assert 0.0 <= share.low <= share.estimate <= share.high <= 1.0


def test_a_value_of_few_worlds_is_a_bin_of_its_own():
    column = np.repeat([1.0, 2.0, 5.0], [2000, 3, 2093])
    assert np.bincount(quantile_bins(column)).tolist() == [2000, 3, 2093]
