"""The decision and the sentences around it, against summaries made by hand."""

import pytest

from sim.text.break_even import break_even_line
from sim.text.decision import decision
from sim.text.doubts import doubt_lines, shops, shops_in_words
from sim.text.labels import speaker
from sim.text.remarks import remark_lines
from tests import builders

EN, ZH = speaker("en"), speaker("zh")


def advised(expected=800.0, chance=0.36, **told):
    """Return a summary with this recommendation, whose figures are those of AliExpress."""
    summary = builders.summary() | {"recommendation": builders.advised(expected=expected, chance=chance, **told)}
    profit = builders.ALIEXPRESS["probability_of_profit"]
    after_pay = {
        "probability_of_profit": profit | {"profit_after_owner_pay": builders.chances(0.2, chance, (0.1, 0.5))}
    }
    changed = builders.ALIEXPRESS | after_pay | {"profit_after_owner_pay": builders.paid(expected)}
    return summary | {"strategies": summary["strategies"] | {"aliexpress": changed}}


def with_order(order):
    """Return a summary whose leading strategy has this order."""
    summary = builders.summary()
    summary["strategies"] = summary["strategies"] | {"aliexpress": builders.ALIEXPRESS | {"per_order": order}}
    return summary


def test_what_to_start_with_comes_with_its_cash_its_chance_and_when():
    found = decision(builders.summary(), EN)
    assert found.headline == "START WITH: AliExpress, with 3,100 or more USD"
    assert found.lines == [
        "A profit after your own pay in 36% of histories (±1.0), 800 USD on average (±100).",
        "Half are in profit by month 2.",
    ]


def test_a_strategy_of_which_few_are_ever_in_profit_says_how_many():
    found = decision(advised(strategy="independent", leading="independent"), EN)
    assert found.headline == "START WITH: own store, with 4,500 USD"
    assert found.lines[1] == "Fewer than half are ever in profit: 47%."


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"reason": "loss", "expected": -4900.0, "chance": 0.03},
            "The nearest of 2 to a profit, AliExpress, loses in 97 of 100 histories after your own pay, and 4,900 USD "
            "on average (±100).",
        ),
        (
            {"reason": "loss", "expected": -4900.0, "chance": 0.03, "among": 1},
            "It loses in 97 of 100 histories after your own pay, and 4,900 USD on average (±100).",
        ),
        (
            {"reason": "not_told_from_nothing", "expected": 40.0, "chance": 0.5},
            "That the best of 2, AliExpress, brings anything after your own pay cannot be told: 40 USD on average, "
            "±100. It loses in 50 of 100 histories.",
        ),
    ],
)
def test_none_of_them_is_said_first_and_how_the_best_fares(told, said):
    found = decision(advised(strategy=None, **told), EN)
    assert found.headline == "DO NOT START AS PLANNED"
    assert found.lines[0] == said
    assert decision(advised(strategy=None, **told), ZH).headline == "建议：暂不启动"


def test_where_it_is_own_pay_that_is_not_earned_that_is_said():
    summary = advised(strategy=None, reason="loss", expected=-1100.0, chance=0.3)
    assert decision(summary, EN).lines[1] == "Before that pay, 2,000 USD, it brings 900 on average."


def test_a_summary_of_an_earlier_version_decides_nothing():
    summary = builders.summary()
    del summary["recommendation"]
    assert decision(summary, EN) == ("", [])


def test_an_order_that_pays_says_how_far_things_may_move():
    (line,) = break_even_line(with_order(builders.order(85.0, 32.5, 10.0)), EN)
    assert line.startswith("It would still break even with one of: 69% fewer orders a visit, a list price of ")


def test_an_order_that_loses_says_which_single_change_would_do():
    (line,) = break_even_line(with_order(builders.order(85.0, 42.5, 30.0)), EN)
    assert line == (
        "An order would break even with one of: 1.3 times as many orders a visit, a list price of 94.69 (now 85.00), "
        "55% left after goods (now 47%)."
    )


def test_an_order_that_no_single_change_saves_says_so():
    order = builders.order(35.0, 30.0, 30.0)
    order["break_even"] = dict.fromkeys(order["break_even"])
    assert break_even_line(with_order(order), EN) == ["No single conversion, price or margin lets an order break even."]
    assert break_even_line(with_order(None), EN) == []


@pytest.mark.parametrize(
    ("shares", "shown", "words"),
    [
        ((0.944, 0.046, 0.01), (94, 5, 1), "94 / 5 / 1"),
        ((0.505, 0.0, 0.495), (50, 0, 50), "50 / 0 / 50"),
        ((0.125, 0.0, 0.875), (12, 0, 88), "12 / 0 / 88"),
        ((0.625, -0.005, 0.375), (62, 0, 38), "62 / 0 / 38"),
        ((0.9999, 0.0001, 0.0), (100, 0, 0), "all lose"),
        ((0.0, 1.0, 0.0), (0, 100, 0), "all open"),
        ((0.0, 0.001, 0.999), (0, 0, 100), "all win"),
    ],
)
def test_shops_are_whole_and_a_hundred(shares, shown, words):
    strategy = {"shops": dict(zip(("lose", "open", "win"), shares, strict=True))}
    assert shops(strategy) == shown
    assert sum(shown) == 100
    assert shops_in_words(strategy, EN) == words


def test_what_a_run_cannot_tell_is_no_share_of_shops():
    assert shops({"shops": {"refused": "one replicate"}}) is None
    assert shops_in_words({}, EN) == "–"


def test_every_doubt_has_its_sentence():
    (line,) = doubt_lines(builders.summary(), EN)
    assert "of 100 shops that fit what you told, 44 all but surely lose, 36 may go either way, 20 all but" in line
    assert "± is the error of so many histories" in line
    assert "one history in twenty ends worse" in line
    assert "≥: with more cash" in line
    assert line.endswith("were not tried: sim readings shop")
    (tried,) = doubt_lines(builders.summary() | {"model_doubt": builders.model_doubt()}, EN)
    assert "not tried" not in tried


def test_each_remark_is_made_once_and_only_of_what_happens():
    assert remark_lines(builders.summary(), EN) == [
        "After your own pay, chance of profit and mean: own store 27% (−1,234), AliExpress 36% (800).",
        "Orders turned down for want of cash: AliExpress 31%.",
        "Stopped by the test of the first days: own store 29% of histories.",
        "A payment company locked money (on average): own store 9.0% (345).",
        "Ran out of cash: own store 8.0%, AliExpress 7.0% of histories.",
    ]


def test_what_is_sold_below_cost_is_said_once_a_channel():
    figures = {"store.pricing.below_cost": 0.83, "store.pricing.not_covered": 0.0, "store.pricing.price": 60.0}
    summary = builders.summary()
    summary["strategies"] = {
        "mine": builders.OWN_STORE | {"figures": figures},
        "same": builders.OWN_STORE | {"figures": figures},
        "other": builders.ALIEXPRESS | {"figures": {"x.pricing.not_covered": 0.02, "x.pricing.below_cost": 0.001}},
    }
    lines = remark_lines(summary, EN)
    assert "Each sale loses before any ads: own store 83% of histories." in lines
    assert "No price covers an order: x 2% of histories." in lines
