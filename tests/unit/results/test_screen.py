import io
import re
from functools import partial
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

import sim
from sim.results.screen import screen
from sim.text.labels import LANGUAGES, catalogue, label
from sim.text.numbers import (
    at_least,
    band,
    cash,
    ends,
    error,
    median_month,
    money,
    percent,
    proviso_lines,
    signed,
    signed_interval,
    stable,
    with_error,
)
from sim.text.summary_tables import comparison_table, strategies_table, ways_table
from tests import builders

EN = partial(label, language="en")

ANSWER = ("chance_of_profit", "parameter_band", "after_owner_pay", "stable_profit")
MONEY = ("range_of_outcomes", "cash_needed", "ruin", "freezes")
TRAFFIC = ("clicks", "orders", "conversion", "cpc", "acos", "stopped_at_test")
DIFFERENCES = ("chance_of_profit", "mean_profit")


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=64, replicates=4)


def text(result, language="en", width=110):
    console = Console(file=io.StringIO(), width=width)
    console.print(screen(result.scenario.title, result.summary(), language))
    return console.file.getvalue()


def test_one_screen_answers_the_sellers_questions(result):
    page = text(result)
    for question in (
        *("chance of profit", "shops: lose", "bad", "good", "cash needed"),
        *("One order, on average", "before ads", "after ads", "How sure", "sim readings", "Next: sim need"),
    ):
        assert question in page, question
    for strategy in ("own store", "Alibaba.com", "AliExpress", "Alibaba.com + own store"):
        assert strategy in page
    assert max(map(len, page.splitlines())) <= 110


def test_a_share_is_never_shown_as_certain():
    never = {"estimate": 0.0, "low": 0.0, "high": 0.0029, "level": 0.95, "method": "", "n": 1000}
    always = {"estimate": 1.0, "low": 0.9971, "high": 1.0, "level": 0.95, "method": "", "n": 1000}
    assert percent(never) == "none\xa0seen"
    assert percent(always) == "all"
    assert with_error(never) == "none\xa0seen"
    some = {"estimate": 0.41, "low": 0.398, "high": 0.422, "level": 0.95, "method": "", "n": 1000}
    assert with_error(some) == "41% ±1.2"
    rare = {"estimate": 0.0002, "low": 0.0001, "high": 0.0004, "level": 0.95, "method": "", "n": 16000}
    assert percent(rare) == "0.020%"


def share(estimate, low, high):
    return {"estimate": estimate, "low": low, "high": high}


def test_a_tenth_and_nine_tenths_are_told_alike():
    assert [percent(share(middle, middle - 0.01, middle + 0.01)) for middle in (0.1, 0.9)] == ["10%", "90%"]


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (share(3 / 16384, 0.00006, 0.00054), "0.018% ±0.02"),
        (share(0.41, 0.40975, 0.41025), "41.00% ±0.03"),
        (share(0.41, 0.404, 0.416), "41% ±0.6"),
        (share(0.0012, 0.0008, 0.0017), "0.12% ±0.04"),
        (share(1e-7, 1e-8, 4e-7), "0.00001% ±0.00002"),
        (share(1 - 2e-7, 1 - 6e-7, 1 - 2e-8), "99.99998% ±0.00003"),
        (share(0.0, 0.0, 3.7e-7), "none\xa0seen"),
        (share(1.0, 1 - 3.7e-5, 1.0), "all"),
        (share(0.5, 0.5, 0.5), "50% ±0"),
        (share(0.00031, 0.00001, 0.00184), "0.031% ±0.09"),
        (share(1 - 0.00031, 1 - 0.00184, 1 - 0.00001), "99.969% ±0.09"),
        (share(0.0031, 0.001, 0.005), "0.3% ±0.2"),
    ],
)
def test_a_small_share_and_a_small_error_are_seen(estimate, shown):
    assert with_error(estimate) == shown


def test_the_error_of_a_share_seen_on_no_path_is_the_whole_interval():
    assert error(share(0.0, 0.0, 0.0029)) == "0.3"
    assert error(share(1.0, 0.9997, 1.0)) == "0.03"


