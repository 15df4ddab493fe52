"""A recommendation in words, in both languages."""

import pytest

from sim.text.advice import advice, losses_of_hundred, taken
from sim.text.labels import speaker
from tests import builders

EN, ZH = speaker("en"), speaker("zh")


def test_what_to_take():
    said = advice(builders.advised(), "USD", EN)
    assert said == (
        "Take: AliExpress. It is expected to bring +800 [+700, +900] USD after owner's pay, and is in profit after it "
        "in 36% of histories."
    )
    assert "建议选择：速卖通" in advice(builders.advised(), "USD", ZH)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("loss", "is expected to bring"), ("not_told_from_nothing", "cannot be told"), ("no_interval", "one shop alone")],
)
def test_doing_nothing_says_why_and_how_often_the_best_loses(reason, words):
    found = builders.advised(None, reason=reason, expected=-5.0, chance=0.028)
    said = advice(found, "USD", EN)
    assert said.startswith("Do nothing: ")
    assert words in said
    assert said.endswith("In 97 of 100 histories it loses.")
    alone = advice(builders.advised(None, reason=reason, chance=0.028, among=1), "USD", EN)
    assert alone.endswith("In 97 of 100 histories it loses.")
    assert "100 条模拟历程中有 97 条" in advice(found, "USD", ZH)


@pytest.mark.parametrize(
    ("chance", "low", "high", "said"),
    [
        (0.028, 0.02, 0.04, "97"),
        (0.0, 0.0, 0.012, "more than 98"),
        (0.0, 0.0, 0.0007, "more than 99"),
        (0.004, 0.001, 0.009, "more than 99"),
        (1.0, 0.93, 1.0, "fewer than 7"),
        (0.998, 0.996, 0.999, "fewer than 1"),
        (0.994, 0.99, 0.999, "1"),
    ],
)
def test_how_many_of_a_hundred_lose_is_never_more_sure_than_the_run(chance, low, high, said):
    assert losses_of_hundred({"estimate": chance, "low": low, "high": high}, EN) == said


def test_a_sellers_own_name_is_shown_as_it_is():
    assert taken(builders.advised("my shop"), EN) == "my shop"
    assert taken(builders.advised(None), EN) == "do nothing"
    assert "[red]" in advice(builders.advised("x", leading="[red]x"), "USD", EN)
