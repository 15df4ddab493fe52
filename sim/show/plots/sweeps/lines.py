"""Lines of a sweep along one axis with both kinds of doubt (`sweep_lines`), dots without a grid (`sweep_scatter`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.show.plots.style import (
    LINES,
    MARKERS,
    PlotError,
    axes_of,
    colour,
    head,
    label_ends,
    money_axis,
    share_scale,
    wrap_x_label,
    zero_line,
)
from sim.show.plots.sweeps.axes import at_least_words, figure_name, mark_at_least, tick_format, title_of, value_text
from sim.show.plots.sweeps.frames import (
    MEASURES,
    Axis,
    at_least,
    axis_columns,
    axis_label,
    check_figure,
    check_known,
    check_others_fixed,
    described,
    find_axis,
    literal,
    of_strategy,
    strategies_of,
    where,
)
from sim.text.labels import label
from sim.text.messages import as_list

if TYPE_CHECKING:
    import pandas as pd

BAND = ("by_inputs_low", "by_inputs_high")
"""Columns of what the chance depends on that the seller does not know."""

MAX_LINES = 8

Line = tuple[str, "pd.DataFrame"]


def sweep_lines(
    frame: pd.DataFrame, x: str, strategies: Sequence[str] | None = None, figure: str = "chance",
    by: str | None = None, ax: Axes | None = None, language: str = "en", *, currency: str = "", bare: bool = False,
) -> Axes:  # fmt: skip
    """Draw an outcome along an axis: a line for each strategy, or for each value of a second axis.

    Bars are the simulation error; the pale band, or for several lines the strips at the right end, is what the chance
    depends on that the seller does not know.

    Parameters
    ----------
    frame : DataFrame
        One row a cell and strategy.
    x : str
        Dotted key; an axis of words is drawn in its order, without a line.
    strategies : sequence of str, optional
        All of them; with ``by`` the first.
    by : str, optional
        A second axis.
    bare : bool
        Without title, note and names at the lines, for panels that share them.

    Raises
    ------
    PlotError
    """
    axis_columns(frame)
    check_figure(frame, figure)
    strategies = as_list(strategies)
    lines = _by_value(frame, by, strategies, x) if by else _by_strategy(frame, strategies, x, language)
    if len(lines) > MAX_LINES:
        raise PlotError(f"{len(lines)} lines cannot be told apart; choose at most {MAX_LINES}")
    ax, across = axes_of(ax), find_axis(frame, x)
    spread = figure == "chance" and all(has_band(part) for _, part in lines)
    ends, missing = _draw(ax, across, lines, figure, language, currency, spread=spread)
    if bare:
        return ax
    notes = [literal(described(by, language, currency))] if by is not None else []
    notes += [label("plot_sweep_bars", language)]
    notes += [label("plot_sweep_band" if len(lines) == 1 else "plot_sweep_strips", language)] if spread else []
    notes += [label("plot_sweep_missing_points", language, count=missing)] if missing else []
    notes += next((found for _, part in lines if (found := at_least_words(part, figure, language))), [])
    first = of_strategy(frame, strategies[0] if strategies else None)[0]
    one = by is not None or len(lines) == 1
    title = title_of(first, figure, language) if one else figure_name(figure, language)
    taken = head(ax, title, label("plot_semicolon", language).join(notes))
    if len(lines) > 1:
        label_ends(ax, float(_places(across)[-1]), ends, taken)
    return ax


def has_band(part: pd.DataFrame) -> bool:
    """Return whether all cells that are there say what the chance depends on."""
    return bool(part.loc[part["chance"].notna(), list(BAND)].notna().all(axis=None))


def _draw(
    ax: Axes, across: Axis, lines: Sequence[Line], figure: str, language: str, currency: str, *, spread: bool
) -> tuple[list[tuple[float, str, str]], int]:
    """Draw the lines; return where each ends, as height, name and colour, and how many cells are missing."""
    ax.set_xscale("log" if across.logarithmic else "linear")
    places = _places(across)
    drawn, ends, missing = [], [], 0
    for position, (name, part) in enumerate(lines):
        values = _along(part, across, [figure, f"{figure}_low", f"{figure}_high"])
        missing += int(np.isnan(values[0]).sum())
        _line(ax, across, places, values, position, len(lines))
        bounds = _along(part.assign(at_least=at_least(part, figure)), across, ["at_least"])[0] == 1.0
        aside = _aside(ax, places, position, len(lines))
        mark_at_least(ax, aside[bounds], values[0][bounds], colour(position), raised=8.0)
        drawn.append(values)
        if spread:
            drawn.append(_band(ax, places, _along(part, across, list(BAND)), position, len(lines)))
        known = values[0][~np.isnan(values[0])]
        ends.append((float(known[-1]) if known.size else 0.0, name, colour(position)))
    reach = np.concatenate([np.ravel(found) for found in drawn])
    check_known(reach, figure)
    _right_end(ax, across, places, len(lines) if spread else 0)
    _upright(ax, figure, reach, language, currency)
    _name_values(ax, across, language, currency)
    return ends, missing


def sweep_scatter(
    frame: pd.DataFrame, x: str, strategy: str | None = None, figure: str = "chance", ax: Axes | None = None,
    language: str = "en", *, currency: str = "",
) -> Axes:  # fmt: skip
    """Draw every cell as a dot over one axis, whatever else varies: for points that are no grid."""
    name, rows = of_strategy(frame, strategy)
    check_figure(frame, figure)
    across = find_axis(rows, x)
    rows = rows.dropna(subset=[x])
    ax = axes_of(ax)
    ax.set_xscale("log" if across.logarithmic else "linear")
    values = rows[[figure, f"{figure}_low", f"{figure}_high"]].to_numpy(dtype=float).T
    check_known(values[0], figure)
    places = rows[x].to_numpy(dtype=float) if across.numeric else _positions(rows, across)
    ax.errorbar(
        places, values[0], _reach(values), color=colour(0), marker="o", markersize=3.5, linestyle="none", elinewidth=0.8
    )
    bounds = at_least(rows, figure)
    mark_at_least(ax, places[bounds], values[0][bounds], colour(0), raised=7.0)
    _upright(ax, figure, values.ravel(), language, currency)
    _name_values(ax, across, language, currency)
    notes = [label("plot_sweep_points", language), label("plot_sweep_bars", language)]
    missing = int(np.isnan(values[0]).sum())
    notes += [label("plot_sweep_missing_points", language, count=missing)] if missing else []
    notes += at_least_words(rows, figure, language)
    head(ax, title_of(name, figure, language), label("plot_semicolon", language).join(notes))
    return ax


def _by_strategy(frame: pd.DataFrame, strategies: Sequence[str] | None, x: str, language: str) -> list[Line]:
    """Return the name and the rows of a line for each strategy."""
    across = find_axis(frame, x)
    check_others_fixed(frame, (across,))
    names = list(strategies) if strategies else strategies_of(frame)
    return [(literal(label(name, language)), of_strategy(frame, name)[1]) for name in names]


def _by_value(frame: pd.DataFrame, by: str, strategies: Sequence[str] | None, x: str) -> list[Line]:
    """Return the name and the rows of a line for each value of a second axis."""
    if by == x:
        raise PlotError(f"by= needs a second axis; found '{x}' twice")
    if strategies and len(strategies) > 1:
        raise PlotError("by= draws one strategy; choose it")
    _, rows = of_strategy(frame, strategies[0] if strategies else None)
    across, second = find_axis(rows, x), find_axis(rows, by)
    check_others_fixed(rows, (across, second))
    return [(value_text(value, by), where(rows, by, value)) for value in second.values]


def _places(across: Axis) -> NDArray[np.float64]:
    return across.values if across.numeric else np.arange(len(across.values), dtype=float)


def _positions(rows: pd.DataFrame, across: Axis) -> NDArray[np.float64]:
    """Return (n_rows,) the place of each row's word along an axis of words."""
    order = {value: float(place) for place, value in enumerate(across.values)}
    return np.array([order[str(value)] for value in rows[across.key]])