def test_every_label_stands_in_both_languages(result):
    assert LANGUAGES == ("en", "zh")
    for key, english in catalogue("en").items():
        assert english, key
        assert catalogue("zh")[key], key
    assert label("a strategy of one's own") == "a strategy of one's own"
    assert "独立站" in text(result, "zh")


def test_markup_in_a_name_is_shown_as_written():
    scenario = sim.load("configs/article.yaml", ["strategies={'[red]shop[/red]': [store]}", "horizon_days=30"])
    shown = text(sim.run(scenario, worlds=16, replicates=4))
    assert "[red]shop[/red]" in shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.3, 0.61, "30–61%"),
        (0.0, 0.004, "0.0–0.4%"),
        (0.4101, 0.4103, "41.01–41.03%"),
        (0.41, 0.41, "–"),
        (3e-230, 0.00004, "0.00–0.01%"),
        (0.41, 0.41 + 1e-12, "41.00–41.01%"),
        (0.99998, 1 - 1e-12, "99.99–100.00%"),
    ],
)
def test_the_ends_of_a_band_are_told_apart_or_not_said(low, high, shown):
    assert band([{"low": low, "high": high}]) == shown


def test_differences_have_a_true_minus_and_the_unit_of_the_language(result):
    assert (signed(-1234.4), signed(5.0), signed(-2.51, 1)) == ("−1,234", "+5", "−2.5")
    assert signed_interval(share(-0.318, -0.394, 0.001), 100, 1) == "−31.8 [−39.4, +0.1]"
    for language, unit in (("en", "] pp"), ("zh", "] 个百分点")):
        table = comparison_table(result.summary(), partial(label, language=language), DIFFERENCES)
        cells = [cell for row in table.rows for cell in row]
        assert sum(unit in cell for cell in cells) == 6
        assert not any(re.search(r"-\d", cell) for cell in cells)


def test_nothing_has_no_sign():
    assert [money(value) for value in (-0.4, 0.0, -0.6, 1234.5)] == ["0", "0", "−1", "1,234"]
    assert [signed(value) for value in (-0.4, 0.0, -0.6)] == ["+0", "+0", "−1"]


def test_a_month_is_counted_as_people_count_it(result):
    profit = {"incidence": [share(0.6, 0.5, 0.7)], "median_month": 6.0}
    assert stable(profit, partial(label, language="en")) == "month 6 (60%)"
    assert stable(profit, partial(label, language="zh")).startswith("第 6 个月")


def test_ends_that_two_decimals_show_are_not_rounded_away():
    assert ends(0.0699999, 0.07) == ("6.99", "7.00")
    assert ends(0.07, 0.07) == ("7.00", "7.00")


# ----- every figure in its place -----


def heads(table):
    return [column.header for column in table.columns]


def test_the_headline_is_that_of_the_last_month_before_and_after_owners_pay():
    table = strategies_table(builders.summary(), EN, ANSWER)
    assert heads(table) == ["strategy", "chance of profit", "shops like yours", "after owner's pay", "steady profit by"]
    assert table.rows == [
        ("own store", "41% ±1.0", "11–72%", "27%", "not by half (33%)"),
        ("AliExpress", "53% ±1.0", "–", "36%", "month 2 (56%)"),
    ]


def test_money_and_dangers_are_those_of_the_horizon():
    table = strategies_table(builders.summary(), EN, MONEY)
    assert heads(table)[1:] == ["profit, 5 / 50 / 95%", "cash needed, 5 / 50 / 95%", "out of cash", "frozen"]
    assert table.rows == [
        ("own store", "−6,000 / −700 / 9,000", "1,500 / 2,500 / 4,500", "8.0%", "14%"),
        ("AliExpress", "−3,000 / 400 / 5,000", "≥ 1,100 / 2,100 / 3,100", "7.0%", "–"),
    ]


def test_ways_stand_side_by_side_with_doing_nothing():
    table = ways_table(builders.summary(), EN)
    assert heads(table)[1:] == [
        *("chance of profit", "shops: lose / open / win"),
        *("bad", "middle", "good", "cash needed"),
    ]
    assert table.rows == [
        ("own store", "41% ±1.0", "44 / 36 / 20", "−6,000", "−700", "9,000", "4,500"),
        ("AliExpress", "53% ±1.0", "–", "−3,000", "400", "5,000", "≥ 3,100"),
        ("do nothing", "–", "–", "0", "0", "0", "0"),
    ]


