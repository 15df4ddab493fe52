"""The store: sealed files that show every change, whole or absent, one writer at a time."""

import os
import subprocess
import sys
from copy import deepcopy

import pyarrow.parquet as pq
import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.studies.sweeps.lock import holder, locked
from sim.studies.sweeps.rows import estimate_rows, headlines
from sim.studies.sweeps.runner import simulate_cell
from sim.studies.sweeps.sealed_files import DamagedError, decode, encode_cell, unseal
from sim.studies.sweeps.store import Store
from tests import builders
from tests.builders import contents, write_sweep


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    return sim.load_sweep(write_sweep(tmp_path_factory.mktemp("design")))


@pytest.fixture(scope="module")
def content(sweep):
    cell = sweep.cells[0]
    return simulate_cell(cell.scenario, sweep.plan, cell.run_hash, cell.values)[0]


@pytest.fixture
def store(sweep, content, tmp_path):
    store = Store(tmp_path / "sweep")
    store.prepare()
    store.begin(sweep)
    store.write(store.cell_file(sweep.cells[0].run_hash), content)
    return store


def test_a_cell_computed_twice_has_the_same_bytes(sweep, content):
    cell = sweep.cells[0]
    assert simulate_cell(cell.scenario, sweep.plan, cell.run_hash, cell.values)[0] == content


def test_every_flipped_bit_and_every_cut_is_seen(content, rng):
    unseal(content)
    for position in range(len(content)):
        flipped = bytearray(content)
        flipped[position] ^= 1 << int(rng.integers(8))
        with pytest.raises(DamagedError):
            unseal(bytes(flipped))
    for length in range(0, len(content), 7):
        with pytest.raises(DamagedError):
            unseal(content[:length])
    with pytest.raises(DamagedError):
        unseal(content + b"\0")


def test_the_file_is_plain_parquet_with_its_provenance(store, sweep, content):
    cell = sweep.cells[0]
    table = pq.read_table(store.cell_file(cell.run_hash))
    assert table.num_rows > 10
    meta = decode(content)[1]
    assert meta["run_hash"] == cell.run_hash
    assert meta["values"] == cell.values
    result = sim.run(cell.scenario, worlds=64, replicates=4, seed=1)
    assert meta["result_sha256"] == result.sha256


def test_estimates_are_those_of_a_single_run(store, sweep):
    cell = sweep.cells[0]
    result = sim.run(cell.scenario, worlds=64, replicates=4, seed=1)
    summary = result.summary()
    rows = store.read(cell.run_hash).to_pylist()
    (found,) = [r for r in rows if r["figure"] == "probability_of_profit" and r["reading"] == "settled_profit"]
    content = summary["strategies"]["independent"]
    assert {k: found[k] for k in ("estimate", "low", "high", "level", "method", "n")} == content[
        "probability_of_profit"
    ]["settled_profit"]["pointwise"][0]
    (money,) = [r for r in rows if r["figure"] == "settled_profit.p50"]
    assert money["estimate"] == content["settled_profit"]["p50"]["estimate"]
    (line,) = headlines(rows)
    assert (line["chance"], line["chance_low"]) == (found["estimate"], found["low"])
    assert line["profit_p50"] == money["estimate"]
    assert line["ruin"] == content["ruin"][0]["estimate"]
    assert line["cash_at_least"] == content["cash_needed"]["at_least_share"]["estimate"]
    band = content["probability_of_profit"]["settled_profit"]["parameter_band"][0]
    assert (line["by_inputs_low"], line["by_inputs_high"]) == (band["low"], band["high"])


def test_headlines_are_those_of_the_last_month_each_in_its_column():
    own, other = headlines(estimate_rows(builders.summary()))
    expected = {
        "chance": 0.41, "chance_after_owner_pay": 0.27, "ruin": 0.08, "cash_at_least": 0.02, "profit_p5": -6000.0,
        "profit_p50": -700.0, "profit_p95": 9000.0, "cash_needed_p50": 2500.0, "cash_needed_p95": 4500.0,
    }  # fmt: skip
    assert {column: own[column] for column in expected} == expected
    assert (own["strategy"], own["month"], own["by_inputs_low"], own["by_inputs_high"]) == (
        "independent",
        2,
        0.11,
        0.72,
    )
    assert (own["chance_low"], own["chance_high"]) == (0.41 - 0.01, 0.41 + 0.01)
    assert (other["chance"], other["ruin"], other["by_inputs_low"]) == (0.53, 0.07, None)


