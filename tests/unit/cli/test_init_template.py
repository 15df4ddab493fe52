"""A starter scenario: the file stands alone, says what was answered, and no answer gets out of its place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim.business.channels.base as registry
from sim.business.channels import Channel, Part, channel, channel_names, register
from sim.business.mechanisms.costs import Opening, OwnerPay
from sim.cli.init_answers import Answers, Money, Told
from sim.cli.init_questions import ask_all
from sim.cli.init_reading import read_strategies
from sim.cli.init_template import CHOSEN, STRATEGIES, correlations, name_for, starter, yaml_text
from sim.scenario import load, loads
from sim.scenario.declarations import declared
from sim.scenario.json_schema import HEAD
from sim.scenario.yaml_reader import parse

AT_ANOTHER_PRICE = "an order; for the same goods at another price set pricing.sell_at, not the price"


def differences(first, second, path=""):
    if isinstance(first, dict) and isinstance(second, dict):
        for key in first.keys() | second.keys():
            yield from differences(first.get(key), second.get(key), f"{path}.{key}".lstrip("."))
    elif first != second:
        yield path


def test_without_answers_it_is_the_benchmark_file():
    made, market = loads(starter()).to_mapping(), load("configs/market.yaml").to_mapping()
    assert set(differences(made, market)) == {"name", "title", "doubts"}  # those are ours, of no seller's numbers


@pytest.mark.parametrize("strategies", [(name,) for name in STRATEGIES] + [("alibaba", "aliexpress"), ("dual",)])
def test_every_choice_of_strategies_is_valid_and_names_no_other_channel(strategies):
    text = starter(Answers(strategies=strategies))
    used = {channel for name in strategies for channel in STRATEGIES[name]}
    assert set(loads(text).strategies) == set(strategies)
    assert {name for name in channel_names() if name in parse(text, "s.yaml").data} == used
    assert ("correlations" in parse(text, "s.yaml").data) == ("store" in used or len(used) > 1)
    assert ("market" in parse(text, "s.yaml").data) == ("alibaba" not in used or len(used) > 1)


def test_meanings_units_and_sources_are_the_declared_ones():
    text = " ".join(line.strip(" #") for line in starter().splitlines())
    for key, parameter, default in declared():
        name, _, rest = key.partition(".")
        if name not in channel_names() or rest not in channel(name).keys_to_write():
            continue
        assert f"{parameter.meaning} [" in text, key
        assert parameter.source in text, key
        assert f" {rest.split('.')[1]}: {yaml_text(CHOSEN.get(key, default))} " in text, key


def test_a_source_of_the_general_default_is_not_claimed_for_a_channels_own():
    disputes = starter(Answers(strategies=("alibaba",))).partition("disputes:")[2]
    comment = " ".join(disputes.partition("return_rate:")[0].split("#"))
    assert "[fraction; mostly 0.0068 to 0.039; source: [j]]" in " ".join(comment.split())


def test_every_line_is_short_enough_to_read():
    assert max(map(len, starter().splitlines())) <= 120


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100))
def test_a_name_is_always_possible(stem):
    made = name_for(stem)
    assert re.fullmatch(HEAD["name"]["pattern"].strip("^$"), made)
    assert starter(Answers(strategies=("alibaba",)), made).count(f"\nname: {made}\n") == 1


@pytest.mark.parametrize("stem", ["", "-a", "我的店", "a b", "a\n", "x" * 81, "a: b"])
def test_names_that_cannot_be_are_replaced(stem):
    assert name_for(stem) == "shop"


def test_a_registered_channel_is_offered_and_written(monkeypatch):
    monkeypatch.setattr(registry, "_CHANNELS", dict(registry._CHANNELS))
    parts = (Part("opening", Opening, required=True), Part("owner_pay", OwnerPay))
    register(Channel("market_stall", "Market stall", parts, to_write=("opening.setup_cost owner_pay.monthly_pay",)))
    assert read_strategies("5") == read_strategies("market_stall") == ("market_stall",)
    text = starter(Answers(strategies=("market_stall",)))
    assert "market_stall: [market_stall]  # Market stall" in text
    stall = parse(text, "s.yaml").data["market_stall"]
    assert {section: list(keys) for section, keys in stall.items()} == {
        "opening": ["setup_cost"],
        "owner_pay": ["monthly_pay"],
    }
    assert loads(text).strategies == {"market_stall": ("market_stall",)}


def test_an_answer_and_what_it_was_made_from_stand_beside_the_benchmark():
    answers = Answers()
    answers.told["store.prices.mean_value"] = Told("210 to 280 CNY")
    answers.told["store.goods.gross_margin"] = Told(0.48, f"from a cost of 20.5 USD {AT_ANOTHER_PRICE}")
    text = " ".join(starter(answers).replace("#", " ").split())
    assert "YOUR ANSWER instead of {lognormal: {median: 75, log_sd: 0.45}}; mostly 36 to 157;" in text
    assert "] mean_value: 210 to 280 CNY" in text
    answer = "instead of {beta: {mean: 0.45, sd: 0.08}}; from a cost of 20.5 USD " + AT_ANOTHER_PRICE + ";"
    assert answer in text


def test_a_number_without_a_benchmark_of_its_own_claims_none():
    answers = Answers(strategies=("independent",))
    answers.told["store.meta.price_basis"] = Told("cpc", "from what was seen: 420 clicks", benchmark=False)
    answers.told["store.meta.cpc"] = Told(0.5, "from what was seen: 420 clicks", benchmark=False)
    answers.instead["store.meta.cpm"] = ("store.meta.price_basis", "store.meta.cpc")
    text = " ".join(starter(answers).replace("#", " ").split())
    assert "Price of a click. [USD per click; YOUR ANSWER; from what was seen: 420 clicks] cpc: 0.5" in text


def test_the_sellers_currency_stands_among_the_rates_and_the_file_counts_in_dollars():
    text = starter(Answers(money=Money("EUR", {"CNY": 7.0, "EUR": 0.92})))
    scenario = loads(text)
    assert scenario.currency == "USD"
    assert scenario.exchange_rates == {"CNY": 7.0, "EUR": 0.92}
    shown = "EUR" if "display_currency" in HEAD else None
    assert parse(text, "s.yaml").data.get("display_currency") == shown
    assert parse(starter(), "s.yaml").data.get("display_currency") is None


def test_the_language_of_the_dialogue_stands_in_the_file():
    shown = "zh" if "language" in HEAD else None
    assert parse(starter(language="zh"), "s.yaml").data.get("language") == shown
    assert parse(starter(), "s.yaml").data.get("language") is None


def test_the_correlations_are_those_of_the_shipped_scenario():
    shipped = load("configs/market.yaml").to_mapping()["correlations"]
    assert {frozenset(row) for row in correlations()} == {frozenset(row) for row in shipped}


UNASKED = loads(starter()).to_mapping()

SETS = (
    (),
    ("currency", "wallet.capital", "exchange_rates", "display_currency"),
    ("store.prices", "aliexpress.prices", "store.pricing", "aliexpress.pricing"),
    ("store.goods", "aliexpress.goods", "correlations"),
    ("alibaba.prices", "alibaba.pricing"),
    ("alibaba.goods", "correlations"),
    (
        *("store.funnel", "store.meta", "store.google", "aliexpress.orders", "aliexpress.p4p.cpc"),
        *("alibaba.inquiries", "alibaba.orders", "alibaba.p4p.cpc", "correlations"),
    ),
    ("alibaba.membership",),
    ("store.returns", "aliexpress.returns"),
    ("store.freight", "aliexpress.freight"),
    ("store.budget", "alibaba.p4p", "aliexpress.p4p"),
    ("store.owner_pay", "alibaba.owner_pay", "aliexpress.owner_pay"),
    ("horizon_days",),
)
"""By question: all that its answer may set."""

texts = st.text(st.characters(), max_size=40) | st.text("0123456789.,%- tocnyCNYUSD$~#:{}[];\n", max_size=24)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 12), texts)
def test_no_answer_changes_anything_but_its_own_numbers(position, typed):
    lines = ["", *[""] * 12]
    lines[position] = typed

    def ask(prompt):
        return lines.pop(0) if lines else ""

    made = loads(starter(ask_all(ask, lambda text: None))).to_mapping()
    others = [path for path in differences(made, UNASKED) if not path.startswith(SETS[position])]
    assert others == []


def test_every_question_is_reached_by_its_position():
    typed = ["", "80000 CNY", "39", "20.5", "400", "25%", "store 420 5 210", "3000", "15%", "8", "60 20 20", "0", "6"]
    changed = []
    for position, answer in enumerate(typed):
        lines = [""] * 13
        lines[position] = answer
        made = loads(starter(ask_all(lambda prompt, left=lines: left.pop(0), lambda text: None))).to_mapping()
        paths = list(differences(made, UNASKED))
        assert bool(paths) == (position > 0), position
        assert all(path.startswith(SETS[position]) for path in paths), paths
        changed.append(paths)
    assert len(changed) == len(SETS)


@pytest.mark.parametrize("value", [object(), "a: b", "a\nb", "# c", "&a", "*a", "!a", "[1]", "", b"1", {1, 2}])
def test_no_value_but_plain_ones_reaches_the_file(value):
    with pytest.raises(TypeError, match="no value of a starter file"):
        yaml_text(value)
