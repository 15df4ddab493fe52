"""A run whose files were damaged is computed again, or refused by name: no traceback, no figure from a changed file."""

import json
import shutil

import pytest

import sim
from sim.results.atomic_writes import StorageError
from sim.simulation.plan import Plan, PlanError
from tests.builders import command

ARGUMENTS = ("configs/article.yaml", "--worlds", "64", "--jobs", "1", "--set", "horizon_days=30")
ONE = ("--set", "strategies={independent: [store]}")
DEEP = "[" * 100_000
SUMMARIES = {
    "truncated": lambda text: text[: len(text) // 2],
    "deep": lambda text: DEEP,
    "a list": lambda text: "[]",
    "empty": lambda text: "{}",
    "another number": lambda text: text.replace("0", "1", 1),
    "not UTF-8": lambda text: b"\xff\xfe",
}
MANIFESTS = {
    "no seconds": lambda content: {key: value for key, value in content.items() if key != "wall_seconds"},
    "seconds in words": lambda content: content | {"wall_seconds": "long"},
    "endless seconds": lambda content: content | {"wall_seconds": float("inf")},
    "a list": lambda content: [],
    "a scenario in words": lambda content: content | {"scenario": "mine"},
    "worlds in words": lambda content: content | {"worlds": "many"},
    "more worlds": lambda content: content | {"worlds": 128},
    "no keep": lambda content: {key: value for key, value in content.items() if key != "keep"},
    "a stop in words": lambda content: content | {"stop": "soon"},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damage") / "run"
    scenario = sim.load("configs/article.yaml", ["horizon_days=30", "strategies={independent: [store]}"])
    return sim.run(scenario, worlds=64).save(folder)


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


def write(file, content):
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.slow
@pytest.mark.parametrize("damage", SUMMARIES)
def test_a_damaged_summary_is_never_shown(run, whole, damage, monkeypatch, capsys):
    file = run / "summary.json"
    write(file, SUMMARIES[damage](file.read_text(encoding="utf-8")))
    outcome = command(monkeypatch, capsys, "report", str(run))
    assert outcome.status == 2
    assert "summary.json" in outcome.err
    assert "Traceback" not in outcome.err
    outcome = command(monkeypatch, capsys, "run", *ARGUMENTS, *ONE, "--quiet", "--out", str(run))
    assert outcome.status == 0, outcome.err
    assert file.read_bytes() == (whole / "summary.json").read_bytes()


@pytest.mark.parametrize("damage", MANIFESTS)
def test_a_damaged_manifest_is_refused(run, damage, monkeypatch, capsys):
    file = run / "manifest.json"
    write(file, json.dumps(MANIFESTS[damage](json.loads(file.read_text(encoding="utf-8")))))
    outcome = command(monkeypatch, capsys, "report", str(run))
    assert outcome.status == 2
    assert str(run) in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("name", ["monthly.parquet", "paths.parquet", "worlds.parquet", "statements.csv"])
@pytest.mark.parametrize("damage", ["missing", "truncated", "foreign", "a folder"])
def test_a_damaged_table_is_refused(run, name, damage):
    file = run / name
    content = file.read_bytes()
    file.unlink()
    if damage == "truncated":
        file.write_bytes(b"" if name.endswith("csv") else content[: len(content) // 2])
    elif damage == "foreign":
        other = "worlds.parquet" if name != "worlds.parquet" else "paths.parquet"
        file.write_bytes(b"\xff\xfe\x00" if name.endswith("csv") else (run / other).read_bytes())
    elif damage == "a folder":
        file.mkdir()
    with pytest.raises(StorageError, match="missing or was changed"):
        sim.read(run)


def test_a_run_too_large_for_anything_is_refused_at_once():
    with pytest.raises(PlanError, match="at most 2,147,483,647"):
        Plan(worlds=10**30)
