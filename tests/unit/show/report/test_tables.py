"""The tables of the page: where values come from, figures for reading, one word for one thing in either language."""

import re

import pytest

import sim
from sim.show.report import report_page
from sim.show.report.assumptions import assumptions, in_force, named_in, sources
from sim.show.report.page import DIFFERENCES
from sim.show.report.tables import facts, is_of_article, statement
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
    return next(row[2] for table in assumptions(scenario, say) for row in table.rows if row[3] == key)


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
    assert "set in this scenario" not in {row[2] for table in assumptions(yuan, EN) for row in table.rows}
    assert source(yuan.with_({"wallet.capital": 10_000}), "wallet.capital") == "set in this scenario"


# ----- figures for reading -----


def value(scenario, key, say=EN):
    return next(row[1] for table in assumptions(scenario, say) for row in table.rows if row[3] == key)


def test_values_are_words_with_their_unit_and_no_yaml():
    scenario = sim.load("configs/article.yaml", [*SMALL, "store.meta.cpc=1.25", "wallet.capital=12500"])
    assert value(scenario, "wallet.capital") == "12,500 USD"
    assert value(scenario, "store.meta.cpc") == "1.25 USD per click"
    assert value(scenario, "store.goods.gross_margin") == "49.53% to 54.47%, middle 52%"
    assert value(scenario, "store.owner_pay.monthly_pay") == "0 USD a month"
    assert value(scenario, "store.freight.carrier") in ("DHL", "small packet")
    assert value(scenario, "market.season") == "no"
    assert value(scenario, "market.season", ZH) == "否"
    assert value(scenario, "store.opening.setup_days").endswith("days, middle 4") or "middle 4" in value(
        scenario, "store.opening.setup_days"
    )
    for table in assumptions(sim.load("configs/market.yaml"), EN):
        for row in table.rows:
            assert not re.search(r"[{}]|lognormal|beta:|_", row[1]), row


def test_what_the_scenario_sets_stands_first_and_the_rest_by_part():
    mine = sim.load("configs/market.yaml", [*SMALL, "wallet.capital=12345"])
    tables = assumptions(mine, EN)
    assert tables[0].title == "Set in this scenario"
    assert "wallet.capital" in [row[3] for row in tables[0].rows]
    assert tables[0].rows[0][0].split(":")[0] in ("your money", "market", "own store", "Alibaba.com", "AliExpress")
    assert {"market", "own store", "Alibaba.com", "AliExpress"} <= {table.title for table in tables[1:]}
    keys = [row[3] for table in tables for row in table.rows]
    assert len(keys) == len(set(keys)) == len(list(in_force(mine)))


# ----- sources -----


def test_who_is_named_in_a_source():
    assert named_in("F23, F30") == ["F23", "F30"]
    assert named_in("10100.com/article/1971696: 0.8-1.5%, median 1.03%") == ["10100.com/article/1971696"]
    assert named_in("average 2.8%, top 8% (10100.com 76282834)") == ["10100.com 76282834"]
    assert named_in("Littledata 2019: add-to-cart mean 5.2%") == ["Littledata"]
    assert named_in("[j] the own store's less a discount") == []
    assert named_in("set in this scenario") == []


def test_sources_are_those_of_the_values_in_force_with_their_dates():
    alone = sim.load("configs/market.yaml", [*SMALL, "strategies={a: [aliexpress]}"])
    table, rest = sources(alone, EN)
    names = [str(row[0]) for row in table.rows]
    assert not [name for name in names if "paypal" in name.lower()], "a shop without PayPal rests on none of its pages"
    assert all(re.fullmatch(r"2026-11|published 2025-12-05", row[1]) for row in table.rows)
    own = sum(one.source == "report_set_here" for one in in_force(alone))
    assert rest.startswith(f"{own} numbers and choices are set in this scenario")
    store, _ = sources(sim.load("configs/market.yaml", [*SMALL, "strategies={a: [store]}"]), EN)
    assert [name for name in (str(row[0]) for row in store.rows) if "paypal" in name.lower()]


