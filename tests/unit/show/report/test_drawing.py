"""A page is the same whoever draws its pictures; what other processes do not know is drawn here."""

import os
import pickle
import signal
import time
import warnings

import pytest

import sim
from sim.show import registry
from sim.show.plots.svg import Figure
from sim.show.report import drawing, pictures, report_page
from sim.show.report.drawing import Wanted
from sim.simulation import processes
from sim.text import labels

PAIR = [Wanted("funnel", "Funnel", "", "funnel", ("dual",)), Wanted("chance", "Chance", "", "probability_of_profit")]


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=64, replicates=4)


@pytest.fixture
def helper():
    """Have a process that is ready to draw, so that it gets its share."""
    with processes._processes(1) as helpers:
        helpers.submit(processes._import, "tests.unit.show.report.test_drawing").result()
        yield
        helpers.shutdown(wait=True)


@pytest.fixture
def drawn_here(monkeypatch):
    """Return the pictures that this process draws, and have it be slow."""
    keys, ours = [], drawing._draw_here

    def draw(result, language, piece):
        keys.append(piece[0].key)
        time.sleep(0.2)
        return ours(result, language, piece)

    monkeypatch.setattr(drawing, "_draw_here", draw)
    return keys


def page(result, language="en", **how):
    return report_page(result, result.summary(), {"versions": {}}, language, **how)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_drawn_by_two_processes_is_the_page_drawn_by_one_to_the_last_byte(result, language, helper, drawn_here):
    together = page(result, language, n_jobs=2)
    assert drawn_here[0] == "waterfall"
    assert len(drawn_here) < together.count("<svg") / 2, "the helper drew nothing"
    assert together == page(result, language)


@pytest.mark.slow
@pytest.mark.parametrize("conditions", [(), ("independent.orders[1] >= 1",)])
def test_a_helper_is_sent_what_its_picture_needs(conditions, monkeypatch):
    scenario = sim.load("configs/article.yaml", ["horizon_days=60"])
    result = sim.run(scenario, worlds=512, replicates=4).given(*conditions)
    wanted = list(pictures._of_histories(result, result.summary(), labels.speaker("en")))
    assert {one.key for one in wanted} >= {"chance", "final", "time", "funnel", "freezes", "gap"}
    for one in wanted:
        if one.picture != drawing.OF_LINES:
            part = pickle.loads(pickle.dumps(drawing.sent(result, one.strategies)))
            assert drawing._draw_there("en", (one, part)) == (drawing.draw_wanted(one, result, "en"), [])


def test_no_line_of_a_statement_is_sent_and_of_several_strategies_readings_alone(result):
    one, every = drawing.sent(result, ("dual",)), drawing.sent(result, ())
    assert (list(one.records), list(every.records)) == (["dual"], list(result.strategies))
    assert "orders" in one.record("dual").monthly
    assert one.record("dual").weekly
    assert "orders" not in every.record("dual").monthly
    assert not every.record("dual").weekly
    records = [part.record("dual") for part in (one, every)]
    assert not any(record.profit_and_loss or record.cash_flow for record in records)
    assert result.record("dual").profit_and_loss, "the run itself keeps them"


def nobody(*asked, **how):
    raise AssertionError("a helper was asked")


def test_what_a_package_outside_registers_is_drawn_here(result, outside, monkeypatch):
    monkeypatch.setattr(drawing, "ordered_map", nobody)
    monkeypatch.setattr(drawing, "draw", lambda key, title, words, plot, **how: Figure(key, title, words, "drawn"))
    assert registry.is_extended()
    assert page(result, n_jobs=2) == page(result)
    monkeypatch.delitem(registry.PICTURES, "days_of_cash")
    assert registry.is_extended(), "its section is there"
    monkeypatch.delitem(registry.PAGE_SECTIONS, "cash_at_the_end")
    assert not registry.is_extended()
    monkeypatch.setattr(labels, "are_extended", lambda: True)
    assert len(drawing.drawn(PAIR, result, "en", 2)) == 2
    monkeypatch.undo()


@pytest.mark.parametrize(("n_jobs", "helpers"), [(1, []), (2, [2])])
def test_one_process_asks_nobody(result, monkeypatch, n_jobs, helpers):
    asked = []

    def alone(work, pieces, n_jobs, ours):
        asked.append(n_jobs)
        return map(ours, pieces)

    monkeypatch.setattr(drawing, "ordered_map", alone)
    monkeypatch.setattr(drawing, "draw", lambda key, title, words, plot, **how: Figure(key, title, words, ""))
    assert [figure.key for figure in drawing.drawn(PAIR, result, "en", n_jobs)] == ["funnel", "chance"]
    assert asked == helpers


def end(language, piece):
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:A worker stopped:UserWarning")
def test_a_helper_that_is_killed_is_heard_of_and_its_pictures_are_drawn_here(result, helper, drawn_here, monkeypatch):
    monkeypatch.setattr(drawing, "_draw_there", end)
    wanted = [Wanted(f"{one.key}-{k}", one.title, one.words, *one[3:]) for k in range(3) for one in PAIR]
    with pytest.warns(UserWarning, match="was killed, .*; the pictures are drawn by this process alone"):
        found = drawing.drawn(wanted, result, "en", 2)
    assert found == drawing.drawn(wanted, result, "en")


def cautious(result, *strategies, ax=None, language="en"):
    warnings.warn("bars are thin", stacklevel=1)
    return ax


def test_what_a_helper_is_warned_of_is_told_here(result, monkeypatch):
    monkeypatch.setitem(registry.PICTURES, "funnel", cautious)
    monkeypatch.setattr(drawing, "is_extended", lambda: False)

    def elsewhere(work, pieces, n_jobs, ours):
        return (pickle.loads(pickle.dumps(work(piece))) for piece in pieces)

    monkeypatch.setattr(drawing, "ordered_map", elsewhere)
    with pytest.warns(UserWarning, match="bars are thin") as told:
        drawing.drawn(PAIR[:1], result, "en", 2)
    assert {one.filename for one in told} == {__file__}


def test_a_picture_that_a_run_cannot_have_says_why_wherever_it_is_asked_for():
    result = sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=4, replicates=1)
    few = Wanted("drivers", "Drivers", "", "drivers", ("dual",))
    figure, _ = drawing._draw_there("en", (few, drawing.sent(result, few.strategies)))
    assert (figure.svg, figure.description) == ("", "means of tenths need 50 worlds (found 4)")
