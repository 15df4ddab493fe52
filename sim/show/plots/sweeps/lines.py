"""Lines of a sweep along one axis with both kinds of doubt (`sweep_lines`), dots without a grid (`sweep_scatter`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.scenario.meanings import described
from sim.show.plots import style
from sim.show.plots.sweeps import frames
from sim.show.plots.sweeps.axes import at_least_words, figure_name, mark_at_least, tick_format, title_of, value_text
from sim.show.plots.sweeps.frames import Axis
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
    frames.axis_columns(frame)
    frames.check_figure(frame, figure)
    strategies = as_list(strategies)
    lines = _by_value(frame, by, strategies, x) if by else _by_strategy(frame, strategies, x, language)
    if len(lines) > MAX_LINES:
        raise style.PlotError(f"{len(lines)} lines cannot be told apart; choose at most {MAX_LINES}")
    ax, across = style.axes_of(ax), frames.find_axis(frame, x)
    spread = figure == "chance" and all(has_band(part) for _, part in lines)
    ends, missing = _draw(ax, across, lines, figure, language, currency, spread=spread)
    if bare:
        return ax
    notes = [frames.literal(described(by, language, currency))] if by is not None else []
    notes += [label("plot_sweep_bars", language)]
    notes += [label("plot_sweep_band" if len(lines) == 1 else "plot_sweep_strips", language)] if spread else []
    notes += [label("plot_sweep_missing_points", language, count=missing)] if missing else []
    notes += at_least_words([part for _, part in lines], figure, language)
    first = frames.of_strategy(frame, strategies[0] if strategies else None)[0]
    one = by is not None or len(lines) == 1
    title = title_of(first, figure, language) if one else figure_name(figure, language)
    taken = style.head(ax, title, label("plot_semicolon", language).join(notes))
    if len(lines) > 1:
        style.label_ends(ax, float(across.places[-1]), ends, taken)
    return ax


def has_band(part: pd.DataFrame) -> bool:
    """Return whether all cells that are there say what the chance depends on."""
    return bool(part.loc[part["chance"].notna(), list(BAND)].notna().all(axis=None))


def _draw(
    ax: Axes, across: Axis, lines: Sequence[Line], figure: str, language: str, currency: str, *, spread: bool
) -> tuple[list[tuple[float, str, str]], int]:
    """Draw the lines; return where each ends, as height, name and colour, and how many cells are missing."""
    ax.set_xscale(across.scale)
    drawn, ends, missing = [], [], 0
    for position, (name, part) in enumerate(lines):
        values = _along(part, across, [figure, f"{figure}_low", f"{figure}_high"])
        missing += int(np.isnan(values[0]).sum())
        # A little aside, so that the bars of several lines stand beside each other.
        places = across.shifted(across.places, (position - (len(lines) - 1) / 2) * 0.006)
        look = style.look(position) | ({} if across.numeric else {"linestyle": "none"})
        ax.errorbar(places, values[0], style.reach(values), **look, markersize=4.5, linewidth=1.6, capsize=2.5)
        bounds = _along(part.assign(at_least=frames.at_least(part, figure)), across, ["at_least"])[0] == 1.0
        mark_at_least(ax, places[bounds], values[0][bounds], style.colour(position), raised=8.0)
        drawn.append(values)
        if spread:
            band, strip = _along(part, across, BAND), _strip(across, position) if len(lines) > 1 else None
            style.parameter_band(ax, across.places, band, position, strip)
            drawn.append(band if strip is None else band[:, -1])
        known = values[0][~np.isnan(values[0])]
        ends.append((float(known[-1]) if known.size else 0.0, name, style.colour(position)))
    reach = np.concatenate([np.ravel(found) for found in drawn])
    frames.check_known(reach, figure)
    _right_end(ax, across, len(lines) if spread else 0)
    _upright(ax, figure, reach, language, currency)
    _name_values(ax, across, language, currency)
    return ends, missing


def sweep_scatter(
    frame: pd.DataFrame, x: str, strategy: str | None = None, figure: str = "chance", ax: Axes | None = None,
    language: str = "en", *, currency: str = "",
) -> Axes:  # fmt: skip
    """Draw every cell as a dot over one axis, whatever else varies: for points that are no grid."""
    name, rows = frames.of_strategy(frame, strategy)
    frames.check_figure(frame, figure)
    across = frames.find_axis(rows, x)
    rows = rows.dropna(subset=[x])
    ax = style.axes_of(ax)
    ax.set_xscale(across.scale)
    values = rows[[figure, f"{figure}_low", f"{figure}_high"]].to_numpy(dtype=float).T
    frames.check_known(values[0], figure)
    places = across.places_of(rows)
    dots = style.look(0) | {"linestyle": "none"}
    ax.errorbar(places, values[0], style.reach(values), **dots, markersize=3.5, elinewidth=0.8)
    bounds = frames.at_least(rows, figure)
    mark_at_least(ax, places[bounds], values[0][bounds], style.colour(0), raised=7.0)
    _upright(ax, figure, values.ravel(), language, currency)
    _name_values(ax, across, language, currency)
    notes = [label("plot_sweep_points", language), label("plot_sweep_bars", language)]
    missing = int(np.isnan(values[0]).sum())
    notes += [label("plot_sweep_missing_points", language, count=missing)] if missing else []
    notes += at_least_words([rows], figure, language)
    style.head(ax, title_of(name, figure, language), label("plot_semicolon", language).join(notes))
    return ax


def _by_strategy(frame: pd.DataFrame, strategies: Sequence[str] | None, x: str, language: str) -> list[Line]:
    """Return the name and the rows of a line for each strategy."""
    across = frames.find_axis(frame, x)
    frames.check_others_fixed(frame, (across,))
    names = list(strategies) if strategies else frames.strategies_of(frame)
    return [(frames.literal(label(name, language)), frames.of_strategy(frame, name)[1]) for name in names]


def _by_value(frame: pd.DataFrame, by: str, strategies: Sequence[str] | None, x: str) -> list[Line]:
    """Return the name and the rows of a line for each value of a second axis."""
    if by == x:
        raise style.PlotError(f"by= needs a second axis; found '{x}' twice")
    if strategies and len(strategies) > 1:
        raise style.PlotError("by= draws one strategy; choose it")
    _, rows = frames.of_strategy(frame, strategies[0] if strategies else None)
    across, second = frames.find_axis(rows, x), frames.find_axis(rows, by)
    frames.check_others_fixed(rows, (across, second))
    return [(value_text(value, by), frames.where(rows, by, value)) for value in second.values]


def _along(part: pd.DataFrame, across: Axis, columns: Sequence[str]) -> NDArray[np.float64]:
    """Return (n_columns, n_values) outcomes along an axis, not a number where a cell is missing."""
    known = part.dropna(subset=[across.key])
    at = np.searchsorted(across.places, across.places_of(known))
    if len(np.unique(at)) < len(at):
        raise style.PlotError(f"several cells at one value of '{across.key}': keep one of each")
    out = np.full((len(columns), len(across.values)), np.nan)
    out[:, at] = known[list(columns)].to_numpy(dtype=float).T
    return out


def _strip(across: Axis, position: int) -> float:
    """Return where the strip of a line stands, right of the last value."""
    return float(across.shifted(across.places[-1], 0.04 + 0.022 * position))


def _right_end(ax: Axes, across: Axis, strips: int) -> None:
    """Leave room beyond the ends, and for the strips."""
    room = 0.03 if across.numeric else 0.15
    last = _strip(across, strips - 1) if strips > 1 else across.places[-1]
    ax.set_xlim(float(across.shifted(across.places[0], -room)), float(across.shifted(last, room)))


def _upright(ax: Axes, figure: str, reach: NDArray[np.float64], language: str, currency: str) -> None:
    """Write shares in per cent from zero, money with its zero line."""
    low, high = float(np.nanmin(reach)), float(np.nanmax(reach))
    if frames.MEASURES[figure] == "share":
        style.share_scale(ax, high)
        return
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.04 * (high - low or 1.0)
    ax.set_ylim(low - room, high + room)
    style.money_axis(ax, currency or label("plot_money", language))
    style.zero_line(ax)


def _name_values(ax: Axes, across: Axis, language: str, currency: str) -> None:
    if across.numeric:
        if not across.logarithmic:
            ax.xaxis.set_major_locator(MaxNLocator(6))
        tick_format(ax.xaxis, across)
    else:
        ax.set_xticks(across.places, [frames.literal(value) for value in across.values])
    style.wrap_x_label(ax, frames.axis_label(across, language, currency))
