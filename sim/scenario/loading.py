"""Scenarios from YAML files, from text and from the manifests of runs.

:func:`load` and :func:`loads` lay a file over those it extends, and overrides over both, and validate the whole;
errors name file and line. :func:`manifest_size` and :func:`manifest_goal` read what else a run was asked for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.randomness.distributions import is_distribution
from sim.scenario.data_files import read_column
from sim.scenario.overrides import lay_overrides
from sim.scenario.problems import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.values import Reader
from sim.scenario.yaml_reader import ConfigError, Document, check_texts, parse, read_text
from sim.text.messages import shortened

MAX_EXTENDS = 8
MAX_MANIFEST = 200_000_000
"""Bytes. A resolved scenario carries the columns of its data files."""

MAX_PROBLEMS = 20

SWEEPING = ("axes", "latin_hypercube", "sobol", "cells")
"""What makes a file with a base a sweep."""


def load(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from a YAML file, or from the ``manifest.json`` of a run.

    Parameters
    ----------
    path : str or Path
    overrides : sequence of str
        ``"a.b.c=value"``, the value as YAML.
    """
    file = Path(path)
    if "\0" in str(file):
        raise ConfigError(f"{str(file)!r}: is no name of a file")
    document = _manifest(file) if file.suffix == ".json" else _with_bases(file, ())
    return _scenario(document, overrides, file.parent)


def loads(text: str, name: str = "<text>", overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from text; ``extends`` and data files are relative to the working folder."""
    document = parse(text, name)
    return _scenario(_extended(document, Path(), ()), overrides, Path())


def _manifest_content(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(read_text(file, MAX_MANIFEST))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{file}: not valid JSON ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("scenario"), dict):
        raise ConfigError(f"{file}: is not the manifest of a run: it has no scenario")
    check_texts(content["scenario"], str(file))
    return content


def _manifest(file: Path) -> Document:
    return Document(str(file), _manifest_content(file)["scenario"])


def manifest_size(file: Path) -> tuple[int, int, int]:
    """Return worlds, replicates and seed of the run whose manifest this is."""
    content = _manifest_content(file)
    stop = content.get("stop")
    worlds_asked = stop.get("asked_worlds") if isinstance(stop, dict) else content.get("worlds")
    found = [worlds_asked, content.get("replicates"), content.get("seed")]
    if not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in found):
        raise ConfigError(f"{file}: worlds, replicates and seed must be whole numbers (found {found})")
    worlds, replicates, seed = (int(number) for number in found if number is not None)
    return worlds, replicates, seed


def manifest_goal(file: Path) -> tuple[float | None, int | None]:
    """Return the precision and the cap on paths that the run of this manifest was asked for."""
    stop = _manifest_content(file).get("stop")
    if stop is None:
        return None, None
    goal = stop.get("goal") if isinstance(stop, dict) else None
    if not isinstance(goal, dict):
        raise ConfigError(f"{file}: stop.goal must hold precision and most_paths (found {shortened(stop)})")
    precision, most = goal.get("precision"), goal.get("most_paths")
    if not isinstance(precision, (int, float, type(None))) or not isinstance(most, (int, type(None))):
        raise ConfigError(f"{file}: stop.goal must hold two numbers or null (found {shortened(goal)})")
    return precision, most


def _with_bases(file: Path, seen: tuple[Path, ...]) -> Document:
    if file.resolve() in seen:
        raise ConfigError(f"{file}: extends itself ({' -> '.join(p.name for p in seen)} -> {file.name})")
    if len(seen) >= MAX_EXTENDS:
        raise ConfigError(f"{file}: more than {MAX_EXTENDS} files extend each other")
    document = parse(read_text(file), str(file))
    if "base" in document.data and any(key in document.data for key in SWEEPING):
        raise ConfigError(f"{file}: this is a sweep: sim sweep {file}")
    return _extended(document, file.parent, (*seen, file.resolve()))


def _extended(document: Document, folder: Path, seen: tuple[Path, ...]) -> Document:
    base_name = document.data.pop("extends", None)
    if base_name is None:
        return document
    where = f"{document.place(('extends',))}: extends: found {shortened(base_name)};"
    if not isinstance(base_name, str) or "://" in base_name:
        raise ConfigError(f"{where} name one YAML file on this machine")
    base_file = folder / base_name
    try:
        found = base_file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        found = False
    if not found:
        raise ConfigError(f"{where} there is no file of this name beside this one")
    base = _with_bases(base_file, seen)
    currencies = [part.data.get("currency", "USD") for part in (base, document)]
    if "currency" in document.data and currencies[0] != currencies[1]:
        raise ConfigError(
            f"{document.place(('currency',))}: currency: found {shortened(currencies[1])}; {base_name} is in "
            f"{shortened(currencies[0])}, and its amounts would be read as others: leave it out, or do not extend"
        )
    if "name" in document.data and "title" not in document.data:
        # What has a name of its own is another plan: under the base's title it would be taken for the base.
        base.data.pop("title", None)
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


def _lay_over(below: dict[str, Any], above: dict[str, Any]) -> None:
    for key, value in above.items():
        inner = below.get(key)
        groups = isinstance(value, dict) and isinstance(inner, dict) and key != "strategies"
        if groups and not is_distribution(value) and not is_distribution(inner):
            below[key] = dict(inner)  # type: ignore[arg-type]
            _lay_over(below[key], value)
        else:
            below[key] = value


def _scenario(document: Document, overrides: Sequence[str], folder: Path) -> Scenario:
    pairs = lay_overrides(document, overrides)
    reader = Reader(read_column=lambda file, column: read_column(folder, file, column))
    try:
        return Scenario.from_mapping(document.data, reader, pairs)
    except ScenarioError as error:
        lines = [
            f"{document.place(p.path)}: {p.key}: found {p.found}; {p.message}" for p in error.problems[:MAX_PROBLEMS]
        ]
        more = len(error.problems) - MAX_PROBLEMS
        raise ConfigError("\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])) from error
