"""How are the values of a sweep's axes and its figures written? Ticks, labels and titles of its pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from sim.plots.style import amount, size_of, words, wrapped
from sim.plots.sweep_frames import Axis, axis_label, in_percent, literal

MOST_TICKS = 6
"""An axis of at most so many values has a tick at each."""


def figure_name(figure: str, language: str) -> str:
    """Return what a column of the index is called."""
    return words(f"plot_sweep_{figure}", language)


def title_of(name: str, figure: str, language: str, *, plain: bool = False) -> str:
    """Return a picture's title: whose figure, and which; plain for a page, else for the drawing."""
    text = words("plot_sweep_title", language, name=words(name, language), figure=figure_name(figure, language))
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
    at = np.log(axis.values) if axis.logarithmic else axis.values
    return bool(len(at) <= MOST_TICKS and np.diff(at).min() >= 0.199 * np.ptp(at))


def number(value: float, share: bool = False) -> str:
    """Return a number as short as it can be told, with thousands; a share in per cent."""
    if share:
        return f"{number(100 * value)}%"
    return amount(value) if abs(value) >= 1000 else f"{value:.4g}".replace("-", "−")


def value_text(value: Any, key: str) -> str:
    """Return a value of an axis as people write it."""
    return literal(value) if isinstance(value, str) else number(float(value), in_percent(key))
