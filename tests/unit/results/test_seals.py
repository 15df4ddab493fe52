"""A saved run is read as it was written, or refused by the name of the file that was changed."""

import csv
import io
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.results.files import finished
from tests.builders import command

FORMER = Path("tests/golden/former/run")
pytestmark = pytest.mark.filterwarnings("ignore:.*saved by an earlier version:UserWarning")
FEW = ["horizon_days=60", "strategies={independent: [store], '=7': [alibaba]}"]
DATA = ("monthly.parquet", "paths.parquet", "worlds.parquet", "statements.csv")
SEALED = (*DATA, "manifest.json", "summary.json")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return sim.run(sim.load("configs/article.yaml", FEW), worlds=8, replicates=2).save(
        tmp_path_factory.mktemp("seals") / "run"
    )


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    found = sim.run(sim.load("configs/article.yaml", FEW), worlds=8, replicates=2, keep="summary")
    return found.save(tmp_path_factory.mktemp("seals") / "counts")


@pytest.fixture
def run(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "run"))


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def flip(file, at, bit=0):
    content = bytearray(file.read_bytes())
    content[at] ^= 1 << bit
    file.write_bytes(content)


@pytest.mark.parametrize("name", SEALED)
def test_a_flipped_bit_is_refused_by_the_name_of_its_file(run, name):
    flip(run / name, len((run / name).read_bytes()) // 2)
    with pytest.raises(StorageError, match=rf"{name}") as refused:
        sim.read(run)
    assert "run the scenario again" in str(refused.value) or "is this the folder of a run" in str(refused.value)


@pytest.mark.parametrize("name", DATA)
def test_a_damaged_run_is_not_said_to_be_there(run, name):
    identity = manifest(run)["run_hash"]
    assert finished(run, identity) is not None
    flip(run / name, -1)
    assert finished(run, identity) is None


@pytest.mark.parametrize("name", ["statements.csv", "summary.json", "manifest.json"])
def test_counts_that_were_changed_are_computed_again(counted, name, tmp_path):
    folder = Path(shutil.copytree(counted, tmp_path / "counts"))
    identity = manifest(folder)["run_hash"]
    assert finished(folder, identity) is not None
    file = folder / name
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    assert finished(folder, identity) is None


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"given": ["independent.cash[1] >= 0"]},
        {"replicates": 4},
        {"stop": {"goal": {"precision": 0.01, "most_paths": None}, "asked_worlds": 8, "converged": True}},
        {"versions": {}},
        {"versions": None},
        {"scenario": {}},
        {"wall_seconds": float("inf")},
        {"result_sha256": "0" * 64},
        {"keep": "summary"},
    ],
)
@pytest.mark.parametrize("source", ["whole", "former"])
def test_a_changed_value_of_a_manifest_is_refused(source, change, whole, tmp_path):
    folder = Path(shutil.copytree(whole if source == "whole" else FORMER, tmp_path / "run"))
    content = manifest(folder) | change
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(StorageError, match="was changed since"):
        sim.read(folder)


@pytest.mark.parametrize("name", ["monthly", "paths", "worlds"])
@pytest.mark.parametrize("source", ["whole", "former"])
def test_a_changed_cell_of_a_table_is_refused(source, name, whole, tmp_path):
    folder = Path(shutil.copytree(whole if source == "whole" else FORMER, tmp_path / "run"))
    change_cell(folder / f"{name}.parquet", row=3, column=-1)
    with pytest.raises(StorageError, match="was changed since"):
        sim.read(folder)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(run):
    import os

    for name in SEALED:
        content = (run / name).read_bytes()
        (run / name).unlink()
        os.mkfifo(run / name)
        with pytest.raises(StorageError, match=name):
            sim.read(run)
        (run / name).unlink()
        (run / name).write_bytes(content)
    assert sim.read(run)


