"""Pictures of amounts: `profit_fan`, `cash_fan`, `final_profit`, `paired_difference`, `profit_and_loss`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from sim.business.calendar import DAYS_A_MONTH, DAYS_A_WEEK
from sim.estimates import outcomes_at
from sim.randomness.streams import Array
from sim.results.statement import in_whole_units
from sim.show.plots import style
from sim.show.registry import picture
from sim.text import numbers
from sim.text.labels import label, speaker

if TYPE_CHECKING:
    from sim.results.result import Result


SMALL = 0.015
"""Part of the largest line below which lines between two subtotals are drawn as one."""

FURTHEST = 2.0
"""How far the band of whole paths is followed beyond the 5-95% range, in heights of that range."""


@picture
def profit_fan(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the range of outcomes of settled profit over time."""
    return _fan(result, style.chosen(result, strategy), "settled_profit", "plot_profit_fan_title", ax, language)


@picture
def cash_fan(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw the range of outcomes of cash over time."""
    return _fan(result, style.chosen(result, strategy), "cash", "plot_cash_fan_title", ax, language)


def _fan(result: Result, name: str, series: str, title: str, ax: Axes | None, language: str) -> Axes:
    ax = style.axes_of(ax)
    record = result.record(name)
    by_week = len(record.weekly.get(series, ())) > 0  # where the run kept it
    values = record.weekly[series] if by_week else record.monthly[series]
    times = np.arange(1, len(values) + 1) * DAYS_A_WEEK / DAYS_A_MONTH if by_week else np.array(result.months)
    fan, whole = result.sample.fan(values), result.sample.simultaneous_fan(values)
    lowest, low, middle, high, highest = fan.lines
    ax.fill_between(times, whole.lines[0], whole.lines[1], color=style.colour(0), alpha=0.10, linewidth=0)
    ax.fill_between(times, lowest, highest, color=style.colour(0), alpha=0.22, linewidth=0)
    ax.fill_between(times, low, high, color=style.colour(0), alpha=0.35, linewidth=0)
    ax.plot(times, middle, color=style.colour(0), linewidth=1.9)
    # In grey print the edge of the 5-95% range must not drown in the wider one.
    for edge in (lowest, highest):
        ax.plot(times, edge, color=style.colour(0), linewidth=0.9, linestyle="--")
    style.zero_line(ax)
    bottom, top = min(float(lowest.min()), 0.0), max(float(highest.max()), 0.0)
    cut = _room_for(ax, (bottom, top), (float(whole.lines[0].min()), float(whole.lines[1].max())))
    style.months_axis(ax, result.months, language, first=0.0)
    style.money_axis(ax, result.currency)
    named = {"5%": lowest, "50%": middle, "95%": highest}
    ends = [(float(line[-1]), text, style.colour(0)) for text, line in named.items()]
    said = label("plot_fan_note" if by_week else "plot_fan_note_monthly", language)
    if cut:
        said += label("plot_fan_cut", language, ends=" / ".join(numbers.money(end) for end in cut))
    taken = style.head(ax, label(title, language, name=label(name, language)), said, indent=52.0)
    style.label_ends(ax, float(times[-1]), ends, taken)
    return ax


def _room_for(ax: Axes, middle: tuple[float, float], whole: tuple[float, float]) -> list[float]:
    """Set the ends of y so that the lines that hold whole paths are seen; return the ends that are too far for that.

    Parameters
    ----------
    middle : (float, float)
        Ends of what happens to nine in ten at any one time; it must stay legible where whole paths reach much further.
    """
    height = max(middle[1] - middle[0], 1.0)
    low, high = min(middle[0], whole[0]), max(middle[1], whole[1])
    lowest, highest = middle[0] - FURTHEST * height, middle[1] + FURTHEST * height
    shown = max(low, lowest), min(high, highest)
    margin = 0.05 * (shown[1] - shown[0])
    ax.set_ylim(shown[0] - margin, shown[1] + margin)
    return [end for end, beyond in ((low, low < lowest), (high, high > highest)) if beyond]


@picture
def final_profit(result: Result, strategies: Sequence[str] = (), ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how settled profit at the end is spread by strategy: half of the paths in the box, 90% in the line."""
    names = style.chosen_all(result, strategies)
    ax = style.axes_of(ax)
    for position, name in enumerate(reversed(names)):
        values = np.asarray(result.sample.chosen(result.record(name).monthly["settled_profit"][-1]), dtype=float)
        low, first, middle, third, high = outcomes_at(values, (0.05, 0.25, 0.50, 0.75, 0.95))
        hue = style.colour(len(names) - 1 - position)
        centres, density = _density(values, low, high)
        ax.fill_between(centres, position, position + 0.46 * density, color=hue, alpha=0.30, linewidth=0)
        ax.plot([low, high], [position, position], color=hue, linewidth=1.6)
        ax.plot([first, third], [position, position], color=hue, linewidth=6.0, solid_capstyle="butt")
        ax.plot([middle], [position], marker="|", markersize=14, markeredgewidth=2.0, color=style.ink())
        figures = " / ".join(numbers.money(point) for point in (low, middle, high))
        ax.text(
            0.01, position + 0.52, f"{label(name, language)}: {figures}",
            transform=ax.get_yaxis_transform(), va="bottom", fontsize=8.5,
            bbox={"facecolor": style.paper(), "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
    # Beside each strategy only, and the grid is covered by the paper behind the amounts: no line runs through them.
    places = np.arange(len(names))
    ax.vlines([0.0] * len(names), places - 0.2, places + 0.48, color=style.ink(), linewidth=0.9, alpha=0.5)
    ax.yaxis.set_major_locator(NullLocator())
    ax.set_ylim(-0.25, len(names) - 0.05)
    ax.margins(x=0.07)
    style.money_axis(ax, result.currency, axis="x")
    title = label("plot_final_title", language, span=numbers.horizon(result.months, speaker(language)))
    style.head(ax, title, label("plot_final_note", language), indent=10.0)
    return ax


def _density(values: Array, low: float, high: float) -> tuple[Array, Array]:
    """Return (places, heights up to 1) of a smoothed histogram between two amounts."""
    if high <= low:
        return np.array([low, high]), np.zeros(2)
    counts, edges = np.histogram(values, np.linspace(low, high, 61))
    smooth = np.convolve(np.pad(counts.astype(float), 2, mode="edge"), np.ones(5) / 5.0, mode="valid")
    return (edges[1:] + edges[:-1]) / 2.0, smooth / max(float(smooth.max()), 1.0)


@picture
def paired_difference(result: Result, a: str, b: str, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw how much more A ends with than B, path by path on the same market and luck."""
    style.chosen_all(result, [a, b])
    if a == b:
        raise style.PlotError(f"two strategies are needed: both are '{a}'")
    ax = style.axes_of(ax)
    ends = [np.asarray(result.record(name).monthly["settled_profit"][-1], dtype=float) for name in (a, b)]
    kept = result.sample.chosen(ends[0] - ends[1])
    least, low, middle, high, most = outcomes_at(kept, (0.01, 0.05, 0.50, 0.95, 0.99))
    # An edge at zero: no bar may count for both sides.
    width = max((most - least) / 60.0, 1e-9)
    first = np.floor(least / width)
    edges = width * np.arange(first, max(np.ceil(most / width), first + 1) + 1)
    counts, edges = np.histogram(kept, edges)
    shares, centres = counts / len(kept), (edges[1:] + edges[:-1]) / 2.0
    ahead = centres > 0
    ax.bar(centres[ahead], shares[ahead], width, color=style.colour(0), alpha=0.8, linewidth=0)
    ax.bar(centres[~ahead], shares[~ahead], width, alpha=0.7, **style.hatched())
    top = 1.22 * float(shares.max())
    ax.set_ylim(0.0, top)
    ax.axvline(0.0, color=style.ink(), linewidth=1.2)
    compared = result.compare(a, b)
    beats, mean = compared["a_beats_b"], compared["money"]
    ax.plot([low, high], [0.93 * top] * 2, color=style.ink(), linewidth=1.4, marker="|", markersize=9)
    ax.plot([middle], [0.93 * top], color=style.ink(), marker="|", markersize=14, markeredgewidth=2.0)
    if np.isfinite([mean.low, mean.high]).all():  # one world has no interval
        ax.axvspan(mean.low, mean.high, ymax=0.86, color=style.ink(), alpha=0.22, linewidth=0)
    ax.yaxis.set_major_locator(NullLocator())
    style.money_axis(ax, result.currency, axis="x")
    names = {"a": label(a, language), "b": label(b, language)}
    share = (
        f"{numbers.share_in_words(beats.to_dict(), speaker(language))} [{100 * beats.low:.0f}–{100 * beats.high:.0f}%]"
    )
    between = numbers.signed_interval(mean.to_dict())
    note = label("plot_ahead", language, share=share, mean=between, **names)
    style.head(ax, label("plot_difference_title", language, **names), note, indent=10.0)
    return ax


@picture
def profit_and_loss(result: Result, strategy: str | None = None, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw where the money went: the mean of every line over all months in the order of the statement.

    A line begins where the one above it ended, subtotals begin at zero. Beside the bars stand the means, which add up
    as they are printed, and, where there is room, the range of outcomes of each line for itself.
    """
    name = style.chosen(result, strategy)
    ax = style.axes_of(ax)
    bars = statement_bars(result.statement_rows(name, total=True), language)
    at = 0.0
    for position, bar in enumerate(bars):
        if bar.subtotal:
            hue = style.colour(0 if bar.mean >= 0.0 else 1)
            ax.barh(position, bar.mean, color=hue, alpha=0.9, linewidth=0)
            at = bar.mean
        else:
            look = {"color": style.colour(2), "linewidth": 0} if bar.mean >= 0 else style.hatched()
            ax.barh(position, bar.mean, left=at, alpha=0.75, **look)
            at += bar.mean
        _amounts(ax, position, bar)
    ends = bars[-1].ends or (at, at)
    ax.plot(ends, [len(bars) - 1] * 2, color=style.ink(), linewidth=1.1, marker="|", markersize=6)
    size = 8.5 if style.size_of(ax)[0] > style.ROOMY else 7.5
    ax.set_yticks(range(len(bars)), [bar.name for bar in bars], fontsize=size)
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.axvline(0.0, color=style.ink(), linewidth=0.9)
    ax.margins(x=0.04)
    style.money_axis(ax, result.currency, axis="x")
    time = numbers.horizon(result.months, speaker(language))
    title = label("plot_waterfall_title", language, name=label(name, language), span=time)
    note = label("plot_waterfall_note" if style.size_of(ax)[0] > style.ROOMY else "plot_waterfall_note_means", language)
    style.head(ax, title, note, indent=0.6 * size * max(len(bar.name) for bar in bars))
    return ax


class Bar(NamedTuple):
    """A line of a statement as it is drawn: a mean, and the 5 and 95% points where they are those of one line."""

    name: str
    mean: float
    ends: tuple[float, float] | None
    subtotal: bool


def statement_bars(rows: Sequence[Mapping[str, Any]], language: str) -> list[Bar]:
    """Return the lines that are drawn, in the statement's order, with means in whole units that add up.

    Between two subtotals the smaller lines are one bar; a subtotal that only repeats the one above it is left out.
    """
    means = in_whole_units(rows)
    least = SMALL * max(map(abs, means), default=0)
    bars: list[Bar] = []
    small: list[Bar] = []
    for row, mean in zip(rows, means, strict=True):
        bar = Bar(label(row["line"], language), mean, (row["p5"], row["p95"]), row["subtotal"])
        if not bar.subtotal:
            (bars if abs(mean) >= least else small).append(bar)
            continue
        if len(small) > 1:
            small = [Bar(label("plot_rest", language, count=len(small)), sum(one.mean for one in small), None, False)]
        if not (bars and bars[-1].subtotal and not small):
            bars += [*small, bar]
        small = []
    return bars


def _amounts(ax: Axes, position: int, bar: Bar) -> None:
    """Write a mean, and its range where the picture is wide enough, to the right of the axes."""
    roomy = style.size_of(ax)[0] > style.ROOMY
    ends = "" if bar.ends is None or not roomy else f"  ({' / '.join(map(numbers.money, bar.ends))})"
    ax.annotate(
        f"{numbers.money(bar.mean)}{ends}", (1.0, position), xycoords=ax.get_yaxis_transform(), xytext=(6, 0),
        textcoords="offset points", va="center", fontsize=8 if roomy else 7, annotation_clip=False,
        weight="bold" if bar.subtotal else "normal",
    )  # fmt: skip
