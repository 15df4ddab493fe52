"""Delays: whole days from a distribution, cohorts split without loss, money that arrives on its day."""

import numpy as np
import pytest
from scipy import stats

from sim.business import delays
from sim.business.delays import Delay, DelayLine, RollingSum
from sim.randomness.distributions import Constant, from_leaf
from sim.randomness.distributions.families import Gamma, LogNormal, Normal, Uniform

WEEK = Delay((0.0, 0.3, 0.0, 0.5, 0.15, 0.05))


def arrivals(line, n_days, start=0):
    """(n_days, n_quantities, n_paths) what falls due day by day."""
    return np.array([line.due(start + day) for day in range(n_days)])


def split_plainly(orders, uniform, delay):
    """The split one order and one lag at a time, in plain Python."""
    table = np.zeros((delay.longest + 1, len(orders)))
    for path, (number, u) in enumerate(zip(orders, uniform, strict=True)):
        for i in range(int(number)):
            position, lag, reached = (i + u) / number, 0, delay.probability[0]
            while reached < position and lag < delay.longest:
                lag += 1
                reached = sum(delay.probability[: lag + 1])
            table[lag, path] += 1
    return table


def test_a_days_probability_is_that_of_its_24_hours():
    delay = Delay.of(LogNormal(6.0, 0.5), shortest=1, longest=60)
    theirs = stats.lognorm(0.5, scale=6.0)
    expected = np.diff(theirs.cdf(np.arange(-1, 60) + 0.5))
    expected[1] += expected[0]
    expected[0] = 0.0
    last = delay.longest
    np.testing.assert_allclose(delay.probability[:last], expected[:last], atol=1 / delays.GRID)
    assert delay.probability[last] == pytest.approx(theirs.sf(last - 0.5), abs=1 / delays.GRID)
    assert theirs.sf(last + 0.5) <= 1e-4 < theirs.sf(last - 0.5)


@pytest.mark.parametrize(
    "distribution",
    [Gamma(2, 5), Uniform(14, 21), Normal(30, 5), Constant(3), from_leaf("2 to 40"), LogNormal(200, 1.0)],
)
def test_probabilities_sum_to_one_and_keep_the_mean(distribution):
    delay = Delay.of(distribution)
    assert sum(delay.probability) == pytest.approx(1.0, abs=1e-12)
    assert min(delay.probability) >= 0.0
    assert delay.probability[0] == 0.0
    assert delay.longest <= 365
    assert delay.cumulative[-1] == 1.0
    assert delay.mean == pytest.approx(float(np.arange(delay.longest + 1) @ delay.probability))
    if distribution.ppf(np.array(0.99)) < 300:
        assert delay.mean == pytest.approx(distribution.mean, abs=0.1)


def test_the_shortest_lag_takes_what_is_shorter_and_the_longest_what_is_longer():
    delay = Delay.of(Uniform(0, 10), shortest=3, longest=5)
    np.testing.assert_allclose(delay.probability, [0, 0, 0, 0.35, 0.1, 0.55], atol=1 / delays.GRID)
    assert Delay.of(Constant(0.2), shortest=0).probability == (1.0,)
    assert Delay.of(Constant(0.2)).probability == (0.0, 1.0)
    assert Delay.of(Constant(4)).probability == (0, 0, 0, 0, 1)


def test_a_lag_is_the_smallest_that_exceeds_the_probability(rng):
    for delay in (WEEK, Delay((1.0,)), Delay.of(LogNormal(20, 0.8)), Delay.of(Uniform(0, 300))):
        cumulative = np.cumsum(delay.probability)
        position = np.concatenate([rng.random(20_000), cumulative[:-1], [1e-300, 1 - 2.0**-53]])
        np.testing.assert_array_equal(
            delay.lag(position * delays.GRID), np.searchsorted(cumulative, position, side="right")
        )
        assert delay.lag(np.array([float(delays.GRID)])) == delay.longest


