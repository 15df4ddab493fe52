"""Luck: named uniforms turned into counts, noise and splits; exact means in expected-count mode."""

import numpy as np
import pytest
from scipy import stats

from sim.randomness.luck import Luck, SpanLuck
from sim.randomness.streams import BLOCK, DailyStream, fixed_uniforms

STREAMS = ("orders", "noise", "times", "carts")


def luck_of(seed, blocks=range(1), *, expected=False, prefix="store.funnel"):
    return Luck(SpanLuck(seed, blocks, expected=expected), prefix, STREAMS)


def test_a_stream_is_named_by_channel_section_and_stream(seed):
    expected = DailyStream(seed, "store.funnel.orders", range(2)).day(0)
    np.testing.assert_array_equal(luck_of(seed, range(2)).uniform("orders"), expected)
    assert not np.array_equal(luck_of(seed, prefix="alibaba.funnel").uniform("orders"), expected[:BLOCK])


def test_the_uniform_is_that_of_the_day(seed):
    span = SpanLuck(seed, range(1))
    luck, stream = Luck(span, "store.funnel", STREAMS), DailyStream(seed, "store.funnel.orders", range(1))
    for day in (0, 1, 9, 30):
        span.day = day
        np.testing.assert_array_equal(luck.uniform("orders"), stream.day(day))


def test_strategies_share_the_row_of_a_day(seed):
    span = SpanLuck(seed, range(1))
    first, second = (Luck(span, "store.funnel", STREAMS) for _ in range(2))
    assert first.uniform("orders") is not None
    np.testing.assert_array_equal(first.uniform("orders"), second.uniform("orders"))
    np.testing.assert_array_equal(first.normal("noise"), second.normal("noise"))


def test_one_number_stands_for_every_path(seed):
    luck = luck_of(seed)
    np.testing.assert_array_equal(luck.binomial("orders", 0.0, 0.5), np.zeros(BLOCK))
    np.testing.assert_array_equal(luck.binomial("orders", 3.0, 0.5), luck.binomial("orders", np.full(BLOCK, 3.0), 0.5))


def test_a_branch_of_a_declared_stream_is_its_own_stream(seed):
    luck = luck_of(seed)
    paid, free = luck.uniform("carts.paid"), luck.uniform("carts.free")
    assert not np.array_equal(paid, free)
    np.testing.assert_array_equal(paid, DailyStream(seed, "store.funnel.carts.paid", range(1)).day(0))


@pytest.mark.parametrize("draw", ["uniform", "normal", "split"])
def test_an_undeclared_stream_is_a_defect(seed, draw):
    with pytest.raises(ValueError, match=r"store\.funnel draws from stream 'refunds'"):
        getattr(luck_of(seed), draw)("refunds")


def test_normals_are_those_of_the_uniforms_and_of_today(seed):
    span = SpanLuck(seed, range(1))
    luck = Luck(span, "store.funnel", STREAMS)
    for day in (0, 1, 8):
        span.day = day
        for _ in range(2):
            np.testing.assert_allclose(luck.normal("noise"), stats.norm.ppf(luck.uniform("noise")), atol=1e-12)


def test_fixed_uniforms_are_drawn_once(seed):
    luck = luck_of(seed)
    eight = luck.fixed("times", 8)
    np.testing.assert_array_equal(eight, fixed_uniforms(seed, "store.funnel.times", range(1), 8))
    np.testing.assert_array_equal(luck.fixed("times", 3), eight[:3])
    assert luck.fixed("times", 8) is eight


def test_counts_invert_the_streams_uniform(seed):
    luck = luck_of(seed)
    u = luck.uniform("orders")
    np.testing.assert_array_equal(luck.poisson("orders", 3.5), stats.poisson.ppf(u, 3.5))
    means = np.linspace(0.0, 60.0, BLOCK)
    np.testing.assert_array_equal(luck.poisson("orders", means), np.maximum(stats.poisson.ppf(u, means), 0.0))
    number = np.arange(BLOCK, dtype=float) % 50
    np.testing.assert_array_equal(luck.binomial("orders", number, 0.3), stats.binom.ppf(u, number, 0.3))


