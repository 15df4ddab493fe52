"""The commands: what a person types, sees, and gets as exit status."""

import shutil
import sys
from pathlib import Path

import pytest

import sim
from sim.cli.sweeps import sweep
from sim.show.report import sweep_page
from sim.studies import sweeps
from sim.studies.sweeps import forecast as forecasts
from sim.studies.sweeps.answer_words import decision, extremes
from sim.studies.sweeps.store import Store
from sim.text.labels import speaker
from tests import builders
from tests.builders import command, contents, write_sweep

SHIPPED = {"cpc_conversion": 441, "returns_margin": 99, "freeze_stress": 32, "capital": 13}
QUICK = [name for name, cells in SHIPPED.items() if cells < 50]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    there = tmp_path_factory.mktemp("swept")
    sim.run_sweep(sim.load_sweep(write_sweep(there)), there / "s", n_jobs=2)
    return there / "s"


def test_every_shipped_sweep_is_listed_here():
    assert {file.stem for file in Path("configs/sweeps").glob("*.yaml")} == set(SHIPPED)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in SHIPPED]
)
def test_shipped_sweeps_are_valid(name):
    sweep = sim.load_sweep(f"configs/sweeps/{name}.yaml")
    assert sweep.name == name
    assert len(sweep.cells) == SHIPPED[name]


def test_a_sweep_prints_chances_and_where_it_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    file = write_sweep(tmp_path)
    outcome = command(monkeypatch, capsys, "sweep", file, "--jobs", "2")
    assert outcome.status == 0
    (made,) = (tmp_path / "outputs").iterdir()
    assert made.name == f"small-{sim.load_sweep(file).identity[:8]}"
    assert "4 cells computed, 0 were there, 0 failed" in outcome.out
    assert outcome.out.partition("chance of profit")[2].count("% ±") == 4
    assert "The same in all 4 cells: own store, " in outcome.out, "no bill was ever left unpaid: money decides nothing"
    assert outcome.err == ""
    before = contents(made)
    again = command(monkeypatch, capsys, "sweep", file, "--jobs", "2", "--language", "zh")
    assert "已计算 0 个单元，已有 4 个" in again.out
    assert contents(made) == before


@pytest.mark.slow
def test_failed_cells_end_with_status_1_and_a_table(tmp_path, monkeypatch, capsys):
    original = sim.run_sweep
    monkeypatch.setattr(sweeps, "run_sweep", lambda *a, **k: original(*a, work=builders.raises_at_6000, **k))
    words = ("sweep", write_sweep(tmp_path), "--jobs", "2", "--out", tmp_path / "s")
    outcome = command(monkeypatch, capsys, *words)
    assert outcome.status == 1
    assert "3 cells computed, 0 were there, 1 failed" in outcome.out
    for part in ("wallet.capital=6000", "ZeroDivisionError: no capital left to divide by"):
        assert part in outcome.err
    assert "Traceback" not in outcome.err
    status = command(monkeypatch, capsys, "status", tmp_path / "s")
    assert "3 of 4 cells finished, 1 to do (1 failed, 0 damaged)" in status.out
    assert "no capital left" in status.out
    quiet = command(monkeypatch, capsys, *words, "--quiet")
    assert (quiet.status, quiet.out) == (1, "")


@pytest.mark.slow
def test_a_damaged_file_is_named_and_computed_anew(tmp_path, monkeypatch, capsys):
    words = ("sweep", write_sweep(tmp_path), "--jobs", "2", "--out", tmp_path / "s")
    command(monkeypatch, capsys, *words)
    file = next((tmp_path / "s" / "cells").iterdir())
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    status = command(monkeypatch, capsys, "status", tmp_path / "s")
    assert "3 of 4 cells finished, 1 to do (0 failed, 1 damaged)" in status.out
    outcome = command(monkeypatch, capsys, *words)
    assert outcome.status == 0
    assert file.name in outcome.err.replace("\n", "")
    assert "1 cells computed, 3 were there" in outcome.out
    assert file.read_bytes() == whole


def test_status_of_a_finished_sweep(folder, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "status", folder)
    assert outcome.status == 0
    assert "small: 4 of 4 cells finished, 0 to do (0 failed, 0 damaged)" in outcome.out


def test_a_finished_sweep_says_its_answer_in_status_on_the_page_and_in_python_alike(folder, monkeypatch, capsys):
    outcome = command(monkeypatch, capsys, "status", folder)
    answer = sim.sweep_answer(folder)
    said = " ".join(outcome.out.split())
    sentence = decision(answer, speaker("en"))
    assert sentence in said
    assert answer["best"]["values"]["wallet.capital"] in (5000, 6000, 7000, 8000)
    page = sweep_page(folder)
    assert sentence in page
    for brings, where in extremes(answer, speaker("en"), "en"):
        assert f"{brings} {where}" in said
        assert f"{brings} {where}".replace("'", "&#39;") in page
    assert max(map(len, outcome.out.splitlines())) <= 80


