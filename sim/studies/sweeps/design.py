"""Cells of a sweep: a file with a base and axes becomes scenarios, each validated before anything runs.

`load_sweep` reads the file and returns a `Sweep` of `SweepCell`s.

All cells have the same seed and size, so they meet the same market and the same luck: differences between cells are
what the changed numbers do. A cell is known by its run hash, never by its position; a cell that stands in two sweeps
is the same cell.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from sim.randomness.streams import REPLICATES, SEED, WORLDS
from sim.results.files import run_hash
from sim.scenario import load
from sim.scenario.effects import without_effect
from sim.scenario.loading import SWEEPING
from sim.scenario.problems import NAME_IN_WORDS
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import named_beside
from sim.scenario.yaml_reader import ConfigError, Document, KeyPath, parse, read_text
from sim.simulation.convergence import check_sampling
from sim.simulation.plan import Plan, PlanError
from sim.simulation.worlds import other_worlds, worlds_apart
from sim.studies.sweeps.axes import MAX_CELLS, axis_values, fields, refuse, spread, whole_number
from sim.studies.sweeps.changes import Placed, changed, check_reach, fixed_values, in_words
from sim.text.labels import LANGUAGES
from sim.text.messages import suggest
from sim.text.shown import Shown, listed

REQUIRED = ("name", "base")
OPTIONAL = (
    *("title", "language", "worlds", "replicates", "seed", "strategies"),
    *("set", "axes", "zip", "latin_hypercube", "sobol", "cells"),
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
MAX_TITLE_LENGTH = 200
MAX_SIZE = 2**31 - 1
SIZE = {"worlds": (WORLDS, 1), "replicates": (REPLICATES, 1), "seed": (SEED, 0)}
"""Default and least value."""


@dataclass(frozen=True, repr=False)
class SweepCell(Shown):
    """One scenario of a sweep.

    Parameters
    ----------
    values : dict of str to Any
        What distinguishes it from the base, by dotted key.
    run_hash : str
        Of scenario, seed and size: as of a single run.
    """

    values: dict[str, Any]
    scenario: Scenario
    run_hash: str

    def _told(self) -> tuple[str, Iterable[str]]:
        return f"SweepCell of {self.scenario.name}: {self.shown}", ()

    @property
    def shown(self) -> str:
        """Its values, as a person reads them."""
        return in_words(self.values)


@dataclass(frozen=True, repr=False)
class Sweep(Shown):
    """A base, its cells, and how much is simulated of each.

    Parameters
    ----------
    axes : tuple of str
        Dotted keys that differ between cells, in the order of the file.
    fixed : dict of str to Any
        What is changed in every cell, by dotted key: by ``set`` in the file, and over that by overrides.
    """

    name: str
    title: str
    plan: Plan
    axes: tuple[str, ...]
    cells: tuple[SweepCell, ...]
    fixed: dict[str, Any] = field(default_factory=dict)

    def _told(self) -> tuple[str, Iterable[str]]:
        size = f"{len(self.cells):,} cells of {self.plan.worlds:,} worlds x {self.plan.replicates}"
        values = {key: list(dict.fromkeys(str(cell.values.get(key)) for cell in self.cells)) for key in self.axes}
        return f"Sweep {self.name}: {size}", (f"{key}: {listed(found)}" for key, found in values.items())

    @property
    def identity(self) -> str:
        """Hash of everything that decides the sweep's results: its cells with their values, in order."""
        content = [[cell.run_hash, cell.values] for cell in self.cells]
        return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()

    @property
    def default_directory(self) -> Path:
        """``outputs/<name>-<first 8 of the hash>``."""
        return Path("outputs") / f"{self.name}-{self.identity[:8]}"


