"""Each row of the facts by hand: what is held against the article's figure, and whether it is inside."""

import math

import numpy as np
import pytest

import sim
from sim.simulation.engine import Run
from sim.simulation.plan import Plan
from sim.simulation.recorder import Record
from sim.studies.article import facts_of, facts_table, shown

PATHS = np.arange(40)


def months(first, later):
    """(12, 40) one figure in the first month and another from then on; either may differ from path to path."""
    return np.stack([np.broadcast_to(first, 40), *[np.broadcast_to(later, 40)] * 11]).astype(np.float32)


def shop():
    monthly = {
        "returns": months(2, 2),
        "decided_orders": months(10, 10),
        "ad_spend": months(np.where(PATHS == 4, 0, 90), 999),
        "paid_sales": months(np.where(PATHS < 5, 0, 200), 999),  # none on five paths, one of which bought no visit
        "gross_sales": months(300, 600),
        "operating_profit": months(np.where(PATHS < 24, -1, 1), 1),
        "paid_orders": months(1.9, 50),
        "clicks": months(100, 100),
        "orders": months(PATHS, 60),
    }
    paths = {
        "first_stable_month": np.repeat([3, 7, np.inf], [10, 10, 20]),
        "store.paypal_freeze.freezes": np.where(PATHS < 5, 1, 0),
        # One freeze of 16 days, two of 20, one of 100; the first is won, then one of two, then none.
        "store.paypal_freeze.decided": np.array([1, 2, 1] + 37 * [0]),
        "store.paypal_freeze.handled_days": np.array([16, 40, 100] + 37 * [0]),
        "store.paypal_freeze.appeals_won": np.array([1, 1, 0] + 37 * [0]),
    }
    lines = {"subscriptions": months(-300, -9), "tools": months(-100, -9), "cost of goods": months(-5000, -9)}
    return Record(monthly, paths, lines)


def platform(sales):
    days = {"days_to_money": np.where(PATHS < 30, 22, 0), "orders": np.where(PATHS < 30, 2, 0)}
    paths = {f"alibaba.escrow_releases.{name}": values for name, values in days.items()}
    return Record({"gross_sales": months(1, sales)}, paths)


def made(**changes):
    strategies = {"own": ["store"], "platform": ["alibaba"], "both": ["alibaba", "store"]}
    scenario = sim.load("configs/article.yaml", ["horizon_days=365"]).with_({"strategies": strategies} | changes)
    return Run(scenario, Plan(1, 20, 2), {"own": shop(), "platform": platform(200), "both": platform(300)}, {})


@pytest.fixture(scope="module")
def rows():
    return facts_of(made())


def row(rows, number, words):
    (found,) = [row for row in rows if row.number == number and words in row.quantity]
    return found


@pytest.mark.parametrize(
    ("number", "words", "points", "mean", "inside"),
    [
        ("F8", "days from the order", (11, 11, 11), 11, True),
        ("F20", "days from the order", (11, 11, 11), 11, True),
        ("F11", "returns", (0.2, 0.2, 0.2), 0.2, True),
        # 39 paths bought visits; the four that sold nothing by them are infinitely dear.
        ("F17", "ACoS", (0.45, 0.45, math.inf), 39 * 90 / (35 * 200), True),
        ("F18", "conversion", (0.019, 0.019, 0.019), 0.019, True),
        # Half of the twenty by month 3: earlier than the article says.
        ("F21", "of the 50% stable by month 8", (3, 3, 7), 5, False),
        ("F22", "orders of the test", (1, 19, 37), 19.5, None),
        ("F25", "days a freeze is handled", (16, 20, 100), (16 + 20 + 100) / 3, True),
        ("F25", "appeals won", (0.0, 0.5, 1.0), 0.5, False),
        ("F27", "sales in month 8", (1.5, 1.5, 1.5), 1.5, None),
    ],
)
def test_rows_by_hand(rows, number, words, points, mean, inside):
    found = row(rows, number, words)
    assert (found.low, found.middle, found.high) == pytest.approx(points)
    assert found.mean == pytest.approx(mean)
    assert found.inside is inside


FREEZE, ESCROW = "store.paypal_freeze.", "alibaba.escrow_releases."


