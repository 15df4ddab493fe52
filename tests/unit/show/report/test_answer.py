"""What the page says first: true in words whatever the figures are."""

import re

import pytest

import sim
from sim.results.recommendation import candidates_in, recommend
from sim.show.report.answer import answer, told_apart
from sim.show.report.page import report_page
from sim.text.labels import speaker
from tests import builders

CAPITAL = 10_000.0
ADVICE, LIKELY, WHEN, RISK = range(4)
"""The sentences of an answer."""


def estimate(value, half=0.01):
    return {"estimate": value, "low": value - half, "high": value + half}


def strategy(chance=0.6, p5=-6883.0, worst=-9000.0, p95_cash=5000.0, short=0.01):
    mean = {"refused": "counts"} if worst is None else {"estimate": worst}
    return {
        "probability_of_profit": {
            "settled_profit": {"pointwise": [estimate(chance)], "parameter_band": [{"low": 0.1, "high": 0.9}]},
            "profit_after_owner_pay": {"pointwise": [estimate(0.9 * chance)]},
        },
        "profit_after_owner_pay": {"mean": estimate(1000.0 * chance, 100.0)},
        "settled_profit": {"p5": {"estimate": p5}, "mean_of_worst_5": mean},
        "cash_needed": {"p95": {"estimate": p95_cash}, "at_least_share": estimate(short, 0.005)},
        "time_to_profit": {"incidence": [estimate(0.7)], "median_month": 3.0},
        "ruin": [estimate(short, 0.005)],
        "freezes": {},
        "figures": {},
    }


def summary(strategies, gap=None):
    first, *others = strategies
    pairs = [{"a": first, "b": other, "probability": gap} for other in others if gap]
    return {
        "strategies": strategies,
        "comparisons": pairs,
        "months": list(range(1, 9)),
        "currency": "USD",
        "recommendation": recommend(candidates_in(strategies)),
    }


def said(language="en", gap=None, second=None, **figures):
    strategies = {"independent": strategy(**figures)} | ({"aliexpress": strategy(**second)} if second else {})
    return answer(summary(strategies, gap), CAPITAL, speaker(language))


def fact(found, question):
    return dict(found.facts)[question]


# ----- cash -----


def test_cash_that_ruined_paths_lacked_is_a_lower_bound():
    found = said(p95_cash=CAPITAL + 300, short=0.088)
    assert "takes at least 10,300 USD: 8.8% had too little" in found.sentences[WHEN]
    assert "covers" not in found.sentences[WHEN]
    assert fact(found, "How much cash?") == "≥ 10,300 USD"
    chinese = said("zh", p95_cash=CAPITAL + 300, short=0.088)
    assert "至少需 10,300 USD" in chinese.sentences[WHEN]


def test_cash_near_the_capital_is_told_of_this_capital():
    near, far = said(p95_cash=0.95 * CAPITAL), said(p95_cash=0.85 * CAPITAL)
    assert "With this capital 9,500 USD" in near.sentences[WHEN]
    assert fact(near, "How much cash?") == "9,500 USD"
    assert "8,500 USD of cash covers what 95 of 100 need" in far.sentences[WHEN]
    assert "在此启动资金下" in said("zh", p95_cash=0.95 * CAPITAL).sentences[WHEN]


def test_the_page_of_a_shop_with_too_little_money_says_at_least():
    changes = ["horizon_days=60", "strategies={independent: [store]}", "wallet.capital=2600"]
    scenario = sim.load("configs/article.yaml", [*changes, "store.fixed_costs.erp=1000"])
    result = sim.run(scenario, worlds=64, replicates=4)
    found = result.summary()
    assert found["strategies"]["independent"]["cash_needed"]["at_least_share"]["estimate"] > 0.05
    page = report_page(result, found, {"versions": {}}, figures=False)
    assert "at least" in page
    assert "of cash covers" not in page


# ----- the worst -----


def test_the_mean_of_the_worst_is_told_as_a_loss():
    assert "40% end with a loss; the worst twentieth lose 9,000 USD on average." in said().sentences[RISK]
    assert "最差的二十分之一平均亏损 9,000 USD" in said("zh").sentences[RISK]


def test_the_5_percent_point_is_not_told_as_a_mean():
    found = said(worst=None)
    assert "one in twenty loses 6,883 USD or more" in found.sentences[RISK]
    assert "average" not in found.sentences[RISK]
    chinese = said("zh", worst=None)
    assert "二十分之一亏损 6,883 USD 或更多" in chinese.sentences[RISK]
    assert "平均" not in chinese.sentences[RISK]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nobody_loses_a_gain_and_no_loss_has_a_minus(language):
    for figures in ({}, {"worst": None}):
        words = said(language, **figures)
        assert "−" not in words.sentences[RISK] + words.facts[-1][1]
        words = said(language, p5=500.0, **({"worst": 200.0} | figures))
        assert not re.search("lose|亏损 ", words.sentences[RISK] + words.facts[-1][1])
        assert re.search(r"\+[25]00", words.sentences[RISK])
        assert "+500" in words.facts[-1][1]


def test_the_short_risk():
    assert said().facts[-1][1] == "one in twenty loses 6,883 or more"
    assert said(p5=-0.3, worst=-0.3).facts[-1][1] == "one in twenty ends below +0"


