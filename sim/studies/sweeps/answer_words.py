"""The answer of a sweep in words, for the screen and the page: the decision, best and worst, where it turns.

`decision` and `extremes` are sentences, `turning` gives for each axis what it turns and where; `separating` says what
orders points that are spread.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.scenario.meanings import described, value_in_words
from sim.studies.sweeps.answer import CHANCE, EXPECTED, RECOMMENDED, Plain
from sim.text.labels import Say
from sim.text.numbers import as_written_note, rate_note, signed, signed_interval, with_error

MAX_TURNS = 4
"""Of one axis, in words; answer() has all."""

MAX_NAMED = 3
"""Ways that a decision names with their cells."""

MAX_PLACED = 6
"""Axes by which a place is said."""

MAX_MOVED = 2
"""Ways that are told where the axes do not touch the one that is named."""

MAX_VALUES = 6
"""Words of an axis that are named with their cells."""


class AxisWords(NamedTuple):
    """An axis, and what it does to the answer."""

    name: str
    turns: list[str]


def decision(answer: Plain, say: Say) -> str:
    """Return what to do, in how many cells; first that not all are there yet."""
    known = answer["finished"]
    cells = f"{known:,}"
    if not known:
        return say("sweep_no_figures")
    first = say("sweep_unfinished", finished=cells, cells=f"{answer['cells']:,}") + " "
    told = first if known < answer["cells"] else ""
    taken = [part for part in answer["recommended"] if part["strategy"] is not None]
    left = known - sum(part["cells"] for part in taken)
    if not taken:
        told += say("sweep_start_nowhere", cells=cells)
    elif len(taken) == 1 and not left:
        told += say("sweep_start_everywhere", name=say(taken[0]["strategy"]), cells=cells)
    else:
        told += say("sweep_start_or_not" if left else "sweep_start", parts=ways(taken, say), cells=cells, count=left)
    unsure = answer["not_told_from_nothing"]
    return f"{told} {say('sweep_not_told', count=f'{unsure:,}')}" if unsure else told


def ways(taken: list[Plain], say: Say) -> str:
    """Return in how many cells each is recommended; of many the rest as one number."""
    parts = [say("sweep_start_part", name=say(part["strategy"]), count=f"{part['cells']:,}") for part in taken]
    if len(taken) > MAX_NAMED:
        rest = sum(part["cells"] for part in taken[MAX_NAMED - 1 :])
        parts[MAX_NAMED - 1 :] = [say("sweep_start_part", name=say("sweep_other_ways"), count=f"{rest:,}")]
    return say("sweep_comma").join(parts)


def extremes(answer: Plain, say: Say, language: str) -> list[tuple[str, str]]:
    """Return the best and the worst cell, each as what it brings and where it lies; one alone has no worst.

    Where the way that is named is the same in all cells this is said, and instead of it what the axes do move.
    """
    if is_untouched(answer):
        return [untouched(answer, say, language), *moved(answer, say, language)]
    told = []
    for end in ("best", "worst") if answer["finished"] > 1 else ("best",):
        if found := answer[end]:
            name = found["named"]
            words = brings(f"sweep_{end}", name, found["of_named"], answer, say)
            told.append((words, place(found, name, answer, say, language)))
    return told


def in_another_currency(answer: Plain, say: Say) -> list[str]:
    """Return in which currency sums are shown, and that the axes are as the file states them; nothing in its own."""
    return [*rate_note(answer, say), *as_written_note(answer, say)]


def is_untouched(answer: Plain) -> bool:
    """Whether the same way is named in the best and in the worst cell, and no axis moves it."""
    if answer["finished"] < 2 or not answer["axes"]:
        return False
    name = answer["best"]["named"]
    return name == answer["worst"]["named"] and name not in answer["moved"]


def untouched(answer: Plain, say: Say, language: str) -> tuple[str, str]:
    """Return what the way that is named brings in every cell, and the axes that do not touch it."""
    found = answer["best"]
    words = brings("sweep_alike", found["named"], found["of_named"], answer, say)
    names = [axis_name(axis["keys"][0], language) for axis in answer["axes"]]
    return words, say("sweep_not_touched", axes=in_short(names, say))


def moved(answer: Plain, say: Say, language: str) -> list[tuple[str, str]]:
    """Return the best and the worst cell of the ways that the axes do move, those that bring most."""
    return [
        (brings(f"sweep_moved_{end}", name, found[end], answer, say), place(found[end], name, answer, say, language))
        for name, found in list(answer["moved"].items())[:MAX_MOVED]
        for end in ("best", "worst")
    ]


def brings(key: str, name: str, found: Plain, answer: Plain, say: Say) -> str:
    """Return what a way of selling brings in a cell."""
    expected = f"{signed_interval(found['expected'])} {answer.get('currency') or ''}".rstrip()
    words = {"name": say(name), "expected": expected, "chance": with_error(found["chance"], say)}
    return say(key, **words, cells=f"{answer['finished']:,}")


def place(found: Plain, name: str, answer: Plain, say: Say, language: str) -> str:
    """Return where a cell lies, by the axes that move a way of selling; what moves in step is not said twice."""
    moving = [axis for axis in answer["axes"] if name in axis["moves"]]
    keys = [axis["keys"][0] for axis in moving or answer["axes"] if axis["keys"][0] in found["values"]]
    parts = [f"{axis_name(key, language)} = {value_in_words(found['values'][key], key)}" for key in keys]
    return say("sweep_at", place=in_short(parts, say)) if parts else say("sweep_at_base")


def in_short(parts: list[str], say: Say) -> str:
    """Return the first of some parts in a row, and how many more there are."""
    more = len(parts) - MAX_PLACED
    return "; ".join([*parts[:MAX_PLACED], say("sweep_more_places", count=more)] if more > 0 else parts)


def axis_name(key: str, language: str) -> str:
    """Return what an axis is, without its unit."""
    return described(key, language, with_unit=False)


def turning(answer: Plain, say: Say, language: str) -> list[AxisWords]:
    """Return what each axis with lines of its own turns and where; that on which most turns first."""
    axes = [axis for axis in answer["axes"] if axis["lines"]]
    axes.sort(key=lambda axis: -sum(turn["lines"] for turn in axis["turns"]) / axis["lines"])
    single = len(answer["strategies"]) == 1
    return [AxisWords(axis_name(axis["keys"][0], language), turns_of(axis, single, say)) for axis in axes]


def turns_nowhere(answer: Plain, say: Say) -> str | None:
    """Return that no axis turns a gain into a loss or back, in one sentence; None if one does or there are no lines."""
    lines = [axis for axis in answer["axes"] if axis["lines"]]
    what = {what for axis in lines for what, count in axis["always"].items() if count}
    throughout = all(sum(axis["always"].values()) == axis["lines"] and not axis["turns"] for axis in lines)
    if not lines or not throughout or len(what) != 1:
        return None
    return say("sweep_turns_nowhere", what=say(f"sweep_{what.pop()}"))


def turns_of(axis: Plain, single: bool, say: Say) -> list[str]:
    """Return what an axis turns; of one way alone what is recommended says no more than what is expected."""
    if axis["kind"] == "words":
        return [by_value(axis, say)]
    turns = [turn for turn in axis["turns"] if not (single and turn["what"] == RECOMMENDED)]
    said = [turn_in_words(turn, axis, say) for turn in turns[:MAX_TURNS]]
    if len(turns) > MAX_TURNS:
        said.append(say("sweep_more_turns", count=len(turns) - MAX_TURNS))
    expected = any(turn["what"] == EXPECTED for turn in turns)
    return said if expected else [no_turn(axis, say), *said]


def no_turn(axis: Plain, say: Say) -> str:
    """Return that an axis turns no gain into a loss."""
    gain, loss = axis["always"]["gain"], axis["always"]["loss"]
    if gain and loss:
        return say("sweep_no_turn_mixed", gain=f"{gain:,}", loss=f"{loss:,}", lines=f"{axis['lines']:,}")
    return say("sweep_no_turn_gain" if gain else "sweep_no_turn_loss")


def turn_in_words(turn: Plain, axis: Plain, say: Say) -> str:
    """Return one turn of an axis, with where it lies and on how many lines."""
    where = where_it_turns(turn, axis, say)
    if turn["what"] == EXPECTED:
        text = say("sweep_turn_gain" if turn["after"] else "sweep_turn_loss", where=where)
        gain, loss = axis["always"]["gain"], axis["always"]["loss"]
        others = say("sweep_always", gain=f"{gain:,}", loss=f"{loss:,}") if gain + loss else ""
        return f"{text}; {others}" if others else text
    if turn["what"] == CHANCE:
        return say("sweep_turn_likely" if turn["after"] else "sweep_turn_unlikely", where=where)
    names = {end: say(turn[end] or "do_nothing") for end in ("before", "after")}
    return say("sweep_turn_to", **names, where=where)


def where_it_turns(turn: Plain, axis: Plain, say: Say) -> str:
    """Return between which values something turns.

    On a single line these are neighbouring cells, with the place on a straight line between them; on several they are
    the ends of all places, or of all neighbours where there is no place.
    """
    key = axis["keys"][0]
    if axis["lines"] == 1 and len(turn["crossings"]) == 1:
        low, high = (value_in_words(value, key) for value in turn["between"])
        if not turn["places"]:
            return say("sweep_between", low=low, high=high)
        return say("sweep_between_about", low=low, high=high, place=rounded(turn["places"][0], key))
    ends = turn["places"] or turn["between"]
    low, high = (rounded(value, key) for value in ends)
    counted = {"count": f"{turn['lines']:,}", "lines": f"{axis['lines']:,}"}
    if turn["places"] and low == high:
        return say("sweep_about_lines", place=low, **counted)
    return say("sweep_between_lines", low=low, high=high, **counted)


def rounded(value: float, key: str) -> str:
    """Return a place between cells, which is no surer than two figures or three."""
    return value_in_words(float(f"{value:.3g}"), key)


def by_value(axis: Plain, say: Say) -> str:
    """Return in how many cells a gain is expected with each word of an axis."""
    told = axis["by_value"][:MAX_VALUES]
    shown = [{**part, "value": value_in_words(part["value"], axis["keys"][0])} for part in told]
    parts = [say("sweep_by_value_part", **part) for part in shown]
    if more := len(axis["by_value"]) - len(told):
        parts.append(say("sweep_more_places", count=f"{more:,}"))
    return say("sweep_by_value", parts=say("sweep_comma").join(parts))


def separating(answer: Plain, say: Say, language: str) -> str | None:
    """Return which axis orders points that are spread, or that none does; None where no points are."""
    axes: list[dict[str, Any]] = answer["separates"]
    if not axes:
        return None
    first = axes[0]
    if abs(first["correlation"]) <= first["limit"]:
        return say("sweep_separates_nothing", limit=f"{first['limit']:.2f}")
    words = {"axis": axis_name(first["keys"][0], language), "cells": f"{first['cells']:,}"}
    key = "sweep_separates_rising" if first["correlation"] > 0 else "sweep_separates_falling"
    return f"{say('sweep_spread')} {say(key, correlation=signed(first['correlation'], 2), **words)}."