def test_a_run_of_a_sweep_gives_answer_and_frame(folder):
    again = sim.run_sweep(sim.load_sweep(folder.parent / "sweep.yaml"), folder, n_jobs=1)
    assert again.answer() == sim.sweep_answer(folder)
    assert again.to_frame().equals(sim.read_sweep(folder, headlines=True))
    assert len(again.to_frame(headlines=False)) == len(sim.read_sweep(folder))


def test_what_is_set_is_in_every_cell_in_the_folder_and_on_the_page(tmp_path, monkeypatch, capsys):
    file = write_sweep(tmp_path, "axes: {wallet.capital: [5000, 6000]}\n")
    words = ("sweep", file, "--set", "store.returns.return_rate=0.3", "--jobs", "1", "--out", tmp_path / "s")
    assert command(monkeypatch, capsys, *words).status == 0
    found = sim.load_sweep(file, ["store.returns.return_rate=0.3"])
    names = {file.stem for file in (tmp_path / "s" / "cells").iterdir()}
    assert names == {cell.run_hash for cell in found.cells}
    assert "In every cell: horizon_days=30, store.returns.return_rate=0.3." in sweep_page(tmp_path / "s")


def test_what_is_set_without_effect_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(forecasts, "simulate_cells", lambda _, cells: [(b"x" * 9000, 0.0)] * len(cells))
    words = ("sweep", write_sweep(tmp_path), "--set", "alibaba.p4p.daily_budget=20", "--dry-run")
    assert "without effect" in command(monkeypatch, capsys, *words).err


def test_a_dry_run_says_what_a_sweep_would_take_and_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(forecasts, "simulate_cells", lambda _, cells: [(b"x" * 9000, 0.0)] * len(cells))
    words = ("sweep", write_sweep(tmp_path), "--dry-run", "--jobs", "2")
    outcome = command(monkeypatch, capsys, *words, "--set", "store.returns.return_rate=0.3")
    assert (outcome.status, outcome.err) == (0, "")
    said = " ".join(outcome.out.split())
    for part in (
        "small: 4 cells. Nothing was computed or written.",
        "(wallet.capital): 5,000, 6,000, 7,000, 8,000",
        "In every cell: horizon_days=30, store.returns.return_rate=0.3",
        "Each cell: own store; 64 x 4 = 256 histories of 1 month.",
        "0 cells are finished, 4 are to do.",
        "2 cells at a time, ",
        "It rests on a probe here and now: one cell with 256 histories.",
        "Disk: about 642 kB; ",
    ):
        assert part in said
    assert [file.name for file in tmp_path.iterdir()] == ["sweep.yaml"]
    assert command(monkeypatch, capsys, *words, "--quiet").out == ""


def test_a_dry_run_of_what_is_there_says_so(folder, monkeypatch, capsys):
    words = ("sweep", folder.parent / "sweep.yaml", "--out", folder, "--dry-run")
    before = contents(folder)
    assert "Time: none, all is there." in command(monkeypatch, capsys, *words).out
    longer = write_sweep(folder.parent / "s" / "..", "axes: {wallet.capital: [5000, 6000, 7000, 8000, 9000]}\n")
    outcome = command(monkeypatch, capsys, "sweep", longer, "--out", folder, "--dry-run", "--language", "zh")
    assert "依据：此文件夹中已完成的4个单元。" in "".join(outcome.out.split())
    write_sweep(folder.parent)
    assert contents(folder) == before


@pytest.mark.slow
def test_a_dry_run_says_the_time_of_all_cells_and_the_place_they_take(tmp_path):
    sweep = sim.load_sweep(write_sweep(tmp_path, head=builders.HEAD.replace("worlds: 64", "worlds: 2048")))
    found = forecasts.forecast(sweep, tmp_path / "s", n_jobs=1)
    assert not (tmp_path / "s").exists(), "nothing is computed that is kept"
    assert found.seconds == pytest.approx(4 * found.seconds_a_cell)
    assert found.seconds_a_cell > 0.0
    sim.run_sweep(sweep, tmp_path / "s", n_jobs=1)
    size = sum(file.stat().st_size for file in (tmp_path / "s").rglob("*") if file.is_file())
    assert size < found.disk_bytes < size + 700_000


