"""A run on disk: whose rows its tables hold, what no spreadsheet takes for a formula, and what makes it another run."""

import csv
import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.estimates import conditioned
from sim.results import files
from sim.results.atomic_writes import StorageError
from sim.results.files import arrow_column, arrow_table, manifest, run_hash
from sim.results.statement_file import cell, guard
from sim.simulation.convergence import Goal, Stop
from sim.simulation.plan import Plan

STRATEGIES = "strategies={'=1+1': [store], alibaba: [alibaba]}"


@pytest.fixture(scope="module")
def result():
    return sim.run(sim.load("configs/article.yaml", ["horizon_days=60", STRATEGIES]), worlds=8, replicates=4)


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    return result.save(tmp_path_factory.mktemp("saved") / "run")


def test_a_path_is_numbered_by_its_world_and_then_by_its_luck(result, folder):
    table = pd.read_parquet(folder / "paths.parquet")
    assert list(table["strategy"].unique()) == ["=1+1", "alibaba"]
    for name, part in table.groupby("strategy", observed=True, sort=False):
        assert list(part["path"]) == list(range(32))
        assert list(part["world"]) == [world for world in range(8) for _ in range(4)]
        assert list(part["replicate"]) == [0, 1, 2, 3] * 8
        np.testing.assert_array_equal(part["settled_profit"], result.record(name).monthly["settled_profit"][-1])
        np.testing.assert_array_equal(part["peak_funding"], result.record(name).paths["peak_funding"])


def test_a_row_by_month_is_that_path_in_that_month(result, folder):
    table = pd.read_parquet(folder / "monthly.parquet").set_index(["strategy", "month", "path"])
    assert sorted(table.index.unique("month")) == [1, 2]
    for name in result.strategies:
        for month, path in ((1, 0), (1, 31), (2, 5)):
            expected = result.record(name).monthly["cash"][month - 1, path]
            assert table.loc[(name, month, path), "cash"] == expected


def test_a_world_is_what_its_paths_had_in_common(result, folder):
    table = pd.read_parquet(folder / "worlds.parquet")
    assert list(table["world"]) == list(range(8))
    for name, drawn in result.worlds.items():
        np.testing.assert_array_equal(table[name], drawn)


def test_tables_keep_the_layout_that_other_versions_read(result, folder):
    of_path = ["strategy", "path", "world", "replicate", "settled_profit"]
    keys = {"monthly": ["strategy", "path", "month"], "paths": of_path, "worlds": ["world"]}
    every = {name: pq.ParquetFile(folder / f"{name}.parquet") for name in keys}
    schemas = {name: file.schema_arrow for name, file in every.items()}
    assert {name: file.num_row_groups for name, file in every.items()} == {"monthly": 2, "paths": 2, "worlds": 1}
    for name, first in keys.items():
        assert schemas[name].names[: len(first)] == first
    assert schemas["monthly"].names[3:] == list(result.record("alibaba").monthly)
    whole = {"path": pa.int32(), "world": pa.int32(), "replicate": pa.int32(), "month": pa.int8()}
    for name in ("monthly", "paths"):
        for column in schemas[name]:
            text = pa.dictionary(pa.int32(), pa.string())
            assert column.type == (text if column.name == "strategy" else whole.get(column.name, pa.float32()))
    assert {column.type for column in schemas["worlds"]} == {pa.int64(), pa.float64()}


@pytest.mark.parametrize("values", [[1.5, np.nan, -0.0, np.inf], [3, -1, 0, 2]])
@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int8, np.int32, np.int64])
def test_a_column_is_what_arrow_itself_makes_of_the_numbers(values, kind):
    if np.issubdtype(kind, np.integer) and not np.isfinite(values).all():
        pytest.skip("whole numbers are finite")
    numbers = np.repeat(np.array(values, dtype=kind), 2)
    for given in (numbers, numbers[::2], numbers[::-1]):
        column = arrow_column(given)
        assert column.type == pa.array(given).type
        column.validate(full=True)
        np.testing.assert_array_equal(column.to_numpy(), given)
    table = arrow_table({"strategy": "自营 a", "amount": numbers})
    assert table["strategy"].to_pylist() == ["自营 a"] * len(numbers)
    table.validate(full=True)


