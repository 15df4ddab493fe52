"""The section on model doubt: what was found, or that nobody asked; names are escaped."""

import re
from functools import cache
from html.parser import HTMLParser

import sim
from sim.show.report.doubt import doubts
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


def readings(pictures):
    found = doubts(
        builders.summary() | {"model_doubt": builders.model_doubt()}, {}, "en", "shop.yaml", pictures=pictures
    )
    assert [one.anchor for one in found] == ["simulation", "not-known", "luck", "model-doubt"]
    return found[-1]


def test_each_doubt_is_told_by_its_name_with_the_figures_of_the_way_that_leads():
    leading = builders.summary() | {"recommendation": builders.advised("independent", "independent")}
    leading["strategies"] = {"independent": builders.OWN_STORE}
    simulation, shops, luck, _ = doubts(leading, {}, "en", "shop.yaml", pictures=False)
    assert simulation.paragraphs[0].startswith("2,048 histories of each way leave the chance open by ±1.0 points.")
    assert "44 are all but sure to lose, 36 are open, 20 are all but sure to win" in shops.paragraphs[0]
    assert "−6,000 USD or less in one history of twenty" in luck.paragraphs[0]
    assert "9,000 or more" in luck.paragraphs[0]
    refused = doubts(builders.summary(), {}, "en", "shop.yaml", pictures=False)[1]
    assert "more --replicates" in refused.paragraphs[0]


def test_each_doubt_has_its_picture():
    page = report_page(small(), small().summary(), MADE)
    section = page[page.index('<section id="doubt">') :].split("</section>")[0]
    assert re.findall(r'<figure id="([\w-]+)"', section) == ["error", "shops", "final"]


def test_where_it_was_not_run_the_page_says_how_to():
    page = page_with(None)
    assert 'id="model-doubt"' in page
    assert "were not tried: sim readings shop.yaml" in page
    assert "sim readings shop.yaml" in page_with(None, "zh")


def test_every_figure_stands_in_its_row():
    section = readings(pictures=False)
    assert [tuple(map(str, row)) for row in section.table.rows] == [
        ("F26, margin 50%: after freight", "own store", "+12.0 ±3.0 / +1,500 ±200", "–"),
        ("aliexpress.deposit.amount = 1200", "do nothing", "–", "−4.0 ±1.0 / −300 ±50"),
    ]
    assert section.table.rows[0][2].order == 0.12
    assert section.figure is None


def test_the_picture_has_its_words_and_its_names():
    section = readings(pictures=True)
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
