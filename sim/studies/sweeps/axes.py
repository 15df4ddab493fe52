"""Values of a sweep's axes: lists, even steps, even ratios, and points spread over ranges.

`axis_values` reads one axis, `spread` a Latin hypercube or a Sobol' sequence; `fields`, `whole_number` and `ends` read
the parts of a sweep's file and refuse by file, line and key.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.randomness.world_sampling import latin_hypercube, sobol_points
from sim.scenario.yaml_reader import ConfigError, Document, KeyPath
from sim.text.messages import shortened

MAX_CELLS = 10_000
"""Cells of one sweep; at a second each, most of a night on one core."""

N_DIGITS = 12
"""Significant digits of a computed value: 0.3, not 0.30000000000000004, in tables and hashes."""

SPACINGS = ("linspace", "logspace")


def refuse(document: Document, path: KeyPath, found: Any, message: str) -> ConfigError:
    """Return the error that names file, line and key of what is wrong in a sweep's file."""
    shown = ".".join(map(str, path)) or "the file"
    return ConfigError(f"{document.place(path)}: {shown}: found {shortened(found)}; {message}")


def fields(
    document: Document, path: KeyPath, found: Any, needed: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Any:
    """Return a mapping that has the keys it needs and none beyond those it may have."""
    allowed = ", ".join((*needed, *optional))
    if not isinstance(found, dict):
        raise refuse(document, path, found, f"must be a mapping with: {allowed}")
    for key in found:
        if key not in (*needed, *optional):
            raise refuse(document, (*path, key), found[key], f"unknown key (there are: {allowed})")
    for key in needed:
        if key not in found:
            raise refuse(document, path, found, f"{key} is missing: add it")
    return found


def whole_number(document: Document, path: KeyPath, found: Any, low: int, high: int) -> int:
    """Return a whole number within its range."""
    if isinstance(found, bool) or not isinstance(found, int) or not low <= found <= high:
        raise refuse(document, path, found, f"must be a whole number from {low:,} to {high:,}")
    return found


def ends(document: Document, path: KeyPath, found: dict[str, Any], logarithmic: bool) -> tuple[float, float]:
    """Return the two ends of a range."""
    for key in ("from", "to"):
        value = found[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise refuse(document, (*path, key), value, "must be a finite number")
        if logarithmic and value <= 0:
            raise refuse(document, (*path, key), value, "must be above 0 where steps are ratios")
    if found["from"] == found["to"]:
        raise refuse(document, (*path, "to"), found["to"], "must differ from the other end")
    return found["from"], found["to"]


def tidy(values: Any, whole: bool) -> list[float]:
    """Return computed values as plain numbers without rounding noise; whole ones where both ends were written so."""
    plain = [float(f"{value:.{N_DIGITS}g}") for value in values]
    return [int(value) for value in plain] if whole and all(value.is_integer() for value in plain) else plain


def axis_values(document: Document, path: KeyPath, found: Any) -> list[Any]:
    """Return the values of one axis.

    Parameters
    ----------
    found : list or dict
        ``[0.1, 0.2]``, ``{linspace: {from: 0, to: 1, n: 5}}`` or ``{logspace: {from: 1, to: 100, n: 3}}``.
    """
    if isinstance(found, list):
        if not found:
            raise refuse(document, path, found, "give at least one value")
        for position, value in enumerate(found):
            if value in found[:position]:
                raise refuse(document, (*path, position), value, "stands twice; keep one of them")
        return found
    spacing = next(iter(found)) if isinstance(found, dict) and len(found) == 1 else None
    if spacing not in SPACINGS:
        allowed = "a list, {linspace: {from: ., to: ., n: .}} or {logspace: {from: ., to: ., n: .}}"
        raise refuse(document, path, found, f"must be {allowed}")
    inner = (*path, spacing)
    given = fields(document, inner, found[spacing], ("from", "to", "n"))
    n = whole_number(document, (*inner, "n"), given["n"], 2, MAX_CELLS)
    low, high = ends(document, inner, given, spacing == "logspace")
    whole = isinstance(low, int) and isinstance(high, int)
    return tidy((np.linspace if spacing == "linspace" else np.geomspace)(low, high, n), whole)


def spread(document: Document, kind: str, found: Any, seed: int) -> list[dict[str, Any]]:
    """Return points spread evenly over ranges, a dict of values each.

    Parameters
    ----------
    kind : {"latin_hypercube", "sobol"}
    found : dict
        ``{n: 64, ranges: {store.meta.cpm: {from: 8, to: 25, log: true}}}``.
    seed : int
        The sweep's: same seed, same points.
    """
    path: KeyPath = (kind,)
    given = fields(document, path, found, ("n", "ranges"))
    n = whole_number(document, (*path, "n"), given["n"], 2, MAX_CELLS)
    if kind == "sobol" and n & (n - 1):
        near = 2 ** round(math.log2(n))
        raise refuse(document, (*path, "n"), n, f"must be a power of two, such as {near}: only then are points even")
    ranges = given["ranges"]
    if not isinstance(ranges, dict) or not ranges:
        raise refuse(document, (*path, "ranges"), ranges, "must be a mapping of keys to {from: ., to: .}")
    if kind == "sobol":
        shares = sobol_points(seed, "sweep.sobol", 0, len(ranges), n)
    else:
        shares = latin_hypercube(seed, [f"sweep.latin_hypercube.{key}" for key in ranges], 0, n)
    columns = {}
    for share, (key, limits) in zip(shares, ranges.items(), strict=True):
        place = (*path, "ranges", key)
        inner = fields(document, place, limits, ("from", "to"), ("log",))
        logarithmic = inner.get("log", False)
        if not isinstance(logarithmic, bool):
            raise refuse(document, (*place, "log"), logarithmic, "must be true or false")
        low, high = ends(document, place, inner, logarithmic)
        columns[key] = tidy(low * (high / low) ** share if logarithmic else low + (high - low) * share, False)
    return [dict(zip(columns, point, strict=True)) for point in zip(*columns.values(), strict=True)]
