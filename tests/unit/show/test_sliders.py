"""Sliders: what they move, what stays, and what they refuse."""

import re
from types import SimpleNamespace

import pytest

import sim
from sim.randomness.distributions import Constant
from sim.randomness.distributions.families import Normal
from sim.scenario.meanings import told_apart
from sim.show.sliders import ExploreError, Explorer, default_keys, limits, name_of, painter, readout

KEYS = ("store.goods.gross_margin", "wallet.capital")


@pytest.fixture(scope="module")
def scenario():
    return sim.load("configs/article.yaml", ["horizon_days=60"])


def test_a_better_margin_never_lowers_the_profit_of_a_path(scenario):
    explorer = Explorer(scenario, "independent", KEYS)
    low, middle, high = explorer.ranges["store.goods.gross_margin"]
    assert low < middle < high
    at_rest, better = explorer.answer({}), explorer.answer({"store.goods.gross_margin": high})
    known = scenario.with_({"strategies": {"independent": ["store"]}})
    assert at_rest.sha256 == sim.run(known, worlds=256, replicates=4).sha256, "at rest nothing is pinned"
    gap = (
        better.record("independent").monthly["settled_profit"][-1]
        - at_rest.record("independent").monthly["settled_profit"][-1]
    )
    assert (gap >= -1e-3).mean() > 0.98
    assert better.strategies == ("independent",)


def test_a_known_number_moves_between_half_and_double(scenario):
    assert limits(scenario.numbers()["wallet.capital"])[1] == pytest.approx(
        2 * limits(scenario.numbers()["wallet.capital"])[0]
    )


def test_an_uncertain_number_moves_between_its_1_and_99_percent_points_and_rests_at_the_median():
    # The 99% point of the standard normal is 2.3263.
    assert limits(Normal(10.0, 2.0)) == pytest.approx((10.0 - 4.6527, 10.0, 10.0 + 4.6527), abs=1e-3)
    assert limits(Constant(0.0)) == (0.0, 0.0, 1.0), "half and double of nothing are nothing"


def test_the_numbers_that_matter_are_those_of_the_strategy(scenario):
    keys = default_keys(scenario, "aliexpress")
    assert 2 <= len(keys) <= 7
    assert all(key.startswith(("aliexpress.", "wallet.")) for key in keys)
    assert "store.meta.cpc" in default_keys(scenario, "independent")


def test_only_what_was_moved_is_pinned_and_the_chance_is_told_with_half_its_interval(scenario):
    margin, capital = "aliexpress.goods.gross_margin", "wallet.capital"
    explorer = Explorer(scenario, "aliexpress", (margin, capital))
    sliders = {key: SimpleNamespace(value=middle) for key, (_, middle, _) in explorer.ranges.items()}
    picture = SimpleNamespace(value="")
    show = painter(explorer, sliders, picture, "en")
    show(None)
    assert "as in the scenario" in picture.value
    sliders[margin].value = 0.6
    show(None)
    chance = explorer.answer({margin: 0.6}).estimate_profit("aliexpress")[-1]
    half = 100 * (chance.high - chance.low) / 2
    assert f"<b>{100 * chance.estimate:.0f}% ±{half:.1f}<" in picture.value
    assert f"{told_apart(margin, 'en', ('aliexpress',))} = 60%<" in picture.value
    assert "aliexpress.goods" not in picture.value, "a key is no word"
    assert "= 60%; " not in picture.value, "what was not moved is not told"


def test_a_slider_is_called_by_words_with_its_unit_and_writes_plain_numbers(scenario):
    dual = Explorer(scenario, "dual", ("wallet.capital", "store.meta.cpc", "aliexpress.goods.gross_margin")[:2])
    assert name_of(dual, "wallet.capital", "en").endswith("[USD]")
    assert name_of(dual, "store.meta.cpc", "en") == "Price of a click (own store, Meta) [USD per click]"
    assert "Meta" in name_of(dual, "store.meta.cpc", "zh")
    alone = Explorer(scenario, "independent", ("store.meta.cpc",))
    assert name_of(alone, "store.meta.cpc", "en") == "Price of a click (Meta) [USD per click]"
    written = {
        key: readout(key, high)
        for key, high in (
            ("wallet.capital", 25_000.0),
            ("store.meta.cpc", 2.5),
            ("store.meta.cpc", 0.6),
            ("store.meta.ctr", 0.04),
        )
    }
    assert [format(12_500.0, written["wallet.capital"]), format(0.0123, written["store.meta.ctr"])] == [
        "12,500",
        "1.23%",
    ]
    assert readout("store.meta.cpc", 2.5) == ",.2f"
    assert readout("store.meta.cpc", 0.6) == ".3f"


def test_the_picture_follows_a_slider(scenario):
    pytest.importorskip("ipywidgets", reason="needs the extra 'notebook'")
    box = sim.explore(scenario, "aliexpress", ("aliexpress.goods.gross_margin",))
    slider, picture = box.children
    before = picture.value
    assert "AliExpress" in before
    assert before.count("<svg") == 1
    slider.value = slider.max
    assert picture.value != before
    assert f"{slider.description} = {100 * slider.max:.4g}%<" in picture.value
    assert "." not in slider.description
    assert slider.readout_format == ".1%"


def test_the_picture_has_its_colours_without_a_page_about_it(scenario):
    pytest.importorskip("ipywidgets", reason="needs the extra 'notebook'")
    picture = sim.explore(scenario, "aliexpress", ("aliexpress.goods.gross_margin",)).children[-1].value
    style = re.search(r'<div style="([^"]*)">', picture)[1]
    given = set(re.findall(r"(--[\w-]+): ", style))
    used = set(re.findall(r"var\((--[\w-]+)\)", picture))
    assert "--c1" in used
    assert used <= given


@pytest.mark.parametrize(("language", "words"), [("en", "as in the scenario"), ("zh", "与方案文件相同")])
def test_the_answer_stands_above_the_picture_in_words(scenario, language, words):
    pytest.importorskip("ipywidgets", reason="needs the extra 'notebook'")
    keys = ("aliexpress.goods.gross_margin",)
    picture = sim.explore(scenario, "aliexpress", keys, language).children[-1].value
    known = scenario.with_({"strategies": {"aliexpress": ["aliexpress"]}})
    chance = sim.run(known, worlds=256, replicates=4).estimate_profit("aliexpress")[-1]
    assert re.match(rf"<p><b>{100 * chance.estimate:.0f}% ±[\d.]+</b> {words}</p>", picture)


def test_refusals(scenario):
    with pytest.raises(ExploreError, match="no strategy 'x'; there are: independent"):
        Explorer(scenario, "x", KEYS)
    with pytest.raises(ExploreError, match="no number"):
        Explorer(scenario, "independent", ("store.goods.gros_margin",))
