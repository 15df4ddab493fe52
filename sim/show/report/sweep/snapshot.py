"""A sweep as it stands, finished or not: its design, every cell's outcomes as far as they are there, and what failed.

`read_snapshot` reads it from the sweep's folder.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.files import frame_of
from sim.scenario.meanings import described
from sim.show.plots.sweeps.axes import value_text
from sim.show.plots.sweeps.frames import AT_LEAST, Axis, axis_groups
from sim.studies.sweeps.answer import answer_of
from sim.studies.sweeps.reader import sweep_status
from sim.studies.sweeps.rows import HEADLINES
from sim.studies.sweeps.sealed_files import DamagedError, decode, encode
from sim.studies.sweeps.store import DESIGN, FINISHED, INDEX, Design, Store
from sim.text.numbers import money

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow


SUMS = tuple(name for name in HEADLINES if name.startswith(("expected_", "profit_", "cash_needed_")))
"""Columns that are sums of money, beside the ends of their intervals."""


@dataclass(frozen=True)
class Snapshot:
    """A sweep as far as it is.

    Parameters
    ----------
    design : dict
        The content of ``sweep.json``.
    frame : DataFrame
        One row a cell of the design and strategy; without outcomes where the cell is missing. Sums are in the currency
        in which the sweep is shown.
    failed : dict of str to str
        By run hash: what happened.
    values : dict of str to dict
        By run hash: the cell's values.
    finished : int
        Cells with outcomes.
    digest : str
        Of all of this: the same page is made of the same content.
    """

    design: dict[str, Any]
    frame: pd.DataFrame
    failed: dict[str, str]
    values: dict[str, dict[str, Any]]
    finished: int
    digest: str

    @property
    def cells(self) -> int:
        """Cells of the design."""
        return len(self.values)

    @cached_property
    def groups(self) -> list[Axis]:
        """The axes that vary, those that move together as one."""
        return axis_groups(self.frame)

    @cached_property
    def strategies(self) -> list[str]:
        """The strategies: first the one that the best cell names, then by what each brings where it brings most."""
        most = self.frame.groupby("strategy", sort=False)["expected_after_owner_pay"].max()
        names = [str(name) for name in most.sort_values(ascending=False, kind="stable", na_position="last").index]
        first = self.found["best"]["named"] if self.found["best"] else names[0]
        return [first, *(name for name in names if name != first)]

    @cached_property
    def found(self) -> dict[str, Any]:
        """The answer as plain data: what to take in how many cells, best and worst, where it turns."""
        answer = answer_of(self.values, self.design["axes"], records(self.frame))
        currency, display = self.design.get("currency"), self.design.get("display")
        return {"currency": display["currency"] if display else currency, "display": display} | answer

    @cached_property
    def is_grid(self) -> bool:
        """Whether every combination of the axes' values is a cell, and nothing else is."""
        keys = [axis.key for axis in self.groups]
        complete = bool(keys) and not self.frame[keys].isna().any(axis=None)
        return complete and prod(len(axis.values) for axis in self.groups) == self.cells

    def rows(self, strategy: str) -> pd.DataFrame:
        """Return one row a cell."""
        return self.frame[self.frame["strategy"] == strategy]


def read_snapshot(directory: Path) -> Snapshot:
    """Read a sweep's folder.

    Raises
    ------
    StorageError
        If it is no sweep's, no cell is finished, or a cell's file is damaged.
    """
    store = Store(directory)
    design = store.design()
    status = sweep_status(directory)
    finished, _ = store.survey(list(design.cells))
    table, content = index_of(store, design, finished)
    text = (directory / DESIGN).read_bytes()
    told = json.dumps([status.failed, status.damaged], sort_keys=True).encode()
    digest = hashlib.sha256(b"\0".join([text, content, told])).hexdigest()
    frame = shown_sums(frame_of(table), design.display)
    return Snapshot(json.loads(text), frame, status.failed, dict(design.cells), len(finished), digest)


def shown_sums(frame: pd.DataFrame, display: dict[str, Any] | None) -> pd.DataFrame:
    """Return a frame with its sums in the currency in which they are shown."""
    if display is None or display["rate"] == 1.0:
        return frame
    names = [f"{name}{end}" for name in SUMS for end in ("", "_low", "_high")]
    return frame.assign(**{name: frame[name] * display["rate"] for name in names if name in frame})


def index_of(store: Store, design: Design, finished: list[str]) -> tuple[pyarrow.Table, bytes]:
    """Return the index and its bytes: from its file if that is of this design and progress, else made anew."""
    path = store.directory / INDEX
    try:
        content = path.read_bytes()
        table, _ = decode(content)
        if is_of(table, design, finished):
            return table, content
    except (OSError, DamagedError):
        pass  # an unfinished sweep has none, and one that is damaged or no file is made anew
    table = store.index()
    return table, encode(table, {"content": "index"})


def is_of(table: pyarrow.Table, design: Design, finished: list[str]) -> bool:
    """Return whether an index has all cells of a design, and outcomes of just those that are finished."""
    figures = {f"{column}_low" for column in HEADLINES}  # a file of an earlier version may have fewer
    first = table.column_names[: 3 + len(design.axes)]
    if first != ["cell", *design.axes, "strategy", "status"] or not figures <= set(table.column_names):
        return False
    status = dict(zip(table["cell"].to_pylist(), table["status"].to_pylist(), strict=True))
    there = {cell for cell, what in status.items() if what == FINISHED}
    return list(status) == list(design.cells) and there == set(finished)


def extreme(rows: pd.DataFrame, column: str, *, least: bool = False) -> dict[str, Any]:
    """Return the row with the greatest (or least) outcome; the first of equals, and of those that have one."""
    known = rows.dropna(subset=[column])
    values = known[column].to_numpy(dtype=float)
    return records(known)[int(values.argmin() if least else values.argmax())]


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain mappings."""
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def is_known(value: Any) -> bool:
    """Return whether an outcome or a value is there."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def sum_of(row: dict[str, Any], column: str) -> str:
    """Return a sum of money of a cell; marked where so many histories were held back that it is only a lower bound."""
    mark = "≥ " if column in AT_LEAST and row["cash_at_least"] > AT_LEAST[column] else ""
    return mark + money(row[column])


def place_of(row: dict[str, Any], groups: list[Axis], language: str) -> str:
    """Return where a cell lies, in words: every axis that varies with its value."""
    return "; ".join(
        f"{described(axis.key, language, with_unit=False)} = {shown(row[axis.key], axis.key)}" for axis in groups
    )


def shown(value: Any, key: str) -> str:
    """Return an axis' value as people write it; a dash where the cell keeps the base's."""
    if not is_known(value):
        return "–"
    return str(value) if isinstance(value, (str, bool)) else value_text(value, key)
