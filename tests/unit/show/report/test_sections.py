"""Sections of a package outside on the page of a run."""

import re

import pytest

import sim
from sim.show.registry import PAGE_SECTIONS, PLACES
from sim.show.report import report_page


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=16, replicates=2)


def page(result, **how):
    return report_page(result, result.summary(), {"versions": {}}, **how)


def test_a_section_of_a_package_outside_stands_in_its_place(result, outside):
    found = page(result)
    sections = re.findall(r'<section.* id="([\w-]+)"', found)
    after = PLACES.index("statements") + 1
    assert sections == [*PLACES[:after], "section-cash_at_the_end", *PLACES[after:]]
    links = re.findall(r'<a href="#([\w-]+)"', found)
    assert links == [*sections[1:], "provenance"]
    own = found[found.index('<section id="section-cash_at_the_end">') :].split("</section>")[0]
    assert '<table id="section-cash_at_the_end-table"' in own
    assert 'data-kind="number" data-order="0.' in own
    assert own.count("<svg") == 2, "for a wide screen and for a phone"
    assert '<p class="note">For the ear.</p>' in own


@pytest.mark.slow
def test_its_words_are_escaped(result, outside):
    found = page(result)
    assert found.count("Cash &lt;b&gt;at the end&lt;/b&gt;") >= 3
    assert "What is &lt;i&gt;left&lt;/i&gt;." in found
    assert "Cash &amp; its end" in found
    assert "<b>" not in found
    assert "<i>" not in found


@pytest.mark.parametrize("place", PLACES)
def test_every_place_of_the_page_takes_a_section(result, outside, place):
    PAGE_SECTIONS["cash_at_the_end"] = place, outside.cash_at_the_end
    anchors = re.findall(r'<section.* id="([\w-]+)"', page(result, figures=False))
    assert anchors[PLACES.index(place) + 1] == "section-cash_at_the_end"


def test_a_page_without_pictures_keeps_the_rest_of_a_section(result, outside):
    found = page(result, figures=False)
    assert "section-cash_at_the_end-table" in found
    assert "<svg" not in found
    counted = sim.run(result.scenario, worlds=16, replicates=2, keep="summary")
    assert "section-cash_at_the_end-table" in report_page(counted, counted.summary(), {"versions": {}})


def test_a_section_that_has_nothing_to_show_is_left_out(result, outside):
    without = page(result, figures=False)
    PAGE_SECTIONS["cash_at_the_end"] = "answer", lambda *asked: None
    found = page(result, figures=False)
    assert "section-cash_at_the_end" in without
    assert "section-" not in found


@pytest.mark.slow
def test_a_picture_that_cannot_be_drawn_says_why(result, outside):
    content = outside.cash_at_the_end(result, result.summary(), "en")
    wrong = type(content)(content.heading, picture="cash_fan", strategies=["nothing"])
    PAGE_SECTIONS["cash_at_the_end"] = "answer", lambda *asked: wrong
    assert "no strategy &#39;nothing&#39; in this result" in page(result)
