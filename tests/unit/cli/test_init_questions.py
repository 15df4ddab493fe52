"""The dialogue of `sim init`: what is asked, what is shown, what an answer sets, and what is asked again."""

import re

import pytest

from sim.cli.init_answers import Answers
from sim.cli.init_questions import ask_all
from sim.cli.init_template import STRATEGIES, declarations, starter
from sim.scenario import ConfigError, loads
from sim.text.labels import catalogue, label

CHANNELS = {"1": 10, "2": 9, "3": 10, "4": 13, "1 2 3": 13, "": 13}
"""By answer to the first question: how many are asked."""


def dialogue(*lines, language="en", all_used=True):
    """What was answered, and all that was shown, on one line with single spaces; wrong answers take further lines."""
    left, shown = list(lines), []

    def ask(prompt):
        if not left:
            raise EOFError
        return left.pop(0)

    answers = ask_all(ask, shown.append, language)
    assert left == [] or not all_used
    return answers, " ".join("\n".join(shown).split())


def numbers_of(answers):
    return loads(starter(answers)).numbers()


@pytest.mark.parametrize(("ways", "count"), CHANNELS.items())
@pytest.mark.parametrize("language", ["en", "zh"])
def test_only_what_the_chosen_ways_need_is_asked(ways, count, language):
    answers, shown = dialogue(ways, *[""] * (count - 1), language=language)
    positions = re.findall(rf"\b(\d+)/{count} ", shown)
    assert positions == [str(position) for position in range(2, count + 1)]
    assert answers.told == {}
    assert answers.months is None


@pytest.mark.parametrize("unknown", ["", "I do not know", "i don't know.", "不知道", "Unknown"])
def test_i_do_not_know_keeps_every_benchmark(unknown):
    answers, _ = dialogue("", *[unknown] * 12)
    assert starter(answers) == starter(Answers())


def test_each_question_has_its_benchmark_and_says_that_one_need_not_know():
    _, shown = dialogue("1 3", *[""] * 9)
    for told in (
        "[Enter: 10,000 USD]",
        "Nine in ten: own store 36 – 157; AliExpress 29 – 126 [Enter: I do not know]",
        "Nine in ten: own store 32% – 58%; AliExpress 22% – 49% [Enter: I do not know]",
        "Nine in ten: own store 15% – 30%; AliExpress 3.2% – 14% [Enter: I do not know]",
        "Nine in ten: own store 3.6 – 8.3; AliExpress 3.6 – 8.3 [Enter: I do not know]",
        "[Enter: own store 50; AliExpress 20]",
        "[Enter: own store 1,000; AliExpress 1,000]",
        "[Enter: nothing so far]",
        "[Enter: 8]",
    ):
        assert told in shown


def test_a_question_mark_shows_meaning_benchmark_range_and_source_and_asks_again():
    _, shown = dialogue("?", "1", *["?", ""] * 9)
    known = declarations()
    for key in ("store.prices.mean_value", "store.goods.gross_margin", "store.returns.return_rate"):
        assert known[key].meaning in shown
        assert f"source: {known[key].source}" in shown
    assert "allowed: at least 0.01" in shown
    assert "allowed: between 0 and 1" in shown
    names = (
        "strategies",
        "capital",
        "retail_price",
        "goods",
        "seen",
        "returns",
        "freight",
        "advertising",
        "pay",
        "months",
    )
    for name in names:
        assert " ".join(label(f"init_more_{name}").split()) in shown, name
    assert "full" not in dialogue("？", "1", *["？", ""] * 9, language="zh")[1]


@pytest.mark.parametrize("price", ["39", "30 to 60"])
def test_a_price_that_is_told_is_charged_and_one_that_is_not_covers_the_costs(price):
    told, _ = dialogue("all", "", price, "20.5", *[""] * 9)
    scenario = loads(starter(told))
    rules = {name: sections["pricing"].values["rule"] for name, sections in scenario.channels.items()}
    assert rules == {"store": "as_given", "aliexpress": "as_given", "alibaba": "cover_costs"}
    text = " ".join(starter(told).replace("#", " ").split())
    assert "the price you told is charged; cover_costs would raise it" in text
    assert text.count("contribution: 0.25") == 1


def test_the_example_of_a_test_names_the_channels_that_are_asked():
    assert "As: 420 clicks 5 orders 210 spent [" in dialogue("1", *[""] * 9)[1]
    assert "As: 420 clicks 20 inquiries 1 order 210 spent [" in dialogue("2", *[""] * 8)[1]
    shown = dialogue("4", *[""] * 12)[1]
    assert (
        "As: own store 420 clicks 5 orders 210 spent; Alibaba.com 420 clicks 20 inquiries 1 order 210 spent [" in shown
    )
    typed = shown.split("As: own store")[1].split(" [")[0]
    assert len(dialogue("4", *[""] * 5, f"own store{typed}", *[""] * 6)[0].told) == 8


