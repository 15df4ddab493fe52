"""Bad input: exit status 2, one message that names file, line and key, no traceback, nothing written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import command

GOOD = "name: shop\nstrategies: {independent: [store]}\nhorizon_days: 30\n"

CASES = {
    "unknown key": (GOOD + "store:\n  meta: {cmp: 14}\n", "s.yaml:5: store.meta.cmp", "did you mean 'cpm'"),
    "unknown section": (GOOD + "store:\n  metta: {cpm: 14}\n", "s.yaml:5: store.metta", "did you mean 'meta'"),
    "wrong type": (GOOD + "store:\n  meta: {cpm: [14]}\n", "s.yaml:5: store.meta.cpm", "must be a number"),
    "negative price": (
        GOOD + "store:\n  prices:\n    mean_value: -3\n",
        "s.yaml:6: store.prices.mean_value",
        "at least",
    ),
    "rate above one": (GOOD + "store:\n  returns: {return_rate: 1.2}\n", "s.yaml:5: store.returns.return_rate", "1"),
    "cart completion above one": (
        GOOD + "store:\n  funnel: {cart_completion: 1.5}\n",
        "s.yaml:5",
        "between 1e-06 and 1",
    ),
    "more orders than carts": (
        GOOD + "store:\n  funnel: {cart_completion: 0.001}\n",
        "store.funnel.start_conversion_social",
        "cannot exceed",
    ),
    "reversed interval": (GOOD + "store:\n  prices: {mean_value: 90 to 60}\n", "s.yaml:5", "reversed"),
    "unknown distribution": (
        GOOD + "store:\n  prices: {mean_value: {lognorml: {p5: 1, p95: 2}}}\n",
        "s.yaml:5",
        "lognormal",
    ),
    "not a number": (GOOD + "store:\n  prices: {mean_value: .nan}\n", "s.yaml:5", "finite"),
    "infinite": (GOOD + "store:\n  prices: {mean_value: 1e400}\n", "s.yaml:5", "finite"),
    "huge integer": (GOOD + "store:\n  prices: {mean_value: 1" + 400 * "0" + "}\n", "s.yaml:5", "finite"),
    "true is no number": (GOOD + "store:\n  prices: {mean_value: true}\n", "s.yaml:5", "must be a number"),
    "money without a rate": (GOOD + "store:\n  prices: {mean_value: 500 XYZ}\n", "s.yaml:5", "exchange_rates"),
    "money where days are meant": (GOOD + "store:\n  repeat: {gap: 500 CNY}\n", "s.yaml:5", "days"),
    "syntax": (GOOD + "store: {meta: \n", "s.yaml:5", "not valid YAML"),
    "tag": (GOOD + "title: !!python/object/apply:os.system [id]\n", "s.yaml:4", "tag"),
    "duplicate key": (GOOD + "name: again\n", "s.yaml:4", "name"),
    "empty": ("", "s.yaml", "empty"),
    "a list": ("- 1\n", "s.yaml:1", "mapping"),
    "no strategies": ("name: shop\n", "strategies", "required"),
    "unknown channel": ("name: shop\nstrategies: {a: [stor]}\n", "s.yaml:2: strategies.a", "did you mean 'store'"),
    "name leaves the folder": ("name: ../../x\nstrategies: {a: [store]}\n", "s.yaml:1: name", "letters, digits"),
    "a Chinese name": (
        "name: 我的店\nstrategies: {a: [store]}\n",
        "s.yaml:1: name",
        "Chinese and spaces go into title",
    ),
    "margin in percent": (
        GOOD + "store:\n  goods: {gross_margin: 45}\n",
        "between 0 and 1 (fraction)",
        "did you mean 0.45?",
    ),
    "margin between percentages": (
        GOOD + "store:\n  goods: {gross_margin: 20 to 30}\n",
        "lies outside",
        "did you mean 0.2 to 0.3?",
    ),
    "percent of money": (
        GOOD + "wallet: {capital: 45%}\n",
        "found '45%'; a percentage is taken for a fraction only",
        "counted in money: write a plain number (45% is 0.45)",
    ),
    "percent in a distribution": (
        GOOD + "store:\n  returns: {return_rate: {beta: {mean: 18%, sd: 4%}}}\n",
        "mean must be a number (found '18%')",
        "write 0.18",
    ),
    "decimal comma": (GOOD + "store:\n  goods:\n    gross_margin: 0,45\n", "found '0,45'", "write 0.45 with a decimal"),
    "thousands": (GOOD + "wallet:\n  capital: 20,000\n", "found '20,000'", "write 20000 without a comma"),
    "decimal comma in braces": (
        GOOD + "store:\n  goods: {gross_margin: 0,45}\n",
        "s.yaml:5: store.goods.gross_margin: found 0,45;",
        "write 0.45 with a decimal point",
    ),
    "decimal commas of a distribution": (
        GOOD + "store:\n  returns: {return_rate: {beta: {mean: 0,2, sd: 0,04}}}\n",
        "return_rate.beta.mean: found 0,2;",
        "write 0.2 with a decimal point",
    ),
    "thousands in braces": (GOOD + "wallet: {capital: 20,000}\n", "found 20,000", "write 20000 without a comma"),
    "amount with thousands in braces": (GOOD + "wallet: {capital: 20,000 CNY}\n", "found 20,000 CNY", 'in quotes: "20'),
    "yuan by sign": (GOOD + "wallet: {capital: ¥50000}\n", "found '¥50000'", "write 50000 CNY"),
    "dollars by sign": (GOOD + "wallet: {capital: $5000}\n", "found '$5000'", "write 5000 USD"),
    "yuan by another name": (GOOD + "wallet: {capital: 50000 RMB}\n", "RMB: write 50000 CNY", "s.yaml:4"),
    "two currencies": (
        GOOD + "wallet: {capital: 400 CNY to 600 USD}\n",
        "s.yaml:4: wallet.capital",
        "different units at its ends",
    ),
    "an interval of money where days are meant": (
        GOOD + "store:\n  repeat: {gap: 400 to 600 CNY}\n",
        "counted in days",
        "leave the currency away",
    ),
    "a number in quotes": (GOOD + "wallet: {capital: '5000'}\n", "found '5000'", "write 5000, without quotes"),
    "tab": (GOOD + "store:\n\tprices: {mean_value: 3}\n", "s.yaml:5: not valid YAML", "indent with spaces"),
    "full-width colon": (GOOD + "store：\n  goods: {gross_margin: 0.4}\n", "s.yaml:4:", "full-width '：'"),
    "full-width colon inside": (
        GOOD + "store:\n  goods:\n    gross_margin：0.4\n",
        "must be a mapping",
        "full-width '：'",
    ),
    "full-width colon of a key": (GOOD + "store:\n  goods: {gross_margin：0.4}\n", "unknown key", "full-width '：'"),
    "full-width colon alone": ("name：shop\n", "s.yaml:1: must be a mapping", "full-width '：'"),
    "months for days": ("name: shop\nhorizon_days: 8\n", "s.yaml:2: horizon_days", "30 days; 8 months = 240"),
    "months in words": ("name: shop\nhorizon_days: 8 months\n", "whole number of days", "8 months = 240"),
    "unknown reading": (GOOD + "readings: {freeze_figur: x}\n", "s.yaml:4", "did you mean 'freeze_figure'"),
    "unknown option of a reading": (GOOD + "readings: {freeze_figure: x}\n", "s.yaml:4", "share_of_volume"),
    "required section switched off": (GOOD + "store:\n  funnel: {enabled: false}\n", "s.yaml:5", "switched off"),
    "shares beyond one": (GOOD + "store:\n  meta: {budget_share: 0.9}\n", "budget_share", "sum to 1"),
    "unknown correlation": (
        GOOD + "correlations:\n  - [store.meta.cpm, store.meta.ct, 0.5]\n",
        "correlations",
        "store.meta.ct",
    ),
    "correlations that contradict": (
        GOOD
        + "correlations:\n  - [store.meta.cpm, store.meta.ctr, 0.9]\n"
        + "  - [store.meta.ctr, store.prices.mean_value, 0.9]\n"
        + "  - [store.meta.cpm, store.prices.mean_value, -0.9]\n",
        "s.yaml:7: correlations.2",
        "positive semi-definite",
    ),
    "correlations that contradict, of a channel that nobody uses": (
        GOOD
        + "correlations:\n  - [store.meta.cpm, alibaba.p4p.cpc, -1]\n"
        + "  - [store.meta.ctr, alibaba.p4p.cpc, 0.999999]\n",
        "s.yaml:6: correlations.1",
        "positive semi-definite",
    ),
    "extends itself": (GOOD + "extends: s.yaml\n", "s.yaml", "extends itself"),
    "extends nothing": (GOOD + "extends: nothing.yaml\n", "s.yaml:4", "no file"),
    "deep": (GOOD + "title: " + 200 * "[" + 200 * "]" + "\n", "s.yaml", "deep"),
    "data outside": (
        GOOD + "store:\n  prices: {mean_value: {empirical: {file: ../x.csv, column: a}}}\n",
        "s.yaml:5",
        "outside",
    ),
    "data without column": (
        GOOD + "store:\n  prices: {mean_value: {empirical: {file: d.csv, column: b}}}\n",
        "s.yaml:5",
        "no column 'b'",
    ),
    "data with an empty column": (
        GOOD + "store:\n  prices: {mean_value: {empirical: {file: d.csv, column: c}}}\n",
        "s.yaml:5",
        "holds 0 numbers",
    ),
}


def check(outcome, *parts, said=""):
    assert outcome.status == 2, outcome
    assert said in outcome.out if said else outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert "Traceback" not in outcome.err
    for part in parts:
        assert part in outcome.err


@pytest.mark.parametrize("case", CASES)
def test_bad_scenarios_are_refused_before_anything_is_written(case, tmp_path, monkeypatch, capsys):
    text, *parts = CASES[case]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "d.csv").write_text("a,c\n1,\n2,\n", encoding="utf-8")
    check(command(monkeypatch, capsys, "run", "s.yaml"), *parts)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["d.csv", "s.yaml"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name: \xff\xfe", "UTF-8"),
        ("name: shop\ntitle: 我的店\n".encode("gbk"), "s.yaml:2: is not UTF-8 text (its encoding may be GBK"),
        ("name: shop\n".encode("utf-16"), "s.yaml:1: is not UTF-8 text (its encoding may be UTF-16); save it as UTF-8"),
        (b"name: a\x00b", "not valid YAML"),
        (b"x" * 50_000_000, "too large"),
    ],
)
def test_files_that_are_no_text_or_too_large(content, message, tmp_path, monkeypatch, capsys):
    (tmp_path / "s.yaml").write_bytes(content)
    check(command(monkeypatch, capsys, "validate", tmp_path / "s.yaml"), message, "s.yaml")


def test_an_anchor_bomb_is_counted_before_it_is_built(tmp_path, monkeypatch, capsys):
    lines = ["name: bomb", "strategies: {a: [store]}", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 12)]
    (tmp_path / "s.yaml").write_text("\n".join(lines), encoding="utf-8")
    check(command(monkeypatch, capsys, "validate", tmp_path / "s.yaml"), "aliases are expanded")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--worlds", "0"), "worlds"),
        (("--replicates", "3"), "replicates must divide 1024"),
        (("--jobs", "0"), "--jobs"),
        (("--backend", "magic"), "--backend"),
        (("--seed", "-1"), "seed"),
        (("--set", "store.prices.mean_value"), "key.key=value"),
        (("--set", "store.prices.mean_value=-1"), "--set store.prices.mean_value=-1"),
        (("--set", f"{'.'.join(['a'] * 2000)}=1"), "a key of 2,000 parts; no key has more than 30"),
        (("--language", "xx"), "--language"),
        (("--set", "store.goods.gross_margin=0,45"), "write 0.45 with a decimal point"),
        (("--set", "store.goods={gross_margin: 0,45}"), "write 0.45 with a decimal point"),
        (("--precision", "2%"), "found '2%'; write 0.02"),
        (("--precision", "two"), "found 'two'; write a plain number"),
    ],
)
def test_bad_options(words, message, tmp_path, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "run", "configs/article.yaml", *words, "--out", tmp_path / "run")
    assert outcome.status == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "run").exists()


def test_an_output_path_whose_parent_is_a_file(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    check(command(monkeypatch, capsys, "run", "configs/article.yaml", "--out", tmp_path / "file" / "run"), "is a file")


def test_a_folder_that_holds_something_else_is_not_replaced(tmp_path, monkeypatch, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("x", encoding="utf-8")
    check(command(monkeypatch, capsys, "run", "configs/article.yaml", "--out", tmp_path / "mine"), "not a run")


def test_a_missing_file_and_a_folder(tmp_path, monkeypatch, capsys):
    check(command(monkeypatch, capsys, "run", tmp_path / "no.yaml"), "no.yaml", "cannot be read")
    check(command(monkeypatch, capsys, "run", tmp_path), "is a folder")


def test_the_folder_of_a_run_names_what_repeats_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    check(command(monkeypatch, capsys, "run", tmp_path), f"to repeat it, name {tmp_path / 'manifest.json'}")


@pytest.mark.parametrize("word", ["run", "validate", "report", "sweep", "status", "compare", "facts"])
@pytest.mark.parametrize("file", ["round", "round/x.yaml", "pipe", "pipe/x.yaml"])
def test_links_that_lead_round_and_pipes_are_no_input(word, file, tmp_path, monkeypatch, capsys):
    (tmp_path / "round").symlink_to(tmp_path / "round")
    os.mkfifo(tmp_path / "pipe")
    check(command(monkeypatch, capsys, word, tmp_path / file), str(tmp_path))


def test_a_pipe_is_no_data_file(tmp_path, monkeypatch, capsys):
    os.mkfifo(tmp_path / "d.csv")
    column = "store: {prices: {mean_value: {empirical: {file: d.csv, column: a}}}}\n"
    (tmp_path / "s.yaml").write_text(GOOD + column, encoding="utf-8")
    check(command(monkeypatch, capsys, "validate", tmp_path / "s.yaml"), "s.yaml:4", "is not a file")


@pytest.mark.slow
def test_a_sweep_and_a_scenario_taken_for_each_other(monkeypatch, capsys):
    for sweep in ("configs/sweeps/returns_margin.yaml", *map(str, Path("configs/sweeps").glob("*.yaml"))):
        outcome = command(monkeypatch, capsys, "run", sweep)
        check(outcome, f"this is a sweep: sim sweep {sweep}")
        assert outcome.err.count("\n") == 1
    for scenario in map(str, Path("configs").glob("*.yaml")):
        outcome = command(monkeypatch, capsys, "sweep", scenario)
        check(outcome, f"this is a scenario: sim run {scenario}")
        assert outcome.err.count("\n") == 1


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_but_the_answer_on_the_screen(tmp_path, monkeypatch, capsys):
    from sim.results import files

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_tables", full)
    words = ("run", "configs/article.yaml", "--set", "horizon_days=30", "--worlds", "64", "--jobs", "1")
    outcome = command(monkeypatch, capsys, *words, "--out", tmp_path / "run")
    check(outcome, "No space left on device", "nothing was kept", said="DO NOT START AS PLANNED")
    assert "written to" not in outcome.out
    assert list(tmp_path.iterdir()) == []
    check(command(monkeypatch, capsys, *words, "--json", "--out", tmp_path / "run"), "No space left on device")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs Linux and root")
def test_a_really_full_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        words = ["run", "configs/article.yaml", "--set", "horizon_days=30", "--worlds", "512", "--jobs", "1"]
        call = [sys.executable, "-c", "from sim.cli.app import main; main()", *words, "--out", str(disk / "run")]
        outcome = subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)
        assert outcome.returncode == 2, outcome.stderr
        assert "Traceback" not in outcome.stderr
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