def test_a_delay_is_rounded_to_whole_steps_and_keeps_its_shape():
    delay = Delay.of(LogNormal(45, 0.5))
    steps = np.cumsum(delay.probability) * delays.GRID
    np.testing.assert_array_equal(steps, np.rint(steps))
    expected = stats.lognorm(0.5, scale=45).cdf(np.arange(delay.longest) + 0.5)
    np.testing.assert_allclose(delay.cumulative[1:-1], expected[1:], atol=0.5001 / delays.GRID)
    assert Delay(delay.probability) == delay


def test_one_delay_after_the_other_adds_up(rng):
    both = WEEK.plus(Delay((0.0, 0.6, 0.4)))
    assert both.mean == pytest.approx(WEEK.mean + 1.4, abs=8 / delays.GRID)
    assert both.probability[2] == pytest.approx(0.3 * 0.6, abs=1 / delays.GRID)
    assert both.longest == 7
    assert sum(both.probability) == pytest.approx(1.0)


def test_what_is_left_after_another_delay_is_at_least_a_day():
    left = WEEK.beyond(Delay((0.0, 0.5, 0.0, 0.5)))
    by_hand = np.zeros(6)
    for lag, weight in enumerate(WEEK.probability):
        for passed, share in ((1, 0.5), (3, 0.5)):
            by_hand[max(lag - passed, 1)] += weight * share
    np.testing.assert_allclose(left.probability, by_hand, atol=1 / delays.GRID)


@pytest.mark.parametrize("delay", [WEEK, Delay((1.0,)), Delay.of(LogNormal(45, 0.5))])
@pytest.mark.parametrize("other", [WEEK, Delay((1.0,)), Delay.of(LogNormal(12, 0.8))])
def test_what_is_left_of_a_delay_is_summed_in_the_order_of_its_lags(delay, other):
    left = [0.0] * (max(delay.longest, 1) + 1)
    for lag, weight in enumerate(delay.probability):
        for passed, share in enumerate(other.probability):
            left[max(lag - passed, 1)] += weight * share
    assert delay.beyond(other) == Delay(tuple(left))


@pytest.mark.parametrize("n_paths", [1024, 2048, 8192])
@pytest.mark.parametrize("pooled", [False, True])
def test_the_days_of_a_ring_do_not_push_each_other_out_of_the_cache(n_paths, pooled):
    line = DelayLine(n_paths, 128, pooled=pooled)
    days_apart = line._ring.strides[0]
    assert days_apart % 4096 == n_paths * line._ring.itemsize % 4096 + delays.CACHE_LINE
    line._widen()
    assert line._ring.strides[0] == (n_paths * 8) + delays.CACHE_LINE


def test_a_scheduled_amount_arrives_on_its_day_once():
    line = DelayLine(3, 10, 2)
    line.schedule(4, 7, np.array([1.0, 2.0, 3.0]), 5.0)
    found = arrivals(line, 30, 4)
    np.testing.assert_array_equal(found[7], [[1, 2, 3], [5, 5, 5]])
    assert found.sum() == found[7].sum()
    assert not line.total.any()


def test_each_path_can_have_its_own_lag():
    line = DelayLine(4, 6)
    line.schedule(10, np.array([0, 1, 6, 1]), np.array([1.0, 2.0, 3.0, 4.0]))
    line.schedule(10, np.array([0, 1, 6, 1]), np.array([1.0, 2.0, 3.0, 4.0]))
    found = arrivals(line, 8, 10)[:, 0]
    np.testing.assert_array_equal(found[[0, 1, 6]], [[2, 0, 0, 0], [0, 4, 0, 8], [0, 0, 6, 0]])
    assert found.sum() == 20


