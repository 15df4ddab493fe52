"""Maps of a sweep over two axes, and panels of them over a third: `sweep_map` and `sweep_panels`.

They are drawn from the frame ``sim.read_sweep(folder, headlines=True)``.
Missing cells (failed, or not yet computed) are hatched and counted, never filled in from their neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, PercentFormatter
from numpy.typing import NDArray

from sim.show.plots import style
from sim.show.plots.sweeps import frames
from sim.show.plots.sweeps.axes import at_least_words, mark_at_least, place_axis, tick_format, title_of, value_text
from sim.show.plots.sweeps.contours import DARK, LIGHT, break_even, line_words
from sim.show.plots.sweeps.frames import Axis
from sim.show.plots.sweeps.lines import sweep_lines
from sim.text import numbers
from sim.text.labels import label

if TYPE_CHECKING:
    import pandas as pd

COLOURS = "cividis"
"""From dark to light without a turn: read alike in grey print and by the colour-blind."""

BOTH_SIDES = LinearSegmentedColormap.from_list(
    "loss_and_profit", ("#7a2e00", "#e08a4a", "#f7f5f0", "#5aa3d6", "#00406b")
)
"""Of profits: losses in browns, gains in blues, lighter towards nothing; the colour-blind tell them apart."""

MAX_DRAWN_CELLS = 2_500
"""A map of more cells is kept as an image within the drawing."""

COLUMNS = 2
"""Panels side by side: small enough for a phone."""

Limits = tuple[float, float]


def sweep_map(
    frame: pd.DataFrame, x: str, y: str, strategy: str | None = None, figure: str = "chance", ax: Axes | None = None,
    language: str = "en", *, currency: str = "", limits: Limits | None = None,
) -> Axes:  # fmt: skip
    """Draw an outcome over two axes of numbers, and the lines on which the chance of a profit is 50% and 80%.

    Each line has two dashed ones beside it: the same chance at the lower and at the upper end of the simulation error.
    Sums of profit have the line on which they are zero instead; other outcomes have none.

    Parameters
    ----------
    frame : DataFrame
        One row a cell and strategy.
    x, y : str
        Dotted keys; the other axes must have one value, or move together with these.
    figure : str
        ``chance``, ``ruin``, ``profit_p50``, ``cash_needed_p95`` or another column with shares or money.
    currency : str
        Written at sums of money.
    limits : (low, high), optional
        Ends of the colours, for several maps on one scale.

    Raises
    ------
    PlotError
        If these cells are no grid of two axes of numbers.
    """
    name, rows = frames.of_strategy(frame, strategy)
    frames.check_figure(frame, figure)
    ax = style.axes_of(ax)
    drawn = draw_map(ax, rows, (x, y), figure, language, limits)
    for axis, side in zip(drawn.axes, "xy", strict=True):
        place_axis(ax, axis, side, language, currency)
    add_colour_bar(ax, drawn.mesh, rows[figure].to_numpy(dtype=float), figure, currency)
    note = label("plot_semicolon", language).join([*line_words(drawn.levels, language), *drawn.remarks])
    style.head(ax, title_of(name, figure, language), note)
    return ax


class Drawn(NamedTuple):
    """A map: its axes (across and up), its tiles, the levels of its contours, and what must be said of it.

    Remarks are on levels that are reached nowhere, and on cells that are missing.
    """

    axes: tuple[Axis, Axis]
    mesh: QuadMesh
    levels: list[float]
    remarks: list[str]


def draw_map(
    ax: Axes, rows: pd.DataFrame, keys: tuple[str, str], figure: str, language: str, limits: Limits | None
) -> Drawn:
    """Draw the tiles, the hatching and the lines of one strategy's map."""
    if keys[0] == keys[1]:
        raise style.PlotError(f"a map needs two axes; found '{keys[0]}' twice")
    across, up = (frames.find_axis(rows, key, numeric=True) for key in keys)
    frames.check_others_fixed(rows, (across, up))
    values = frames.grid(rows, across, up, figure)
    frames.check_known(values, figure)
    mesh = _tiles(ax, across, up, values, limits or colour_limits(values, figure), figure)
    _hatch(ax, across, up, np.isnan(values))
    levels, remarks = break_even(ax, rows, across, up, figure, language)
    bounds = frames.grid(rows.assign(at_least=frames.at_least(rows, figure)), across, up, "at_least") == 1.0
    to_top, to_right = np.nonzero(bounds)
    large = values.size > MAX_DRAWN_CELLS
    mark_at_least(ax, across.values[to_right], up.values[to_top], LIGHT, DARK, as_image=large)
    remarks += at_least_words([rows], figure, language)
    remarks += [label("plot_sweep_colours", language)] if has_sign(figure) else []
    missing, off = int(np.isnan(values).sum()), int(rows[list(keys)].isna().any(axis=1).sum())
    remarks += [label("plot_sweep_missing", language, count=missing)] if missing else []
    remarks += [label("plot_sweep_off", language, count=off)] if off else []
    return Drawn((across, up), mesh, levels, remarks)