def test_the_pace_is_the_mean_of_the_cells_that_were_computed(folder, tmp_path, monkeypatch, capsys):
    shutil.copytree(folder, tmp_path / "s")
    (tmp_path / "s" / "log.jsonl").unlink()
    for seconds in (1.0, 2.0, 6.0):
        Store(tmp_path / "s").log("finished", cell="a", seconds=seconds)
    assert "3.0 s a cell and process" in command(monkeypatch, capsys, "status", tmp_path / "s").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sweep", "nowhere.yaml"), "cannot be read"),
        (("sweep", "configs/article.yaml"), "this is a scenario: sim run"),
        (("sweep", "configs/sweeps/capital.yaml", "--jobs", "0"), "--jobs"),
        (("sweep", "configs/sweeps/capital.yaml", "--set", "wallet.capital=9"), "is an axis of this sweep and varies"),
        (("sweep", "configs/sweeps/capital.yaml", "--dry-run", "--scheduler", "tcp://a:1"), "--scheduler is for"),
        (("sweep", "configs/sweeps/capital.yaml", "--backend", "dask"), "--scheduler"),
        (("sweep", "configs/sweeps/capital.yaml", "--replicates", "3"), "replicates must divide"),
        (("status", "configs"), "folder of a sweep"),
    ],
)
def test_bad_input_ends_with_status_2_and_nothing_written(words, message, tmp_path, monkeypatch, capsys):
    out = ("--out", tmp_path / "s") if words[0] == "sweep" else ()
    outcome = command(monkeypatch, capsys, *words, *out)
    assert outcome.status == 2
    assert outcome.err.startswith("error: ")
    assert message in outcome.err
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("words", "allowed"), [(("--backend", "ray"), "'loky', 'dask'"), (("--language", "xx"), "'en', 'zh'")]
)
def test_an_unknown_choice_is_named_with_the_known_ones_and_nothing_written(
    words, allowed, tmp_path, monkeypatch, capsys
):
    file = "configs/sweeps/capital.yaml"
    outcome = command(monkeypatch, capsys, "sweep", file, *words, "--out", tmp_path / "s")
    assert (outcome.status, outcome.out) == (2, "")
    said = " ".join(outcome.err.replace("│", " ").split())
    for part in (f"Invalid value for '{words[0]}'", f"'{words[1]}' is not one of {allowed}"):
        assert part in said
    assert "Traceback" not in said
    assert not (tmp_path / "s").exists()


def test_a_query_gives_a_spreadsheet_no_formula(folder, monkeypatch, capsys):
    pytest.importorskip("duckdb")
    question = """select '=1+1' as "@head", '-2' as text, -2 as number, 'store' as word limit 1"""
    outcome = command(monkeypatch, capsys, "query", folder, question, "--csv")
    assert outcome.out == "'@head,text,number,word\n'=1+1,'-2,-2,store\n"


def test_without_duckdb_a_query_says_what_to_install(folder, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    outcome = command(monkeypatch, capsys, "query", folder, "select 1")
    assert outcome.status == 2
    assert 'pip install "seller-sim[query]"' in outcome.err


def test_a_query_sees_cells_and_estimates_and_nothing_else(folder, monkeypatch, capsys, tmp_path):
    pytest.importorskip("duckdb")
    question = 'select "wallet.capital" as capital, chance from cells order by capital'
    outcome = command(monkeypatch, capsys, "query", folder, question, "--csv")
    assert outcome.status == 0
    rows = [line.split(",") for line in outcome.out.splitlines()]
    expected = sim.read_sweep(folder, headlines=True).sort_values("wallet.capital")
    assert rows[0] == ["capital", "chance"]
    assert [float(row[1]) for row in rows[1:]] == list(expected["chance"])
    count = command(monkeypatch, capsys, "query", folder, "select count(*) from estimates")
    assert str(Store(folder).estimates().num_rows) in count.out
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    before = contents(folder)
    for bad in (
        f"select * from '{tmp_path / 'x.csv'}'",
        f"copy cells to '{tmp_path / 'y.csv'}'",
        "drop table cells",
        "select 1; select 2",
        "select nothing from nowhere",
    ):
        refused = command(monkeypatch, capsys, "query", folder, bad)
        assert refused.status == 2, bad
        assert refused.err.startswith("error: ")
    assert not (tmp_path / "y.csv").exists()
    assert contents(folder) == before


def test_ctrl_c_before_a_sweep_has_begun_is_still_ctrl_c(tmp_path, monkeypatch, capsys):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeps, "run_sweep", stopped)
    size = {"worlds": 4, "replicates": 1, "seed": 1}
    with pytest.raises(KeyboardInterrupt):
        sweep(Path("configs/sweeps/returns_margin.yaml"), **size, jobs=1, out=tmp_path / "s", quiet=True)
    assert capsys.readouterr().err == ""
    assert not (tmp_path / "s").exists()