def test_a_lag_that_does_not_fit_is_refused_rather_than_paid_early():
    line = DelayLine(2, 5)
    message = "a lag of 6 days does not fit a line of 5 days"
    with pytest.raises(ValueError, match=message):
        line.schedule(0, 6, 1.0)
    with pytest.raises(ValueError, match=message):
        line.schedule(0, np.array([1, 6]), 1.0)
    with pytest.raises(ValueError, match=message):
        line.spread(0, Delay((0.0,) * 6 + (1.0,)), np.full(2, 0.5), np.ones(2))
    line.schedule(0, 5, 1.0)
    assert arrivals(line, 6)[5].sum() == 2


@pytest.mark.parametrize("threshold", [0, 40, 10**9])
def test_a_cohort_is_split_as_a_plain_loop_would(rng, monkeypatch, threshold):
    monkeypatch.setattr(delays, "ONE_BY_ONE", threshold)
    delay = Delay.of(LogNormal(6, 0.6), longest=40)
    orders = np.concatenate([np.arange(60), rng.integers(0, 400, 60)]).astype(float)
    uniform = rng.random(orders.size)
    line = DelayLine(orders.size, delay.longest)
    line.spread(3, delay, uniform, orders)
    np.testing.assert_array_equal(arrivals(line, delay.longest + 1, 3)[:, 0], split_plainly(orders, uniform, delay))


def test_one_by_one_equals_lag_by_lag(rng, monkeypatch):
    for delay in (WEEK, Delay.of(Gamma(2, 5)), Delay.of(Uniform(0, 90)), Delay((0.2, 0.8))):
        orders = rng.integers(0, 200, 3000).astype(float)
        uniform = np.maximum(rng.random(3000), 2.0**-54)
        uniform[:2] = 2.0**-54, 1 - 2.0**-53
        orders[:2] = 150
        money = orders * rng.uniform(10, 90, 3000)
        found = []
        for threshold in (0, 10**9):
            monkeypatch.setattr(delays, "ONE_BY_ONE", threshold)
            line = DelayLine(3000, delay.longest, 2)
            line.spread(0, delay, uniform, orders, money)
            found.append(arrivals(line, delay.longest + 1))
        np.testing.assert_array_equal(found[0][:, 0], found[1][:, 0])
        np.testing.assert_allclose(found[0][:, 1], found[1][:, 1], rtol=1e-9)


def test_the_very_last_uniform_stays_within_the_line():
    # (n - 1 + u) / n rounds to exactly one here.
    line = DelayLine(1, WEEK.longest)
    line.spread(0, WEEK, np.array([1 - 2.0**-53]), np.array([40.0]))
    assert arrivals(line, 6).sum() == 40


def test_each_order_has_the_stated_distribution(rng):
    n = 40_000
    for orders in (1, 3, 50):
        line = DelayLine(n, WEEK.longest)
        line.spread(0, WEEK, rng.random(n), np.full(n, float(orders)))
        share = arrivals(line, WEEK.longest + 1)[:, 0].mean(axis=1) / orders
        # Systematic sampling varies less than independent lags do, so this is above 4.5 standard errors.
        error = np.sqrt(np.array(WEEK.probability) * (1 - np.array(WEEK.probability)) / n)
        assert (np.abs(share - WEEK.probability) <= 4.5 * error).all()


def test_every_order_is_whole_and_accounted_for_and_money_is_shared_equally(rng):
    orders = rng.integers(0, 90, 500).astype(float)
    money = orders * rng.uniform(10, 90, 500)
    line = DelayLine(500, WEEK.longest, 2)
    line.spread(0, WEEK, rng.random(500), orders, money)
    np.testing.assert_array_equal(line.total, [orders, money])
    found = arrivals(line, WEEK.longest + 1)
    assert (found[:, 0] % 1 == 0).all()
    np.testing.assert_array_equal(found[:, 0].sum(axis=0), orders)
    np.testing.assert_allclose(found[:, 1].sum(axis=0), money)
    price = np.divide(money, orders, out=np.zeros(500), where=orders > 0)
    np.testing.assert_allclose(found[:, 1], found[:, 0] * price, atol=1e-9)


