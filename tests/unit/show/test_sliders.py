"""Sliders: what they move, what stays, and what they refuse."""

import re
from types import SimpleNamespace

import pytest

import sim
from sim.randomness.distributions import Constant
from sim.randomness.distributions.families import Normal
from sim.show.sliders import ExploreError, Explorer, default_keys, limits, painter

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
    assert f"{margin} = 0.6" in picture.value
    assert f"{capital} =" not in picture.value


def test_the_picture_follows_a_slider(scenario):
    pytest.importorskip("ipywidgets", reason="needs the extra 'notebook'")
    box = sim.explore(scenario, "aliexpress", ("aliexpress.goods.gross_margin",))
    slider, picture = box.children
    before = picture.value
    assert "AliExpress" in before
    assert before.count("<svg") == 1
    slider.value = slider.max
    assert picture.value != before
    assert f"aliexpress.goods.gross_margin = {slider.max:.4g}" in picture.value


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
