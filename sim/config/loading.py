"""Files, ``extends``, ``--set``, data columns: one document, then one scenario."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.config.reading import ConfigError, Document, KeyPath, parse, read_text
from sim.distributions import FAMILIES, DistributionError
from sim.leaves import Reader, ScenarioError
from sim.scenario import Scenario, put

DEEPEST_EXTENDS = 8
LARGEST_DATA_FILE = 50_000_000
MOST_PROBLEMS = 20


def load(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from a YAML file, or from the ``manifest.json`` of a run.

    Parameters
    ----------
    path : str or Path
    overrides : sequence of str
        ``"a.b.c=value"``, the value as YAML.
    """
    file = Path(path)
    document = _manifest(file) if file.suffix == ".json" else _with_bases(file, ())
    return _scenario(document, overrides, file.parent)


def loads(text: str, name: str = "<text>", overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from text; ``extends`` and data files are relative to the working folder."""
    document = parse(text, name)
    return _scenario(_extended(document, Path(), ()), overrides, Path())


def _manifest_content(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{file}: not valid JSON ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("scenario"), dict):
        raise ConfigError(f"{file}: is not the manifest of a run: it has no scenario")
    return content


def _manifest(file: Path) -> Document:
    return Document(str(file), _manifest_content(file)["scenario"])


def manifest_size(file: Path) -> tuple[int, int, int]:
    """Return worlds, replicates and seed of the run whose manifest this is."""
    content = _manifest_content(file)
    found = [content.get(name) for name in ("worlds", "replicates", "seed")]
    if not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in found):
        raise ConfigError(f"{file}: worlds, replicates and seed must be whole numbers (found {found})")
    worlds, replicates, seed = (int(number) for number in found if number is not None)
    return worlds, replicates, seed


def _with_bases(file: Path, seen: tuple[Path, ...]) -> Document:
    if file.resolve() in seen:
        raise ConfigError(f"{file}: extends itself ({' -> '.join(p.name for p in seen)} -> {file.name})")
    if len(seen) >= DEEPEST_EXTENDS:
        raise ConfigError(f"{file}: more than {DEEPEST_EXTENDS} files extend each other")
    return _extended(parse(read_text(file), str(file)), file.parent, (*seen, file.resolve()))


def _extended(document: Document, folder: Path, seen: tuple[Path, ...]) -> Document:
    base_name = document.data.pop("extends", None)
    if base_name is None:
        return document
    where = document.place(("extends",))
    if not isinstance(base_name, str):
        raise ConfigError(f"{where}: extends: found {base_name!r}; name one YAML file")
    base_file = folder / base_name
    if not base_file.exists():
        raise ConfigError(f"{where}: extends: there is no file '{base_name}' beside this one")
    base = _with_bases(base_file, seen)
    return merge(base, document)


def merge(base: Document, top: Document) -> Document:
    """Lay one document over another: mappings merge, a number or distribution replaces the inherited one whole."""
    merged = Document(top.name, dict(base.data), dict(base.lines))
    correlations = [*(base.data.get("correlations") or []), *(top.data.get("correlations") or [])]
    _lay_over(merged.data, top.data)
    merged.lines |= top.lines
    if isinstance(top.data.get("correlations"), list):
        merged.data["correlations"] = correlations
        _shift_lines(merged, base, top)
    return merged


def _shift_lines(merged: Document, base: Document, top: Document) -> None:
    offset = len(base.data.get("correlations") or [])
    for path, place in base.lines.items():
        if path[0:1] == ("correlations",):
            merged.lines[path] = place
    for path, place in top.lines.items():
        if path[0:1] == ("correlations",) and len(path) > 1 and isinstance(path[1], int):
            merged.lines[("correlations", path[1] + offset, *path[2:])] = place


def is_distribution(value: Any) -> bool:
    """Whether a mapping is a distribution rather than a group of keys."""
    families = {*FAMILIES, "mixture", "empirical"}
    return isinstance(value, dict) and any(key in families for key in value)


def _lay_over(below: dict[str, Any], above: dict[str, Any]) -> None:
    for key, value in above.items():
        inner = below.get(key)
        groups = isinstance(value, dict) and isinstance(inner, dict) and key != "strategies"
        if groups and not is_distribution(value) and not is_distribution(inner):
            below[key] = dict(inner)  # type: ignore[arg-type]
            _lay_over(below[key], value)
        else:
            below[key] = value


def _override(document: Document, override: str) -> None:
    key, separator, text = override.partition("=")
    path: KeyPath = tuple(key.strip().split("."))
    if not separator or not all(path):
        raise ConfigError(f"--set {override}: write it as key.key=value")
    value = parse(f"value: {text}", f"--set {key.strip()}").data["value"]
    put(document.data, [str(part) for part in path], value)
    for known in [p for p in document.lines if p[: len(path)] == path]:
        del document.lines[known]
    document.lines[path] = (f"--set {override}", None)


def _scenario(document: Document, overrides: Sequence[str], folder: Path) -> Scenario:
    for override in overrides:
        _override(document, override)
    reader = Reader(read_column=lambda file, column: read_column(folder, file, column))
    try:
        return Scenario.from_mapping(document.data, reader)
    except ScenarioError as error:
        lines = [
            f"{document.place(p.path)}: {p.key}: found {p.found}; {p.message}" for p in error.problems[:MOST_PROBLEMS]
        ]
        more = len(error.problems) - MOST_PROBLEMS
        raise ConfigError("\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])) from error


def read_column(folder: Path, file: str, column: str) -> list[float]:
    """Return a column of numbers of a CSV file that lies in the scenario's folder or below it.

    Raises
    ------
    DistributionError
        Naming file and row.
    """
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise DistributionError(f"data file '{file}' lies outside the scenario's folder")
    try:
        if path.stat().st_size > LARGEST_DATA_FILE:
            raise DistributionError(f"data file '{file}' is larger than {LARGEST_DATA_FILE:,} bytes")
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return _numbers(csv.DictReader(handle), file, column)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DistributionError(
            f"data file '{file}' cannot be read ({getattr(error, 'strerror', None) or error})"
        ) from error


def _numbers(rows: csv.DictReader[str], file: str, column: str) -> list[float]:
    header = rows.fieldnames or []
    if column not in header:
        raise DistributionError(
            f"data file '{file}' has no column '{column}' (there are: {', '.join(header) or 'none'})"
        )
    out = []
    for row in rows:
        text = (row[column] or "").strip()
        if not text:
            continue
        try:
            number = float(text)
        except ValueError as error:
            raise DistributionError(
                f"data file '{file}', line {rows.line_num}: '{text[:40]}' is not a number"
            ) from error
        if not math.isfinite(number):
            raise DistributionError(f"data file '{file}', line {rows.line_num}: '{text}' is not a finite number")
        out.append(number)
    if len(out) < 2:
        raise DistributionError(
            f"data file '{file}': column '{column}' holds {len(out)} numbers; at least two are needed"
        )
    return out