def test_answers_reach_the_numbers_they_are_about():
    answers, _ = dialogue(
        *("1 2 3", "70000 CNY at 7.0", "30 to 60 USD; 30 USD", "20 USD; 40%", "400 USD", "45%"),
        *("store 420 clicks 5 orders 210 USD", "21000", "20%; 5% to 10%", "42", "350; 140; 210", "0; 700; 1400", "7"),
    )
    scenario = loads(starter(answers, "mine"))
    numbers = scenario.numbers()
    assert (scenario.name, scenario.horizon_days) == ("mine", 210)
    assert tuple(scenario.strategies) == ("independent", "alibaba", "aliexpress")
    assert scenario.currency == "USD"
    means = {
        "wallet.capital": 10_000,
        "aliexpress.prices.mean_value": 30,
        "aliexpress.goods.gross_margin": 0.40,
        "alibaba.prices.mean_value": 400,
        "alibaba.goods.gross_margin": 0.45,
        "alibaba.membership.annual_fee": 3000,
        "store.returns.return_rate": 0.20,
        "store.freight.packet_cost": 6,
        "aliexpress.freight.packet_cost": 6,
        "store.budget.first_budget": 50,
        "store.budget.test_budget": 30,
        "store.budget.lowest": 30,
        "store.budget.highest": 150,
        "alibaba.p4p.daily_budget": 20,
        "aliexpress.p4p.daily_budget": 30,
        "store.owner_pay.monthly_pay": 0,
        "alibaba.owner_pay.monthly_pay": 100,
        "aliexpress.owner_pay.monthly_pay": 200,
    }
    assert {key: numbers[key].mean for key in means} == pytest.approx(means)
    intervals = {
        "store.prices.mean_value": (30, 60),
        "aliexpress.returns.return_rate": (0.05, 0.10),
        "store.goods.gross_margin": (1 - 20 / 30, 1 - 20 / 60),
    }
    for key, ends in intervals.items():
        assert [float(numbers[key].ppf(u)) for u in (0.05, 0.95)] == pytest.approx(ends, rel=1e-3), key
    assert numbers["store.meta.cpc"].mean < 1
    untouched = numbers_of(Answers())
    for key in ("store.chargebacks.chargeback_rate", "alibaba.orders.orders_per_inquiry", "aliexpress.p4p.cpc"):
        assert numbers[key] == untouched[key]


def test_a_capital_in_yuan_makes_everything_be_asked_in_yuan():
    answers, shown = dialogue("1", "70000 CNY", "273", "143.5", "", "", "56", "350", "7000", "")
    assert "on average, in CNY? Nine in ten: 250 – 1,101" in shown
    assert "[Enter: 350]" in shown
    assert "[Enter: 7,000]" in shown
    numbers = numbers_of(answers)
    assert numbers["store.prices.mean_value"].mean == pytest.approx(39)
    assert numbers["store.goods.gross_margin"].mean == pytest.approx(1 - 20.5 / 39, abs=1e-6)
    assert numbers["store.freight.packet_cost"].mean == pytest.approx(8)
    assert numbers["store.budget.lowest"].mean == pytest.approx(30)
    assert numbers["store.owner_pay.monthly_pay"].mean == pytest.approx(1000)


def test_another_currency_stands_among_the_files_rates():
    answers, shown = dialogue("1", "9000 EUR", "9000 EUR at 0.9", "36", "", "", "", "", "", "", "")
    assert "what is one dollar worth in EUR? Write 9000 EUR at 0.92" in shown
    scenario = loads(starter(answers))
    assert scenario.exchange_rates["EUR"] == 0.9
    assert scenario.numbers()["store.prices.mean_value"].mean == pytest.approx(40)


def test_what_follows_from_a_cost_and_from_a_test_is_told_at_once():
    _, shown = dialogue("1", "", "39", "20.5", "420 clicks 5 orders 210 spent", "", "", "", "", "")
    assert "That leaves this share of the price after the goods: 47%" in shown
    assert "Orders per click of a social ad at the start: 0.52% – 1.9% now (0.25% – 2.5% before the test)" in shown
    assert "own store: Price of a click: 0.43 – 0.76 now (0.6 – 2.7 before the test)" in shown
    assert "far outside" not in shown
    share = dialogue("1", "", "39", "48%", "", "", "", "", "", "")[1]
    assert "That leaves" not in share


def test_a_click_price_that_is_more_likely_a_slip_is_asked_to_be_checked():
    assert "check currency, clicks" in dialogue("1", "CNY", "", "", "420 clicks 5 orders 210 spent", *[""] * 5)[1]


def test_nothing_was_seen_in_many_words():
    for typed in ("nothing", "no", "没有", "Not yet", "还没有。", "I don't know"):
        assert dialogue("1", "", "", "", typed, *[""] * 5)[0].told == {}


def test_no_is_no_answer_where_zero_may_be_meant():
    shown = dialogue("1", "", "", "", "", "", "", "", "none", "0", "")[1]
    assert "Not taken: give a number" in shown


