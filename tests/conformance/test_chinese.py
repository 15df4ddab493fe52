"""What is read in Chinese is Chinese: no run of three Latin words on a screen, in a file or on a page, names aside."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from sim.cli.app import app
from sim.text.labels import tables
from tests.conformance.latin import runs_of, text_of

SHOP = """
name: shop
title: 我的店
language: zh
horizon_days: 60
extends: market
strategies: {independent: [store], alibaba: [alibaba], dual: [alibaba, store]}
doubts:
  - [store.goods.gross_margin, 0.4, 0.6]
"""
OTHER = "name: other\nextends: shop.yaml\ntitle: 另一方案\nstore: {prices: {mean_value: 80}}\n"
SWEEP = """
name: prices
base: shop.yaml
worlds: 64
replicates: 4
axes: {store.prices.mean_value: [40, 80], store.goods.gross_margin: [0.4, 0.6]}
"""
SIZE = ("--worlds", "64", "--jobs", "1")
COMMANDS = {
    "validate": [("shop.yaml",), ("shop.yaml", "--set", "store.meta.cpc=1", "--set", "store.meta.ctr=0.9")],
    "explain": [
        *(("words",), ("readings",), ("store.meta",), ("store.meta.cpm", "--config", "shop.yaml"), ("language",)),
        *(("market.trade_rules",), ("start_date",), ("store.freight.carrier",), ("distributions",)),
    ],
    "schema": [()],
    "configs": [(), ("nonsense",)],
    "run": [("shop.yaml", *SIZE, "--readings"), ("shop.yaml", *SIZE, "--keep", "summary", "--out", "counted")],
    "report": [("run", "--out", "again.html")],
    "compare": [("shop.yaml", "other.yaml", *SIZE)],
    "readings": [("shop.yaml", *SIZE)],
    "learn": [("shop.yaml", "--worlds", "256", "--jobs", "1")],
    "cash": [("shop.yaml", *SIZE)],
    "need": [("shop.yaml", *SIZE)],
    "facts": [("shop.yaml", *SIZE)],
    "path": [("shop.yaml", "3", "--strategy", "dual", "--out", "path.csv")],
    "init": [("mine.yaml", "--yes")],
    "sweep": [("sweep.yaml", "--jobs", "1", "--out", "sweep")],
    "status": [("sweep",)],
    "query": [("sweep", "select count(*) as cells from cells")],
}
REFUSED = [
    *(("run", "nowhere.yaml"), ("run", "shop.yaml", "--set", "store.meta.cpm=-1"), ("run", "shop.yaml", "--bogus")),
    *(("run", "shop.yaml", "--worlds", "none"), ("nonsense",), ("cash", "shop.yaml", "--ruin", "3"), ("run",)),
    *(("explain", "store.nothing"), ("validate", "shop.yaml", "--set", "store.metaa.cpm=1"), ("status", ".")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("chinese")
    for name, text in {"shop.yaml": SHOP, "other.yaml": OTHER, "sweep.yaml": SWEEP}.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def said(folder):
    """Return what every command says in Chinese, by its words; the later ones read what earlier ones wrote."""
    known, out = get_command(app).commands, {}
    asked = [(name, *words) for name, each in COMMANDS.items() if name in known for words in each]
    for words in [*asked, *REFUSED]:
        given = (*words, "--out", "run") if words[:1] == ("run",) and "--readings" in words else words
        environment = {**os.environ, "LC_ALL": "zh_CN.UTF-8", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
        ended = subprocess.run(
            [sys.executable, "-m", "sim", *given], cwd=folder, capture_output=True, text=True, check=False,
            env=environment | {"PYTHONPATH": str(Path.cwd())}, encoding="utf-8",
        )  # fmt: skip
        assert ended.returncode in (0, 2), (words, ended.stderr)
        assert (ended.returncode == 2) == (words in REFUSED or words[-1] == "nonsense"), words
        out[words] = ended.stdout + ended.stderr
    return out


def english_of_two_words_and_more():
    """Return the English texts without blanks of two words or more: seen in Chinese, a label was not asked for."""
    texts = {text for table in tables("en").values() for text in table.values()}
    return {text for text in texts if "{" not in text and re.fullmatch(r"[a-z]+(?:[ \u00a0][a-z]+)+", text)}


LABELS = english_of_two_words_and_more()


def leaks_of(text):
    flat = re.sub(r"[^\S\n]+", " ", text)
    return {words for words in LABELS if re.search(rf"(?<![\w.]){re.escape(words)}(?![\w.])", flat)}


def test_every_command_is_asked():
    assert set(get_command(app).commands) - set(COMMANDS) == set(), "a command of which nobody looks at the Chinese"


@pytest.mark.slow
def test_no_command_says_three_english_words_in_a_row(said):
    found = {" ".join(words): runs_of(text) for words, text in said.items() if runs_of(text)}
    assert found == {}


@pytest.mark.slow
def test_no_command_shows_an_english_label(said):
    found = {" ".join(words): leaks_of(text) for words, text in said.items() if leaks_of(text)}
    assert found == {}


@pytest.mark.slow
def test_every_refusal_begins_in_chinese(said):
    for words in REFUSED:
        assert said[words].startswith("错误："), said[words]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["run/report.html", "again.html", "counted/report.html", "sweep/report.html", "run/statements.csv", "path.csv"],
)
def test_no_page_and_no_file_says_three_english_words_in_a_row(said, folder, name):
    text = (folder / name).read_text(encoding="utf-8-sig")
    text = text_of(text) if name.endswith(".html") else text.replace(",", "\n")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in text)
    assert sorted(set(runs_of(text))) == []
    assert leaks_of(text) == set()


@pytest.mark.slow
def test_the_file_that_init_writes_is_commented_in_chinese(said, folder):
    comments = [line for line in (folder / "mine.yaml").read_text(encoding="utf-8").splitlines() if "#" in line]
    assert len(comments) > 30
    assert sorted(set(runs_of("\n".join(line.partition("#")[2] for line in comments)))) == []


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("盈利概率 chance of profit", ["chance of profit"]),
        ("在 PayPal 与 Stripe 上", []),
        ("Online Retail II: 15；PayPal Stripe DHL", []),
        ("sim run configs/article.yaml --worlds 10 --out run", []),
        ("键：store.meta.cpm {lognormal: {median: 14, log_sd: 0.4}}", []),
        ("可选：opening, paypal_payouts, returns, refunds", []),
        ("must be a whole number", ["must be a whole number"]),
        ("one two 三 four five", []),
    ],
)
def test_names_are_told_from_words(text, runs):
    assert runs_of(text) == runs


def test_a_page_is_read_without_its_scripts_but_with_its_pictures_names():
    page = (
        "<style>a b c d</style><p title='x'>中文</p><script>var one two three</script><img alt=\"what one sees here\">"
    )
    assert runs_of(text_of(page)) == ["what one sees here"]
