"""The command `sim init`: what it writes, what it shows after, and what it leaves alone."""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim
from sim.cli.init_questions import ask_all
from sim.cli.init_template import starter
from sim.results.expected_order import expected_orders
from sim.scenario import load, loads
from sim.scenario.sections import plain
from tests.builders import command


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_written_valid_and_followed_by_the_next_command(folder, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "init", "--yes")
    assert outcome.status == 0, outcome.err
    assert "\nwritten to shop.yaml\n" in outcome.out
    for hint in ("sim run shop.yaml ", "sim need shop.yaml ", "sim explain distributions "):
        assert f"\n  {hint}" in outcome.out
    assert [file.name for file in folder.iterdir()] == ["shop.yaml"]
    assert command(monkeypatch, capsys, "validate", "shop.yaml").out.startswith("shop.yaml: valid. shop: independent")
    assert (folder / "shop.yaml").read_text(encoding="utf-8") == starter()


@pytest.mark.slow
def test_it_runs_and_values_can_be_set(folder, monkeypatch, capsys):
    assert command(monkeypatch, capsys, "init", "mine.yaml", "--yes").status == 0
    few = ("--worlds", "64", "--replicates", "4", "--jobs", "1", "--set", "horizon_days=60")
    outcome = command(monkeypatch, capsys, "run", "mine.yaml", *few, "--set", "store.goods.gross_margin=0.6")
    assert outcome.status == 0, outcome.err
    assert "256 histories of each way" in outcome.out
    run = next((folder / "outputs").iterdir())
    values = sim.read(run).scenario.channels["store"]["goods"].values
    assert plain(values["gross_margin"]) == 0.6


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        ("4", "0", "0.02", "0.01 USD", "0.02", "0.01 USD", "", "0", "0", "0", "0; 0", "0", "1"),
        (
            *("all", "1,000,000,000", "1,000,000,000", "100%", "1,000,000,000", "100%"),
            *("store 999999999 199999999 1000000000; google 1 0 1000000000", "1e9", "100%", "1e9"),
            *("1,000,000,000 1,000,000,000 1,000,000,000", "1e9", "1"),
        ),
        (
            *("all", "1 to 10,000 EUR at 1", "0.02 to 1,000", "0.01 EUR", "0.01 to 1", "0.1 to 99.9%"),
            *(
                "alibaba 1000000 900000 100000; aliexpress 1 0",
                "0",
                "0 to 1",
                "0.01 to 1,000",
                "0.01 0.01 0.01",
                "0",
                "2",
            ),
        ),
    ],
)
def test_extreme_answers_run(lines):
    left = list(lines)
    answers = ask_all(lambda prompt: left.pop(0), lambda text: None)
    assert left == []
    found = sim.run(loads(starter(answers)), worlds=64, replicates=4)
    assert found.probability_of_profit()["estimate"].between(0, 1).all()


def test_a_file_that_is_there_is_kept_unless_forced(folder, monkeypatch, capsys):
    (folder / "shop.yaml").write_text("mine", encoding="utf-8")
    outcome = command(monkeypatch, capsys, "init", "--yes")
    assert outcome.status == 2
    assert "--force" in outcome.err
    assert (folder / "shop.yaml").read_text(encoding="utf-8") == "mine"
    assert command(monkeypatch, capsys, "init", "--yes", "--force").status == 0
    assert load("shop.yaml").name == "shop"


def test_a_file_that_appears_while_answering_is_kept(folder, monkeypatch, capsys):
    def answer(prompt):
        (folder / "shop.yaml").write_text("mine", encoding="utf-8")
        return ""

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin", Terminal())
    assert command(monkeypatch, capsys, "init").status == 2
    assert (folder / "shop.yaml").read_text(encoding="utf-8") == "mine"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_link_that_leads_nowhere_is_kept(folder, monkeypatch, capsys):
    (folder / "shop.yaml").symlink_to("elsewhere.yaml")
    assert command(monkeypatch, capsys, "init", "--yes").status == 2


