"""The folder of a sweep: one sealed file a cell, whole or absent whatever kills the process.

| file | what |
|---|---|
| ``sweep.json`` | the design: axes, and every cell's values and run hash |
| ``cells/<run hash>.parquet`` | the estimates of one cell; nothing in it varies from run to run |
| ``index.parquet`` | axes and headline estimates of all cells, made from the files of those that are finished |
| ``log.jsonl`` | when what was computed, how long it took, what failed and why |
| ``lock`` | held by the process that is working here |
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.atomic_writes import PARTIAL, StorageError, write_whole
from sim.results.shown import display_of
from sim.studies.sweeps import sealed_files
from sim.studies.sweeps.design import Sweep
from sim.studies.sweeps.rows import headlines
from sim.studies.sweeps.sealed_files import FORMAT, DamagedError, axis_table, from_rows, stacked
from sim.text.version import package_version

if TYPE_CHECKING:
    import pyarrow

DESIGN = "sweep.json"
INDEX = "index.parquet"
LOG = "log.jsonl"
CELLS = "cells"
CHECKSUM = "checksum"

FINISHED, MISSING = "finished", "missing"
"""Of a cell, in the index: whether its file is there. Why one is not stands in the log."""

FIELDS: dict[str, dict[str, type]] = {
    "start": {"time": str},
    "failed": {"cell": str, "message": str},
    "finished": {"seconds": float},
}
"""What an event of the log must say beside its kind."""

RESUME = "the cells that were finished are kept: run the same command again"


@dataclass(frozen=True)
class Design:
    """What ``sweep.json`` says: all that is needed to read a sweep's cells.

    Parameters
    ----------
    cells : dict of str to dict
        By run hash, in the sweep's order: the values on the axes.
    size : dict of str to int
        Worlds, replicates and seed of each cell.
    currency : str or None
        Of all sums; None in a folder of an earlier version, which does not say.
    fixed : dict of str to Any
        What is changed in every cell, by dotted key.
    display : dict or None
        In which currency screens and the page show sums; None in a folder of an earlier version.
    """

    name: str
    title: str
    axes: tuple[str, ...]
    cells: dict[str, dict[str, Any]]
    size: dict[str, int]
    currency: str | None
    fixed: dict[str, Any]
    display: dict[str, Any] | None = None

    @property
    def histories(self) -> int:
        """Of each cell."""
        return self.size["worlds"] * self.size["replicates"]


@dataclass(frozen=True)
class Store:
    """The folder of a sweep."""

    directory: Path

    def cell_file(self, run_hash: str) -> Path:
        """Where a cell's file stands."""
        return self.directory / CELLS / f"{run_hash}.parquet"

    def check(self) -> None:
        """Refuse a folder that holds something else."""
        there = self.directory
        if there.is_dir() and any(there.iterdir()) and not (there / CELLS).is_dir():
            raise StorageError(f"{there}: holds files that are no sweep; choose an empty folder with --out")

    def prepare(self) -> None:
        """Make the folders, or refuse one that holds something else."""
        self.check()
        with storage_errors(self.directory):
            (self.directory / CELLS).mkdir(parents=True, exist_ok=True)

    def begin(self, sweep: Sweep) -> None:
        """Write the design, and clear what an earlier, killed process left half-written."""
        with storage_errors(self.directory):
            for folder in (self.directory, self.directory / CELLS):
                for leftover in folder.glob(f".*{PARTIAL}"):
                    leftover.unlink()
        content = {
            CHECKSUM: sealed_files.PLACE.decode(),
            "format": FORMAT,
            "name": sweep.name,
            "title": sweep.title,
            **sweep.plan.size,
            "version": package_version(),
            "sweep_hash": sweep.identity,
            "currency": sweep.cells[0].scenario.currency,
            "display": display_of(sweep.cells[0].scenario),
            "set": sweep.fixed,
            "axes": list(sweep.axes),
            "cells": [{"run_hash": cell.run_hash, "values": cell.values} for cell in sweep.cells],
        }
        text = json.dumps(content, indent=1, ensure_ascii=False)
        self.write(self.directory / DESIGN, sealed_files.seal(text.encode()))

    def design(self) -> Design:
        """Read the design, or raise StorageError."""
        path = self.directory / DESIGN
        try:
            text = path.read_bytes() if path.is_file() else b""  # a pipe is not waited for
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise StorageError(f"{path}: of format {content['format']}, this version reads {FORMAT}")
            sealed_files.unseal(text)
            cells = {cell["run_hash"]: cell["values"] for cell in content["cells"]}
            if not all(re.fullmatch(r"[0-9a-f]{64}", cell) for cell in cells):
                raise DamagedError("names a cell as no sweep does")
            size = {key: int(content[key]) for key in ("worlds", "replicates", "seed")}
            told = content.get("currency"), content.get("set", {}), content.get("display")
            return Design(content["name"], content["title"], tuple(content["axes"]), cells, size, *told)
        except DamagedError as error:
            raise StorageError(f"{path}: {error}; run the sweep again, finished cells are kept") from error
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            if isinstance(error, StorageError):
                raise
            raise StorageError(f"{self.directory}: no readable {DESIGN}; is this the folder of a sweep?") from error

    def write(self, path: Path, content: bytes) -> None:
        """Write a file whole or not at all."""
        with storage_errors(path):
            if path.is_fifo() or path.is_socket():  # nobody's file in a folder of our own, and none to write into
                path.unlink()
            write_whole(path, content)

    def _cell(self, run_hash: str) -> pyarrow.Table:
        path = self.cell_file(run_hash)
        if not path.is_file():
            raise DamagedError("is no file")
        table, meta = sealed_files.decode(path.read_bytes())
        if meta.get("run_hash") != run_hash:
            raise DamagedError(f"is the file of another cell ({meta.get('run_hash')})")
        return table

    def survey(self, cells: Iterable[str]) -> tuple[list[str], dict[str, str]]:
        """Return which of these cells are finished, and which are damaged and how; the rest has no file."""
        finished, damaged = [], {}
        for run_hash in cells:
            try:
                if self.cell_file(run_hash).exists():
                    self._cell(run_hash)
                    finished.append(run_hash)
            except DamagedError as error:
                damaged[run_hash] = str(error)
        return finished, damaged

    def read(self, run_hash: str) -> pyarrow.Table:
        """Return a cell's estimates, or refuse a file that is damaged or another cell's."""
        try:
            return self._cell(run_hash)
        except DamagedError as error:
            path = self.cell_file(run_hash)
            raise StorageError(f"{path}: {error}; run the sweep again, it is computed anew") from error

    def estimates(self) -> pyarrow.Table:
        """Return every estimate of every finished cell, its axes before it."""
        design, finished = self._finished()
        axes = axis_table(finished, [design.cells[cell] for cell in finished], design.axes)
        return stacked(axes, [self.read(cell) for cell in finished])

    def index(self) -> pyarrow.Table:
        """Return one row a cell of the design and strategy: axes, status and headline estimates.

        A cell without a file keeps its rows, without estimates: without them an axis value none of whose cells is
        there would be gone, and axes that cross would seem to move together.
        """
        design, finished = self._finished()
        parts = {}
        for cell in finished:
            rows = headlines(self.read(cell).to_pylist())
            parts[cell] = from_rows([{"strategy": row["strategy"], "status": FINISHED} | row for row in rows])
        strategies = dict.fromkeys(strategy for part in parts.values() for strategy in part["strategy"].to_pylist())
        missing = from_rows([{"strategy": strategy, "status": MISSING} for strategy in strategies])
        axes = axis_table(list(design.cells), list(design.cells.values()), design.axes)
        return stacked(axes, [parts.get(cell, missing) for cell in design.cells])

    def _finished(self) -> tuple[Design, list[str]]:
        design = self.design()
        finished = [cell for cell in design.cells if self.cell_file(cell).exists()]
        if not finished:
            raise StorageError(f"{self.directory}: no cell is finished yet")
        return design, finished

    def write_index(self) -> None:
        """Make the index from the cells' files."""
        self.write(self.directory / INDEX, sealed_files.encode(self.index(), {"content": "index"}))

    def log(self, event: str, **words: Any) -> None:
        """Note what happened, with the time: the only file of a sweep that differs from run to run."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **words}, ensure_ascii=False)
        path = self.directory / LOG
        with storage_errors(path), path.open("ab+") as file:
            if file.tell() and not _ends_a_line(path):
                line = f"\n{line}"  # a process was killed in the middle of one
            file.write(f"{line}\n".encode())

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what was noted; a line that a kill cut short, or that says nothing a sweep notes, is no event."""
        path = self.directory / LOG
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
        for line in lines:
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and _is_whole(event):
                yield event


def _is_whole(event: dict[str, Any]) -> bool:
    """Whether an event says what its kind must say, each in its type."""
    fields = {"event": str} | FIELDS.get(str(event.get("event")), {})
    return all(isinstance(event.get(name), kind) for name, kind in fields.items())


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn a failure of the disk into one sentence that says what is kept and what to do."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path}: writing failed ({error.strerror}); {RESUME}") from error
