"""What somebody meets who types ``sim.`` into a notebook: names to complete, answers to read, errors with a remedy."""

import html
import io
import re

import pytest
from rich.console import Console

import sim
from sim.capital_screen import capital_screen
from sim.comparing_screen import comparing_screen
from sim.learning_screen import learning_screen
from sim.sheets import NOTEBOOK_WIDTH


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


def test_every_name_is_offered_and_there():
    assert dir(sim) == sorted(sim.__all__)
    assert all(callable(getattr(sim, name)) for name in dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        sim.runn  # noqa: B018 - looked up on purpose


@pytest.mark.parametrize(
    "door", [sim.run, sim.count, sim.capital_needed, lambda file: sim.compare({"mine": file}), sim.explore]
)
def test_the_name_of_a_file_is_no_scenario(door):
    with pytest.raises(TypeError, match=re.escape("found 'shop.yaml': give a scenario, as sim.load(")):
        door("shop.yaml")


def test_what_is_compared_has_names(scenario):
    with pytest.raises(TypeError, match="by the names to show"):
        sim.compare([scenario, scenario])


def test_what_to_learn_is_asked_of_a_result(scenario):
    with pytest.raises(TypeError, match=re.escape("give a result, as sim.run(scenario) returns it")):
        sim.learn(scenario)


def on_a_terminal(screen):
    console = Console(file=io.StringIO(), width=NOTEBOOK_WIDTH)
    console.print(screen)
    return console.file.getvalue()


def test_a_comparison_reads_as_on_the_command_line(scenario):
    richer = scenario.with_({"wallet.capital": 20_000.0})
    found = sim.compare({"<b>plan</b>": scenario, "richer": richer}, worlds=256)
    assert "<b>plan</b>" not in found._repr_html_(), "a name is text"
    assert text_of(found) == on_a_terminal(comparing_screen(found))


def test_the_money_it_takes_reads_as_on_the_command_line(scenario):
    found = sim.capital_needed(scenario, 0.2, strategies=["independent"], worlds=64, replicates=4)
    assert text_of(found) == on_a_terminal(capital_screen(found))


def test_what_to_find_out_reads_as_on_the_command_line(result):
    found = sim.learn(result)
    assert text_of(found) == on_a_terminal(learning_screen(found))
