"""What is tried on a scenario: readings that are open in it, and its doubts."""

import pytest

import sim
from sim.scenario.article_readings import all_readings
from sim.studies.variants import DOUBT, READING, variants_of

MARGIN = "store.goods.gross_margin"


def found(config, *changes):
    return variants_of(sim.load(f"configs/{config}.yaml", list(changes)))


def options(variants):
    out = {}
    for each in variants:
        if each.kind == READING:
            out.setdefault(each.name, []).append(each.option)
    return out


def test_every_reading_that_sets_something_is_open_in_the_article_but_for_that_of_the_market():
    sets = {name for name, reading in all_readings().items() if any(reading.options.values())}
    opened = options(found("article", "readings={}"))
    assert {name for name in sets - set(opened) if not name.startswith(("duty", "platform"))} == {"ad_mix"}
    assert not {"test_acos", "stable_profit"} & set(opened), "they set nothing: `sim facts` asks them"
    assert opened["freeze_figure"] == ["share_of_volume", "share_of_balance", "reserve_rate"]


def test_in_the_market_those_are_open_whose_values_it_has():
    opened = options(found("market"))
    assert opened["ad_mix"] == ["all_google", "all_meta"]
    assert opened["commission"] == ["both"], "it has the other one"
    assert not {"margin", "conversion", "repeat_rate", "average_revenue"} & set(opened), "it has benchmarks of its own"


def test_a_reading_that_is_named_is_open_whatever_its_values():
    changes = ["readings={margin: after_freight}", f"{MARGIN}=0.4"]
    assert options(found("article", *changes))["margin"] == ["before_freight"]


def test_a_reading_changes_what_it_sets_and_nothing_else():
    [other] = [each for each in found("article") if each.name == "win_rate"]
    assert other.option == "each_dispute"
    assert other.keys == ("store.chargebacks.win_rate",)


def test_doubts_are_tried_but_for_the_value_there_is():
    rows = f"doubts=[[{MARGIN}, 0.4, 0.5], [wallet.capital, 10000, 5000]]"
    tried = [each for each in found("article", rows) if each.kind == DOUBT]
    assert [(each.name, each.option) for each in tried] == [(MARGIN, 0.4), (MARGIN, 0.5), ("wallet.capital", 5000.0)]
    assert tried[0].keys == (MARGIN,)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("[store.google.cpc, 1, 2]", "store.google is switched off"),
        ("[store.funnel.enabled, true, false]", "cannot be switched off"),
        ("[store.paypal.share, 0.5, 0.6]", "must sum to 1"),
    ],
)
def test_what_cannot_be_tried_says_why(row, why):
    left = [each for each in found("article", f"doubts=[{row}]") if each.kind == DOUBT and each.scenario is None]
    assert left
    assert all(why in each.why for each in left)


def test_under_sobol_sampling_what_changes_the_worlds_is_left_out():
    gain = "store.improvement.gain"  # of no correlation; the margin is coupled, and drawn even if it is known
    rows = f"doubts=[[{gain}, 0.7, 2.0], [{MARGIN}, 0.4, 0.5]]"
    left = {each.name: each for each in found("article", "sampling=sobol", rows)}
    assert left[gain].scenario is None
    assert "sobol" in left[gain].why
    assert left[MARGIN].scenario is not None
    assert left["compliance"].scenario is not None


def test_channels_that_are_not_used_have_no_readings():
    tried = [each for each in found("article", "strategies={mine: [aliexpress]}") if each.kind == READING]
    assert [(each.name, each.option, each.keys) for each in tried] == [
        ("free_visits", "independent", ("aliexpress.visits.reading",))
    ]
