"""Amounts in the currency they are read in: every amount at the rate, nothing else touched, what is kept as it was."""

import csv
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import sim
from sim.results.shown import MONTHLY, REPORTED, at_rate, shown_summary
from sim.simulation.recorder import FLOWS
from tests.builders import command

RATE = 7.0
SETTINGS = ["horizon_days=60", "store.paypal_freeze.annual_probability=0.9", "wallet.capital=3000"]


@pytest.fixture(scope="module")
def dollars():
    return sim.run(sim.load("configs/market.yaml", SETTINGS), worlds=64, replicates=4)


@pytest.fixture(scope="module")
def yuan():
    return sim.run(sim.load("configs/market.yaml", [*SETTINGS, "display_currency=CNY"]), worlds=64, replicates=4)


def leaves(value, place=""):
    """Yield every number and text of a summary with its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{place}/{name}")
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from leaves(inner, f"{place}/{position}")
    else:
        yield place, value


def test_what_is_simulated_kept_and_sealed_stays_in_the_scenarios_own_currency(dollars, yuan):
    assert yuan.sha256 == dollars.sha256
    kept, before = yuan.summary(), dollars.summary()
    assert kept["currency"] == "USD"
    assert kept.pop("display") == {"currency": "CNY", "own": "USD", "rate": RATE}
    assert before.pop("display") == {"currency": "USD", "own": "USD", "rate": 1.0}
    assert kept == before


def test_a_summary_is_shown_as_the_run_itself_would_be_in_that_currency(yuan):
    """What stands in a summary is converted by its place, a run by its arrays: both must agree on what is an amount."""
    assert yuan.shown().summary() == shown_summary(yuan.summary())
    of_arrays = replace(yuan.shown(), as_kept=None).summary()
    expected = re.compile("^/why/|customer")  # before any run: of the scenario's own currency
    by_place, by_array = (
        {place: value for place, value in leaves(found) if not expected.search(place)}
        for found in (shown_summary(yuan.summary()), of_arrays)
    )
    assert by_place.keys() == by_array.keys()
    own = dict(leaves(yuan.summary()))
    n_amounts = 0
    for place, value in by_place.items():
        if isinstance(value, float):
            assert value == pytest.approx(by_array[place], rel=1e-5, abs=0.05), place
            n_amounts += value != own[place]
        else:
            assert value == by_array[place], place
    assert n_amounts > 100


@pytest.mark.parametrize(
    "word", ["probability_of_profit", "shops", "ruin", "incidence", "median", "share", "acos", "roas", "conversion",
             "margin", "orders", "days", "clicks", "worlds", "beats", "/n", "level"],
)  # fmt: skip
def test_chances_shares_counts_and_days_are_no_amounts(yuan, word):
    own, read = dict(leaves(yuan.summary())), dict(leaves(shown_summary(yuan.summary())))
    found = [place for place in own if word in place and not re.search(r"refused/orders/|value_taken", place)]
    assert found
    for place in found:
        amount = "per_order/lines" in place or place.endswith(("ads_per_order",)) or "mean_of_worst_5" in place
        assert amount or read[place] == own[place], place


def test_reasons_and_customers_are_at_the_rate():
    order = {
        "customer": {
            "first_orders": 70.0,
            "orders_a_customer": 1.2,
            "value": 47.0,
            "cost": 21.0,
            "months_to_pay_back": 0,
        }
    }
    moved = {"unit": "fraction", "low": 0.1, "high": 0.2, "contribution_low": -10.0, "contribution_high": 5.0}
    term = {"line": "ads", "amount": -17.0, "share_of_price": 1.3}
    why = {"a": {"largest_term": term, "moves_most": moved}, "b": {"largest_term": None, "moves_most": None}}
    why["c"] = {"largest_term": None, "moves_most": moved | {"unit": "money per click", "low": 1.0, "high": 2.0}}
    found = shown_summary({
        "currency": "USD", "display": {"currency": "CNY", "own": "USD", "rate": RATE}, "why": why, "comparisons": [],
        "strategies": {"a": {"per_order": order, "figures": {}}}, "recommendation": None,
    })  # fmt: skip
    assert found["strategies"]["a"]["per_order"]["customer"] == order["customer"] | {"value": 329.0, "cost": 147.0}
    assert found["why"]["a"]["largest_term"] == term | {"amount": -119.0}
    assert found["why"]["a"]["moves_most"] == moved | {"contribution_low": -70.0, "contribution_high": 35.0}
    assert (found["why"]["c"]["moves_most"]["low"], found["why"]["c"]["moves_most"]["high"]) == (7.0, 14.0)


def test_every_amount_of_a_month_and_of_a_report_is_known():
    counts = {"impressions", "clicks", "carts", "inquiries", "orders", "paid_orders", "decided_orders", "returns"}
    counts |= {"chargebacks", "orders_taken", "refused_order_count"}
    assert set(FLOWS) - set(MONTHLY) == counts
    assert at_rate({"estimate": 2.0, "low": None, "high": 3.0, "n": 4.0, "level": 0.95}, 7.0) == {
        "estimate": 14.0, "low": None, "high": 21.0, "n": 4.0, "level": 0.95,
    }  # fmt: skip
    assert at_rate([{"line": "goods", "mean": -1.0}, True, "x"], 7.0) == [{"line": "goods", "mean": -7.0}, True, "x"]
    assert "store.paypal_freeze.frozen_money".endswith(REPORTED)
    assert not "store.paypal_freeze.frozen_days".endswith(REPORTED)


def test_statements_are_at_the_rate_and_their_subtotals_still_add_up(dollars, yuan, tmp_path):
    own, read = dollars.statement("independent"), yuan.shown().statement("independent")
    assert list(own["line"]) == list(read["line"])
    np.testing.assert_allclose(read[["mean", "p5", "p50", "p95"]], RATE * own[["mean", "p5", "p50", "p95"]], rtol=1e-5)
    folder = yuan.save(tmp_path / "run")
    with (folder / "statements.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads[5:] == ["mean CNY", "p5 CNY", "p50 CNY", "p95 CNY"]
    sales = next(row for row in rows if row[:4] == ["independent", "profit_and_loss", "1", "sales"])
    assert float(sales[5]) == pytest.approx(RATE * own.query("line == 'sales' and month == 1")["mean"].item(), abs=0.01)
    again = sim.read(folder)
    pd.testing.assert_frame_equal(
        again.statement("independent")[["mean", "p50"]], own[["mean", "p50"]], check_exact=False, atol=0.01
    )
    assert again.shown().summary()["strategies"] == shown_summary(yuan.summary())["strategies"]
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["currency"] == "USD"


def test_a_run_that_is_shown_in_its_own_currency_is_itself(dollars, yuan):
    assert dollars.shown() is dollars
    assert dollars.currency == yuan.currency == "USD"
    read = yuan.shown()
    assert (read.currency, read.shown().currency) == ("CNY", "CNY")
    assert read.shown() is read
    assert replace(yuan).currency == "USD"


def test_counts_are_shown_at_the_rate_too():
    scenario = sim.load("configs/dual.yaml", ["horizon_days=60", "display_currency=CNY"])
    found = sim.run(scenario, worlds=64, replicates=2, keep="summary")
    own, read = found.statement_rows("dual"), found.shown().statement_rows("dual")
    assert [row["mean"] * RATE for row in own] == pytest.approx([row["mean"] for row in read])
    assert any(row["mean"] for row in own)


def numbers_on(screen):
    """Return the amounts of the ways of selling, as a screen's first table shows them."""
    (row,) = [line for line in screen.splitlines() if line.startswith("own store  ")][:1]
    found = [text for text in row.split()[-5:] if re.fullmatch(r"−?[\d,]+", text)][-4:]
    return [int(text.replace("−", "-").replace(",", "")) for text in found]