def test_the_number_on_each_day_is_within_one_of_its_share(rng):
    orders = rng.integers(1, 300, 1000).astype(float)
    line = DelayLine(1000, WEEK.longest)
    line.spread(0, WEEK, rng.random(1000), orders)
    expected = np.array(WEEK.probability)[:, None] * orders
    assert (np.abs(arrivals(line, WEEK.longest + 1)[:, 0] - expected) < 1 + 1e-9).all()


def test_without_a_uniform_the_split_is_exact():
    line = DelayLine(2, WEEK.longest, 2)
    line.spread(7, WEEK, None, np.array([1.0, 2.5]), np.array([10.0, 0.0]))
    found = arrivals(line, WEEK.longest + 1, 7)
    np.testing.assert_allclose(found[:, 0], np.outer(WEEK.probability, [1.0, 2.5]))
    np.testing.assert_allclose(found[:, 1], np.outer(WEEK.probability, [10.0, 0.0]))


def test_cohorts_of_many_days_pile_up_and_leave_in_time(rng):
    delay = Delay.of(Gamma(2, 4), longest=60)
    line = DelayLine(200, delay.longest, 2)
    put, out = np.zeros((2, 200)), np.zeros((2, 200))
    for day in range(150):
        out += line.due(day)
        orders = rng.integers(0, 60, 200).astype(float) if day < 90 else np.zeros(200)
        line.spread(day, delay, rng.random(200), orders, 20 * orders)
        put += np.array([orders, 20 * orders])
        np.testing.assert_allclose(line.held(), line.total, atol=1e-6)
        np.testing.assert_allclose(put - out, line.total, atol=1e-6)
    np.testing.assert_array_equal(out[0], put[0])
    np.testing.assert_allclose(out, put)


def test_a_pooled_line_conserves_what_travels_and_leaves_empty(rng):
    delay = Delay.of(Gamma(2, 4), longest=60)
    pooled, exact = (DelayLine(300, delay.longest, 3, pooled=flag) for flag in (True, False))
    put, out = np.zeros((3, 300)), np.zeros((3, 300))
    for day in range(160):
        found, expected = pooled.due(day), exact.due(day)
        np.testing.assert_array_equal(found[0], expected[0])
        assert (found >= 0).all()
        out += found
        orders = rng.integers(0, 4, 300).astype(float) if day < 90 else np.zeros(300)
        amounts = (orders, orders * rng.uniform(10, 90, 300), orders * 7.0)
        uniform = rng.random(300)
        pooled.spread(day, delay, uniform, *amounts)
        exact.spread(day, delay, uniform, *amounts)
        put += amounts
        np.testing.assert_allclose(put - out, pooled.total, atol=1e-6)
        np.testing.assert_array_equal(pooled.held()[0], pooled.total[0])
    np.testing.assert_allclose(out, put, rtol=1e-9)
    np.testing.assert_allclose(pooled.total, 0.0, atol=1e-6)
    # Orders of one price leave with exactly their price, however they are pooled.
    np.testing.assert_allclose(out[2], 7.0 * out[0])


def test_pooled_money_leaves_at_the_average_of_what_is_on_the_way():
    line = DelayLine(1, 3, 2, pooled=True)
    line.spread(0, Delay((0.0, 1.0)), np.array([0.5]), np.array([1.0]), np.array([10.0]))
    line.spread(0, Delay((0.0, 0.0, 1.0)), np.array([0.5]), np.array([3.0]), np.array([90.0]))
    np.testing.assert_allclose(arrivals(line, 4)[:, :, 0], [[0, 0], [1, 25], [3, 75], [0, 0]])


