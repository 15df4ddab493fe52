"""The answer of a sweep as plain data: what to take in how many cells, the best and the worst, where the answer turns.

`answer_of` makes it of the rows of the index, `sweep_answer` of a folder. In every cell the one rule decides
(``sim.results.recommendation``): the strategy with the greatest expected profit after owner's pay leads, and is
recommended if the interval of that lies above 0. Where it loses, the strategy nearest to a profit before owner's pay is
named instead of it, as everywhere. The best cell is that in which the named strategy is expected to bring most, the
worst that in which it brings least. An axis moves a strategy if its figures differ between two cells of a line.

Along an axis of numbers the answer may turn in three ways: the leading strategy's expected profit crosses 0, its chance
of a profit crosses one half, another strategy (or none) is recommended. It is looked for on every line of cells along
which nothing else changes, between neighbours, and placed by a straight line between the two. Points that are spread
over ranges have no such lines: there the rank correlation of each axis with the expected profit is told, and nothing is
made up in between.

Worked number: expected -20 at 8% and 60 at 12% cross 0 at 8 + 4 x 20 / 80 = 9%.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.results.recommendation import OPEN, Candidate, recommend
from sim.results.shown import ADVICE
from sim.studies.sweeps.lines import SweptAxis, Values, axes_of, lines_along, rank_correlation, same
from sim.studies.sweeps.store import Design, Store

Plain = dict[str, Any]

EXPECTED, CHANCE, RECOMMENDED = "expected", "chance", "recommended"
"""What may turn along an axis."""

THRESHOLDS = {EXPECTED: 0.0, CHANCE: 0.5}

AMOUNTS = (
    *(f"{end}.{place}" for end in ("best", "worst") for place in ADVICE),
    *(f"moved.*.{end}.expected" for end in ("best", "worst")),
)
"""Where amounts stand; values on the axes are as the file states them."""

MIN_SPREAD = 8
"""Points below which a rank correlation says nothing."""

MISTAKEN = 0.05
"""How often an axis without influence may be said to have one, over all axes together."""


def sweep_answer(directory: str | Path) -> Plain:
    """Return the answer of a sweep's folder, finished or not.

    Returns
    -------
    dict
        ``cells``, ``finished``; ``recommended``: a list of ``strategy`` (None: do nothing) and ``cells``, and how many
        of the latter are ``not_told_from_nothing``; ``best`` and ``worst``: ``values``, ``recommended``, ``leading``
        with its ``expected`` and ``chance``, ``named`` with its in ``of_named``; ``moved``: the strategies whose
        figures are not the same in all cells, each with its own ``best`` and ``worst``; ``axes``: their ``keys``,
        ``values``, ``lines``, the strategies that each ``moves``, ``always`` (lines on which a gain or a loss is
        expected throughout) and ``turns``; ``separates``: rank correlations where points are spread.

    Raises
    ------
    StorageError
        If the folder is no sweep's, nothing is finished yet, or a cell's file is damaged.
    """
    store = Store(Path(directory))
    design = store.design()
    return money_of(design) | answer_of(design.cells, design.axes, store.index().to_pylist())


def money_of(design: Design) -> Plain:
    """Return which currency the sums of a sweep are in, and which one they are shown in."""
    return {"currency": design.currency, "display": design.display}


def answer_of(cells: Mapping[str, Values], keys: Sequence[str], rows: Iterable[Plain]) -> Plain:
    """Return the answer.

    Parameters
    ----------
    cells : mapping of str to mapping
        By run hash: the values on the axes.
    keys : sequence of str
        The axes.
    rows : iterable of dict
        One a cell and strategy, as in the index; what is not there is None or not a number.
    """
    rows = list(rows)
    candidates = candidates_of(rows)
    found = outcomes(cells, candidates)
    known = {cell: cells[cell] for cell in found}
    counts = Counter(outcome["recommended"] for outcome in found.values())
    ordered = sorted(found.values(), key=lambda outcome: -outcome["of_named"]["expected"]["estimate"])
    moved = ways_moved(known, candidates)
    axes = axes_of(list(cells.values()), keys)
    told = []
    for axis in axes:
        lines = lines_along(known, axis)
        told.append(along(axis, lines, known, found) | {"moves": moved_along(lines, candidates, list(moved))})
    lineless = [axis for axis, its in zip(axes, told, strict=True) if axis.numeric and not its["lines"]]
    return {
        "cells": len(cells),
        "finished": len(found),
        "recommended": [
            {"strategy": name, "cells": count}
            for name, count in sorted(counts.items(), key=lambda item: (item[0] is None, -item[1]))
        ],
        "not_told_from_nothing": sum(outcome["reason"] == OPEN for outcome in found.values()),
        "strategies": list(dict.fromkeys(str(row["strategy"]) for row in rows)),
        "best": ordered[0] if ordered else None,
        "worst": ordered[-1] if ordered else None,
        "moved": moved,
        "axes": told,
        "separates": separating(lineless, known, found),
    }


def candidates_of(rows: Iterable[Plain]) -> dict[str, dict[str, Candidate]]:
    """Return by cell and strategy what the recommendation looks at.

    A cell without figures is left out, as is one of a version that did not keep them.
    """
    candidates: dict[str, dict[str, Candidate]] = {}
    for row in rows:
        if number_or_none(row.get("expected_after_owner_pay")) is not None:
            candidates.setdefault(row["cell"], {})[row["strategy"]] = candidate_in(row)
    return candidates


def ways_moved(cells: Mapping[str, Values], candidates: Mapping[str, Mapping[str, Candidate]]) -> dict[str, Plain]:
    """Return the strategies whose figures differ between cells, each with its best and its worst cell."""
    by_name: dict[str, list[Plain]] = {}
    for cell, values in cells.items():
        for name, found in candidates[cell].items():
            told = {"values": dict(values), "expected": found.expected, "chance": found.chance}
            by_name.setdefault(name, []).append(told)
    out = {}
    for name, outcomes in by_name.items():
        ordered = sorted(outcomes, key=lambda outcome: -outcome["expected"]["estimate"])
        if any(figures(outcome) != figures(ordered[0]) for outcome in ordered):
            out[name] = {"best": ordered[0], "worst": ordered[-1]}
    return dict(sorted(out.items(), key=lambda item: -item[1]["best"]["expected"]["estimate"]))


def moved_along(
    lines: list[list[str]], candidates: Mapping[str, Mapping[str, Candidate]], moved: Sequence[str]
) -> list[str]:
    """Return which strategies an axis moves; where it has no lines that cannot be told, and it may be any of them."""

    def moves(name: str, line: list[str]) -> bool:
        there = [candidates[cell][name]._asdict() for cell in line if name in candidates[cell]]
        return any(figures(found) != figures(there[0]) for found in there)

    return [name for name in moved if not lines or any(moves(name, line) for line in lines)]


def figures(found: Mapping[str, Plain]) -> tuple[Any, Any]:
    """Return what an axis may move: the expected profit and the chance of one, which equal paths have alike."""
    return found["expected"]["estimate"], found["chance"]["estimate"]


def outcomes(cells: Mapping[str, Values], candidates: Mapping[str, Mapping[str, Candidate]]) -> dict[str, Plain]:
    """Return by cell, in the design's order, which strategy leads and which is named, with what, and what to take."""
    out = {}
    for cell, values in cells.items():
        if cell in candidates:
            advice = recommend(candidates[cell])
            taken = {"recommended": advice.pop("strategy")}
            out[cell] = {"cell": cell, "values": dict(values)} | advice | taken
    return out