def test_traffic_is_that_of_all_months_and_rates_are_in_per_cent():
    table = strategies_table(builders.summary(), EN, TRAFFIC)
    named = ["visits", "orders", "orders a visit", "ads a visit", "ads / ad sales", "stopped at test"]
    assert heads(table)[1:] == named
    assert table.rows == [
        ("own store", "1,500", "18.0", "1.20%", "0.75", "62%", "29%"),
        ("AliExpress", "0", "0.0", "–", "–", "–", "–"),
    ]


def test_a_difference_is_named_as_it_was_taken():
    table = comparison_table(builders.summary(), EN, DIFFERENCES)
    assert heads(table)[1:] == ["chance of profit", "mean profit"]
    assert table.rows == [("own store – AliExpress", "−12.0 [−15.0, −9.0] pp", "+650 [+150, +1,150]")]


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (
            {"converged": True, "goal": {"precision": 0.02}, "widest": 0.0196},
            "As precise as asked after 2,048 histories",
        ),
        (
            {"converged": False, "goal": {"precision": 0.01}, "widest": 0.0196},
            "NOT AS PRECISE AS ASKED: after 2,048 histories",
        ),
        (
            {"converged": False, "goal": {"precision": None}, "widest": 0.0196},
            "NOT AS PRECISE AS ASKED: after 2,048 histories",
        ),
    ],
)
def test_how_a_run_ended_is_said_in_paths_and_points(stop, said):
    (found,) = proviso_lines(builders.summary() | {"stop": stop}, EN)
    assert found.startswith(said)
    assert "±2.0" in found
    assert proviso_lines(builders.summary(), EN) == []


def test_a_condition_says_how_much_of_the_run_agrees():
    seen = {"clauses": ["independent.orders[1] >= 5"], "paths": 1234, "worlds": 321}
    (found,) = proviso_lines(builders.summary() | {"condition": seen}, EN)
    assert found == "Given independent.orders[1] >= 5: 1,234 histories of 321 shops out of 512 agree; only they count."


def test_cash_is_a_lower_bound_from_the_first_path_beyond_one_in_twenty():
    assert at_least({"cash_needed": {"at_least_share": {"estimate": 0.05}}}) == ""
    assert at_least({"cash_needed": {"at_least_share": {"estimate": 0.0501}}}) == "≥ "
    assert at_least({"cash_needed": {"at_least_share": {"estimate": None}}}) == ""


def test_each_point_of_cash_needed_is_marked_that_is_a_lower_bound():
    strategy = builders.OWN_STORE | {"cash_needed_at_least": {"p5": False, "p50": True, "p95": True}}
    assert cash(strategy) == "1,500 / ≥ 2,500 / ≥ 4,500"
    assert at_least(strategy, "p5") == ""
    assert at_least(strategy) == "≥ "
    assert cash(builders.ALIEXPRESS) == "≥ 1,100 / 2,100 / 3,100", "of an earlier version: by the share alone"


def test_a_horizon_that_ends_within_a_month_is_told_in_days():
    scenario = sim.load("configs/article.yaml", ["strategies={independent: [store]}", "horizon_days=45"])
    result = sim.run(scenario, worlds=64, replicates=4)
    assert "45 days" in text(result).splitlines()[0]
    assert "45 天" in text(result, "zh").splitlines()[0]
    for median, words in ((None, "not by half"), (3.0, "month 3"), (8.5, "day 255"), (269 / 30, "day 269")):
        assert median_month({"median_month": median}, EN) == words


SHIPPED = ("article", "market", "dual", "article_conditioned", "article_all_stores")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenarios_screen_fits_80_columns_and_50_lines(monkeypatch, capsys, tmp_path, name, language):
    (tmp_path / "configs").symlink_to(Path("configs").resolve())
    monkeypatch.chdir(tmp_path)
    words = ("run", f"configs/{name}.yaml", "--worlds", "512", "--language", language)
    lines = builders.command(monkeypatch, capsys, *words).out.splitlines()
    assert len(lines) <= 50
    assert max(map(cell_len, lines)) <= 80
