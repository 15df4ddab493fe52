"""From rows to lines of the table: the jobs of all rows of a key, on both sides, in turns."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from measuring.rows import Row
from measuring.table import Line, Reading, cores
from measuring.turns import Figures, NotMeasured, Place, Point, number, take_turns
from measuring.versions import Version

Found = Mapping[Point, list[Figures] | NotMeasured]


def measure(together: Sequence[Row], before: Version, after: Version, rounds: int) -> list[Line]:
    """Measure rows of one key.

    Returns
    -------
    list of Line
        One a row.
    """
    places = [[place(row, side, version) for row in together] for side, version in enumerate((before, after))]
    points = dict.fromkeys(
        (there, job)
        for side in places
        for row, there in zip(together, side, strict=True)
        if isinstance(there, Place)
        for job in row.jobs
    )
    found = take_turns(list(points), min(rounds, *(row.most_rounds for row in together)))
    load = os.getloadavg()[0]
    return [
        Line(row.name, row.unit, reading(row, former, found), reading(row, present, found), row.target, load)
        for row, former, present in zip(together, *places, strict=True)
    ]


def place(row: Row, side: int, version: Version) -> Place | NotMeasured:
    """Return where a row is measured, or why it cannot be; the former state is always installed without extras."""
    if cores() < row.cores:
        return NotMeasured(f"needs {row.cores} cores, this process may use {cores()}")
    try:
        return Place(version.name, version.python(*([row.extra] if row.extra and side else [])), version.folder)
    except NotMeasured as failed:
        return failed


def reading(row: Row, there: Place | NotMeasured, found: Found) -> Reading:
    """Return a row's values of one side, or why there are none."""
    if isinstance(there, NotMeasured):
        return Reading(why=str(there))
    try:
        return Reading(tuple(values(row, there, found)))
    except NotMeasured as failed:
        return Reading(why=str(failed))


def values(row: Row, there: Place, found: Found) -> list[float]:
    """Return a row's value of each round: the figure of its job, over that of the other job where there is one."""
    by_job = []
    for job in row.jobs:
        figures = found[there, job]
        if isinstance(figures, NotMeasured):
            raise figures
        by_job.append([number(each, row.figure) for each in figures])
    return [first / over[0] if over else first for first, *over in zip(*by_job, strict=True)]
