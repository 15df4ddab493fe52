"""Contours of a map, where it begins to pay: `break_even` draws them and says what to know of those that are missing.

Between the middles of cells an outcome is taken to change evenly; along a log axis evenly with the logarithm, as tiles
meet half-way by ratio there. A value that just has a level reaches it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from contourpy import contour_generator  # comes with matplotlib, which draws its own contours with it
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from sim.show.plots.sweeps.frames import LEVELS, Axis, grid
from sim.text.labels import label

if TYPE_CHECKING:
    import pandas as pd

DARK, LIGHT = "#16202b", "#fdfdfb"
"""Of lines and numbers on the map, whose colours are those of every theme."""

DASHES: tuple[tuple[str, Any], ...] = (("plot_sweep_dashed", (0, (4, 2))), ("plot_sweep_dotted", (0, (1.2, 1.6))))
"""Of the lines beside the first and the second contour: what they are called, and how they are drawn."""

Parts = list[NDArray[np.float64]]


def break_even(
    ax: Axes, rows: pd.DataFrame, across: Axis, up: Axis, figure: str, language: str
) -> tuple[list[float], list[str]]:
    """Draw the lines at which it begins to pay; return those that are there, and what to say of those that are not."""
    middle, *ends = (
        grid(rows, across, up, column) if column in rows.columns else np.full((1, 1), np.nan)
        for column in (figure, f"{figure}_low", f"{figure}_high")
    )
    levels, drawn = levels_of(figure), []
    remarks = unreached(middle, figure, language)
    for position, level in enumerate(levels):
        beside = [contour(across, up, values, level) for values in ends]
        for parts in beside:
            _draw(ax, parts, 1.0, DASHES[position][1])
        line = contour(across, up, middle, level)
        _draw(ax, line, 2.0, "solid")
        if line:
            drawn.append(level)
            _name(ax, max(line, key=len), level, (position + 1) / (len(levels) + 1))
        else:
            remarks += without_line(middle, beside, level, position, language)
    return drawn, remarks


def levels_of(figure: str) -> Sequence[float]:
    """Return where an outcome has contours: chances of profit at two levels, sums of profit at zero."""
    return LEVELS if figure.startswith("chance") else (0.0,) if figure.startswith("profit") else ()


def contour(across: Axis, up: Axis, values: NDArray[np.float64], level: float) -> Parts:
    """Return the parts, (n, 2) each, of the line between cells that reach a level and cells that do not.

    Worked number: chances of 10%, 40% and 70% at 1,000, 10,000 and 100,000 on a log axis reach 50% at 21,544.
    """
    if not crosses(values, level):
        return []
    # The generator counts a value that just has the level as below it.
    just_below = level - 1e-9 * float(np.nanmax(values) - np.nanmin(values))
    found = contour_generator(across.scaled, up.scaled, np.ma.masked_invalid(values)).lines(just_below)
    parts = (np.array(part, dtype=np.float64).T for part in found)
    return [np.column_stack([across.unscaled(x), up.unscaled(y)]) for x, y in parts]


def crosses(values: NDArray[np.float64], level: float) -> bool:
    """Return whether some values reach a level and others do not."""
    known = values[~np.isnan(values)]
    return bool(known.size and known.min() < level <= known.max())


def _draw(ax: Axes, parts: Parts, width: float, style: Any) -> None:
    """Draw a contour, light with a dark seam, as one line with gaps."""
    if parts:
        gap = np.full((1, 2), np.nan)
        x, y = np.concatenate([piece for part in parts for piece in (part, gap)]).T
        seam = [withStroke(linewidth=width + 1.4, foreground=DARK)]
        ax.plot(x, y, color=LIGHT, linewidth=width, linestyle=style, path_effects=seam)


def _name(ax: Axes, part: NDArray[np.float64], level: float, share: float) -> None:
    """Write a level on its line, a share of the way along."""
    place = part[int(share * (len(part) - 1))].tolist()
    ax.annotate(
        level_text(level), place, ha="center", va="center", fontsize=9, color=DARK,
        bbox={"boxstyle": "round,pad=0.15", "facecolor": LIGHT, "edgecolor": DARK, "linewidth": 0.6},
    )  # fmt: skip


def unreached(values: NDArray[np.float64], figure: str, language: str) -> list[str]:
    """Return what to say of levels without a line; the lowest that is reached nowhere implies the others."""
    levels = levels_of(figure)
    below = [level for level in levels if np.nanmax(values) < level][:1]
    above = [level for level in levels if np.nanmin(values) >= level][-1:]

    def said(level: float, share: str, point: str) -> str:
        if level:
            return label(share, language, level=level_text(level))
        return label(point, language, point=label(f"plot_sweep_point_{figure}", language))

    return [
        *(said(level, "plot_sweep_nowhere", "plot_sweep_below_zero") for level in below),
        *(said(level, "plot_sweep_everywhere", "plot_sweep_above_zero") for level in above),
    ]


def without_line(
    values: NDArray[np.float64], beside: Sequence[Parts], level: float, position: int, language: str
) -> list[str]:
    """Return what to say where a level has no line: that missing cells hide it, and what the lines beside it mean."""
    line, shown = label(DASHES[position][0], language), level_text(level)
    hidden = [label("plot_sweep_hidden", language, level=shown)] if crosses(values, level) else []
    return hidden + [
        label(f"plot_sweep_only_{end}", language, line=line, level=shown)
        for end, parts in zip(("lower", "upper"), beside, strict=True)
        if parts
    ]


def level_text(level: float) -> str:
    """Return the name that stands on a line."""
    return f"{100 * level:g}%" if level else "0"


def line_words(levels: Sequence[float], language: str) -> list[str]:
    """Return what the lines on a map mean; nothing where there are none."""
    if not levels:
        return []
    shown = ", ".join(level_text(level) for level in levels)
    return [label("plot_sweep_contours" if any(levels) else "plot_sweep_zero", language, levels=shown)]
