"""Doubts of a scenario: judgements without a source, each with two values that it might have as well.

``doubts:`` holds rows of a key and two values; :func:`read_doubts` reads and checks them as the key's own value is.
They change no run: ``sim readings`` tries them, one at a time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from sim.scenario.declarations import declared
from sim.scenario.problems import Path, Problem
from sim.scenario.sections import plain
from sim.scenario.values import Leaf, Reader, read_leaf
from sim.text.messages import shortened, suggest

MAX_DOUBTS = 40
"""Rows; each takes two runs."""

MAX_KEY = 100
"""Characters of an unknown key that are compared with the known ones."""

Doubts = dict[str, tuple[Leaf, Leaf]]
"""By dotted key: the two values."""


def read_doubts(rows: Iterable[tuple[str, Any, Any]], reader: Reader) -> tuple[Doubts, list[Problem]]:
    """Return the doubts as rows hold them, and what is wrong with them."""
    found: Doubts = {}
    problems: list[Problem] = []
    rows = list(rows)
    known = {key: parameter for key, parameter, _ in declared()} if rows else {}
    for position, (key, *values) in enumerate(rows):
        path: Path = ("doubts", position)
        if key not in known:
            near = difflib.get_close_matches(key[:MAX_KEY], known, n=5, cutoff=0.3)
            problems.append(Problem(path, shortened(key), suggest(key[:MAX_KEY], near, "no such key")))
            continue
        read: list[Leaf] = []
        for value in values:
            try:
                read.append(read_leaf(known[key], value, reader))
            except ValueError as error:
                problems.append(Problem(path, shortened(value), f"{key}: {error}"))
        if key in found:
            problems.append(Problem(path, shortened(key), "stands twice; keep one of them"))
        elif len(read) == len(values) and plain(read[0]) == plain(read[1]):
            problems.append(Problem(path, shortened(values[1]), f"{key}: give two values that differ"))
        elif len(read) == len(values):
            found[key] = read[0], read[1]
    return found, problems


def rows_of(doubts: Doubts) -> list[list[Any]]:
    """Return doubts as YAML holds them."""
    return [[key, *map(plain, values)] for key, values in doubts.items()]
