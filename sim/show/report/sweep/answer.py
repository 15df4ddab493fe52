"""The answer of a sweep in sentences: where a profit is likeliest, where it begins to pay, what matters most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.meanings import described
from sim.show.plots.sweeps.frames import LEVELS, Axis, axis_groups, where
from sim.show.report.answer import Answer, sure
from sim.show.report.sweep.snapshot import Snapshot, extreme, is_known, place_of, shown
from sim.studies.sweeps.answer_words import decision, extremes, in_another_currency, separating, turning, turns_nowhere
from sim.text.labels import Say, label
from sim.text.numbers import points, share_in_words, with_error

if TYPE_CHECKING:
    import pandas as pd

THIRDS = 3
"""Parts into which the points along an axis are put where hardly two have the same value."""

MAX_BOXES = 4

MAX_AXES = 4
"""Of which the answer says where they turn it; the table of cells has all."""


@dataclass(frozen=True)
class Range:
    """How the mean chance changes along an axis: where it is least and greatest, and what it is there.

    Values of the axis may have been left out, because cells of theirs are missing.
    """

    axis: Axis
    low: tuple[str, float]
    high: tuple[str, float]
    left_out: bool

    @property
    def width(self) -> float:
        """Greatest less least mean."""
        return self.high[1] - self.low[1]


def sweep_answer(sweep: Snapshot, say: Say, language: str) -> Answer:
    """Return the answer for all strategies, and more closely for the one that leads."""
    best = sweep.strategies[0]
    rows = sweep.rows(best)
    if rows["chance"].isna().all():
        return Answer((say("sweep_page_no_chance", cells=f"{sweep.cells:,}"),), ())
    top = extreme(rows, "chance")
    chance = estimate(top)
    near = int((sweep.frame["chance"] >= top["chance_low"]).sum()) - 1
    words = {"chance": share_in_words(chance, say), "sure": sure(chance, by_inputs(top), say)}
    words["place"] = place_of(top, sweep.groups, language) or say("sweep_page_base")
    alike = sweep.finished > 1 and rows["chance"].nunique(dropna=False) == 1
    key = "sweep_page_as_likely" if alike else "sweep_page_likeliest"
    likeliest = say(key, cells=f"{sweep.cells:,}", name=say(best), **words)
    if near and not alike:
        likeliest += " " + say("sweep_page_near", count=f"{near:,}")
    reached = say("sweep_page_reach", name=say(best), **reaches(rows))
    facts = [(say(name), say("sweep_page_box", **box(sweep.rows(name), say))) for name in sweep.strategies[:MAX_BOXES]]
    said, fact = what_matters(rows, sweep.groups, say, language)
    return Answer((*advised(sweep, say, language), likeliest, reached, *said), (*facts, *fact))


def advised(sweep: Snapshot, say: Say, language: str) -> list[str]:
    """Return what to do in how many cells, the best and the worst, and where the answer turns: as on the screen."""
    found = sweep.found
    sentences = [decision(found, say)]
    sentences += [f"{brings} {where}" for brings, where in extremes(found, say, language)]
    sentences += in_another_currency(found, say)
    if nowhere := turns_nowhere(found, say):
        sentences.append(nowhere)
    else:
        axes = turning(found, say, language)[:MAX_AXES]
        sentences += [say("sweep_page_turns", axis=axis.name, turns="; ".join(axis.turns)) for axis in axes]
    separates = separating(found, say, language)
    return [*sentences, separates] if separates else sentences


def what_matters(
    rows: pd.DataFrame, groups: list[Axis], say: Say, language: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the sentences on which axis moves the mean chance most, and the same as a fact where it can be told."""
    ranges = [along(rows, axis) for axis in groups]
    compared = sorted((part for part in ranges if part is not None), key=lambda part: -part.width)
    if len(compared) < len(ranges):
        return incomplete(compared, len(ranges), say, language), []
    if not compared:
        return [], []
    left_out = [say("sweep_page_compared")] if any(part.left_out for part in compared) else []
    widest, doubt = compared[0], simulation_error(rows)
    if widest.width < doubt:
        return [say("sweep_page_still", error=points(100 * doubt)), *left_out], []
    key = "sweep_page_most" if len(compared) > 1 else "sweep_page_only"
    fact = (say("sweep_page_matters"), described(widest.axis.key, language))
    return [in_words(key, widest, say, language), *left_out], [fact]


def missing_words(sweep: Snapshot, say: Say) -> list[str]:
    """Return what to say first of a sweep that is not finished; nothing of one that is."""
    missing = sweep.cells - sweep.finished
    words = say("sweep_page_missing", missing=f"{missing:,}", cells=f"{sweep.cells:,}", failed=f"{len(sweep.failed):,}")
    return [words] if missing else []


