"""Columns of numbers from CSV files that lie beside a scenario."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sim.randomness.distributions import DistributionError
from sim.randomness.distributions.notation import Written, written

MAX_DATA_FILE = 50_000_000
"""Bytes."""


def read_column(folder: Path, file: str, column: str) -> list[Written]:
    """Return a column of numbers, with their units, of a CSV file that lies in the scenario's folder or below it.

    Raises
    ------
    DistributionError
        Naming file and row.
    """
    shown = f"data file '{file if len(file) <= 100 else file[:100] + '...'}'"
    try:
        path = Path(os.path.realpath(folder / file))
        if not path.is_relative_to(os.path.realpath(folder)):
            raise DistributionError(f"{shown} lies outside the scenario's folder")
        if path.exists() and not path.is_file():
            raise DistributionError(f"{shown} is not a file")
        if path.stat().st_size > MAX_DATA_FILE:
            raise DistributionError(f"{shown} is larger than {MAX_DATA_FILE:,} bytes")
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle)
            return _numbers(((reader.line_num, row) for row in reader), shown, column)
    except DistributionError:
        raise
    except UnicodeDecodeError as error:
        remedy = "it is not UTF-8 text; save it as UTF-8, in Excel as CSV UTF-8"
        raise DistributionError(f"{shown} cannot be read ({remedy})") from error
    except (OSError, ValueError, csv.Error) as error:
        # ValueError: a null byte in the name.
        raise DistributionError(f"{shown} cannot be read ({getattr(error, 'strerror', None) or error})") from error


def _numbers(rows: Iterator[tuple[int, list[str]]], shown: str, column: str) -> list[Written]:
    header = [name.strip() for _, row in islice(rows, 1) for name in row]
    if header.count(column) != 1:
        there = f"there are: {', '.join(name if name.isprintable() else repr(name) for name in header)[:200] or 'none'}"
        what = "no column" if column not in header else "more than one column"
        raise DistributionError(f"{shown} has {what} '{column}' ({there})")
    position = header.index(column)
    cells = [(line, row[position].strip() if position < len(row) else "") for line, row in rows if row]
    while cells and not cells[-1][1]:  # a column may be shorter than its neighbours
        cells.pop()
    if len(cells) < 2:
        raise DistributionError(f"{shown}: column '{column}' holds {len(cells)} numbers; at least two are needed")
    return [_number(text, f"{shown}, line {line}") for line, text in cells]


def _number(text: str, where: str) -> Written:
    """Return one cell, written as values are written in YAML; thousands may have their comma, as exports have."""
    if not text:
        raise DistributionError(f"{where}: the cell is empty; fill it or remove the row")
    try:
        found = written(text, thousands=True)
    except DistributionError as error:
        raise DistributionError(f"{where}: {error}") from error
    if len(found.ends) > 1:
        raise DistributionError(f"{where}: {text[:40]!r} is an interval; a cell holds one number")
    return replace(found, where=where)
