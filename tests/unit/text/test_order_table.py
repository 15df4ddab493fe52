"""The table of one order, and why it leaves what it leaves: printed figures add up, in both languages."""

import re
from io import StringIO

import pytest
from rich.console import Console

from sim.text.labels import speaker
from sim.text.order_table import COSTS, expected_table, in_cents, means_of, order_table
from sim.text.why import value, why_lines, why_sentences

MEANS = {
    "price": 35.351,
    "goods": -20.241,
    "freight": -5.485,
    "duty": -4.994,
    "fees": -5.194,
    "returns": -8.001,
    "losses": -0.402,
}


def an_order(ads=-61.2, **changes):
    """Return an order as a run's summary has it; by default it loses 8.97 before ads."""
    lines = MEANS | changes
    lines["before_ads"] = sum(lines.values())
    lines |= {"ads": ads, "after_ads": lines["before_ads"] + ads}
    return {"lines": [{"line": name, "mean": mean} for name, mean in lines.items()]}


def foreseen(channel, strategy, **changes):
    return an_order(**changes) | {"channel": channel, "strategy": strategy, "ads_at_start": {"mean": -99.0}}


def rows(table):
    return {row[0].strip(): list(row[1:]) for row in table.rows}


def number(shown):
    return float(shown.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize("ads", [-61.204, -0.005, 0.0])
@pytest.mark.parametrize("shift", [0.0, 0.0012, 0.0049, 0.0051, 17.3333])
def test_what_is_printed_adds_up_and_no_figure_is_a_cent_off(ads, shift):
    order = an_order(ads=ads, price=35.35 + shift, goods=-20.2449 - shift / 3, duty=-4.9951)
    means = means_of(order)
    cents = in_cents(means)
    assert cents["price"] + sum(cents[name] for name in COSTS) == cents["before_ads"]
    assert cents["before_ads"] == round(100 * means["before_ads"])
    assert cents["before_ads"] + cents["ads"] == cents["after_ads"]
    assert all(abs(cents[name] - 100 * mean) < 1.0 for name, mean in means.items() if name != "after_ads")
    printed = rows(order_table({"store": order}, speaker("en")))
    parts = ("price paid", "goods", "freight, duty", "fees", "returns, disputes, losses")
    assert round(sum(number(printed[name][0]) for name in parts), 2) == number(printed["before ads"][0])


def test_a_column_for_each_name_that_has_orders_and_what_ads_may_cost():
    table = order_table({"independent": an_order(), "aliexpress": None, "alibaba": an_order(goods=0.0)}, speaker("en"))
    assert [column.header for column in table.columns] == ["One order, on average", "own store", "Alibaba.com"]
    printed = rows(table)
    assert printed["before ads"] == ["−8.97", "11.28"]
    assert printed["an order may cost in ads"] == ["none", "11.28"]
    assert printed["ads"] == ["−61.20", "−61.20"]
    assert "ads, at the start" not in printed


def test_an_expected_table_has_each_channel_once_and_both_stages():
    orders = {
        "dual/alibaba": foreseen("alibaba", "dual"),
        "dual/store": foreseen("store", "dual", goods=-1.0),
        "independent/store": foreseen("store", "independent", goods=-2.0),
    }
    table = expected_table(orders, speaker("en"))
    printed = rows(table)
    assert sorted(column.header for column in table.columns[1:]) == ["Alibaba.com", "own store"]
    store = [column.header for column in table.columns].index("own store") - 1
    assert printed["goods"][store] == "−2.00", "the strategy that sells by it alone"
    assert printed["ads, at the start"] == ["−99.00", "−99.00"]
    assert "ads, once grown" in printed


def test_large_sums_lose_their_cents_and_a_table_fits_eighty_columns():
    orders = {name: an_order(price=1_234_567.0, goods=-234_567.0) for name in ("store", "alibaba", "aliexpress")}
    for language in ("en", "zh"):
        table = order_table(orders, speaker(language))
        assert table.rows[0][1] == "1,234,567"
        console = Console(file=StringIO(), width=80)
        console.print(table)
        assert console.file.getvalue().count("\n") == len(table.rows) + 1


def test_chinese_tables_and_sentences_have_no_english():
    say = speaker("zh")
    table = order_table({"store": an_order()}, say)
    reason = {"largest_term": {"line": "returns"}, "moves_most": MOVES}
    told = [cell for row in table.rows for cell in row] + why_sentences(say("store"), an_order(), reason, say)
    assert [text for text in told if re.search("[A-Za-z]{4,}", text)] == []


MOVES = {
    "key": "store.meta.cpc",
    "meaning": "Price of a click.",
    "unit": "money per click",
    "low": 0.6,
    "high": 2.4,
    "contribution_low": 12.0,
    "contribution_high": -9.0,
}


def test_an_order_that_loses_before_any_ad_says_what_takes_its_price():
    reason = {"largest_term": {"line": "ads"}, "moves_most": MOVES}
    assert why_sentences("own store", an_order(), reason, speaker("en")) == [
        "own store: an order loses 8.97 before any ad: of 35.35 paid, goods take 20.24, returns 8.00, freight 5.49. "
        "No ad price helps.",
        "What moves it most: price of a click (0.6 to 2.4: from +12.0 to −9.0 an order).",
    ]


def test_an_order_that_brings_something_says_what_ads_take_and_what_is_left():
    reason = {"largest_term": {"line": "returns"}, "moves_most": None}
    rich = an_order(ads=-21.0, price=78.520)
    assert why_sentences("AliExpress", rich, reason, speaker("en")) == [
        "AliExpress: an order brings 34.20 before ads; ads take 21.00, 13.20 is left.",
        "Beside goods, the largest cost is returns: 8.00 of 78.52 paid.",
    ]
    dear = an_order(ads=-61.0, price=78.520)
    assert why_sentences("AliExpress", dear, {"largest_term": {"line": "ads"}, "moves_most": None}, speaker("en")) == [
        "AliExpress: an order brings 34.20 before ads; ads take 61.00."
    ]


def test_a_run_says_it_of_the_strategy_that_leads():
    reason = {"largest_term": {"line": "ads"}, "moves_most": None}
    summary = {
        "recommendation": {"strategy": None, "leading": "aliexpress"},
        "strategies": {"independent": {"per_order": an_order(price=78.52)}, "aliexpress": {"per_order": an_order()}},
        "why": {"independent": {}, "aliexpress": reason},
    }
    (sentence,) = why_lines(summary, speaker("en"))
    assert sentence.startswith("AliExpress: an order loses 8.97 before any ad")
    for unknown in (None, {"refused": "no lines were kept"}):
        assert why_lines(summary | {"strategies": {"aliexpress": {"per_order": unknown}}}, speaker("en")) == []
    assert why_lines(summary | {"why": None}, speaker("en")) == []
    assert why_lines(summary | {"recommendation": None}, speaker("en")) == []


def test_numbers_are_written_by_their_unit():
    assert [value(0.0253, "fraction"), value(0.3, "fraction"), value(2146.35, "money"), value(1.2345, "factor")] == [
        "2.5%",
        "30%",
        "2,146",
        "1.23",
    ]