@pytest.mark.parametrize(
    "name", ["shop.json", "shop", "a\nb.yaml", "a\x1b[31m.yaml", "no/such/shop.yaml", "x" * 5000 + ".yaml"]
)
def test_files_that_cannot_be_written(folder, name, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "init", name, "--yes", "--force")
    assert outcome.status == 2
    assert outcome.err.startswith("error: ")
    assert list(folder.iterdir()) == []


def test_a_folder_is_never_replaced(folder, monkeypatch, capsys):
    (folder / "shop.yaml").mkdir()
    assert command(monkeypatch, capsys, "init", "--yes", "--force").status == 2


def test_an_input_that_is_no_terminal_is_refused(folder, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n" * 10))
    outcome = command(monkeypatch, capsys, "init")
    assert outcome.status == 2
    assert "--yes" in outcome.err
    assert list(folder.iterdir()) == []


def test_an_unknown_language_is_refused(folder, monkeypatch, capsys):
    assert command(monkeypatch, capsys, "init", "--yes", "--language", "fr").status == 2


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
def test_a_person_at_a_terminal(folder):
    import pty

    here, there = pty.openpty()
    call = [sys.executable, "-c", "from sim.cli.app import main; main()", "init", "my shop.yaml"]
    with subprocess.Popen(call, stdin=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=terminal()) as process:
        os.write(here, b"1\n5000\nwhat: {\n\xff\xfe\n30 to 60\n45%\n\n\n\n\n\n6\n")
        out, err = process.communicate(timeout=60)
    os.close(here)
    os.close(there)
    assert process.returncode == 0, err
    assert "\n  sim run 'my shop.yaml' " in out.decode()
    assert "One order, as expected" in out.decode()
    assert out.decode().count("Not taken") == 2
    found = load(folder / "my shop.yaml")
    assert (found.name, found.horizon_days, plain(found.wallet["capital"])) == ("shop", 180, 5000)


def terminal():
    root = str(Path(sim.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("capital", "rate", "currency"), [("", 1, "USD"), ("70000 CNY", 7, "CNY")])
def test_one_order_is_shown_at_once_as_it_is_expected(folder, monkeypatch, capsys, language, capital, rate, currency):
    typed = iter(["1 3", capital, "39 USD", "20.5 USD", *[""] * 6])
    monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
    monkeypatch.setattr("sys.stdin", Terminal())
    outcome = command(monkeypatch, capsys, "init", "--language", language)
    assert outcome.status == 0, outcome.err
    order = expected_orders(load("shop.yaml"))["independent/store"]
    means = {line["line"]: rate * line["mean"] for line in order["lines"]}
    assert {"en": f"Amounts in {currency}.", "zh": f"金额单位：{currency}。"}[language] in outcome.out
    assert f"−{-rate * order['ads_at_start']['mean']:,.2f}" in outcome.out
    assert outcome.out.index(f"{means['price']:,.2f}") > outcome.out.index("shop.yaml")
    assert f"−{-means['goods']:,.2f}" in outcome.out


def test_the_table_takes_less_than_a_run():
    scenario = loads(starter())
    expected_orders(scenario, 16)  # imports and caches
    began = time.perf_counter()
    expected_orders(scenario)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    sim.run(scenario, worlds=1024, replicates=1)
    assert seconds < time.perf_counter() - began


@pytest.mark.parametrize("raised", [KeyboardInterrupt, EOFError])
@pytest.mark.parametrize("at", [0, 5])
def test_a_dialogue_that_is_broken_off_leaves_nothing(folder, monkeypatch, capsys, raised, at):
    left = [""] * at

    def answer(prompt):
        if not left:
            raise raised
        return left.pop()

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin", Terminal())
    outcome = command(monkeypatch, capsys, "init")
    assert outcome.status == (130 if raised is KeyboardInterrupt else 2)
    assert "nothing" in outcome.err
    assert list(folder.iterdir()) == []