def candidate_in(row: Plain) -> Candidate:
    """Return what the recommendation looks at of a strategy in a cell."""
    columns = ("expected_after_owner_pay", "chance_after_owner_pay")
    ends = {"estimate": "", "low": "_low", "high": "_high"}
    expected, chance = ({end: number_or_none(row[name + at]) for end, at in ends.items()} for name in columns)
    return Candidate(expected, chance, number_or_none(row.get("expected_before_owner_pay")))


def number_or_none(value: Any) -> float | None:
    """Return a number; None where a cell has none, as the interval of a single world."""
    return None if value is None or np.isnan(value) else float(value)


def along(axis: SweptAxis, lines: list[list[str]], cells: Mapping[str, Values], found: Mapping[str, Plain]) -> Plain:
    """Return what an axis does: on how many lines it turns the answer and where, on how many it never does."""
    told: Plain = {"keys": list(axis.keys), "values": list(axis.values), "lines": len(lines)}
    signs = [{found[cell]["expected"]["estimate"] > 0.0 for cell in line} for line in lines]
    always = {"gain": signs.count({True}), "loss": signs.count({False})}
    if not axis.numeric:
        return told | {"kind": "words", "always": always, "turns": [], "by_value": by_value(axis, cells, found)}
    turns = [turn for line in lines for turn in turns_on(line, axis, cells, found)]
    return told | {"kind": "numbers", "always": always, "turns": gathered(turns)}


