"""What a test has shown is read as people write it, and moves conversion and click price as it should."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.cli.init_answers import AnswerError, Answers, Money
from sim.cli.init_reading import tidy
from sim.cli.init_seen import CONVERSIONS, MAX_SEEN, Seen, conversions, in_words, meta_click_price, read_seen, told_by
from sim.cli.init_template import correlation_of, declarations, starter
from sim.estimates.posterior import lognormal_after_counts
from sim.randomness.distributions import from_leaf
from sim.scenario import loads

ALL = ("store", "alibaba", "aliexpress")
STORE = Seen("meta", 420, None, 5, 210.0)
YUAN = Money("CNY")


def read(typed, channels=("store",), money=None, language="en"):
    return read_seen(tidy(typed, language, MAX_SEEN), channels, money or Money(), language)


@pytest.mark.parametrize(
    "typed",
    [
        "420 clicks 5 orders 210 spent",
        "420 clicks, 5 orders, 210 spent",
        "5 orders, 420 clicks, spent 210",
        "spent 210, 420 clicks and 5 orders",
        "420 visits 5 sales cost $210",
        "420 CLICKS 5 ORDERS 210 USD",
        "420 clicks 5 orders 210",
        "420 5 210",
        "420, 5, 210",
        "meta 420 5 210",
        "store meta 420 5 210",
        "facebook ads 420 clicks 5 orders 210 usd spent",
        "４２０次点击，５单，花费２１０",
        "420次点击5单花费210",
        "420 点击 5 订单 210 花费",
        "独立站420次点击5个订单广告费210",
        "花费210 420点击 5笔",
    ],
)
def test_ways_to_write_a_test_of_the_own_store(typed):
    assert read(typed) == [STORE]


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("1,420 clicks 0 orders", Seen("meta", 1420, None, 0, None)),
        ("420 clicks", Seen("meta", 420, None, None, None)),
        ("420 clicks 210 spent", Seen("meta", 420, None, None, 210.0)),
        ("420 clicks 5 orders 1,470元", Seen("meta", 420, None, 5, 210.0)),
        ("420 clicks 5 orders 1470 CNY spent", Seen("meta", 420, None, 5, 210.0)),
        ("google 300 clicks 3 orders", Seen("google", 300, None, 3, None)),
        ("google 300 3", Seen("google", 300, None, 3, None)),
    ],
)
def test_what_is_not_said_stays_unknown(typed, seen):
    assert read(typed) == [seen]


def test_amounts_are_in_the_sellers_currency():
    assert read("420 clicks 5 orders 1470 spent", money=YUAN) == [STORE]
    assert read("420 clicks 5 orders 210 USD", money=YUAN) == [STORE]
    assert in_words(STORE, YUAN) == "420 clicks, 5 orders, 1,470.00 CNY spent"
    assert in_words(STORE, YUAN, "zh") == "420 次点击、5 个订单、花费 1,470.00 CNY"


def test_channels_stand_between_semicolons():
    typed = "store 420 clicks 5 orders 210 spent; google 90 1 60; alibaba.com 300 20 1 90; aliexpress 300 6 90"
    assert read(typed, ALL) == [
        STORE,
        Seen("google", 90, None, 1, 60.0),
        Seen("alibaba", 300, 20, 1, 90.0),
        Seen("aliexpress", 300, None, 6, 90.0),
    ]
    chinese = "独立站420次点击5单花费210；谷歌90次点击1单60；阿里巴巴国际站300点击20询盘1单90；速卖通300点击6单90"
    assert read(chinese, ALL) == read(typed, ALL)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("lots", "write what was counted"),
        ("", "write what was counted"),
        (";;", "write what was counted"),
        ("5 orders", "write what was counted"),
        ("420", "write what was counted"),
        ("420 clicks 5 orders 210 spent 7", "write what was counted"),
        ("420 clicks 300 clicks", "write what was counted"),
        ("420.5 clicks 5 orders", "write what was counted"),
        ("4,20 clicks 5 orders", "write what was counted"),
        ("420 clicks 5 inquiries", "write what was counted"),
        ("-420 clicks", "write what was counted"),
        ("0 clicks 0 orders", "give the clicks"),
        ("5 clicks 420 orders", "more orders than ads bring"),
        ("10 clicks 5 orders", "at most one in five"),
        ("420 clicks 5 orders 1 spent", "no click is that cheap"),
        ("420 clicks 5 orders 210 JPY", "amounts may be given in USD, CNY"),
        ("aliexpress 420 clicks", "say where, at the start of each part: own store"),
        ("meta google 420 clicks", "say where"),
        ("meta 420 5; facebook 300 4", "write what was counted"),
    ],
)
def test_what_is_no_test_is_told_what_is(typed, why):
    with pytest.raises(AnswerError, match=why):
        read(typed)


def test_with_several_channels_it_must_be_said_where():
    with pytest.raises(AnswerError, match=r"own store, Alibaba.com and AliExpress"):
        read("420 clicks 5 orders 210 spent", ALL)
    with pytest.raises(AnswerError, match="give the inquiries too"):
        read("alibaba 420 clicks 1 order", ALL)


texts = st.text(st.characters(), max_size=60) | st.text("0123456789., ;clicksordeptnmag%点击单花费元$", max_size=60)


@settings(max_examples=500, deadline=None)
@given(texts, st.sampled_from([("store",), ("alibaba",), ALL]), st.sampled_from([Money(), YUAN]))
def test_any_answer_is_refused_or_makes_a_file_that_loads(typed, channels, money):
    try:
        found = read(typed, channels, money)
    except AnswerError as error:
        refusal = str(error)
    else:
        refusal = ""
        loads(file_after(found, money))
    assert refusal.isprintable()
    assert len(refusal) < 250


def file_after(found, money=None):
    answers = Answers(told=told_by(found, money or Money()))
    if "store.meta.cpc" in answers.told:
        answers.instead["store.meta.cpm"] = ("store.meta.price_basis", "store.meta.cpc")
    return starter(answers)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["meta", "google", "alibaba", "aliexpress"]),
    st.integers(1, 10**6),
    st.floats(0, 1),
    st.one_of(st.none(), st.floats(0.01, 50)),
)
def test_every_test_that_can_be_makes_a_file_that_loads(source, clicks, share, price):
    orders = math.floor(0.2 * share * clicks)
    inquiries = min(clicks, 3 * orders) if source == "alibaba" else None
    spent = None if price is None else price * clicks
    scenario = loads(file_after([Seen(source, clicks, inquiries, orders, spent)]))
    assert 0 < scenario.numbers()[CONVERSIONS[0]].mean < 0.3


def test_the_conversion_that_was_tested_is_its_posterior():
    told = told_by([STORE], Money())
    before = from_leaf(declarations()[CONVERSIONS[0]].default)
    found = from_leaf(told[CONVERSIONS[0]].value)
    assert (found.median, found.log_sd) == pytest.approx(
        lognormal_after_counts(before.median, before.log_sd, 420, 5), rel=1e-3
    )
    assert told[CONVERSIONS[0]].words == "from what was seen: 420 clicks, 5 orders, 210.00 USD spent"


def test_the_other_conversions_follow_as_a_joint_posterior_has_them():
    """Importance sampling over the joint benchmark, exact likelihood: no formula of the program."""
    each = [from_leaf(declarations()[key].default) for key in CONVERSIONS]
    spread = np.array([one.log_sd for one in each])
    mean = np.log([one.median for one in each])
    covariance = correlation_of(CONVERSIONS) * np.outer(spread, spread)
    logs = np.random.default_rng(5).multivariate_normal(mean, covariance, 400_000)
    rates = np.minimum(np.exp(logs), 0.99)
    tests = [Seen("meta", 420, None, 9, None), Seen("google", 300, None, 1, None)]
    weight = stats.binom.pmf(9, 420, rates[:, 0]) * stats.binom.pmf(1, 300, rates[:, 1])
    weight /= weight.sum()
    middle = weight @ logs
    width = np.sqrt(weight @ (logs - middle) ** 2)
    found = conversions(tests)
    assert np.log([median for median, _ in found]) == pytest.approx(middle, abs=0.03)
    assert [log_sd for _, log_sd in found] == pytest.approx(width, rel=0.08)


def test_no_orders_lower_the_conversion_and_many_raise_it():
    before = from_leaf(declarations()[CONVERSIONS[0]].default).median
    none, many = (conversions([Seen("meta", 1000, None, orders, None)])[0][0] for orders in (0, 40))
    assert none < before < many == pytest.approx(0.04, rel=0.15)


def test_a_platforms_test_counts_clicks_by_the_reviews_it_had():
    key = "aliexpress.orders.conversion_rate"
    found = from_leaf(told_by([Seen("aliexpress", 300, None, 6, None)], Money())[key].value)
    before = from_leaf(declarations()[key].default)
    trust = (0.5 * 30 + 3) / (30 + 3)
    assert found.alpha == pytest.approx(before.alpha + 6, rel=1e-4)
    assert found.alpha + found.beta == pytest.approx(before.alpha + before.beta + 300 * trust, rel=1e-4)


def test_alibabas_inquiries_and_orders_are_counted_apart():
    told = told_by([Seen("alibaba", 300, 20, 1, 150.0)], Money())
    visits, inquiries = (
        from_leaf(declarations()[key].default)
        for key in ("alibaba.inquiries.inquiries_per_visit", "alibaba.orders.orders_per_inquiry")
    )
    found = from_leaf(told["alibaba.inquiries.inquiries_per_visit"].value)
    assert (found.alpha, found.beta) == pytest.approx((visits.alpha + 20, visits.beta + 280), rel=1e-4)
    found = from_leaf(told["alibaba.orders.orders_per_inquiry"].value)
    trust = (0.5 * 5 + 0.5) / 5.5
    assert found.alpha == pytest.approx(inquiries.alpha + 1, rel=1e-4)
    assert found.beta == pytest.approx(inquiries.beta + 20 * trust - 1, rel=1e-4)
    assert from_leaf(told["alibaba.p4p.cpc"].value).median == pytest.approx(0.5, rel=0.1)


def test_what_was_paid_for_a_click_is_known_to_within_chance():
    told = told_by([Seen("google", 420, None, None, 210.0)], Money())
    before = from_leaf(declarations()["store.google.cpc"].default)
    noise = 1 / 420 + 1 / 30
    precision = before.log_sd**-2 + 1 / noise
    middle = (math.log(before.median) / before.log_sd**2 + math.log(0.5) / noise) / precision
    found = from_leaf(told["store.google.cpc"].value)
    assert (found.median, found.log_sd) == pytest.approx((math.exp(middle), precision**-0.5), rel=1e-3)
    assert set(told) == {"store.google.cpc"}


def test_metas_click_price_before_a_test_is_that_of_cpm_and_ctr():
    normal = np.random.default_rng(2).multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 400_000)
    cpm, ctr = (from_leaf(declarations()[f"store.meta.{name}"].default) for name in ("cpm", "ctr"))
    price = cpm.median * np.exp(cpm.log_sd * normal[:, 0]) / (1000 * ctr.median * np.exp(ctr.log_sd * normal[:, 1]))
    found = meta_click_price()
    assert np.log(found.median) == pytest.approx(np.log(price).mean(), abs=0.005)
    assert found.log_sd == pytest.approx(np.log(price).std(), rel=0.01)


def test_metas_clicks_are_then_stated_by_their_price():
    text = file_after([STORE])
    scenario = loads(text)
    meta = scenario.channels["store"]["meta"].values
    assert meta["price_basis"] == "cpc"
    assert meta["cpc"].inner.median == pytest.approx(0.573, rel=0.01)
    assert "  cpm:" not in text
    assert "store.meta.cpm," not in text
