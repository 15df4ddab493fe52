"""When books are read: at the end of each month of 30 days, and on the last day."""

import pytest

from sim.business.calendar import day_of, reading_times


@pytest.mark.parametrize(
    ("n_days", "times"),
    [(30, (1,)), (60, (1, 2)), (75, (1, 2, 2.5)), (255, (*range(1, 9), 8.5)), (269, (*range(1, 9), 269 / 30))],
)
def test_books_are_read_at_the_end_of_months_and_on_the_last_day(n_days, times):
    assert reading_times(n_days) == times
    assert [type(time) for time in reading_times(n_days)[: n_days // 30]] == [int] * (n_days // 30)


def test_the_last_time_is_the_last_day_whatever_the_horizon():
    for n_days in range(30, 1096):
        assert day_of(reading_times(n_days)[-1]) == n_days