def turns_on(line: list[str], axis: SweptAxis, cells: Mapping[str, Values], found: Mapping[str, Plain]) -> list[Plain]:
    """Return where something turns between neighbours on a line, with what all other axes are there."""
    out = []
    others = {key: value for key, value in cells[line[0]].items() if key not in axis.keys}
    readings: dict[str, Callable[[Plain], Any]] = {
        EXPECTED: lambda outcome: outcome["expected"]["estimate"] > THRESHOLDS[EXPECTED],
        CHANCE: lambda outcome: (outcome["chance"]["estimate"] or 0.0) > THRESHOLDS[CHANCE],
        RECOMMENDED: lambda outcome: outcome["recommended"],
    }
    for first, second in pairwise(line):
        ends = [cells[cell][axis.key] for cell in (first, second)]
        for what, reading in readings.items():
            before, after = reading(found[first]), reading(found[second])
            if before != after:
                place = crossing(ends, [found[cell] for cell in (first, second)], what)
                out.append({"what": what, "before": before, "after": after, "between": ends, "place": place})
                out[-1]["others"] = others
    return out


def crossing(ends: list[float], outcomes: list[Plain], what: str) -> float | None:
    """Return where a straight line between two cells crosses its threshold; None for what is no number."""
    if what == RECOMMENDED:
        return None
    first, second = ((outcome[what]["estimate"] or 0.0) - THRESHOLDS[what] for outcome in outcomes)
    return float(ends[0] + (ends[1] - ends[0]) * first / (first - second))


def gathered(turns: list[Plain]) -> list[Plain]:
    """Return turns of one kind as one: on how many lines, between which values, and every single place.

    Those on most lines come first, of each thing that may turn.
    """
    kinds: dict[tuple[str, Any, Any], list[Plain]] = {}
    for turn in turns:
        kinds.setdefault((turn["what"], turn["before"], turn["after"]), []).append(turn)
    order = [EXPECTED, CHANCE, RECOMMENDED]
    out = []
    for (what, before, after), group in sorted(
        kinds.items(), key=lambda kind: (order.index(kind[0][0]), -len(kind[1]))
    ):
        places = [turn["place"] for turn in group if turn["place"] is not None]
        between = [min(turn["between"][0] for turn in group), max(turn["between"][1] for turn in group)]
        single = [{name: turn[name] for name in ("others", "between", "place")} for turn in group]
        lines = len({same(turn["others"]) for turn in group})
        told = {"what": what, "before": before, "after": after, "lines": lines, "between": between}
        out.append(told | {"places": [min(places), max(places)] if places else None, "crossings": single})
    return out


def by_value(axis: SweptAxis, cells: Mapping[str, Values], found: Mapping[str, Plain]) -> list[Plain]:
    """Return for each word of an axis in how many cells a gain is expected, of how many."""
    out = []
    for value in axis.values:
        here = [found[cell] for cell, values in cells.items() if same(values.get(axis.key)) == same(value)]
        gains = sum(outcome["expected"]["estimate"] > 0.0 for outcome in here)
        out.append({"value": value, "cells": len(here), "gain": gains})
    return out


def separating(axes: list[SweptAxis], cells: Mapping[str, Values], found: Mapping[str, Plain]) -> list[Plain]:
    """Return the rank correlation of each axis with the expected profit, the farthest from 0 first.

    ``limit`` is what an axis without influence stays within: with n points a rank correlation has a standard deviation
    of 1 / sqrt(n - 1); it is so wide that over all these axes one in twenty such sweeps oversteps it.
    """
    out = []
    for axis in axes:
        here = [cell for cell, values in cells.items() if axis.key in values]
        if len(here) >= MIN_SPREAD:
            expected = [found[cell]["of_named"]["expected"]["estimate"] for cell in here]
            correlation = rank_correlation([cells[cell][axis.key] for cell in here], expected)
            limit = float(ndtri(1.0 - MISTAKEN / (2 * len(axes)))) / float(np.sqrt(len(here) - 1))
            told = {"keys": list(axis.keys), "cells": len(here), "correlation": correlation, "limit": limit}
            out.append(told)
    return sorted(out, key=lambda told: -abs(told["correlation"]))