def test_a_screen_in_yuan_has_the_amounts_of_that_in_dollars_times_the_rate(tmp_path, monkeypatch, capsys):
    words = ("run", "configs/market.yaml", "--set", "horizon_days=60", "--worlds", "64", "--jobs", "1", "--out")
    own = command(monkeypatch, capsys, *words, tmp_path / "usd").out
    read = command(monkeypatch, capsys, *words, tmp_path / "cny", "--set", "display_currency=CNY").out
    assert "Money in CNY, at 7 CNY for one USD" in re.sub(r"\s+", " ", read)
    assert "· USD ·" in own
    assert "· CNY ·" in read
    pairs = list(zip(numbers_on(own), numbers_on(read), strict=True))
    assert len(pairs) == 4, own
    for dollar, yuan in pairs:
        assert abs(yuan - RATE * dollar) <= RATE / 2 + 0.5, "to the printed digit"
    assert re.findall(r"[\d.]+%", own) == re.findall(r"[\d.]+%", read)
    page = (tmp_path / "cny" / "report.html").read_text(encoding="utf-8")
    figures = re.sub("for one USD|CNY per USD", "", page.split('<section id="assumptions"')[0])
    assert "USD" not in figures, "no figure of the page is in another currency; what the file states is as it states it"


def test_a_currency_without_a_rate_is_refused():
    with pytest.raises(sim.ConfigError, match="display_currency: found EUR; is without a rate: add EUR, units for"):
        sim.load("configs/dual.yaml", ["display_currency=EUR"])
    assert sim.load("configs/dual.yaml", ["display_currency=EUR", "exchange_rates.EUR=0.9"]).shown_rate == 0.9
    assert sim.load("configs/dual.yaml", ["display_currency=USD"]).shown_rate == 1.0
    with pytest.raises(sim.ConfigError, match="must be three capital letters, as CNY"):
        sim.load("configs/dual.yaml", ["display_currency=yuan"])
