"""Lengths of time that the model counts in: weeks of a budget, months of rent and of a statement, years of a rate."""

from __future__ import annotations

DAYS_A_WEEK = 7

DAYS_A_MONTH = 30
"""A month of rent, of a horizon and of a statement; the market alone lives by the calendar."""

DAYS_A_YEAR = 365
