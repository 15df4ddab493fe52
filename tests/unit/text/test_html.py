"""What a notebook shows of a scenario and of a result."""

import html.parser

import pytest

import sim
from sim.text.html import result_html, scenario_html
from tests import builders

HOSTILE = "<script>alert('x')</script> & \"co\""


class Reader(html.parser.HTMLParser):
    """Collect tags and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def scenario():
    base = sim.load("configs/article.yaml", ["horizon_days=60"])
    return base.with_({"title": HOSTILE, "strategies": {"a <b>shop</b>": ["store"], "aliexpress": ["aliexpress"]}})


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


def test_a_result_shows_its_answer_and_escapes_every_name(scenario):
    result = sim.run(scenario, worlds=256, replicates=4)
    found = read(result._repr_html_())
    assert set(found.tags) <= {"table", "caption", "b", "thead", "tr", "th", "tbody", "td", "p", "small"}
    assert found.tags.count("tr") == 4 + 12, "ways and doing nothing under their heads, and one order"
    assert HOSTILE in " ".join(found.text)
    assert "a <b>shop</b>" in found.text
    chance = result.estimate_profit("aliexpress")[-1].estimate
    assert any(text.startswith(f"{100 * chance:.0f}% ±") for text in found.text)


def test_a_scenario_shows_what_takes_part(scenario):
    found = read(scenario._repr_html_())
    assert set(found.tags) <= {"table", "caption", "b", "thead", "tr", "th", "tbody", "td"}
    [sections] = [text for text in found.text if text.startswith("opening, ") and "funnel" in text]
    assert "meta" in sections
    assert "google" not in sections, "switched off in the article"


def test_every_figure_of_a_result_stands_under_its_head():
    found = read(result_html("shop", builders.summary()))
    assert found.text[:2] == ["shop", "START WITH: AliExpress, with 3,100 or more USD"]
    own = ["own store", "41% ±1.0", "44 / 36 / 20", "−6,000", "−700", "9,000", "4,500"]
    assert found.text[found.text.index("After 2 months, before your pay") :][: 7 + 7] == [
        *("After 2 months, before your pay", "chance of profit", "shops: lose / open / win", "bad", "middle", "good"),
        *("cash needed", *own),
    ]
    order = found.text[found.text.index("One order, on average") :]
    assert order[:6] == ["One order, on average", "own store", "AliExpress", "price paid", "85.00", "36.00"]


SEEN = {"clauses": ["independent.orders[1] >= 5"], "paths": 300, "worlds": 210}
CAPPED = {"converged": False, "widest": 0.0312, "goal": {"precision": 0.01, "most_paths": 2048}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"condition": SEEN}, "Given independent.orders[1] >= 5: 300 histories of 210 shops out of 512 agree"),
        ({"stop": CAPPED}, "NOT AS PRECISE AS ASKED: after 2,048 histories (the cap) one chance is sure to ±3.1"),
        ({"keep": "summary"}, "0.5%"),
    ],
)
def test_what_the_figures_rest_on_stands_above_them(changes, said):
    found = read(result_html("shop", builders.summary() | changes))
    assert any(said in text for text in found.text[: found.text.index("After 2 months, before your pay")])


def test_sections_that_are_off_are_not_shown(scenario):
    mapping = scenario.to_mapping()
    off = [name for name, values in mapping["store"].items() if not values["enabled"]]
    [shown] = [text.split(", ") for text in read(scenario_html(mapping)).text if "funnel" in text]
    assert off
    assert set(shown) == set(mapping["store"]) - set(off)
