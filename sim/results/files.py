"""The files of a run: `save` writes its folder, `read_tables` reads it, `run_hash` tells one run from another.

A folder holds ``manifest.json`` (what repeats the run, and versions), ``summary.json``, ``statements.csv`` and, where
paths were kept, ``monthly.parquet``, ``paths.parquet`` and ``worlds.parquet``. Another format, a run of counts and
damaged files are refused with `StorageError`.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, replace
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.estimates.histograms import BIN_WIDTH
from sim.results.atomic_writes import StorageError, check_writable, put_back, whole_folder
from sim.results.finished_run import Columns, FinishedRun
from sim.results.seals import (
    MANIFEST,
    SHEET,
    SUMMARY,
    TABLES,
    check_files,
    check_manifest,
    digest,
    hash_of,
    sealed,
)
from sim.results.statement_file import read_statements, write_statements
from sim.scenario.scenario import Scenario
from sim.simulation.convergence import Goal
from sim.simulation.plan import Plan
from sim.text.version import package_version

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

FORMAT = 1
"""Version of the saved format; another is refused."""

REPEATED = ("strategy", "path", "month")
"""Columns of tables that are written as a dictionary of their values: of amounts, nearly all different, one takes three
times as long to write, and more space."""

LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "joblib", "pydantic")


def run_hash(
    scenario: Scenario, plan: Plan, goal: Goal | None = None, keep: str = "paths", further: Sequence[str] = ()
) -> str:
    """Hash of everything that decides a run's files: scenario, size asked for, seed, precision, what is kept.

    Conditions on top of the scenario's own are given as ``further``.
    """
    identity: dict[str, Any] = {
        "scenario": scenario.identity(),
        "seed": plan.seed,
        "worlds": plan.worlds,
        "replicates": plan.replicates,
        "precision": goal.precision if goal else None,
        "max_paths": goal.most_paths if goal else None,
        "keep": keep,
        "version": package_version(),
    } | ({"given": list(further)} if further else {})
    return hash_of(identity)


def default_directory(scenario: Scenario, plan: Plan, goal: Goal | None = None, keep: str = "paths") -> Path:
    """Return ``outputs/<name>-<first 8 of the run hash>``."""
    return Path("outputs") / f"{scenario.name}-{run_hash(scenario, plan, goal, keep)[:8]}"


def manifest(result: FinishedRun, file: str | None = None) -> dict[str, Any]:
    """Return what is needed to repeat and to trust a run; ``file`` is what its scenario was read from, if known."""
    stop = result.stop
    plan, goal = (result.plan, None) if stop is None else (replace(result.plan, worlds=stop.asked_worlds), stop.goal)
    return {
        "format": FORMAT,
        "run_hash": run_hash(result.scenario, plan, goal, result.keep, result.further_conditions),
        "file": file,
        "scenario": result.scenario.to_mapping(),
        "scenario_sha256": result.scenario.sha256,
        "seed": result.plan.seed,
        "worlds": result.plan.worlds,
        "replicates": result.plan.replicates,
        "stop": None if stop is None else asdict(stop),
        "given": list(result.further_conditions),
        "keep": result.keep,
        "bin_width": BIN_WIDTH if result.keep == "summary" else None,
        "versions": {name: metadata.version(name) for name in LIBRARIES}
        | {"seller-sim": package_version(), "python": platform.python_version()},
        "git_commit": git_commit(),
        "wall_seconds": result.seconds,
        "result_sha256": result.sha256,
    }


def git_commit() -> str | None:
    """Return the commit of the source tree the package runs from, if it is one."""
    try:
        call = ["git", "rev-parse", "HEAD"]
        answer = subprocess.run(call, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None


def finished(directory: Path, identity: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return summary and manifest of the finished run of this identity; None where there is none, or it is damaged."""
    try:
        summary, content = read_summary(directory)
        if content["run_hash"] != identity:
            return None
        check_files(directory, content)
    except (StorageError, OSError):
        return None
    return summary, content


