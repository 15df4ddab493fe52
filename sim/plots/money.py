"""Where the money goes and how differently it may end: pictures of amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from sim.plots.style import (
    PALETTE,
    axes_of,
    check_strategies,
    chosen,
    head,
    label_ends,
    money_axis,
    weekly_or_monthly,
    words,
    zero_line,
)

if TYPE_CHECKING:
    from sim.results import Result

LARGEST_LINES = 9
"""Lines of a statement that are drawn one by one; the rest is one bar."""


def profit_fan(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the range of outcomes of settled profit over time."""
    return _fan(result, chosen(result, strategy), "settled_profit", "plot_profit_fan_title", ax, language)


def cash_fan(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the range of outcomes of cash over time."""
    return _fan(result, chosen(result, strategy), "cash", "plot_cash_fan_title", ax, language)


def _fan(result: Result, name: str, series: str, title: str, ax: Axes | None, language: str) -> Axes:
    ax = axes_of(ax)
    times, values = weekly_or_monthly(result, name, series)
    fan, whole = result.sample.fan(values), result.sample.simultaneous_fan(values)
    lowest, low, middle, high, highest = fan.lines
    ax.fill_between(times, whole.lines[0], whole.lines[1], color=PALETTE[5], alpha=0.16, linewidth=0)
    ax.fill_between(times, lowest, highest, color=PALETTE[0], alpha=0.22, linewidth=0)
    ax.fill_between(times, low, high, color=PALETTE[0], alpha=0.35, linewidth=0)
    ax.plot(times, middle, color=PALETTE[0], linewidth=1.9)
    zero_line(ax)
    bottom = min(float(lowest.min()), 0.0)
    top = max(float(highest.max()), 0.0)
    margin = 0.06 * max(top - bottom, 1.0)
    # Lines that hold whole paths may reach far beyond: the picture is cut for what happens to nine in ten.
    ax.set_ylim(max(bottom - 4 * margin, float(whole.lines[0].min()) - margin), top + 4 * margin)
    ax.set_xlim(0, float(times[-1]))
    ends = [
        (float(lowest[-1]), "5%", PALETTE[0]),
        (float(middle[-1]), "50%", PALETTE[0]),
        (float(highest[-1]), "95%", PALETTE[0]),
    ]
    label_ends(ax, float(times[-1]) * 1.015, ends)
    ax.set_xlabel(words("month", language))
    money_axis(ax, result.scenario.currency)
    head(ax, words(title, language, name=words(name, language)), words("plot_fan_note", language))
    return ax


def final_profit(
    result: Result, strategies: tuple[str, ...] = (), ax: Axes | None = None, language: str = "en"
) -> Axes:
    """Draw how settled profit at the end is spread by strategy: half of the paths in the box, 90% in the line."""
    names = tuple(strategies) or result.strategies
    check_strategies(result, names)
    ax = axes_of(ax)
    for position, name in enumerate(reversed(names)):
        values = np.asarray(result.sample.chosen(result.record(name).monthly["settled_profit"][-1]), dtype=float)
        low, first, middle, third, high = np.percentile(values, (5, 25, 50, 75, 95))
        colour = PALETTE[(len(names) - 1 - position) % len(PALETTE)]
        edges = np.linspace(low, high, 61)
        density = np.histogram(values, edges)[0].astype(float)
        density = np.convolve(density, np.ones(5) / 5.0, mode="same")
        centres = (edges[1:] + edges[:-1]) / 2.0
        ax.fill_between(
            centres,
            position,
            position + 0.75 * density / max(density.max(), 1.0),
            color=colour,
            alpha=0.30,
            linewidth=0,
        )
        ax.plot([low, high], [position, position], color=colour, linewidth=1.6)
        ax.plot([first, third], [position, position], color=colour, linewidth=6.0, solid_capstyle="butt")
        ax.plot([middle], [position], marker="|", markersize=15, color=mpl.rcParams["text.color"])
    ax.axvline(0.0, color=mpl.rcParams["text.color"], linewidth=0.9)
    ax.set_yticks(range(len(names)), [words(name, language) for name in reversed(names)])
    ax.set_ylim(-0.4, len(names))
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.scenario.currency, axis="x")
    ax.set_title(words("plot_final_title", language, months=result.n_months))
    return ax


def paired_difference(result: Result, a: str, b: str, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how much more A ends with than B, path by path on the same market and luck."""
    check_strategies(result, [a, b])
    ax = axes_of(ax)
    gap = np.asarray(
        result.record(a).monthly["settled_profit"][-1].astype(float) - result.record(b).monthly["settled_profit"][-1]
    )
    kept = np.sort(result.sample.chosen(gap))
    inside = kept[(kept >= np.quantile(kept, 0.01)) & (kept <= np.quantile(kept, 0.99))]
    counts, edges = np.histogram(inside, 60)
    shares = counts / len(kept)
    centres, width = (edges[1:] + edges[:-1]) / 2.0, edges[1] - edges[0]
    ahead = centres > 0
    ax.bar(centres[ahead], shares[ahead], width, color=PALETTE[0], alpha=0.75, linewidth=0)
    ax.bar(centres[~ahead], shares[~ahead], width, color=PALETTE[1], alpha=0.75, linewidth=0, hatch="//")
    ax.axvline(0.0, color=mpl.rcParams["text.color"], linewidth=0.9)
    compared = result.compare(a, b)
    beats, mean = compared["a_beats_b"], compared["money"]
    names = {"a": words(a, language), "b": words(b, language)}
    share = f"{100 * beats.estimate:.0f}% ±{100 * beats.half_width:.0f}"
    ax.axvspan(mean.low, mean.high, color=mpl.rcParams["text.color"], alpha=0.18, linewidth=0)
    ax.yaxis.set_major_locator(NullLocator())
    money_axis(ax, result.scenario.currency, axis="x")
    between = f"{mean.estimate:+,.0f} [{mean.low:+,.0f}, {mean.high:+,.0f}]".replace("-", "−")
    note = words("plot_ahead", language, share=share, mean=between, **names)
    head(ax, words("plot_difference_title", language, **names), note)
    return ax


def profit_and_loss(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw where the money went: the mean of every line over all months, down to the settled profit, with its range."""
    name = chosen(result, strategy)
    ax = axes_of(ax)
    record = result.record(name)
    totals = {
        line: float(result.sample.chosen(table).sum(axis=0, dtype=float).mean())
        for line, table in record.profit_and_loss.items()
        if table.any()
    }
    ranked = sorted(totals.items(), key=lambda item: -abs(item[1]))
    rest = sum(amount for _, amount in ranked[LARGEST_LINES:])
    bars = sorted(ranked[:LARGEST_LINES], key=lambda item: -item[1])
    if rest:
        bars.append((words("plot_rest", language, count=len(ranked) - LARGEST_LINES), rest))
    at = 0.0
    for position, (_, amount) in enumerate(bars):
        colour = PALETTE[2] if amount >= 0 else PALETTE[1]
        ax.barh(position, amount, left=at, color=colour, alpha=0.75, hatch=None if amount >= 0 else "//", linewidth=0)
        at += amount
    ends = np.asarray(result.sample.chosen(sum_of_lines(result, name)), dtype=float)
    low, high = np.percentile(ends, (5, 95))
    ax.barh(len(bars), at, color=PALETTE[0], alpha=0.85, linewidth=0)
    ax.plot([low, high], [len(bars), len(bars)], color=mpl.rcParams["text.color"], linewidth=1.4, marker="|")
    labels = [line for line, _ in bars] + [words("plot_left", language)]
    ax.set_yticks(range(len(labels)), labels)
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.axvline(0.0, color=mpl.rcParams["text.color"], linewidth=0.9)
    money_axis(ax, result.scenario.currency, axis="x")
    ax.set_title(words("plot_waterfall_title", language, name=words(name, language), months=result.n_months))
    return ax


def sum_of_lines(result: Result, strategy: str) -> NDArray[np.float64]:
    """(n_paths,) the sum of all lines over all months: settled profit after owner's pay."""
    lines = result.record(strategy).profit_and_loss.values()
    return np.asarray(np.sum([table.sum(axis=0, dtype=float) for table in lines], axis=0))
