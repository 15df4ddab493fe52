"""A sweep's folder that somebody, or a disk, has meddled with: named in a sentence or computed anew, never believed."""

import json
import os
from pathlib import Path

import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.studies.sweeps.lock import holder, locked
from sim.studies.sweeps.reader import sweep_status
from sim.studies.sweeps.runner import run_sweep
from sim.studies.sweeps.store import Store
from tests.builders import write_sweep


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    return sim.load_sweep(write_sweep(tmp_path_factory.mktemp("design")))


@pytest.fixture(scope="module")
def sound(sweep, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound") / "sweep"
    run_sweep(sweep, folder, n_jobs=1)
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def store(sound, tmp_path):
    for name, content in sound.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    return Store(tmp_path)


def no_finite_values(design):
    design["cells"][0]["values"] = dict.fromkeys(design["cells"][0]["values"], float("nan"))


def another_value(design):
    key = next(iter(design["cells"][0]["values"]))
    design["cells"][0]["values"][key] = 0.123


def values_that_are_a_list(design):
    design["cells"][0]["values"] = [1]


def a_cell_outside(design):
    design["cells"][0]["run_hash"] = f"../../elsewhere/{design['cells'][0]['run_hash']}"


def a_name_that_is_no_text(design):
    design["name"] = {"a": 1}


def no_cells(design):
    design["cells"] = []


@pytest.mark.parametrize(
    "change",
    [no_finite_values, another_value, values_that_are_a_list, a_cell_outside, a_name_that_is_no_text, no_cells],
)
def test_a_changed_design_is_not_believed(store, sweep, sound, change):
    file = store.directory / "sweep.json"
    design = json.loads(file.read_text(encoding="utf-8"))
    change(design)
    file.write_text(json.dumps(design, indent=1, ensure_ascii=False), encoding="utf-8")
    for read in (sim.read_sweep, sweep_status):
        with pytest.raises(StorageError, match=r"sweep\.json: .*run the sweep again, finished cells are kept"):
            read(store.directory)
    assert run_sweep(sweep, store.directory, n_jobs=1).computed == 0
    assert file.read_bytes() == sound["sweep.json"]


def test_a_design_sealed_by_a_stranger_still_cannot_point_outside(store):
    from sim.studies.sweeps.sealed_files import BLANK, MARK, seal

    file = store.directory / "sweep.json"
    design = json.loads(file.read_text(encoding="utf-8"))
    a_cell_outside(design)
    design["checksum"] = (MARK + BLANK).decode()
    file.write_bytes(seal(json.dumps(design).encode()))
    with pytest.raises(StorageError, match="names a cell as no sweep does"):
        store.design()


@pytest.mark.parametrize("text", ["[" * 100_000, "[1]", "5", "", '{"format": 1}', "\ud83d"])
def test_a_design_that_is_none_is_named(store, text):
    (store.directory / "sweep.json").write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(StorageError, match=r"sweep\.json"):
        store.design()


LIES = [
    "5",
    "null",
    "[]",
    "{}",
    "[" * 100_000,
    '{"event": "finished", "cell": "x", "seconds": "long"}',
    '{"event": "finished"}',
    '{"event": "failed", "cell": [1], "message": "m"}',
    '{"event": "failed", "cell": "x"}',
    '{"event": 7}',
]


@pytest.mark.parametrize("line", LIES)
def test_a_log_that_lies_stops_nobody(store, sweep, line):
    log = store.directory / "log.jsonl"
    honest = list(store.events())
    log.write_text(f"{line}\n{log.read_text(encoding='utf-8')}", encoding="utf-8")
    assert list(store.events()) == honest
    status = sweep_status(store.directory)
    assert (status.finished, status.failed) == (len(sweep.cells), {})


def test_a_log_that_is_a_folder_is_empty(store):
    (store.directory / "log.jsonl").unlink()
    (store.directory / "log.jsonl").mkdir()
    assert list(store.events()) == []
    with pytest.raises(StorageError, match=r"log\.jsonl"):
        store.log("finished", cell="a", seconds=1.0)


def a_folder(file, _):
    file.unlink()
    file.mkdir()


def a_pipe(file, _):
    file.unlink()
    os.mkfifo(file)


def the_file_of_another(file, other):
    file.write_bytes(other.read_bytes())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names need POSIX")
@pytest.mark.parametrize("change", [a_folder, a_pipe, the_file_of_another])
def test_what_stands_in_the_place_of_a_cell_is_not_read_as_one(store, sweep, sound, change):
    first, second = (store.cell_file(cell.run_hash) for cell in sweep.cells[:2])
    change(first, second)
    assert list(sweep_status(store.directory).damaged) == [sweep.cells[0].run_hash]
    with pytest.raises(StorageError, match="it is computed anew"):
        sim.read_sweep(store.directory)
    if change is a_folder:
        first.rmdir()  # no file takes the place of a folder; a resumed sweep says so
    assert run_sweep(sweep, store.directory, n_jobs=1).computed == 1
    assert first.read_bytes() == sound[str(Path("cells") / first.name)]


def test_a_lock_that_cannot_be_opened_is_named(store):
    (store.directory / "lock").unlink()
    (store.directory / "lock").mkdir()
    with pytest.raises(StorageError, match="lock: cannot be opened"):
        holder(store.directory)
    with pytest.raises(StorageError, match="lock: cannot be opened"), locked(store.directory):
        pass


def test_an_index_that_is_a_folder_is_made_anew_for_the_page(store):
    from sim.show.report import sweep_page

    (store.directory / "index.parquet").unlink()
    (store.directory / "index.parquet").mkdir()
    assert "<html" in sweep_page(store.directory, "en")
