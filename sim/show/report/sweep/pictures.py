"""Pictures that fit a sweep: lines along one axis, a map over two, panels for three, dots where there is no grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.show import plots
from sim.show.plots.svg import Figure, draw
from sim.show.plots.sweeps.axes import figure_name, title_of
from sim.show.plots.sweeps.frames import MEASURES, Axis, described
from sim.show.plots.sweeps.lines import BAND, MAX_LINES
from sim.show.report.sweep.answer import estimate
from sim.show.report.sweep.snapshot import Snapshot, extreme, place_of, sum_of
from sim.text.labels import Say
from sim.text.numbers import percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

CLOSER = ("ruin", "profit_p50", "cash_needed_p95")
"""What is drawn, after the chance of every strategy, of the likeliest."""

MAX_STRATEGIES = 6
MAX_AXES = 6
MAX_PANELS = 9


def sweep_pictures(sweep: Snapshot, say: Say, language: str) -> Iterator[Figure]:
    """Yield the pictures that fit the axes."""
    groups = sweep.groups
    numeric = [axis for axis in groups if axis.numeric]
    if len(groups) == 1:
        yield from _lines(sweep, groups[0], language, say)
    elif sweep.is_grid and len(groups) == 2 and len(numeric) == 2:
        yield from _maps(sweep, numeric[0], numeric[1], language, say)
    elif sweep.is_grid and len(groups) == 2 and numeric and _other(groups, numeric[0]).values.size <= MAX_LINES:
        yield from _lines_by(sweep, numeric[0], _other(groups, numeric[0]), language, say)
    elif sweep.is_grid and len(groups) == 3 and len(numeric) >= 2 and _third(groups).values.size <= MAX_PANELS:
        yield from _panels(sweep, groups, language, say)
    elif sweep.is_grid:
        yield from _averages(sweep, language, say)
    else:
        yield from _dots(sweep, language, say)


def _lines(sweep: Snapshot, axis: Axis, language: str, say: Say) -> Iterator[Figure]:
    names = sweep.strategies[:MAX_STRATEGIES]
    for figure in ("chance", *CLOSER):
        yield draw(
            f"lines-{figure}",
            figure_name(figure, language),
            "; ".join(ends(sweep, name, figure, say, language) for name in names),
            lambda ax, figure=figure: plots.sweep_lines(sweep.frame, axis.key, names, figure, ax=ax, language=language),
        )


def _maps(sweep: Snapshot, x: Axis, y: Axis, language: str, say: Say) -> Iterator[Figure]:
    def plot(name: str, figure: str, ax: Axes) -> object:
        return plots.sweep_map(sweep.frame, x.key, y.key, name, figure, ax, language)

    yield from _of_wanted(sweep, "map", plot, language, say)


def _lines_by(sweep: Snapshot, x: Axis, by: Axis, language: str, say: Say) -> Iterator[Figure]:
    def plot(name: str, figure: str, ax: Axes) -> object:
        return plots.sweep_lines(sweep.frame, x.key, [name], figure, by.key, ax, language)

    yield from _of_wanted(sweep, "lines", plot, language, say)


def _panels(sweep: Snapshot, groups: list[Axis], language: str, say: Say) -> Iterator[Figure]:
    over = _third(groups)
    x, y = (axis.key for axis in groups if axis is not over)

    def plot(name: str, figure: str, canvas: Canvas) -> object:
        return plots.sweep_panels(sweep.frame, x, y, over.key, name, figure, language=language, canvas=canvas)

    size = (5.8, 1.3 + 2.2 * -(-len(over.values) // 2))
    yield from _of_wanted(sweep, "panels", plot, language, say, size=size, whole=True)


def _of_wanted(
    sweep: Snapshot, key: str, plot: Callable[[str, str, Any], object], language: str, say: Say, **how: Any
) -> Iterator[Figure]:
    """Yield a picture of each strategy and outcome that is wanted.

    Parameters
    ----------
    plot : callable
        Of the strategy, the outcome, and what is drawn on.
    how : Any
        As :func:`draw` takes it.
    """
    for position, (name, figure) in enumerate(wanted(sweep), 1):
        title, said = title_of(name, figure, language, plain=True), ends(sweep, name, figure, say, language)
        yield draw(f"{key}-{position}", title, said, partial(plot, name, figure), **how)


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
            lambda ax, frame=frame, axis=axis: plots.sweep_lines(frame, axis.key, names, ax=ax, language=language),
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
            lambda ax, axis=axis: plots.sweep_scatter(sweep.frame, axis.key, best, ax=ax, language=language),
        )


def wanted(sweep: Snapshot) -> list[tuple[str, str]]:
    """Return which outcomes of which strategies are drawn: the chance of each, then the likeliest from close by."""
    names = sweep.strategies[:MAX_STRATEGIES]
    return [*((name, "chance") for name in names), *((names[0], figure) for figure in CLOSER)]


def _other(groups: list[Axis], axis: Axis) -> Axis:
    return next(group for group in groups if group is not axis)


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
        return percent(estimate(row, figure)) if MEASURES[figure] == "share" else sum_of(row, figure)

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
