import io

import pytest
from rich.console import Console

import sim
from sim.labels import CATALOGUE, LANGUAGES, label
from sim.screen import screen
from sim.wording import percent, with_error


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=64, replicates=4)


def text(result, language="en", width=110):
    console = Console(file=io.StringIO(), width=width)
    console.print(screen(result.scenario.title, result.summary(), language))
    return console.file.getvalue()


def test_one_screen_answers_the_sellers_questions(result):
    page = text(result)
    for question in (
        "chance of profit",
        "after owner's pay",
        "steady profit by",
        "out of cash",
        "frozen",
        "cash needed",
    ):
        assert question in page, question
    for strategy in ("own store", "Alibaba.com", "AliExpress", "Alibaba.com + own store"):
        assert strategy in page
    assert "…" not in page, "something was cut off"
    assert max(map(len, page.splitlines())) <= 110


def test_a_share_is_never_shown_as_certain():
    never = {"estimate": 0.0, "low": 0.0, "high": 0.0029, "level": 0.95, "method": "", "n": 1000}
    always = {"estimate": 1.0, "low": 0.9971, "high": 1.0, "level": 0.95, "method": "", "n": 1000}
    assert percent(never) == "<0.29%"
    assert percent(always) == ">99.71%"
    assert with_error(never) == "<0.29%"
    some = {"estimate": 0.41, "low": 0.398, "high": 0.422, "level": 0.95, "method": "", "n": 1000}
    assert with_error(some) == "41% ±1.2"
    rare = {"estimate": 0.0002, "low": 0.0001, "high": 0.0004, "level": 0.95, "method": "", "n": 16000}
    assert percent(rare) == "0.020%"


def test_every_label_stands_in_both_languages(result):
    assert LANGUAGES == ("en", "zh")
    for key, (english, chinese) in CATALOGUE.items():
        assert english, key
        assert chinese, key
    assert label("a strategy of one's own") == "a strategy of one's own"
    assert "独立站" in text(result, "zh")


def test_markup_in_a_name_is_shown_as_written():
    scenario = sim.load("configs/article.yaml", ["strategies={'[red]shop[/red]': [store]}", "horizon_days=30"])
    shown = text(sim.run(scenario, worlds=16, replicates=4))
    assert "[red]shop[/red]" in shown
