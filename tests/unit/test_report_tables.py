"""The tables of the page: where values come from, figures for reading, one word for one thing in either language."""

import re

import pytest

import sim
from sim.facts import Fact, between
from sim.report import report_page
from sim.report.rendering import speaker
from sim.report.tables import assumptions, comparisons, rounded, statements
from sim.wording import money

EN, ZH = speaker("en"), speaker("zh")
SMALL = ["horizon_days=60"]


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", SMALL), worlds=64, replicates=4)


@pytest.fixture(scope="module")
def pages(result):
    made = {"versions": {"python": "3"}, "run_hash": "ab", "seed": 1}
    return {name: report_page(result, result.summary(), made, name, figures=False) for name in ("en", "zh")}


def source(scenario, key, say=EN):
    return next(row[4].shown for row in assumptions(scenario, say).rows if row[0].shown == key)


# ----- where values come from -----


def test_a_value_that_the_scenario_sets_does_not_borrow_the_defaults_source():
    default = sim.load("configs/market.yaml", SMALL)
    mine = default.with_({"store.goods.gross_margin": 0.5})
    assert "35%" in source(default, "store.goods.gross_margin")
    assert source(mine, "store.goods.gross_margin") == "set in this scenario"
    assert source(mine, "store.goods.gross_margin", ZH) == "由本情景设定"
    assert source(mine, "market.ad_price_drift") == "search +10-11% a year"
    assert source(sim.load("configs/article.yaml"), "market.ad_price_drift") == "set in this scenario"


def test_a_default_that_is_written_out_keeps_its_source():
    default = sim.load("configs/market.yaml", SMALL)
    again = default.with_({"market.ad_price_drift": default.to_mapping()["market"]["ad_price_drift"]})
    assert source(again, "market.ad_price_drift") == "search +10-11% a year"


def test_amounts_of_another_currency_are_held_against_the_same_defaults():
    yuan = sim.Scenario.from_mapping({"name": "y", "currency": "CNY", "strategies": {"a": ["aliexpress"]}})
    assert "set in this scenario" not in {row[4].shown for row in assumptions(yuan, EN).rows}
    assert source(yuan.with_({"wallet.capital": 10_000}), "wallet.capital") == "set in this scenario"


# ----- figures for reading -----


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (3.8999999999999995, 3.9),
        (191.09999999999997, 191.1),
        (7142.857142857143, 7142.86),
        (123456789.4, 123456789),
        (0.000123456789, 0.000123457),
        (-0.1 - 0.2, -0.3),
        (0.0, 0),
        (True, True),
        ("once", "once"),
        (None, None),
        (float("inf"), float("inf")),
        (
            {"beta": {"alpha": 3.8999999999999995}, "truncate": [0.1 + 0.2, None]},
            {"beta": {"alpha": 3.9}, "truncate": [0.3, None]},
        ),
    ],
)
def test_values_are_rounded_for_reading(value, read):
    assert rounded(value) == read
    assert type(rounded(value)) is type(read)


def test_no_raw_number_is_on_the_page(pages):
    for page in pages.values():
        words = re.sub(r"<[^>]*>", " ", page)  # what tables are sorted by stays as it is
        assert re.findall(r"\d\.\d{7,}", words) == []


def test_what_rounds_to_zero_has_no_minus(result):
    assert [money(value) for value in (-0.4, -0.5, 0.5, -0.6, 0.0)] == ["0", "0", "0", "−1", "0"]
    shown = {cell.shown for kind in ("profit_and_loss", "cash_flow") for name in result.strategies
             for row in statements(result, name, kind, EN).rows for cell in row}  # fmt: skip
    assert "0" in shown
    assert "−0" not in shown


def test_differences_have_a_true_minus_and_points_in_words(result):
    for say, unit in ((EN, " pp"), (ZH, " 个百分点")):
        cells = [cell.shown for row in comparisons(result.summary(), say).rows for cell in row[1:3]]
        assert any("−" in cell for cell in cells)
        assert [cell for cell in cells if "-" in cell] == []
        assert all(cell.endswith(unit) for cell in cells[::2])


def fact_of(low, middle, high):
    return Fact("F0", "share", "12%", low, middle, high, middle, None, "shown", "%")


def test_where_there_is_no_range_stands_one_dash():
    nan = float("nan")
    assert between(fact_of(nan, nan, nan)) == "–"
    assert between(fact_of(0.1, 0.2, float("inf"))) == "10.0% – 20.0% – ∞"


# ----- the page -----


def test_names_of_commands_are_set_as_code_and_captions_stand_outside_their_scroller(pages):
    for page in pages.values():
        body = page.split("<main>")[1].split("<script>")[0]
        assert "`" not in body
        assert "<code>sim facts</code>" in body
        assert "<caption" not in body
        assert body.count('class="caption"') == 3, "one whose words are those of the heading above it is left out"


def test_heads_stand_over_their_columns(pages):
    [head] = re.findall(r'<table id="table-facts".*?</thead>', pages["en"], re.DOTALL)
    assert all("words" in kind for kind in re.findall(r'<th scope="col" class="([^"]*)"', head))
    [head] = re.findall(r'<table id="table-2".*?</thead>', pages["en"], re.DOTALL)
    assert ["words" in kind for kind in re.findall(r'<th scope="col" class="([^"]*)"', head)][:2] == [True, False]


def test_the_chinese_page_has_chinese_words(pages):
    page = pages["zh"]
    for english in ("run hash", "appeals won", "income tax", "often", " pp<", "业主", "老板", "与破产", "月 1"):
        assert english not in page, english
    for chinese in ("运行哈希", "申诉胜率", "所得税", "个百分点", "随机种子"):
        assert chinese in page
    assert "第 2 个月" in page or "半数未达到" in page
