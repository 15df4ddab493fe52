"""Pictures of a page, drawn by this process and, beside it, by those that computed the run: `drawn`.

A picture is the same whoever draws it. Other processes know what the package itself registers and no more: what a
package outside adds is drawn here.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sim.show.plots.svg import NARROW, Figure, Size, draw
from sim.show.registry import is_extended
from sim.simulation.processes import HelperEnded, ordered_map
from sim.simulation.recorder import FLOWS, Record
from sim.text import labels

if TYPE_CHECKING:
    from sim.results.result import Result

OF_LINES = "profit_and_loss"
"""The picture that needs the lines of a statement path by path: they are too much to be sent."""

Heard = list[warnings.WarningMessage]


class Wanted(NamedTuple):
    """A picture to be drawn: its anchor on the page, its texts, its name in ``result.plot``, and of which strategies.

    Without strategies it is of all. One that needs no histories is what draws it instead of a name: it can be sent to
    another process. ``sizes`` are those of a wide screen and of a phone, or one for both: half a page is hardly wider
    than a phone.
    """

    key: str
    title: str
    words: str
    picture: str | Callable[..., object]
    strategies: Sequence[str] = ()
    sizes: Sequence[Size] = (NARROW,)


def drawn(wanted: Sequence[Wanted], result: Result, language: str, n_jobs: int = 1) -> list[Figure]:
    """Return pictures, in their order.

    Parameters
    ----------
    n_jobs : int
        Processes that draw at once, this one counted.
    """
    if n_jobs < 2 or is_extended() or labels.are_extended():
        return [draw_wanted(one, result, language) for one in wanted]
    try:
        return _drawn_together(wanted, result, language, n_jobs)
    except HelperEnded as ended:
        warnings.warn(f"{ended}; the pictures are drawn by this process alone", stacklevel=2)
        return drawn(wanted, result, language)


def draw_wanted(wanted: Wanted, result: Result | None, language: str) -> Figure:
    """Draw a picture; where this run cannot give it (too few worlds), say why in its place."""
    key, title, words, picture, strategies, sizes = wanted
    if isinstance(picture, str):
        assert result is not None, "its histories were sent along"
        plot: Callable[..., object] = partial(getattr(result.plot, picture), *strategies)
    else:
        plot = picture
    return draw(key, title, words, partial(plot, language=language), sizes=sizes)


def _drawn_together(wanted: Sequence[Wanted], result: Result, language: str, n_jobs: int) -> list[Figure]:
    """Have each picture drawn by whoever is free: this process begins with the one that no other can draw."""
    pieces = [
        (one, sent(result, one.strategies) if isinstance(one.picture, str) else None)
        for one in sorted(wanted, key=lambda one: one.picture != OF_LINES)
    ]
    found = {}
    ours = partial(_draw_here, result, language)
    for figure, heard in ordered_map(partial(_draw_there, language), pieces, n_jobs, ours=ours):
        found[figure.key] = figure
        for said in heard:
            warnings.warn_explicit(said.message, said.category, said.filename, said.lineno)
    return [found[one.key] for one in wanted]


def _draw_here(result: Result, language: str, piece: tuple[Wanted, Result | None]) -> tuple[Figure, Heard]:
    return draw_wanted(piece[0], result, language), []


def _draw_there(language: str, piece: tuple[Wanted, Result | None]) -> tuple[Figure, Heard]:
    """Draw in a helper; what it is warned of is told to who asked for the picture."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        return draw_wanted(*piece, language), heard


def sent(result: Result, strategies: Sequence[str]) -> Result:
    """Return what a picture of some strategies (none named: of all) needs of a result: a sixth of it at most.

    That is no line of a statement, and of several strategies neither flows nor weeks.
    """
    names = strategies or result.strategies
    part = replace(result, records={name: _part(result.record(name), alone=len(names) == 1) for name in names})
    vars(part)["sample"] = result.sample  # found over all strategies: which paths agree with a condition
    return part


def _part(record: Record, *, alone: bool) -> Record:
    part = replace(record, profit_and_loss={}, cash_flow={})
    if alone:
        return part
    readings = {name: table for name, table in record.monthly.items() if name not in FLOWS}
    return replace(part, monthly=readings, weekly={})
