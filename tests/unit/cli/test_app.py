import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli.app import fail
from sim.results import run as api
from tests.builders import command

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk to write to")
FEW = ("--worlds", "64", "--replicates", "4", "--jobs", "1", "--set", "horizon_days=60")


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("once") / "run"
    words = ("run", "configs/article.yaml", *FEW, "--out", str(folder), "--quiet")
    outcome = subprocess.run(
        [sys.executable, "-c", "from sim.cli.app import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == ""
    return folder


@pytest.fixture
def finished(run_once, tmp_path):
    return Path(shutil.copytree(run_once, tmp_path / "run"))


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_a_run_writes_every_file_and_nothing_beside(finished):
    names = {file.name for file in finished.iterdir()}
    tables = {"monthly.parquet", "paths.parquet", "worlds.parquet"}
    assert names == {"manifest.json", "summary.json", "statements.csv", "report.html", *tables}
    assert [file.name for file in finished.parent.iterdir()] == ["run"]


def test_json_prints_the_summary_and_nothing_else(tmp_path, monkeypatch, capsys):
    words = ("run", "configs/article.yaml", *FEW, "--out", tmp_path / "run", "--json")
    outcome = command(monkeypatch, capsys, *words)
    summary = json.loads(outcome.out)
    assert outcome.err == ""
    assert summary == json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert set(summary["strategies"]) == {"independent", "alibaba", "aliexpress", "dual"}
    first = summary["strategies"]["independent"]["probability_of_profit"]["settled_profit"]["pointwise"][0]
    assert set(first) == {"estimate", "low", "high", "level", "method", "n"}


@pytest.mark.slow
def test_an_identical_run_is_reused_unless_forced(finished, monkeypatch, capsys):
    calls = []
    original = api.run

    def counted(*arguments, **options):
        calls.append(1)
        return original(*arguments, **options)

    monkeypatch.setattr(api, "run", counted)
    words = ("run", "configs/article.yaml", *FEW, "--out", finished)
    shown = command(monkeypatch, capsys, *words)
    assert calls == []
    assert "DO NOT START AS PLANNED" in shown.out
    command(monkeypatch, capsys, *words, "--force", "--quiet")
    assert calls == [1]
    command(monkeypatch, capsys, *words, "--seed", "7", "--quiet")
    assert calls == [1, 1]
    assert manifest(finished)["seed"] == 7


@pytest.mark.slow
def test_a_manifest_repeats_its_run(finished, tmp_path, monkeypatch, capsys):
    words = ("run", finished / "manifest.json", "--jobs", "1", "--quiet", "--out", tmp_path / "again")
    assert command(monkeypatch, capsys, *words).status == 0
    again = manifest(tmp_path / "again")
    assert again["result_sha256"] == manifest(finished)["result_sha256"]
    assert again["worlds"] == 64


def test_a_saved_run_reads_back_the_same(finished):
    result = sim.read(finished)
    assert result.sha256 == manifest(finished)["result_sha256"]
    fresh = sim.run(sim.load("configs/article.yaml", ["horizon_days=60"]), worlds=64, replicates=4)
    assert fresh.sha256 == result.sha256
    kept, made = (r.statement("independent").set_index(["line", "month"])["mean"] for r in (result, fresh))
    np.testing.assert_allclose(kept.sort_index(), made.sort_index(), atol=0.0101)
    assert (result.monthly["path"].max(), len(result.paths)) == (255, 4 * 256)


def test_statements_sum_to_the_readings(finished):
    text = (finished / "statements.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    result = sim.read(finished)
    for strategy in result.strategies:
        lines = [row for row in rows if row["strategy"] == strategy and row["month"] == "all" and not row["subtotal"]]
        profit = sum(float(row["mean"]) for row in lines if row["statement"] == "profit_and_loss")
        cash = sum(float(row["mean"]) for row in lines if row["statement"] == "cash_flow")
        monthly = result.record(strategy).monthly
        assert profit == pytest.approx(monthly["profit_after_owner_pay"][-1].mean(dtype=float), abs=0.5)
        assert cash == pytest.approx(monthly["cash"][-1].mean(dtype=float), abs=0.5)


def test_a_journal_ends_with_the_cash_of_the_run(finished, monkeypatch, capsys):
    result = sim.read(finished)
    words = ("--strategy", "dual", "--set", "horizon_days=60")
    outcome = command(monkeypatch, capsys, "path", "configs/article.yaml", "37", *words)
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    moved = sum(float(r["amount"]) * ((r["debit"] == "cash") - (r["credit"] == "cash")) for r in rows)
    assert moved == pytest.approx(result.record("dual").monthly["cash"][-1][37], abs=0.01 * len(rows))
    assert {row["channel"] for row in rows} == {"wallet", "alibaba", "store"}
    assert rows[0]["mechanism"] == "opening balance"


def test_a_journal_in_chinese_names_everyone_who_posts_in_chinese(monkeypatch, capsys):
    words = ("path", "configs/article.yaml", "37", "--strategy", "dual", "--set", "horizon_days=60")
    english, chinese = (
        list(csv.reader(io.StringIO(command(monkeypatch, capsys, *words, "--language", language).out)))
        for language in ("en", "zh")
    )
    assert [row[6] for row in english[1:]] == [row[6] for row in chinese[1:]]
    assert {row[2] for row in english[1:]} == {"wallet", "alibaba", "store"}
    assert {"opening balance", "fixed_costs", "paypal_payouts"} <= {row[3] for row in english}
    names = {name for row in chinese for name in row[2:6]}
    assert len(names) > 40
    assert [name for name in names if not re.search("[\u4e00-\u9fff]", name)] == []


def test_a_journal_of_an_unknown_strategy_is_refused(monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "path", "configs/article.yaml", "1", "--strategy", "duall")
    assert outcome.status == 2
    assert "there are: independent" in outcome.err


def test_other_commands_answer(monkeypatch, capsys):
    assert "valid" in command(monkeypatch, capsys, "validate", "configs/market.yaml").out
    page = command(monkeypatch, capsys, "explain", "store.meta.cpm", "--config", "configs/article.yaml").out
    assert "money per 1,000 impressions" in page
    assert "in article" in page
    assert json.loads(command(monkeypatch, capsys, "schema").out)["title"] == "seller-sim scenario"
    unknown = command(monkeypatch, capsys, "explain", "store.meta.cmp")
    assert unknown.status == 2


@pytest.mark.slow
def test_chinese_labels(finished, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "run", "configs/article.yaml", *FEW, "--out", finished, "--language", "zh")
    assert "盈利概率" in outcome.out


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("written", ["summary.json", "worlds.parquet"])
@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_run_stopped_while_its_page_is_drawn_leaves_nothing_half_written(tmp_path, sign, status, written):
    words = ["run", "configs/article.yaml", "--worlds", "1024", "--jobs", "2", "--out", str(tmp_path / "run")]
    call = [sys.executable, "-c", "from sim.cli.app import main; main()", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(call, **pipes, start_new_session=True)
    # These files are there long before the page, which is drawn meanwhile.
    while not any(tmp_path.rglob(written)):
        assert process.poll() is None, "it ended before"
        time.sleep(0.01)
    # Ctrl-C goes to the whole group, as from a terminal.
    (os.killpg if sign == signal.SIGINT else os.kill)(process.pid, sign)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert ("stopped; nothing half-written\n" in errors) == (sign == signal.SIGINT)
    assert not (tmp_path / "run").exists()
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return  # nobody of the group is left
        time.sleep(0.1)
    pytest.fail("a helper outlived the run")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_stopped_run_leaves_nothing_half_written(tmp_path, sign, status):
    words = ["run", "configs/article.yaml", "--worlds", "8192", "--jobs", "1", "--out", str(tmp_path / "run")]
    call = [sys.executable, "-c", "from sim.cli.app import main; main()", *words]
    process = subprocess.Popen(call, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    time.sleep(4)
    process.send_signal(sign)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in errors
    assert errors == ("stopped; nothing half-written\n" if sign == signal.SIGINT else "")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_a_run_and_its_page_are_written_without_pandas(tmp_path):
    words = ["sim", "run", "configs/article.yaml", *FEW, "--out", str(tmp_path / "run"), "--quiet"]
    code = f"import sys; sys.argv = {words}; from sim.cli.app import app; app(standalone_mode=False); "
    code += "print({'pandas', 'matplotlib', 'pyarrow'} & set(sys.modules) == {'matplotlib', 'pyarrow'})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert (tmp_path / "run" / "report.html").is_file()


@pytest.mark.slow
def test_a_run_that_is_there_says_so_and_its_page_follows_the_language(finished, monkeypatch, capsys):
    words = ("run", "configs/article.yaml", *FEW, "--out", finished)
    page = finished / "report.html"
    stamp = page.stat().st_mtime_ns
    again = command(monkeypatch, capsys, *words)
    assert f"was there already, not computed again: {finished}" in again.out
    assert "written to" not in again.out
    assert page.stat().st_mtime_ns == stamp
    chinese = command(monkeypatch, capsys, *words, "--language", "zh")
    assert f"已存在，未重新计算： {finished}" in chinese.out
    assert '<html lang="zh' in page.read_text(encoding="utf-8")[:200]
    stamp = page.stat().st_mtime_ns
    command(monkeypatch, capsys, *words, "--language", "zh")
    assert page.stat().st_mtime_ns == stamp
    page.unlink()
    command(monkeypatch, capsys, *words)
    assert '<html lang="en' in page.read_text(encoding="utf-8")[:200]


@pytest.mark.slow
def test_two_strategies_that_end_alike_are_a_run_like_any_other(tmp_path, monkeypatch, capsys):
    words = ("run", "configs/article.yaml", *FEW, "--set", "strategies={plan-a: [aliexpress], plan-b: [aliexpress]}")
    assert command(monkeypatch, capsys, *words, "--out", tmp_path / "run").status == 0
    assert (tmp_path / "run" / "report.html").is_file()


@pytest.mark.slow
def test_one_world_has_differences_without_intervals(tmp_path, monkeypatch, capsys):
    words = ("run", "configs/article.yaml", "--worlds", "1", "--jobs", "1", "--set", "horizon_days=60")
    found = command(monkeypatch, capsys, *words, "--out", tmp_path / "run")
    assert found.status == 0
    assert "One shop tells nothing of others like it" in found.out
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    differences = [pair["money"] for pair in summary["comparisons"]]
    assert differences
    assert all((each["low"], each["high"]) == (None, None) for each in differences)


@pytest.mark.slow
def test_a_page_that_is_no_text_is_made_anew(finished, monkeypatch, capsys):
    page = finished / "report.html"
    page.write_bytes(bytes(range(256)) * 8)
    assert command(monkeypatch, capsys, "run", "configs/article.yaml", *FEW, "--out", finished).status == 0
    assert '<html lang="en' in page.read_text(encoding="utf-8")[:200]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
@pytest.mark.parametrize(
    ("end", "status"), [(">&-", 0), ("| head -n 1", 0), pytest.param("> /dev/full", 2, marks=needs_full)]
)
def test_a_run_that_nobody_reads_is_kept(tmp_path, end, status):
    program = f"{sys.executable} -c 'from sim.cli.app import main; main()'"
    line = f"{program} run configs/article.yaml {' '.join(FEW)} --out {tmp_path / 'run'} {end}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (tmp_path / "run" / "report.html").is_file()
    assert "Traceback" not in done.stderr
    assert done.returncode == status
    assert ("No space left" in done.stderr) == (status == 2)


def test_what_a_file_makes_a_message_quote_is_no_command_to_the_terminal(tmp_path, monkeypatch, capsys):
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"scenario": {"name": "x", "title": "\\u001b[31mRED"}}', encoding="utf-8")
    (tmp_path / "own.csv").write_text("a\x1b[31mb,c\n1,2\n3,\x1b[2J\n", encoding="utf-8")
    sheet = "extends: base.yaml\nstore: {prices: {mean_value: {empirical: {file: own.csv, column: COLUMN}}}}\n"
    shutil.copy("configs/market.yaml", tmp_path / "base.yaml")
    files = [manifest]
    for column in ("d", "c"):
        files.append(tmp_path / f"{column}.yaml")
        files[-1].write_text(sheet.replace("COLUMN", column), encoding="utf-8")
    for file in files:
        refused = command(monkeypatch, capsys, "validate", file)
        assert refused.status == 2
        assert "\x1b" not in refused.err
        assert len(refused.err.splitlines()) == 1


def test_what_is_certain_is_not_counted_among_the_uncertain_numbers(monkeypatch, capsys):
    def counted(*words):
        out = command(monkeypatch, capsys, "validate", "configs/article.yaml", *words).out
        return int(re.search(r"; (\d+) uncertain numbers", out)[1])

    assert counted("--set", "wallet.capital=5000 to 9000") == counted() + 1
    assert counted("--set", "wallet.capital=7000") == counted() > 0


def test_a_message_reaches_the_terminal_as_letters_and_lines(capsys):
    with pytest.raises(SystemExit) as ended:
        fail("a\x1b[2J\nb")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: a\\x1b[2J\nb\n"


@pytest.mark.parametrize(
    "program",
    [
        "from sim.__main__ import main; sys.argv = ['sim', '--help']; main()",
        "from sim.simulation.processes import begin_worker; begin_worker(os.getppid())",
    ],
)
def test_what_is_in_memory_is_not_looked_through_when_a_process_ends(program):
    last = "import atexit, gc, os, sys; atexit.register(lambda: print('frozen:', gc.get_freeze_count() > 1000)); "
    ended = subprocess.run([sys.executable, "-c", last + program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("frozen: True\n")


def test_a_library_that_looks_after_its_own_memory_finds_nothing_to_complain_of():
    pytest.importorskip("duckdb")
    program = "import duckdb, sys; from sim.__main__ import main; sys.argv = ['sim', '--help']; main()"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
