"""Which pictures a run's page shows, and what they say to the ear."""

import pytest

import sim
from sim.show.plots.svg import Figure
from sim.show.report import drawing
from sim.show.report import pictures as shown
from sim.text.labels import speaker
from tests import builders


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=64, replicates=4)


@pytest.fixture
def described(monkeypatch):
    """Return what the pictures of a run say, by their key, without drawing them."""
    monkeypatch.setattr(drawing, "draw", lambda key, title, words, plot: Figure(key, title, words, ""))

    def describe(result, summary):
        found = shown.pictures(result, summary, speaker("en"), "en")
        assert len({picture.key for picture in found}) == len(found), "a picture stands twice"
        return {picture.key: f"{picture.title} | {picture.description}" for picture in found}

    return describe


def test_pictures_rank_strategies_and_look_closely_at_the_likeliest(result, described):
    found = described(result, builders.summary())
    assert found["chance"].endswith("| AliExpress 53% ±1.0; own store 41% ±1.0")
    assert found["final"].endswith("| AliExpress −3,000 / 400 / 5,000; own store −6,000 / −700 / 9,000")
    assert "AliExpress | profit, 5 / 50 / 95%: −3,000 / 400 / 5,000" in found["profit-fan"]
    assert "AliExpress | cash needed, 5 / 50 / 95%: ≥ 1,100 / 2,100 / 3,100" in found["cash-fan"]
    assert found["time"].endswith("| AliExpress: 61%")
    assert "own store | 14% ±1.0" in found["freezes"], "the likeliest strategy has no account to freeze"


def test_the_difference_is_of_the_two_likeliest_in_that_order(result, described):
    found = described(result, builders.summary())["gap"]
    ends = [
        result.record(name).monthly["settled_profit"][-1].mean(dtype=float) for name in ("aliexpress", "independent")
    ]
    assert f"AliExpress – own store: {ends[0] - ends[1]:+,.0f}".replace("-", "−") in found


def test_freezes_are_drawn_of_one_strategy(result, described):
    summary = builders.summary()
    both = builders.ALIEXPRESS | {"freezes": {"share_of_paths": builders.share(0.2)}}
    summary["strategies"] = {"independent": builders.OWN_STORE, "aliexpress": both}
    assert "AliExpress | 20% ±1.0" in described(result, summary)["freezes"]


def test_one_strategy_has_no_difference(result, described):
    summary = builders.summary()
    del summary["strategies"]["aliexpress"]
    found = described(result, summary)
    assert "gap" not in found
    assert found["funnel"].endswith("| impressions 150,000, visits 1,500, carts 75, orders 18")
