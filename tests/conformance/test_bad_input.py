"""Bad input: exit status 2, one message that names file, line and key, no traceback, nothing written."""

import os
import subprocess
import sys

import pytest

from tests.conformance.helpers import command

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
    "name leaves the folder": ("name: ../../x\nstrategies: {a: [store]}\n", "s.yaml:1: name", "pattern"),
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
        "s.yaml:4: correlations",
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
        (("--language", "xx"), "--language"),
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


def test_a_full_disk_leaves_nothing_but_the_answer_on_the_screen(tmp_path, monkeypatch, capsys):
    from sim import storage

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "write_tables", full)
    words = ("run", "configs/article.yaml", "--set", "horizon_days=30", "--worlds", "64", "--jobs", "1")
    outcome = command(monkeypatch, capsys, *words, "--out", tmp_path / "run")
    check(outcome, "No space left on device", "nothing was kept", said="How likely is a profit")
    assert "written to" not in outcome.out
    assert list(tmp_path.iterdir()) == []
    check(command(monkeypatch, capsys, *words, "--json", "--out", tmp_path / "run"), "No space left on device")


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
        call = [sys.executable, "-c", "from sim.cli import main; main()", *words, "--out", str(disk / "run")]
        outcome = subprocess.run(call, capture_output=True, text=True, check=False, timeout=120)
        assert outcome.returncode == 2, outcome.stderr
        assert "Traceback" not in outcome.stderr
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
