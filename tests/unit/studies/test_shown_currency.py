"""Answers of studies in the currency they are read in: every amount at the rate, nothing else, what is kept its own.

Each study is asked twice, in dollars and shown in yuan. The plain data of both are alike but for what they say they
are shown in; the screens are alike but for amounts, which are those in dollars times the rate.
"""

import io
import json
import re

import pytest
from rich.console import Console

import sim
from sim.cli.sweep_screen import answer_parts
from sim.results.finished_run import MODEL_DOUBT
from sim.results.shown import shown_summary
from sim.studies.capital_screen import AMOUNTS, capital_screen
from sim.studies.compare_screen import comparing_screen
from sim.studies.learn_screen import learning_screen
from sim.studies.need_screen import need_screen
from sim.studies.readings_screen import moves_table, readings_screen
from sim.studies.sweeps.answer import sweep_answer
from sim.studies.sweeps.store import Store
from sim.text.labels import speaker
from sim.text.variants import variant_name
from tests.builders import command

RATE = 7.0
SIZE = {"worlds": 256, "replicates": 2}
SETTINGS = ["horizon_days=60", "strategies={independent: [store], aliexpress: [aliexpress]}"]
SAY = speaker("en")
NOTES = "Money in USD; a month is 30 days."
DISPLAY = {"currency": "CNY", "own": "USD", "rate": RATE}


def loaded(*further):
    return sim.load("configs/market.yaml", [*SETTINGS, *further])


DOLLARS, YUAN = loaded(), loaded("display_currency=CNY")


def printed(*parts):
    console = Console(file=io.StringIO(), width=400)
    for part in parts:
        console.print(part)
    return console.file.getvalue()


STUDIES = {
    "compare": (lambda plan: sim.compare({"plan": plan}, **SIZE), comparing_screen),
    "learn": (lambda plan: sim.learn(sim.run(plan, **SIZE)), learning_screen),
    "readings": (lambda plan: sim.readings(plan, **SIZE), readings_screen),
    "need": (lambda plan: sim.need(plan, keys=["price", "margin", "capital"], **SIZE), need_screen),
    "cash": (lambda plan: sim.capital_needed(plan, between=(4000, 16_000), **SIZE), capital_screen),
}


@pytest.fixture(scope="module", params=STUDIES)
def asked(request):
    ask, screen = STUDIES[request.param]
    return request.param, ask(DOLLARS), ask(YUAN), screen


def test_what_a_study_returns_stays_in_the_scenarios_own_currency(asked):
    _, own, read, _ = asked
    kept, before = read.to_dict(), own.to_dict()
    assert (kept["currency"], kept["display"]) == ("USD", DISPLAY)
    assert before.pop("display") == {"currency": "USD", "own": "USD", "rate": 1.0}
    del kept["display"]
    assert json.dumps(kept) == json.dumps(before)
    if hasattr(read, "to_frame"):
        assert read.to_frame().equals(own.to_frame())


def figures(text):
    """Return every figure of a screen, in its order, with how far its last digit may have been rounded."""
    found = [word.replace("−", "-").replace(",", "") for word in re.findall(r"[−+]?\d[\d,]*(?:\.\d+)?", text)]
    return [(float(word), 0.5 * 10.0 ** -len(word.partition(".")[2])) for word in found]


def test_a_screen_in_yuan_has_the_amounts_of_that_in_dollars_times_the_rate_and_all_else_alike(asked):
    name, own, read, screen = asked
    in_dollars, in_yuan = (" ".join(printed(screen(found.to_dict())).split()) for found in (own, read))
    assert ("Money in CNY, at 7 CNY for one USD" in in_yuan) == (NOTES in in_dollars or name in ("learn", "readings"))
    assert "CNY" not in in_dollars
    for note in ("Money in CNY, at 7 CNY for one USD; a month is 30 days.", "in USD, as in the file"):
        in_yuan = in_yuan.replace(note, "")
    in_dollars = in_dollars.replace(NOTES, "")
    assert "USD" not in in_yuan
    pairs = list(zip(figures(in_dollars), figures(in_yuan), strict=True))
    # Of a value with three figures the last may stand for tens; ends of intervals are rounded outwards.
    slack = {"need": 0.012, "cash": 0.012}.get(name, 0.0)
    variants = [each for group in ("tried", "left_out") for each in read.to_dict().get(group, [])]
    as_written = dict(figures(" ".join(f"{variant_name(each, SAY)} {each.get('why')}" for each in variants)))
    changed = 0
    for (dollar, half), (yuan, other) in pairs:
        at_rate = abs(yuan - RATE * dollar) <= RATE * half * 2 + other * 2 + slack * abs(yuan)
        assert at_rate or (dollar == yuan and (abs(dollar) < 1000 or dollar in as_written)), (dollar, yuan)
        changed += dollar != yuan
    assert changed >= {"need": 3}.get(name, 5)


