"""Ticks, labels and titles of a sweep's pictures, and the mark ≥ at lower bounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from matplotlib.transforms import offset_copy
from numpy.typing import NDArray

from sim.scenario.meanings import in_percent, number
from sim.show.plots.style import size_of, wrapped
from sim.show.plots.sweeps.frames import AT_LEAST, Axis, at_least, axis_label, literal
from sim.text.labels import label

if TYPE_CHECKING:
    import pandas as pd

AT_LEAST_MARK = Path(
    [(-0.7, 1.0), (0.7, 0.4), (-0.7, -0.2), (-0.7, -0.8), (0.7, -0.8)],
    [Path.MOVETO, Path.LINETO, Path.LINETO, Path.MOVETO, Path.LINETO],
)
"""The sign ≥ as a marker: one drawn shape for all cells."""

MAX_TICKS = 6
"""An axis of at most so many values has a tick at each."""


def figure_name(figure: str, language: str) -> str:
    """Return what a column of the index is called."""
    return label(f"plot_sweep_{figure}", language)


def title_of(name: str, figure: str, language: str, *, plain: bool = False) -> str:
    """Return a picture's title: whose outcome, and which; plain for a page, else for the drawing."""
    text = label("plot_sweep_title", language, name=label(name, language), figure=figure_name(figure, language))
    return text if plain else literal(text)


def place_axis(ax: Axes, axis: Axis, side: str, language: str, currency: str) -> None:
    """Write an axis' values and meaning along its side."""
    tick_format(ax.xaxis if side == "x" else ax.yaxis, axis)
    width, height = size_of(ax)
    text = axis_label(axis, language, currency)
    lines = "\n".join(wrapped(text, width if side == "x" else height, 10.0))
    (ax.set_xlabel if side == "x" else ax.set_ylabel)(lines)


def tick_format(along: XAxis | YAxis, axis: Axis) -> None:
    """Write an axis' values: shares in per cent, round numbers on a log scale, every value where they are few."""
    if axis.logarithmic:
        along.set_major_locator(LogLocator(10.0, subs=(1.0, 2.0, 5.0)))
        along.set_minor_formatter(NullFormatter())
    if apart_enough(axis):
        along.set_ticks(axis.values.tolist())
        along.set_ticks([], minor=True)
    share = in_percent(axis.key)
    along.set_major_formatter(FuncFormatter(lambda value, _: number(value, share)))


def apart_enough(axis: Axis) -> bool:
    """Return whether the axis has so few values, so far apart, that each can be written."""
    at = axis.scaled
    return bool(len(at) <= MAX_TICKS and np.diff(at).min() >= 0.199 * np.ptp(at))


def value_text(value: Any, key: str) -> str:
    """Return a value of an axis as people write it."""
    return literal(value) if isinstance(value, str) else number(float(value), in_percent(key))


def mark_at_least(
    ax: Axes, x: NDArray[np.float64], y: NDArray[np.float64], shade: str, seam: str = "", *, raised: float = 0.0,
    as_image: bool = False,
) -> None:  # fmt: skip
    """Write ≥ at outcomes that are lower bounds, so many points above their place."""
    if x.size:
        ax.plot(
            x, y, linestyle="none", marker=AT_LEAST_MARK, markersize=6.5, fillstyle="none", markeredgecolor=shade,
            markeredgewidth=0.9, clip_on=False, rasterized=as_image,
            transform=offset_copy(ax.transData, ax.get_figure(root=True), 0.0, raised, units="points"),
            path_effects=[withStroke(linewidth=2.2, foreground=seam)] if seam else None,
        )  # fmt: skip


def at_least_words(parts: Iterable[pd.DataFrame], figure: str, language: str) -> list[str]:
    """Return what ≥ means; nothing where no outcome of these rows is a lower bound."""
    if not any(at_least(rows, figure).any() for rows in parts):
        return []
    return [label("plot_sweep_at_least", language, share=f"{100 * AT_LEAST[figure]:g}%")]