def test_a_pooled_line_counts_in_16_bits_until_that_is_not_enough(rng):
    small, large = DelayLine(2, WEEK.longest, 2, pooled=True), DelayLine(2, WEEK.longest, 2, pooled=True)
    for _ in range(3):
        uniform = rng.random(2)
        small.spread(0, WEEK, uniform, np.array([7.0, 0.0]), np.array([70.0, 0.0]))
        large.spread(0, WEEK, uniform, np.array([30_000.0, 1.0]), np.array([3e5, 10.0]))
    assert small.held()[0].tolist() == [21, 0]
    assert large.held()[0].tolist() == [90_000, 3]
    np.testing.assert_array_equal(arrivals(large, 6).sum(axis=0), [[90_000, 3], [9e5, 30]])


def test_scaling_a_pooled_line_scales_what_travels_with_the_orders(rng):
    line = DelayLine(3, WEEK.longest, 2, pooled=True)
    line.spread(0, WEEK, rng.random(3), np.full(3, 10.0), np.full(3, 100.0))
    line.scale(np.array([0, 2]), np.array([0.25, 0.0]))
    np.testing.assert_allclose(arrivals(line, 6).sum(axis=0), [[10, 10, 10], [25, 100, 0]])


def test_scaling_cancels_a_share_on_the_given_paths_alone():
    line = DelayLine(3, WEEK.longest, 2)
    line.spread(0, WEEK, None, np.full(3, 10.0), np.full(3, 100.0))
    line.scale(np.array([0, 2]), np.array([0.25, 0.0]))
    np.testing.assert_allclose(line.total, [[2.5, 10, 0], [25, 100, 0]])
    np.testing.assert_allclose(line.held(), line.total)
    np.testing.assert_allclose(arrivals(line, 6).sum(axis=0), [[2.5, 10, 0], [25, 100, 0]])


def test_a_rolling_sum_is_the_sum_of_its_last_days(rng):
    flows = rng.uniform(0, 9, (40, 5))
    window = RollingSum(5, 7)
    for day, flow in enumerate(flows):
        window.add(day, flow)
        np.testing.assert_allclose(window.total, flows[max(0, day - 6) : day + 1].sum(axis=0), atol=1e-12)
    for day in range(40, 47):
        window.add(day, 0.0)
    np.testing.assert_allclose(window.total, 0.0, atol=1e-12)


def test_a_line_knows_whether_it_was_ever_used():
    line = DelayLine(3, 5)
    assert not line.used
    line.due(0)
    assert not line.used
    line.schedule(0, 2, np.zeros(3))
    assert line.used
    spread = DelayLine(3, 5)
    spread.spread(0, Delay((0.0, 1.0)), np.full(3, 0.5), np.ones(3))
    assert spread.used


def test_a_day_may_take_more_orders_than_16_bits_hold():
    line = DelayLine(2, 3, 2, pooled=True)
    for _ in range(3):
        line.spread(0, Delay((0.0, 1.0)), np.full(2, 0.5), np.array([30_000.0, 1.0]), np.array([3e5, 10.0]))
    np.testing.assert_array_equal(arrivals(line, 4)[:, 0], [[0, 0], [90_000, 3], [0, 0], [0, 0]])


@pytest.mark.parametrize("threshold", [0, 10**9])
def test_a_line_adds_up_the_days_its_orders_wait(rng, monkeypatch, threshold):
    monkeypatch.setattr(delays, "ONE_BY_ONE", threshold)
    orders = np.array([0.0, 1.0, 7.0, 300.0])
    line = DelayLine(4, WEEK.longest, keeps_lags=True)
    waited = np.zeros(4)
    for _ in range(2):
        uniform = rng.random(4)
        line.spread(0, WEEK, uniform, orders)
        waited += np.arange(WEEK.longest + 1) @ split_plainly(orders, uniform, WEEK)
    np.testing.assert_array_equal(line.lags, waited)


def test_in_expectation_every_order_waits_the_mean():
    line = DelayLine(2, WEEK.longest, keeps_lags=True)
    line.spread(0, WEEK, None, np.array([4.0, 0.0]))
    np.testing.assert_allclose(line.lags, [4 * WEEK.mean, 0])
