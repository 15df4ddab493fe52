"""What a notebook shows of a scenario and of a result."""

import html.parser

import pytest

import sim

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
    assert found.tags.count("tr") == 3
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