def test_every_figure_has_a_row_for_its_month():
    rows = [row for row in estimate_rows(builders.summary()) if row["strategy"] == "independent"]
    months = {}
    for row in rows:
        months.setdefault((row["figure"], row["reading"]), []).append((row["month"], row["estimate"]))
    assert months["probability_of_profit", "operating_profit"] == [(1, 0.35), (2, 0.45)]
    assert months["ruin", None] == [(1, 0.03), (2, 0.08)]
    assert months["stable_profit", None] == [(1, 0.19), (2, 0.33)]
    assert months["settled_profit.mean_of_worst_5", None] == [(2, -8000.0)]
    assert months["frozen", None] == [(2, 0.14)]
    assert len(rows) == len({(row["figure"], row["reading"], row["month"]) for row in rows})


def test_a_last_day_that_ends_no_month_is_the_horizon():
    content = deepcopy(builders.summary())
    content["months"] = [1, 1.5]
    for found in content["strategies"].values():
        del found["probability_of_profit"]["operating_profit"]["pointwise"][-1]  # a few days are no profitable month
    rows = [row for row in estimate_rows(content) if row["strategy"] == "independent"]
    months = {}
    for row in rows:
        months.setdefault((row["figure"], row["reading"]), []).append((row["month"], row["estimate"]))
    assert months["probability_of_profit", "operating_profit"] == [(1, 0.35)]
    assert months["ruin", None] == [(1, 0.03), (1.5, 0.08)]
    assert months["frozen", None] == [(1.5, 0.14)]
    own, _ = headlines(estimate_rows(content))
    assert (own["month"], own["chance"], own["ruin"]) == (1.5, 0.41, 0.08)
    table, _ = decode(encode_cell(rows, {}))
    assert table.column("month").unique().to_pylist() == [1.0, 1.5]
    whole, _ = decode(encode_cell(estimate_rows(builders.summary()), {}))
    assert str(whole.schema.field("month").type) == "int32"


def test_an_account_that_cannot_be_frozen_has_no_row():
    rows = estimate_rows(builders.summary())
    assert {row["strategy"] for row in rows if row["figure"] == "frozen"} == {"independent"}


def test_what_cannot_be_estimated_keeps_its_row_with_the_reason(sweep):
    result = sim.run(sweep.cells[0].scenario, worlds=64, replicates=1, seed=1)
    rows = [r for r in estimate_rows(result.summary()) if r["figure"] == "parameter_band"]
    assert rows
    assert all(r["estimate"] is None and r["method"].startswith("refused: ") for r in rows)
    assert headlines(estimate_rows(result.summary()))[0]["by_inputs_low"] is None


def test_a_damaged_file_is_named_wherever_it_is_read(store, sweep, content):
    first = sweep.cells[0].run_hash
    assert store.survey([c.run_hash for c in sweep.cells]) == ([first], {})
    store.cell_file(first).write_bytes(content[:-100])
    assert list(store.survey([first])[1]) == [first]
    with pytest.raises(StorageError, match=first):
        sim.read_sweep(store.directory)


def test_the_file_of_another_cell_is_not_taken(store, sweep, content):
    other = sweep.cells[1].run_hash
    store.cell_file(other).write_bytes(content)
    with pytest.raises(StorageError, match="another cell"):
        store.read(other)


def test_half_written_files_are_cleared_and_never_counted(store, sweep):
    leftover = store.directory / "cells" / ".abc.parquet.xyz.partial"
    leftover.write_bytes(b"half")
    store.begin(sweep)
    assert not leftover.exists()
    assert len(contents(store.directory)) == 2


def test_a_failing_disk_leaves_the_earlier_file(store, sweep, content, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    file = store.cell_file(sweep.cells[0].run_hash)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"No space left on device.*kept"):
        store.write(file, b"new")
    assert file.read_bytes() == content
    assert list(file.parent.glob(".*")) == []


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "diary.txt").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="no sweep"):
        Store(tmp_path).prepare()
    with pytest.raises(StorageError, match="folder of a sweep"):
        sim.read_sweep(tmp_path)


def test_a_log_line_cut_by_a_kill_spoils_no_other(store):
    store.log("finished", cell="a", seconds=1.0)
    with (store.directory / "log.jsonl").open("ab") as file:
        file.write(b'{"time": "2026-')
    store.log("finished", cell="b", seconds=2.0)
    assert [event["cell"] for event in store.events()] == ["a", "b"]


def test_the_lock_is_held_by_one_and_freed_by_death(tmp_path):
    code = "import sys, time, pathlib; from sim.studies.sweeps.lock import locked\n"
    code += "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with other:
        assert other.stdout.readline() == "held\n"
        assert f"process {other.pid} " in holder(tmp_path)
        with pytest.raises(StorageError, match=f"process {other.pid} .*wait for it"), locked(tmp_path):
            pass
        other.kill()
        other.wait()
    assert holder(tmp_path) is None
    with locked(tmp_path):
        assert f"process {os.getpid()} " in (tmp_path / "lock").read_text(encoding="utf-8")
