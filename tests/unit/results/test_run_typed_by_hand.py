"""What somebody meets who types ``sim.`` into a notebook: names to complete, answers to read, errors with a remedy."""

import html
import io
import re

import numpy as np
import pytest
from rich.console import Console

import sim
from sim.scenario.conditions import ConditionError
from sim.studies.capital_screen import capital_screen
from sim.studies.compare_screen import comparing_screen
from sim.studies.learn_screen import learning_screen
from sim.text.table import NOTEBOOK_WIDTH


@pytest.fixture(scope="module")
def scenario():
    return sim.load(
        "configs/article.yaml", ["horizon_days=60", "strategies={independent: [store], alibaba: [alibaba]}"]
    )


@pytest.fixture(scope="module")
def result(scenario):
    return sim.run(scenario, worlds=256, replicates=4)


def text_of(answer):
    """Return what a notebook shows, without its tags."""
    shown = answer._repr_html_()
    assert shown.startswith("<pre")
    return html.unescape(re.sub(r"<[^>]*>", "", shown))


def pixels(ax):
    """Return a picture as bytes."""
    file = io.BytesIO()
    ax.figure.savefig(file, format="raw", dpi=50)
    return file.getvalue()


def test_every_name_is_offered_and_there():
    assert dir(sim) == sorted(sim.__all__)
    assert all(callable(getattr(sim, name)) for name in dir(sim) if name != "plots")
    assert callable(sim.plots.probability_of_profit)
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        sim.runn  # noqa: B018 - looked up on purpose
    with pytest.raises(
        AttributeError, match=r'no attribute \'count\'; counts are kept by sim.run\(scenario, keep="summary"\)'
    ):
        sim.count  # noqa: B018


@pytest.mark.parametrize("door", [sim.run, sim.capital_needed, lambda file: sim.compare({"mine": file}), sim.explore])
def test_the_name_of_a_file_is_no_scenario(door):
    with pytest.raises(TypeError, match=re.escape("found 'shop.yaml': give a scenario, as sim.load(")):
        door("shop.yaml")


def test_what_is_compared_has_names(scenario):
    for nameless in ([scenario, scenario], {}, {1: scenario, 2: scenario}):
        with pytest.raises(TypeError, match="by the names to show"):
            sim.compare(nameless)


@pytest.mark.parametrize("changes", ["horizon_days=60", {"horizon_days": 60}, [("horizon_days", 60)]])
def test_changes_are_a_list_of_texts(changes):
    with pytest.raises(TypeError, match=r"give a list of changes, as \[\"store.prices.mean_value=80\"\]"):
        sim.load("configs/article.yaml", changes)


def test_values_are_changed_by_key_whichever_library_counted_them(scenario):
    changed = scenario.with_({"horizon_days": np.int64(90), "wallet": {"capital": np.float32(5000)}})
    assert changed == scenario.with_({"horizon_days": 90, "wallet": {"capital": 5000.0}})
    assert changed.sha256 == scenario.with_({"horizon_days": 90, "wallet.capital": 5000.0}).sha256
    with pytest.raises(TypeError, match="give values by dotted key"):
        scenario.with_(["horizon_days=90"])


@pytest.mark.parametrize("sweep", ["capital.yaml", 3])
def test_the_name_of_a_file_is_no_sweep(sweep):
    with pytest.raises(TypeError, match=re.escape("give a sweep, as sim.load_sweep(")):
        sim.run_sweep(sweep)


@pytest.mark.slow
def test_a_single_strategy_or_number_may_come_as_it_is(scenario, result):
    found = sim.capital_needed(scenario, 0.2, strategies="alibaba", worlds=64, replicates=4)
    assert [answer.strategy for answer in found.answers] == ["alibaba"]
    for picture in (result.plot.probability_of_profit, result.plot.final_profit):
        one, listed = (pixels(picture(asked)) for asked in ("alibaba", ["alibaba"]))
        assert one == listed
    sliders = pytest.importorskip("ipywidgets") and sim.explore(scenario, "alibaba", "wallet.capital").children
    assert [slider.description for slider in sliders[:-1]] == ["Cash the seller starts with [USD]"]


def test_a_language_that_there_is_not_is_refused_by_name(result):
    with pytest.raises(ValueError, match="language: found 'de'; give one of: en, zh"):
        result.plot.probability_of_profit(language="de")


def test_conditions_stand_one_by_one(result):
    with pytest.raises(ConditionError, match="give conditions one by one"):
        result.given(["alibaba.orders[1] >= 1"])


def test_a_notebook_shows_why_there_is_no_answer(result):
    shown = result.given("alibaba.orders[1] >= 4")._repr_html_()
    assert "given alibaba.orders[1] &gt;= 4" in shown
    assert re.search(r"the condition keeps \d+ paths", shown)


def test_what_to_learn_is_asked_of_a_result(scenario):
    with pytest.raises(TypeError, match=re.escape("give a result, as sim.run(scenario) returns it")):
        sim.learn(scenario)


def on_a_terminal(screen):
    console = Console(file=io.StringIO(), width=NOTEBOOK_WIDTH)
    console.print(screen)
    return console.file.getvalue()


@pytest.mark.slow
def test_a_comparison_reads_as_on_the_command_line(scenario):
    richer = scenario.with_({"wallet.capital": 20_000.0})
    found = sim.compare({"<b>plan</b>": scenario, "richer": richer}, worlds=256)
    assert "<b>plan</b>" not in found._repr_html_(), "a name is text"
    assert text_of(found) == on_a_terminal(comparing_screen(found.to_dict()))


@pytest.mark.slow
def test_the_money_it_takes_reads_as_on_the_command_line(scenario):
    found = sim.capital_needed(scenario, 0.2, strategies=["independent"], worlds=64, replicates=4)
    assert text_of(found) == on_a_terminal(capital_screen(found.to_dict()))


def test_what_to_find_out_reads_as_on_the_command_line(result):
    found = sim.learn(result)
    assert text_of(found) == on_a_terminal(learning_screen(found.to_dict()))