def test_a_missing_number_is_an_empty_cell_and_amounts_have_cents():
    assert [cell(value) for value in (math.nan, 1.005, -0.001, 1e6, 3, "=1")] == [
        "",
        "1.00",
        "-0.00",
        "1000000.00",
        3,
        "'=1",
    ]


def test_a_name_is_no_formula_in_the_statements(folder):
    with (folder / "statements.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["strategy"] for row in csv.DictReader(file)}
    assert names == {"'=1+1", "alibaba"}


def test_statements_are_exact_to_the_cent(result, folder):
    with (folder / "statements.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    asked = itertools.product(result.strategies, ("profit_and_loss", "cash_flow"), (False, True))
    frame = pd.concat([result.statement(name, kind, total) for name, kind, total in asked])
    for column, off in (("mean", 0.01001), ("p50", 0.00501)):  # means give way so that subtotals add up
        np.testing.assert_allclose([float(row[column]) for row in rows], frame[column], rtol=0, atol=off)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_what_begins_a_formula_is_kept_from_being_one(start):
    assert guard(f"{start}cmd") == f"'{start}cmd"


def test_numbers_and_other_words_stay_as_they_are():
    assert [guard(value) for value in (-3.5, "store", "a=b", "")] == [-3.5, "store", "a=b", ""]


@pytest.mark.parametrize("part", ["write_statements", "write_tables"])
def test_what_fails_beside_the_page_fails_the_run(result, part, tmp_path, monkeypatch):
    def full(result, *to):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, part, full)
    with pytest.raises(StorageError, match="No space left on device"):
        result.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


SIZE = Plan(1, 64, 4)


@pytest.mark.parametrize(
    "other",
    [
        {"plan": Plan(2, 64, 4)},
        {"plan": Plan(1, 128, 4)},
        {"plan": Plan(1, 64, 2)},
        {"goal": Goal(0.01, None)},
        {"goal": Goal(None, 10_000)},
        {"keep": "summary"},
        {"scenario": {"wallet.capital": 9999}},
    ],
)
def test_what_changes_the_files_makes_it_another_run(result, other):
    known = {"scenario": result.scenario, "plan": SIZE, "goal": None, "keep": "paths"}
    changed = known | other
    if "scenario" in other:
        changed["scenario"] = result.scenario.with_(other["scenario"])
    assert run_hash(**changed) != run_hash(**known)


def test_a_run_that_grew_is_known_by_what_was_asked_of_it(result):
    grown = replace(result, stop=Stop(Goal(0.2, 5000), 4, True, 0.19))
    found = manifest(grown)
    assert found["run_hash"] == run_hash(result.scenario, Plan(1, 4, 4), Goal(0.2, 5000))
    assert (found["worlds"], found["stop"]["asked_worlds"]) == (8, 4)
    assert manifest(result)["run_hash"] == run_hash(result.scenario, Plan(1, 8, 4))


def test_what_was_given_holds_when_it_is_read_back(result, tmp_path, monkeypatch):
    monkeypatch.setattr(conditioned, "MIN_WORLDS", 2)
    middle = float(np.median(result.record("alibaba").monthly["cash"][0]))
    seen = result.given(f"alibaba.cash[1] <= {middle:.2f}")
    again = sim.read(seen.save(tmp_path / "seen"))
    kept = result.record("alibaba").monthly["cash"][0] <= round(middle, 2)
    assert 0 < kept.sum() < 32
    np.testing.assert_array_equal(again.sample.mask, kept)
    pd.testing.assert_frame_equal(again.probability_of_profit(), seen.probability_of_profit())
    assert again.summary()["condition"]["paths"] == kept.sum()
    assert len(again.statement("alibaba")) > 0
    assert manifest(seen)["run_hash"] != manifest(result)["run_hash"], "sim run does not take it for the whole run"
    assert sim.read(again.save(tmp_path / "twice")).clauses == seen.clauses
