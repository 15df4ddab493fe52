"""Names of readings and doubts: in words where there are any, and never cut."""

import pytest

from sim.scenario.article_readings import all_readings
from sim.text.labels import speaker
from sim.text.variants import difference_with_error, value_in_words, variant_name

EN, ZH = speaker("en"), speaker("zh")


def reading(name, option):
    return {"kind": "reading", "name": name, "option": option}


@pytest.mark.parametrize("say", [EN, ZH])
def test_every_reading_and_every_option_has_words(say):
    for name, known in all_readings().items():
        for option in known.options:
            words = variant_name(reading(name, option), say)
            assert "_" not in words


def test_what_has_no_words_yet_is_shown_by_its_own_name():
    assert variant_name(reading("later_reading", "one_way"), ZH) == "later reading: one way"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true"),
        (0.25, "0.25"),
        (5000.0, "5000"),
        ("dhl", "dhl"),
        ({"beta": {"mean": 0.35, "sd": 0.07}}, "beta, mean 0.35"),
        ({"lognormal": {"p5": 1, "p95": 100}, "truncate": [2, 50]}, "lognormal, mean"),
    ],
)
def test_values(value, words):
    assert value_in_words(value, EN).startswith(words)
    doubt = {"kind": "doubt", "name": "a.b.c", "option": value}
    assert variant_name(doubt, EN).startswith(f"a.b.c = {words}")


def test_a_difference_without_an_interval_says_so():
    assert difference_with_error({"estimate": 0.12, "low": None, "high": None}, 100, 1) == "+12.0 [–]"
    assert difference_with_error({"estimate": -1234.0, "low": -2000.0, "high": -1000.0}, 1, 0) == "−1,234 ±766"
