"""How likely, by when, and with how much money: pictures of probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from sim.estimates import EstimateRefused
from sim.plots.style import (
    LINES,
    MARKERS,
    PALETTE,
    PlotError,
    axes_of,
    check_strategies,
    chosen,
    head,
    label_ends,
    money_axis,
    months_axis,
    share_axis,
    words,
)
from sim.summary import first_profitable_month, ruin_month

if TYPE_CHECKING:
    from sim.results import Result


def probability_of_profit(
    result: Result, strategies: Sequence[str] = (), ax: Axes | None = None, language: str = "en"
) -> Axes:
    """Draw the chance of a settled profit by month, with both kinds of doubt.

    The bars are simulation error, 95% for all months at once; the pale band is what the chance depends on that the
    seller does not know (5-95% of worlds), drawn for a single strategy, since several would cover each other: there it
    stands as a thin line beside the last month.
    """
    names = tuple(strategies) or result.strategies
    check_strategies(result, names)
    ax = axes_of(ax)
    months = np.arange(1, result.n_months + 1)
    ends = []
    for position, name in enumerate(names):
        colour, shape = PALETTE[position % len(PALETTE)], position % len(MARKERS)
        hits = result.profitable(name)
        band = result.sample.band(hits)
        shares = np.array([e.estimate for e in band])
        reach = np.array([[e.estimate - e.low for e in band], [e.high - e.estimate for e in band]])
        ax.errorbar(
            months + 0.06 * (position - (len(names) - 1) / 2), shares, np.maximum(reach, 0.0), color=colour,
            marker=MARKERS[shape], linestyle=LINES[shape], markersize=4.5, linewidth=1.6, capsize=2.5, label=name,
        )  # fmt: skip
        _parameter_band(ax, result, name, colour, position, single=len(names) == 1)
        ends.append((float(shares[-1]), words(name, language), colour))
    ax.set_ylim(-0.02, 1.02)
    months_axis(ax, result.n_months, language)
    share_axis(ax)
    ax.set_xlim(0.5, result.n_months + 0.6 + 0.12 * len(names))
    label_ends(ax, result.n_months + 0.75 + 0.12 * len(names), ends)
    head(ax, words("plot_chance_title", language), words("plot_chance_note", language))
    return ax


def _parameter_band(ax: Axes, result: Result, name: str, colour: str, position: int, *, single: bool) -> None:
    try:
        bands = result.sample.parameter_bands(result.profitable(name))
    except EstimateRefused:
        return  # one replicate a world cannot tell luck from the world: there is no band to draw
    if single:
        months = np.arange(1, len(bands) + 1)
        ax.fill_between(months, [b.low for b in bands], [b.high for b in bands], color=colour, alpha=0.18, linewidth=0)
    else:
        at = len(bands) + 0.35 + 0.12 * position
        ax.plot([at, at], [bands[-1].low, bands[-1].high], color=colour, linewidth=3.0, alpha=0.35)


def time_to_profit(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the running share of all paths that have seen a profit, and above it those ruined before one."""
    name = chosen(result, strategy)
    ax = axes_of(ax)
    months = np.arange(0, result.n_months + 1)
    first, ruin = first_profitable_month(result, name), ruin_month(result.record(name))
    reached = result.sample.incidence(first, result.n_months)
    ruined = result.sample.incidence(ruin, result.n_months, first)
    shares = np.array([0.0, *(e.estimate for e in reached.bands)])
    lost = np.array([0.0, *(e.estimate for e in ruined.bands)])
    low, high = (np.array([0.0, *(getattr(e, end) for e in reached.bands)]) for end in ("low", "high"))
    ax.fill_between(months, 0.0, shares, color=PALETTE[0], alpha=0.35, linewidth=0)
    ax.fill_between(months, 1.0 - lost, 1.0, color=PALETTE[1], alpha=0.45, linewidth=0, hatch="//")
    ax.plot(months, shares, color=PALETTE[0], linewidth=1.8, marker="o", markersize=4, clip_on=False)
    ax.fill_between(months, low, high, color=PALETTE[0], alpha=0.35, linewidth=0)
    ax.axhline(0.5, color=PALETTE[0], linewidth=0.9, linestyle=":")
    ax.text(result.n_months, shares[-1] + 0.03, words("plot_reached", language), ha="right", va="bottom", fontsize=9)
    if lost[-1] > 0.02:
        lost_words = words("plot_ruined_first", language)
        ax.text(result.n_months, 0.98 - lost[-1], lost_words, ha="right", va="top", fontsize=9)
    ax.set_ylim(0.0, 1.0)
    ax.set_xlim(0, result.n_months)
    ax.set_xlabel(words("month", language))
    share_axis(ax)
    ax.set_title(words("plot_time_title", language, name=words(name, language)))
    return ax


CURVE = ("capital", "ruin", "ruin_low", "ruin_high", "profit", "profit_low", "profit_high")


def capital_against_ruin(
    rows: Sequence[Mapping[str, Any]], currency: str = "", level: float | None = None, ax: Axes | None = None,
    language: str = "en",
) -> Axes:  # fmt: skip
    """Draw the chance of running out of cash, and of a profit, over the starting capital.

    Parameters
    ----------
    rows : sequence of mappings
        With ``capital``, and ``ruin`` and ``profit`` each with ``_low`` and ``_high``; in the order of capital.
    level : float, optional
        The chance of ruin that is accepted.
    """
    missing = sorted({column for row in rows for column in CURVE if column not in row})
    if not rows or missing:
        raise PlotError(
            f"a curve over capital needs rows with {', '.join(CURVE)} (missing: {', '.join(missing) or 'all'})"
        )
    ax = axes_of(ax)
    capital = np.array([row["capital"] for row in rows], dtype=float)
    ends = []
    for position, (figure, text) in enumerate((("ruin", "ruin"), ("profit", "chance_of_profit"))):
        middle, low, high = (
            np.array([row[f"{figure}{end}"] for row in rows], dtype=float) for end in ("", "_low", "_high")
        )
        ax.plot(
            capital,
            middle,
            color=PALETTE[1 - position],
            linestyle=LINES[position],
            marker=MARKERS[position],
            markersize=4,
        )
        ax.fill_between(capital, low, high, color=PALETTE[1 - position], alpha=0.22, linewidth=0)
        ends.append((float(middle[-1]), words(text, language), PALETTE[1 - position]))
    if level is not None:
        ax.axhline(level, linewidth=0.9, linestyle=":", color=PALETTE[1])
    ax.set_xscale("log")
    ax.set_ylim(0.0, 1.0)
    share_axis(ax)
    money_axis(ax, words("plot_capital", language, currency=currency), axis="x")
    label_ends(ax, float(capital[-1]) * 1.06, ends)
    ax.set_title(words("plot_capital_title", language))
    return ax
