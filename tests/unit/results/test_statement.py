"""Statements: an accountant's order, subtotals that are sums, cents that add up as they are printed."""

from __future__ import annotations

import csv
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.business.ledger import Account, Kind, Ledger, LedgerError
from sim.business.statement import Part
from sim.results.statement import CASH_AT_BEGINNING, CASH_AT_END, in_cents
from sim.results.statement_file import COLUMNS, read_statements
from sim.simulation.recorder import lines_of
from sim.text.numbers import shared_out

CARRIED = {
    "en": (("cash at the beginning", "cash at the end"), ("profit brought forward", "profit to date")),
    "zh": (("期初现金", "期末现金"), ("上期结转利润", "累计利润")),
}
"""What a month brings forward, and what the one before carried over."""

SIZE = {"worlds": 128, "replicates": 2, "n_jobs": 1}


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/market.yaml"), **SIZE)


def of_month(result, strategy, kind, month):
    return [row for row in result.statement_rows(strategy, kind) if row["month"] == month]


def test_a_months_lines_stand_in_an_accountants_order(result):
    lines = [row["line"] for row in of_month(result, "independent", "profit_and_loss", 3)]
    order = [
        *("sales", "net sales", "cost of goods", "freight", "import duty", "payment fees", "chargebacks"),
        *("contribution before ads", "advertising", "contribution after ads", "subscriptions", "operating profit"),
        *("set-up", "profit", "profit brought forward", "profit to date", "owner's pay, to date"),
    ]
    places = [lines.index(line) for line in order]
    assert places == sorted(places)
    assert lines[-1] == "profit after owner's pay, to date"
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("total", [False, True])
@pytest.mark.parametrize("kind", ["profit_and_loss", "cash_flow"])
def test_every_subtotal_is_the_sum_of_the_lines_above_it(result, kind, total):
    for strategy in result.strategies:
        for _, rows in groupby(result.statement_rows(strategy, kind, total), lambda row: row["month"]):
            running = 0.0
            for row in rows:
                if row["subtotal"]:
                    assert row["mean"] == pytest.approx(running, abs=2e-3), (strategy, row)
                else:
                    running += row["mean"]


def test_subtotals_are_the_readings_of_profit(result):
    record = result.record("dual")
    for month in result.months:
        found = {row["line"]: row["mean"] for row in of_month(result, "dual", "profit_and_loss", month)}
        at = result.months.index(month)
        for line, reading in (
            ("operating profit", "operating_profit"),
            ("profit to date", "settled_profit"),
            ("profit after owner's pay, to date", "profit_after_owner_pay"),
        ):
            assert found[line] == pytest.approx(np.mean(record.monthly[reading][at], dtype=float), abs=2e-3)
        assert found["profit"] + found["profit brought forward"] == pytest.approx(found["profit to date"], abs=2e-3)


def test_the_statement_over_all_months_is_the_sum_of_the_months(result):
    frame, total = result.statement("aliexpress"), result.statement("aliexpress", total=True)
    flows = frame[~frame["line"].str.contains("to date|brought")].groupby("line")["mean"].sum()
    over_all = total[~total["line"].str.contains("to date")].set_index("line")["mean"]
    assert set(over_all.index) == set(flows.index)
    np.testing.assert_allclose(over_all, flows.loc[over_all.index], atol=5e-3)
    assert total.iloc[-1]["mean"] == pytest.approx(frame[frame["month"] == 8].iloc[-1]["mean"])


def test_counts_give_the_same_statement_and_percentiles_to_the_bin(result):
    counted = sim.run(sim.load("configs/market.yaml"), **SIZE, keep="summary")
    for kind, total in (("profit_and_loss", False), ("profit_and_loss", True), ("cash_flow", True)):
        ours, theirs = counted.statement("dual", kind, total), result.statement("dual", kind, total)
        assert ours[["line", "subtotal", "month"]].equals(theirs[["line", "subtotal", "month"]])
        np.testing.assert_allclose(ours["mean"], theirs["mean"], rtol=1e-6, atol=1e-3)
        np.testing.assert_allclose(ours["p50"], theirs["p50"], rtol=6e-3, atol=6e-3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_has_only_the_file_can_add_it_up_to_the_cent(result, tmp_path, language):
    """By the file alone: rows in order, a sum asked of every subtotal, what is carried over to the next month."""
    sim.results.files.save(result, tmp_path / "run", language=language)
    with (tmp_path / "run" / "statements.csv").open(encoding="utf-8-sig", newline="") as file:
        strategy, statement, month, line, subtotal, mean = range(6)
        head, *rows = csv.reader(file)
    assert len(head) == len(COLUMNS)
    checked, carried = 0, {}
    for key, group in groupby(rows, lambda row: (row[strategy], row[statement], row[month])):
        running, lines = 0, {}
        for row in group:
            cents = round(100 * float(row[mean]))
            lines[row[line]] = cents
            if row[subtotal]:
                assert cents == running, (key, row[line])
                checked += 1
            else:
                running += cents
        for opening, closing in CARRIED[language]:
            if opening in lines and key[2] in map(str, range(1, 9)):
                assert lines[opening] == carried.get((*key[:2], opening), 0), (key, opening)
                carried[*key[:2], opening] = lines[closing]
    assert checked == 4 * (8 * 7 + 6 + 9), "seven subtotals a month of P&L, six over all, one of cash flow"


def test_a_file_in_any_language_reads_back_as_the_same_frame(result, tmp_path):
    frames = []
    for language in ("en", "zh"):
        sim.results.files.save(result, tmp_path / language, language=language)
        frames.append(read_statements(tmp_path / language / "statements.csv", list(result.strategies)))
    assert frames[0].equals(frames[1])
    assert set(frames[0]["line"]) >= {"sales", CASH_AT_BEGINNING, CASH_AT_END}
    back = sim.read(tmp_path / "zh")
    assert back.statement("dual", total=True)["line"].tolist() == result.statement("dual", total=True)["line"].tolist()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_cents_that_are_shared_out_add_up_and_none_is_off_by_a_cent(amounts):
    total = round(100 * sum(amounts))
    cents = shared_out(amounts, total)
    assert sum(cents) == total
    assert all(abs(cent - 100 * amount) < 1.0 + 1e-6 for cent, amount in zip(cents, amounts, strict=True))


def test_three_thirds_make_a_whole():
    rows = [{"line": str(place), "subtotal": False, "mean": 1 / 3} for place in range(3)]
    assert in_cents([*rows, {"line": "sum", "subtotal": True, "mean": 1.0}]) == [0.34, 0.33, 0.33, 1.0]


def test_an_account_stands_where_its_kind_can():
    assert Account("rent", Kind.EXPENSE).part is Part.RUNNING
    assert Account("packing", Kind.EXPENSE, variable=True).part is Part.LOSSES
    assert Account("tips", Kind.INCOME, variable=True).part is Part.SALES
    assert Account("opening", Kind.SETUP).part is Part.SETUP
    with pytest.raises(ValueError, match="a one-off cost cannot stand among ads"):
        Account("opening", Kind.SETUP, part=Part.ADS)


def test_one_line_cannot_stand_in_two_parts():
    charts = {"a": [Account("rent", Kind.EXPENSE)], "b": [Account("rent", Kind.EXPENSE, part=Part.ADS)]}
    with pytest.raises(LedgerError, match="'rent' stands in two parts"):
        lines_of(Ledger(charts, 2))
