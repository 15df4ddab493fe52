"""The common style of all pictures: colours, themes, axes in money and months, labels beside their lines."""

from __future__ import annotations

import logging
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from sim.business.calendar import day_of
from sim.text import numbers
from sim.text.labels import label
from sim.text.messages import as_list, shortened

if TYPE_CHECKING:
    from sim.results.result import Result

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#a3569b", "#b58900", "#3fa0d8")
"""Okabe and Ito's colours, the pale ones darkened: three to one against white (the sky blue 2.9)."""

DARK_PALETTE = ("#56b4f0", "#ff8c42", "#35d0a2", "#d68fd0", "#e3bd4a", "#8fd0f5")
"""The same hues for a dark page, lighter."""

MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
"""Shapes as well as colours: the pictures must work in grey print."""

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
"""Fonts with Chinese letters; those that are installed stand in for what the first font does not have."""

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
# A Chinese font that has one weight only is no news to a seller.

THEMES = {
    "light": {"ink": "#1b2733", "paper": "#ffffff", "line": "#c3ccd5"},
    "dark": {"ink": "#e6ebf0", "paper": "#14191f", "line": "#46525e"},
}

INKED = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color")
"""Settings of the drawing that take the colour of text."""

ROOMY = 280.0
"""Width of axes, in points, from which ranges are written out beside bars, and words in their usual size."""

NARROWEST = 3.9
"""Width in inches of a picture for a phone."""

MISSING_LETTER = "Glyph .* missing from font"
"""How matplotlib's complaint about a letter begins that a font lacks."""


class PlotError(ValueError):
    """A picture that cannot be drawn from this result; the message says why."""


FONT_FILES = re.compile(r"notosans\w*cjk|msyh|pingfang|wqy", re.IGNORECASE)
"""How the files of these fonts are called."""


@cache
def installed_fonts() -> tuple[str, ...]:
    """Return the fonts with Chinese letters that this machine has.

    Matplotlib keeps its list of fonts from run to run and does not see what was installed since: where the list has
    none of these fonts, the disk is looked at, once.
    """
    if not listed_fonts():
        add_fonts_on_disk()
    return listed_fonts()


def listed_fonts() -> tuple[str, ...]:
    """Return the fonts with Chinese letters that matplotlib knows of."""
    known = set(font_manager.get_font_names())
    return tuple(name for name in CHINESE_FONTS if name in known)


def add_fonts_on_disk() -> None:
    """Tell matplotlib of the font files with Chinese letters that lie on the disk."""
    for file in sorted(font_manager.findSystemFonts()):
        if FONT_FILES.search(Path(file).name):
            # A file that cannot be read is as good as none: what is missing is said where Chinese is to be drawn.
            with suppress(OSError, RuntimeError, ValueError):
                font_manager.fontManager.addfont(file)


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


def colour(position: int) -> str:
    """Return the colour of the strategy (or line) at a position, for the theme that is drawn in."""
    dark = mpl.rcParams["text.color"] == THEMES["dark"]["ink"]
    palette = DARK_PALETTE if dark else PALETTE
    return palette[position % len(palette)]


def look(position: int) -> dict[str, Any]:
    """Return the colour, the marker and the dashes of the line at a position."""
    shape = position % len(MARKERS)
    return {"color": colour(position), "marker": MARKERS[shape], "linestyle": LINES[shape]}


def hatched() -> dict[str, Any]:
    """Return the look of areas and bars of what is bad: told from the good ones in grey print, too."""
    return {"facecolor": colour(1), "edgecolor": ink(), "linewidth": 0, "hatch": "//"}


def ink() -> str:
    """Return the colour of text."""
    return str(mpl.rcParams["text.color"])


def paper() -> str:
    """Return the colour of what is drawn on."""
    return str(mpl.rcParams["figure.facecolor"])


def axes_of(ax: Axes | None) -> Axes:
    """Return the axes to draw on: those given, or new ones of a figure of their own."""
    if ax is not None and not isinstance(ax, Axes):
        raise PlotError(f"ax: found {shortened(ax)}; give axes, as matplotlib's Figure().subplots() returns them")
    return Figure(figsize=(5.8, 3.7), layout="constrained").add_subplot() if ax is None else ax


def chosen_all(result: Result, strategies: Sequence[str]) -> list[str]:
    """Return the strategies asked for, or all; refuse those the result does not have."""
    names = as_list(strategies) or list(result.strategies)
    for name in names:
        if name not in result.strategies:
            raise PlotError(f"no strategy '{name}' in this result; there are: {', '.join(result.strategies)}")
    return names


def chosen(result: Result, strategy: str | None) -> str:
    """Return the strategy asked for, or the first one."""
    return chosen_all(result, strategy or ())[0]


