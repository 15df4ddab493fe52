"""Scenarios from YAML files, from text and from the manifests of runs.

:func:`load` and :func:`loads` lay a file over those it extends, and overrides over both, and validate the whole;
errors name file and line. :func:`keys_set` says which keys a file sets itself, :func:`manifest_size` and
:func:`manifest_goal` what else a run was asked for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.randomness.distributions import is_distribution
from sim.scenario.data_files import read_column
from sim.scenario.former import as_saved
from sim.scenario.problems import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import named_beside, shipped
from sim.scenario.values import Reader
from sim.scenario.yaml_reader import (
    MAX_DEPTH,
    ConfigError,
    Document,
    KeyPath,
    check_texts,
    parse,
    parse_value,
    read_text,
)
from sim.text.messages import shortened

MAX_EXTENDS = 8
MAX_MANIFEST = 200_000_000
"""Bytes. A resolved scenario carries the columns of its data files."""

MAX_PROBLEMS = 20
MAX_SHOWN = 100
"""Characters of an override, in errors."""

MOST_KEYS = 0.5
"""From which share of keys in common on a file is taken for a copy."""

SWEEPING = ("axes", "latin_hypercube", "sobol", "cells")
"""What makes a file with a base a sweep."""


def load(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from a YAML file, or from the ``manifest.json`` of a run.

    Parameters
    ----------
    overrides : sequence of str
        ``"a.b.c=value"``, the value as YAML.
    """
    file = Path(path)
    if "\0" in str(file):
        raise ConfigError(f"{str(file)!r}: is no name of a file")
    is_manifest = file.suffix == ".json"
    document = Document(str(file), as_saved(_manifest(file)["scenario"])) if is_manifest else _with_bases(file, ())
    return _scenario(document, overrides, file.parent)


