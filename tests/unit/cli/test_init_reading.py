"""What is typed becomes a plain value, or is refused with what can be given."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli.init_answers import AnswerError, Money
from sim.cli.init_reading import (
    MAX_ANSWER,
    MAX_NUMBER,
    distribution_of,
    listed,
    parts,
    read_amount,
    read_money,
    read_months,
    read_number,
    read_strategies,
    tidy,
)
from sim.cli.init_template import STRATEGIES, declarations, yaml_text
from sim.scenario.yaml_reader import parse

PRICE = declarations()["store.prices.mean_value"]
MARGIN = declarations()["store.goods.gross_margin"]
CASH = declarations()["wallet.capital"]
YUAN = Money("CNY")
EURO = Money("EUR", {"CNY": 7.0, "EUR": 0.9})

HOSTILE = [
    "45\nstrategies: {x: [store]}",
    "45\rname: other",
    "45: {",
    "{a: b}",
    "45 # and the rest",
    "# nothing",
    "!!python/object/apply:os.system [id]",
    "*alias",
    "&anchor 45",
    "'45",
    '"45',
    "45, 46",
    "[45]",
    "- 45",
    "45\u2028name: other",
    "45\x00",
    "\x1b[31m45",
    "4" * 10_000,
    "x" * 10_000,
    "1e400",
    ".inf",
    "nan",
    "-5",
    "0x2d",
    "4_5",
    "1,5",
    "60 to 30",
    "30 to 30",
    "0 to 0",
    "1 to 2 to 3",
    "45 EUR",
    "45 CN Y",
    "30 CNY to 60 USD",
    "30 to 60 EUR",
    "60 to 30 CNY",
    "¥45",
    "true",
    "null",
    "%YAML 1.1",
    "\ud800",
    "٤٥x",
]


def taken(read, typed):
    try:
        return read(tidy(typed))
    except AnswerError:
        return None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("45", 45),
        ("45.50", 45.5),
        (".5", 0.5),
        ("1,250", 1250),
        ("1,250.5", 1250.5),
        ("$45", 45),
        ("45 usd", 45),
        ("30 to 60", "30 to 60"),
        ("30-60", "30 to 60"),
        ("30–60", "30 to 60"),
        ("30～60", "30 to 60"),
        ("30至60", "30 to 60"),
        ("1,000 TO 2,000", "1000 to 2000"),
        ("$30 - $60", "30 to 60"),
        ("300 cny", "300 CNY"),
        ("300元", "300 CNY"),
        ("300人民币", "300 CNY"),
        ("39美元", 39),
        ("30美元至60美元", "30 to 60"),
        ("300 RMB", "300 CNY"),
        ("300 to 600 cny", "300 to 600 CNY"),
        ("300 CNY - 600 CNY", "300 to 600 CNY"),
        ("1e9", 1e9),
        ("1,250.50 CNY", "1250.5 CNY"),
        ("４５", 45),
    ],
)
def test_ways_to_write_a_number(typed, value):
    assert read_number(tidy(typed), PRICE) == value


@pytest.mark.parametrize(
    ("typed", "value", "dollars"),
    [
        ("210", "210 CNY", 30),
        ("$30", 30, 30),
        ("30 USD", 30, 30),
        ("210元", "210 CNY", 30),
        ("140 to 280", "140 to 280 CNY", None),
    ],
)
def test_a_plain_number_is_in_the_sellers_currency(typed, value, dollars):
    assert read_number(tidy(typed), PRICE, YUAN) == value
    found = distribution_of(value, PRICE, YUAN)
    assert dollars is None or found.mean == pytest.approx(dollars)
    if dollars is None:
        assert [float(found.ppf(u)) for u in (0.05, 0.95)] == pytest.approx([20, 40])


@pytest.mark.parametrize(
    ("typed", "value"),
    [("45%", 0.45), ("7 %", 0.07), ("0.45", 0.45), ("30 to 50%", "0.3 to 0.5"), ("30%-50%", "0.3 to 0.5"), ("0", 0)],
)
@pytest.mark.parametrize("money", [Money(), YUAN])
def test_ways_to_write_a_share(typed, value, money):
    assert read_number(tidy(typed), MARGIN, money) == value


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("45", "between 0 and 1"),
        ("45 CNY", "give a share"),
        ("120%", "between 0 and 1"),
        ("0.5 to 3", "between 0 and 1"),
        ("-10%", "give a share"),
    ],
)
def test_what_is_no_share(typed, why):
    with pytest.raises(AnswerError, match=why):
        read_number(typed, MARGIN)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("45%", "give a number"),
        ("60 to 30", "reversed"),
        ("0.01 to 1e8", "reaches too far"),
        ("30 to 30", "reversed"),
        ("0", "at least 0.01"),
        ("0 to 30", "at least 0.01"),
        ("2e9", "no number may be larger than 1,000,000,000"),
        ("7万", "write 70000"),
        ("5k", "write 5000"),
        ("7万元", "write 70000 CNY"),
        ("45 EUR", "amounts may be given in USD, CNY"),
        ("45 jpy", "amounts may be given in USD, CNY"),
    ],
)
def test_what_is_no_price_is_told_what_is(typed, why):
    with pytest.raises(AnswerError, match=why):
        read_number(tidy(typed), PRICE)


def test_refusals_are_in_the_language_asked():
    for typed in ("45%", "60 to 30", "0", "2e9", "7万", "45 EUR", "¥45", "lots", "x" * 200):
        with pytest.raises(AnswerError) as error:
            read_number(tidy(typed, "zh"), PRICE, language="zh")
        assert not re.search("[A-Za-z]{4,}", str(error.value)), error.value


@pytest.mark.parametrize(
    ("typed", "meant"), [("¥5000", "5000 CNY"), ("¥30 to 60", "30 to 60 CNY"), ("￥5000", "5000 CNY")]
)
def test_a_sign_that_may_mean_several_currencies_is_answered_with_its_code(typed, meant):
    with pytest.raises(AnswerError, match=f"write {meant}$"):
        read_number(tidy(typed), CASH)


@pytest.mark.parametrize(
    ("typed", "currency", "rate", "amount"),
    [
        ("10000", "USD", 1, 10000),
        ("$10,000", "USD", 1, 10000),
        ("70000 CNY", "CNY", 7, "70000 CNY"),
        ("70000元", "CNY", 7, "70000 CNY"),
        ("70000 at 7.1", "USD", 1, 70000),
        ("70000 CNY at 7.1", "CNY", 7.1, "70000 CNY"),
        ("CNY", "CNY", 7, None),
        ("rmb", "CNY", 7, None),
        ("usd", "USD", 1, None),
        ("20000 EUR at 0.9", "EUR", 0.9, "20000 EUR"),
        ("20000 eur 汇率 0.9", "EUR", 0.9, "20000 EUR"),
        ("gbp@.8", None, None, None),
        ("gbp@0.8", "GBP", 0.8, None),
        ("20000 to 30000 EUR at 0.9", "EUR", 0.9, "20000 to 30000 EUR"),
    ],
)
def test_the_capital_says_the_currency(typed, currency, rate, amount):
    if currency is None:
        with pytest.raises(AnswerError):
            read_money(tidy(typed), CASH)
        return
    money, found = read_money(tidy(typed), CASH)
    assert (money.currency, money.rate, found) == (currency, rate, amount)
    assert "CNY" in money.rates


@pytest.mark.parametrize("typed", ["20000 EUR", "EUR"])
def test_a_currency_whose_worth_is_not_known_is_asked_for(typed):
    with pytest.raises(AnswerError, match=f"one dollar worth in EUR. Write {typed} at 0.92"):
        read_money(typed, CASH)


@pytest.mark.parametrize("typed", ["¥5000", "lots", "-5", "5%", "20000 EUR at 0", "20000 EUR at", "EURO", "at 7", ""])
def test_what_is_no_capital(typed):
    with pytest.raises(AnswerError):
        read_money(typed, CASH)


def test_a_budget_is_one_amount_to_the_cent_in_the_currency_given():
    assert read_amount("350 CNY", CASH) == "350 CNY"
    assert read_amount("49.999", CASH) == 50
    assert read_amount("349.999", CASH, YUAN) == "350 CNY"
    with pytest.raises(AnswerError, match="one number"):
        read_amount("20 to 30", CASH)


@pytest.mark.parametrize(
    ("typed", "each", "found"),
    [
        ("39", False, ["39", "39"]),
        ("39; 36", False, ["39", "36"]),
        ("30 to 40;20 to 30", False, ["30 to 40", "20 to 30"]),
        ("50 20", True, ["50", "20"]),
        ("50, 20", True, ["50", "20"]),
        ("50; 20", True, ["50", "20"]),
        ("1,000 20", True, ["1,000", "20"]),
        ("350 CNY 140 CNY", True, ["350 CNY", "140 CNY"]),
        ("350元 140元", True, ["350元", "140元"]),
        ("50、20", True, ["50", "20"]),
    ],
)
def test_one_figure_for_all_or_one_for_each(typed, each, found):
    assert parts(tidy(typed), ["own store", "AliExpress"], each=each) == found


@pytest.mark.parametrize(("typed", "each"), [("50", True), ("50; 20; 10", True), ("50; 20; 10", False), ("50;", False)])
def test_a_wrong_number_of_figures_names_the_channels(typed, each):
    with pytest.raises(AnswerError, match="give 2 figures with a semicolon between, one for each of own store and Ali"):
        parts(typed, ["own store", "AliExpress"], each=each)


def test_names_are_listed_as_a_sentence_does():
    assert listed(["a"], "en") == "a"
    assert listed(["a", "b"], "en") == "a and b"
    assert listed(["a", "b", "c"], "en") == "a, b and c"
    assert listed(["a", "b", "c"], "zh") == "a、b与c"


@pytest.mark.parametrize("typed", ["4", "dual", "both"])
def test_names_and_numbers_of_a_strategy(typed):
    assert read_strategies(typed) == ("dual",)


def test_strategies_stand_once_and_in_order():
    assert read_strategies("3, 1;3 AliExpress") == ("independent", "aliexpress")
    assert read_strategies("ALL") == tuple(STRATEGIES)


@pytest.mark.parametrize("typed", ["0", "37", "6.5", "six", "٦", "6 months"])
def test_months_are_whole_and_possible(typed):
    with pytest.raises(AnswerError, match="1 to 36"):
        read_months(typed)


def test_the_fewest_and_the_most_months_are_possible():
    assert (read_months("1"), read_months("36")) == (1, 36)


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("parameter", [CASH, PRICE, MARGIN])
@pytest.mark.parametrize("money", [Money(), YUAN])
def test_hostile_answers_are_refused_with_a_short_reason(typed, parameter, money):
    with pytest.raises(AnswerError) as error:
        read_number(tidy(typed), parameter, money)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 200
    for read in (read_strategies, read_months):
        with pytest.raises(AnswerError):
            read(tidy(typed))


texts = st.text(st.characters(), max_size=MAX_ANSWER + 5) | st.text(
    "0123456789.,%- tocnyCNYUSD$~#:{}[]\n@", max_size=24
)


@settings(max_examples=400, deadline=None)
@given(texts, st.sampled_from([CASH, PRICE, MARGIN]), st.sampled_from([Money(), YUAN, EURO]))
def test_any_answer_is_refused_or_becomes_a_plain_value(typed, parameter, money):
    value = taken(lambda text: read_number(text, parameter, money), typed)
    if value is not None:
        assert parse(f"key: {yaml_text(value)}\n", "s.yaml").data == {"key": value}
        distribution_of(value, parameter, money)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_any_capital_is_refused_or_becomes_a_currency_and_a_plain_value(typed):
    found = taken(lambda text: read_money(text, CASH), typed)
    if found is not None:
        money, amount = found
        assert re.fullmatch("[A-Z]{3}", money.currency)
        assert money.rate > 0
        if amount is not None:
            assert parse(f"key: {yaml_text(amount)}\n", "s.yaml").data == {"key": amount}


@settings(max_examples=30, deadline=None)
@given(st.floats(1, MAX_NUMBER), st.floats(1.01, 3))
def test_numbers_and_intervals_come_back_as_typed(low, ratio):
    low = round(low, 2)
    high = round(low * ratio + 0.01, 2)
    assert read_number(f"{low:.2f}", PRICE) == low
    if high <= MAX_NUMBER:
        price = distribution_of(read_number(f"{low:.2f} to {high:.2f}", PRICE), PRICE, Money())
        assert [float(price.ppf(u)) for u in (0.05, 0.95)] == pytest.approx([low, high])