@pytest.mark.parametrize("relative_variance", [0.05, 0.5, 2.0])
def test_noise_has_mean_one_and_the_stated_variance(seed, relative_variance):
    luck = luck_of(seed, range(400))
    factor = luck.noise("noise", 1.0 / relative_variance)
    log_sd = np.sqrt(np.log1p(relative_variance))
    error = np.sqrt(relative_variance / factor.size)
    assert factor.mean() == pytest.approx(1.0, abs=4 * error)
    logs = np.log(factor)
    assert logs.std() == pytest.approx(log_sd, abs=4 * log_sd / np.sqrt(2 * factor.size))
    assert logs.mean() == pytest.approx(-0.5 * log_sd**2, abs=4 * log_sd / np.sqrt(factor.size))


def test_noise_without_variance_is_one_and_leaves_the_shared_row_alone(seed):
    luck = luck_of(seed)
    before = luck.normal("noise").copy()
    np.testing.assert_array_equal(luck.noise("noise", np.inf), np.ones(BLOCK))
    np.testing.assert_array_equal(luck.sum_of("noise", np.full(BLOCK, 2.0), 3.0, 0.0), np.full(BLOCK, 6.0))
    luck.sum_of("noise", np.ones(BLOCK), 3.0, 0.3)
    luck.noise("noise", 3.0)
    np.testing.assert_array_equal(luck.normal("noise"), before)


@pytest.mark.parametrize("some_have_none", [0.0, 0.5, 0.9])
def test_a_sum_of_amounts_is_a_lognormal_of_its_uniform_with_the_sums_mean_and_variance(seed, rng, some_have_none):
    luck = luck_of(seed, range(4))
    number = np.where(rng.random(luck.n_paths) < some_have_none, 0.0, rng.integers(1, 9, luck.n_paths).astype(float))
    mean, relative_variance = rng.uniform(10, 90, luck.n_paths), rng.uniform(0.2, 2.0, luck.n_paths)
    found = luck.sum_of("noise", number, mean, relative_variance)
    log_sd = np.sqrt(np.log1p(relative_variance / np.maximum(number, 1)))
    median = number * mean * np.exp(-0.5 * log_sd**2)
    expected = stats.lognorm.ppf(luck.uniform("noise"), log_sd, scale=np.maximum(median, 1e-9))
    np.testing.assert_allclose(found, np.where(number > 0, expected, 0.0), rtol=1e-12)


def test_strategies_of_one_world_share_a_days_noise_and_others_get_their_own(seed):
    span = SpanLuck(seed, range(1))
    ours, theirs = (Luck(span, "store.meta", ("noise",)) for _ in range(2))
    dispersion = np.linspace(1.0, 40.0, BLOCK)
    first = ours.noise("noise", dispersion)
    assert theirs.noise("noise", dispersion) is first
    kept = first.copy()
    other = theirs.noise("noise", 2.0 * dispersion)
    assert np.abs(np.log(other)).mean() < np.abs(np.log(kept)).mean()
    np.testing.assert_array_equal(ours.noise("noise", dispersion), kept)
    span.day = 1
    assert not np.any(ours.noise("noise", dispersion) == kept)


def test_expected_counts_are_means(seed):
    luck = luck_of(seed, expected=True)
    mean = np.linspace(0, 3, BLOCK)
    np.testing.assert_array_equal(luck.poisson("orders", mean), mean)
    np.testing.assert_array_equal(luck.poisson("orders", 2), np.full(BLOCK, 2.0))
    np.testing.assert_array_equal(luck.binomial("orders", mean, 0.25), 0.25 * mean)
    np.testing.assert_array_equal(luck.normal("noise"), np.zeros(BLOCK))
    np.testing.assert_array_equal(luck.sum_of("noise", mean, 30.0, 0.7), 30.0 * mean)
    assert luck.noise("noise", 0.7) == 1.0
    assert luck.split("times") is None


def test_a_split_is_the_days_uniform(seed):
    luck = luck_of(seed)
    np.testing.assert_array_equal(luck.split("times"), luck.uniform("times"))


def test_two_streams_with_one_key_are_an_error(monkeypatch):
    monkeypatch.setattr("sim.randomness.luck.stream_id", lambda name: 7)
    span = SpanLuck(1, range(1))
    span.uniform("store.meta.clicks")
    span.uniform("store.meta.clicks")
    with pytest.raises(ValueError, match="share one key"):
        span.fixed("store.meta.noise", 2)