def _along(part: pd.DataFrame, across: Axis, columns: Sequence[str]) -> NDArray[np.float64]:
    """Return (n_columns, n_values) outcomes along an axis, not a number where a cell is missing."""
    known = part.dropna(subset=[across.key])
    if across.numeric:
        at = np.searchsorted(across.values, known[across.key].to_numpy(dtype=float))
    else:
        at = _positions(known, across).astype(int)
    if len(np.unique(at)) < len(at):
        raise PlotError(f"several cells at one value of '{across.key}': keep one of each")
    out = np.full((len(columns), len(across.values)), np.nan)
    out[:, at] = known[list(columns)].to_numpy(dtype=float).T
    return out


def _reach(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (2, n) how far the bars reach below and above."""
    reach = np.array([values[0] - values[1], values[2] - values[0]])
    return np.asarray(np.nan_to_num(np.maximum(reach, 0.0)), dtype=np.float64)


def _shift(ax: Axes, places: NDArray[np.float64], at: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return places moved along the axis by a share of its length; on a log axis of its ratio."""
    if ax.get_xscale() == "log":
        return np.asarray(at * (places[-1] / places[0]) ** share, dtype=np.float64)
    return np.asarray(at + share * (places[-1] - places[0]), dtype=np.float64)


def _aside(ax: Axes, places: NDArray[np.float64], position: int, count: int) -> NDArray[np.float64]:
    """Return the places moved a little, so that the bars of several lines stand beside each other."""
    return _shift(ax, places, places, (position - (count - 1) / 2) * 0.006)


def _line(
    ax: Axes, across: Axis, places: NDArray[np.float64], values: NDArray[np.float64], position: int, count: int
) -> None:
    shape = position % len(MARKERS)
    ax.errorbar(
        _aside(ax, places, position, count), values[0], _reach(values), color=colour(position),
        marker=MARKERS[shape], linestyle=LINES[shape] if across.numeric else "none", markersize=4.5, linewidth=1.6,
        capsize=2.5,
    )  # fmt: skip


def _band(
    ax: Axes, places: NDArray[np.float64], ends: NDArray[np.float64], position: int, count: int
) -> NDArray[np.float64]:
    """Draw what the chance depends on: a band for one line, a strip at the right end for several; return its ends."""
    if count == 1:
        ax.fill_between(places, ends[0], ends[1], color=colour(position), alpha=0.18, linewidth=0)
        return ends
    at = _strip(ax, places, position)
    ax.plot([at, at], ends[:, -1], color=colour(position), linewidth=3.5, alpha=0.4, solid_capstyle="butt")
    return ends[:, -1]


def _strip(ax: Axes, places: NDArray[np.float64], position: float) -> float:
    """Return where the strip of a line stands, right of the last value."""
    return float(_shift(ax, places, places[-1], 0.04 + 0.022 * position))


def _right_end(ax: Axes, across: Axis, places: NDArray[np.float64], strips: int) -> None:
    """Leave room beyond the ends, and for the strips."""
    last = _strip(ax, places, strips - 1) if strips > 1 else places[-1]
    if ax.get_xscale() == "log":
        ratio = (places[-1] / places[0]) ** 0.03
        ax.set_xlim(float(places[0] / ratio), float(last * ratio))
    else:
        room = (0.03 if across.numeric else 0.15) * (places[-1] - places[0])
        ax.set_xlim(float(places[0] - room), float(last + room))


def _upright(ax: Axes, figure: str, reach: NDArray[np.float64], language: str, currency: str) -> None:
    """Write shares in per cent from zero, money with its zero line."""
    low, high = float(np.nanmin(reach)), float(np.nanmax(reach))
    if MEASURES[figure] == "share":
        share_scale(ax, high)
        return
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.04 * (high - low or 1.0)
    ax.set_ylim(low - room, high + room)
    money_axis(ax, currency or label("plot_money", language))
    zero_line(ax)


def _name_values(ax: Axes, across: Axis, language: str, currency: str) -> None:
    if across.numeric:
        if not across.logarithmic:
            ax.xaxis.set_major_locator(MaxNLocator(6))
        tick_format(ax.xaxis, across)
    else:
        ax.set_xticks(range(len(across.values)), [literal(value) for value in across.values])
    wrap_x_label(ax, axis_label(across, language, currency))
