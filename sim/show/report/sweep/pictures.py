"""Which pictures fit a sweep? Lines along one axis, a map over two, panels for three, dots where there is no grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sim.show import plots
from sim.show.plots import PlotError
from sim.show.plots.svg import Figure, draw, draw_whole
from sim.show.plots.sweeps.axes import figure_name, title_of
from sim.show.plots.sweeps.frames import FIGURES, Axis, described
from sim.show.plots.sweeps.lines import BAND, MAX_LINES
from sim.show.report.sweep.answer import estimate
from sim.show.report.sweep.found import Found, extreme, place_of, sum_of
from sim.text.labels import Say
from sim.text.numbers import percent

if TYPE_CHECKING:
    import pandas as pd

CLOSER = ("ruin", "profit_p50", "cash_needed_p95")
"""What is drawn, after the chance of every strategy, of the likeliest."""

MAX_STRATEGIES = 6
MAX_AXES = 6
MAX_PANELS = 9


def sweep_pictures(found: Found, say: Say, language: str) -> Iterator[Figure]:
    """Yield the pictures that fit the axes."""
    groups = found.groups
    numeric = [axis for axis in groups if axis.numeric]
    if len(groups) == 1:
        yield from _lines(found, groups[0], language, say)
    elif found.is_grid and len(groups) == 2 and len(numeric) == 2:
        yield from _maps(found, numeric, language, say)
    elif found.is_grid and len(groups) == 2 and numeric and _other(groups, numeric[0]).values.size <= MAX_LINES:
        yield from _lines_by(found, numeric[0], _other(groups, numeric[0]), language, say)
    elif found.is_grid and len(groups) == 3 and len(numeric) >= 2 and _third(groups).values.size <= MAX_PANELS:
        yield from _panels(found, groups, language, say)
    elif found.is_grid:
        yield from _averages(found, language, say)
    else:
        yield from _dots(found, language, say)


def _lines(found: Found, axis: Axis, language: str, say: Say) -> Iterator[Figure]:
    names = found.strategies[:MAX_STRATEGIES]
    for figure in ("chance", *CLOSER):
        yield made(
            f"lines-{figure}",
            figure_name(figure, language),
            "; ".join(ends(found, name, figure, say, language) for name in names),
            lambda ax, figure=figure: plots.sweep_lines(found.frame, axis.key, names, figure, ax=ax, language=language),
        )


def _maps(found: Found, numeric: list[Axis], language: str, say: Say) -> Iterator[Figure]:
    x, y = numeric
    for position, (name, figure) in enumerate(wanted(found), 1):
        yield made(
            f"map-{position}",
            title_of(name, figure, language, plain=True),
            ends(found, name, figure, say, language),
            lambda ax, name=name, figure=figure: plots.sweep_map(found.frame, x.key, y.key, name, figure, ax, language),
        )


def _lines_by(found: Found, x: Axis, by: Axis, language: str, say: Say) -> Iterator[Figure]:
    for position, (name, figure) in enumerate(wanted(found), 1):
        yield made(
            f"lines-{position}",
            title_of(name, figure, language, plain=True),
            ends(found, name, figure, say, language),
            lambda ax, name=name, figure=figure: plots.sweep_lines(
                found.frame, x.key, [name], figure, by.key, ax, language
            ),
        )


def _panels(found: Found, groups: list[Axis], language: str, say: Say) -> Iterator[Figure]:
    over = _third(groups)
    x, y = (axis for axis in groups if axis is not over)
    for position, (name, figure) in enumerate(wanted(found), 1):
        title = title_of(name, figure, language, plain=True)
        said = ends(found, name, figure, say, language)
        size = (5.8, 1.3 + 2.2 * -(-len(over.values) // 2))

        def plot(canvas: Any, name: str = name, figure: str = figure) -> object:
            return plots.sweep_panels(
                found.frame, x.key, y.key, over.key, name, figure, language=language, canvas=canvas
            )

        key = f"panels-{position}"
        try:
            yield draw_whole(key, title, said, plot, size)
        except PlotError as reason:
            yield Figure(key, title, str(reason), "")


def _averages(found: Found, language: str, say: Say) -> Iterator[Figure]:
    """Yield the chance along each axis, averaged over the others; all cells must be there."""
    names = found.strategies[:MAX_STRATEGIES]
    columns = ["chance", "chance_low", "chance_high"]
    for position, axis in enumerate(found.groups[:MAX_AXES], 1):
        whole = found.frame.groupby(["strategy", axis.key], sort=False, as_index=False)[columns]
        means = whole.agg(mean_of_all)
        means.insert(0, "cell", means[axis.key].astype(str))
        frame = means[["cell", axis.key, "strategy", *columns]].assign(**dict.fromkeys(BAND, float("nan")))
        yield made(
            f"mean-{position}",
            say("sweep_page_mean", axis=described(axis.key, language)),
            say("sweep_page_mean_note"),
            lambda ax, frame=frame, axis=axis: plots.sweep_lines(frame, axis.key, names, ax=ax, language=language),
        )


def mean_of_all(values: pd.Series[float]) -> float:
    """Return the mean, or not a number where one is missing."""
    return float(values.mean(skipna=False))


def _dots(found: Found, language: str, say: Say) -> Iterator[Figure]:
    best = found.strategies[0]
    for position, axis in enumerate(found.groups[:MAX_AXES], 1):
        yield made(
            f"dots-{position}",
            say("sweep_page_dots", axis=described(axis.key, language)),
            ends(found, best, "chance", say, language),
            lambda ax, axis=axis: plots.sweep_scatter(found.frame, axis.key, best, ax=ax, language=language),
        )


def wanted(found: Found) -> list[tuple[str, str]]:
    """Return which figures of which strategies are drawn: the chance of each, then the likeliest from close by."""
    names = found.strategies[:MAX_STRATEGIES]
    return [*((name, "chance") for name in names), *((names[0], figure) for figure in CLOSER)]


def _other(groups: list[Axis], axis: Axis) -> Axis:
    return next(group for group in groups if group is not axis)


def _third(groups: list[Axis]) -> Axis:
    """Return the axis that makes the panels: the one of words, else the last one with the fewest values."""
    words = [axis for axis in groups if not axis.numeric]
    return words[0] if words else min(reversed(groups), key=lambda axis: len(axis.values))


def made(key: str, title: str, said: str, plot: Callable[..., object]) -> Figure:
    """Draw one picture; where these cells cannot give it, say why in its place."""
    try:
        return draw(key, title, said, plot)
    except PlotError as reason:
        return Figure(key, title, str(reason), "")


def ends(found: Found, name: str, figure: str, say: Say, language: str) -> str:
    """Return where a figure is least and greatest, in words: what a picture shows, for the ear."""
    rows: pd.DataFrame = found.rows(name).dropna(subset=[figure])
    if not len(rows):
        return f"{say(name)}: –"
    least, most = extreme(rows, figure, least=True), extreme(rows, figure)

    def text(row: dict[str, Any]) -> str:
        return percent(estimate(row, figure)) if FIGURES[figure] == "share" else sum_of(row, figure)

    if least[figure] == most[figure]:
        return say("sweep_page_flat", name=say(name), value=text(most))
    return say(
        "sweep_page_ends",
        name=say(name),
        least=text(least),
        most=text(most),
        at_least=place_of(least, found.groups, language),
        at_most=place_of(most, found.groups, language),
    )
