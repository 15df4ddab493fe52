"""The tables of a summary: every figure in its place, and sorted by what its column says."""

from copy import deepcopy
from functools import partial

import pytest

from sim.show.report.page import DIFFERENCES
from sim.text.labels import label
from sim.text.summary_tables import HEADLINES, comparison_table, monthly_table, strategies_table
from tests import builders

EN, ZH = (partial(label, language=language) for language in ("en", "zh"))


def heads(table):
    return [column.header for column in table.columns]


def sorted_by(table, column):
    """Return the names of rows as the page sorts them, the greatest first and what has no value last."""
    place = heads(table).index(column)
    known = [row for row in table.rows if row[place].order is not None]
    lacking = [row for row in table.rows if row[place].order is None]
    return [row[0] for row in (*sorted(known, key=lambda row: -row[place].order), *lacking)]


def test_strategies_side_by_side_are_told_at_the_horizon():
    table = strategies_table(builders.summary(), EN, HEADLINES)
    money_heads = ("profit, 5 / 50 / 95%", "cash needed, 5 / 50 / 95%")
    assert heads(table)[1:] == ["chance of profit", "shops like yours", *money_heads, "out of cash", "steady profit by"]
    own, other = table.rows
    assert own[:5] == ("own store", "41% ±1.0", "11–72%", "−6,000 / −700 / 9,000", "1,500 / 2,500 / 4,500")
    assert own[5:] == ("8.0%", "not by half (33%)")
    assert other[:5] == ("AliExpress", "53% ±1.0", "–", "−3,000 / 400 / 5,000", "≥ 1,100 / 2,100 / 3,100")
    assert other[5:] == ("7.0%", "month 2 (56%)")


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ("chance of profit", "AliExpress"),
        ("shops like yours", "own store"),
        ("profit, 5 / 50 / 95%", "AliExpress"),
        ("cash needed, 5 / 50 / 95%", "own store"),
        ("out of cash", "own store"),
        ("steady profit by", "AliExpress"),
    ],
)
def test_strategies_are_sorted_by_what_the_column_says_and_a_dash_comes_last(column, first):
    assert sorted_by(strategies_table(builders.summary(), EN, HEADLINES), column)[0] == first


def test_bands_are_sorted_by_their_width():
    summary = builders.summary()
    profit = builders.ALIEXPRESS["probability_of_profit"]
    high_and_narrow = builders.ALIEXPRESS | {
        "probability_of_profit": profit | {"settled_profit": builders.chances(0.9, 0.9, (0.8, 0.95))}
    }
    summary["strategies"] = {"aliexpress": high_and_narrow, "independent": builders.OWN_STORE}
    assert sorted_by(strategies_table(summary, EN, HEADLINES), "shops like yours") == ["own store", "AliExpress"]


@pytest.mark.parametrize(
    ("reading", "own", "other"),
    [("settled_profit", ("21%", "41%"), ("24%", "53%")), ("operating_profit", ("35%", "45%"), ("37%", "57%"))],
)
def test_a_table_by_month_has_the_reading_it_is_asked_for(reading, own, other):
    table = monthly_table(builders.summary(), EN, reading, "chance_by_month")
    assert heads(table) == ["strategy", "1", "2"]
    assert table.rows == [("own store", *own), ("AliExpress", *other)]


def test_a_comparison_is_named_as_it_was_taken():
    table = comparison_table(builders.summary(), EN, DIFFERENCES)
    assert heads(table)[1:] == ["chance of profit", "mean profit", "the first ends above the second"]
    assert table.rows == [("own store – AliExpress", "−12.0 [−15.0, −9.0] pp", "+650 [+150, +1,150]", "31% ±2.0")]


def test_the_last_day_is_named_where_it_ends_no_month():
    summary = deepcopy(builders.summary())
    summary["months"] = [1, 255 / 30]
    for found in summary["strategies"].values():
        del found["probability_of_profit"]["operating_profit"]["pointwise"][-1]
    assert heads(monthly_table(summary, EN, "settled_profit", "chance_by_month")) == ["strategy", "1", "day 255"]
    assert heads(monthly_table(summary, ZH, "settled_profit", "chance_by_month")) == ["经营方式", "1", "第 255 天"]
    assert heads(monthly_table(summary, EN, "operating_profit", "chance_of_good_month")) == ["strategy", "1"]