def load_sweep(
    path: str | Path,
    overrides: Sequence[str] = (),
    *,
    worlds: int | None = None,
    replicates: int | None = None,
    seed: int | None = None,
) -> Sweep:
    """Read a sweep and validate every cell.

    Parameters
    ----------
    overrides : sequence of str
        ``"a.b.c=value"``, the value as YAML: changed in every cell, over what the file sets there; never an axis.
    worlds, replicates, seed : int, optional
        In place of what the file says.

    Raises
    ------
    ConfigError
        Naming file, line and key.
    """
    file = Path(path)
    document = parse(read_text(file), str(file))
    if not any(key in document.data for key in ("base", *SWEEPING)) and {"extends", "strategies"} & set(document.data):
        raise ConfigError(f"{file}: this is a scenario: sim run {file}")
    data = fields(document, (), document.data, REQUIRED, OPTIONAL)
    name, title = _name_and_title(document)
    asked = {"worlds": worlds, "replicates": replicates, "seed": seed}
    size = {key: _size(document, key) if value is None else value for key, value in asked.items()}
    plan = _plan(document, asked, size)
    base = _base(document, file)
    placed = list(_placed(document, plan.seed))
    axes = tuple(dict.fromkeys(key for cell in placed for key in cell))
    fixed = fixed_values(document, data.get("set", {}), overrides, axes)
    check_reach(document, base.to_mapping(), fixed)
    base = changed(document, base, fixed)
    known = base.to_mapping()
    for cell in placed:
        check_reach(document, known, cell)
    cells = [_cell(document, base, plan, cell) for cell in placed]
    _check_effects(document, cells, placed)
    _check_distinct(document, cells)
    _check_worlds(document, cells)
    return Sweep(name, title, plan, axes, tuple(cells), {key: value for key, (value, _) in fixed.items()})


def _name_and_title(document: Document) -> tuple[str, str]:
    """Return name and title, and check the language, which commands look for themselves."""
    name, title = document.data["name"], document.data.get("title", "")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise refuse(document, ("name",), name, NAME_IN_WORDS)
    if not isinstance(title, str) or len(title) > MAX_TITLE_LENGTH:
        raise refuse(document, ("title",), title, f"must be text of at most {MAX_TITLE_LENGTH} characters")
    language = document.data.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise refuse(document, ("language",), language, f"must be one of: {', '.join(LANGUAGES)}")
    return name, title


def _plan(document: Document, asked: dict[str, int | None], size: dict[str, int]) -> Plan:
    """Return the size of a cell; one that cannot be is refused at its line, where the file says it."""
    try:
        return Plan(size["seed"], size["worlds"], size["replicates"])
    except PlanError as error:
        if asked["replicates"] is not None or not str(error).startswith("replicates"):
            raise
        raise refuse(document, ("replicates",), size["replicates"], str(error).split(" (found")[0]) from error


def _size(document: Document, key: str) -> int:
    default, least = SIZE[key]
    return whole_number(document, (key,), document.data.get(key, default), least, MAX_SIZE)


def _base(document: Document, file: Path) -> Scenario:
    """Return the base, cut to the strategies asked for."""
    named = document.data["base"]
    if not isinstance(named, str) or "://" in named or "\0" in named:
        raise refuse(document, ("base",), named, "name one scenario file on this machine")
    base_file = named_beside(file.parent, named)
    if base_file is None:
        message = "there is no scenario of this name, seen from this file, and none comes with the package"
        raise refuse(document, ("base",), named, message)
    base = load(base_file)
    wanted = document.data.get("strategies", list(base.strategies))
    if not isinstance(wanted, list) or not wanted:
        raise refuse(document, ("strategies",), wanted, "must be a list of strategies of the base")
    for position, strategy in enumerate(wanted):
        if not isinstance(strategy, str) or strategy not in base.strategies:
            message = suggest(str(strategy), base.strategies, "the base has no such strategy")
            raise refuse(document, ("strategies", position), strategy, message)
        if strategy in wanted[:position]:
            raise refuse(document, ("strategies", position), strategy, "stands twice; keep one of them")
    if wanted == list(base.strategies):
        return base
    return base.with_({"strategies": {name: list(base.strategies[name]) for name in wanted}})


def _placed(document: Document, seed: int) -> Iterator[Placed]:
    """Yield the values of every cell: all combinations of axes and spread points, then the explicit cells."""
    groups = _grid(document)
    for kind in ("latin_hypercube", "sobol"):
        if kind in document.data:
            points = spread(document, kind, document.data[kind], seed)
            groups.append([{key: (value, (kind, "ranges", key)) for key, value in point.items()} for point in points])
    explicit = list(_explicit(document))
    if not groups and not explicit:
        raise ConfigError(f"{document.name}: has no cells; add axes, latin_hypercube, sobol or cells")
    keys = [key for group in groups for key in group[0]]
    for key in keys:
        if keys.count(key) > 1:
            _, place = groups[-1][0].get(key, (None, (key,)))
            raise refuse(document, place, key, "is spread twice; keep one of them")
    n_cells = len(explicit) + (math.prod(map(len, groups)) if groups else 0)
    if n_cells > MAX_CELLS:
        kind = next(kind for kind in document.data if kind in ("axes", "latin_hypercube", "sobol", "cells"))
        raise ConfigError(
            f"{document.place((kind,))}: {kind}: makes {n_cells:,} cells; a sweep has at most {MAX_CELLS:,}"
        )
    if groups:
        for combination in product(*groups):
            yield {key: found for part in combination for key, found in part.items()}
    yield from explicit


