"""Pictures that fit a sweep: lines along one axis, a map over two, panels for three, dots where there is no grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.scenario.meanings import described
from sim.show import plots
from sim.show.plots.svg import Figure, Size, draw
from sim.show.plots.sweeps.axes import figure_name, title_of
from sim.show.plots.sweeps.frames import MEASURES, Axis
from sim.show.plots.sweeps.lines import BAND, MAX_LINES
from sim.show.report.sweep.answer import estimate
from sim.show.report.sweep.snapshot import Snapshot, extreme, place_of, sum_of
from sim.text.labels import Say
from sim.text.numbers import percent

if TYPE_CHECKING:
    import pandas as pd

CLOSER = ("ruin", "profit_p50", "cash_needed_p95")
"""What is drawn, after the chance of every strategy, of the likeliest."""

MAX_STRATEGIES = 6
MAX_AXES = 6
MAX_PANELS = 9


def sweep_pictures(sweep: Snapshot, say: Say, language: str) -> Iterator[Figure]:
    """Yield the pictures that fit the axes."""
    groups, frame = sweep.groups, sweep.frame
    numeric, words = ([axis for axis in groups if axis.numeric is kind] for kind in (True, False))
    if len(groups) == 1:
        yield from _lines(sweep, groups[0], language, say)
    elif sweep.is_grid and len(groups) == 2 and len(numeric) == 2:
        maps = partial(plots.sweep_map, frame, numeric[0].key, numeric[1].key)
        yield from _of_wanted(sweep, "map", maps, language, say)
    elif sweep.is_grid and len(groups) == 2 and numeric and words[0].values.size <= MAX_LINES:
        lines = partial(plots.sweep_lines, frame, numeric[0].key, by=words[0].key)
        yield from _of_wanted(sweep, "lines", lines, language, say)
    elif sweep.is_grid and len(groups) == 3 and len(numeric) >= 2 and _third(groups).values.size <= MAX_PANELS:
        over = _third(groups)
        x, y = (axis.key for axis in groups if axis is not over)
        size = (5.8, 1.3 + 2.2 * -(-len(over.values) // 2))
        panels = partial(plots.sweep_panels, frame, x, y, over.key)
        yield from _of_wanted(sweep, "panels", panels, language, say, size)
    elif sweep.is_grid:
        yield from _averages(sweep, language, say)
    else:
        yield from _dots(sweep, language, say)


def _lines(sweep: Snapshot, axis: Axis, language: str, say: Say) -> Iterator[Figure]:
    names = sweep.strategies[:MAX_STRATEGIES]
    for figure in ("chance", *CLOSER):
        said = "; ".join(ends(sweep, name, figure, say, language) for name in names)
        plot = partial(plots.sweep_lines, sweep.frame, axis.key, names, figure, language=language)
        yield draw(f"lines-{figure}", figure_name(figure, language), said, plot)


def _of_wanted(
    sweep: Snapshot, key: str, plot: Callable[..., object], language: str, say: Say, whole: Size | None = None
) -> Iterator[Figure]:
    """Yield the chance of each strategy, then the one that leads from close by.

    Parameters
    ----------
    plot : callable
        Of the strategy and the outcome; else, and ``whole``, as :func:`draw` takes it.
    """
    names = sweep.strategies[:MAX_STRATEGIES]
    wanted = [*((name, "chance") for name in names), *((names[0], figure) for figure in CLOSER)]
    for position, (name, figure) in enumerate(wanted, 1):
        title, said = title_of(name, figure, language, plain=True), ends(sweep, name, figure, say, language)
        yield draw(f"{key}-{position}", title, said, partial(plot, name, figure, language=language), whole)


def _averages(sweep: Snapshot, language: str, say: Say) -> Iterator[Figure]:
    """Yield the chance along each axis, averaged over the others; all cells must be there."""
    names = sweep.strategies[:MAX_STRATEGIES]
    columns = ["chance", "chance_low", "chance_high"]
    for position, axis in enumerate(sweep.groups[:MAX_AXES], 1):
        whole = sweep.frame.groupby(["strategy", axis.key], sort=False, as_index=False)[columns]
        means = whole.agg(mean_of_all)
        means.insert(0, "cell", means[axis.key].astype(str))
        frame = means[["cell", axis.key, "strategy", *columns]].assign(**dict.fromkeys(BAND, float("nan")))
        yield draw(
            f"mean-{position}",
            say("sweep_page_mean", axis=described(axis.key, language)),
            say("sweep_page_mean_note"),
            partial(plots.sweep_lines, frame, axis.key, names, language=language),
        )


def mean_of_all(values: pd.Series[float]) -> float:
    """Return the mean, or not a number where one is missing."""
    return float(values.mean(skipna=False))


def _dots(sweep: Snapshot, language: str, say: Say) -> Iterator[Figure]:
    best = sweep.strategies[0]
    for position, axis in enumerate(sweep.groups[:MAX_AXES], 1):
        yield draw(
            f"dots-{position}",
            say("sweep_page_dots", axis=described(axis.key, language)),
            ends(sweep, best, "chance", say, language),
            partial(plots.sweep_scatter, sweep.frame, axis.key, best, language=language),
        )


def _third(groups: list[Axis]) -> Axis:
    """Return the axis that makes the panels: the one of words, else the last one with the fewest values."""
    words = [axis for axis in groups if not axis.numeric]
    return words[0] if words else min(reversed(groups), key=lambda axis: len(axis.values))


def ends(sweep: Snapshot, name: str, figure: str, say: Say, language: str) -> str:
    """Return where an outcome is least and greatest, in words: what a picture shows, for the ear."""
    rows: pd.DataFrame = sweep.rows(name).dropna(subset=[figure])
    if not len(rows):
        return f"{say(name)}: –"
    least, most = extreme(rows, figure, least=True), extreme(rows, figure)

    def text(row: dict[str, Any]) -> str:
        return percent(estimate(row, figure), say) if MEASURES[figure] == "share" else sum_of(row, figure)

    if least[figure] == most[figure]:
        return say("sweep_page_flat", name=say(name), value=text(most))
    return say(
        "sweep_page_ends",
        name=say(name),
        least=text(least),
        most=text(most),
        at_least=place_of(least, sweep.groups, language),
        at_most=place_of(most, sweep.groups, language),
    )
