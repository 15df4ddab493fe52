"""Pictures of how sure a chance is, from plain data of a summary: `simulation_error` and `shops_like_yours`.

Both have a row a strategy on the same scale from 0 to 100%: what more histories would mend beside what they would not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from sim.show.plots import style
from sim.show.plots.chance import SHADES
from sim.text import numbers
from sim.text.labels import label, speaker

LEAST = 0.08
"""Share of shops from which its figure has room within its part of the bar."""

HEAD, ROW = 1.05, 0.42
"""Inches of height of a picture, and of each of its rows."""


def simulation_error(chances: Mapping[str, Mapping[str, Any]], ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw each strategy's chance of a profit at the end, and how far simulating again might move it.

    Parameters
    ----------
    chances : mapping of str to mapping
        By strategy: an estimate with ``estimate``, ``low`` and ``high``, 95%.
    """
    ax = _rows(ax, list(chances), language)
    for place, found in enumerate(chances.values()):
        middle, low, high = (float(found[end]) for end in ("estimate", "low", "high"))
        hue = style.colour(place)
        ax.plot([low, high], [place, place], color=hue, linewidth=2.4, marker="|", markersize=11, clip_on=False)
        ax.plot([middle], [place], color=hue, marker=style.MARKERS[place % len(style.MARKERS)], clip_on=False)
        _beside(ax, place, numbers.with_error(dict(found), speaker(language)))
    style.head(ax, label("plot_error_title", language), label("plot_error_note", language), indent=80.0)
    return ax


def shops_like_yours(shops: Mapping[str, Mapping[str, Any]], ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how many of the shops that fit what the seller told win all but surely, are open, lose all but surely.

    Parameters
    ----------
    shops : mapping of str to mapping
        By strategy: shares ``win``, ``open`` and ``lose``, which sum to 1.
    """
    ax = _rows(ax, list(shops), language)
    for place, found in enumerate(shops.values()):
        left = 0.0
        for kind, strength in SHADES:
            share = float(found[kind])
            ax.barh(place, share, 0.62, left=left, color=style.colour(place), alpha=strength, linewidth=0)
            if share >= LEAST:
                backed = {"facecolor": style.paper(), "linewidth": 0, "pad": 1.2}
                words = numbers.whole_percent(share)
                ax.text(left + share / 2.0, place, words, ha="center", va="center", fontsize=8.5, bbox=backed)
            left += share
    title, note = (label(f"plot_shops_{what}", language) for what in ("title", "note"))
    style.head(ax, title, note, indent=80.0)
    return ax


def height_for(count: int) -> float:
    """Return the height of either picture of so many strategies, in inches."""
    return HEAD + ROW * count


def _rows(ax: Axes | None, names: list[str], language: str) -> Axes:
    """Return axes from 0 to 100% with a row a strategy."""
    ax = style.axes_of(ax)
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(len(names) - 0.5, -0.5)
    style.share_axis(ax, "x")
    ax.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0])
    words = ["\n".join(style.wrapped(label(name, language), 90.0, 9.0)).replace("$", r"\$") for name in names]
    ax.set_yticks(range(len(names)), words, fontsize=9)
    ax.grid(visible=False, axis="y")
    return ax


def _beside(ax: Axes, place: int, text: str) -> None:
    ax.annotate(
        text, (1.0, place), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points", va="center",
        fontsize=8.5, annotation_clip=False,
    )  # fmt: skip