def _grid(document: Document) -> list[list[Placed]]:
    """Return a list of steps for every axis; axes that are zipped step together."""
    axes = document.data.get("axes", {})
    if not isinstance(axes, dict):
        raise refuse(document, ("axes",), axes, "must be a mapping of dotted keys to values")
    values = {key: axis_values(document, ("axes", key), found) for key, found in axes.items()}
    together = _zipped(document, values)
    groups: list[list[Placed]] = []
    done: set[str] = set()
    for key, first in values.items():
        if key in done:
            continue
        keys = together.get(key, [key])
        done.update(keys)
        groups.append([{k: (values[k][step], ("axes", k, step)) for k in keys} for step in range(len(first))])
    return groups


def _zipped(document: Document, values: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Return, by axis, the axes it moves in step with."""
    found = document.data.get("zip", [])
    if not isinstance(found, list):
        raise refuse(document, ("zip",), found, "must be a list of lists of axes")
    together: dict[str, list[str]] = {}
    for position, group in enumerate(found):
        path: KeyPath = ("zip", position)
        if not isinstance(group, list) or len(group) < 2:
            raise refuse(document, path, group, "must be a list of two or more axes")
        for place, key in enumerate(group):
            if not isinstance(key, str) or key not in values:
                raise refuse(document, (*path, place), key, suggest(str(key), values, "no such axis"))
            if key in together or key in group[:place]:
                raise refuse(document, (*path, place), key, "is zipped twice; keep one of them")
            if len(values[key]) != len(values[group[0]]):
                lengths = f"{len(values[group[0]])} and {len(values[key])} values"
                raise refuse(document, (*path, place), key, f"axes that move together must be as long ({lengths})")
        together |= dict.fromkeys(group, group)
    return together


def _explicit(document: Document) -> Iterator[Placed]:
    found = document.data.get("cells", [])
    if not isinstance(found, list) or len(found) > MAX_CELLS:
        raise refuse(document, ("cells",), found, f"must be a list of at most {MAX_CELLS:,} mappings")
    for position, values in enumerate(found):
        if not isinstance(values, dict):
            message = "must be a mapping of dotted keys to values; {} is the base itself"
            raise refuse(document, ("cells", position), values, message)
        yield {key: (value, ("cells", position, key)) for key, value in values.items()}


def _cell(document: Document, base: Scenario, plan: Plan, placed: Placed) -> SweepCell:
    scenario = changed(document, base, placed)
    try:
        check_sampling(scenario, plan.worlds)
    except PlanError as error:
        raise ConfigError(f"{document.name}: {error}") from error
    return SweepCell({key: value for key, (value, _) in placed.items()}, scenario, run_hash(scenario, plan))


def _check_worlds(document: Document, cells: list[SweepCell]) -> None:
    """Refuse cells that would see other worlds than the first: what differs between them would be luck too."""
    for cell in cells[1:]:
        if apart := worlds_apart(cells[0].scenario, cell.scenario):
            both = f"the cells ({cells[0].shown}) and ({cell.shown})"
            raise ConfigError(f"{document.name}: {both} cannot be compared: {other_worlds(apart)}")


def _check_effects(document: Document, cells: list[SweepCell], placed: list[Placed]) -> None:
    """Refuse an axis without effect in every cell: it would be drawn as if the number did not matter.

    One that moves in step with another is looked at with it.
    """
    waiting = {key: place for cell in reversed(placed) for key, (_, place) in cell.items()}
    idle: dict[str, str] = {}
    for cell in cells:
        for key in [key for key in waiting if key in cell.values]:
            idle[key] = without_effect(cell.scenario, key)
            if not idle[key]:
                felt = next((group for group in document.data.get("zip", []) if key in group), [key])
                waiting = {other: place for other, place in waiting.items() if other not in felt}
    for key, place in waiting.items():
        value = next(cell[key][0] for cell in placed if key in cell)
        raise refuse(
            document, place, value, f"this is without effect, because {idle[key]}: leave it out, or change that"
        )


def _check_distinct(document: Document, cells: list[SweepCell]) -> None:
    """Refuse cells that are one scenario: an axis that changes nothing would be drawn as if it did not matter."""
    known: dict[str, SweepCell] = {}
    for cell in cells:
        other = known.setdefault(cell.run_hash, cell)
        if other is not cell:
            raise ConfigError(
                f"{document.name}: the cells ({other.shown}) and ({cell.shown}) are one and the same scenario; "
                "remove one of them, or the axis that changes nothing"
            )
