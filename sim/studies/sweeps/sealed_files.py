"""Sealed files of a sweep: parquet that anybody reads, with a checksum over every byte of it.

`encode` and `decode` write and read one, `encode_cell` a cell's; `seal` and `unseal` do the same for any bytes.

The checksum stands inside the file: the digest of the whole file with zeros in the digest's place. One file can then be
renamed into place at once, and a flipped bit anywhere, or a missing end, shows.
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.results.files import read_parquet
from sim.studies.sweeps.rows import Row

if TYPE_CHECKING:
    import pyarrow

FORMAT = 1
"""Version of the store's files."""

MARK = b"sim-sha256:"
BLANK = b"0" * 64
PLACE = MARK + BLANK
"""What stands in a file where its digest will."""

META = "sim"
CHECKSUM = "sim.checksum"


class DamagedError(Exception):
    """A file that is not what was written; the message says what is wrong with it."""


def encode(table: pyarrow.Table, meta: dict[str, Any]) -> bytes:
    """Return a table with its metadata as parquet, sealed; same content, same bytes."""
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    words = {META: json.dumps({"format": FORMAT, **meta}, sort_keys=True), CHECKSUM: PLACE.decode()}
    with pq.ParquetWriter(buffer, table.schema, store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(words)
    return seal(buffer.getvalue())


def seal(content: bytes) -> bytes:
    """Return the content with its digest in the place kept for it."""
    if not content[content.find(MARK) :].startswith(PLACE):
        raise ValueError("the place of the checksum is not the first of its kind in this file")
    return content.replace(PLACE, MARK + hashlib.sha256(content).hexdigest().encode(), 1)


def unseal(content: bytes) -> None:
    """Check the digest, or raise DamagedError."""
    start = content.find(MARK)
    if start < 0:
        raise DamagedError("has no checksum: it was cut off, or is no file of a sweep")
    place = slice(start + len(MARK), start + len(PLACE))
    blank = content[: place.start] + BLANK + content[place.stop :]
    if hashlib.sha256(blank).hexdigest().encode() != content[place]:
        raise DamagedError("does not match its checksum: bytes were changed or lost")


def decode(content: bytes) -> tuple[pyarrow.Table, dict[str, Any]]:
    """Return table and metadata of a sealed file, or raise DamagedError."""
    unseal(content)
    table = read_parquet(io.BytesIO(content))
    meta = json.loads(table.schema.metadata[META.encode()])
    if meta.get("format") != FORMAT:
        raise DamagedError(f"is of format {meta.get('format')}, this version reads {FORMAT}")
    return table, meta


def encode_cell(rows: list[Row], meta: dict[str, Any]) -> bytes:
    """Return a cell's file: its estimates, and what it is the cell of."""
    import pyarrow as pa

    names = ("strategy", "month", "figure", "reading", "estimate", "low", "high", "level", "method", "n")
    whole = all(isinstance(row["month"], int) for row in rows)
    types = {"month": pa.int32() if whole else pa.float64()} | dict.fromkeys(
        ("strategy", "figure", "reading", "method"), pa.string()
    )
    schema = pa.schema([(name, types.get(name, pa.float64())) for name in names])
    return encode(pa.Table.from_pylist(rows, schema), meta)


def column(values: list[Any]) -> pyarrow.Array:
    """Return a column of an axis: numbers, true and false, or else text (a distribution as JSON)."""
    import pyarrow as pa

    found = {type(value) for value in values if value is not None}
    for types, of_column in (({bool}, pa.bool_()), ({int}, pa.int64()), ({int, float}, pa.float64())):
        if found and found <= types:
            return pa.array(values, of_column)
    texts = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
    return pa.array(texts, pa.string())


def axis_table(cells: list[str], values: list[dict[str, Any]], axes: tuple[str, ...]) -> pyarrow.Table:
    """Return one row a cell: its hash and its value on every axis (nothing where it keeps the base's)."""
    import pyarrow as pa

    columns = {"cell": pa.array(cells, pa.string())}
    return pa.table(columns | {axis: column([found.get(axis) for found in values]) for axis in axes})


def stacked(axes: pyarrow.Table, parts: list[pyarrow.Table]) -> pyarrow.Table:
    """Return the rows of all cells, each with its cell's axes before it; of these there is one row a part."""
    import pyarrow as pa

    rows = pa.concat_tables(parts, promote_options="permissive")
    before = axes.take(np.repeat(np.arange(len(parts)), [part.num_rows for part in parts]))
    return pa.table({name: table[name] for table in (before, rows) for name in table.column_names}).combine_chunks()


def from_rows(rows: list[Row]) -> pyarrow.Table:
    """Return rows as a table; a column without a single figure counts as numbers."""
    import pyarrow as pa

    table = pa.Table.from_pylist(rows)
    fields = [field.with_type(pa.float64()) if pa.types.is_null(field.type) else field for field in table.schema]
    return table.cast(pa.schema(fields))