# ----- the runner-up -----


def test_strategies_that_cannot_be_told_apart_are_said_not_to_be():
    second = {"chance": 0.59}
    level = said(gap={"estimate": 0.01, "low": -0.005, "high": 0.025}, second=second)
    assert (
        "Next comes AliExpress with 59%; at this size of run the two cannot be told apart." in level.sentences[LIKELY]
    )
    ahead = said(gap={"estimate": 0.01, "low": 0.005, "high": 0.015}, second=second)
    assert ahead.sentences[LIKELY].endswith("Next comes AliExpress with 59%.")
    assert said(second=second).sentences[LIKELY] == ahead.sentences[LIKELY]
    assert (
        "无法分出二者高下"
        in said("zh", gap={"estimate": 0.01, "low": -0.005, "high": 0.025}, second=second).sentences[LIKELY]
    )


def test_no_spread_seen_is_not_called_a_band():
    alike = strategy()
    alike["probability_of_profit"]["settled_profit"]["parameter_band"] = [{"low": 0.6, "high": 0.6}]
    found = answer(summary({"independent": alike}), CAPITAL, speaker("en"))
    assert "60–60" not in found.sentences[LIKELY]
    assert "were not seen to differ" in found.sentences[LIKELY]


# ----- every figure in its place -----


def test_doing_nothing_is_said_first_and_the_figures_are_of_the_best():
    nothing = builders.advised(None, reason="loss", expected=-800.0, chance=0.028)
    found = answer(builders.summary() | {"recommendation": nothing}, CAPITAL, speaker("en"))
    assert found.sentences[ADVICE] == (
        "Do nothing: the best, AliExpress, is expected to bring −800 [−900, −700] USD after owner's pay. "
        "In 97 of 100 histories even the best of them loses."
    )
    assert fact(found, "Which strategy?") == "do nothing"
    assert fact(found, "How likely is a profit?") == "53%"


def test_whoever_is_expected_to_bring_most_leads_though_another_is_likelier():
    strategies = {"independent": strategy(chance=0.9), "aliexpress": strategy(chance=0.3)}
    strategies["aliexpress"]["profit_after_owner_pay"] = {"mean": estimate(5000.0, 100.0)}
    found = answer(summary(strategies), CAPITAL, speaker("en"))
    assert fact(found, "Which strategy?") == "AliExpress"
    assert "Next comes own store with 90%" in found.sentences[LIKELY]


def test_the_leading_one_is_named_first_and_told_at_the_horizon():
    found = answer(builders.summary(), CAPITAL, speaker("en"))
    assert found.sentences[ADVICE].startswith("Take: AliExpress.")
    assert "AliExpress" in found.sentences[LIKELY].split(".")[0]
    assert "53%" in found.sentences[LIKELY]
    assert "Next comes own store with 41%" in found.sentences[LIKELY]
    assert "61%" in found.sentences[WHEN]
    assert fact(found, "By when, for half?") == "month 2"


@pytest.mark.parametrize(
    ("gap", "apart"),
    [(estimate(-0.12, 0.03), True), (estimate(0.12, 0.03), True), (estimate(-0.01, 0.03), False), (None, None)],
)
def test_a_difference_is_sure_on_either_side_of_zero(gap, apart):
    found = summary({"independent": strategy(), "aliexpress": strategy()}, gap)
    assert told_apart(found, "aliexpress", "independent") is apart


def test_where_no_path_lost_the_end_of_the_interval_is_said():
    best = strategy()
    certain = {"estimate": 1.0, "low": 0.997, "high": 1.0}
    best["probability_of_profit"]["settled_profit"]["pointwise"] = [certain]
    found = answer(summary({"independent": best}), CAPITAL, speaker("en"))
    assert "fewer than 3 in 1,000 end with a loss" in found.sentences[RISK]


def risky(ruin=0.01, frozen=None, stopped=None):
    freezes = {"share_of_paths": estimate(frozen)} if frozen else {}
    figures = {"store.test_gate.stopped": stopped} if stopped else {}
    return strategy() | {"ruin": [estimate(0.5), estimate(ruin, 0.005)], "freezes": freezes, "figures": figures}


@pytest.mark.parametrize(
    ("found", "short", "sentence"),
    [
        (risky(ruin=0.2, frozen=0.1, stopped=0.1), "20% run out of cash", "The biggest single danger: 20% run out"),
        (risky(ruin=0.1, frozen=0.3, stopped=0.2), "30% have an account frozen", "The biggest single danger: 30% have"),
        (risky(ruin=0.1, frozen=0.2, stopped=0.4), "40% stop after the test", "The most frequent end: 40% stop"),
        (risky(ruin=0.05), "5.0% run out of cash", "The biggest single danger: 5.0% run out"),
        (risky(ruin=0.049), "one in twenty loses 6,883 or more", "40% end with a loss"),
    ],
)
def test_the_likeliest_danger_is_named_where_it_is_notable(found, short, sentence):
    told = answer(summary({"independent": found}), CAPITAL, speaker("en"))
    assert fact(told, "The biggest risk?") == short
    assert sentence in told.sentences[RISK]
    assert ("The " in told.sentences[RISK]) == sentence.startswith("The ")