def read_summary(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return summary and manifest of a run as they were written.

    Raises
    ------
    StorageError
        Where a file is missing, is no JSON, is of another format, or is not what the manifest says.
    """
    put_back(folder)
    content = read_json(folder / MANIFEST)
    if content.get("format") != FORMAT:
        raise StorageError(
            f"{folder}: saved in format {content.get('format')}, this version reads {FORMAT}; run the scenario again"
        )
    summary = read_json(folder / SUMMARY)
    check_manifest(folder, content, summary)
    return summary, content


def read_json(file: Path) -> dict[str, Any]:
    """Return the object a file of a run holds."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None  # a pipe is not waited for
        if isinstance(content, dict):
            return content
    raise StorageError(f"{file.parent}: no readable {file.name}; is this the folder of a run?")


def save(
    result: FinishedRun,
    directory: str | Path,
    summary: dict[str, Any] | None = None,
    add: Callable[[Path, dict[str, Any]], None] | None = None,
    language: str = "en",
    file: str | None = None,
) -> Path:
    """Write a run's files and return the folder; the summary is made here unless it is at hand.

    ``add`` writes further files, given the folder and the manifest; they appear with the rest or not at all.
    ``file`` is what the scenario was read from, as it was typed.
    """
    target, content = Path(directory), manifest(result, file)
    check_writable(target)
    with whole_folder(target) as folder, ThreadPoolExecutor(1) as aside:
        written = aside.submit(write_data, result, folder, language)
        write_json(folder / SUMMARY, summary or result.summary())
        content["summary_sha256"] = digest(folder / SUMMARY)
        if add is not None:
            add(folder, content)
        write_json(folder / MANIFEST, sealed(content, written.result()))
    return target


def write_data(result: FinishedRun, folder: Path, language: str = "en") -> dict[str, str]:
    """Write statements and tables, and return their digests by name."""
    write_statements(result.shown(), folder / SHEET, language)
    names = [SHEET, *write_tables(result, folder)]
    return {name: digest(folder / name) for name in names}


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that every parser reads (no NaN)."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def write_tables(result: FinishedRun, folder: Path) -> list[str]:
    """Write the parquet tables and return their names.

    A strategy is a row group, so that memory stays at one strategy's table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = []
    for name, parts in result.tables():
        names.append(f"{name}.parquet")
        tables = [arrow_table(columns) for columns in parts]
        schema = pa.unify_schemas([table.schema for table in tables])
        none = pa.Table.from_batches([], schema)
        with pq.ParquetWriter(folder / names[-1], schema, use_dictionary=list(REPEATED)) as writer:
            for table in tables:
                # Strategies have different figures: columns that a table lacks are nulls.
                writer.write_table(pa.concat_tables([none, table], promote_options="default"))
    return names


def arrow_table(columns: Columns) -> pyarrow.Table:
    """Return columns as a table; a text that stands in every row becomes a dictionary of one entry."""
    import pyarrow as pa

    n_rows = max(len(values) for values in columns.values() if not isinstance(values, str))
    every_row = arrow_column(np.zeros(n_rows, dtype=np.int32))

    def column(values: Any) -> pyarrow.Array:
        if not isinstance(values, str):
            return arrow_column(values)
        text = values.encode()
        ends = pa.py_buffer(np.array([0, len(text)], dtype=np.int32))
        return pa.DictionaryArray.from_arrays(every_row, pa.StringArray.from_buffers(1, ends, pa.py_buffer(text)))

    return pa.Table.from_arrays([column(values) for values in columns.values()], names=list(columns))


def arrow_column(values: NDArray[Any]) -> pyarrow.Array:
    """Return numbers as a column over the same memory; ``pyarrow.array`` would load pandas, 40 MB, to look at them."""
    import pyarrow as pa

    memory = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, memory])


def read_tables(folder: Path, strategies: Sequence[str], rate: float = 1.0) -> dict[str, pd.DataFrame]:
    """Return the tables and the statements of a run whose paths were kept, by the names of their files."""
    tables = {name: frame_of(read_parquet(folder / f"{name}.parquet")) for name in TABLES}
    return tables | {"statements": read_statements(folder / SHEET, strategies, rate)}


def read_parquet(source: Path | BytesIO) -> pyarrow.Table:
    """Read a table, its file's metadata in the schema's, in this thread alone.

    Arrow's threads let go of a Python object after the answer is there, and a process that ends in that moment is
    aborted: https://github.com/apache/arrow/issues/34314. The files are small; threads read them no faster.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(source, pre_buffer=False) as file:
        return file.read(use_threads=False)


def frame_of(table: pyarrow.Table) -> pd.DataFrame:
    """Return a table as a frame, made in this thread alone as well."""
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame
