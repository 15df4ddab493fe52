"""What all pictures share: colours, themes, axes in money and months, labels beside their lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from sim.labels import label

if TYPE_CHECKING:
    from sim.results import Result

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#a3569b", "#b58900", "#3fa0d8")
"""Okabe and Ito's colours, tuned so that each is readable on white and on near-black."""

MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
"""Shapes as well as colours: the pictures must work in grey print."""

CHINESE_FONTS = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei")
"""Fonts with Chinese letters; those that are installed stand in for what the first font does not have."""

THEMES = {
    "light": {"ink": "#1b2733", "paper": "#ffffff", "line": "#c3ccd5"},
    "dark": {"ink": "#e6ebf0", "paper": "#14191f", "line": "#46525e"},
}


INKED = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")
"""Settings of the drawing that take the colour of text."""


class PlotError(ValueError):
    """A picture that cannot be drawn from this result; the message says why."""


@cache
def installed_fonts() -> tuple[str, ...]:
    """Return the fonts with Chinese letters that this machine has."""
    known = set(font_manager.get_font_names())
    return tuple(name for name in CHINESE_FONTS if name in known)


@contextmanager
def theme(name: str = "light") -> Iterator[None]:
    """Draw in a theme: ``with theme("dark"): ...``."""
    if name not in THEMES:
        raise PlotError(f"no theme '{name}'; there are: {', '.join(THEMES)}")
    colours = THEMES[name]
    plain: Any = dict.fromkeys(INKED, colours["ink"]) | {
        "figure.facecolor": colours["paper"],
        "axes.facecolor": "none",
        "savefig.facecolor": colours["paper"],
        "axes.edgecolor": colours["line"],
        "grid.color": colours["line"],
        "axes.grid": True,
        "grid.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "font.family": ["DejaVu Sans", *installed_fonts()],
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
    }
    with mpl.rc_context(plain):
        yield


def axes_of(ax: Axes | None) -> Axes:
    """Return the axes to draw on: those given, or new ones of a figure of their own."""
    return Figure(figsize=(5.8, 3.7), layout="constrained").add_subplot() if ax is None else ax


def words(key: str, language: str, **values: object) -> str:
    """Return a label of the catalogue."""
    return label(key, language, **values)


def check_strategies(result: Result, names: Sequence[str]) -> None:
    """Refuse strategies the result does not have, and results without a month."""
    if result.n_months < 1:
        raise PlotError("this result has no full month: nothing to draw")
    for name in names:
        if name not in result.strategies:
            raise PlotError(f"no strategy '{name}' in this result; there are: {', '.join(result.strategies)}")


def chosen(result: Result, strategy: str | None) -> str:
    """Return the strategy asked for, or the first one."""
    name = strategy or result.strategies[0]
    check_strategies(result, [name])
    return name


def months_axis(ax: Axes, n_months: int, language: str) -> None:
    """Put the numbers of the months along x."""
    ax.set_xlim(0.5, n_months + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel(words("month", language))


def share_axis(ax: Axes, axis: str = "y") -> None:
    """Write shares in percent."""
    (ax.yaxis if axis == "y" else ax.xaxis).set_major_formatter(PercentFormatter(1.0, decimals=0))


def money_axis(ax: Axes, currency: str, axis: str = "y") -> None:
    """Write sums with thousands and the currency once, at the axis."""
    along = ax.yaxis if axis == "y" else ax.xaxis
    along.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace("-", "−")))
    (ax.set_ylabel if axis == "y" else ax.set_xlabel)(currency)
    if axis == "x" and ax.get_xscale() == "linear":
        along.set_major_locator(MaxNLocator(5))


def head(ax: Axes, title: str, note: str = "", width: int = 72) -> None:
    """Write the title, and below it in small print how to read the picture; Chinese letters are twice as wide."""
    wide = any(ord(letter) > 0x2E80 for letter in note)
    lines = textwrap.wrap(note, width // 2 if wide else width)
    ax.set_title(title, pad=8 + 11 * len(lines))
    if lines:
        ax.text(0.0, 1.02, "\n".join(lines), transform=ax.transAxes, va="bottom", fontsize=8)


def label_ends(ax: Axes, x: float, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write each line's name beside its end, moved apart where they would cover each other.

    Parameters
    ----------
    ends : sequence of (y, text, colour)
    """
    low, high = ax.get_ylim()
    gap = 0.068 * (high - low)
    placed = -np.inf
    for y, text, colour in sorted(ends):
        placed = max(y, placed + gap)
        ax.annotate(
            text, (x, y), xytext=(x, placed), textcoords="data", color=colour, va="center", fontsize=9,
            annotation_clip=False,
        ).set_in_layout(True)  # fmt: skip


def zero_line(ax: Axes) -> None:
    """Draw where profit and loss part."""
    ax.axhline(0.0, color=mpl.rcParams["text.color"], linewidth=0.9)


def weekly_or_monthly(result: Result, strategy: str, series: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return times in months and (n_times, n_paths) values: by week where the run kept them, else by month."""
    record = result.record(strategy)
    if series in record.weekly and len(record.weekly[series]):
        values = record.weekly[series]
        return np.arange(1, len(values) + 1) * 7.0 / 30.0, values
    values = record.monthly[series]
    return np.arange(1.0, len(values) + 1.0), values
