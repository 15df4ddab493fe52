"""Which pictures a run's page shows, and what they say to the ear."""

import pytest

import sim
from sim.show.plots.svg import Figure
from sim.show.report import drawing, report_page
from sim.show.report import pictures as shown
from sim.text.labels import speaker
from tests import builders


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=64, replicates=4)


def as_words(key, title, words, plot, **how):
    return Figure(key, title, words, "")


@pytest.fixture
def described(monkeypatch):
    """Return what the pictures of a run say, by their key, without drawing them."""
    monkeypatch.setattr(drawing, "draw", as_words)

    def describe(result, summary):
        found = shown.pictures(result, summary, speaker("en"), "en")
        return {key: f"{picture.title} | {picture.description}" for key, picture in found.items()}

    return describe


def test_pictures_rank_strategies_and_look_closely_at_the_likeliest(result, described):
    found = described(result, builders.summary())
    assert found["chance"].endswith("| AliExpress 53% ±1.0; own store 41% ±1.0")
    assert found["final"].endswith("| AliExpress −3,000 / 400 / 5,000; own store −6,000 / −700 / 9,000")
    assert "profit-fan" not in found, "cash over time is what decides"
    assert found["order"].endswith("| AliExpress: of 36.00 USD paid 1.25 are left before ads, −3.95 after them")
    assert "own store: of 85.00 USD paid 22.25 are left before ads, −7.75 after them" in found["order-independent"]
    assert found["error"].endswith("| own store 41% ±1.0; AliExpress 53% ±1.0")
    assert found["shops"].endswith("| own store 44 / 36 / 20"), "of AliExpress the run could not tell"
    assert "AliExpress | cash needed, 5 / 50 / 95%: ≥ 1,100 / 2,100 / 3,100" in found["cash-fan"]
    assert found["time"].endswith("| AliExpress: 61%")
    assert "own store | 9.0% ±1.0" in found["freezes"], "the likeliest strategy has no account to freeze"


def test_the_difference_is_of_the_two_likeliest_in_that_order(result, described):
    found = described(result, builders.summary())["gap"]
    ends = [
        result.record(name).monthly["settled_profit"][-1].mean(dtype=float) for name in ("aliexpress", "independent")
    ]
    assert f"AliExpress – own store: {ends[0] - ends[1]:+,.0f}".replace("-", "−") in found


def test_freezes_are_drawn_of_one_strategy(result, described):
    summary = builders.summary()
    both = builders.ALIEXPRESS | {"freezes": {"locked": builders.share(0.2)}}
    summary["strategies"] = {"independent": builders.OWN_STORE, "aliexpress": both}
    assert "AliExpress | 20% ±1.0" in described(result, summary)["freezes"]


def test_one_strategy_has_no_difference(result, described):
    summary = builders.summary()
    del summary["strategies"]["aliexpress"]
    summary["recommendation"] = builders.advised("independent", "independent", among=1)
    found = described(result, summary)
    assert "gap" not in found
    assert found["funnel"].endswith("| impressions 150,000, visits 1,500, carts 75, orders 18")


def test_where_nobody_orders_there_is_no_picture_of_an_order(result, described):
    summary = builders.summary()
    none = {name: found | {"per_order": None} for name, found in summary["strategies"].items()}
    found = described(result, summary | {"strategies": none})
    assert not [key for key in found if key.startswith("order")]
    refused = {name: one | {"per_order": {"refused": "counts"}} for name, one in summary["strategies"].items()}
    assert not [key for key in described(result, summary | {"strategies": refused}) if key.startswith("order")]


def test_where_nothing_drives_the_page_says_so_in_a_sentence(result):
    never = sim.run(
        result.scenario.with_({"aliexpress.goods.gross_margin": 0.01, "strategies": {"aliexpress": ["aliexpress"]}}),
        worlds=64,
        replicates=4,
    )
    assert not shown.drives(never, "aliexpress")
    page = report_page(never, never.summary(), {"versions": {}}, figures=False)
    assert "no number that is not known moves the chance" in page
    assert "no number that is not known" not in report_page(
        result, result.summary(), {"versions": {}}, figures=False
    ) or not shown.drives(result, "aliexpress")