def sweep_panels(
    frame: pd.DataFrame, x: str, y: str | None, over: str, strategy: str | None = None, figure: str = "chance",
    figure_size: tuple[float, float] | None = None, language: str = "en", *, currency: str = "",
    canvas: Figure | None = None,
) -> Figure:  # fmt: skip
    """Draw one map for each value of a third axis, on one scale with one colour bar; lines where ``y`` is None.

    Parameters
    ----------
    figure_size : (width, height), optional
        Inches.
    canvas : Figure, optional
        An empty figure to draw on.

    Returns
    -------
    Figure
        Its axes are one for each value, in order, then that of the colour bar.
    """
    name, rows = frames.of_strategy(frame, strategy)
    frames.check_figure(frame, figure)
    third = frames.find_axis(rows, over)
    frames.check_known(rows[figure].to_numpy(dtype=float), figure)
    n_lines = -(-len(third.values) // COLUMNS)
    if canvas is None:
        canvas = Figure(figsize=figure_size or (5.8, 1.3 + 2.2 * n_lines), layout="constrained")
    panels = list(canvas.subplots(n_lines, COLUMNS, sharex=True, sharey=True, squeeze=False).flat)
    parts = [frames.where(rows, over, value) for value in third.values]
    used = panels[: len(parts)]
    titles = [value_text(value, over) for value in third.values]
    notes = [label("plot_sweep_each", language, axis=frames.axis_label(third, language, currency))]
    if y is None:
        across, upward, reading = _line_panels(used, parts, x, name, figure, language, currency)
    else:
        limits = colour_limits(rows[figure].to_numpy(dtype=float), figure)
        maps = [draw_map(ax, part, (x, y), figure, language, limits) for ax, part in zip(used, parts, strict=True)]
        reading, titles = _said_of_maps(maps, titles, language)
        across, upward = maps[0].axes[0], frames.axis_label(maps[0].axes[1], language, currency)
        for ax in used:
            tick_format(ax.yaxis, maps[0].axes[1])
        add_colour_bar(used, maps[0].mesh, rows[figure].to_numpy(dtype=float), figure, currency)
    _dress(canvas, used, titles, across, (frames.axis_label(across, language, currency), upward))
    for ax in panels[len(parts) :]:
        ax.set_visible(False)
    for ax in panels[max(len(parts) - COLUMNS, 0) : len(parts)]:
        ax.tick_params(labelbottom=True)
    note = label("plot_semicolon", language).join([*notes, *reading])
    _head_of_all(canvas, title_of(name, figure, language), note)
    return canvas


def _said_of_maps(maps: Sequence[Drawn], titles: Sequence[str], language: str) -> tuple[list[str], list[str]]:
    """Return what is said once for all panels, and the panels' titles with what is said of each alone."""
    once = line_words(sorted({level for drawn in maps for level in drawn.levels}), language)
    once += [remark for remark in maps[0].remarks if all(remark in drawn.remarks for drawn in maps)]
    alone = [[remark for remark in drawn.remarks if remark not in once] for drawn in maps]
    between = label("plot_semicolon", language)
    return once, [between.join([title, *remarks]) for title, remarks in zip(titles, alone, strict=True)]


def _head_of_all(canvas: Figure, title: str, note: str) -> None:
    """Write the title above all panels, and how to read them."""
    width = 72.0 * float(canvas.get_size_inches()[0]) - 20.0
    lines = [*style.wrapped(title, width, 10.0), *style.wrapped(note, width, 10.0)]
    style.say_if_unreadable("".join(lines))
    canvas.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=10)


def _line_panels(
    used: Sequence[Axes], parts: Sequence[pd.DataFrame], x: str, name: str, figure: str, language: str, currency: str
) -> tuple[Axis, str, list[str]]:
    """Draw lines on every panel; return what is along x, what is along y, and the note."""
    for ax, part in zip(used, parts, strict=True):
        sweep_lines(part, x, [name], figure, ax=ax, language=language, currency=currency, bare=True)
    notes = [label("plot_sweep_bars", language)]
    notes += [label("plot_sweep_band", language)] if figure == "chance" else []
    notes += at_least_words(parts, figure, language)
    upward = currency or label("plot_money", language) if frames.MEASURES[figure] == "money" else ""
    return frames.find_axis(parts[0], x), upward, notes