def size_of(ax: Axes) -> tuple[float, float]:
    """Return about how wide and high the axes will be, in points: the layout is not made yet."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    place, (width, height) = ax.get_position(), figure.get_size_inches()
    return 72.0 * float(width * place.width), 72.0 * float(height * place.height)


def wrapped(text: str, points: float, size: float) -> list[str]:
    """Break a text into lines of a width in points; Chinese letters are about twice as wide."""
    wide = sum(ord(letter) > 0x2E80 for letter in text)
    letter = size * (0.56 + 0.46 * wide / max(len(text), 1))
    return textwrap.wrap(text, max(int(points / letter), 8))


def head(ax: Axes, title: str, note: str = "", indent: float = 40.0) -> float:
    """Write the title, and below it in small print how to read the picture, within the picture's width.

    Parameters
    ----------
    indent : float
        Points that the labels of the y axis take to the left of where the text begins.

    Returns
    -------
    float
        Height that was used, in points.
    """
    say_if_unreadable(title + note)
    room = size_of(ax)[0] / 0.775 - indent - 10.0
    lines = wrapped(note, room, 8.0)
    heading = wrapped(title, room, 11.0)
    ax.set_title("\n".join(heading), loc="left", pad=7.0 + 10.0 * len(lines))
    if lines:
        small = ax.annotate(
            "\n".join(lines), (0.0, 1.0), xycoords="axes fraction", xytext=(0.0, 4.0), textcoords="offset points",
            va="bottom", fontsize=8, annotation_clip=False,
        )  # fmt: skip
        small.set_in_layout(False)  # the title's distance makes room for it; its width must not narrow the axes
    return 7.0 + 10.0 * len(lines) + 14.0 * len(heading)


def say_if_unreadable(text: str) -> None:
    """Warn in plain words where Chinese would come out as boxes; an SVG leaves the letters to its reader's fonts."""
    if mpl.rcParams["svg.fonttype"] == "none" or not any(ord(letter) > 0x2E80 for letter in text):
        return
    if not installed_fonts():
        # Said once, in words; without this every letter would be complained of when the picture is saved, whenever that
        # is: the filter stays.
        warnings.filterwarnings("ignore", MISSING_LETTER, UserWarning)
        warnings.warn(
            f"no font with Chinese letters is installed: they will show as boxes (any of {', '.join(CHINESE_FONTS)})",
            stacklevel=4,
        )
    elif not set(mpl.rcParams["font.family"]) & set(installed_fonts()):
        warnings.warn(
            'Chinese letters need a font that has them: draw within sim.show.plots.theme("light")', stacklevel=4
        )


def months_axis(ax: Axes, months: Sequence[float], language: str, first: float = 0.5) -> None:
    """Put the numbers of the months along x, as many as there is room for; a last day that ends none is named below."""
    n_months, last = int(months[-1]), months[-1]
    step = max(1, int(np.ceil(n_months * 20.0 / size_of(ax)[0])))
    ax.set_xticks(range(1 if step == 1 else step, n_months + 1, step))
    ax.set_xlim(first, last + (0.5 if first else 0.0))
    key = "month" if last == n_months else "plot_month_to_day"
    ax.set_xlabel(label(key, language, day=day_of(last)))


def share_axis(ax: Axes, axis: str = "y") -> None:
    """Write shares in percent."""
    (ax.yaxis if axis == "y" else ax.xaxis).set_major_formatter(PercentFormatter(1.0))


def share_scale(ax: Axes, highest: float) -> None:
    """Write shares in percent from zero to a round end; small ones can be told apart, and the axis says so.

    No share lies beyond: marks at the ends need ``clip_on=False``.
    """
    ax.set_ylim(0.0, end_of_scale(highest))
    share_axis(ax)


def end_of_scale(highest: float) -> float:
    """Return the end of a scale of shares: 10, 20, 50 or 100%."""
    return next(end for end in (0.1, 0.2, 0.5, 1.0) if highest <= end + 1e-9)


def money_axis(ax: Axes, currency: str, axis: str = "y") -> None:
    """Write sums with thousands and the currency once, at the axis, whose ends must be set."""
    along = ax.yaxis if axis == "y" else ax.xaxis
    along.set_major_formatter(FuncFormatter(lambda value, _: numbers.money(value)))
    (ax.set_ylabel if axis == "y" else ax.set_xlabel)(currency)
    if axis == "x" and ax.get_xscale() == "linear":
        width = size_of(ax)[0]
        # A number half of which would lie beyond the end of the axis may be cut off.
        aside = min(22.0 / width, 0.2)
        low, high = with_zero(ax.get_xlim(), aside)
        ticks = MaxNLocator(int(np.clip(width / 60.0, 2, 6))).tick_values(low, high)
        margin = (aside - 1e-9) * (high - low)
        ax.set_xticks([tick for tick in ticks if low + margin <= tick <= high - margin])
        ax.set_xlim(low, high)


