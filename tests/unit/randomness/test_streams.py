"""Streams: the same numbers whoever asks, in whatever pieces; never zero, never one."""

import hashlib
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.randomness import streams
from sim.randomness.streams import (
    BLOCK,
    DAYS_AHEAD,
    DailyStream,
    block_generator,
    fixed_uniforms,
    stream_id,
    world_uniforms,
)


def days_of(seed, name, blocks, n_days):
    stream = DailyStream(seed, name, blocks)
    return np.array([stream.day(day).copy() for day in range(n_days)])


def test_the_key_is_the_blake2b_of_the_name():
    digest = hashlib.blake2b(b"store.orders.meta", digest_size=8).digest()
    assert stream_id("store.orders.meta") == int.from_bytes(digest, "big")
    assert stream_id("store.orders.meta") != stream_id("store.orders.google")


def test_the_generator_is_the_one_of_the_design(seed):
    sequence = np.random.SeedSequence(seed, spawn_key=(stream_id("a.b"), 3))
    expected = np.random.Generator(np.random.PCG64DXSM(sequence)).random(5)
    np.testing.assert_array_equal(block_generator(seed, "a.b", 3).random(5), expected)


def test_two_names_with_one_key_are_refused(monkeypatch):
    streams.check_names(["a", "b", "a"])
    monkeypatch.setattr(streams, "stream_id", len)
    with pytest.raises(ValueError, match="'meta' and 'paid' share one key"):
        streams.check_names(["meta", "google", "paid"])


@pytest.mark.parametrize("other", [{"seed": 1}, {"name": "store.other"}, {"block": 1}])
def test_seed_name_and_block_each_change_the_numbers(other):
    here = {"seed": 0, "name": "store.orders", "block": 0}
    assert not np.isin(block_generator(**here).random(BLOCK), block_generator(**(here | other)).random(BLOCK)).any()


def test_a_path_draws_the_same_whatever_the_span(seed):
    n_days = 2 * DAYS_AHEAD + 3
    whole = days_of(seed, "store.orders", range(4), n_days)
    assert whole.shape == (n_days, 4 * BLOCK)
    for span in (range(1), range(1, 2), range(2, 4), range(3, 4)):
        part = whole[:, span.start * BLOCK : span.stop * BLOCK]
        np.testing.assert_array_equal(days_of(seed, "store.orders", span, n_days), part)


def test_days_do_not_depend_on_how_many_are_drawn_at_once(seed, monkeypatch):
    usual = days_of(seed, "store.orders", range(2), 20)
    for ahead in (1, 3, 30):
        monkeypatch.setattr(streams, "DAYS_AHEAD", ahead)
        np.testing.assert_array_equal(days_of(seed, "store.orders", range(2), 20), usual)


def test_days_that_are_passed_over_leave_the_others_as_they_are(seed):
    usual = days_of(seed, "store.orders", range(2), 80)
    asked = [0, 3, DAYS_AHEAD, DAYS_AHEAD + 1, 29, 30, 31, 59, 79]
    for chosen in (asked, asked[4:], [29, 59], range(20, 60)):
        stream = DailyStream(seed, "store.orders", range(2))
        for day in chosen:
            np.testing.assert_array_equal(stream.day(day), usual[day], err_msg=f"{day} of {list(chosen)}")
            np.testing.assert_array_equal(stream.day(day), usual[day], err_msg="asked once more")


@pytest.mark.parametrize("first_day", [5, 8, 13, 40])
def test_a_stream_first_asked_late_gives_the_row_of_that_day(seed, first_day):
    usual = days_of(seed, "store.orders", range(1), first_day + 1)
    np.testing.assert_array_equal(DailyStream(seed, "store.orders", range(1)).day(first_day), usual[-1])


def test_no_two_days_share_a_row(seed):
    rows = days_of(seed, "store.orders", range(1), 3 * DAYS_AHEAD)
    assert len(np.unique(rows)) == rows.size


def test_a_day_that_has_passed_cannot_be_asked_again(seed):
    stream = DailyStream(seed, "store.orders", range(1))
    stream.day(DAYS_AHEAD)
    with pytest.raises(ValueError, match=f"day {DAYS_AHEAD - 1} of this stream has passed"):
        stream.day(DAYS_AHEAD - 1)


@pytest.mark.parametrize(
    ("first", "count"), [(0, 1), (0, BLOCK), (1000, 100), (BLOCK, 3 * BLOCK), (2047, 2), (4095, 1)]
)
def test_a_world_gets_its_uniform_whatever_range_is_asked(seed, first, count):
    every = world_uniforms(seed, "world.store.meta.cpc", 0, 4 * BLOCK)
    part = world_uniforms(seed, "world.store.meta.cpc", first, count)
    np.testing.assert_array_equal(part, every[first : first + count])


def test_fixed_rows_do_not_depend_on_their_number_or_the_span(seed):
    eight = fixed_uniforms(seed, "store.freeze.times", range(3), 8)
    assert eight.shape == (8, 3 * BLOCK)
    np.testing.assert_array_equal(fixed_uniforms(seed, "store.freeze.times", range(3), 2), eight[:2])
    middle = fixed_uniforms(seed, "store.freeze.times", range(1, 2), 8)
    np.testing.assert_array_equal(middle, eight[:, BLOCK : 2 * BLOCK])


class Zeros:
    """A generator that draws only what is never wanted."""

    def random(self, size):
        return np.zeros(size)


def test_zero_is_never_returned(monkeypatch):
    monkeypatch.setattr(streams, "block_generator", lambda *_: Zeros())
    for drawn in (
        DailyStream(1, "a", range(1)).day(0),
        fixed_uniforms(1, "a", range(1), 2),
        world_uniforms(1, "a", 0, 5),
    ):
        assert (drawn == 2.0**-54).all()
        assert np.isfinite(stats.norm.ppf(drawn)).all()


def test_other_uniforms_are_left_as_drawn():
    drawn = np.array([0.0, 2.0**-53, 0.5, 1.0 - 2.0**-53])
    np.testing.assert_array_equal(streams.open_interval(drawn.copy())[1:], drawn[1:])


def test_uniforms_are_uniform_and_days_and_streams_independent(seed):
    a, b = (days_of(seed, name, range(4), 40) for name in ("store.a", "store.b"))
    assert stats.kstest(a.ravel(), "uniform").pvalue > 1e-4
    limit = 4.5 / np.sqrt(a.shape[1])  # 4.5 standard errors of a correlation, 79 of them looked at
    for x, y in [*zip(a, b, strict=True), *pairwise(a)]:
        assert abs(np.corrcoef(x, y)[0, 1]) < limit