def estimate(row: dict[str, Any], column: str = "chance") -> dict[str, Any]:
    """Return an outcome of a row with its interval, as the words about estimates take it."""
    return {"estimate": row[column], "low": row[f"{column}_low"], "high": row[f"{column}_high"]}


def by_inputs(row: dict[str, Any]) -> dict[str, float] | None:
    """Return what the chance of a row depends on that the seller does not know; None where that is not there."""
    low, high = row["by_inputs_low"], row["by_inputs_high"]
    return {"low": low, "high": high} if is_known(low) and is_known(high) else None


def reaches(rows: pd.DataFrame) -> dict[str, str]:
    """Return in how many cells the chance reaches each level, and between which numbers by simulation error."""
    known = int(rows["chance"].notna().sum())
    out = {"cells": f"{known:,}"}
    for level in LEVELS:
        n, least, most = (int((rows[key] >= level).sum()) for key in ("chance", "chance_low", "chance_high"))
        text = f"{n:,}" if least == most else f"{n:,} ({least:,}–{most:,})"
        out |= {f"n{100 * level:.0f}": text, f"share{100 * level:.0f}": f"{100 * n / max(known, 1):.0f}%"}
    return out


def simulation_error(rows: pd.DataFrame) -> float:
    """Return half the usual interval of a cell; on the same shocks a difference is surer than that."""
    return float((rows["chance_high"] - rows["chance_low"]).mean()) / 2.0


def box(rows: pd.DataFrame, say: Say = label) -> dict[str, str]:
    """Return a strategy in numbers: its likeliest cell, and how many reach the lower level."""
    if rows["chance"].isna().all():
        return {"chance": "–", "n50": "–", "cells": "0"}
    top = extreme(rows, "chance")
    counted = reaches(rows)
    return {"chance": with_error(estimate(top), say), "n50": counted["n50"], "cells": counted["cells"]}


def along(rows: pd.DataFrame, axis: Axis) -> Range | None:
    """Return how the mean chance changes along an axis, over whatever the other axes are; None if it cannot be told.

    Values are compared all of whose cells are there: with others, what the missing cells have elsewhere would seem to
    be the work of this axis. Where hardly two cells share a value, as with points spread over ranges, the axis is cut
    into thirds of the cells that are there.
    """
    placed = rows.dropna(subset=[axis.key])
    thirds = axis.numeric and len(axis.values) > THIRDS and spread_out(rows, axis)
    means = means_of_thirds(placed.dropna(subset=["chance"]), axis) if thirds else means_of_values(placed, axis)
    if len(means) < 2:
        return None
    least, most = min(means, key=lambda mean: mean[1]), max(means, key=lambda mean: mean[1])
    return Range(axis, least, most, left_out=not thirds and len(means) < len(axis.values))


def means_of_thirds(rows: pd.DataFrame, axis: Axis) -> list[tuple[str, float]]:
    """Return the ends of each third of the cells along an axis, and its mean chance."""
    ordered = rows.sort_values(axis.key, kind="stable")
    values, chances = (ordered[key].to_numpy(dtype=float) for key in (axis.key, "chance"))
    return [
        ("–".join(shown(values[place], axis.key) for place in (part[0], part[-1])), float(chances[part].mean()))
        for part in np.array_split(np.arange(len(ordered)), THIRDS)
        if len(part)
    ]


def means_of_values(rows: pd.DataFrame, axis: Axis) -> list[tuple[str, float]]:
    """Return each value of an axis all of whose cells are there, and its mean chance."""
    means = ((value, where(rows, axis.key, value)["chance"].mean(skipna=False)) for value in axis.values)
    return [(shown(value, axis.key), float(mean)) for value, mean in means if not np.isnan(mean)]


def spread_out(rows: pd.DataFrame, axis: Axis) -> bool:
    """Return whether hardly two cells share a value on this axis though others vary too."""
    return len(axis.values) > len(rows) // 2 and len(axis_groups(rows)) > 1


def incomplete(compared: list[Range], count: int, say: Say, language: str) -> list[str]:
    """Return the sentences of an unfinished sweep: what can be compared, and how little that is."""
    widest = [in_words("sweep_page_partly", part, say, language) for part in compared[:1]]
    compare = say("sweep_page_not_yet", compared=f"{len(compared):,}", count=f"{count:,}")
    return [*widest, f"{say('sweep_page_compared')} {compare}"]


def in_words(key: str, found: Range, say: Say, language: str) -> str:
    """Return a sentence on how the chance changes along an axis."""
    (at_low, low), (at_high, high) = found.low, found.high
    means = {"low": f"{100 * low:.0f}%", "high": f"{100 * high:.0f}%"}
    return say(key, axis=described(found.axis.key, language), at_low=at_low, at_high=at_high, **means)