@pytest.mark.parametrize("name", ["=7", "'=7", "''+1", "007", "NA", "true", "'x"])
def test_statements_of_any_name_are_read_back(name, tmp_path):
    scenario = sim.load("configs/article.yaml", ["horizon_days=30"]).with_({"strategies": {name: ["alibaba"]}})
    fresh = sim.run(scenario, worlds=8, replicates=2)
    read = sim.read(fresh.save(tmp_path / "run"))
    assert len(read.statement(name)) == len(fresh.statement(name)) > 0
    assert set(read.statement(name)["strategy"]) == {name}


def change_cell(file, row, column):
    """Write a table again with one other number in it."""
    table = pq.read_table(file)
    values = np.array(table.column(column).to_numpy(zero_copy_only=False))
    values[row] = values[row] + 1 if np.isfinite(values[row]) else 1
    position = column % table.num_columns
    changed = pa.array(values, table.schema.field(position).type)
    pq.write_table(table.set_column(position, table.schema.field(position).name, changed), file)


def change_value(file, rng):
    """Change one value of one of a run's files, as a hand or a program might."""
    if file.suffix == ".parquet":
        table = pq.ParquetFile(file).schema_arrow
        numbers = [place for place, field in enumerate(table) if not pa.types.is_dictionary(field.type)]
        change_cell(file, int(rng.integers(8)), int(rng.choice(numbers)))
    elif file.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        row = rows[int(rng.integers(1, len(rows)))]
        row[int(rng.integers(3, len(row)))] = "123456.78"
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerows(rows)
    else:
        content = json.loads(file.read_text(encoding="utf-8"))
        holder, key = leaf(content, rng)
        holder[key] = 7 if holder[key] != 7 else 8
        file.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def leaf(content, rng):
    """Return one of the innermost values of plain data, as what holds it and its key."""
    while True:
        keys = list(content) if isinstance(content, dict) else range(len(content))
        key = keys[int(rng.integers(len(keys)))]
        if not isinstance(content[key], dict | list) or not content[key]:
            return content, key
        content = content[key]


def is_as_it_was(folder, truth):
    """Whether a folder is read as the run that was saved; refused is neither."""
    found = sim.read(folder)
    same = (found.summary(), found.stop, found.seconds) == (truth.summary(), truth.stop, truth.seconds)
    return same and found == truth and found.statements.equals(truth.statements)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "times"), [("bits", 300), ("values", 60)])
def test_no_changed_folder_is_read_as_another_result(kind, times, whole, tmp_path, rng):
    truth, refused = sim.read(whole), 0
    for number in range(times):
        folder = Path(shutil.copytree(whole, tmp_path / str(number)))
        file = folder / SEALED[number % len(SEALED)]
        if kind == "bits":
            flip(file, int(rng.integers(file.stat().st_size)), int(rng.integers(8)))
        else:
            change_value(file, rng)
        try:
            assert is_as_it_was(folder, truth), f"{file}: another result"
        except StorageError:
            refused += 1
        shutil.rmtree(folder)
    assert refused > 0.95 * times


@pytest.mark.slow
def test_of_a_former_run_no_changed_table_and_no_changed_manifest_is_read_as_another_result(tmp_path, rng):
    truth = sim.read(FORMER)
    for number in range(150):
        folder = Path(shutil.copytree(FORMER, tmp_path / str(number)))
        file = folder / rng.choice([name for name in SEALED if name != "statements.csv"])
        flip(file, int(rng.integers(file.stat().st_size)), int(rng.integers(8)))
        try:
            found = sim.read(folder)
        except StorageError:
            continue
        assert (found, found.summary(), found.stop) == (truth, truth.summary(), truth.stop), file
        shutil.rmtree(folder)


@pytest.mark.slow
def test_a_report_of_a_changed_run_is_refused(run, monkeypatch, capsys):
    flip(run / "monthly.parquet", 2000)
    outcome = command(monkeypatch, capsys, "report", run)
    assert outcome.status == 2
    assert "monthly.parquet: is missing or was changed since the run was saved" in outcome.err
