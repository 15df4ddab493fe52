"""Axes of a sweep's cells, and the lines along which one of them moves while all others stand still.

`axes_of` says what varies, with what moves in step; `lines_along` gives the lines of an axis; `rank_correlation` says
how far an axis orders an outcome where points are spread and there are no lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = Mapping[str, Any]
"""Of a cell: its value by dotted key. A key that is not there is as in the base."""


@dataclass(frozen=True)
class SweptAxis:
    """Keys that vary together.

    Parameters
    ----------
    keys : tuple of str
        The first speaks for those that move in step with it.
    values : tuple
        Its different values: numbers rising, words in the order in which they first stand.
    """

    keys: tuple[str, ...]
    values: tuple[Any, ...]

    @property
    def key(self) -> str:
        """The one that speaks for all."""
        return self.keys[0]

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers, so that there is something between two of them."""
        return all(map(is_number, self.values))


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are words."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(value: Any) -> str:
    """Return what equal values have in common, also where they are distributions; 1 and 1.0 are equal."""
    return json.dumps(float(value) if is_number(value) else value, sort_keys=True)


def different(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return each value once: numbers rising, others in the order in which they first stand."""
    once: dict[str, Any] = {}
    for value in values:
        once.setdefault(same(value), value)
    found = tuple(once.values())
    return tuple(sorted(found)) if all(map(is_number, found)) else found


def axes_of(cells: Sequence[Values], keys: Iterable[str]) -> list[SweptAxis]:
    """Return the axes that vary; what moves in step with an earlier one is part of it."""
    groups: list[list[str]] = []
    for key in keys:
        if len(values_on(cells, key)) < 2:
            continue
        group = next((group for group in groups if in_step(cells, group[0], key)), None)
        if group is None:
            groups.append([key])
        else:
            group.append(key)
    return [SweptAxis(tuple(group), values_on(cells, group[0])) for group in groups]


def values_on(cells: Sequence[Values], key: str) -> tuple[Any, ...]:
    """Return the different values that cells give a key."""
    return different(cell[key] for cell in cells if key in cell)


def in_step(cells: Sequence[Values], first: str, second: str) -> bool:
    """Return whether two keys move together: each value of one with one of the other, numbers rising or falling.

    Points spread over two ranges pair every value once too, but keep no order.
    """
    both = [(cell[first], cell[second]) for cell in cells if first in cell and second in cell]
    pairs = list({(same(one), same(other)): (one, other) for one, other in both}.values())
    if not len(pairs) == len(values_on(cells, first)) == len(values_on(cells, second)):
        return False
    if not all(is_number(value) for pair in pairs for value in pair):
        return True
    steps = np.diff([other for _, other in sorted(pairs)])
    return bool((steps > 0).all() or (steps < 0).all())


def lines_along(cells: Mapping[str, Values], axis: SweptAxis) -> list[list[str]]:
    """Return the cells of every line, in the order of the axis' values; a line has two of them at least.

    Parameters
    ----------
    cells : mapping of str to mapping
        Values by cell. One that leaves this axis as in the base stands on no line.
    """
    order = {same(value): place for place, value in enumerate(axis.values)}
    lines: dict[str, dict[int, str]] = {}
    for cell, values in cells.items():
        if axis.key in values:
            others = json.dumps({key: same(value) for key, value in values.items() if key not in axis.keys})
            lines.setdefault(others, {})[order[same(values[axis.key])]] = cell
    return [[line[place] for place in sorted(line)] for line in lines.values() if len(line) > 1]


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation, equal values sharing their mean rank; 0 where one does not vary.

    Worked number: (1, 2, 3) against (1, 3, 2) has 1 - 6 (0 + 1 + 1) / (3 (9 - 1)) = .5.
    """
    one, other = ranks(first), ranks(second)
    if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Return (n,) the ranks from 0 up; equal values share their mean."""
    _, places, counts = np.unique(np.asarray(values, dtype=float), return_inverse=True, return_counts=True)
    means = np.cumsum(counts) - (counts + 1) / 2.0
    return np.asarray(means[places], dtype=np.float64)