def loads(text: str, name: str = "<text>", overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario from text; ``extends`` and data files are relative to the working folder."""
    document = parse(text, name)
    return _scenario(_extended(document, Path(), ()), overrides, Path())


def keys_set(path: str | Path, overrides: Sequence[str] = ()) -> list[str]:
    """Return the dotted keys that a file sets itself, and after them those of overrides.

    What it extends is left out, and so is all of a manifest, which holds every key there is. In a shipped scenario, or
    a copy of one, what stands as it was shipped is left out too: alternatives that stand ready there are nobody's
    setting.
    """
    file = Path(path)
    own = {} if file.suffix == ".json" else dict(_leaves(parse(read_text(file), str(file)).data))
    as_shipped = _copied_from(own)
    keys = [key for key, value in own.items() if key not in as_shipped or as_shipped[key] != value]
    return list(dict.fromkeys([*keys, *(text.partition("=")[0].strip() for text in overrides)]))


def _copied_from(own: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of the shipped scenario that a file is, or is a copy of: most keys of both stand in both."""
    known = [dict(_leaves(parse(read_text(file), str(file)).data)) for file in shipped().values()]
    alike = [len(own.keys() & other.keys()) / len(own.keys() | other.keys()) for other in known]
    nearest = max(range(len(known)), key=alike.__getitem__, default=None)
    return {} if nearest is None or alike[nearest] <= MOST_KEYS else known[nearest]


def _leaves(data: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted keys of a file and what stands there."""
    for key, value in data.items():
        if isinstance(value, dict) and not is_distribution(value):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield above + key, value


def _manifest(file: Path) -> dict[str, Any]:
    text = read_text(file, MAX_MANIFEST)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file}: not valid JSON ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("scenario"), dict):
        raise ConfigError(f"{file}: is not the manifest of a run: it has no scenario")
    check_texts(content["scenario"], str(file))
    return content


def manifest_size(file: Path) -> tuple[int, int, int]:
    """Return worlds, replicates and seed of the run whose manifest this is."""
    content = _manifest(file)
    stop = content.get("stop")
    worlds: Any = stop.get("asked_worlds") if isinstance(stop, dict) else content.get("worlds")
    found = [worlds, content.get("replicates"), content.get("seed")]
    if not all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in found):
        raise ConfigError(f"{file}: worlds, replicates and seed must be whole numbers (found {found})")
    worlds, replicates, seed = found
    return worlds, replicates, seed


def manifest_goal(file: Path) -> tuple[float | None, int | None]:
    """Return the precision and the cap on paths that the run of this manifest was asked for."""
    stop = _manifest(file).get("stop")
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
    real = Path(os.path.realpath(file))  # links that lead round and round are told of when the file is read
    if real in seen:
        raise ConfigError(f"{file}: extends itself ({' -> '.join(p.name for p in seen)} -> {file.name})")
    if len(seen) >= MAX_EXTENDS:
        raise ConfigError(f"{file}: more than {MAX_EXTENDS} files extend each other")
    document = parse(read_text(file), str(file))
    if "base" in document.data and any(key in document.data for key in SWEEPING):
        raise ConfigError(f"{file}: this is a sweep: sim sweep {file}")
    return _extended(document, file.parent, (*seen, real))


def _extended(document: Document, folder: Path, seen: tuple[Path, ...]) -> Document:
    base_name = document.data.pop("extends", None)
    if base_name is None:
        return document
    where = f"{document.place(('extends',))}: extends: found {shortened(base_name)};"
    if not isinstance(base_name, str) or "://" in base_name:
        raise ConfigError(f"{where} name one YAML file on this machine")
    base_file = named_beside(folder, base_name)
    if base_file is None:
        raise ConfigError(
            f"{where} there is no file of this name beside this one, and the package has none (sim configs lists them)"
        )
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
    return _merge(base, document)


def _merge(base: Document, top: Document) -> Document:
    """Lay one document over another: mappings merge, a number or distribution replaces the inherited one whole.

    Rows of correlations are added to the inherited ones.
    """
    merged = Document(top.name, dict(base.data), base.places | top.places)
    _lay_over(merged.data, top.data)
    inherited = base.data.get("correlations")
    if inherited and isinstance(top.data.get("correlations"), list):
        rows = inherited if isinstance(inherited, list) else [inherited]  # what is no list is refused as a row
        _add_rows(merged, rows, base.places, top)
    return merged


def _add_rows(merged: Document, inherited: list[Any], places: dict[KeyPath, str], top: Document) -> None:
    """Put the correlations of a file behind those it inherits, but for the pairs that it gives anew."""
    own = [_pair(row) for row in top.data["correlations"]]
    kept = [number for number, row in enumerate(inherited) if _pair(row) is None or _pair(row) not in own]
    merged.data["correlations"] = [*(inherited[number] for number in kept), *top.data["correlations"]]
    moved = {number: position for position, number in enumerate(kept)}
    for path in _rows(merged.places):
        del merged.places[path]
    for (key, number, *inner), place in _rows(places).items():
        if number in moved:
            merged.places[key, moved[number], *inner] = place
    for (key, number, *inner), place in _rows(top.places).items():
        merged.places[key, number + len(kept), *inner] = place


def _rows(places: dict[KeyPath, str]) -> dict[Any, str]:
    """Return the places of rows of correlations, (key, number of the row, ...), and of what stands in them."""
    return {p: place for p, place in places.items() if p[0] == "correlations" and len(p) > 1 and isinstance(p[1], int)}


def _pair(row: Any) -> frozenset[str] | None:
    """Return the two names of a row, or None for what is no row: it stays, to be refused."""
    if not (isinstance(row, list) and len(row) == 3 and all(isinstance(name, str) for name in row[:2])):
        return None
    return frozenset(row[:2]) if isinstance(row[2], (int, float)) and -1 <= row[2] <= 1 else None


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
    pairs = [override(document, text) for text in overrides]
    reader = Reader(read_column=lambda file, column: read_column(folder, file, column))
    try:
        return Scenario.from_mapping(document.data, reader, pairs)
    except ScenarioError as error:
        lines = [f"{document.place(problem.path)}: {problem}" for problem in error.problems]
        if len(lines) > MAX_PROBLEMS:
            lines[MAX_PROBLEMS:] = [f"and {len(lines) - MAX_PROBLEMS} more"]
        raise ConfigError("\n".join(lines)) from error


def override(document: Document, typed: str) -> tuple[str, Any]:
    """Return an override as (dotted key, value), and note in the document where its keys now come from."""
    shown = typed if typed.isprintable() else typed.encode("unicode_escape").decode()
    name = f"--set {shown[:MAX_SHOWN] + '...' if len(shown) > MAX_SHOWN else shown}"
    key, separator, text = typed.partition("=")
    path: KeyPath = tuple(part.strip() for part in key.split("."))
    if not separator or not all(str(part) and str(part).isprintable() for part in path):
        raise ConfigError(f"{name}: write it as key.key=value")
    if len(path) > MAX_DEPTH:
        raise ConfigError(f"{name}: a key of {len(path):,} parts; no key has more than {MAX_DEPTH}")
    value = parse_value(text, name)
    for known in [place for place in document.places if place[: len(path)] == path]:
        del document.places[known]
    document.places[path] = name
    # Keys that the override makes, or whose value it replaces by a mapping, come from it too.
    inner: Any = document.data
    for length, part in enumerate(path[:-1], 1):
        inner = inner.get(part) if isinstance(inner, dict) else None
        if not isinstance(inner, dict):
            document.places[path[:length]] = name
    return ".".join(map(str, path)), value
