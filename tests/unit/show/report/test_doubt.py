"""The section on model doubt: what was found, or that nobody asked; names are escaped."""

import re
from functools import cache
from html.parser import HTMLParser

import sim
from sim.show.report.doubt import doubt_section
from sim.show.report.page import report_page
from tests import builders

MADE = {"versions": {}}


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@cache
def small():
    strategies = "strategies={independent: [store], aliexpress: [aliexpress]}"
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60", strategies]), worlds=16, replicates=2)


def page_with(found, language="en", figures=False):
    return report_page(small(), builders.summary() | {"model_doubt": found}, MADE, language, figures=figures)


def test_where_it_was_not_run_the_page_says_how_to():
    page = page_with(None)
    assert 'id="model-doubt"' in page
    assert "was not tried: sim readings shop" in page
    assert "sim readings shop" in page_with(None, "zh")


def test_every_figure_stands_in_its_row():
    section = doubt_section(builders.summary() | {"model_doubt": builders.model_doubt()}, "en", pictures=False)
    assert [tuple(map(str, row)) for row in section.table.rows] == [
        ("F26, margin 50%: after freight", "own store", "+12.0 ±3.0 / +1,500 ±200", "–"),
        ("aliexpress.deposit.amount = 1200", "do nothing", "–", "−4.0 ±1.0 / −300 ±50"),
    ]
    assert section.table.rows[0][2].order == 0.12
    assert section.figure is None


def test_the_picture_has_its_words_and_its_names():
    section = doubt_section(builders.summary() | {"model_doubt": builders.model_doubt()}, "en", pictures=True)
    assert "F26, margin 50%: after freight" in section.figure.svg
    assert "own store" in section.figure.svg
    assert "var(--c1)" in section.figure.svg
    assert "var(--c2)" in section.figure.svg


def test_names_of_a_scenario_are_escaped():
    hostile = "<script>alert(1)</script> $x_1$"
    found = builders.model_doubt()
    for tried in found["tried"]:
        tried["strategies"] = {hostile: next(iter(tried["strategies"].values()))}
    found |= {"strategies": [hostile], "first": {hostile: 2}}
    found["left_out"] = [{"kind": "doubt", "name": "a.b", "option": hostile, "why": hostile}]
    page = page_with(found, figures=True)
    scripts = [attributes for tag, attributes in Tags(page).tags if tag == "script"]
    assert len(scripts) == len([attributes for tag, attributes in Tags(page_with(None)).tags if tag == "script"])
    assert "alert(1)</script>" not in re.sub(r"&lt;.*?&gt;", "", page)
