"""Lengths of time that the model counts in: weeks of a budget, months of rent and of a statement, years of a rate."""

from __future__ import annotations

DAYS_A_WEEK = 7

DAYS_A_MONTH = 30
"""A month of rent, of a horizon and of a statement; the market alone lives by the calendar."""

DAYS_A_YEAR = 365


def reading_times(n_days: int) -> tuple[float, ...]:
    """Return when the books of so many days are read, in months: at the end of each month, and on the last day.

    Of 240 days that is 1, 2, ... 8, whole numbers; of 255 days 8.5 follows.
    """
    months, rest = divmod(n_days, DAYS_A_MONTH)
    return (*range(1, months + 1), *([n_days / DAYS_A_MONTH] if rest else []))


def day_of(month: float) -> int:
    """Return the day, counted from 1, at whose end a time in months lies."""
    return round(month * DAYS_A_MONTH)