@pytest.mark.parametrize(
    ("number", "words", "figure", "values"),
    [
        ("F11", "returns", "returns", {1.4: False, 1.6: True, 2.9: True, 3.1: False}),  # of 10 orders
        ("F17", "ACoS", "ad_spend", {68: False, 72: True, 98: True, 102: False}),  # for sales of 200
        ("F18", "conversion", "paid_orders", {1.6: False, 1.7: True, 1.9: True, 2.0: False}),  # of 100 clicks
        ("F21", "of the", "first_stable_month", {5: False, 6: True, 8: True}),
        ("F25", "handled", f"{FREEZE}handled_days", {13: False, 15: True, 20: True, 22: False}),  # one freeze a path
        ("F25", "won", f"{FREEZE}appeals_won", {0.5: False, 0.6: True, 0.7: True, 0.8: False}),
        ("F8", "days", f"{ESCROW}days_to_money", {12: False, 16: True, 28: True, 32: False}),  # for two orders
        ("F20", "days", f"{ESCROW}days_to_money", {18: False, 20: True, 24: True, 26: False}),
    ],
)
def test_where_each_figure_of_the_article_ends(number, words, figure, values):
    for value, inside in values.items():
        run = made()
        record = run.records["platform" if figure.startswith(ESCROW) else "own"]
        record.paths[f"{FREEZE}decided"] = np.ones(40)
        table, shape = (record.monthly, (12, 40)) if figure in record.monthly else (record.paths, 40)
        table[figure] = np.full(shape, value)
        assert row(facts_of(run), number, words).inside is inside, value


@pytest.mark.parametrize(("frozen", "inside"), [(4, False), (5, True), (6, False)])
def test_twelve_per_cent_frozen_are_told_to_a_tenth(frozen, inside):
    run = made()
    run.records["own"].paths[f"{FREEZE}freezes"] = np.arange(40) < frozen
    assert row(facts_of(run), "F12", "frozen").inside is inside


def test_the_first_month_all_in_is_told_in_the_scenarios_currency(rows):
    found = row(rows, "F23", "month 1 all in")
    stated = 3000 / made().scenario.exchange_rates["CNY"]
    assert found.figure == f"¥3,000 = {stated:.0f}"
    assert found.mean == pytest.approx(400), "300 and 100; goods are not among them"
    assert found.inside is (abs(400 / stated - 1) <= 0.10)


def test_shares_of_paths(rows):
    frozen = row(rows, "F12", "frozen")
    assert (frozen.mean, frozen.inside) == (5 / 40, True)
    assert frozen.low < frozen.mean < frozen.high
    negative = row(rows, "F17", "month 1 negative")
    assert (negative.mean, negative.inside) == (pytest.approx(24 / 40), True)
    stable = {found.quantity: found.mean for found in rows if found.quantity.startswith("stable by month")}
    assert list(stable.values()) == pytest.approx([0.25, 0.25, 0.25, 0.25, 0.5, 0.5])


def test_a_month_that_is_seldom_negative_is_outside():
    run = made()
    run.records["own"].monthly["operating_profit"][0, :10] = 1.0
    assert row(facts_of(run), "F17", "month 1 negative").inside is False


def test_blended_advertising_cost_is_of_all_sales():
    found = row(facts_of(made(readings={"test_acos": "blended"})), "F17", "ACoS")
    assert (found.low, found.middle) == pytest.approx((0.3, 0.3))


def test_the_table_says_what_is_inside_and_in_which_unit(rows):
    table = facts_table(rows)
    verdicts = {(cells[0], cells[1][:6]): cells[-1] for cells in table.rows}
    assert verdicts["F11", "return"] == "inside (median)"
    assert verdicts["F25", "appeal"] == "OUTSIDE (mean)"
    assert verdicts["F22", "orders"] == "shown"
    assert [shown(*what) for what in ((0.125, "%"), (1234.5, ""), (math.inf, "%"), (math.nan, ""))] == [
        *("12.5%", "1,234.5", "∞", "–")
    ]


def test_what_is_said_of_eight_months_needs_eight_full_ones():
    assert {"F21", "F27"} <= {row.number for row in facts_of(made(horizon_days=240))}
    assert not {"F21", "F27"} & {row.number for row in facts_of(made(horizon_days=239))}
