"""The range of outcomes over time: day by day, and for whole paths."""

import numpy as np
import pytest

from sim.estimates import EstimateRefused, fan, simultaneous_fan


def test_the_fan_is_the_percentiles_of_each_day(rng):
    values = rng.standard_normal((5, 1000)).astype(np.float32)
    found = fan(values)
    assert found.name == "range of outcomes"
    np.testing.assert_array_equal(
        found.lines, np.quantile(values, found.levels, axis=1, method="inverted_cdf").astype(np.float32)
    )


def test_a_simultaneous_fan_holds_whole_paths(rng):
    values = np.cumsum(rng.standard_normal((35, 4000)), axis=0).astype(np.float32)

    def share_inside(low, high):
        return np.all((values >= low[:, None]) & (values <= high[:, None]), axis=0).mean()

    pointwise, whole = fan(values, (0.05, 0.95)), simultaneous_fan(values, 0.90)
    assert share_inside(*pointwise.lines) < 0.75
    assert 0.90 <= share_inside(*whole.lines) < 0.92
    assert share_inside(*whole.lines) == pytest.approx(whole.whole_paths)
    assert whole.levels[0] < 0.05
    fresh = np.cumsum(rng.standard_normal((35, 4000)), axis=0)
    outside = (fresh < whole.lines[0][:, None]) | (fresh > whole.lines[1][:, None])
    assert 1 - outside.any(axis=0).mean() == pytest.approx(0.90, abs=4 * np.sqrt(2 * 0.09 / 4000))


def test_the_worked_fan():
    values = np.tile(np.arange(1.0, 101), (3, 1))
    np.testing.assert_array_equal(simultaneous_fan(values, 0.90).lines, [[6, 6, 6], [95, 95, 95]])


def test_paths_that_all_agree_make_a_fan_of_no_width():
    found = simultaneous_fan(np.zeros((3, 10)))
    np.testing.assert_array_equal(found.lines, 0.0)
    assert found.whole_paths == 1.0


def test_fans_refuse_what_is_no_table():
    with pytest.raises(EstimateRefused, match="shape"):
        fan(np.arange(4.0))
    with pytest.raises(EstimateRefused, match="numbers"):
        simultaneous_fan(np.array([[1.0, np.nan]]))


def test_the_levels_are_the_shares_of_paths_beyond_each_line():
    values = np.tile(np.arange(1.0, 101), (3, 1))
    assert fan(values).levels == (0.05, 0.25, 0.50, 0.75, 0.95)
    np.testing.assert_array_equal(fan(values).lines[:, 0], [5, 25, 50, 75, 95])
    assert simultaneous_fan(values, 0.90).levels == (0.06, 0.94)


@pytest.mark.parametrize(("n_paths", "level"), [(2, 0.9), (7, 0.5), (40, 0.9), (41, 0.75)])
def test_the_lines_are_the_narrowest_that_enough_paths_stay_within_ties_counting_for_both(rng, n_paths, level):
    values = rng.integers(0, 9, (4, n_paths)).astype(float)
    depths = [
        min(min(sum(day <= day[path]), sum(day >= day[path])) for day in values)  # the rank from the nearer side
        for path in range(n_paths)
    ]
    k = max(k for k in range(1, (n_paths + 1) // 2 + 1) if sum(depth < k for depth in depths) <= (1 - level) * n_paths)
    found = simultaneous_fan(values, level)
    assert found.levels == pytest.approx((k / n_paths, 1 - k / n_paths))
    assert found.whole_paths == pytest.approx(sum(depth >= k for depth in depths) / n_paths)
    np.testing.assert_array_equal(found.lines[0], np.sort(values, axis=1)[:, k - 1])


def test_a_crowd_that_never_parts_keeps_the_lines_in_order():
    # 90 of 100 paths at zero on every day, five on either side: both lines are the crowd's, and the lower comes first.
    values = np.tile(np.concatenate([np.arange(-5, 0), np.zeros(90), np.arange(1, 6)]), (3, 1))
    found = simultaneous_fan(values, 0.90)
    np.testing.assert_array_equal(found.lines, 0.0)
    assert found.levels == (0.5, 0.5)


def test_a_single_path_is_no_fan():
    with pytest.raises(EstimateRefused, match="at least two paths"):
        fan(np.zeros((3, 1)))