def with_zero(limits: tuple[float, float], aside: float) -> tuple[float, float]:
    """Return limits that hold zero, and a share of their length beyond it: its number stands at every axis of money.

    Worked number: from -900 to -100 with a tenth aside becomes -900 to 100.
    """
    low, high = limits
    beyond = aside / (1.0 - aside)
    if low < 0.0:
        high = max(high, -beyond * low)
    return min(low, -beyond * high), high


def wrap_x_label(ax: Axes, text: str) -> None:
    """Write along x what may be longer than the axis."""
    ax.set_xlabel("\n".join(wrapped(text, size_of(ax)[0], 10.0)))


def label_ends(ax: Axes, x: float, ends: Sequence[tuple[float, str, str]], taken: float = 20.0) -> None:
    """Write each line's name to the right of the axes, moved apart where they would cover each other.

    The name is in the colour of text, which can be read on any page; a thread in the line's colour leads to it.

    Parameters
    ----------
    x : float
        Where the lines end.
    ends : sequence of (y, text, colour)
    taken : float
        Height of what stands above the axes, in points.
    """
    (width, height), (low, high), size = size_of(ax), ax.get_ylim(), 9.0
    height = max(height / 0.77 - taken - 35.0, 60.0)
    ranked = sorted(ends)
    texts = [text if "\n" in text else "\n".join(wrapped(text, max(0.30 * width, 60.0), size)) for _, text, _ in ranked]
    heights = [1.2 * size * (1 + text.count("\n")) * (high - low) / height for text in texts]
    places = apart(
        [min(max(y, low), high) for y, _, _ in ranked], heights, low - 0.02 * (high - low), high + 0.02 * (high - low)
    )
    for (y, _, hue), text, place in zip(ranked, texts, places, strict=True):
        ax.annotate(
            text, (x, min(max(y, low), high)), xytext=(1.0 + 12.0 / width, place),
            textcoords=ax.get_yaxis_transform(), va="center", fontsize=size, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": hue, "linewidth": 1.4, "shrinkA": 1, "shrinkB": 0,
                        "relpos": (0.0, 0.5)},
        )  # fmt: skip


def apart(
    wanted: Sequence[float], heights: Sequence[float], lowest: float = -np.inf, highest: float = np.inf
) -> list[float]:
    """Return places as near as possible to those wanted (rising), with room for each height; least squares.

    Worked number: two labels of height 2 that both want 5 get 4 and 6.

    Parameters
    ----------
    lowest, highest : float
        Ends that all of them keep to; the lower one where there is no room.
    """
    offsets = np.concatenate([[0.0], np.cumsum((np.array(heights[:-1]) + np.array(heights[1:])) / 2.0)])
    groups: list[list[float]] = []
    for value in np.asarray(wanted, dtype=float) - offsets[: len(wanted)]:
        groups.append([float(value)])
        while len(groups) > 1 and np.mean(groups[-2]) > np.mean(groups[-1]):
            last = groups.pop()
            groups[-1] += last
    levels = [float(np.mean(group)) for group in groups for _ in group]
    if not levels:
        return []
    top, bottom = highest - float(offsets[-1]) - heights[-1] / 2.0, lowest + heights[0] / 2.0
    return [max(min(level, top), bottom) + float(offset) for level, offset in zip(levels, offsets, strict=True)]


def reach(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (2, n) how far bars reach below and above, from (3, n) estimates and the ends of their intervals."""
    middle, low, high = values
    return np.nan_to_num(np.maximum([middle - low, high - middle], 0.0))


def parameter_band(
    ax: Axes, places: NDArray[Any], ends: NDArray[np.float64], position: int, strip: float | None
) -> None:
    """Draw what a chance depends on that the seller does not know: a band, or only its end as a strip of its own.

    Parameters
    ----------
    ends : (2, n_places) float
    strip : float, optional
        Where along x the strip stands; the bands of several lines would cover each other.
    """
    if strip is None:
        ax.fill_between(places, *ends, color=colour(position), alpha=0.18, linewidth=0)
    else:
        hue = colour(position)
        ax.plot([strip, strip], ends[:, -1], color=hue, linewidth=3.5, alpha=0.4, solid_capstyle="butt")


def zero_line(ax: Axes) -> None:
    """Draw where profit and loss part."""
    ax.axhline(0.0, color=ink(), linewidth=0.9)


def say_nothing_seen(ax: Axes, title: str, words: str) -> Axes:
    """Write in place of a picture that there is nothing to draw: no axis says more than the run does."""
    ax.set_axis_off()
    say_if_unreadable(title + words)
    width = size_of(ax)[0] / 0.775
    ax.set_title("\n".join(wrapped(title, width - 10.0, 11.0)), loc="left")
    lines = "\n".join(wrapped(words, width - 20.0, 10.0))
    ax.text(0.0, 0.9, lines, transform=ax.transAxes, ha="left", va="top", fontsize=10)
    return ax
