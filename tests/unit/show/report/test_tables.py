"""The tables of the page: where values come from, figures for reading, one word for one thing in either language."""

import re
from dataclasses import replace

import pytest

import sim
from sim.show.report import report_page
from sim.show.report.page import DIFFERENCES
from sim.show.report.tables import assumptions, facts, rounded, statements
from sim.simulation.engine import Run
from sim.studies.article import Fact, between, facts_of
from sim.text.labels import speaker
from sim.text.numbers import money
from sim.text.summary_tables import comparison_table
from tests import builders

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
    return next(row[4] for row in assumptions(scenario, say).rows if row[0] == key)


# ----- where values come from -----


def test_a_value_that_the_scenario_sets_does_not_borrow_the_defaults_source():
    default = sim.load("configs/market.yaml", SMALL)
    mine = default.with_({"store.goods.gross_margin": 0.5})
    assert "35%" in source(default, "store.goods.gross_margin")
    assert source(mine, "store.goods.gross_margin") == "set in this scenario"
    assert source(mine, "store.goods.gross_margin", ZH) == "由本方案设定"
    assert source(mine, "market.ad_price_drift") == "search +10-11% a year"
    assert source(sim.load("configs/article.yaml"), "market.ad_price_drift") == "set in this scenario"


def test_a_default_that_is_written_out_keeps_its_source():
    default = sim.load("configs/market.yaml", SMALL)
    again = default.with_({"market.ad_price_drift": default.to_mapping()["market"]["ad_price_drift"]})
    assert source(again, "market.ad_price_drift") == "search +10-11% a year"


def test_amounts_of_another_currency_are_held_against_the_same_defaults():
    yuan = sim.Scenario.from_mapping({"name": "y", "currency": "CNY", "strategies": {"a": ["aliexpress"]}})
    assert "set in this scenario" not in {row[4] for row in assumptions(yuan, EN).rows}
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
    shown = {cell for kind in ("profit_and_loss", "cash_flow") for name in result.strategies
             for row in statements(result, name, kind, EN).rows for cell in row}  # fmt: skip
    assert "0" in shown
    assert "−0" not in shown


def test_differences_have_a_true_minus_and_points_in_words(result):
    for say, unit in ((EN, " pp"), (ZH, " 个百分点")):
        cells = [cell for row in comparison_table(result.summary(), say, DIFFERENCES).rows for cell in row[1:3]]
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
    assert "第 2 个月" in page or "不到一半做到" in page


# ----- every figure in its place -----


def test_flows_are_summed_and_levels_are_those_of_the_last_month(result):
    found = {}
    for kind in ("profit_and_loss", "cash_flow"):
        for row in statements(result, "independent", kind, EN).rows:
            found[row[0]] = [cell.order for cell in row[1:]]
    flow, level, cash = found["cost of goods"], found["profit to date"], found["cash at the end"]
    assert flow[2] == pytest.approx(flow[0] + flow[1], abs=0.02)
    monthly = result.record("independent").monthly
    assert level[1] == pytest.approx(monthly["settled_profit"][-1].mean(dtype=float), abs=0.01)
    assert level[2] is None, "over all months it is the profit, which stands there"
    assert cash[1:] == pytest.approx([monthly["cash"][-1].mean(dtype=float)] * 2, abs=0.01)


def test_what_is_switched_off_is_not_among_the_assumptions():
    scenario = sim.load("configs/article.yaml")
    keys = [row[0] for row in assumptions(scenario, EN).rows]
    assert not scenario.section("store", "google").enabled
    assert [key for key in keys if key.startswith("store.google.")] == []
    assert "store.meta.cpc" in keys


def test_a_fact_within_its_range_is_judged_inside(result):
    judged = {row[0]: row[5] for row in facts(result, EN).rows}
    known = facts_of(Run(result.scenario, result.plan, result.records, result.worlds))
    assert any(fact.inside for fact in known)
    words = {True: "inside", False: "outside"}
    kinds = {"input": "put in", "solved": "solved for", "shown": "shown"}
    assert judged == {fact.number: words.get(fact.inside) or kinds[fact.kind] for fact in known}


def test_the_page_has_a_profit_so_far_and_one_of_the_month_itself_and_says_where_it_comes_from(result):
    keys = ("run_hash", "scenario_sha256", "result_sha256", "seed", "worlds", "replicates", "git_commit")
    made = {key: f"of-{key}" for key in keys} | {"versions": {"python": "3.99"}}
    page = report_page(result, builders.summary(), made, figures=False)
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    so_far = words.rindex("Chance of a cumulative profit by the end of month")
    itself = words.rindex("Chance that the month itself is profitable")
    assert "own store 21% 41% AliExpress 24% 53%" in words[so_far:itself]
    assert "own store 35% 45% AliExpress 37% 57%" in words[itself:]
    assert all(f"of-{key}" in words for key in keys)
    assert "python 3.99" in words


def test_cash_is_held_against_the_capital_of_the_scenario(result):
    # 95 of 100 need 3,100; of a capital of 3,300 that is more than nine tenths, of 10,000 it is not.
    summary = builders.summary()
    enough = builders.ALIEXPRESS["cash_needed"] | {"at_least_share": builders.share(0.02)}
    summary["strategies"]["aliexpress"] = builders.ALIEXPRESS | {"cash_needed": enough}
    for capital, near in ((3300.0, True), (10_000.0, False)):
        poorer = replace(result, scenario=result.scenario.with_({"wallet.capital": capital}))
        page = report_page(poorer, summary, {"versions": {}}, figures=False)
        assert ("With this capital 3,100 USD" in page) == near
