"""The first screen of the page: the screen's own sentences, and cards whose figures are those of the way that leads."""

import re
from io import StringIO

import pytest
from rich.console import Console

import sim
from sim.results.recommendation import candidates_in, recommend
from sim.results.screen import screen
from sim.show.report.answer import answer, ranked, sure
from sim.show.report.page import report_page
from sim.text.break_even import break_even_line
from sim.text.decision import decision
from sim.text.labels import speaker
from sim.text.why import why_lines
from tests import builders

CASH, WHEN, NEED, LEARN = range(4)
"""The cards."""


def nothing():
    return builders.summary() | {"recommendation": builders.advised(None, reason="loss", expected=-800.0, chance=0.028)}


def told(summary, language="en"):
    return answer(summary, speaker(language), "shops/mine.yaml")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("summary", [builders.summary(), nothing()])
def test_page_and_screen_say_the_decision_in_the_same_words(summary, language):
    found, say = told(summary, language), speaker(language)
    assert (found.headline, list(found.sentences)) == (
        decision(summary, say).headline,
        [*decision(summary, say).lines, *why_lines(summary, say)],
    )
    console = Console(width=400, record=True, file=StringIO())
    console.print(screen("x", summary, language))
    on_screen = console.export_text()
    assert found.headline in on_screen
    assert all(sentence in on_screen for sentence in found.sentences)


def test_doing_nothing_is_the_headline_where_the_best_loses():
    assert told(nothing()).headline == "DO NOT START AS PLANNED"
    assert "START WITH: AliExpress" in told(builders.summary()).headline


def test_there_are_four_cards_of_the_way_that_leads():
    cards = told(builders.summary()).facts
    assert [card[0] for card in cards] == [
        "Cash", "By when, for half", "What would have to be true", "What to find out first",
    ]  # fmt: skip
    assert cards[CASH][1] == "≥ 3,100 USD"
    assert "at least that" in cards[CASH][2]
    assert cards[WHEN][1] == "month 2"
    assert "61%" in cards[WHEN][2]
    assert cards[LEARN][1] == "sim learn shops/mine.yaml"
    assert "sim need shops/mine.yaml" in cards[NEED][2]


def test_enough_cash_is_told_as_what_nineteen_in_twenty_got_by_with():
    own = builders.summary() | {"recommendation": builders.advised("independent", "independent")}
    own["strategies"] = {"independent": builders.OWN_STORE | {"profit_after_owner_pay": builders.paid(9000.0)}}
    cards = told(own).facts
    assert cards[CASH][1] == "4,500 USD"
    assert "19 in 20" in cards[CASH][2]
    assert cards[WHEN][1] == "not by half"


def test_what_would_let_an_order_break_even_is_the_screens_sentence():
    for summary in (builders.summary(), nothing()):
        lines = break_even_line(summary, speaker("en"))
        assert told(summary).facts[NEED][1] == (" ".join(lines) or "Nothing more: an order pays as it is.")


def test_whoever_is_expected_to_bring_most_leads():
    strategies = {"a": builders.OWN_STORE, "b": builders.ALIEXPRESS}
    assert ranked({"strategies": strategies}) == ["b", "a"]
    assert recommend(candidates_in(strategies))["leading"] == "b"


def test_both_doubts_of_a_chance_in_words():
    say, found = speaker("en"), builders.share(0.4)
    assert sure(found, {"low": 0.1, "high": 0.9}, say).startswith("simulation ±1.0 points; from 10 to 90%")
    assert "were not seen to differ" in sure(found, {"low": 0.4, "high": 0.4}, say)
    assert sure(found, None, say) == "simulation ±1.0 points"


def test_a_run_of_counts_says_the_decision_and_that_it_has_no_pictures():
    scenario = sim.load("configs/article.yaml", ["horizon_days=60", "strategies={independent: [store]}"])
    result = sim.run(scenario, worlds=64, replicates=4, keep="summary")
    summary = result.summary()
    page = report_page(result, summary, {"versions": {}})
    assert f'<p class="headline">{decision(summary, speaker("en")).headline}</p>' in page
    assert "there are no pictures" in page
    assert "<svg" not in page
    assert len(re.findall(r"<dt>[^<]*</dt><dd>", page.split("</section>")[0])) == 4