def test_every_amount_of_an_answer_about_cash_is_known():
    """Its places are named one by one; what its file holds beside them is no money."""
    found = STUDIES["cash"][0](DOLLARS).to_dict()
    (answer, *_), names = found["strategies"].values(), {place.split(".")[-1] for place in AMOUNTS}
    no_money = {"strategy", "ruin", "status", "curve", "at_this_capital", "some_amount_pays"}
    no_money |= {"monotone", "rise_by_ads", "runs"}
    assert set(answer) - names <= no_money, set(answer) - names
    assert set(answer["curve"][0]) - names == {"ruin", "profit", "pays"}


def test_what_is_put_back_into_the_file_is_in_the_files_currency():
    found = STUDIES["need"][0](YUAN).to_dict()
    (answer,) = found["strategies"].values()
    first = next(each for each in answer["keys"] if each["status"] == "found")
    shown = printed(need_screen(found))
    assert f"--set {first['key']}={first['value']:.4g}" in shown
    assert ("(in USD, as in the file)" in shown) == ("money" in first["unit"])


def test_model_doubt_within_a_run_is_shown_as_the_run_is():
    own = sim.readings(DOLLARS, **SIZE).to_dict()
    summary = sim.run(YUAN, worlds=64).summary() | {MODEL_DOUBT: own}
    doubt = shown_summary(summary)[MODEL_DOUBT]
    assert doubt["currency"] == "CNY"
    assert "in CNY" in moves_table(doubt, SAY, "expected").title
    name, shift = next(iter(own["tried"][0]["strategies"].items()))
    moved = doubt["tried"][0]["strategies"][name]
    assert moved["expected_difference"]["estimate"] == RATE * shift["expected_difference"]["estimate"]
    assert moved["chance_difference"] == shift["chance_difference"]
    assert summary[MODEL_DOUBT] is own


def test_a_sweep_keeps_its_own_currency_and_shows_the_other(tmp_path, monkeypatch, capsys):
    folders = {}
    for currency in ("USD", "CNY"):
        text = f"name: s\nbase: {sim.__path__[0]}/../configs/market.yaml\nworlds: 64\nreplicates: 2\n"
        text += f"set: {{horizon_days: 60, display_currency: {currency}}}\nstrategies: [independent, aliexpress]\n"
        file = tmp_path / f"{currency}.yaml"
        file.write_text(f"{text}axes: {{aliexpress.owner_pay.monthly_pay: [1000, 1200]}}\n", encoding="utf-8")
        folders[currency] = tmp_path / f"of {currency}"
        command(monkeypatch, capsys, "sweep", file, "--jobs", "1", "--quiet", "--out", folders[currency])
    own, read = (sweep_answer(folder) for folder in folders.values())
    assert (read["currency"], read["display"]) == ("USD", DISPLAY)
    assert read["best"]["of_named"] == own["best"]["of_named"]
    expected = own["best"]["of_named"]["expected"]["estimate"]
    screens = {}
    for currency, folder in folders.items():
        store = Store(folder)
        out = Console(file=io.StringIO(), width=80)
        parts = answer_parts(store.design(), store.index().to_pylist(), "en", out)
        screens[currency] = printed(*parts)
    assert f"Best: AliExpress, −{abs(expected):,.0f} [" in screens["USD"]
    assert f"Best: AliExpress, −{abs(RATE * expected):,.0f} [" in screens["CNY"]
    assert "at 7 CNY for one USD" in screens["CNY"]
    assert "Settings stand in USD, as in the file." in screens["CNY"]
    assert "= 1,000." in screens["CNY"], "an axis stands as it was written"
    page = (folders["CNY"] / "report.html").read_text(encoding="utf-8")
    assert f"AliExpress, −{abs(RATE * expected):,.0f} [" in page
    middle = next(row["profit_p50"] for row in Store(folders["USD"]).index().to_pylist())
    assert f"−{abs(RATE * middle):,.0f}" in page, "the table of cells too"
    assert f"−{abs(middle):,.0f}<" not in page