def test_the_articles_facts_are_on_the_articles_page_alone(result, pages):
    assert 'id="facts"' in pages["en"]
    mine = sim.run(sim.load("configs/market.yaml", SMALL), worlds=16, replicates=2)
    page = report_page(mine, mine.summary(), {"versions": {}}, figures=False)
    assert 'id="facts"' not in page
    assert "#facts" not in page
    assert is_of_article(sim.load("configs/article_conditioned.yaml"))
    assert not is_of_article(sim.load("configs/dual.yaml"))


def test_no_raw_number_is_on_the_page(pages):
    for page in pages.values():
        words = re.sub(r"<[^>]*>", " ", page)  # what tables are sorted by stays as it is
        assert re.findall(r"\d\.\d{7,}", words) == []


def test_what_rounds_to_zero_has_no_minus(result):
    assert [money(value) for value in (-0.4, -0.5, 0.5, -0.6, 0.0)] == ["0", "0", "0", "−1", "0"]
    shown = {cell for kind in ("profit_and_loss", "cash_flow") for name in result.strategies
             for row in statement(result, name, kind, EN).by_month.rows for cell in row}  # fmt: skip
    assert "0" in shown
    assert "−0" not in shown


@pytest.mark.parametrize("kind", ["profit_and_loss", "cash_flow"])
def test_every_printed_subtotal_of_the_means_is_the_sum_of_the_printed_lines_above_it(result, kind):
    for name in result.strategies:
        found = statement(result, name, kind, EN)
        for table, columns in ((found.whole, [1]), (found.by_month, range(1, len(found.by_month.columns)))):
            for column in columns:
                total, seen = 0, 0
                for row in table.rows:
                    printed = int(str(row[column]).replace(",", "").replace("−", "-"))
                    if row[0] in found.subtotals:
                        assert printed == total, (name, row[0], column)
                        seen += 1
                    else:
                        total += printed
                assert seen >= (1 if kind == "cash_flow" else 5)


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
        assert body.count('class="caption"') == 3, "a table whose words are those of the heading above it has none"


def test_heads_stand_over_their_columns(pages):
    [head] = re.findall(r'<table id="table-facts".*?</thead>', pages["en"], re.DOTALL)
    assert all("words" in kind for kind in re.findall(r'<th scope="col" class="([^"]*)"', head))
    [head] = re.findall(r'<table id="table-more-1".*?</thead>', pages["en"], re.DOTALL)
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
    months, whole = {}, {}
    for kind in ("profit_and_loss", "cash_flow"):
        found = statement(result, "independent", kind, EN)
        months |= {row[0]: [cell.order for cell in row[1:]] for row in found.by_month.rows}
        whole |= {row[0]: row[1].order for row in found.whole.rows}
    monthly = result.record("independent").monthly
    assert whole["cost of goods"] == pytest.approx(sum(months["cost of goods"]), abs=2)
    assert months["profit to date"][1] == pytest.approx(monthly["settled_profit"][-1].mean(dtype=float), abs=0.51)
    assert whole["profit"] == months["profit to date"][1], "over all months it is the profit, which stands there"
    assert whole["cash at the end"] == months["cash at the end"][1]
    assert months["cash at the end"][1] == pytest.approx(monthly["cash"][-1].mean(dtype=float), abs=0.51)


def test_what_is_switched_off_is_not_among_the_assumptions():
    scenario = sim.load("configs/article.yaml")
    keys = [row[3] for table in assumptions(scenario, EN) for row in table.rows]
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
    so_far = words.rindex("Chance of a profit by the end of month")
    itself = words.rindex("Chance that the month itself is profitable")
    assert "own store 21% 41% AliExpress 24% 53%" in words[so_far:itself]
    assert "own store 35% 45% AliExpress 37% 57%" in words[itself:]
    assert all(f"of-{key}" in words for key in keys)
    assert "python 3.99" in words
