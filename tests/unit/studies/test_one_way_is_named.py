"""Where no strategy pays, every answer leads with the same one: the nearest to a profit before owner's pay.

In the first two months of the shipped benchmarks the own store loses least, for it soon gives up; AliExpress comes
nearest to a profit before owner's pay.
"""

import io
import re

import pytest
from rich.console import Console

import sim
from sim.results.screen import screen
from sim.studies.capital_screen import capital_screen
from sim.studies.compare_screen import comparing_screen
from sim.studies.learn_screen import learning_screen
from sim.studies.need_screen import need_screen
from sim.studies.readings_screen import readings_screen
from sim.studies.sweeps.answer import sweep_answer
from sim.studies.sweeps.answer_words import extremes
from sim.text.labels import speaker

SIZE = {"worlds": 256, "replicates": 2}
SAY = speaker("en")
NAMED = {"en": "The nearest of 4 to a profit, AliExpress", "zh": "4 种经营方式中离盈利最近的速卖通"}
"""Of the screen; studies of several runs say the same within their own sentence."""


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/market.yaml", ["horizon_days=60"])


@pytest.fixture(scope="module")
def result(scenario):
    return sim.run(scenario, **SIZE)


def without_blanks(text):
    return re.sub(r"\s+", "", text)


def printed(shown):
    console = Console(file=io.StringIO(), width=110)
    console.print(shown)
    return console.file.getvalue()


def flat(shown):
    """Return a screen without its blanks, for a line may be folded anywhere."""
    return without_blanks(printed(shown))


def test_the_two_rules_differ_here_and_what_is_named_has_its_own_figures(result):
    found = result.recommendation()
    assert (found["strategy"], found["leading"], found["named"], found["reason"]) == (
        None, "independent", "aliexpress", "loss",
    )  # fmt: skip
    told = result.summary()["strategies"]["aliexpress"]
    assert found["of_named"]["expected"] == told["profit_after_owner_pay"]["mean"]
    assert found["of_named"]["chance"] == told["probability_of_profit"]["profit_after_owner_pay"]["pointwise"][-1]
    assert found["expected"]["estimate"] > found["of_named"]["expected"]["estimate"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_screen_compare_learn_and_readings_tell_of_the_same_way_in_the_same_words(scenario, result, language):
    summary = result.summary()
    assert without_blanks(NAMED[language]) in flat(screen("x", summary, language, "market.yaml"))
    expected = summary["strategies"]["aliexpress"]["profit_after_owner_pay"]["mean"]["estimate"]
    amount = f"−{abs(expected):,.0f}"
    answers = [
        comparing_screen(sim.compare({"plan": scenario}, **SIZE).to_dict(), language),
        learning_screen(sim.learn(result).to_dict(), language),
        readings_screen(sim.readings(scenario, **SIZE).to_dict(), language),
    ]
    words = without_blanks(NAMED[language].removeprefix("The "))
    for answer in answers:
        assert words in flat(answer)
        assert amount in flat(answer).partition(words)[2][:90], "and of its own expected profit"


def test_need_asks_of_it_and_cash_begins_with_it(scenario):
    needed = sim.need(scenario, keys=["price"], **SIZE)
    assert [answer.strategy for answer in needed.answers] == ["aliexpress"]
    assert needed.chosen_as == "nearest"
    assert "thisoneisthenearesttoaprofit" in flat(need_screen(needed.to_dict()))
    funded = sim.capital_needed(scenario, between=(4000, 8000), **SIZE)
    assert [answer.strategy for answer in funded.answers] == ["aliexpress", "independent", "alibaba", "dual"]
    _, first, *_ = [line for line in printed(capital_screen(funded.to_dict())).splitlines() if line]
    assert first.startswith("AliExpress")
    asked = sim.capital_needed(scenario, strategies=["independent", "aliexpress"], between=(4000, 8000), **SIZE)
    assert [answer.strategy for answer in asked.answers] == ["independent", "aliexpress"], "as they were asked for"


def swept(tmp_path, axes):
    lines = "".join(f"  {key}: {values}\n" for key, values in axes.items())
    file = tmp_path / "plan.yaml"
    text = f"name: two\nbase: {sim.__path__[0]}/../configs/market.yaml\nset: {{horizon_days: 60}}\n"
    file.write_text(f"{text}worlds: 256\nreplicates: 2\naxes:\n{lines}", encoding="utf-8")
    return sim.run_sweep(sim.load_sweep(file), tmp_path / "out", n_jobs=1).directory


def test_a_sweep_names_it_by_the_axis_that_moves_it(tmp_path, result):
    folder = swept(tmp_path, {"aliexpress.owner_pay.monthly_pay": [1000, 1200], "store.fixed_costs.erp": [30, 60]})
    found = sweep_answer(folder)
    assert (found["best"]["leading"], found["best"]["named"]) == ("independent", "aliexpress")
    assert found["best"]["of_named"]["expected"]["estimate"] == pytest.approx(
        result.recommendation()["of_named"]["expected"]["estimate"]
    )
    (best, at_best), (worst, at_worst) = extremes(found, SAY, "en")
    assert best.startswith("Best: AliExpress, ")
    assert worst.startswith("Worst: AliExpress, ")
    assert "= 1,000" in at_best
    assert "= 1,200" in at_worst
    assert ";" not in at_best + at_worst, "the cost of the own store's system is not AliExpress's"


def test_a_sweep_that_does_not_touch_it_says_so_and_what_it_moves(tmp_path):
    from sim.show.report import write_sweep_report

    folder = swept(tmp_path, {"store.fixed_costs.erp": [30, 60, 90]})
    alike, best, worst, *of_both = extremes(sweep_answer(folder), SAY, "en")
    assert alike[0].startswith("The same in all 3 cells: AliExpress, −")
    assert alike[1].startswith("Not touched by: ")
    assert best[0].startswith("These move own store. At best −")
    assert best[1].endswith("= 30.")
    assert worst[0].startswith("own store at worst: −")
    assert worst[1].endswith("= 90.")
    assert [told[:20] for told, _ in of_both] == ["These move Alibaba.c", "Alibaba.com + own st"]
    write_sweep_report(folder, "en")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "A profit with AliExpress is as likely in all of 3 scenarios" in page
    assert "is likeliest where" not in page