def test_a_wrong_answer_is_asked_again_with_the_reason():
    rounds = [
        ("9", "1 to 4"),
        ("1", ""),
        ("lots", "30 to 60"),
        ("-1", "30 to 60"),
        ("5000", ""),
        ("60 to 30", "reversed"),
        ("39", ""),
        ("41", "the goods would cost as much as an order brings, or more (price: 39 USD)"),
        ("0.5", "Write 50% for what is left of the price, 0.5 USD for what the goods cost"),
        ("20.5", ""),
        ("420", "write what was counted"),
        ("", ""),
        ("5000", "between 0 and 1"),
        ("15%", ""),
        ("8 EUR", "amounts may be given in USD, CNY"),
        ("8", ""),
        ("20 to 30", "one number"),
        ("30", ""),
        ("1 2", "give a number"),
        ("0", ""),
        ("99", "1 to 36"),
        ("6", ""),
    ]
    answers, shown = dialogue(*[typed for typed, _ in rounds])
    assert answers.months == 6
    wanted = [word for _, word in rounds if word]
    found = shown.split("Not taken: ")[1:]
    assert len(found) == len(wanted)
    for reason, word in zip(found, wanted, strict=True):
        assert word in reason


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9])
def test_the_end_of_the_input_stops_with_a_message(count):
    with pytest.raises(ConfigError, match="nothing was written"):
        dialogue(*["1"] * min(count, 1), *[""] * (count - 1))


def test_ctrl_c_is_not_taken_for_an_answer():
    def ask(prompt):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_all(ask, lambda text: None)


def test_bytes_that_are_no_text_are_asked_again():
    typed = iter(["\udcff", UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), "1", *[""] * 9])

    def ask(prompt):
        found = next(typed)
        if isinstance(found, Exception):
            raise found
        return found

    shown = []
    assert ask_all(ask, shown.append).strategies == ("independent",)
    assert sum("cannot be read" in text for text in shown) == 2


def test_advertising_money_is_a_figure_for_each_channel():
    answers, shown = dialogue("4", *[""] * 9, "50", "40 25", "", "")
    assert "give 2 figures with a semicolon between, one for each of own store and Alibaba.com" in shown
    numbers = numbers_of(answers)
    assert numbers["store.budget.first_budget"].mean == 40
    assert numbers["alibaba.p4p.daily_budget"].mean == 25


def test_too_little_for_paid_clicks_is_said():
    def said(*budget):
        return "P4P has no effect on AliExpress" in dialogue("3", *[""] * 6, *budget, "", "")[1]

    assert said("19.99")
    assert not said("20")
    assert said("139 CNY")
    assert not said("140 CNY")
    assert "P4P" not in dialogue("1", *[""] * 6, "5", "", "")[1]


def test_a_wrong_figure_for_one_channel_leaves_all_unsaid():
    answers, _ = dialogue("1 3", "", "39; lots", "", "", "", "", "", "50; lots", "", "", "")
    assert answers.told == {}


def test_chinese_questions_and_headings():
    answers, shown = dialogue(
        *("１、４", "７万", "70000元", "３０ 到 60", "45％", "", "", "独立站 420次点击5单花费1470元", "", "15％", ""),
        *("350；140", "不知道", "6"),
        language="zh",
    )
    assert "启动资金" in shown
    assert "无法采用：请写成 70000" in shown
    assert answers.strategies == ("independent", "dual")
    assert answers.told["store.prices.mean_value"].value == "30 to 60 CNY"
    assert answers.told["store.goods.gross_margin"].value == 0.45
    text = starter(answers, language="zh")
    assert loads(text).title == "我的店"
    assert "你的回答" in text
    assert "由测试得出：420 次点击、5 个订单、花费 1,470.00 CNY" in text


@pytest.mark.parametrize("ways", ["", "1", "2", "3"])
def test_a_chinese_dialogue_has_no_english_but_names_and_sources(ways):
    typed = ["?", "x", ways, *["?", "-", ""] * (CHANNELS[ways] - 1)]
    shown = dialogue(*typed, language="zh")[1]
    shown = re.sub("来源：.*?(?=[\u4e00-\u9fff>]|$)", "", shown)
    assert re.findall("[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", shown) == []


def test_lines_fit_a_terminal():
    for language in ("en", "zh"):
        shown = []
        typed = ["?", "", *["?", ""] * 12]
        ask_all(lambda prompt, left=typed: left.pop(0), shown.append, language)
        for line in "\n".join(shown).split("\n"):
            assert sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) <= 80, line


@pytest.mark.parametrize("key", [key for key in catalogue("en") if key.startswith("init_")])
def test_both_languages_fill_the_same_places(key):
    def places(text):
        return {piece.split("}")[0] for piece in text.split("{")[1:]}

    assert places(catalogue("en")[key]) == places(catalogue("zh")[key])


def test_every_way_of_selling_is_explained():
    for language in ("en", "zh"):
        assert len(label("init_more_strategies", language).split("\n")) == len(STRATEGIES)
