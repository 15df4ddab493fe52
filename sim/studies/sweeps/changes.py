"""What a sweep changes in its base: in every cell by `fixed_values`, in one by `changed`; what cannot be is refused.

A refusal names the line of the sweep's file, or the ``--set``, where the value stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.randomness.distributions import is_distribution
from sim.scenario.loading import override
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import ConfigError, Document, KeyPath
from sim.studies.sweeps.axes import refuse
from sim.text.messages import shortened

Placed = dict[str, tuple[Any, KeyPath]]
"""What distinguishes a cell from the base, by dotted key, and where in the file it stands."""


def in_words(values: dict[str, Any]) -> str:
    """Return what distinguishes a cell, as a person reads it."""
    return ", ".join(f"{key}={shortened(value)}" for key, value in values.items()) or "the base"


def fixed_values(document: Document, found: Any, overrides: Sequence[str], axes: Sequence[str]) -> Placed:
    """Return what is changed in every cell: what the file sets, and over it the overrides; no axis may undo it."""
    if not isinstance(found, dict):
        raise refuse(document, ("set",), found, "must be a mapping of dotted keys to values")
    typed: Placed = {}
    for text in overrides:
        apart = Document("--set")  # the keys of a scenario are not those of a sweep's file
        key, value = override(apart, text)
        document.places["--set", key] = apart.place(tuple(key.split(".")))
        typed[key] = (value, ("--set", key))
    kept = {key: value for key, value in found.items() if not any(covers(other, key) for other in typed)}
    fixed = {key: (value, ("set", key)) for key, value in kept.items()} | typed
    for key, (value, place) in fixed.items():
        if over := next((axis for axis in axes if covers(axis, key)), None):
            if place[0] == "--set":
                remedy = "leave --set out, or take the axis out of the file"
                raise ConfigError(f"{document.place(place)}: {over} is an axis of this sweep and varies: {remedy}")
            raise refuse(document, place, value, "is an axis too; keep one of them")
    return fixed


def covers(above: str, key: str) -> bool:
    """Whether setting one key leaves nothing of what the other sets."""
    return key == above or key.startswith(f"{above}.")


def check_reach(document: Document, known: Any, placed: Placed) -> None:
    """Refuse a key that reaches into a number by a name it has not; unknown sections are found by validation."""
    for key, (_, place) in placed.items():
        number, owner = _number_reached(known, key.split("."))
        if owner is not None:
            message = f"the base gives {owner} as {shortened(number)}: use its names, or vary {owner} itself"
            raise refuse(document, place, key, message)


def _number_reached(known: Any, path: list[str]) -> tuple[Any, str | None]:
    """Return the number that a key reaches into by a name it has not, and its own key; else None for the key."""
    number: Any = None
    owner = ""
    for length, part in enumerate(path):
        if number is None and (is_distribution(known) or not isinstance(known, dict)):
            number, owner = known, ".".join(path[:length])
        if not isinstance(known, dict) or part not in known:
            return number, None if number is None else owner
        known = known[part]
    return number, None


def changed(document: Document, base: Scenario, placed: Placed) -> Scenario:
    """Return the base with these values, or say where in the sweep's file the one stands that cannot be."""
    if not placed:
        return base
    try:
        return base.with_({key: value for key, (value, _) in placed.items()})
    except ScenarioError as error:
        lines = [_line(document, problem, placed) for problem in error.problems]
        raise ConfigError("\n".join(lines)) from error


def _line(document: Document, problem: Problem, placed: Placed) -> str:
    """Name the value that a problem comes from: one key is part of the other."""
    said = f"{problem.key}: found {problem.found}; {problem.message}"
    for key, (_, place) in placed.items():
        if all(ours == str(theirs) for ours, theirs in zip(key.split("."), problem.path, strict=False)):
            return f"{document.place(place)}: {said}"
    cell = in_words({key: value for key, (value, _) in placed.items()})
    return f"{document.name}: {said} (in the cell {cell})"