def _dress(canvas: Figure, used: Sequence[Axes], titles: Sequence[str], across: Axis, along: tuple[str, str]) -> None:
    """Name every panel by its value, and the axes once for all of them."""
    width, height = (72.0 * float(inches) for inches in canvas.get_size_inches())
    for ax, title in zip(used, titles, strict=True):
        ax.set_title("\n".join(style.wrapped(title, 0.40 * width, 8.0)), loc="left", fontsize=8, pad=4.0)
        ax.set_xlabel("")
        ax.set_ylabel("")
        if across.numeric:
            tick_format(ax.xaxis, across)
    canvas.supxlabel("\n".join(style.wrapped(along[0], 0.8 * width, 10.0)), fontsize=10)
    canvas.supylabel("\n".join(style.wrapped(along[1], 0.7 * height, 10.0)), fontsize=10)


def colour_limits(values: NDArray[np.float64], figure: str) -> Limits:
    """Return the ends of a scale that holds all values: shares and cash from zero, profits as far on both its sides."""
    known = values[~np.isnan(values)]
    if frames.MEASURES[figure] == "share":
        return 0.0, style.end_of_scale(float(known.max()))
    most = max(float(np.abs(known).max()), 1.0)
    return (-most, most) if has_sign(figure) else (0.0, most)


def has_sign(figure: str) -> bool:
    """Return whether an outcome may be a gain or a loss."""
    return figure.startswith("profit")


def edges(axis: Axis) -> NDArray[np.float64]:
    """Return (n + 1,) where the cells of an axis meet: half-way, on a log scale half-way by ratio.

    Worked number: values 1, 2, 4 have edges 0.5, 1.5, 3, 5.
    """
    at = axis.scaled
    between = (at[1:] + at[:-1]) / 2.0
    return axis.unscaled(np.concatenate([[2 * at[0] - between[0]], between, [2 * at[-1] - between[-1]]]))


def colours(limits: Limits, figure: str) -> dict[str, Any]:
    """Return the colours of a scale; those of a profit have their middle at zero whatever its ends are."""
    if not has_sign(figure):
        return {"cmap": COLOURS, "norm": Normalize(*limits)}
    most = max(map(abs, limits))
    return {"cmap": BOTH_SIDES, "norm": Normalize(-most, most)}


def _tiles(ax: Axes, across: Axis, up: Axis, values: NDArray[np.float64], limits: Limits, figure: str) -> QuadMesh:
    ax.grid(visible=False)
    ax.set_xscale(across.scale)
    ax.set_yscale(up.scale)
    mesh = ax.pcolormesh(
        edges(across), edges(up), np.ma.masked_invalid(values), **colours(limits, figure),
        edgecolors="face", linewidth=0.3, rasterized=values.size > MAX_DRAWN_CELLS,
    )  # fmt: skip
    ax.set_xlim(edges(across)[[0, -1]].tolist())
    ax.set_ylim(edges(up)[[0, -1]].tolist())
    return mesh


def _hatch(ax: Axes, across: Axis, up: Axis, missing: NDArray[np.bool_]) -> None:
    """Hatch the cells that are not there."""
    right, top = edges(across), edges(up)
    for row, column in np.argwhere(missing):
        place, size = (right[column], top[row]), (np.diff(right)[column], np.diff(top)[row])
        ax.add_patch(Rectangle(place, *size, fill=False, hatch="////", edgecolor=style.ink(), linewidth=0.0, alpha=0.6))


def add_colour_bar(
    ax: Axes | Sequence[Axes], mesh: QuadMesh, values: NDArray[np.float64], figure: str, currency: str
) -> None:
    """Put the scale of the colours beside the axes: per cent, or money, that of profits marked at zero."""
    first: Any = ax if isinstance(ax, Axes) else ax[0]
    share = frames.MEASURES[figure] == "share"
    form = PercentFormatter(1.0) if share else FuncFormatter(lambda value, _: numbers.money(value))
    bar = first.figure.colorbar(mesh, ax=ax, format=form, fraction=0.06, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.grid(visible=False)
    bar.set_label("" if share else currency)
    if has_sign(figure):
        bar.ax.axhline(0.0, color=style.ink(), linewidth=1.2)
        # Colours that no cell has are left out.
        bar.ax.set_ylim(min(float(np.nanmin(values)), 0.0), max(float(np.nanmax(values)), 0.0))
