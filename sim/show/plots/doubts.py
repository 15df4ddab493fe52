"""The picture of model doubt (`model_doubt`): what moves the chance of a profit most, if read or judged otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.show.plots import style
from sim.text.labels import label, speaker
from sim.text.variants import variant_name

if TYPE_CHECKING:
    from sim.studies.readings import ModelDoubt

MOST = 8
"""Variants that are drawn, those that move a chance most."""

TEXT, BAR, GAP = 0.55, 0.30, 0.35
"""Heights along y: of a variant's name, of a bar, and of the space below a variant."""

INCHES = 0.36
"""Height of one of them on the page."""


def model_doubt(
    found: ModelDoubt | Mapping[str, Any], ax: Axes | None = None, language: str = "en", most: int = MOST
) -> Axes:
    """Draw how far each strategy's chance of a profit moves under the variants that move one most.

    Parameters
    ----------
    found : ModelDoubt, or mapping
        What :func:`sim.readings` returns, or the content of ``sim readings --json``.
    most : int
        Variants that are drawn; the others are counted.
    """
    content = found if isinstance(found, Mapping) else found.to_dict()
    shown = drawn_of(content, most)
    if not shown:
        raise style.PlotError(label("readings_none", language))
    ax = axes_for(shown) if ax is None else style.axes_of(ax)
    strategies = list(content["strategies"])
    low, high = limits(shown)
    top = 0.0
    for tried in shown:
        top = _draw_variant(ax, tried, strategies, top, low, language)
    ax.set_xlim(low, high)
    ax.set_ylim(top, -0.1)
    ax.set_yticks([])
    ax.axvline(0.0, color=style.ink(), linewidth=0.9)
    ax.set_xlabel(label("readings_plot_axis", language))
    _name_strategies(ax, shown, strategies, language)
    rest = len(content["tried"]) - len(shown)
    more = f"; {label('readings_plot_rest', language, count=rest)}" if rest else ""
    style.head(ax, label("readings_plot_title", language), label("readings_plot_note", language) + more, indent=8.0)
    return ax


def size_for(shown: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return width and height of the picture of these variants, in inches."""
    return 5.8, 1.6 + INCHES * sum(height_of(tried) for tried in shown)


def drawn_of(content: Mapping[str, Any], most: int = MOST) -> list[Mapping[str, Any]]:
    """Return the variants that are drawn."""
    return [tried for tried in content["tried"] if tried["strategies"]][:most]


def axes_for(shown: Sequence[Mapping[str, Any]]) -> Axes:
    """Return axes of a figure of their own, as high as these variants need."""
    return Figure(figsize=size_for(shown), layout="constrained").add_subplot()


def height_of(tried: Mapping[str, Any]) -> float:
    """Return how much of the y axis a variant takes."""
    return TEXT + BAR * len(tried["strategies"]) + GAP


def limits(shown: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the ends of the x axis, in percentage points: all intervals and 0 lie within."""
    ends = [0.0]
    for tried in shown:
        for shift in tried["strategies"].values():
            ends += [100.0 * end for end in _ends(shift["chance_difference"])]
    margin = 0.04 * max(max(ends) - min(ends), 1.0)
    return min(ends) - margin, max(ends) + margin


def _ends(difference: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return a difference and the ends of its interval; where there is none, itself."""
    middle = float(difference["estimate"])
    low, high = (middle if difference[end] is None else float(difference[end]) for end in ("low", "high"))
    return middle, low, high


def _draw_variant(
    ax: Axes, tried: Mapping[str, Any], strategies: list[str], top: float, left: float, language: str
) -> float:
    """Draw a variant's name and a bar for each strategy it touches; return where the next one begins."""
    name = variant_name(dict(tried), speaker(language))
    style.say_if_unreadable(name)
    paper = {"facecolor": style.paper(), "linewidth": 0, "pad": 0.5}
    ax.text(
        left, top + TEXT / 2.0, name, ha="left", va="center", fontsize=9, parse_math=False, clip_on=False, bbox=paper
    )
    for row, (strategy, shift) in enumerate(tried["strategies"].items()):
        position, place = strategies.index(strategy), top + TEXT + BAR * (row + 0.5)
        middle, low, high = (100.0 * end for end in _ends(shift["chance_difference"]))
        ax.barh(place, middle, height=0.8 * BAR, color=style.colour(position), linewidth=0)
        reach = style.reach(np.array([[middle], [low], [high]]))
        ax.errorbar([middle], [place], xerr=reach, color=style.ink(), linewidth=0.9, capsize=1.5, fmt="none")
    return top + height_of(tried)


def _name_strategies(ax: Axes, shown: Sequence[Mapping[str, Any]], strategies: list[str], language: str) -> None:
    """Write which colour is whose, below the axis."""
    touched = {name for tried in shown for name in tried["strategies"]}
    for position, name in enumerate(strategies):
        if name in touched:
            ax.barh(0.0, 0.0, color=style.colour(position), label=label(name, language).replace("$", r"\$"))
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.65 / (INCHES * sum(map(height_of, shown)) + 0.4)), ncols=2,
        frameon=False, fontsize=9, handlelength=1.2,
    )  # fmt: skip
